//! Emptying the bin, or the part of it that filters show.

use super::{
    batches::purge_batch,
    records::{ENTRY_COLUMNS, PurgeSet},
};
use crate::{
    JobError, JobHandler, NewJob, Store, StoreError,
    audit::chain::Change,
    bin::{EntryFilter, retention_cutoff},
    database::{rows::to_u64, sql::Sql, write::WorkspaceTx},
    error::authorize,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    bin::{BinContents, BinFilter, EMPTIED_AT_ONCE, GoesAlong},
    ids::{UserId, WorkspaceId},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

const KIND: &str = "empty-bin";

/// What became of a request to empty the bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emptied {
    /// So many records were deleted for ever.
    Done(u64),
    /// A job deletes them: at most so many.
    Started(u64),
}

/// The job that empties a bin.
#[derive(Serialize, Deserialize)]
struct Emptying {
    /// Who asked for it.
    by: UserId,
    /// When: what is deleted afterwards stays.
    at: DateTime<Utc>,
    filter: EntryFilter,
}

#[derive(FromQueryResult)]
struct Sums {
    entries: i64,
    contacts: i64,
    deals: i64,
    activities: i64,
    tasks: i64,
}

impl Store {
    /// What emptying the bin would delete for ever, of what the filter matches. A record that was deleted with another one and restored by
    /// itself since is counted still.
    pub async fn bin_contents(&self, actor: &Actor, filter: &BinFilter) -> Result<BinContents, StoreError> {
        authorize(actor, Verb::Delete, Entity::Bin)?;
        contents(self.read(), actor.workspace_id.0, &filter.into(), retention_cutoff(self.now())).await
    }

    /// Deletes for ever what the filter matches in the bin: at once if it is little, else by a job.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is more than was `shown`.
    pub async fn empty_bin(&self, actor: &Actor, filter: &BinFilter, shown: BinContents) -> Result<Emptied, StoreError> {
        let noted = noted_filter(filter);
        let filter = EntryFilter::from(filter);
        self.write(actor, Verb::Delete, Entity::Bin, move |tx| Box::pin(empty(tx, filter, noted, shown))).await
    }
}

async fn empty(tx: &mut WorkspaceTx, filter: EntryFilter, noted: Value, shown: BinContents) -> Result<Emptied, StoreError> {
    let (workspace_id, cutoff) = (tx.workspace_id(), retention_cutoff(tx.now));
    let now = contents(&tx.db, workspace_id, &filter, cutoff).await?;
    if now.exceeds(&shown) {
        return Err(StoreError::Conflict);
    }
    if now.entries == 0 {
        return Ok(Emptied::Done(0));
    }
    tx.audit(Change { action: KIND, entity: Entity::Workspace.noun(), id: workspace_id, before: Some(noted), after: None }).await?;
    if now.records() > EMPTIED_AT_ONCE {
        let emptying = Emptying { by: tx.actor.user_id, at: tx.now, filter };
        let payload = serde_json::to_value(emptying).map_err(|_| StoreError::Internal)?;
        tx.store().enqueue(&tx.db, NewJob::new(KIND, payload).in_workspace(WorkspaceId(workspace_id))).await?;
        return Ok(Emptied::Started(now.records()));
    }
    let mut select = Sql::with([workspace_id.into()]);
    let matching = filter.sql(&mut select, cutoff);
    select.push(&format!("SELECT {ENTRY_COLUMNS} {matching}"));
    let changes = PurgeSet::of(&tx.db, workspace_id, &select.all(&tx.db).await?).await?.delete(&tx.db).await?;
    let records = changes.len() as u64;
    for change in changes {
        tx.audit(change).await?;
    }
    Ok(Emptied::Done(records))
}

/// The filters as the log has them.
fn noted_filter(filter: &BinFilter) -> Value {
    let pairs = filter.query_pairs().into_iter();
    let fields = pairs.map(|(name, value)| (if name == "person" { "deleted_by_id" } else { name }.to_owned(), Value::from(value)));
    if filter.is_set() { Value::Object(fields.collect()) } else { json!({ "filter": "none" }) }
}

async fn contents(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    filter: &EntryFilter,
    cutoff: DateTime<Utc>,
) -> Result<BinContents, StoreError> {
    let mut statement = Sql::with([workspace_id.into()]);
    let matching = filter.sql(&mut statement, cutoff);
    // A company takes the deals along that were deleted before it, which may not match themselves.
    statement.push(&format!(
        "SELECT count(*) AS entries, CAST(COALESCE(SUM(m.contacts), 0) AS bigint) AS contacts,
           CAST(COALESCE(SUM(m.deals), 0) AS bigint)
             + (SELECT count(*) FROM bin_entries e JOIN deals d ON d.workspace_id = $1 AND d.id = e.record_id
                WHERE e.workspace_id = $1 AND e.entity = 'deal' AND NOT EXISTS (SELECT 1 {matching} AND b.record_id = e.record_id)
                  AND EXISTS (SELECT 1 {matching} AND b.record_id = d.company_id)) AS deals,
           CAST(COALESCE(SUM(m.activities), 0) AS bigint) AS activities, CAST(COALESCE(SUM(m.tasks), 0) AS bigint) AS tasks
         FROM (SELECT b.contacts, b.deals, b.activities, b.tasks {matching}) AS m"
    ));
    let sums: Sums = statement.one(db).await?.ok_or(StoreError::Internal)?;
    let goes_along = GoesAlong {
        contacts: to_u64(sums.contacts),
        deals: to_u64(sums.deals),
        activities: to_u64(sums.activities),
        tasks: to_u64(sums.tasks),
    };
    Ok(BinContents { entries: to_u64(sums.entries), goes_along })
}

/// Empties bins with more records than one transaction should delete.
pub(crate) fn emptying_bins() -> JobHandler {
    JobHandler::new(KIND, |store, job| async move {
        let workspace_id = job.workspace_id.ok_or_else(|| JobError::Permanent("it names no workspace".to_owned()))?;
        let Emptying { by, at, filter } = job.payload()?;
        let matching = |select: &mut Sql| {
            let matching = filter.sql(select, retention_cutoff(store.now()));
            format!("{matching} AND b.deleted_at <= {}", select.bind(at))
        };
        while purge_batch(&store, workspace_id, matching, Some(by)).await?.is_some() {}
        Ok(())
    })
}
