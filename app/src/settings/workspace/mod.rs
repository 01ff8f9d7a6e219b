//! The workspace's settings.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
