//! Server functions for pickers of contacts.

use crate::{
    islands::SearchResults,
    server_functions::{ActionError, Call, FetchClient},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::ui::picker::search;

/// Searches contacts by name; without a query returns the first contacts.
#[server(prefix = "/fn", endpoint = "contacts/search", protocol = Call, client = FetchClient)]
pub async fn search_contacts(
    /// The query, at most 200 characters.
    q: String,
) -> Result<SearchResults, ActionError> {
    search::contacts(&q).await
}

/// Searches contacts and companies; contacts come first. Values are `contact:ID` and `company:ID`.
#[server(prefix = "/fn", endpoint = "whom/search", protocol = Call, client = FetchClient)]
pub async fn search_parties(
    /// The query, at most 200 characters.
    q: String,
) -> Result<SearchResults, ActionError> {
    search::parties(&q).await
}
