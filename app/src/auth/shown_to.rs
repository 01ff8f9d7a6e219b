//! The user and workspace that a form was rendered for.
//!
//! Every form submits them in a hidden field, every call of a script in a header. If another user has signed in in another tab
//! meanwhile, or the workspace was switched, the submission must not count as the current user's. A submission without them is
//! accepted: it comes from a page of an older version, open during an upgrade.

use super::request_scope;
use domain::ids::{UserId, WorkspaceId};
use http::HeaderMap;
use std::fmt;
use uuid::Uuid;

/// The name of the hidden field.
pub const FIELD: &str = "shown_to";
/// The header of a script's call, and of its requests for parts of pages.
pub const HEADER: &str = "x-shown-to";

/// The value that a request's header has; empty if it can't be read.
pub fn of_request(headers: &HeaderMap) -> Option<&str> {
    headers.get(HEADER).map(|value| value.to_str().unwrap_or_default())
}

/// In what a submission differs from the current request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// Another user has signed in, or the submitted value is invalid.
    User,
    /// The user is in another workspace, or in none any more.
    Workspace,
}

/// A user in a workspace, or in none: then its id is nil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownTo {
    user: Uuid,
    workspace: Uuid,
}

impl ShownTo {
    /// The given user and workspace.
    pub fn new(user: UserId, workspace: Option<WorkspaceId>) -> Self {
        Self { user: user.0, workspace: workspace.map_or_else(Uuid::nil, |workspace| workspace.0) }
    }

    /// The user and workspace of the current request; `None` without a session.
    pub fn now() -> Option<Self> {
        let workspace = request_scope::signed_in().map(|signed_in| signed_in.workspace_id);
        request_scope::user().map(|user| Self::new(user.user_id, workspace))
    }

    /// In what the submitted value differs from the current request's user and workspace; `None` if it does not. A missing value does not
    /// differ, nor does any without a session.
    pub fn mismatch(submitted: Option<&str>) -> Option<Mismatch> {
        let (submitted, now) = submitted.zip(Self::now())?;
        if submitted == now.to_string() {
            return None;
        }
        let is_same_user =
            submitted.split_once('.').is_some_and(|(user, workspace)| user == now.user.to_string() && workspace.parse::<Uuid>().is_ok());
        Some(if is_same_user { Mismatch::Workspace } else { Mismatch::User })
    }

    /// Whether the submitted value names another user or workspace than the current request's.
    pub fn differs(submitted: Option<&str>) -> bool {
        Self::mismatch(submitted).is_some()
    }
}

impl fmt::Display for ShownTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.user, self.workspace)
    }
}
