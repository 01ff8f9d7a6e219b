//! Deleting records in the bin for ever: one of them, all of them, and each after thirty days.
//!
//! The rows go, with what hangs on them. What the audit log has of a record stays, and each record that goes gets an entry of its own.

mod batches;
mod emptying;
mod expiry;
mod records;

pub use emptying::Emptied;
pub(crate) use emptying::emptying_bins;
pub(crate) use expiry::expired_records;

use crate::{
    Store, StoreError,
    bin::{BIN_TABLES, entity_of, retention_cutoff},
    database::sql::sql,
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
};
use records::{ENTRY_COLUMNS, Entry, PurgeSet};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// Records that go along up to which they are named.
const NAMED_MAX: u64 = 10;

/// What deleting a record in the bin for ever concerns, for the question before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeQuestion {
    /// A company, contact, deal, activity or task.
    pub entity: Entity,
    /// Id of the record.
    pub id: Uuid,
    /// Its name or subject.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Numbers of the records that go along: those that were deleted with it, and of a company all deals.
    pub goes_along: GoesAlong,
    /// The names of these records, if they are at most ten.
    pub names: Vec<String>,
}

/// A record in the bin that was deleted by itself.
#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    entry: Entry,
    name: String,
    version: i64,
}

impl Store {
    /// What deleting this record for ever would concern. It is one that the bin lists.
    pub async fn purge_question(&self, actor: &Actor, id: Uuid) -> Result<PurgeQuestion, StoreError> {
        authorize(actor, Verb::Delete, Entity::Bin)?;
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let Found { entry, name, version } = find(db, workspace_id, id, retention_cutoff(self.now())).await?;
        let entity = entity_of(&entry.entity)?;
        let going = PurgeSet::of(db, workspace_id, &[entry]).await?;
        let goes_along = going.goes_along(id);
        let few = goes_along.total() <= NAMED_MAX;
        let names = if few { going.names_besides(db, id).await? } else { vec![] };
        Ok(PurgeQuestion { entity, id, name, version, goes_along, names })
    }

    /// Deletes a record in the bin for ever and returns its name.
    ///
    /// - `version`: the record's version that was shown.
    /// - `shown`: the numbers that were shown as going along.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the record has another version now, or if more would go along than was shown.
    pub async fn purge_record(&self, actor: &Actor, id: Uuid, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Bin, move |tx| {
            Box::pin(async move {
                let found = find(&tx.db, tx.workspace_id(), id, retention_cutoff(tx.now)).await?;
                let going = PurgeSet::of(&tx.db, tx.workspace_id(), &[found.entry]).await?;
                if found.version != version || going.goes_along(id).exceeds(&shown) {
                    return Err(StoreError::Conflict);
                }
                for change in going.delete(&tx.db).await? {
                    tx.audit(change).await?;
                }
                Ok(found.name)
            })
        })
        .await
    }
}

/// The entry of a record that can still be restored, with the record's name and version.
async fn find(db: &impl ConnectionTrait, workspace_id: Uuid, id: Uuid, cutoff: DateTime<Utc>) -> Result<Found, StoreError> {
    let records =
        BIN_TABLES.map(|table| format!("SELECT {} AS name, version FROM {} WHERE workspace_id = $1 AND id = $2", table.name, table.table));
    let text = format!(
        "SELECT {ENTRY_COLUMNS}, r.name, r.version FROM bin_entries b CROSS JOIN ({}) AS r
         WHERE b.workspace_id = $1 AND b.record_id = $2 AND b.deleted_at >= $3",
        records.join(" UNION ALL ")
    );
    sql(&text, [workspace_id.into(), id.into(), cutoff.into()]).one(db).await?.ok_or(StoreError::NotFound)
}
