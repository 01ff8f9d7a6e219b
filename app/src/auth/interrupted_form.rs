//! Forms submitted after their session has ended. The response is the sign-in page, which carries the form sealed; the server
//! stores nothing. After sign-in, the same user gets the form redisplayed.

use super::shown_to::{self, ShownTo};
use crate::{
    function_endpoints::{RESTORE, is_secret, without_secrets},
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

/// The purpose of the seal.
const PURPOSE: &str = "interrupted-form";
/// Maximum size of the form as JSON, in bytes: slightly less than a session keeps.
const BYTES_MAX: usize = 250 * 1024;
/// The lifetime of the seal.
const VALID_FOR: TimeDelta = TimeDelta::hours(12);
/// Maximum size of a sign-in form's body, in bytes: the sealed form and the sign-in fields.
pub const SIGN_IN_BODY_MAX_BYTES: usize = 384 * 1024;

const SIGNED_OUT: &str = "You were signed out before this was sent. Sign in, and what you typed is shown again.";
const SIGNED_IN_AGAIN: &str = "You were signed out, and nothing is saved yet. This is what you typed.";

/// A submitted form, its path, and the user that the form was rendered for.
#[derive(Serialize, Deserialize)]
pub struct InterruptedForm {
    path: String,
    shown_to: String,
    pairs: Vec<(String, String)>,
}

impl InterruptedForm {
    /// The sign-in page with the sealed form. `None` if the request is no form of the site map, has no `shown_to`, or exceeds
    /// [`BYTES_MAX`].
    pub async fn sign_in_page(state: &AppState, request: Request) -> Option<Response> {
        let path = request.uri().path().to_owned();
        state.site_map.form_page(&path)?;
        let Form(mut pairs) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
        // PostgreSQL stores no NUL, and this body has not passed the layer that removes NULs.
        pairs.iter_mut().for_each(|(name, value)| [name, value].into_iter().for_each(|text| text.retain(|character| character != '\0')));
        let at = pairs.iter().position(|(name, _)| name == shown_to::FIELD)?;
        let (_, shown_to) = pairs.remove(at);
        // Typed again after sign-in: a password stays in no page.
        pairs.retain(|(name, _)| !is_secret(name));
        let json = serde_json::to_vec(&Self { path, shown_to, pairs }).ok().filter(|json| json.len() <= BYTES_MAX)?;
        let sealed = state.store.seal(PURPOSE, &json, VALID_FOR).await.ok()?;
        let refused = RefusedForm {
            path: "/login".to_owned(),
            shown_at: "/login".to_owned(),
            shown_to: None,
            values: json!(SubmittedForm::of(json!({ "interrupted": sealed }))),
            errors: FormErrors::of("", SIGNED_OUT),
            lasts: false,
            at: state.clock.now(),
        };
        Some(refused.answer(StatusCode::UNAUTHORIZED))
    }

    /// Unseals the form. `None` for an empty or invalid seal.
    pub async fn open(state: &AppState, sealed: &str) -> Result<Option<Self>, PageError> {
        if sealed.is_empty() {
            return Ok(None);
        }
        Ok(state.store.unseal(PURPOSE, sealed).await?.and_then(|json| serde_json::from_slice(&json).ok()))
    }

    /// The form to redisplay; `None` if it was rendered for another user or workspace.
    pub fn for_user(mut self, user: &ShownTo, state: &AppState) -> Option<RefusedForm> {
        if self.shown_to != user.to_string() {
            return None;
        }
        // The button "Restore and save" belongs to another page.
        self.pairs.retain(|(name, _)| name != RESTORE);
        let typed = SubmittedForm::<Map<String, Value>>::parse(self.pairs).ok()?.submitted;
        let (path, shown_at) = state.site_map.form_page(&self.path)?.locate(&self.path, &typed.form)?;
        let values = json!(without_secrets(&typed));
        Some(RefusedForm {
            path,
            shown_at,
            shown_to: Some(self.shown_to),
            values,
            errors: FormErrors::of("", SIGNED_IN_AGAIN),
            lasts: true,
            at: state.clock.now(),
        })
    }
}
