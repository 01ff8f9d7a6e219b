//! Registering, signing in and signing out.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::users::{LoginForm, RegisterForm};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{InterruptedForm, SessionChange, device_cookie, limited, shown_to::ShownTo};
#[cfg(feature = "ssr")]
use crate::request::{AppState, context::request_from_leptos};
#[cfg(feature = "ssr")]
use axum_extra::extract::CookieJar;
#[cfg(feature = "ssr")]
use domain::{administration::ACCOUNT_DISABLED, forms::FormErrors, urls::safe_next, users::Password};
#[cfg(feature = "ssr")]
use http::{header, request::Parts};
#[cfg(feature = "ssr")]
use store::{Device, SignIn, SignInUser, StoreError};

/// Signs in.
#[server(prefix = "/fn", endpoint = "login", protocol = Call, client = FetchClient)]
pub async fn login(
    /// The form.
    form: LoginForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, parts) = request_from_leptos()?;
    let device = device_cookie::read(&state, &CookieJar::from_headers(&parts.headers)).await?;
    match try_password(&state, &form.email, &form.password, device.as_ref(), user_agent(&parts)).await? {
        Some(user) => {
            let interrupted = InterruptedForm::open(&state, &form.interrupted).await?;
            enter(&state, user, device, interrupted, &form.next)
        }
        // One message for an unknown address and for a wrong password, so that neither tells who has an account.
        None => Err(FormErrors::of("password", "Email and password do not match.").into()),
    }
}

/// Creates a user and their workspace, and signs them in.
///
/// A form submitted twice finds the account that the first submission created. With the right password the second one is a sign-in,
/// counted and limited as any other.
#[server(prefix = "/fn", endpoint = "register", protocol = Call, client = FetchClient)]
pub async fn register(
    /// The form.
    form: RegisterForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, parts) = request_from_leptos()?;
    if !state.registration_open().await? {
        return Err(ActionError::Denied);
    }
    let draft = form.parse()?;
    let device = device_cookie::read(&state, &CookieJar::from_headers(&parts.headers)).await?;
    let refused = match state.store.register(draft, user_agent(&parts)).await {
        Ok(user) => return enter(&state, user, device, None, &form.next),
        Err(StoreError::Invalid(errors)) if errors.get("email").is_some() => errors,
        Err(error) => return Err(error.into()),
    };
    match try_password(&state, &form.email, &form.password, device.as_ref(), user_agent(&parts)).await {
        Ok(Some(user)) => enter(&state, user, device, None, &form.next),
        Ok(None) | Err(ActionError::Limited(_)) => Err(refused.into()),
        Err(error) => Err(error),
    }
}

/// Signs out.
#[server(prefix = "/fn", endpoint = "logout", protocol = Call, client = FetchClient)]
pub async fn logout() -> Result<ActionOutcome, ActionError> {
    Ok(ActionOutcome::to("/login").session(SessionChange::SignOut))
}

/// Compares the password; `None` for an unknown address or a wrong password.
#[cfg(feature = "ssr")]
async fn try_password(
    state: &AppState,
    email: &str,
    password: &str,
    device: Option<&Device>,
    user_agent: Option<&str>,
) -> Result<Option<SignInUser>, ActionError> {
    match state.store.sign_in(email, Password::to_compare(password), device, user_agent).await? {
        SignIn::Accepted(user) => Ok(Some(user)),
        SignIn::Mismatch => Ok(None),
        SignIn::Disabled => Err(FormErrors::of("", ACCOUNT_DISABLED).into()),
        SignIn::Limited { retry_at } => Err(limited(state, retry_at)),
    }
}

/// The browser's `User-Agent` header.
#[cfg(feature = "ssr")]
fn user_agent(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::USER_AGENT)?.to_str().ok()
}

#[cfg(feature = "ssr")]
fn enter(
    state: &AppState,
    user: SignInUser,
    device: Option<Device>,
    interrupted: Option<InterruptedForm>,
    next: &str,
) -> Result<ActionOutcome, ActionError> {
    let workspace_id = user.workspace_id;
    let form = interrupted.and_then(|form| form.for_user(&ShownTo::new(user.id, workspace_id), state));
    let to = form.as_ref().map_or_else(|| safe_next(next).unwrap_or(user.start_page.path()).to_owned(), |form| form.shown_at.clone());
    Ok(ActionOutcome::to(to).session(SessionChange::SignIn { user, workspace_id, device, form: form.map(Box::new) }))
}
