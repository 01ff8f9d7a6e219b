//! A panic in one request is that request's 500 and nobody else's.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// Makes an answer of what a panic carried.
type Answer = fn(Box<dyn Any + Send + 'static>) -> Response<Body>;

/// The layer. What the panic said goes to the log through the panic hook, never to the client.
pub fn layer() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer as Answer)
}

fn answer(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Sends panics to the log, with the place they come from, instead of to the terminal.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or_default();
        tracing::error!(place, message, "a panic: this is a bug in MiniCRM");
    }));
}
