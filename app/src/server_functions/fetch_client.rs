//! The client of server functions in the browser.
//!
//! The framework's own client also supports streams, sockets and multipart, which would be a sixth of the download. This client
//! sends one `fetch` and reads the whole answer.

use crate::{islands::dom::shown_to, server_functions::ActionError};
use futures_util::{Sink, Stream, sink, stream};
use http::Method;
use leptos::{
    prelude::document,
    server_fn::{Bytes, client::Client, request::ClientReq, response::ClientRes},
};
use send_wrapper::SendWrapper;
use std::future::Future;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Headers, RequestInit, Response};

/// The client of every server function.
pub struct FetchClient;

/// A call: a path and a JSON body, sent by POST.
pub struct FetchRequest {
    path: String,
    body: String,
    leaves_notice: bool,
}

impl FetchRequest {
    /// A call after which the page stays as it is.
    pub fn without_notice(path: String, body: String) -> Self {
        Self { path, body, leaves_notice: false }
    }

    /// A call whose notice is shown by the next page, as after a form post.
    pub fn leaving_notice(path: String, body: String) -> Self {
        Self { path, body, leaves_notice: true }
    }
}

/// An answer, read completely.
pub struct FetchResponse {
    status: u16,
    body: Bytes,
}

impl FetchResponse {
    /// The body.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    /// Whether the function has succeeded.
    pub const fn is_ok(&self) -> bool {
        self.status < 400
    }
}

impl Client<ActionError> for FetchClient {
    type Request = FetchRequest;
    type Response = FetchResponse;

    fn send(request: FetchRequest) -> impl Future<Output = Result<FetchResponse, ActionError>> + Send {
        SendWrapper::new(async move { send_request(request).await.ok_or(ActionError::Unreachable) })
    }

    async fn open_websocket(
        _: &str,
    ) -> Result<(impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static), ActionError> {
        if false {
            return Ok((stream::empty(), sink::drain()));
        }
        Err(ActionError::Unreachable)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        spawn_local(future);
    }
}

/// Sends a call. `None` if no answer came.
pub async fn send_request(request: FetchRequest) -> Option<FetchResponse> {
    let headers = Headers::new().ok()?;
    headers.set("content-type", "application/json").ok()?;
    if request.leaves_notice {
        headers.set("x-leave-notice", "1").ok()?;
    }
    // The same value as the forms' hidden field.
    if let Some(shown_to) = shown_to(&document()) {
        headers.set("x-shown-to", &shown_to).ok()?;
    }
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&JsValue::from_str(&request.body));
    let answer = web_sys::window()?.fetch_with_str_and_init(&request.path, &options);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    Some(FetchResponse { status: response.status(), body: text.into() })
}

impl ClientReq<ActionError> for FetchRequest {
    type FormData = ();

    fn try_new_req_bytes(path: &str, _: &str, _: &str, body: Bytes, _: Method) -> Result<Self, ActionError> {
        let body = String::from_utf8(body.into()).map_err(|_| ActionError::Unreachable)?;
        Ok(Self { path: path.to_owned(), body, leaves_notice: false })
    }

    fn try_new_req_query(_: &str, _: &str, _: &str, _: &str, _: Method) -> Result<Self, ActionError> {
        Err(ActionError::Unreachable)
    }

    fn try_new_req_text(_: &str, _: &str, _: &str, _: String, _: Method) -> Result<Self, ActionError> {
        Err(ActionError::Unreachable)
    }

    fn try_new_req_form_data(_: &str, _: &str, _: &str, (): (), _: Method) -> Result<Self, ActionError> {
        Err(ActionError::Unreachable)
    }

    fn try_new_req_multipart(_: &str, _: &str, (): (), _: Method) -> Result<Self, ActionError> {
        Err(ActionError::Unreachable)
    }

    fn try_new_req_streaming(
        _: &str,
        _: &str,
        _: &str,
        _: impl Stream<Item = Bytes> + Send + 'static,
        _: Method,
    ) -> Result<Self, ActionError> {
        Err(ActionError::Unreachable)
    }
}

impl ClientRes<ActionError> for FetchResponse {
    async fn try_into_string(self) -> Result<String, ActionError> {
        String::from_utf8(self.body.into()).map_err(|_| ActionError::Unreachable)
    }

    async fn try_into_bytes(self) -> Result<Bytes, ActionError> {
        Ok(self.body)
    }

    fn try_into_stream(self) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, ActionError> {
        Ok(stream::once(std::future::ready(Ok(self.body))))
    }

    fn status(&self) -> u16 {
        self.status
    }

    fn status_text(&self) -> String {
        String::new()
    }

    fn location(&self) -> String {
        String::new()
    }

    fn has_redirect(&self) -> bool {
        false
    }
}
