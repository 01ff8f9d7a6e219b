//! The server function that changes the lists of sources and lost reasons.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::deal_lists::DealListsForm;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::PATH;
#[cfg(feature = "ssr")]
use crate::request::RequestContext;
#[cfg(feature = "ssr")]
use domain::forms::parse_version;

/// Saves both lists.
#[server(prefix = "/fn", endpoint = "workspace/update-deal-lists", protocol = Call, client = FetchClient)]
pub async fn update_deal_lists(
    /// The form, with the edited version.
    form: DealListsForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().update_deal_lists(&ctx.actor(), parse_version(&form.version)?, form.parse()?).await?;
    Ok(ActionOutcome::to(PATH).notice("Changes saved"))
}
