//! Failed sign-ins, counted in the database so that all processes of an install share the limits of
//! [`domain::sign_in_limits`].
//!
//! An attempt is a row from before its password is compared until it is known to have succeeded.

use crate::{
    JobHandler, Store, StoreError,
    database::{sql::sql, transaction::Transaction},
    users::rate_limits::{CountedTable, Windows, lock_count},
};
use chrono::TimeDelta;
use domain::{
    client_network::ClientNetwork,
    sign_in_limits::{LONGEST_WINDOW_MINUTES, PER_ACCOUNT, PER_ACCOUNT_AND_NETWORK, PER_DEVICE, PER_NETWORK},
};
use sea_orm::{ConnectionTrait, prelude::DateTimeUtc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The first key of the advisory locks by which PostgreSQL counts one network's, and one account's, attempts one by one.
const NETWORK_LOCK: i32 = 0x4d43_4e01;
const ACCOUNT_LOCK: i32 = 0x4d43_4e02;
const ATTEMPTS: CountedTable = CountedTable { name: "sign_in_attempts", at: "attempted_at" };

/// What an attempt is counted by.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    account_hash: Vec<u8>,
    network: String,
    device_hash: Option<Vec<u8>>,
}

/// Whether an attempt may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reservation {
    /// It counts as failed until it is forgotten by this id.
    Counted(Uuid),
    /// A limit is reached.
    Limited { retry_at: DateTimeUtc },
}

impl Attempt {
    /// An attempt at the account of an address' key, from a network; from a known device, if there is one.
    pub fn new(account_key: &str, network: Option<ClientNetwork>, device_hash: Option<Vec<u8>>) -> Self {
        Self {
            account_hash: Sha256::digest(account_key).to_vec(),
            network: network.map(|network| network.to_string()).unwrap_or_default(),
            device_hash,
        }
    }

    /// When the limits that apply have room again; `None` if they have room now.
    async fn limited_until(&self, db: &impl ConnectionTrait, now: DateTimeUtc) -> Result<Option<DateTimeUtc>, StoreError> {
        let mut windows = Windows::new(ATTEMPTS, now);
        match &self.device_hash {
            Some(device) => {
                let device = windows.bind(device.clone());
                windows.push(PER_DEVICE, &format!("device_hash = {device}"));
            }
            None => {
                let account = windows.bind(self.account_hash.clone());
                let network = windows.bind(self.network.clone());
                let unknown = "device_hash IS NULL";
                windows.push(PER_ACCOUNT_AND_NETWORK, &format!("account_hash = {account} AND network = {network} AND {unknown}"));
                windows.push(PER_ACCOUNT, &format!("account_hash = {account} AND {unknown}"));
                windows.push(PER_NETWORK, &format!("network = {network} AND {unknown}"));
            }
        }
        windows.limited_until(db).await
    }

    /// Attempts of one network or account are counted one after another.
    async fn lock(&self, tx: &Transaction) -> Result<(), StoreError> {
        // Always in this order, so that two can't wait for each other.
        lock_count(tx, NETWORK_LOCK, self.network.as_bytes()).await?;
        lock_count(tx, ACCOUNT_LOCK, &self.account_hash).await
    }
}

impl Store {
    /// When the limits that apply to an attempt have room again; `None` if they have room now. Writes nothing.
    pub(crate) async fn sign_in_limited_until(&self, attempt: &Attempt) -> Result<Option<DateTimeUtc>, StoreError> {
        attempt.limited_until(self.read(), self.now()).await
    }

    /// Counts an attempt as failed, unless a limit is reached by now.
    pub(crate) async fn reserve_sign_in(&self, attempt: Attempt) -> Result<Reservation, StoreError> {
        let now = self.now();
        let id = self.new_id();
        self.transaction(move |tx| {
            Box::pin(async move {
                attempt.lock(tx).await?;
                if let Some(retry_at) = attempt.limited_until(tx, now).await? {
                    return Ok(Reservation::Limited { retry_at });
                }
                let Attempt { account_hash, network, device_hash } = attempt;
                let values = [id.into(), account_hash.into(), network.into(), device_hash.into(), now.into()];
                let insert =
                    "INSERT INTO sign_in_attempts (id, account_hash, network, device_hash, attempted_at) VALUES ($1, $2, $3, $4, $5)";
                sql(insert, values).execute(tx).await?;
                Ok(Reservation::Counted(id))
            })
        })
        .await
    }

    /// Deletes attempts that count nowhere any more; how many.
    pub async fn delete_old_sign_in_attempts(&self) -> Result<u64, StoreError> {
        let oldest = self.now() - TimeDelta::minutes(LONGEST_WINDOW_MINUTES.into());
        let delete = sql("DELETE FROM sign_in_attempts WHERE attempted_at <= $1", [oldest.into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes attempts that no longer count, every hour.
pub(crate) fn old_attempts() -> JobHandler {
    JobHandler::deleting(
        "delete-old-sign-in-attempts",
        TimeDelta::hours(1),
        |store| async move { store.delete_old_sign_in_attempts().await },
    )
}

/// Takes back an attempt that did not fail.
pub(crate) async fn forget_attempt(tx: &Transaction, id: Uuid) -> Result<(), StoreError> {
    sql("DELETE FROM sign_in_attempts WHERE id = $1", [id.into()]).execute(tx).await?;
    Ok(())
}

/// Deletes the attempts at an account that is deleted. `account_key`: the key of its address.
pub(crate) async fn forget_account(tx: &Transaction, account_key: &str) -> Result<(), StoreError> {
    sql("DELETE FROM sign_in_attempts WHERE account_hash = $1", [Sha256::digest(account_key).to_vec().into()]).execute(tx).await?;
    Ok(())
}
