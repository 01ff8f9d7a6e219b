//! Refused forms, kept in the session with their values, so that a reload or another page loses nothing. A form is forgotten once
//! it is accepted, after twelve hours, or when newer forms need the space.

use crate::{
    auth::shown_to::ShownTo,
    request::{PageError, submitted_form::SubmittedForm},
};
use axum::{
    Extension,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::forms::FormErrors;
use http::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::{REFUSED_FORMS_KEY as KEY, any_text};
use tower_sessions::Session;

/// Maximum number of forms per session.
const FORMS_MAX: usize = 8;
/// Maximum size of the forms of a session as JSON, in bytes: every request loads them with the session.
const BYTES_MAX: usize = 256 * 1024;
/// The lifetime of a refused form.
const LIFETIME: TimeDelta = TimeDelta::hours(12);

/// A refused form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefusedForm {
    /// The path of the form's page.
    pub path: String,
    /// The URL at which the page was shown, with its query. The form is redisplayed at this URL only: `/contacts/new?company_id=…`
    /// is another form.
    pub shown_at: String,
    /// The user and workspace that the form was submitted as ([`ShownTo`]); `None` before a sign-in. It is redisplayed to them alone, not
    /// in another workspace, whose records it doesn't name.
    #[serde(default)]
    pub shown_to: Option<String>,
    /// The submitted values without passwords, as a [`SubmittedForm`].
    pub values: serde_json::Value,
    /// The errors.
    pub errors: FormErrors,
    /// Whether the form is redisplayed until it is accepted. A question, such as a delete confirmation, is redisplayed once.
    pub lasts: bool,
    /// The time of the refusal.
    pub at: DateTime<Utc>,
}

impl RefusedForm {
    /// A response with this status that the server completes by the form's page.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, Extension(self)).into_response()
    }

    /// The values, deserialised.
    pub fn values<F: DeserializeOwned + Default>(&self) -> SubmittedForm<F> {
        serde_json::from_value(self.values.clone()).unwrap_or_default()
    }
}

/// Keeps a form, which replaces an earlier one of the same URL. Returns `false` if the form is too large.
pub async fn keep(session: &Session, refused: &RefusedForm) -> Result<bool, PageError> {
    let mut forms = read(session).await?;
    let is_same = |other: &RefusedForm| (&other.shown_at, &other.shown_to) == (&refused.shown_at, &refused.shown_to);
    forms.retain(|other| !is_same(other) && refused.at - other.at < LIFETIME);
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

/// The form of the page at this URL.
pub async fn find(session: &Session, address: &str, now: DateTime<Utc>) -> Result<Option<RefusedForm>, PageError> {
    let (forms, shown_to) = (read(session).await?, ShownTo::now().map(|now| now.to_string()));
    let is_shown = |form: &RefusedForm| form.shown_at == address && now - form.at < LIFETIME && form.shown_to == shown_to;
    let Some(found) = forms.into_iter().find(is_shown) else { return Ok(None) };
    if !found.lasts {
        forget(session, &found.path).await?;
    }
    Ok(Some(found))
}

/// Forgets the form of the page at this path. Writes nothing without one.
pub async fn forget(session: &Session, path: &str) -> Result<(), PageError> {
    let mut forms = read(session).await?;
    let kept = forms.len();
    let shown_to = ShownTo::now().map(|now| now.to_string());
    forms.retain(|form| form.path != path || form.shown_to != shown_to);
    if forms.len() == kept {
        return Ok(());
    }
    session.insert(KEY, forms).await.map_err(PageError::session)
}

/// Forgets every form with a text of which `is_about` is true.
pub async fn forget_about(session: &Session, is_about: impl Fn(&str) -> bool) -> Result<(), PageError> {
    let mut forms = read(session).await?;
    let count = forms.len();
    forms.retain(|form| {
        let form = serde_json::to_value(form).unwrap_or_default();
        !any_text(&form, &is_about)
    });
    if forms.len() == count { Ok(()) } else { session.insert(KEY, forms).await.map_err(PageError::session) }
}

/// Forms in an unknown format, written by an older version, are dropped.
async fn read(session: &Session) -> Result<Vec<RefusedForm>, PageError> {
    let value = session.get_value(KEY).await.map_err(PageError::session)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default())
}
