//! The first steps of a new workspace.

pub mod actions;
#[cfg(feature = "ssr")]
mod card;

#[cfg(feature = "ssr")]
pub use card::card;

/// The path of the form that dismisses the steps, or shows them again.
#[cfg(feature = "ssr")]
pub const PATH: &str = "/first-steps";
