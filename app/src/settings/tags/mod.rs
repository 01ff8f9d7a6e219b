//! `/settings/tags`: create, edit, merge and delete tags.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod merged;
#[cfg(feature = "ssr")]
pub mod pages;
