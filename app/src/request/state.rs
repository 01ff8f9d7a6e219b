//! The shared state of the server.

use super::site_map::SiteMap;
use crate::shell::assets::Assets;
use axum::extract::ConnectInfo;
use chrono::{DateTime, Utc};
use domain::clock::Clock;
use http::request::Parts;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use store::{Store, StoreError};

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

    /// Whether anybody may register: what the operator has set, else what the platform admins have.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub async fn registration_open(&self) -> Result<bool, StoreError> {
        match self.settings.registration {
            Some(open) => Ok(open),
            None => self.store.registration_open().await,
        }
    }
}

/// Settings that change pages.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether registration is open, if the operator says so; `None` leaves it to the platform admins.
    pub registration: Option<bool>,
    /// When this process started.
    pub started_at: DateTime<Utc>,
    /// What the operator has set, for diagnostics: the variables and their values, without secrets.
    pub configured: Vec<(&'static str, String)>,
    /// The public address, such as `https://crm.example.com`: links to copy begin with it.
    pub origin: String,
    /// The folder of the database and of files.
    pub data_dir: PathBuf,
    /// Whether browsers reach the server over TLS, which makes cookies `Secure`.
    pub https: bool,
}
