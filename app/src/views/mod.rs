//! Saved views of lists: tabs above the list, and the pages that name, change and delete them.

pub mod actions;
#[cfg(feature = "ssr")]
mod opened;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod tabs;

#[cfg(feature = "ssr")]
pub use opened::{Opened, open};
#[cfg(feature = "ssr")]
pub use tabs::view_tabs;
