//! Error responses: a page for people, JSON for scripts.

use super::card_page;
use crate::{request::AppState, server_functions::ActionError};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::forms::FormErrors;
use http::{StatusCode, header};
use leptos::prelude::*;

/// Middleware that turns a bare error status into an error page, or into JSON for a server function. Handlers, extractors and other
/// layers only need to return a status.
pub async fn render_error_pages(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_function = request.uri().path().starts_with("/fn/");
    let mut response = next.run(request).await;
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ours = content_type.starts_with("text/html") || content_type.starts_with("application/json");
    if !(status.is_client_error() || status.is_server_error()) || ours {
        return response;
    }
    let (content_type, body) =
        if is_function { ("application/json", function_error(status)) } else { ("text/html; charset=utf-8", error_page(&state, status)) };
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    *response.body_mut() = body.into();
    response
}

fn function_error(status: StatusCode) -> String {
    let error = match status {
        StatusCode::UNAUTHORIZED => ActionError::SignedOut,
        StatusCode::FORBIDDEN => ActionError::Denied,
        StatusCode::NOT_FOUND => ActionError::NotFound,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => ActionError::Unavailable,
        StatusCode::CONFLICT => ActionError::Conflict,
        StatusCode::PAYLOAD_TOO_LARGE => {
            ActionError::Invalid(FormErrors::of("", "What you sent is larger than is accepted. Shorten it and try again."))
        }
        status if status.is_client_error() => ActionError::bad_request(),
        _ => ActionError::Unavailable,
    };
    serde_json::to_string(&error).unwrap_or_default()
}

fn error_page(state: &AppState, status: StatusCode) -> String {
    let (title, sentence) = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            ("Not allowed", "Your role does not allow this, or the form was sent from another site.")
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            ("Page not found", "Nothing is at this address. It may have been deleted, or the link is wrong.")
        }
        StatusCode::CONFLICT => ("Changed meanwhile", "Somebody else changed this record. Open it again to see it as it is now."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Too large", "What you sent is larger than is accepted. Shorten it and try again."),
        StatusCode::REQUEST_TIMEOUT => {
            ("Too slow", "What you sent did not arrive in time. Nothing was saved; check the connection and try again.")
        }
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too many requests", "More requests came from your network than are served at once. Nothing was saved; try again in a moment.")
        }
        StatusCode::SERVICE_UNAVAILABLE => ("Busy", "The server can’t answer just now. Nothing was lost; try again in a moment."),
        status if status.is_client_error() => {
            ("Not understood", "The address or form has something in it that makes no sense here. Nothing was saved.")
        }
        _ => ("Something went wrong", "The fault is on our side and has been noted. Nothing was saved; try again in a moment."),
    };
    card_page(
        state,
        title,
        view! {
            <p class="text-muted-foreground tabular-nums">{format!("Error {}", status.as_u16())}</p>
            <h1 class="mt-1">{title}</h1>
            <p class="mt-2 text-muted-foreground">{sentence}</p>
            <p class="mt-6"><a class="btn" href="/">"Go to the start page"</a></p>
        },
    )
}
