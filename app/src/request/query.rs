//! Pairs of a URL's query.

use super::PageError;
use axum_extra::extract::Query;
use http::Uri;

/// Borrows the pairs, as the `parse` functions of list queries take them.
pub fn as_str_pairs(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// The pairs of a URL's query, decoded.
///
/// # Errors
/// [`PageError::BadRequest`] for a query that is not encoded as forms are.
pub(super) fn pairs_of_uri(uri: &Uri) -> Result<Vec<(String, String)>, PageError> {
    Query::try_from_uri(uri).map(|Query(pairs)| pairs).map_err(|_| PageError::BadRequest)
}

/// Parses a query string without `?`, as a form passes on the address of a list.
///
/// # Errors
/// As [`pairs_of_uri`].
pub fn pairs_of(query: &str) -> Result<Vec<(String, String)>, PageError> {
    pairs_of_uri(&format!("/?{query}").parse().map_err(|_| PageError::BadRequest)?)
}
