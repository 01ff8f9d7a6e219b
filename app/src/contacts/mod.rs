//! Contacts.

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
pub const NAV: NavItem = NavItem { label: "Contacts", href: "/contacts", icon: "users", reads: Entity::Contact };

/// The entry of the "New" menu.
#[cfg(feature = "ssr")]
pub const NEW: NewItem =
    NewItem { label: "Contact", href: "/contacts/new", form: "contact", icon: "users", creates: Entity::Contact, key: None };
