//! Refuses requests that change something unless a page of ours sent them.
//!
//! A browser says in `Sec-Fetch-Site` where a request came from, and no page can forge it. Browsers leave it out when the
//! server is reached over plain http and is not this machine; then `Origin`, which every browser sends with a POST, must be ours.
//! A request with neither is refused. The content type is checked as well: only forms and JSON are read anywhere.

use crate::config::BaseUrl;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, Method, StatusCode, header, uri::Authority};
use std::sync::Arc;

/// What a form or an island may send.
const CONTENT_TYPES: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"];

/// Middleware: 403 for a change that was not asked for by a page of ours, 415 for a body of a kind nothing here reads.
pub async fn check_origin(State(base_url): State<Arc<BaseUrl>>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads {
        return next.run(request).await;
    }
    if !is_ours(request.headers(), &base_url) {
        tracing::warn!("a change asked for by another site was refused");
        return StatusCode::FORBIDDEN.into_response();
    }
    if !is_readable(request.headers()) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    next.run(request).await
}

/// Whether a page of ours, or the person themselves, made the request.
fn is_ours(headers: &HeaderMap, base_url: &BaseUrl) -> bool {
    match (only(headers, HeaderName::from_static("sec-fetch-site")), only(headers, header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            !headers.contains_key("sec-fetch-site") && (origin == base_url.origin() || is_this_machine(headers, origin))
        }
        (None, None) => false,
    }
}

/// Whether the page and the server are both on this machine, under the same name and port: `http://localhost:3000` where
/// `BASE_URL` says `http://127.0.0.1:3000`.
fn is_this_machine(headers: &HeaderMap, origin: &str) -> bool {
    let Some(host) = only(headers, header::HOST) else { return false };
    let Ok(authority) = host.parse::<Authority>() else { return false };
    matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]") && origin.strip_prefix("http://") == Some(host)
}

/// Whether there is no body, or one of a kind that is read here.
fn is_readable(headers: &HeaderMap) -> bool {
    match only(headers, header::CONTENT_TYPE) {
        Some(value) => {
            let essence = value.split(';').next().unwrap_or_default().trim();
            CONTENT_TYPES.iter().any(|known| known.eq_ignore_ascii_case(essence))
        }
        None => {
            let empty = headers.get(header::CONTENT_LENGTH).is_none_or(|length| length.as_bytes() == b"0");
            empty && !headers.contains_key(header::TRANSFER_ENCODING) && !headers.contains_key(header::CONTENT_TYPE)
        }
    }
}

/// A header's value, if it is there exactly once and is text.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}
