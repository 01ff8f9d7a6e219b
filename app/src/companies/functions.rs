//! Server functions for pickers of companies.

use crate::{
    islands::SearchResults,
    server_functions::{ActionError, Call, FetchClient},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::ui::picker::search;

/// Searches companies by name; without a query returns the first companies.
#[server(prefix = "/fn", endpoint = "companies/search", protocol = Call, client = FetchClient)]
pub async fn search_companies(
    /// The query, at most 200 characters.
    q: String,
) -> Result<SearchResults, ActionError> {
    search::companies(&q).await
}
