//! What a person sees: the shell, the parts pages are made of, the islands, and one folder per feature.
//!
//! Built twice. With `ssr` it is the server's half: pages ([`companies::pages`] …) are axum handlers that render a view to
//! HTML. With `hydrate` it is the browser's half, and holds the islands alone: small behaviours that attach themselves to
//! HTML the server has already sent.

// The type of a view nests as deep as its markup.
#![recursion_limit = "256"]

pub mod activities;
pub mod auth;
pub mod companies;
pub mod contacts;
pub mod deals;
pub mod islands;
pub mod server_functions;
pub mod settings;
pub mod timeline;

#[cfg(feature = "ssr")]
pub mod doors;
#[cfg(feature = "ssr")]
pub mod home;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod routing;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ui;

#[cfg(feature = "ssr")]
pub use routing::{routes, site_map};
