//! Keys that are stored beside the texts they are computed from, to compare, sort and search by. After an upgrade that changes how they are
//! computed they are computed anew, table by table in batches, each batch in a transaction of its own: what is interrupted goes on where
//! it was. Versions of records stay, as nobody edited them.

use crate::{
    StoreError,
    database::{
        sql::{Sql, sql},
        transaction::Transaction,
        write::TxFuture,
    },
    handle::Store,
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Value, prelude::Uuid};

/// Raised by every change of a key's computation.
pub const KEYS_VERSION: i32 = 3;
/// Rows of one batch: at most 12 values each, of the 32,766 that SQLite binds.
pub(crate) const BATCH: u64 = 500;

/// A table with computed keys.
pub(crate) struct KeyedTable {
    /// Its name.
    pub name: &'static str,
    /// Its columns that identify a row.
    pub id: &'static [&'static str],
    /// The columns of its keys, all text.
    pub keys: &'static [&'static str],
    /// Reads the [`BATCH`] rows after this one, in the order of their ids.
    pub batch: for<'t> fn(&'t Transaction, RowId) -> TxFuture<'t, KeyBatch>,
}

/// A row's workspace and id. Of a user the id twice.
pub(crate) type RowId = (Uuid, Uuid);

/// A batch of rows.
#[derive(Default)]
pub(crate) struct KeyBatch {
    /// The last row read; `None` if there was none.
    pub last: Option<RowId>,
    /// Rows whose stored keys differ from what is computed today, with those.
    pub outdated: Vec<(RowId, Vec<String>)>,
}

impl KeyBatch {
    /// Adds the next row of the batch.
    pub fn add(&mut self, row: RowId, stored: &[&str], computed: Vec<String>) {
        self.last = Some(row);
        if stored.iter().ne(computed.iter()) {
            self.outdated.push((row, computed));
        }
    }
}

impl Store {
    /// Computes the keys of every row that this version computes differently. Of several processes at once each does some batches.
    pub(crate) async fn recompute_keys(&self, tables: &'static [KeyedTable]) -> Result<(), StoreError> {
        #[derive(FromQueryResult)]
        struct Done {
            table_name: String,
        }
        let select = "SELECT table_name FROM stored_keys WHERE version >= $1";
        let done: Vec<Done> = sql(select, [KEYS_VERSION.into()]).all(self.read()).await?;
        for table in tables.iter().filter(|table| done.iter().all(|done| done.table_name != table.name)) {
            let now = self.now();
            while self.transaction(move |tx| Box::pin(recompute_batch(tx, table, now.into()))).await? {}
        }
        Ok(())
    }
}

/// What was done to a batch of unique keys.
pub(crate) struct UniqueKeyBatch {
    /// Number of changed keys.
    pub changed: u64,
    /// The last row read; `None` if there was none.
    pub last: Option<RowId>,
}

impl Store {
    /// Computes unique keys anew in batches, each a transaction, and returns how many changed. Two rows may claim one key, so that batches
    /// of several processes run one after another: on PostgreSQL by `lock`, the number of an advisory lock; SQLite's hold the write lock.
    pub(crate) async fn recompute_unique_keys(
        &self,
        lock: i64,
        batch: for<'t> fn(&'t Transaction, RowId) -> TxFuture<'t, UniqueKeyBatch>,
    ) -> Result<u64, StoreError> {
        let (mut after, mut changed) = ((Uuid::nil(), Uuid::nil()), 0);
        loop {
            let done = self.transaction(move |tx| Box::pin(locked(tx, lock, batch(tx, after)))).await?;
            changed += done.changed;
            match done.last {
                Some(last) => after = last,
                None => return Ok(changed),
            }
        }
    }
}

async fn locked<T>(tx: &Transaction, lock: i64, work: TxFuture<'_, T>) -> Result<T, StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        sql("SELECT pg_advisory_xact_lock($1)", [lock.into()]).execute(tx).await?;
    }
    work.await
}

#[derive(FromQueryResult)]
struct Progress {
    version: i32,
    target: i32,
    after_workspace_id: Option<Uuid>,
    after_id: Option<Uuid>,
}

/// Recomputes one batch and returns whether there is another.
async fn recompute_batch(tx: &Transaction, table: &KeyedTable, now: Value) -> Result<bool, StoreError> {
    let name = || Value::from(table.name);
    let insert = "INSERT INTO stored_keys (table_name, version, target, updated_at) VALUES ($1, 0, 0, $2) ON CONFLICT DO NOTHING";
    sql(insert, [name(), now.clone()]).execute(tx).await?;
    // SQLite's transactions hold the write lock from their start.
    let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" };
    let select = format!("SELECT version, target, after_workspace_id, after_id FROM stored_keys WHERE table_name = $1{lock}");
    let progress: Progress = sql(&select, [name()]).one(tx).await?.ok_or(StoreError::Internal)?;
    if progress.version >= KEYS_VERSION {
        return Ok(false);
    }
    let begun = progress.after_workspace_id.zip(progress.after_id).filter(|_| progress.target == KEYS_VERSION);
    let batch = (table.batch)(tx, begun.unwrap_or((Uuid::nil(), Uuid::nil()))).await?;
    update_keys(tx, table.name, table.id, table.keys, batch.outdated).await?;
    let (version, last) = if batch.last.is_some() { (progress.version, batch.last) } else { (KEYS_VERSION, None) };
    sql(
        "UPDATE stored_keys SET version = $2, target = $3, after_workspace_id = $4, after_id = $5, updated_at = $6 WHERE table_name = $1",
        [name(), version.into(), KEYS_VERSION.into(), last.map(|row| row.0).into(), last.map(|row| row.1).into(), now],
    )
    .execute(tx)
    .await?;
    Ok(last.is_some())
}

/// Updates key columns of rows of `table`, which its columns `ids` identify.
pub(crate) async fn update_keys(
    tx: &Transaction,
    table: &str,
    ids: &[&str],
    keys: &[&str],
    rows: Vec<(RowId, Vec<String>)>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = Sql::default();
    let values: Vec<String> = rows
        .into_iter()
        .map(|(row, keys)| {
            let ids: [Value; 2] = [row.0.into(), row.1.into()];
            format!("({})", statement.bind_all(ids.into_iter().chain(keys.into_iter().map(Value::from))))
        })
        .collect();
    let set: Vec<String> = (3..).zip(keys).map(|(place, key)| format!("{key} = anew.column{place}")).collect();
    let found: Vec<String> = (1..).zip(ids).map(|(place, id)| format!("{table}.{id} = anew.column{place}")).collect();
    statement.push(&format!(
        "UPDATE {table} SET {} FROM (VALUES {}) AS anew WHERE {}",
        set.join(", "),
        values.join(", "),
        found.join(" AND ")
    ));
    statement.execute(tx).await?;
    Ok(())
}
