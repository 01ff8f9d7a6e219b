//! What one request leaves for the next: a notice, or a form that was not taken, with all that was typed.

use crate::{errors::PageError, ui::typed::Typed};
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use domain::forms::FormErrors;
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tower_sessions::Session;

const KEY: &str = "flash";

/// Kept in the session until the next page shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flash {
    /// Something was done.
    Notice(String),
    /// Something was done that can be undone.
    Undoable(Notice),
    /// A form was not taken.
    Form(RefusedForm),
}

/// What was done, and how it is undone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notice {
    /// In words.
    pub text: String,
    /// The path that a form of no fields is posted to, where it can be undone.
    pub undo: Option<String>,
}

/// A form to show again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefusedForm {
    /// The path of the page that shows it.
    pub path: String,
    /// The address at which that page is shown, with its query.
    #[serde(skip)]
    pub shown_at: String,
    /// What was typed except passwords, as a [`Typed`].
    pub values: serde_json::Value,
    /// What is wrong with it.
    pub errors: FormErrors,
}

/// Leaves a flash, in place of one that nobody saw.
pub async fn leave(session: &Session, flash: &Flash) -> Result<(), PageError> {
    session.insert(KEY, flash).await.map_err(PageError::session)
}

/// Takes the flash away. Writes nothing when there is none.
pub async fn take(session: &Session) -> Result<Option<Flash>, PageError> {
    if session.get_value(KEY).await.map_err(PageError::session)?.is_none() {
        return Ok(None);
    }
    // One that an older version wrote and this one can't read is dropped.
    Ok(session.remove_value(KEY).await.map_err(PageError::session)?.and_then(|value| serde_json::from_value(value).ok()))
}

impl RefusedForm {
    /// A form that stands on the page `path`, shown at the address `shown_at`.
    pub fn new(path: String, shown_at: String, typed: &Typed<impl Serialize>, errors: FormErrors) -> Self {
        Self { path, shown_at, values: serde_json::json!(typed), errors }
    }

    /// An answer of this status that the server completes by the form's page.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, Extension(self)).into_response()
    }

    /// The typed values as the form they came from.
    pub fn values<F: DeserializeOwned + Default>(&self) -> Typed<F> {
        serde_json::from_value(self.values.clone()).unwrap_or_default()
    }
}
