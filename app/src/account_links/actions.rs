//! Server functions of users who need not be signed in: asking for a link, and doing what a link is for.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::account_links::{ConfirmEmailForm, ForgotPasswordForm, ResetPasswordForm};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    auth::SessionChange,
    request::{AccountContext, context::request_from_leptos},
    settings::account::EMAIL,
};
#[cfg(feature = "ssr")]
use store::EmailConfirmed;

/// Asks for a link to choose a new password. The answer is the same whether or not the address has an account.
#[server(prefix = "/fn", endpoint = "forgot-password", protocol = Call, client = FetchClient)]
pub async fn forgot_password(
    /// The form.
    form: ForgotPasswordForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, _) = request_from_leptos()?;
    state.store.request_password_reset(&form.parse()?).await?;
    Ok(ActionOutcome::to("/forgot-password/sent"))
}

/// Sets the password chosen by a link, and signs every browser out.
#[server(prefix = "/fn", endpoint = "reset-password", protocol = Call, client = FetchClient)]
pub async fn reset_password(
    /// The form.
    form: ResetPasswordForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, _) = request_from_leptos()?;
    let (token, password) = form.parse()?;
    let signed_in = AccountContext::from_leptos().await.ok().map(|ctx| ctx.user.user_id);
    state.store.reset_password(token, password, signed_in).await?;
    let outcome = ActionOutcome::to("/reset-password/done");
    Ok(if signed_in.is_some() { outcome.session(SessionChange::SignOut) } else { outcome })
}

/// Confirms the address that a link was sent to.
#[server(prefix = "/fn", endpoint = "confirm-email", protocol = Call, client = FetchClient)]
pub async fn confirm_email(
    /// The form.
    form: ConfirmEmailForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, _) = request_from_leptos()?;
    let token = form.parse()?;
    let signed_in = AccountContext::from_leptos().await.ok().map(|ctx| ctx.user.user_id);
    let confirmed = state.store.confirm_email(token, signed_in).await?;
    if signed_in.is_none() {
        return Ok(ActionOutcome::to("/confirm-email/done"));
    }
    Ok(match confirmed {
        EmailConfirmed::Confirmed => ActionOutcome::to(EMAIL).notice("Your address is confirmed"),
        EmailConfirmed::Changed(user) => {
            let outcome = ActionOutcome::to(EMAIL).notice("Your address was changed. Your other browsers are signed out");
            outcome.session(SessionChange::Renew(user))
        }
    })
}
