//! The user's workspaces: listing, creating, switching, and taking back one that ended.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod switch_form;

#[cfg(feature = "ssr")]
pub use switch_form::switch_form;

/// The path of the list.
#[cfg(feature = "ssr")]
pub const PATH: &str = "/workspaces";
