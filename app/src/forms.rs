//! What is done with forms themselves.

use crate::{
    action::{ActionOutcome, Call, FetchClient},
    errors::ActionError,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{auth::SessionChange, routing::form_page, visit::Visit};

/// Throws away what was typed into a form that was not taken, and shows its page as it is now.
#[server(prefix = "/fn", endpoint = "forms/discard", protocol = Call, client = FetchClient)]
pub async fn discard_form(
    /// Which form.
    form: domain::forms::DiscardForm,
) -> Result<ActionOutcome, ActionError> {
    Visit::from_leptos().await?;
    // The page of a form of ours, and nowhere else.
    form_page(&form.page).ok_or_else(ActionError::bad_request)?;
    Ok(ActionOutcome::to(form.page.clone()).session(SessionChange::Discard(form.page)))
}
