//! `/settings/deal-lists`: the sources and lost reasons that the forms of deals offer.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
