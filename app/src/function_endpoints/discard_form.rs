//! Discards what was typed into a refused form.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use leptos::prelude::*;

use crate::{auth::SessionChange, request::RequestContext};

/// Throws away what was typed into a form that was not taken, and shows its page as it is now.
#[server(prefix = "/fn", endpoint = "forms/discard", protocol = Call, client = FetchClient)]
pub async fn discard_form(
    /// Which form.
    form: domain::forms::DiscardForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    // The page of a form of ours, and nowhere else.
    ctx.state.site_map.form_page(&form.page).ok_or_else(ActionError::bad_request)?;
    Ok(ActionOutcome::to(form.page.clone()).session(SessionChange::Discard(form.page)))
}
