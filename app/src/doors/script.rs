//! The door for calls of a script: JSON in, JSON out, and errors by their status.
//!
//! The cross-site check has passed before, whatever the content type: see the server's `csrf` layer.

use super::{Action, Function, read_arguments, run};
use crate::{auth::AuthSession, errors::ActionError, state::AppState};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::{header, request::Parts};
use serde::Serialize;
use serde_json::{Map, Value};

/// Answers the call of a function that reads.
pub async fn answer<F>(state: AppState, parts: Parts, arguments: Map<String, Value>) -> Response
where
    F: Function<Output: Serialize>,
{
    match called::<F>(state, parts, arguments).await {
        Ok(value) => json(&value),
        Err(error) => error.into_response(),
    }
}

/// Answers the call of a function that changes something, the session included.
pub async fn answer_action<F: Action>(
    state: AppState,
    auth: AuthSession,
    cookies: CookieJar,
    parts: Parts,
    arguments: Map<String, Value>,
) -> Response {
    let done = match called::<F>(state.clone(), parts, arguments).await {
        Ok(done) => done,
        Err(error) => return error.into_response(),
    };
    match done.as_ref().session.clone().apply(&state, auth, cookies).await {
        Ok(cookies) => (cookies, json(&done)).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn called<F: Function>(state: AppState, parts: Parts, arguments: Map<String, Value>) -> Result<F::Output, ActionError> {
    let function = read_arguments::<F>(arguments).ok_or_else(ActionError::bad_request)?;
    run(state, parts, function).await
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
