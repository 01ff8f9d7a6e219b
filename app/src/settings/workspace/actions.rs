//! What changes the workspace's settings.

use crate::{
    action::{ActionOutcome, Call, FetchClient},
    errors::ActionError,
};
use domain::workspaces::SwitchesForm;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::pages::PATH;
#[cfg(feature = "ssr")]
use crate::visit::Visit;
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

/// Sets the workspace's switches.
#[server(prefix = "/fn", endpoint = "workspace/set-switches", protocol = Call, client = FetchClient)]
pub async fn set_switches(
    /// The switches, with the version that was shown.
    form: SwitchesForm,
) -> Result<ActionOutcome, ActionError> {
    let visit = Visit::from_leptos().await?;
    visit.store().set_switches(&visit.actor(), parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Settings saved"))
}
