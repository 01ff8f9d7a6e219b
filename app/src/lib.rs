//! The user interface: shell, UI parts, islands, and a folder per feature.
//!
//! The crate is built twice. With `ssr` it is the server's half, whose pages ([`companies::pages`] …) are axum handlers that render a
//! view to HTML. With `hydrate` it is the browser's half, which contains islands only: behaviours that attach to server-rendered
//! HTML.

// Types of views nest as deeply as their markup.
#![recursion_limit = "256"]

pub mod account_links;
pub mod activities;
pub mod administration;
pub mod audit_log;
pub mod auth;
pub mod bulk_changes;
pub mod companies;
pub mod contacts;
pub mod dashboard;
pub mod deals;
pub mod demo_data;
pub mod exports;
pub mod first_steps;
pub mod invitations;
pub mod islands;
pub mod record_links;
pub mod server_functions;
pub mod settings;
pub mod tasks;
pub mod team;
pub mod timeline;
pub mod today;
pub mod views;
pub mod workspaces;

#[cfg(feature = "hydrate")]
pub mod hydration;

#[cfg(feature = "ssr")]
mod csv_rows;
#[cfg(feature = "ssr")]
pub mod function_endpoints;
#[cfg(feature = "ssr")]
pub mod palette;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod routing;
#[cfg(feature = "ssr")]
pub mod search;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ui;

#[cfg(feature = "ssr")]
pub use routing::{routes, site_map};
