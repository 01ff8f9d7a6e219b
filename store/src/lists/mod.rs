//! Shared by all lists: pages, search, counters, cached counts and ids.

pub(crate) mod cached_counts;
pub(crate) mod counters;
pub(crate) mod custom_field_names;
pub(crate) mod export_field;
pub(crate) mod filter_options;
pub(crate) mod filters;
pub(crate) mod ids_statement;
pub(crate) mod names;
pub(crate) mod ordered_ids;
pub(crate) mod page;
pub(crate) mod ranking;
pub(crate) mod search;
pub(crate) mod shown_columns;
pub(crate) mod time_range;
