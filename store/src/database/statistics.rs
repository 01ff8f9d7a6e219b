//! SQLite's statistics, by which it chooses among indexes. PostgreSQL's autovacuum keeps its own.

use crate::{JobHandler, Store, StoreError};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, DbBackend};

/// Rows of an index that are looked at: enough to tell a key that is unique from one that half of all rows have (SQLite's
/// documentation recommends 100 to 1,000).
const ANALYSIS_LIMIT: u32 = 1_000;
/// `PRAGMA optimize`: analyze tables whose size changed much since the last time (0x02), also those that this connection, which
/// writes, has not queried (0x10000).
const OPTIMIZE: u32 = 0x10002;

impl Store {
    /// Brings SQLite's statistics up to date where tables have changed much. Connections that are open learn of it when they are opened
    /// again, which reading ones are within [`READER_LIFETIME`](super::pools::READER_LIFETIME).
    pub async fn refresh_statistics(&self) -> Result<(), StoreError> {
        if self.backend() != DbBackend::Sqlite {
            return Ok(());
        }
        self.transaction(|tx| {
            Box::pin(async move {
                tx.execute_unprepared(&format!("PRAGMA analysis_limit = {ANALYSIS_LIMIT}")).await?;
                tx.execute_unprepared(&format!("PRAGMA optimize({OPTIMIZE})")).await?;
                Ok(())
            })
        })
        .await
    }
}

/// Refreshes the statistics every hour.
pub(crate) fn fresh_statistics() -> JobHandler {
    JobHandler::recurring("refresh-statistics", TimeDelta::hours(1), |store| async move { Ok(store.refresh_statistics().await?) })
}
