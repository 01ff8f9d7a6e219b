//! What a new version does to the data of an older one, at its start.

use crate::{OpenError, Store, StoreError, activities, companies, contacts, deals, stored_keys::KeyedTable, tags, tasks, users};

/// Tags before companies, whose search text has them in their order; companies before their contacts and deals, and contacts before
/// deals, which copy their keys.
static KEYED_TABLES: [KeyedTable; 7] = [
    users::stored_keys::SORT_KEYS,
    tags::SORT_KEYS,
    companies::STORED_KEYS,
    contacts::STORED_KEYS,
    deals::STORED_KEYS,
    activities::STORED_KEYS,
    tasks::STORED_KEYS,
];

impl Store {
    /// Brings the schema up to date, makes the install's secret key if there is none, and recomputes stored keys that an older version
    /// computed otherwise. Several processes may do it at once.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        self.change_schema().await.map_err(|error| OpenError::Migrate(error.to_string()))?;
        self.bring_data_up_to_date().await.map_err(|error| OpenError::Migrate(error.to_string()))
    }

    async fn bring_data_up_to_date(&self) -> Result<(), StoreError> {
        // SQLite takes an index that it knows nothing of, as a new one, for better than all that it knows.
        self.refresh_statistics().await?;
        self.recompute_keys(&KEYED_TABLES).await?;
        // Few rows, and which of two equal ones has the key changes when one is renamed: at every start.
        self.recompute_email_keys().await?;
        self.recompute_tag_keys().await?;
        Ok(())
    }
}
