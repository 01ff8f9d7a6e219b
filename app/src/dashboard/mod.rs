//! The dashboard: the page after sign-in.

#[cfg(feature = "ssr")]
mod pages;

#[cfg(feature = "ssr")]
pub use pages::page;

#[cfg(feature = "ssr")]
use crate::request::NavItem;
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The entry of the main navigation.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Dashboard", href: "/", icon: "layout-dashboard", reads: Entity::Company };
