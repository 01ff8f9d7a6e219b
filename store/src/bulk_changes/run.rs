//! Carrying a bulk change out: at once, or by a job in batches.

use super::{apply::Applying, running::RunningChange};
use crate::{
    JobError, JobHandler, NewJob, Store, StoreError,
    database::{sql::sql, write::WorkspaceTx},
};
use domain::{
    access::{Actor, Role},
    bulk_changes::{BULK_AT_ONCE, RecordOutcome, SelectedRecord, SkipReason},
    ids::{BulkChangeId, WorkspaceId},
};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const KIND: &str = "bulk-change";
/// Records that one transaction of the job changes. Other writes wait for it: with batches of 50 deletions of companies, 335 ms on SQLite
/// (p99, development build, two cores shared by four builds).
const BATCH: usize = 20;

/// The payload of the job.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct LargeChange {
    bulk_change_id: BulkChangeId,
}

/// Carries out a bulk change whose records were just inserted, or leaves it to a job if they are many.
pub(super) async fn start(tx: &mut WorkspaceTx, id: BulkChangeId, records: u64) -> Result<(), StoreError> {
    let places = "UPDATE bulk_changes SET next_place = (SELECT COALESCE(max(place), 0) FROM bulk_change_records
      WHERE workspace_id = $1 AND bulk_change_id = $2) WHERE workspace_id = $1 AND id = $2";
    sql(places, [tx.workspace_id().into(), id.0.into()]).execute(&tx.db).await?;
    if records <= BULK_AT_ONCE as u64 {
        return run_batch(tx, id, BULK_AT_ONCE).await.map(drop);
    }
    let payload = serde_json::to_value(LargeChange { bulk_change_id: id }).map_err(|_| StoreError::Internal)?;
    let job = NewJob::new(KIND, payload).in_workspace(WorkspaceId(tx.workspace_id()));
    let job = tx.store().enqueue(&tx.db, job).await?;
    let keep = "UPDATE bulk_changes SET job_id = $3 WHERE workspace_id = $1 AND id = $2";
    sql(keep, [tx.workspace_id().into(), id.0.into(), job.0.into()]).execute(&tx.db).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct RecordRow {
    place: i32,
    record_id: Uuid,
    version: i64,
    before: Option<String>,
}

/// Changes the next records, at most `limit`, and keeps what became of each. Returns whether none is left.
///
/// They go from the last to the first: each deal goes to the top of its new column, so that they keep their order.
async fn run_batch(tx: &mut WorkspaceTx, id: BulkChangeId, limit: usize) -> Result<bool, StoreError> {
    let running = RunningChange::load(&tx.db, tx.workspace_id(), id).await?;
    if running.is_finished {
        return Ok(true);
    }
    tx.begin_bulk_change(id);
    let applying = Applying::load(tx, &running).await?;
    let next = format!(
        "SELECT place, record_id, version, before FROM bulk_change_records
         WHERE workspace_id = $1 AND bulk_change_id = $2 AND place <= $3 ORDER BY place DESC LIMIT {limit}"
    );
    let rows: Vec<RecordRow> = sql(&next, [tx.workspace_id().into(), id.0.into(), running.next_place.into()]).all(&tx.db).await?;
    for row in &rows {
        let record = SelectedRecord { id: row.record_id, version: row.version };
        let applied = applying.apply(tx, record, row.before.as_deref()).await?;
        let is_changed = applied.outcome == RecordOutcome::Changed;
        // Every change raises the version by one.
        let version_after = is_changed.then_some(row.version + 1);
        let values = [
            tx.workspace_id().into(),
            id.0.into(),
            row.place.into(),
            applied.outcome.slug().into(),
            version_after.into(),
            applied.before.or_else(|| row.before.clone()).into(),
        ];
        let update = "UPDATE bulk_change_records SET outcome = $4, version_after = $5, before = $6
          WHERE workspace_id = $1 AND bulk_change_id = $2 AND place = $3";
        sql(update, values).execute(&tx.db).await?;
    }
    let next_place = rows.last().map_or(0, |row| row.place - 1);
    let is_done = next_place <= 0;
    let finished_at = is_done.then_some(tx.now);
    let update = "UPDATE bulk_changes SET next_place = $3, finished_at = $4 WHERE workspace_id = $1 AND id = $2";
    sql(update, [tx.workspace_id().into(), id.0.into(), next_place.into(), finished_at.into()]).execute(&tx.db).await?;
    Ok(is_done)
}

/// Carries out bulk changes of many records.
pub(crate) fn large_bulk_changes() -> JobHandler {
    JobHandler::new(KIND, |store, job| async move {
        let workspace_id = job.workspace_id.ok_or_else(|| JobError::Permanent("it names no workspace".to_owned()))?;
        let LargeChange { bulk_change_id } = job.payload()?;
        Ok(run_all(&store, workspace_id, bulk_change_id).await?)
    })
}

async fn run_all(store: &Store, workspace_id: WorkspaceId, id: BulkChangeId) -> Result<(), StoreError> {
    let running = RunningChange::load(store.read(), workspace_id.0, id).await?;
    let (verb, entity) = (running.verb(), running.kind.entity());
    // What the user may do is read again under the workspace's lock, batch by batch.
    let actor = Actor { user_id: running.started_by, workspace_id, role: Role::Member, owners_only_edit: true };
    loop {
        match store.write(&actor, verb, entity, move |tx| Box::pin(run_batch(tx, id, BATCH))).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(StoreError::Denied) => return skip_rest(store, workspace_id, id).await,
            Err(error) => return Err(error),
        }
    }
}

/// Ends a bulk change whose user has left, or may change nothing any more.
async fn skip_rest(store: &Store, workspace_id: WorkspaceId, id: BulkChangeId) -> Result<(), StoreError> {
    let denied = RecordOutcome::Skipped(SkipReason::NotTheirs).slug();
    let skip = sql(
        "UPDATE bulk_change_records SET outcome = $3 WHERE workspace_id = $1 AND bulk_change_id = $2 AND outcome IS NULL",
        [workspace_id.0.into(), id.0.into(), denied.into()],
    );
    let finish = sql(
        "UPDATE bulk_changes SET next_place = 0, finished_at = $3 WHERE workspace_id = $1 AND id = $2",
        [workspace_id.0.into(), id.0.into(), store.now().into()],
    );
    store
        .transaction(move |tx| {
            Box::pin(async move {
                skip.execute(tx).await?;
                finish.execute(tx).await?;
                Ok(())
            })
        })
        .await
}
