//! The forms of `/login` and `/register`, and the sign-out button.

use super::{AuthSession, User, WORKSPACE_KEY};
use crate::{
    errors::PageError,
    state::AppState,
    visit::{FormResult, refuse_form},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use axum_extra::extract::Form;
use domain::{
    forms::FormErrors,
    urls::safe_next,
    users::{LoginForm, Password, RegisterForm},
};
use http::request::Parts;
use serde_json::json;
use store::{SignInUser, StoreError};

/// One message for an unknown address and for a wrong password, so that neither tells who has an account.
const NO_MATCH: &str = "Email and password do not match.";

/// `POST /login`
pub async fn login(State(state): State<AppState>, mut auth: AuthSession, Form(form): Form<LoginForm>) -> FormResult {
    match state.store.sign_in(&form.email, Password::to_compare(&form.password)).await? {
        Some(user) => enter(&mut auth, &user, &form.next).await,
        None => {
            let kept = json!({ "email": form.email, "next": form.next });
            refuse_form(&auth.session, "/login", &kept, FormErrors::of("password", NO_MATCH)).await
        }
    }
}

/// `POST /register`: makes the user and their workspace, and signs them in.
pub async fn register(parts: Parts, State(state): State<AppState>, mut auth: AuthSession, Form(form): Form<RegisterForm>) -> FormResult {
    let state = state.asked_by(&parts);
    if !state.settings.registration_open {
        return Err(PageError::Denied);
    }
    let kept = json!({ "name": form.name, "email": form.email, "next": form.next });
    let draft = match form.parse() {
        Ok(draft) => draft,
        Err(errors) => return refuse_form(&auth.session, "/register", &kept, errors).await,
    };
    match state.store.register(draft).await {
        Ok(user) => enter(&mut auth, &user, &form.next).await,
        Err(StoreError::Invalid(errors)) => refuse_form(&auth.session, "/register", &kept, errors).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /logout`
pub async fn logout(mut auth: AuthSession) -> FormResult {
    match auth.logout().await {
        Ok(_) => Ok(Redirect::to("/login").into_response()),
        Err(error) => {
            tracing::error!(%error, "logout");
            Err(PageError::Unavailable)
        }
    }
}

/// Signs a person in under a new session id, so that one planted before is worth nothing, and sends them on.
async fn enter(auth: &mut AuthSession, user: &SignInUser, next: &str) -> FormResult {
    // Somebody who belongs to no workspace any more has nowhere to go.
    let workspace_id = user.workspace_id.ok_or(PageError::Denied)?;
    auth.session.cycle_id().await.map_err(PageError::session)?;
    auth.session.insert(WORKSPACE_KEY, workspace_id).await.map_err(PageError::session)?;
    auth.login(&User::from(user)).await.map_err(|error| {
        tracing::error!(%error, "login");
        PageError::Unavailable
    })?;
    Ok(Redirect::to(safe_next(next).unwrap_or("/")).into_response())
}
