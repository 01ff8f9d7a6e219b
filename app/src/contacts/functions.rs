//! What pickers of contacts ask of the server.

use crate::{errors::ActionError, islands::Answer, ui::picker::search};
use leptos::{prelude::*, server_fn::codec::Json};

/// The first contacts that a search finds, by name; the first of all where nothing is typed.
#[server(name = SearchContacts, prefix = "/fn", endpoint = "contacts/search", input = Json)]
pub async fn search_contacts(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<Answer, ActionError> {
    search::contacts(&q).await
}

/// The first contacts, then the first companies, that a search finds. Values are `contact:ID` and `company:ID`.
#[server(name = SearchWhom, prefix = "/fn", endpoint = "whom/search", input = Json)]
pub async fn search_whom(
    /// What is typed, at most 200 characters.
    q: String,
) -> Result<Answer, ActionError> {
    search::whom(&q).await
}
