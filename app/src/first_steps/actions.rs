//! The server function that dismisses the first steps, or shows them again.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::first_steps::FirstStepsForm;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::request::RequestContext;

/// Dismisses the workspace's first steps, or shows them again.
#[server(prefix = "/fn", endpoint = "workspace/set-first-steps", protocol = Call, client = FetchClient)]
pub async fn set_first_steps(
    /// Whether they are to be shown.
    form: FirstStepsForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let shown = form.parse()?;
    ctx.store().set_first_steps_shown(&ctx.actor(), shown).await?;
    let notice = if shown { "First steps are shown again" } else { "First steps dismissed. Settings, Workspace shows them again" };
    Ok(ActionOutcome::to("/").notice(notice))
}
