//! Settings: pages with a common heading and navigation.

pub mod account;
pub mod bin;
pub mod deal_lists;
pub mod members;
pub mod stages;
pub mod tags;
pub mod workspace;

#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod time_zone_field;

#[cfg(feature = "ssr")]
pub use layout::{Setting, index, layout};
