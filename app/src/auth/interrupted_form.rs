//! A form whose sender's session had ended when it was sent. The answer is the sign-in page, which carries what was typed,
//! sealed; nothing of it is stored. Signed in, the same user finds the form as it was.

use super::shown_to::{self, ShownTo};
use crate::{
    function_endpoints::{RESTORE, without_secrets},
    request::{AppState, PageError, refused_forms::RefusedForm, submitted_form::SubmittedForm},
};
use axum::{
    extract::{FromRequest, Request},
    response::Response,
};
use axum_extra::extract::Form;
use chrono::TimeDelta;
use domain::forms::FormErrors;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What it is sealed for.
const PURPOSE: &str = "interrupted-form";
/// Bytes of JSON that are carried along: a little less than a session keeps.
const BYTES_MAX: usize = 250 * 1024;
/// How long the sign-in page may stay open.
const VALID_FOR: TimeDelta = TimeDelta::hours(12);
/// Bytes of a sign-in form's body: the sealed form, and the few lines that are typed.
pub const SIGN_IN_BODY_MAX_BYTES: usize = 384 * 1024;

const SIGNED_OUT: &str = "You were signed out before this was sent. Sign in, and what you typed is shown again.";
const SIGNED_IN_AGAIN: &str = "You were signed out, and nothing is saved yet. This is what you typed.";

/// What was sent, where, and to whom the form was shown.
#[derive(Serialize, Deserialize)]
pub struct InterruptedForm {
    path: String,
    shown_to: String,
    pairs: Vec<(String, String)>,
}

impl InterruptedForm {
    /// The sign-in page that carries the form. `None` if there is nothing to carry: no form, one that does not say to whom it
    /// was shown, or a larger one.
    pub async fn sign_in_page(state: &AppState, request: Request) -> Option<Response> {
        let path = request.uri().path().to_owned();
        state.site_map.form_page(&path)?;
        let Form(mut pairs) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
        // PostgreSQL stores no NUL, and this body has not passed the layer that takes them out.
        pairs.iter_mut().for_each(|(name, value)| [name, value].into_iter().for_each(|text| text.retain(|character| character != '\0')));
        let at = pairs.iter().position(|(name, _)| name == shown_to::FIELD)?;
        let (_, shown_to) = pairs.remove(at);
        let json = serde_json::to_vec(&Self { path, shown_to, pairs }).ok().filter(|json| json.len() <= BYTES_MAX)?;
        let sealed = state.store.seal(PURPOSE, &json, VALID_FOR).await.ok()?;
        let refused = RefusedForm {
            path: "/login".to_owned(),
            shown_at: "/login".to_owned(),
            values: json!(SubmittedForm::of(json!({ "interrupted": sealed }))),
            errors: FormErrors::of("", SIGNED_OUT),
            lasts: false,
            at: state.clock.now(),
        };
        Some(refused.answer(StatusCode::UNAUTHORIZED))
    }

    /// Opens what the sign-in page carried. `None` for nothing, and for what this install did not seal.
    pub async fn open(state: &AppState, sealed: &str) -> Result<Option<Self>, PageError> {
        if sealed.is_empty() {
            return Ok(None);
        }
        Ok(state.store.unseal(PURPOSE, sealed).await?.and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// The form to show again, if it was shown to this user in this workspace.
    pub fn for_user(mut self, user: &ShownTo, state: &AppState) -> Option<RefusedForm> {
        if self.shown_to != user.to_string() {
            return None;
        }
        // Not a field of the form: the button that sends it is on another page.
        self.pairs.retain(|(name, _)| name != RESTORE);
        let typed = SubmittedForm::<Map<String, Value>>::parse(self.pairs).ok()?.submitted;
        let (path, shown_at) = state.site_map.form_page(&self.path)?.locate(&self.path, &typed.form)?;
        let values = json!(without_secrets(&typed));
        Some(RefusedForm { path, shown_at, values, errors: FormErrors::of("", SIGNED_IN_AGAIN), lasts: true, at: state.clock.now() })
    }
}
