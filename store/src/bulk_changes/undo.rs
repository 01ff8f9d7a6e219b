//! Undoing a bulk change: a bulk change of its own, over the records that were changed.

use super::{begin::insert, run, running::RunningChange};
use crate::{
    Store, StoreError,
    database::{sql::sql, write::WorkspaceTx},
    error::authorize,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Role, Verb},
    bulk_changes::{BULK_DAYS, RecordOutcome},
    ids::{BulkChangeId, UserId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The time since when bulk changes can be undone.
pub(super) fn undoable_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(BULK_DAYS)
}

/// Whether an actor sees a bulk change, and may undo it: who started it, and admins.
pub(super) fn may_see(actor: &Actor, started_by: UserId) -> bool {
    actor.user_id == started_by || actor.role >= Role::Admin
}

impl Store {
    /// Puts back what nobody changed since a bulk change. Like that one, it is done when this returns, or left to a job. Returns the id of
    /// the undo; a change that was undone before returns that one.
    ///
    /// # Errors
    /// - [`StoreError::NotFound`] if there is no such change, it is another user's and the actor no admin, or it was more than
    ///   [`BULK_DAYS`] days ago.
    /// - [`StoreError::Invalid`] at no field if it is not finished, is an undo itself, or changed nothing.
    pub async fn undo_bulk_change(&self, actor: &Actor, id: BulkChangeId) -> Result<BulkChangeId, StoreError> {
        // A role that may update companies may update records of every kind; the kind's own rule follows when it is known.
        self.write(actor, Verb::Update, Entity::Company, move |tx| Box::pin(undo(tx, id))).await
    }
}

async fn undo(tx: &mut WorkspaceTx, id: BulkChangeId) -> Result<BulkChangeId, StoreError> {
    let undone = RunningChange::load(&tx.db, tx.workspace_id(), id).await?;
    if !may_see(&tx.actor, undone.started_by) || undone.started_at < undoable_since(tx.now) {
        return Err(StoreError::NotFound);
    }
    authorize(&tx.actor, undone.verb(), undone.kind.entity())?;
    if undone.is_undo {
        return Err(StoreError::field("", "An undo can’t be undone"));
    }
    if !undone.is_finished {
        return Err(StoreError::field("", "It is still running. Wait until it is done."));
    }
    if let Some(earlier) = undo_of(tx, id).await? {
        return Ok(earlier);
    }
    let undo = BulkChangeId(tx.new_id());
    insert(tx, undo, undone.kind, &undone.change, Some(id)).await?;
    let records = insert_records(tx, id, undo).await?;
    if records == 0 {
        return Err(StoreError::field("", "It changed nothing"));
    }
    run::start(tx, undo, records).await?;
    Ok(undo)
}

/// The undo of a bulk change.
async fn undo_of(tx: &WorkspaceTx, id: BulkChangeId) -> Result<Option<BulkChangeId>, StoreError> {
    #[derive(FromQueryResult)]
    struct Found {
        id: Uuid,
    }
    let find = sql("SELECT id FROM bulk_changes WHERE workspace_id = $1 AND undo_of = $2", [tx.workspace_id().into(), id.0.into()]);
    Ok(find.one::<Found>(&tx.db).await?.map(|row| BulkChangeId(row.id)))
}

/// Keeps the records that a bulk change wrote, with the versions that it wrote, and returns their number. They are put back in the opposite
/// order.
async fn insert_records(tx: &WorkspaceTx, id: BulkChangeId, undo: BulkChangeId) -> Result<u64, StoreError> {
    let text = "INSERT INTO bulk_change_records (workspace_id, bulk_change_id, place, record_id, version, before)
      SELECT workspace_id, $3, row_number() OVER (ORDER BY place DESC), record_id, version_after, before
      FROM bulk_change_records WHERE workspace_id = $1 AND bulk_change_id = $2 AND outcome = $4";
    let values = [tx.workspace_id().into(), id.0.into(), undo.0.into(), RecordOutcome::Changed.slug().into()];
    Ok(sql(text, values).execute(&tx.db).await?)
}
