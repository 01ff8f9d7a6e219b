//! Deals and the deal board.

pub mod actions;
pub mod islands;

#[cfg(feature = "ssr")]
mod commands;
#[cfg(feature = "ssr")]
pub mod events;
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
pub const NAV: NavItem = NavItem { label: "Deals", href: "/deals", icon: "square-kanban", reads: Entity::Deal };

/// The entry of the "New" menu.
#[cfg(feature = "ssr")]
pub const NEW: NewItem =
    NewItem { label: "Deal", href: "/deals/new", form: "deal", icon: "circle-dollar-sign", creates: Entity::Deal, key: None };
