//! What lists have in common: the rows of a page, search, and the counts kept beside the rows.

pub(crate) mod cached_counts;
pub(crate) mod counters;
pub(crate) mod names;
pub(crate) mod page;
pub(crate) mod search;
