//! Companies.

pub mod actions;
#[cfg(feature = "ssr")]
mod commands;
pub mod functions;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
pub use commands::COMMANDS;

#[cfg(feature = "ssr")]
use crate::request::{NavItem, NewItem};
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The entry of the main navigation.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Companies", href: "/companies", icon: "building-2", reads: Entity::Company };

/// The entry of the "New" menu.
#[cfg(feature = "ssr")]
pub const NEW: NewItem =
    NewItem { label: "Company", href: "/companies/new", form: "company", icon: "building-2", creates: Entity::Company, key: None };
