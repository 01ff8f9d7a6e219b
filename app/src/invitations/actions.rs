//! Server functions that accept an invitation.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::invitations::{AcceptForm, JoinForm};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    auth::{SessionChange, device_cookie},
    request::{AccountContext, context::request_from_leptos},
};
#[cfg(feature = "ssr")]
use axum_extra::extract::CookieJar;
#[cfg(feature = "ssr")]
use domain::forms::FormErrors;
#[cfg(feature = "ssr")]
use http::header;

/// Accepts an invitation as the signed-in user, and switches to its workspace.
#[server(prefix = "/fn", endpoint = "invitation/accept", protocol = Call, client = FetchClient)]
pub async fn accept_invitation(
    /// The form.
    form: AcceptForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let joined = ctx.store().accept_invitation(ctx.user.user_id, form.token).await?;
    ctx.store().switch_workspace(ctx.user.user_id, ctx.user.session_id, joined.id).await?;
    Ok(ActionOutcome::to("/").notice(format!("You are in {} now", joined.name)))
}

/// Registers the invited person, accepts the invitation, and signs them in. Also where registering is closed.
#[server(prefix = "/fn", endpoint = "invitation/register", protocol = Call, client = FetchClient)]
pub async fn join_workspace(
    /// The form.
    form: JoinForm,
) -> Result<ActionOutcome, ActionError> {
    let (state, parts) = request_from_leptos()?;
    let found = state.store.find_invitation(&form.token).await?.ok_or(ActionError::NotFound)?;
    // Before the form is read: who can't accept needs no password.
    if let Some(refusal) = found.state.refusal() {
        return Err(FormErrors::of("", refusal).into());
    }
    let draft = form.parse(&found.email)?;
    let device = device_cookie::read(&state, &CookieJar::from_headers(&parts.headers)).await?;
    let user_agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let with_workspace = state.registration_open().await?;
    let user = state.store.register_invited(draft, form.token, with_workspace, user_agent).await?;
    let workspace_id = user.workspace_id;
    Ok(ActionOutcome::to("/").session(SessionChange::SignIn { user, workspace_id, device, form: None }))
}
