//! What pickers of companies ask of the server.

use crate::{
    action::{Call, FetchClient},
    errors::ActionError,
    islands::Answer,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::ui::picker::search;

/// The first companies that a search finds, by name; the first of all where nothing is typed.
#[server(prefix = "/fn", endpoint = "companies/search", protocol = Call, client = FetchClient)]
pub async fn search_companies(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<Answer, ActionError> {
    search::companies(&q).await
}
