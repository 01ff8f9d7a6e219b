//! The functions that islands call, under `/fn/`.

use app::{errors::ActionError, state::AppState};
use axum::{
    body::{self, Body},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::provide_context;

/// Bytes of an error's JSON. It holds field messages at most.
const LARGEST_ERROR: usize = 64 * 1024;

/// Answers one call. A function is called by a script and answers JSON: what would make the framework treat it as a form
/// and redirect to the page named in `Referer`, a foreign one included, is taken off the request.
pub async fn call(State(state): State<AppState>, mut request: Request) -> Response {
    request.headers_mut().remove(header::REFERER);
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let provide = move || provide_context(state.clone());
    let response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    if response.status().is_server_error() { with_its_status(response).await } else { response }
}

/// The framework answers every error as 500. Most are not the server's fault: they get the status that says so.
async fn with_its_status(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let error = match body::to_bytes(body, LARGEST_ERROR).await {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or(ActionError::Unavailable),
        Err(_) => ActionError::Unavailable,
    };
    parts.status = match error {
        ActionError::NotFound => StatusCode::NOT_FOUND,
        ActionError::Denied => StatusCode::FORBIDDEN,
        ActionError::SignedOut => StatusCode::UNAUTHORIZED,
        ActionError::Conflict => StatusCode::CONFLICT,
        ActionError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ActionError::Unavailable | ActionError::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(serde_json::to_vec(&error).unwrap_or_default()))
}
