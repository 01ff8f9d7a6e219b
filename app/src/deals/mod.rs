//! Deals and their board.

pub mod actions;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
use crate::request::{NavItem, NewItem};
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The main navigation's entry.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Deals", href: "/deals", icon: "square-kanban", reads: Entity::Deal };

/// The "New" menu's entry.
#[cfg(feature = "ssr")]
pub const NEW: NewItem = NewItem { label: "Deal", href: "/deals/new", form: "deal", icon: "circle-dollar-sign", creates: Entity::Deal };
