//! The install's secret key: what the server hands out sealed and later takes back is encrypted and signed with it.
//!
//! The first `migrate` makes it and keeps it in the database, so every process of an install has the same one and a backup
//! brings it along. `SECRET_KEY` takes its place where it must not stand in the database. After a rotation the previous
//! key still opens what it sealed, for a day.

use crate::{
    JobHandler, Store, StoreError,
    database::sql::sql,
    secrets::sealing::{self, KEY_BYTES, Key, NONCE_BYTES},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Hours for which a retired key still opens what it sealed.
pub const RETIRED_KEY_HOURS: i64 = 24;
/// How long a process goes on sealing with a key that another process has retired meanwhile.
const RELOAD_INTERVAL: Duration = Duration::from_secs(60);

/// Key cache of this process.
#[derive(Default)]
pub(crate) struct SecretKeys {
    configured: OnceLock<Key>,
    cached: Mutex<Option<(Instant, Keys)>>,
}

/// Newest first. Cheap to clone.
type Keys = Arc<[Key]>;

impl SecretKeys {
    fn cached(&self, at_most: Duration) -> Option<Keys> {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().filter(|(loaded, _)| loaded.elapsed() < at_most).map(|(_, keys)| Arc::clone(keys))
    }

    fn replace(&self, keys: &Keys) {
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(keys)));
    }
}

impl Store {
    /// Sets the operator's key, used instead of the database's. Later calls have no effect.
    pub fn configure_secret_key(&self, secret: &SecretString) {
        // Any text becomes a key of the right length; the configuration demands enough of it.
        let key = Key::new(Sha256::digest(secret.expose_secret().as_bytes()).into());
        let _ = self.shared.secret_keys.configured.set(key);
    }

    /// Encrypts and signs `data`, as text for a cookie, a form or a link. [`Store::unseal`] opens it again for the same
    /// `purpose`, until `valid_for` has passed.
    pub async fn seal(&self, purpose: &'static str, data: &[u8], valid_for: TimeDelta) -> Result<String, StoreError> {
        let keys = self.secret_keys(RELOAD_INTERVAL).await?;
        let mut nonce = [0; NONCE_BYTES];
        self.random().fill(&mut nonce);
        let key = keys.first().ok_or(StoreError::Internal)?;
        sealing::seal(key, nonce, purpose, self.now() + valid_for, data).ok_or(StoreError::Internal)
    }

    /// What [`Store::seal`] sealed; `None` if it was sealed for another purpose, has expired, or was not sealed here.
    pub async fn unseal(&self, purpose: &'static str, sealed: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let now = self.now();
        let open = |keys: &Keys| keys.iter().find_map(|key| sealing::unseal(key, purpose, now, sealed));
        if let Some(data) = open(&self.secret_keys(RELOAD_INTERVAL).await?) {
            return Ok(Some(data));
        }
        // Another process may have sealed it with a key that is newer than this process' copy.
        Ok(open(&self.secret_keys(Duration::ZERO).await?))
    }

    /// Makes a new key. The previous one opens what it sealed for another [`RETIRED_KEY_HOURS`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the operator configured a key: that one is changed where it is configured.
    pub async fn rotate_secret_key(&self) -> Result<(), StoreError> {
        if self.shared.secret_keys.configured.get().is_some() {
            return Err(StoreError::Conflict);
        }
        let (id, key, now) = (self.new_id(), self.new_secret_key(), self.now());
        self.transaction(move |tx| {
            Box::pin(async move {
                sql("UPDATE secret_keys SET retired_at = $1 WHERE retired_at IS NULL", [now.into()]).execute(tx).await?;
                let row = [id.into(), key.into(), now.into()];
                sql("INSERT INTO secret_keys (id, secret, created_at) VALUES ($1, $2, $3)", row).execute(tx).await?;
                Ok(())
            })
        })
        .await
    }

    /// Deletes keys that open nothing any more and returns their number.
    pub async fn delete_retired_keys(&self) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM secret_keys WHERE retired_at <= $1", [oldest_retired(self.now()).into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }

    /// Random bytes for a new key.
    pub(crate) fn new_secret_key(&self) -> Vec<u8> {
        let mut key = vec![0; KEY_BYTES];
        self.random().fill(&mut key);
        key
    }

    async fn secret_keys(&self, max_age: Duration) -> Result<Keys, StoreError> {
        let secret_keys = &self.shared.secret_keys;
        if let Some(key) = secret_keys.configured.get() {
            return Ok(Arc::new([key.clone()]));
        }
        if let Some(keys) = secret_keys.cached(max_age) {
            return Ok(keys);
        }
        let statement = sql(
            "SELECT secret FROM secret_keys WHERE retired_at IS NULL OR retired_at > $1 ORDER BY created_at DESC, id DESC",
            [oldest_retired(self.now()).into()],
        );
        let rows: Vec<SecretRow> = statement.all(self.read()).await?;
        let keys: Keys = rows.into_iter().filter_map(|row| row.secret.try_into().ok().map(Key::new)).collect();
        secret_keys.replace(&keys);
        Ok(keys)
    }
}

/// Deletes keys that open nothing any more, every hour.
pub(crate) fn retired_keys() -> JobHandler {
    JobHandler::deleting("delete-retired-keys", TimeDelta::hours(1), |store| async move { store.delete_retired_keys().await })
}

/// Latest retirement time of keys that are no longer accepted.
fn oldest_retired(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::hours(RETIRED_KEY_HOURS)
}

/// Inserts the install's first key if the table is empty. The caller holds the migration's lock.
pub(crate) async fn insert_first(db: &impl ConnectionTrait, secret: &[u8], id: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    let values = [id.into(), secret.to_vec().into(), now.into()];
    let statement = "INSERT INTO secret_keys (id, secret, created_at) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM secret_keys)";
    sql(statement, values).execute(db).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct SecretRow {
    secret: Vec<u8>,
}
