//! How many records carry each tag: counters changed in the transaction that changes who carries what, or that puts a
//! carrier in the bin or takes it out.

use super::Tagged;
use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
};
use sea_orm::prelude::Uuid;

impl Tagged {
    /// The counter of such records.
    const fn counter(self) -> &'static str {
        match self {
            Self::Company => "companies",
            Self::Contact => "contacts",
            Self::Deal => "deals",
        }
    }
}

/// Counts one more or one less such record for these tags.
pub(super) async fn count(tx: &WorkspaceTx, tagged: Tagged, tags: &[Uuid], by: i64) -> Result<(), StoreError> {
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

/// Counts records with their tags out (`by` is -1) as they go to the bin, or in again (1) as they come back. The tags stay
/// on them.
pub(crate) async fn count_carriers(tx: &WorkspaceTx, tagged: Tagged, carriers: &[Uuid], by: i64) -> Result<(), StoreError> {
    let ((table, column), counter) = (tagged.table(), tagged.counter());
    for some in carriers.chunks(CHUNK) {
        let mut statement = Sql::with([tx.workspace_id().into(), by.into()]);
        let some = statement.bind_all(some.iter().copied());
        statement.push(&format!(
            "UPDATE tag_counters SET {counter} = {counter} + $2 * carried.number
             FROM (SELECT tag_id, count(*) AS number FROM {table} WHERE workspace_id = $1 AND {column} IN ({some}) GROUP BY tag_id) AS carried
             WHERE tag_counters.workspace_id = $1 AND tag_counters.tag_id = carried.tag_id"
        ));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

/// Counts anew: one tag, or all of the workspace. Each table is read once: right after a load PostgreSQL knows nothing of it,
/// and left to choose it would look each carrier up among all that are not in the bin.
pub(crate) async fn recount(tx: &WorkspaceTx, only: Option<Uuid>) -> Result<(), StoreError> {
    for tagged in [Tagged::Company, Tagged::Contact, Tagged::Deal] {
        // The counters bear the names of the tables that they count.
        let ((table, column), counter) = (tagged.table(), tagged.counter());
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let of_tag = only.map_or_else(String::new, |tag| format!(" AND tag_id = {}", statement.bind(tag)));
        statement.push(&format!(
            "WITH live AS MATERIALIZED (SELECT id FROM {counter} WHERE workspace_id = $1 AND deleted_at IS NULL),
             counted AS MATERIALIZED (SELECT x.tag_id, count(*) AS number FROM {table} x JOIN live ON live.id = x.{column}
                                      WHERE x.workspace_id = $1{of_tag} GROUP BY x.tag_id)
             UPDATE tag_counters SET {counter} = COALESCE((SELECT number FROM counted WHERE counted.tag_id = tag_counters.tag_id), 0)
             WHERE workspace_id = $1{of_tag}"
        ));
        statement.execute(&tx.db).await?;
    }
    Ok(())
}
