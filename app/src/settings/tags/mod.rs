//! `/settings/tags`: every tag with what carries it; renamed, recoloured, merged, deleted.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod merged;
#[cfg(feature = "ssr")]
pub mod pages;
