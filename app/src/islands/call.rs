//! Calls a server function from an island.
//!
//! The framework's own client also speaks streams and sockets; linked in, it is a sixth of all that the browser downloads.

use crate::errors::ActionError;
use js_sys::JSON;
use leptos::{serde_json, server_fn::ServerFn};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// Sends the function's arguments as JSON, once, and reads its answer.
///
/// # Errors
/// What the function answers; [`ActionError::Unreachable`] when no answer came or it made no sense.
pub async fn call<F>(function: &F) -> Result<F::Output, ActionError>
where
    F: ServerFn<Error = ActionError> + Serialize,
    F::Output: DeserializeOwned,
{
    ask(F::PATH, function).await
}

/// As [`call`], of a function known by its path: several that take and answer the same are called by one piece of code.
pub async fn ask<A: Serialize, T: DeserializeOwned>(path: &str, arguments: &A) -> Result<T, ActionError> {
    let response = post(path, arguments).await.ok_or(ActionError::Unreachable)?;
    let text = text_of(&response).await.ok_or(ActionError::Unreachable)?;
    if response.ok() { read(&text).ok_or(ActionError::Unreachable) } else { Err(read(&text).unwrap_or(ActionError::Unavailable)) }
}

async fn post(path: &str, arguments: &impl Serialize) -> Option<Response> {
    let headers = Headers::new().ok()?;
    headers.set("content-type", "application/json").ok()?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsValue::from_str(&serde_json::to_string(arguments).ok()?));
    let answer = web_sys::window()?.fetch_with_str_and_init(path, &request);
    JsFuture::from(answer).await.ok()?.dyn_into().ok()
}

/// What the text says, parsed by the browser: `serde_json` would bring a parser of its own, and words for all that may be wrong.
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(JSON::parse(text).ok()?).ok()
}

async fn text_of(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
