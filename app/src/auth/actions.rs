//! The forms of `/login` and `/register`, and the sign-out button.
//!
//! Before a sign-in there is no session: a refused form comes back in the answer.

use super::{AuthSession, User, WORKSPACE_KEY, device_cookie};
use crate::{
    errors::PageError,
    flash::RefusedForm,
    state::AppState,
    visit::{FormResult, NOT_SAVED, unavailable},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{CookieJar, Form};
use domain::{
    forms::FormErrors,
    urls::safe_next,
    users::{LoginForm, Password, RegisterForm},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde_json::json;
use store::{SignIn, SignInUser, StoreError};

/// One message for an unknown address and for a wrong password, so that neither tells who has an account.
const NO_MATCH: &str = "Email and password do not match.";
const NO_SIGN_IN: &str = "Signing in is not possible just now. Try again in a moment.";
const LOGIN: &str = "/login";
const REGISTER: &str = "/register";

/// `POST /login`
pub async fn login(
    parts: Parts,
    State(state): State<AppState>,
    auth: AuthSession,
    cookies: CookieJar,
    Form(form): Form<LoginForm>,
) -> FormResult {
    let state = state.asked_by(&parts);
    let values = json!({ "email": form.email, "next": form.next });
    let refuse = |status, message: String| -> Result<Response, PageError> {
        Ok(RefusedForm::new(LOGIN, LOGIN, &values, FormErrors::of("password", message))?.answer(status))
    };
    let device = device_cookie::read(&state, &cookies).await?;
    match state.store.sign_in(&form.email, Password::to_compare(&form.password), device.as_ref()).await {
        Ok(SignIn::Accepted(user)) => enter(&state, auth, cookies, &user, &form.next).await,
        Ok(SignIn::Mismatch) => refuse(StatusCode::UNPROCESSABLE_ENTITY, NO_MATCH.to_owned()),
        Ok(SignIn::Limited { retry_at }) => {
            let seconds = (retry_at - state.clock.now()).num_seconds().max(1);
            let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, limited_message(seconds))?;
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Ok(answer)
        }
        Err(StoreError::Unavailable) => unavailable(LOGIN, LOGIN, &values, NO_SIGN_IN),
        Err(error) => Err(error.into()),
    }
}

/// `POST /register`: creates the user and their workspace, and signs them in.
pub async fn register(
    parts: Parts,
    State(state): State<AppState>,
    auth: AuthSession,
    cookies: CookieJar,
    Form(form): Form<RegisterForm>,
) -> FormResult {
    let state = state.asked_by(&parts);
    if !state.settings.registration_open {
        return Err(PageError::Denied);
    }
    let values = json!({ "name": form.name, "email": form.email, "next": form.next });
    let registered = match form.parse() {
        Ok(draft) => state.store.register(draft).await,
        Err(errors) => Err(StoreError::Invalid(errors)),
    };
    match registered {
        Ok(user) => enter(&state, auth, cookies, &user, &form.next).await,
        Err(StoreError::Invalid(errors)) => {
            Ok(RefusedForm::new(REGISTER, REGISTER, &values, errors)?.answer(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(StoreError::Unavailable) => unavailable(REGISTER, REGISTER, &values, NOT_SAVED),
        Err(error) => Err(error.into()),
    }
}

/// `POST /logout`
pub async fn logout(mut auth: AuthSession) -> FormResult {
    match auth.logout().await {
        Ok(_) => Ok(Redirect::to(LOGIN).into_response()),
        Err(error) => {
            tracing::error!(%error, "logout");
            Err(PageError::Unavailable)
        }
    }
}

/// Signs a user in under a new session id, so that one planted before is worth nothing, and redirects.
async fn enter(state: &AppState, mut auth: AuthSession, cookies: CookieJar, user: &SignInUser, next: &str) -> FormResult {
    // Somebody who belongs to no workspace any more has nowhere to go.
    let workspace_id = user.workspace_id.ok_or(PageError::Denied)?;
    auth.session.cycle_id().await.map_err(PageError::session)?;
    auth.session.insert(WORKSPACE_KEY, workspace_id).await.map_err(PageError::session)?;
    auth.login(&User::from(user)).await.map_err(|error| {
        tracing::error!(%error, "login");
        PageError::Unavailable
    })?;
    let cookies = device_cookie::write(state, cookies, user.id).await?;
    Ok((cookies, Redirect::to(safe_next(next).unwrap_or("/"))).into_response())
}

/// In whole minutes, rounded up.
fn limited_message(seconds: i64) -> String {
    match (seconds + 59) / 60 {
        1 => "Too many sign-ins failed. Try again in a minute.".to_owned(),
        minutes => format!("Too many sign-ins failed. Try again in {minutes} minutes."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_rounded_up_to_minutes() {
        assert_eq!(limited_message(1), "Too many sign-ins failed. Try again in a minute.");
        assert_eq!(limited_message(60), "Too many sign-ins failed. Try again in a minute.");
        assert_eq!(limited_message(61), "Too many sign-ins failed. Try again in 2 minutes.");
    }
}
