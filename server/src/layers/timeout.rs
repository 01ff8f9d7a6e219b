//! A bound on how long one request may take, so that a stuck one gives its connection back.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use std::time::Duration;

/// Longer than any wait below it: 2 s for a database connection, 5 s for a statement, several of them in a long form.
const LONGEST: Duration = Duration::from_secs(30);

/// Middleware: 503 past the bound. Writes run in tasks of their own and are not cut off.
pub async fn limit(request: Request, next: Next) -> Response {
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("a request took too long and was given up");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
