//! The cookie by which a browser is recognised that has signed in before. It signs nobody in: failed sign-ins from such a
//! browser are counted apart from everybody else's.

use crate::request::{AppState, PageError};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::ids::UserId;
use store::{DEVICE_DAYS, Device};
use tower_sessions::cookie::time::Duration;

/// Over https. The prefix makes browsers refuse it from any other host, path or plain http.
const HTTPS_NAME: &str = "__Host-minicrm-device";
/// Over plain http, where browsers would refuse the other.
const HTTP_NAME: &str = "minicrm-device";

/// The browser's device, if it sent a cookie that this install sealed.
pub async fn read(state: &AppState, cookies: &CookieJar) -> Result<Option<Device>, PageError> {
    match cookies.get(name(state)) {
        Some(cookie) => Ok(state.store.open_device(cookie.value()).await?),
        None => Ok(None),
    }
}

/// The answer's cookies, with the device on which this user has just signed in.
pub async fn write(state: &AppState, cookies: CookieJar, device: Option<Device>, user: UserId) -> Result<CookieJar, PageError> {
    let sealed = state.store.seal_device(device, user).await?;
    let cookie = Cookie::build((name(state), sealed))
        .path("/")
        .secure(state.settings.https)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(DEVICE_DAYS));
    Ok(cookies.add(cookie))
}

fn name(state: &AppState) -> &'static str {
    if state.settings.https { HTTPS_NAME } else { HTTP_NAME }
}
