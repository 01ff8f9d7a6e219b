//! A bound on how long one request may take, so that a stuck one gives its connection back.

use crate::serve::BodyProgress;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use std::{future::Future, time::Duration};
use tokio::time::{Instant, timeout};

/// Longer than any wait below it: 2 s for a database connection, 5 s for a statement, several of them in a long form.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Middleware: 503 past the bound, 408 if the body did not arrive in time. Writes run in tasks of their own and are not
/// cut off.
pub async fn limit_duration(request: Request, next: Next) -> Response {
    let body = request.extensions().get::<BodyProgress>().cloned().unwrap_or_default();
    let response = finished(next.run(request), &body).await;
    // A handler sees only that its body is broken, and answers 400.
    if body.has_timed_out() {
        return StatusCode::REQUEST_TIMEOUT.into_response();
    }
    response.unwrap_or_else(|| {
        tracing::warn!("a request took too long and was given up");
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    })
}

/// The answer, or `None` past the bound. Time spent waiting for the body does not count: the body has deadlines of its own.
async fn finished(answer: impl Future<Output = Response>, body: &BodyProgress) -> Option<Response> {
    tokio::pin!(answer);
    let start = Instant::now();
    loop {
        let worked = start.elapsed().saturating_sub(body.waited());
        let left = REQUEST_TIMEOUT.saturating_sub(worked);
        if left.is_zero() {
            return None;
        }
        if let Ok(response) = timeout(left, &mut answer).await {
            return Some(response);
        }
    }
}
