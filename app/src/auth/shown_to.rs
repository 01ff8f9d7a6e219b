//! The user and workspace that a form was rendered for.
//!
//! Every form submits them in a hidden field, every call of a script in a header. If another user has signed in in another tab
//! meanwhile, or the workspace was switched, the submission must not count as the current user's. A submission without them is
//! accepted: it comes from a page of an older version, open during an upgrade.

use super::{SignedIn, request_scope};
use domain::ids::{UserId, WorkspaceId};
use std::fmt;
use uuid::Uuid;

/// The name of the hidden field.
pub const FIELD: &str = "shown_to";
/// The header of a script's call.
pub const HEADER: &str = "x-shown-to";

/// A user in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownTo {
    user: Uuid,
    workspace: Uuid,
}

impl ShownTo {
    /// The given user and workspace.
    pub fn new(user: UserId, workspace: WorkspaceId) -> Self {
        Self { user: user.0, workspace: workspace.0 }
    }

    /// The user and workspace of the current request; `None` without a session.
    pub fn now() -> Option<Self> {
        request_scope::signed_in().map(|signed_in| Self::from(&*signed_in))
    }

    /// Whether the submitted value names another user or workspace. An invalid value does; a missing one does not.
    pub fn differs(submitted: Option<&str>, signed_in: &SignedIn) -> bool {
        submitted.is_some_and(|submitted| submitted != Self::from(signed_in).to_string())
    }
}

impl From<&SignedIn> for ShownTo {
    fn from(signed_in: &SignedIn) -> Self {
        Self::new(signed_in.user_id, signed_in.workspace_id)
    }
}

impl fmt::Display for ShownTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.user, self.workspace)
    }
}
