//! `/settings/bin`: what was deleted can be restored, or deleted for ever.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
pub use pages::restored;
