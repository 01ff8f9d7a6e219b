//! Bound on open requests per client behind a trusted proxy, where connections do not show whose they are.

use crate::serve::{ConnectionHandle, GuardedBody};
use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use std::net::SocketAddr;

/// Seconds after which a refused client may try again. Most requests take less than one.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Middleware behind `client_address::resolve_client_ip`: 429 past the bound.
///
/// A request is open until the body of its answer is read. The compression layer reads a body whole before it is sent. A body
/// that is not compressed is read by the connection, as it is sent.
pub async fn limit(request: Request, next: Next) -> Response {
    let connection = request.extensions().get::<ConnectionHandle>().cloned();
    let client = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|client| client.0.ip());
    let (Some(connection), Some(client)) = (connection, client) else { return next.run(request).await };
    match connection.open_request(client) {
        Some(open) => next.run(request).await.map(|body| Body::new(GuardedBody::new(body, open))),
        None => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, RETRY_AFTER)]).into_response(),
    }
}
