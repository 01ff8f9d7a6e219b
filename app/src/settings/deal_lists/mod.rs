//! `/settings/deal-lists`: the sources and lost reasons that the forms of deals offer.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

/// The path of the page.
#[cfg(feature = "ssr")]
const PATH: &str = "/settings/deal-lists";
