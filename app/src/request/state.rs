//! What every page and form is handed.

use super::site_map::SiteMap;
use crate::shell::assets::Assets;
use axum::extract::ConnectInfo;
use domain::clock::Clock;
use http::request::Parts;
use std::{net::SocketAddr, sync::Arc};
use store::Store;

/// The server's parts that pages use. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The records.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What the administrator set.
    pub settings: Arc<Settings>,
    /// The names of style, script and icon files.
    pub assets: Arc<Assets>,
    /// The features' links and forms.
    pub site_map: Arc<SiteMap>,
}

impl AppState {
    /// The same for one request: the audit log names the address it came from.
    pub fn for_request(&self, parts: &Parts) -> Self {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip());
        let store = address.map_or_else(|| self.store.clone(), |address| self.store.from_address(address));
        Self { store, ..self.clone() }
    }
}

/// Settings that change what people see.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether anybody may register.
    pub registration_open: bool,
    /// Whether browsers reach the server over TLS: cookies are then for TLS alone.
    pub https: bool,
}
