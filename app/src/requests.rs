//! What every handler reads from a request in one way: the id in its path, the version in its form.

use crate::errors::PageError;
use axum::{
    RequestPartsExt,
    extract::{FromRequestParts, Path},
};
use http::request::Parts;
use serde::Deserialize;
use std::str::FromStr;

/// The id of the record that the path names. What is no id names no record: the page is not found.
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let Path(text) = parts.extract::<Path<String>>().await.map_err(|_| PageError::NotFound)?;
        text.parse().map(Self).map_err(|_| PageError::NotFound)
    }
}

/// The answer to the question before a record is deleted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteForm {
    /// The version that was shown when it was asked.
    pub version: i64,
}

/// A form with nothing in it: its path says all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFields {}

/// The pairs of an address's query, as a list's query reads them.
pub fn borrowed(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// The version that a form was made from.
pub fn version_of(text: &str) -> Result<i64, PageError> {
    text.parse().map_err(|_| PageError::BadRequest)
}
