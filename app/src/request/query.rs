//! Pairs of a URL's query.

/// Borrows the pairs, as the `parse` functions of list queries take them.
pub fn as_str_pairs(pairs: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}
