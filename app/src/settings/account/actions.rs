//! Server functions that change the user's own account.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    account::{DeletionForm, EmailForm, PasswordForm, ProfileForm},
    ids::SessionId,
    preferences::{PreferencesForm, SidebarForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{EMAIL, PASSWORD, PREFERENCES, PROFILE, SESSIONS};
#[cfg(feature = "ssr")]
use crate::{
    auth::{SessionChange, device_cookie},
    request::{AccountContext, RequestContext, context::request_from_leptos},
    ui::pluralize,
};
#[cfg(feature = "ssr")]
use axum_extra::extract::CookieJar;
#[cfg(feature = "ssr")]
use store::EmailChanged;

/// Renames the user.
#[server(prefix = "/fn", endpoint = "account/update-profile", protocol = Call, client = FetchClient)]
pub async fn update_profile(
    /// The form.
    form: ProfileForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().rename_user(&ctx.actor(), form.parse()?).await?;
    Ok(ActionOutcome::to(PROFILE).notice("Changes saved"))
}

/// Sets the user's preferences.
#[server(prefix = "/fn", endpoint = "account/set-preferences", protocol = Call, client = FetchClient)]
pub async fn set_preferences(
    /// The form.
    form: PreferencesForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().set_preferences(&ctx.actor(), form.parse()?).await?;
    Ok(ActionOutcome::to(PREFERENCES).notice("Preferences saved"))
}

/// Folds the sidebar to its icons, or unfolds it.
#[server(prefix = "/fn", endpoint = "account/fold-sidebar", protocol = Call, client = FetchClient)]
pub async fn fold_sidebar(
    /// The form.
    form: SidebarForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let folded = form.parse()?;
    ctx.store().fold_sidebar(&ctx.actor(), folded).await?;
    Ok(ActionOutcome::to(PREFERENCES).notice(if folded { "The sidebar is collapsed" } else { "The sidebar is expanded" }))
}

/// Changes the user's address, at once or when the new one is confirmed.
#[server(prefix = "/fn", endpoint = "account/change-email", protocol = Call, client = FetchClient)]
pub async fn change_email(
    /// The form.
    form: EmailForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, parts) = request_from_leptos()?;
    let ctx = RequestContext::from_leptos().await?;
    let change = form.parse()?;
    let device = device_cookie::read(&state, &CookieJar::from_headers(&parts.headers)).await?;
    match state.store.change_email(&ctx.actor(), change, device.as_ref()).await? {
        EmailChanged::ToBeConfirmed => Ok(ActionOutcome::to(EMAIL).notice("A link was sent to the new address. Open it to confirm")),
        EmailChanged::Changed(user) => {
            let outcome = ActionOutcome::to(EMAIL).notice("Your address was changed. Your other browsers are signed out");
            Ok(outcome.session(SessionChange::Renew(user)))
        }
    }
}

/// Sends the user a link that confirms their address.
#[server(prefix = "/fn", endpoint = "account/send-confirmation", protocol = Call, client = FetchClient)]
pub async fn send_confirmation() -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().send_confirmation(&ctx.actor()).await?;
    Ok(ActionOutcome::to(EMAIL).notice("A link was sent to your address"))
}

/// Changes the user's password, ends their other sessions, and renews this one.
#[server(prefix = "/fn", endpoint = "account/change-password", protocol = Call, client = FetchClient)]
pub async fn change_password(
    /// The form.
    form: PasswordForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, parts) = request_from_leptos()?;
    let ctx = RequestContext::from_leptos().await?;
    let change = form.parse()?;
    let device = device_cookie::read(&state, &CookieJar::from_headers(&parts.headers)).await?;
    let user = state.store.change_password(&ctx.actor(), change, device.as_ref()).await?;
    let outcome = ActionOutcome::to(PASSWORD).notice("Your password was changed. Your other browsers are signed out");
    Ok(outcome.session(SessionChange::Renew(user)))
}

/// Ends one of the user's sessions.
#[server(prefix = "/fn", endpoint = "account/end-session", protocol = Call, client = FetchClient)]
pub async fn end_session(
    /// The id of the session.
    id: SessionId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().end_session(&ctx.actor(), id).await?;
    Ok(ActionOutcome::to(SESSIONS).notice("That browser is signed out"))
}

/// Ends every session of the user but this one.
#[server(prefix = "/fn", endpoint = "account/end-other-sessions", protocol = Call, client = FetchClient)]
pub async fn end_other_sessions() -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let ended = ctx.store().end_other_sessions(&ctx.actor(), ctx.signed_in.session_id).await?;
    let notice = match ended {
        0 => "No other browser was signed in".to_owned(),
        ended => format!("Signed out: {}", pluralize(ended, "other browser", "other browsers")),
    };
    Ok(ActionOutcome::to(SESSIONS).notice(notice))
}

/// Deletes the user's account and signs them out.
#[server(prefix = "/fn", endpoint = "account/delete", protocol = Call, client = FetchClient)]
pub async fn delete_account(
    /// The password, and what becomes of the user's workspaces.
    form: DeletionForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, parts) = request_from_leptos()?;
    let ctx = AccountContext::from_leptos().await?;
    let deletion = form.parse()?;
    let device = device_cookie::read(&state, &CookieJar::from_headers(&parts.headers)).await?;
    state.store.delete_account(ctx.user.user_id, deletion, device.as_ref()).await?;
    Ok(ActionOutcome::to("/login").session(SessionChange::SignOut))
}
