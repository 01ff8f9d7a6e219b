//! Pairs of a URL's query.

use super::PageError;
use axum_extra::extract::Query;

/// Borrows the pairs, as the `parse` functions of list queries take them.
pub fn as_str_pairs(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Parses a query string without `?`, as a form passes on the address of a list.
///
/// # Errors
/// [`PageError::BadRequest`] for anything else.
pub fn pairs_of(query: &str) -> Result<Vec<(String, String)>, PageError> {
    let uri = format!("/?{query}").parse().map_err(|_| PageError::BadRequest)?;
    Query::<Vec<(String, String)>>::try_from_uri(&uri).map(|query| query.0).map_err(|_| PageError::BadRequest)
}
