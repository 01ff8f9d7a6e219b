//! The endpoint of calls by a script: JSON in, JSON out, errors by status.
//!
//! The cross-site check has passed before, for every content type: see the server's `csrf` layer.

use super::{Action, FormLocation, Function, read_arguments, removed_record, run};
use crate::{
    auth::{AuthSession, request_scope, shown_to},
    request::{AppState, RequestContext, context::finish},
    server_functions::ActionError,
};
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use domain::form_fields::is_helper;
use http::{header, request::Parts};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// The header of a call after which the script opens a page. That page shows the notice, as after a form post.
const LEAVE_NOTICE: &str = "x-leave-notice";

/// Answers the call of a function that reads.
pub async fn answer<F>(state: AppState, parts: Parts, arguments: Map<String, Value>) -> Response
where
    F: Function<Output: Serialize>,
{
    match call::<F>(FormLocation::BUTTON, &state, parts, arguments).await {
        Ok(value) => json(&value),
        Err(error) => error.into_response(),
    }
}

/// Answers the call of an action, and applies its session change. `form`: the path that the action's form is posted to.
pub async fn answer_action<F: Action>(
    page: FormLocation,
    form: &'static str,
    state: AppState,
    auth: AuthSession,
    cookies: CookieJar,
    parts: Parts,
    arguments: Map<String, Value>,
) -> Response {
    let leaves_notice = parts.headers.contains_key(LEAVE_NOTICE);
    let form_page = if leaves_notice { form_page(page, form, &arguments) } else { None };
    let id = arguments.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let done = match call::<F>(page, &state, parts.clone(), arguments).await {
        Ok(done) => done,
        Err(ActionError::NotFound) => return not_found(&state, parts, id).await.into_response(),
        Err(error) => return error.into_response(),
    };
    if leaves_notice
        && auth.user.is_some()
        && let Err(error) = finish(&auth.session, done.as_ref().clone(), form_page).await
    {
        tracing::warn!(?error, "a notice could not be left");
    }
    match done.as_ref().session.clone().apply(&state, auth, cookies).await {
        Ok(cookies) => (cookies, json(&done)).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The path of the page that has the action's form.
fn form_page(page: FormLocation, form: &str, arguments: &Map<String, Value>) -> Option<String> {
    let id = arguments.get("id").and_then(Value::as_str).unwrap_or_default();
    let fields = arguments.get("form").and_then(Value::as_object).cloned().unwrap_or_default();
    page.locate(&form.replace("{id}", id), &fields).map(|(path, _)| path)
}

/// The error of an unknown record: removed meanwhile, or not found.
async fn not_found(state: &AppState, mut parts: Parts, id: Option<Uuid>) -> ActionError {
    let Some(id) = id else { return ActionError::NotFound };
    let Ok(ctx) = RequestContext::from_request_parts(&mut parts, state).await else { return ActionError::NotFound };
    match removed_record::find(&ctx, id).await {
        Ok(Some(record)) => removed_record::error(&ctx, &record),
        Ok(None) => ActionError::NotFound,
        Err(error) => error.into(),
    }
}

/// The error of a call by a page that was shown to another user or in another workspace. A form is then sent without the script.
pub fn shown_elsewhere() -> ActionError {
    ActionError::OtherUser(request_scope::user().map(|user| user.user_name.clone()).unwrap_or_default())
}

async fn call<F: Function>(
    page: FormLocation,
    state: &AppState,
    parts: Parts,
    mut arguments: Map<String, Value>,
) -> Result<F::Output, ActionError> {
    if page.mismatch(shown_to::of_request(&parts.headers)).is_some() {
        return Err(shown_elsewhere());
    }
    if let Some(Value::Object(form)) = arguments.get_mut("form") {
        form.retain(|name, _| !is_helper(name));
    }
    let function = read_arguments::<F>(arguments).ok_or_else(ActionError::bad_request)?;
    run(state.clone(), parts, function).await
}

fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer can't be written as JSON");
            ActionError::Internal.into_response()
        }
    }
}
