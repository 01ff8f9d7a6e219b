//! The workspace's settings.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;

/// The path of the settings' page, to which its form is posted.
#[cfg(feature = "ssr")]
const PATH: &str = "/settings/workspace";
