//! Server functions that change the workspace's settings.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::workspaces::{SwitchesForm, WorkspaceForm};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::PATH;
#[cfg(feature = "ssr")]
use crate::request::RequestContext;
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
