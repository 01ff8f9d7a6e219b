//! Companies.

pub mod actions;
pub mod functions;
#[cfg(feature = "ssr")]
pub mod pages;
