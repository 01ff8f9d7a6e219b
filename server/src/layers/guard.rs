//! Access check. Enforces the `AccessRule` of the matched route; a route without one answers 404.
//!
//! `domain::access::ENDPOINTS` holds the `AccessRule` by method and route. A page or server function added without an entry is
//! closed, not open. A route that has entries for other methods only answers 405.

use crate::serve::ConnectionHandle;
use app::{
    auth::{
        AuthSession, InterruptedForm, SIGN_IN_BODY_MAX_BYTES, request_scope,
        shown_to::{self, ShownTo},
    },
    function_endpoints::{json_call, no_workspace},
    request::AppState,
    workspaces,
};
use axum::{
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::{AccessRule, ENDPOINTS},
    urls::safe_next,
};
use http::{Method, StatusCode, Uri, header};
use std::fmt::Write;

/// Bytes of an anonymous request's body: the longest form before a sign-in is a few lines.
const ANONYMOUS_BODY_MAX_BYTES: usize = 16 * 1024;

/// Middleware for the routed part of the site, inside the session's layer.
pub async fn check_access(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let Some(needs) = needs(&request) else { return not_listed(&request) };
    let user = request.extensions().get::<AuthSession>().and_then(|auth| auth.user.clone());
    let (has_session, who) = (user.is_some(), user.and_then(|user| user.signed_in()));
    if let Some(connection) = request.extensions().get::<ConnectionHandle>() {
        connection.set_signed_in(has_session);
    }
    // A script asks for part of another page: of another user or workspace it must not become part of this one.
    if request.method().is_safe() && ShownTo::differs(shown_to::of_request(request.headers())) {
        return StatusCode::CONFLICT.into_response();
    }
    match (needs, who) {
        (AccessRule::Account, _) if has_session => next.run(request).await,
        (AccessRule::PlatformAdmin, _) if request_scope::user().is_some_and(|user| has_session && user.is_platform_admin) => {
            next.run(request).await
        }
        (AccessRule::PlatformAdmin, _) if has_session => StatusCode::FORBIDDEN.into_response(),
        (AccessRule::SignIn | AccessRule::Permission(..), None) if has_session => without_workspace(&state, request).await,
        (AccessRule::AnonymousOnly | AccessRule::Public, None) if !has_session => {
            let carries_a_form = request.uri().path() == "/login";
            DefaultBodyLimit::max(if carries_a_form { SIGN_IN_BODY_MAX_BYTES } else { ANONYMOUS_BODY_MAX_BYTES }).apply(&mut request);
            next.run(request).await
        }
        (AccessRule::Public, _) | (AccessRule::SignIn, Some(_)) => next.run(request).await,
        (AccessRule::AnonymousOnly, _) if request.uri().path().starts_with("/fn/") => StatusCode::CONFLICT.into_response(),
        (AccessRule::AnonymousOnly, _) => Redirect::to("/").into_response(),
        (AccessRule::Account | AccessRule::PlatformAdmin, _) | (AccessRule::SignIn | AccessRule::Permission(..), None) => {
            let redirect = to_sign_in(request.method(), request.uri());
            if request.method() != Method::POST || request.uri().path().starts_with("/fn/") {
                return redirect;
            }
            InterruptedForm::sign_in_page(&state, request).await.unwrap_or(redirect)
        }
        (AccessRule::Permission(verb, entity), Some(who)) if who.actor().may(verb, entity) => next.run(request).await,
        (AccessRule::Permission(..), Some(_)) => StatusCode::FORBIDDEN.into_response(),
    }
}

/// The answer to a user in no workspace, any more or yet: a page leads to the list of theirs, a form shows what was typed. A form that a
/// script sends gets an error upon which it is sent without the script.
async fn without_workspace(state: &AppState, request: Request) -> Response {
    if request.uri().path().starts_with("/fn/") {
        return json_call::shown_elsewhere().into_response();
    }
    if !request.method().is_safe() {
        return no_workspace::answer(state, request).await.into_response();
    }
    Redirect::to(workspaces::PATH).into_response()
}

/// What the table says of this route.
fn needs(request: &Request) -> Option<AccessRule> {
    let route = route(request)?;
    let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.path == route).map(|endpoint| endpoint.needs)
}

/// The route as the table writes it.
fn route(request: &Request) -> Option<&str> {
    request.extensions().get::<MatchedPath>().map(MatchedPath::as_str)
}

/// 405 with what is allowed where the path is known by another method, else 404.
fn not_listed(request: &Request) -> Response {
    let known = ENDPOINTS.iter().filter(|endpoint| Some(endpoint.path) == route(request));
    let allowed: Vec<&str> = known.map(|endpoint| endpoint.method).collect();
    if allowed.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allowed.join(", "))]).into_response()
}

/// An anonymous request is redirected to the sign-in page, which returns to the requested page afterwards; a call of an island gets an
/// error instead.
fn to_sign_in(method: &Method, uri: &Uri) -> Response {
    if uri.path().starts_with("/fn/") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    match safe_next(target).filter(|target| method == Method::GET && *target != "/") {
        Some(target) => Redirect::to(&format!("/login?next={}", query_value(target))).into_response(),
        None => Redirect::to("/login").into_response(),
    }
}

/// Text as the value of a query's parameter (RFC 3986, 3.4).
fn query_value(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => encoded.push(char::from(byte)),
            // Writing to a String can't fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_inside_a_query_stays_one_value() {
        assert_eq!(query_value("/companies?q=cong+ty&tag=a%20b"), "/companies%3Fq%3Dcong%2Bty%26tag%3Da%2520b");
    }
}
