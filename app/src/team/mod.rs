//! The team: what each member has to do and has done.

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
pub const NAV: NavItem = NavItem { label: "Team", href: "/team", icon: "users-round", reads: Entity::Team };
