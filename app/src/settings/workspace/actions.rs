//! Server functions that change the workspace's settings.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    members::RemovalForm,
    workspaces::{EndForm, SwitchesForm, WorkspaceForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::PATH;
#[cfg(feature = "ssr")]
use crate::{request::RequestContext, ui::times, workspaces};
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

/// Sets the workspace's switches.
#[server(prefix = "/fn", endpoint = "workspace/set-switches", protocol = Call, client = FetchClient)]
pub async fn set_switches(
    /// The switches, with the edited version.
    form: SwitchesForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().set_switches(&ctx.actor(), parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Settings saved"))
}

/// Sets the workspace's name, currency and time zone.
#[server(prefix = "/fn", endpoint = "workspace/update", protocol = Call, client = FetchClient)]
pub async fn update_workspace(
    /// The form, with the edited version.
    form: WorkspaceForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_workspace(&ctx.actor(), parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Changes saved"))
}

/// Ends the user's membership in the workspace.
#[server(prefix = "/fn", endpoint = "workspace/leave", protocol = Call, client = FetchClient)]
pub async fn leave_workspace(
    /// What becomes of the user's records.
    form: RemovalForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().leave_workspace(&ctx.actor(), form.parse()?).await?;
    Ok(ActionOutcome::to(workspaces::PATH).notice(format!("You have left {}", ctx.signed_in.workspace_name)))
}

/// Ends the workspace.
#[server(prefix = "/fn", endpoint = "workspace/end", protocol = Call, client = FetchClient)]
pub async fn end_workspace(
    /// The confirmation.
    form: EndForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let ended = ctx.store().end_workspace(&ctx.actor(), form).await?;
    let until = times::day_with_year(ended.takeable_until.with_timezone(&ctx.zone()).date_naive());
    Ok(ActionOutcome::to(workspaces::PATH).notice(format!("{} has ended. You can take it back until {until}", ended.name)))
}
