//! Deals and their board.

pub mod actions;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod pages;
