//! Shows a refused form again in the answer to its own submission: nothing of it is stored on the server.
//!
//! A handler answers with a status and a [`RefusedForm`] in the response's extensions. This layer then asks for the form's
//! page as a GET of the same browser would, and sends it under that status.

use super::request_id::RequestId;
use app::request::{Nonce, RefusedForm};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::{Extensions, HeaderMap, Method, StatusCode, header};
use std::net::SocketAddr;
use tower::ServiceExt;

/// Middleware around `pages`, which answers the second request.
pub async fn redisplay(State(pages): State<Router>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let (headers, extensions) = (request.headers().clone(), for_second_request(request.extensions()));
    let mut answer = next.run(request).await;
    let Some(refused) = answer.extensions_mut().remove::<RefusedForm>() else { return answer };
    let Ok(form_page) = page_request(headers, extensions, refused) else { return answer };
    match pages.oneshot(form_page).await {
        Ok(page) if page.status() == StatusCode::OK => with_status_and_headers(page, &answer),
        // The page can't be shown: the status without it is dressed as an error page.
        Ok(_) => answer,
        Err(never) => match never {},
    }
}

/// Copies the extensions set by outer layers. Those of the router belong to the first path.
fn for_second_request(extensions: &Extensions) -> Extensions {
    let mut copy = Extensions::new();
    if let Some(address) = extensions.get::<ConnectInfo<SocketAddr>>() {
        copy.insert(*address);
    }
    if let Some(nonce) = extensions.get::<Nonce>() {
        copy.insert(nonce.clone());
    }
    if let Some(id) = extensions.get::<RequestId>() {
        copy.insert(id.clone());
    }
    copy
}

fn page_request(mut headers: HeaderMap, extensions: Extensions, refused: RefusedForm) -> Result<Request, http::Error> {
    for of_the_body in [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::TRANSFER_ENCODING] {
        headers.remove(of_the_body);
    }
    let mut request = Request::builder().method(Method::GET).uri(&refused.shown_at).body(Body::empty())?;
    *request.headers_mut() = headers;
    *request.extensions_mut() = extensions;
    request.extensions_mut().insert(refused);
    Ok(request)
}

fn with_status_and_headers(mut page: Response, answer: &Response) -> Response {
    *page.status_mut() = answer.status();
    for name in [header::RETRY_AFTER, header::SET_COOKIE] {
        for value in answer.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}
