//! What one request leaves for the next page: a notice of what was done.

use crate::{request::PageError, server_functions::ActionOutcome};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

const KEY: &str = "flash";

/// What was done, how it is undone, and where it is seen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notice {
    /// In words.
    pub text: String,
    /// The path that a form of no fields is posted to, where it can be undone.
    pub undo: Option<String>,
    /// The path of the page that shows it, where that is another one.
    #[serde(default)]
    pub open: Option<String>,
    /// The path that the saved form was sent to: a script forgets its draft.
    #[serde(default)]
    pub form: Option<String>,
}

impl From<ActionOutcome> for Notice {
    fn from(ActionOutcome { notice, undo, open, .. }: ActionOutcome) -> Self {
        Self { text: notice, undo, open, form: None }
    }
}

/// Leaves a notice, in place of one that nobody saw.
pub async fn leave(session: &Session, notice: &Notice) -> Result<(), PageError> {
    session.insert(KEY, notice).await.map_err(PageError::session)
}

/// Takes the notice away. Writes nothing when there is none.
pub async fn take(session: &Session) -> Result<Option<Notice>, PageError> {
    if session.get_value(KEY).await.map_err(PageError::session)?.is_none() {
        return Ok(None);
    }
    // One that an older version wrote and this one can't read is dropped.
    Ok(session.remove_value(KEY).await.map_err(PageError::session)?.and_then(|value| serde_json::from_value(value).ok()))
}
