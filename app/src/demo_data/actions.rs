//! Server functions that fill the workspace with demo data and remove it.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::demo_data::{DemoRemovalForm, FillForm};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::bin::BIN_DAYS;

/// Fills the workspace with demo data.
#[server(prefix = "/fn", endpoint = "workspace/fill-with-demo-data", protocol = Call, client = FetchClient)]
pub async fn fill_with_demo_data(
    /// The form.
    form: FillForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let language = form.parse()?;
    ctx.idempotent_store(&form, &form.form_key).fill_with_demo_data(&ctx.actor(), language).await?;
    Ok(ActionOutcome::to("/").notice("Demo data was filled in. It is marked “Demo”"))
}

/// Removes the workspace's demo data.
#[server(prefix = "/fn", endpoint = "workspace/remove-demo-data", protocol = Call, client = FetchClient)]
pub async fn remove_demo_data(
    /// Whether changed records are removed too, and those that were shown to the user.
    form: DemoRemovalForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().remove_demo_data(&ctx.actor(), form.parse()?).await?;
    Ok(ActionOutcome::to("/").notice(format!("Demo data was removed. It stays in the bin for {BIN_DAYS} days")))
}
