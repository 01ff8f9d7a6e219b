//! What a browser is told to refuse on our behalf, on every answer.

use crate::config::BaseUrl;
use app::request::Nonce;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use domain::random::Random;
use http::{HeaderName, HeaderValue, header};
use std::sync::Arc;

/// What the layer needs.
#[derive(Clone)]
pub struct Policy {
    /// Makes each answer's nonce.
    pub random: Arc<dyn Random>,
    /// Decides whether browsers are held to https.
    pub base_url: Arc<BaseUrl>,
    /// The port from which pages are told to load again, in development.
    pub reload_port: Option<u16>,
}

/// Headers that are the same on every answer.
const ALWAYS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Middleware: gives the request the [`Nonce`] its scripts must carry, and the answer its headers. An answer that says
/// nothing of caching is private and kept nowhere: a page of records must not come back from a cache after signing out.
pub async fn set_security_headers(State(policy): State<Policy>, mut request: Request, next: Next) -> Response {
    let nonce = crate::random::hex::<16>(&*policy.random);
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::try_from(content_security_policy(&nonce, policy.reload_port)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    if policy.base_url.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    // The page of an account's link sets its own: its address holds a secret.
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Scripts run only with this answer's nonce or when such a script loads them ('strict-dynamic': the islands' modules);
/// 'wasm-unsafe-eval' lets them compile WebAssembly. Everything else comes from this origin or not at all.
fn content_security_policy(nonce: &str, reload_port: Option<u16>) -> String {
    let reload = reload_port.map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{reload}; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}
