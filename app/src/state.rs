//! What every page and form is handed.

use crate::assets::Assets;
use domain::clock::Clock;
use std::sync::Arc;
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
}

/// Settings that change what people see.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether anybody may register.
    pub registration_open: bool,
}
