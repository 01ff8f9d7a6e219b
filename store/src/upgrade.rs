//! What a new version does to the data of an older one, at its start.

use crate::{OpenError, Store, companies, contacts, deals, stored_keys::KeyedTable, tags, users};

/// Companies before their contacts and deals, and contacts before deals, which copy their keys.
static KEYED_TABLES: [KeyedTable; 5] =
    [users::stored_keys::SORT_KEYS, companies::STORED_KEYS, contacts::STORED_KEYS, deals::STORED_KEYS, tags::STORED_KEYS];

impl Store {
    /// Brings the schema up to date, makes the install's secret key if there is none, and recomputes stored keys that an older version
    /// computed otherwise. Several processes may do it at once.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        self.change_schema().await.map_err(|error| OpenError::Migrate(error.to_string()))?;
        self.recompute_keys(&KEYED_TABLES).await.map_err(|error| OpenError::Migrate(error.to_string()))
    }
}
