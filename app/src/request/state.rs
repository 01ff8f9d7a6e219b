//! The shared state of the server.

use super::site_map::SiteMap;
use crate::shell::assets::Assets;
use axum::extract::ConnectInfo;
use domain::clock::Clock;
use http::request::Parts;
use std::{net::SocketAddr, sync::Arc};
use store::Store;

/// The state that handlers receive. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The store.
    pub store: Store,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The settings of the administrator.
    pub settings: Arc<Settings>,
    /// The URLs of style, script and icon files.
    pub assets: Arc<Assets>,
    /// The links and forms of the features.
    pub site_map: Arc<SiteMap>,
}

impl AppState {
    /// The state for one request, whose client address is written to the audit log.
    pub fn for_request(&self, parts: &Parts) -> Self {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip());
        let store = address.map_or_else(|| self.store.clone(), |address| self.store.from_address(address));
        Self { store, ..self.clone() }
    }
}

/// Settings that change pages.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether registration is open.
    pub registration_open: bool,
    /// The public address, such as `https://crm.example.com`: links to copy begin with it.
    pub origin: String,
    /// Whether browsers reach the server over TLS, which makes cookies `Secure`.
    pub https: bool,
}
