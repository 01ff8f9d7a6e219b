//! Flash messages: the notice that one request leaves in the session for the next page.

use crate::{request::PageError, server_functions::ActionOutcome};
use serde::{Deserialize, Serialize};
use store::FLASH_KEY as KEY;
use tower_sessions::Session;

/// The notice of a change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// The path that an empty form is posted to for undo.
    pub undo: Option<String>,
    /// The path of the page that shows the changed record, if that is another page.
    #[serde(default)]
    pub open: Option<String>,
    /// The path of the saved form, whose draft a script removes.
    #[serde(default)]
    pub form: Option<String>,
}

impl From<ActionOutcome> for Notice {
    fn from(ActionOutcome { notice, undo, open, .. }: ActionOutcome) -> Self {
        Self { text: notice, undo, open, form: None }
    }
}

/// Leaves a notice, which replaces one not shown yet.
pub async fn leave(session: &Session, notice: &Notice) -> Result<(), PageError> {
    session.insert(KEY, notice).await.map_err(PageError::session)
}

/// Takes the notice. Writes nothing without one.
pub async fn take(session: &Session) -> Result<Option<Notice>, PageError> {
    if session.get_value(KEY).await.map_err(PageError::session)?.is_none() {
        return Ok(None);
    }
    // A notice in an unknown format, written by an older version, is dropped.
    Ok(session.remove_value(KEY).await.map_err(PageError::session)?.and_then(|value| serde_json::from_value(value).ok()))
}
