//! Discards a refused form.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use leptos::prelude::*;

use crate::{auth::SessionChange, request::RequestContext};

/// Discards the values of a refused form and shows its page again.
#[server(prefix = "/fn", endpoint = "forms/discard", protocol = Call, client = FetchClient)]
pub async fn discard_form(
    /// The form.
    form: domain::forms::DiscardForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    // Only pages of forms in the site map, so that this is no open redirect.
    ctx.state.site_map.form_page(&form.page).ok_or_else(ActionError::bad_request)?;
    Ok(ActionOutcome::to(form.page.clone()).session(SessionChange::Discard(form.page)))
}
