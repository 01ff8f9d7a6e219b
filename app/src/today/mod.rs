//! Today: the next best actions, and the tasks of these days.

pub mod actions;

#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
use crate::request::NavItem;
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The entry of the main navigation.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Today", href: "/today", icon: "sun", reads: Entity::Task };

/// The path of the settings of the rules.
#[cfg(feature = "ssr")]
pub const RULES: &str = "/settings/next-actions";
