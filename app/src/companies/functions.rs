//! What pickers of companies ask of the server.

use crate::{
    islands::SearchResults,
    server_functions::{ActionError, Call, FetchClient},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::ui::picker::search;

/// The first companies that a search finds, by name; the first of all where nothing is typed.
#[server(prefix = "/fn", endpoint = "companies/search", protocol = Call, client = FetchClient)]
pub async fn search_companies(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<SearchResults, ActionError> {
    search::companies(&q).await
}
