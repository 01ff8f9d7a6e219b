//! The device cookie, which recognises a browser that has signed in before. It signs nobody in: failed sign-ins from a known
//! browser are counted separately.

use crate::request::{AppState, PageError};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::ids::UserId;
use store::{DEVICE_DAYS, Device};
use tower_sessions::cookie::time::Duration;

/// The name over https. With this prefix, browsers accept the cookie only from this host, over https, for path `/`.
const HTTPS_NAME: &str = "__Host-minicrm-device";
/// The name over plain http, where browsers refuse the prefix.
const HTTP_NAME: &str = "minicrm-device";

/// The browser's device; `None` without a cookie sealed by this install.
pub async fn read(state: &AppState, cookies: &CookieJar) -> Result<Option<Device>, PageError> {
    match cookies.get(name(state)) {
        Some(cookie) => Ok(state.store.open_device(cookie.value()).await?),
        None => Ok(None),
    }
}

/// Adds the device cookie of the signed-in user to the response's cookies.
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
