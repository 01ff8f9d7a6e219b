//! The table of contents: what is served, and what every request passes on its way.

use crate::{
    config::BaseUrl,
    files, health,
    layers::{
        clean_text, client_address, compression, csrf, guard, open_requests, panic, redisplay, request_id, security_headers, timeout, trace,
    },
    sessions,
};
use app::{
    auth::Backend,
    request::AppState,
    shell::{render_client_errors, render_error_pages},
};
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get},
};
use axum_login::AuthManagerLayerBuilder;
use domain::random::Random;
use http::StatusCode;
use ipnet::IpNet;
use std::{path::PathBuf, sync::Arc};
use tower_http::limit::RequestBodyLimitLayer;

/// Bytes a request's body may have. The longest form is a few notes of 10,000 characters.
pub const BODY_MAX_BYTES: usize = 1024 * 1024;

/// Method and path of what this crate answers itself.
pub const HEALTH_PATHS: [(&str, &str); 2] = [("GET", "/healthz"), ("GET", "/readyz")];

/// What the router is made of.
#[derive(Clone)]
pub struct RouterConfig {
    /// What pages are handed.
    pub state: AppState,
    /// Makes nonces and request ids.
    pub random: Arc<dyn Random>,
    /// The public address.
    pub base_url: Arc<BaseUrl>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpNet]>,
    /// The folder of the site's files.
    pub site_root: PathBuf,
}

/// Everything the server answers.
pub fn router(parts: &RouterConfig) -> Router {
    router_with(parts, Router::new())
}

/// As [`router`], with more routes behind all layers but the sign-in guard: for tests.
///
/// A layer added later is passed earlier, so each list of layers reads from the handler outwards.
pub fn router_with(parts: &RouterConfig, more: Router<AppState>) -> Router {
    let RouterConfig { state, random, base_url, trusted_proxies, site_root } = parts;

    let pages = app::routes()
        .router
        .route("/fn/{*name}", any(async || StatusCode::NOT_FOUND))
        .layer(from_fn(clean_text::clean))
        .layer(from_fn_with_state(state.clone(), guard::check_access));
    let pages = with_session(pages, state, base_url);
    let not_found = Router::new().fallback(async || StatusCode::NOT_FOUND);
    let not_found = with_session(not_found, state, base_url).with_state(state.clone());
    let form_pages: Router = pages.clone().with_state(state.clone());

    let site = pages
        .layer(from_fn_with_state(form_pages, redisplay::redisplay))
        .merge(more)
        .fallback_service(files::service(site_root, not_found))
        .layer(RequestBodyLimitLayer::new(BODY_MAX_BYTES))
        .layer(from_fn_with_state(Arc::clone(base_url), csrf::check_origin))
        .layer(from_fn(timeout::limit_duration))
        .layer(panic::layer())
        .layer(from_fn(open_requests::limit))
        .layer(from_fn_with_state(state.clone(), render_error_pages))
        .layer(from_fn(compression::compress));

    site.route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(from_fn_with_state(Arc::clone(trusted_proxies), client_address::resolve_client_ip))
        .layer(from_fn_with_state(
            security_headers::Policy {
                random: Arc::clone(random),
                base_url: Arc::clone(base_url),
                reload_port: state.assets.reload.as_ref().map(|reload| reload.port),
            },
            security_headers::set_security_headers,
        ))
        .layer(from_fn(trace::log))
        .layer(from_fn_with_state(Arc::clone(random), request_id::assign_request_id))
        .with_state(state.clone())
}

/// Adds the session, and what needs it: its renewal, and error pages in the signed-in user's shell.
fn with_session(routes: Router<AppState>, state: &AppState, base_url: &BaseUrl) -> Router<AppState> {
    routes
        .layer(from_fn_with_state(state.clone(), render_client_errors))
        .layer(from_fn_with_state(state.store.clone(), sessions::renew))
        .layer(AuthManagerLayerBuilder::new(Backend, sessions::layer(state, base_url)).build())
        .layer(from_fn_with_state(base_url.is_https(), sessions::scope))
}
