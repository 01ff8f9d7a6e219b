//! Settings: pages side by side under one heading, with a navigation among them.

pub mod tags;
pub mod workspace;

#[cfg(feature = "ssr")]
pub mod bin;
#[cfg(feature = "ssr")]
mod layout;

#[cfg(feature = "ssr")]
pub use layout::{Setting, index, layout};
