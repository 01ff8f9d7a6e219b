//! `/admin`: administration of the install by platform admins. They need no workspace, and see no record of one.

pub mod actions;
#[cfg(feature = "ssr")]
pub mod pages;
