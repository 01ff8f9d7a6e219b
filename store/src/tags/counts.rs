//! Counters of tagged records per tag and kind of record, updated by the transaction that changes tags of a record, or that deletes,
//! restores, archives or brings back a tagged record.

use super::Tagged;
use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
};
use sea_orm::prelude::Uuid;

impl Tagged {
    /// Column of their counter.
    const fn counter(self) -> &'static str {
        match self {
            Self::Company => "companies",
            Self::Contact => "contacts",
            Self::Deal => "deals",
        }
    }

    /// SQL condition of the records that are counted.
    const fn counted(self) -> &'static str {
        match self {
            Self::Company => "deleted_at IS NULL AND archived_at IS NULL",
            Self::Contact | Self::Deal => "deleted_at IS NULL",
        }
    }
}

/// Adds `by` to the counters of these tags.
pub(super) async fn add_tag_counts(tx: &WorkspaceTx, tagged: Tagged, tags: &[Uuid], by: i64) -> Result<(), StoreError> {
    if tags.is_empty() {
        return Ok(());
    }
    let counter = tagged.counter();
    let mut statement = Sql::with([tx.workspace_id().into(), by.into()]);
    let tags = statement.bind_all(tags.iter().copied());
    statement.push(&format!("UPDATE tag_counters SET {counter} = {counter} + $2 WHERE workspace_id = $1 AND tag_id IN ({tags})"));
    statement.execute(&tx.db).await?;
    Ok(())
}

/// Updates the counters of all tags of these records: `by` is -1 as they are deleted or archived, 1 as they come back. The records keep
/// their tags.
pub(crate) async fn count_carriers(tx: &WorkspaceTx, tagged: Tagged, carriers: &[Uuid], by: i64) -> Result<(), StoreError> {
    let ((table, column), counter) = (tagged.table(), tagged.counter());
    for chunk in carriers.chunks(CHUNK) {
        let mut statement = Sql::with([tx.workspace_id().into(), by.into()]);
        let ids = statement.bind_all(chunk.iter().copied());
        statement.push(&format!(
            "UPDATE tag_counters SET {counter} = {counter} + $2 * carried.number
             FROM (SELECT tag_id, count(*) AS number FROM {table} WHERE workspace_id = $1 AND {column} IN ({ids}) GROUP BY tag_id) AS carried
             WHERE tag_counters.workspace_id = $1 AND tag_counters.tag_id = carried.tag_id"
        ));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

/// Recomputes the counters of one tag, or of all tags of the workspace (`only` is `None`). MATERIALIZED, so that each table is read once:
/// right after a load PostgreSQL has no statistics, and would search all live records for each tagged one.
pub(crate) async fn recompute_tag_counts(tx: &WorkspaceTx, only: Option<Uuid>) -> Result<(), StoreError> {
    for tagged in [Tagged::Company, Tagged::Contact, Tagged::Deal] {
        // Each counter has the name of the table that it counts.
        let ((table, column), counter, counted) = (tagged.table(), tagged.counter(), tagged.counted());
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let of_tag = only.map_or_else(String::new, |tag| format!(" AND tag_id = {}", statement.bind(tag)));
        statement.push(&format!(
            "WITH live AS MATERIALIZED (SELECT id FROM {counter} WHERE workspace_id = $1 AND {counted}),
             counted AS MATERIALIZED (SELECT x.tag_id, count(*) AS number FROM {table} x JOIN live ON live.id = x.{column}
                                      WHERE x.workspace_id = $1{of_tag} GROUP BY x.tag_id)
             UPDATE tag_counters SET {counter} = COALESCE((SELECT number FROM counted WHERE counted.tag_id = tag_counters.tag_id), 0)
             WHERE workspace_id = $1{of_tag}"
        ));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}
