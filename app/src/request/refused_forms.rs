//! Forms that were not taken, kept in the session with all that was typed, so that a reload or another page opened meanwhile
//! loses nothing. A form is forgotten once it is taken, after twelve hours, or when newer ones need the room.

use crate::request::{PageError, submitted_form::SubmittedForm};
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::forms::FormErrors;
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tower_sessions::Session;

const KEY: &str = "refused_forms";
/// Forms that a session keeps.
const FORMS_MAX: usize = 8;
/// Bytes of JSON that they may have together: every request reads them with the session.
const BYTES_MAX: usize = 256 * 1024;
/// How long a form is shown again.
const KEPT_FOR: TimeDelta = TimeDelta::hours(12);

/// A form to show again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefusedForm {
    /// The path of the page that shows it.
    pub path: String,
    /// The address at which that page is shown, with its query. At another one, such as `/contacts/new?company_id=…`, the page
    /// is asked for something else.
    pub shown_at: String,
    /// What was typed except passwords, as a [`SubmittedForm`].
    pub values: serde_json::Value,
    /// What is wrong with it.
    pub errors: FormErrors,
    /// Whether it is shown until it is taken. A question, such as whether to delete, is shown once.
    pub lasts: bool,
    /// When it was refused.
    pub at: DateTime<Utc>,
}

impl RefusedForm {
    /// An answer of this status that the server completes by the form's page.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, Extension(self)).into_response()
    }

    /// The typed values as the form they came from.
    pub fn values<F: DeserializeOwned + Default>(&self) -> SubmittedForm<F> {
        serde_json::from_value(self.values.clone()).unwrap_or_default()
    }
}

/// Keeps a form, in place of an earlier one of the same page. `false` if it is too large to be kept.
pub async fn keep(session: &Session, refused: &RefusedForm) -> Result<bool, PageError> {
    let mut forms = read(session).await?;
    forms.retain(|other| other.shown_at != refused.shown_at && refused.at - other.at < KEPT_FOR);
    let fits = |forms: &[RefusedForm]| forms.len() <= FORMS_MAX && serde_json::to_vec(forms).is_ok_and(|json| json.len() <= BYTES_MAX);
    let is_kept = fits(std::slice::from_ref(refused));
    if is_kept {
        forms.push(refused.clone());
        while !fits(&forms) {
            forms.remove(0);
        }
    }
    session.insert(KEY, forms).await.map_err(PageError::session)?;
    Ok(is_kept)
}

/// The form of the page at this address.
pub async fn find(session: &Session, address: &str, now: DateTime<Utc>) -> Result<Option<RefusedForm>, PageError> {
    let forms = read(session).await?;
    let Some(found) = forms.into_iter().find(|form| form.shown_at == address && now - form.at < KEPT_FOR) else { return Ok(None) };
    if !found.lasts {
        forget(session, &found.path).await?;
    }
    Ok(Some(found))
}

/// Forgets the form of this page. Writes nothing when there is none.
pub async fn forget(session: &Session, path: &str) -> Result<(), PageError> {
    let mut forms = read(session).await?;
    let kept = forms.len();
    forms.retain(|form| form.path != path);
    if forms.len() == kept {
        return Ok(());
    }
    session.insert(KEY, forms).await.map_err(PageError::session)
}

/// Forms that an older version wrote and this one can't read are dropped.
async fn read(session: &Session) -> Result<Vec<RefusedForm>, PageError> {
    let value = session.get_value(KEY).await.map_err(PageError::session)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}
