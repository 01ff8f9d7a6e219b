//! To whom, and in which workspace, a form was shown.
//!
//! Every form says it in a hidden field, and every call of a script in a header. Sent after somebody else signed in in
//! another tab, or after a switch of the workspace, it must not be taken as theirs. One that says nothing is taken: a page of
//! an older version, still open during an upgrade.

use super::{SignedIn, request_scope};
use domain::ids::{UserId, WorkspaceId};
use std::fmt;
use uuid::Uuid;

/// The name of the hidden field.
pub const FIELD: &str = "shown_to";
/// The header of a call.
pub const HEADER: &str = "x-shown-to";

/// A user in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownTo {
    user: Uuid,
    workspace: Uuid,
}

impl ShownTo {
    /// A user in a workspace.
    pub fn new(user: UserId, workspace: WorkspaceId) -> Self {
        Self { user: user.0, workspace: workspace.0 }
    }

    /// The user of this request, found by its session.
    pub fn now() -> Option<Self> {
        request_scope::signed_in().map(|who| Self::from(&*who))
    }

    /// Whether what a form or call says is somebody else, or elsewhere. Nonsense is.
    pub fn differs(said: Option<&str>, who: &SignedIn) -> bool {
        said.is_some_and(|said| said != Self::from(who).to_string())
    }
}

impl From<&SignedIn> for ShownTo {
    fn from(who: &SignedIn) -> Self {
        Self::new(who.user_id, who.workspace_id)
    }
}

impl fmt::Display for ShownTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.user, self.workspace)
    }
}
