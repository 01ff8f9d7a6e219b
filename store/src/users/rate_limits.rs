//! Sliding windows over rows that the database counts, so that all processes of an install share a limit.
//!
//! A limit is reached if the row that stands `max` places from the newest is still inside its window.

use crate::{
    StoreError,
    database::{
        sql::{Sql, sql},
        transaction::Transaction,
    },
};
use chrono::TimeDelta;
use domain::sign_in_limits::Limit;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, prelude::DateTimeUtc};
use sha2::{Digest, Sha256};

/// A table whose rows are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CountedTable {
    /// Its name.
    pub name: &'static str,
    /// The column of a row's time.
    pub at: &'static str,
}

/// Limits of one attempt, as a statement that returns a row for each that is reached.
#[derive(Debug)]
pub(crate) struct Windows {
    table: CountedTable,
    now: DateTimeUtc,
    statement: Sql,
    has_limit: bool,
}

#[derive(FromQueryResult)]
struct Reached {
    counted_at: DateTimeUtc,
    window_minutes: i64,
}

impl Windows {
    /// No limit yet.
    pub fn new(table: CountedTable, now: DateTimeUtc) -> Self {
        Self { table, now, statement: Sql::default(), has_limit: false }
    }

    /// Binds a value and returns its placeholder, for the conditions.
    pub fn bind(&mut self, value: impl Into<sea_orm::Value>) -> String {
        self.statement.bind(value)
    }

    /// Adds a limit of the rows that meet an SQL condition.
    pub fn push(&mut self, limit: Limit, condition: &str) {
        if std::mem::replace(&mut self.has_limit, true) {
            self.statement.push(" UNION ALL ");
        }
        let start = self.statement.bind(self.now - limit.window());
        let (window, skipped, CountedTable { name, at }) = (limit.window_minutes, limit.max - 1, self.table);
        self.statement.push(&format!(
            "SELECT * FROM (SELECT {at} AS counted_at, CAST({window} AS bigint) AS window_minutes FROM {name}
              WHERE {condition} AND {at} > {start} ORDER BY {at} DESC LIMIT 1 OFFSET {skipped}) AS limit_{window}_{skipped}"
        ));
    }

    /// The time at which every limit has room again; `None` if each has room now.
    pub(crate) async fn limited_until(self, db: &impl ConnectionTrait) -> Result<Option<DateTimeUtc>, StoreError> {
        if !self.has_limit {
            return Ok(None);
        }
        let reached: Vec<Reached> = self.statement.all(db).await?;
        Ok(reached.into_iter().map(|row| row.counted_at + TimeDelta::minutes(row.window_minutes)).max())
    }
}

/// Counts of one key run one after another until the transaction ends. On PostgreSQL by an advisory lock, whose first key is `class`;
/// SQLite has one writer.
pub(crate) async fn lock_count(tx: &Transaction, class: i32, counted: &[u8]) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let key = Sha256::digest(counted).first_chunk().map_or(0, |bytes| i32::from_be_bytes(*bytes));
        sql("SELECT pg_advisory_xact_lock($1, $2)", [class.into(), key.into()]).execute(tx).await?;
    }
    Ok(())
}
