//! One span per request and one line per answer in the log: method, path, status, time.
//!
//! The path alone is logged. Queries hold what people search for, headers hold session cookies, bodies hold passwords.

use super::request_id::RequestId;
use axum::{extract::Request, middleware::Next, response::Response};
use std::time::Instant;
use tracing::Instrument;

/// Middleware: logs the request under its [`RequestId`].
pub async fn log(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let span = tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    let start = Instant::now();
    async move {
        let response = next.run(request).await;
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), milliseconds, "answered");
        response
    }
    .instrument(span)
    .await
}
