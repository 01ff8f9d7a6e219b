//! Limit of registrations per network, so that no client fills the database with accounts.

use crate::{
    JobHandler, Store, StoreError,
    database::{sql::sql, transaction::Transaction},
};
use chrono::TimeDelta;
use domain::{client_network::ClientNetwork, sign_in_limits::REGISTRATIONS_PER_NETWORK};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

impl Store {
    /// Checks the limit of registrations of a network. The loopback address has none: its clients are the operator, or a proxy that the
    /// configuration does not name.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at no field if the limit is reached.
    pub(crate) async fn check_registrations(&self, network: Option<ClientNetwork>) -> Result<(), StoreError> {
        let Some(network) = network.filter(|network| !network.is_loopback()) else { return Ok(()) };
        let start = self.now() - REGISTRATIONS_PER_NETWORK.window();
        let statement = "SELECT count(*) AS count FROM registrations WHERE network = $1 AND registered_at > $2";
        let found = sql(statement, [network.to_string().into(), start.into()]).one::<Count>(self.read()).await?;
        if found.is_some_and(|found| found.count >= i64::from(REGISTRATIONS_PER_NETWORK.max)) {
            let message = "Many accounts were created from your network within the last hour. Try again in an hour.";
            return Err(StoreError::field("", message));
        }
        Ok(())
    }

    /// Counts a registration, in its transaction.
    pub(crate) async fn count_registration(&self, tx: &Transaction, network: Option<ClientNetwork>) -> Result<(), StoreError> {
        let Some(network) = network.filter(|network| !network.is_loopback()) else { return Ok(()) };
        let values = [self.new_id().into(), network.to_string().into(), self.now().into()];
        sql("INSERT INTO registrations (id, network, registered_at) VALUES ($1, $2, $3)", values).execute(tx).await?;
        Ok(())
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
