//! The workspace's settings.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

/// The path of the page and of its form.
#[cfg(feature = "ssr")]
pub const PATH: &str = "/settings/workspace";
