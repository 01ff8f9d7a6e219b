//! What pickers of contacts ask of the server.

use crate::{
    islands::SearchResults,
    server_functions::{ActionError, Call, FetchClient},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::ui::picker::search;

/// The first contacts that a search finds, by name; the first of all where nothing is typed.
#[server(prefix = "/fn", endpoint = "contacts/search", protocol = Call, client = FetchClient)]
pub async fn search_contacts(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<SearchResults, ActionError> {
    search::contacts(&q).await
}

/// The first contacts, then the first companies, that a search finds. Values are `contact:ID` and `company:ID`.
#[server(prefix = "/fn", endpoint = "whom/search", protocol = Call, client = FetchClient)]
pub async fn search_parties(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<SearchResults, ActionError> {
    search::parties(&q).await
}
