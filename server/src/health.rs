//! What a supervisor or load balancer asks.

use app::request::AppState;
use axum::extract::{RawQuery, State};
use http::StatusCode;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: 200 if pages can be served, as the database answers and has this program's schema; 503 otherwise. The
/// second line of the body is the outcome of the latest write.
///
/// `GET /readyz?writes` tries a write, at most one in five seconds, and also answers 503 if writes fail.
pub async fn ready(State(state): State<AppState>, RawQuery(query): RawQuery) -> (StatusCode, String) {
    let needs_writes = query.as_deref().is_some_and(|query| query == "writes" || query.starts_with("writes="));
    let is_ready = state.store.is_ready().await;
    let fault = if needs_writes { state.store.check_writes().await } else { state.store.write_fault() };
    let reads = if is_ready { "ready" } else { "not ready" };
    let writes = fault.map_or_else(|| "writes: ok".to_owned(), |fault| format!("writes: failing ({fault})"));
    let served = is_ready && !(needs_writes && fault.is_some());
    let status = if served { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, format!("{reads}\n{writes}\n"))
}
