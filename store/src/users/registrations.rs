//! Limit of registrations per network, so that no client fills the database with accounts. Shared by all processes, as the
//! registrations are counted in the database.

use crate::{
    JobHandler, Store, StoreError,
    database::{sql::sql, transaction::Transaction},
};
use chrono::TimeDelta;
use domain::{
    client_network::ClientNetwork,
    sign_in_limits::{REGISTRATIONS_PER_NETWORK, registrations_limited},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, prelude::DateTimeUtc};
use sha2::{Digest, Sha256};

/// The first key of the advisory locks by which PostgreSQL counts one network's registrations one by one.
const NETWORK_LOCK: i32 = 0x4d43_4e03;

#[derive(FromQueryResult)]
struct Registration {
    registered_at: DateTimeUtc,
}

impl Store {
    /// Checks the limit of registrations of a network. The loopback address has none: its clients are the operator, or a proxy that the
    /// configuration does not name.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if the limit is reached, with the time from which there is room again.
    pub(crate) async fn check_registrations(&self, network: Option<ClientNetwork>) -> Result<(), StoreError> {
        let Some(network) = limited(network) else { return Ok(()) };
        self.check_limit(self.read(), network).await
    }

    /// Counts a registration in its transaction, if there still is room. Call before the account is created.
    ///
    /// # Errors
    /// As [`Store::check_registrations`].
    pub(crate) async fn count_registration(&self, tx: &Transaction, network: Option<ClientNetwork>) -> Result<(), StoreError> {
        let Some(network) = limited(network) else { return Ok(()) };
        // SQLite has one writer.
        if tx.get_database_backend() == DbBackend::Postgres {
            let hash = Sha256::digest(network.to_string());
            let key = hash.first_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes));
            sql("SELECT pg_advisory_xact_lock($1, $2)", [NETWORK_LOCK.into(), key.into()]).execute(tx).await?;
        }
        self.check_limit(tx, network).await?;
        let values = [self.new_id().into(), network.to_string().into(), self.now().into()];
        sql("INSERT INTO registrations (id, network, registered_at) VALUES ($1, $2, $3)", values).execute(tx).await?;
        Ok(())
    }

    async fn check_limit(&self, db: &impl ConnectionTrait, network: ClientNetwork) -> Result<(), StoreError> {
        let (now, window) = (self.now(), REGISTRATIONS_PER_NETWORK.window());
        // The registration that must leave the window before there is room for one more.
        let text = format!(
            "SELECT registered_at FROM registrations WHERE network = $1 AND registered_at > $2 ORDER BY registered_at DESC LIMIT 1 OFFSET {}",
            REGISTRATIONS_PER_NETWORK.max - 1
        );
        let reached: Option<Registration> = sql(&text, [network.to_string().into(), (now - window).into()]).one(db).await?;
        match reached {
            Some(row) => Err(StoreError::field("", &registrations_limited(row.registered_at + window - now))),
            None => Ok(()),
        }
    }

    /// Deletes registrations that no longer count and returns their number.
    pub async fn delete_old_registrations(&self) -> Result<u64, StoreError> {
        let oldest = self.now() - REGISTRATIONS_PER_NETWORK.window();
        let delete = sql("DELETE FROM registrations WHERE registered_at <= $1", [oldest.into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes registrations that no longer count, every hour.
pub(crate) fn old_registrations() -> JobHandler {
    JobHandler::deleting("delete-old-registrations", TimeDelta::hours(1), |store| async move { store.delete_old_registrations().await })
}

/// The network, unless it has no limit.
fn limited(network: Option<ClientNetwork>) -> Option<ClientNetwork> {
    network.filter(|network| !network.is_loopback())
}
