//! Failed sign-ins, counted in the database so that all processes of an install share the limits of
//! [`domain::sign_in_limits`].
//!
//! An attempt is a row from before its password is compared until it is known to have succeeded. Each limit is a sliding
//! window: it is reached if the row that stands `max` places from the newest is still inside.

use crate::{
    JobHandler, Store, StoreError,
    database::{
        sql::{Sql, sql},
        transaction::Transaction,
    },
};
use chrono::TimeDelta;
use domain::{
    client_network::ClientNetwork,
    sign_in_limits::{LONGEST_WINDOW_MINUTES, Limit, PER_ACCOUNT, PER_ACCOUNT_AND_NETWORK, PER_DEVICE, PER_NETWORK},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, prelude::DateTimeUtc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The first key of the advisory locks by which PostgreSQL counts one network's, and one account's, attempts one by one.
const NETWORK_LOCK: i32 = 0x4d43_4e01;
const ACCOUNT_LOCK: i32 = 0x4d43_4e02;

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
        let mut statement = Sql::default();
        match &self.device_hash {
            Some(device) => {
                let device = statement.bind(device.clone());
                push_limit(&mut statement, PER_DEVICE, now, &format!("device_hash = {device}"));
            }
            None => {
                let account = statement.bind(self.account_hash.clone());
                let network = statement.bind(self.network.clone());
                let unknown = "device_hash IS NULL";
                let both = format!("account_hash = {account} AND network = {network} AND {unknown}");
                push_limit(&mut statement, PER_ACCOUNT_AND_NETWORK, now, &both);
                statement.push(" UNION ALL ");
                push_limit(&mut statement, PER_ACCOUNT, now, &format!("account_hash = {account} AND {unknown}"));
                statement.push(" UNION ALL ");
                push_limit(&mut statement, PER_NETWORK, now, &format!("network = {network} AND {unknown}"));
            }
        }
        let reached: Vec<Reached> = statement.all(db).await?;
        Ok(reached.into_iter().map(|row| row.attempted_at + TimeDelta::minutes(row.window_minutes)).max())
    }

    /// On PostgreSQL, attempts of one network or account are counted one after another. SQLite has one writer.
    async fn lock(&self, tx: &Transaction) -> Result<(), StoreError> {
        if tx.get_database_backend() == DbBackend::Postgres {
            // Always in this order, so that two can't wait for each other.
            for (class, hash) in [(NETWORK_LOCK, Sha256::digest(&self.network).to_vec()), (ACCOUNT_LOCK, self.account_hash.clone())] {
                let key = hash.first_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes));
                sql("SELECT pg_advisory_xact_lock($1, $2)", [class.into(), key.into()]).execute(tx).await?;
            }
        }
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct Reached {
    attempted_at: DateTimeUtc,
    window_minutes: i64,
}

/// A query for the attempt that must leave the window before there is room for one more.
fn push_limit(statement: &mut Sql, limit: Limit, now: DateTimeUtc, condition: &str) {
    let start = statement.bind(now - limit.window());
    let (window, skipped) = (limit.window_minutes, limit.max - 1);
    statement.push(&format!(
        "SELECT * FROM (SELECT attempted_at, CAST({window} AS bigint) AS window_minutes FROM sign_in_attempts
          WHERE {condition} AND attempted_at > {start} ORDER BY attempted_at DESC LIMIT 1 OFFSET {skipped}) AS limit_{window}_{skipped}"
    ));
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
