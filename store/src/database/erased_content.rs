//! What a database keeps of content that was overwritten.
//!
//! - SQLite: the connection that writes overwrites what it deletes with zeros (`secure_delete`, see [`super::pools`]). The words of a search
//!   index stay in its segments until these are merged, and the pages as they were in the journal until it is emptied.
//! - PostgreSQL: statistics hold samples of columns until the next analysis, and old row versions stay until the next vacuum.
//!
//! A job brings both up to date after an erasure. It may run twice without harm.

use crate::{
    JobHandler, NewJob, Store, StoreError,
    database::{
        pools::{Access, open_pool, postgres_options},
        rows::to_u64,
    },
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement};
use serde_json::Value;
use std::time::Duration;

const KIND: &str = "scrub-erased-content";
/// Tables whose search index on SQLite has words of contacts: theirs, and deals by their names.
const SEARCHED: [&str; 2] = ["contacts", "deals"];
/// Tables with values of contacts: theirs, copies in deals, and the log.
const TABLES: [&str; 4] = ["contacts", "deals", "audit_log", "sessions"];

/// The job that scrubs erased content.
pub(crate) fn scrubbing_job() -> NewJob {
    NewJob::new(KIND, Value::Null)
}

/// Scrubs erased content.
pub(crate) fn scrubbing() -> JobHandler {
    JobHandler::new(KIND, |store, _| async move { Ok(store.scrub_erased_content().await?) })
}

/// Result of SQLite's `wal_checkpoint`.
#[derive(FromQueryResult)]
struct Checkpoint {
    busy: i64,
}

impl Store {
    /// Removes what the database keeps of content that was overwritten, as far as it can be told to.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if a reader keeps SQLite's journal from being emptied.
    pub async fn scrub_erased_content(&self) -> Result<(), StoreError> {
        match self.backend() {
            DbBackend::Sqlite => {
                // One segment is written from all, without what was deleted.
                for table in SEARCHED {
                    let merge = format!("INSERT INTO {table}_search({table}_search) VALUES ('optimize')");
                    self.transaction(move |tx| {
                        Box::pin(async move {
                            tx.execute_unprepared(&merge).await?;
                            Ok(())
                        })
                    })
                    .await?;
                }
                let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
                let row = self.read().pool().query_one_raw(checkpoint).await?;
                let done = row.map(|row| Checkpoint::from_query_result(&row, "")).transpose()?;
                if done.is_none_or(|done| to_u64(done.busy) > 0) { Err(StoreError::Unavailable) } else { Ok(()) }
            }
            _ => {
                // On a connection of its own: a large table takes longer than a page may.
                let mut options = postgres_options(&self.shared.config, Access::Write);
                options.max_connections(1).statement_timeout(Duration::ZERO);
                let connection = open_pool(options).await?;
                let vacuumed = vacuum(&connection).await;
                connection.close().await?;
                Ok(vacuumed?)
            }
        }
    }
}

/// Vacuums the tables with their indexes. PostgreSQL leaves indexes alone where few rows of a table are dead, and so the values in them.
async fn vacuum(connection: &DatabaseConnection) -> Result<(), DbErr> {
    for table in TABLES {
        // Not in a transaction, where PostgreSQL refuses it.
        connection.execute_unprepared(&format!("VACUUM (ANALYZE, INDEX_CLEANUP ON) {table}")).await?;
    }
    Ok(())
}
