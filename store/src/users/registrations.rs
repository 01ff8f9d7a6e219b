//! Limit of registrations per network, so that no client fills the database with accounts. Shared by all processes, as the
//! registrations are counted in the database.

use crate::{
    JobHandler, Store, StoreError,
    database::{sql::sql, transaction::Transaction},
    users::rate_limits::{CountedTable, Windows, lock_count},
};
use chrono::TimeDelta;
use domain::{
    client_network::ClientNetwork,
    sign_in_limits::{LimitReached, REGISTRATIONS_PER_NETWORK},
};
use sea_orm::ConnectionTrait;

/// The first key of the advisory locks by which PostgreSQL counts one network's registrations one by one.
const NETWORK_LOCK: i32 = 0x4d43_4e03;
const REGISTRATIONS: CountedTable = CountedTable { name: "registrations", at: "registered_at" };

impl Store {
    /// Checks the limit of registrations of a network. The loopback address has none: its clients are the operator, or a proxy that the
    /// configuration does not name.
    ///
    /// # Errors
    /// [`StoreError::Limited`] if the limit is reached.
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
        lock_count(tx, NETWORK_LOCK, network.to_string().as_bytes()).await?;
        self.check_limit(tx, network).await?;
        let values = [self.new_id().into(), network.to_string().into(), self.now().into()];
        sql("INSERT INTO registrations (id, network, registered_at) VALUES ($1, $2, $3)", values).execute(tx).await?;
        Ok(())
    }

    async fn check_limit(&self, db: &impl ConnectionTrait, network: ClientNetwork) -> Result<(), StoreError> {
        let now = self.now();
        let mut windows = Windows::new(REGISTRATIONS, now);
        let network = windows.bind(network.to_string());
        windows.push(REGISTRATIONS_PER_NETWORK, &format!("network = {network}"));
        match windows.limited_until(db).await? {
            Some(retry_at) => Err(StoreError::Limited(LimitReached::registrations(retry_at - now))),
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
