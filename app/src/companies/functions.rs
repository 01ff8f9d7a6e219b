//! What pickers of companies ask of the server.

use crate::{errors::ActionError, islands::Answer, ui::picker::search};
use leptos::{prelude::*, server_fn::codec::Json};

/// The first companies that a search finds, by name; the first of all where nothing is typed.
#[server(name = SearchCompanies, prefix = "/fn", endpoint = "companies/search", input = Json)]
pub async fn search_companies(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<Answer, ActionError> {
    search::companies(&q).await
}
