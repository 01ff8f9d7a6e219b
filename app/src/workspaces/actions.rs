//! Server functions about the user's workspaces. They need no workspace.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    ids::WorkspaceId,
    workspaces::{NewWorkspaceForm, SwitchForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::PATH;
#[cfg(feature = "ssr")]
use crate::request::AccountContext;
#[cfg(feature = "ssr")]
use domain::urls::safe_next;

/// Creates a workspace and switches to it.
#[server(prefix = "/fn", endpoint = "workspaces/create", protocol = Call, client = FetchClient)]
pub async fn create_workspace(
    /// The form.
    form: NewWorkspaceForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let draft = form.parse()?;
    let notice = format!("You are in {} now", draft.name);
    let id = ctx.store().create_workspace(ctx.user.user_id, draft, &form.form_key).await?;
    ctx.store().switch_workspace(ctx.user.user_id, ctx.user.session_id, id).await?;
    Ok(ActionOutcome::to("/").notice(notice))
}

/// Switches the session to another of the user's workspaces.
#[server(prefix = "/fn", endpoint = "workspaces/switch", protocol = Call, client = FetchClient)]
pub async fn switch_workspace(
    /// The form.
    form: SwitchForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    let id = form.workspace_id.parse().map_err(|_| ActionError::NotFound)?;
    ctx.store().switch_workspace(ctx.user.user_id, ctx.user.session_id, id).await?;
    Ok(ActionOutcome::to(safe_next(&form.to).unwrap_or("/")))
}

/// Takes back a workspace that the user ended.
#[server(prefix = "/fn", endpoint = "workspaces/take-back", protocol = Call, client = FetchClient)]
pub async fn take_back_workspace(
    /// The id of the workspace.
    id: WorkspaceId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = AccountContext::from_leptos().await?;
    ctx.store().take_back_workspace(ctx.user.user_id, id).await?;
    Ok(ActionOutcome::to(PATH).notice("The workspace goes on"))
}
