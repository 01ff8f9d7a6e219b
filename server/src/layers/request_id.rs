//! A name for each request: in every log line of it and in the answer's `x-request-id`, so that a report can be traced.
//!
//! Always our own. One sent by the client is not taken over: it would write into our log.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::random::Random;
use http::HeaderValue;
use std::sync::Arc;

/// The request's name, 16 hexadecimal digits: a request extension.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Middleware: names the request.
pub async fn assign_request_id(State(random): State<Arc<dyn Random>>, mut request: Request, next: Next) -> Response {
    let id = crate::random::hex::<8>(&*random);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
