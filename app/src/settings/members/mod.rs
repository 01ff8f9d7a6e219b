//! `/settings/members`: who belongs to the workspace, in which role.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod records_to_field;

#[cfg(feature = "ssr")]
pub use records_to_field::records_to_field;

/// The path of the list.
#[cfg(feature = "ssr")]
pub const PATH: &str = "/settings/members";
