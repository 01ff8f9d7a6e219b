//! Links that act for an account without a sign-in: choosing a new password, confirming an address.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
