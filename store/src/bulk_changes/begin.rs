//! Beginning a bulk change.

use super::{apply::Applying, preview::goes_along, run, selection::BulkSelection};
use crate::{
    Store, StoreError,
    database::{
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
};
use domain::{
    access::Actor,
    bin::GoesAlong,
    bulk_changes::{BulkChange, BulkNumbers},
    forms::FormErrors,
    ids::BulkChangeId,
    record_kinds::RecordKind,
};
use sea_orm::ConnectionTrait;

/// A bulk change to begin.
#[derive(Debug, Clone)]
pub struct NewBulkChange {
    /// The records.
    pub selection: BulkSelection,
    /// The change.
    pub change: BulkChange,
    /// The numbers that were shown before; `None` for selected records that were not asked about.
    pub shown: Option<BulkNumbers>,
}

impl Store {
    /// Begins a bulk change. One of up to [`BULK_AT_ONCE`](domain::bulk_changes::BULK_AT_ONCE) records is done when this returns, a larger
    /// one is left to a job. A form that is sent again returns the change that it began.
    ///
    /// # Errors
    /// - [`StoreError::Question`] at `count` if there are more records than were shown, or more go along, or nothing was shown of every
    ///   record that matches. No record is changed.
    /// - [`StoreError::Invalid`] at `record` if there is no record, at `stage`, `owner_id` or `tag` if there is no such stage, member or
    ///   tag, at `lost_reason` for a lost stage without a reason, at `action` for a change that the kind doesn't have.
    pub async fn begin_bulk_change(&self, actor: &Actor, new: NewBulkChange) -> Result<BulkChangeId, StoreError> {
        let (verb, entity) = (new.change.verb(), new.selection.kind().entity());
        self.write_idempotent(actor, verb, entity, |tx| Box::pin(begin(tx, new))).await
    }
}

async fn begin(tx: &mut WorkspaceTx, new: NewBulkChange) -> Result<BulkChangeId, StoreError> {
    let NewBulkChange { selection, change, shown } = new;
    let kind = selection.kind();
    if !change.applies_to(kind) {
        return Err(StoreError::field("action", "Choose what to do"));
    }
    Applying::check(tx, &change).await?;
    let id = BulkChangeId(tx.new_id());
    insert(tx, id, kind, &change, None).await?;
    let records = insert_records(tx, id, &selection).await?;
    if records == 0 {
        return Err(StoreError::field("selected", "There is nothing left to change"));
    }
    let is_open = shown.is_none() && !matches!(selection, BulkSelection::Records(..));
    let goes_along = match change {
        BulkChange::Delete => goes_along(&tx.db, tx.workspace_id(), &selection, tx.now).await?,
        _ => GoesAlong::default(),
    };
    let exceeds = shown.is_some_and(|shown| BulkNumbers { records, goes_along }.exceeds(&shown));
    if is_open || exceeds {
        return Err(StoreError::Question(FormErrors::of("count", "There are more now than were shown. Look again before you go on.")));
    }
    run::start(tx, id, records).await?;
    Ok(id)
}

/// Inserts the row of a bulk change.
pub(super) async fn insert(
    tx: &WorkspaceTx,
    id: BulkChangeId,
    kind: RecordKind,
    change: &BulkChange,
    undo_of: Option<BulkChangeId>,
) -> Result<(), StoreError> {
    let change = serde_json::to_string(change).map_err(|_| StoreError::Internal)?;
    let values = [
        tx.workspace_id().into(),
        id.0.into(),
        kind.slug().into(),
        change.into(),
        tx.actor.user_id.0.into(),
        tx.now.into(),
        undo_of.map(|id| id.0).into(),
    ];
    let text = "INSERT INTO bulk_changes (workspace_id, id, kind, change, started_by, started_at, undo_of, next_place)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    sql(text, values).execute(&tx.db).await?;
    Ok(())
}

/// Keeps the selected records with their versions and returns their number.
async fn insert_records(tx: &WorkspaceTx, id: BulkChangeId, selection: &BulkSelection) -> Result<u64, StoreError> {
    let mut statement = Sql::with([tx.workspace_id().into()]);
    let selected = selection.sql(&mut statement, tx.db.get_database_backend(), tx.now);
    let id = statement.bind(id.0);
    statement.push(&format!(
        "INSERT INTO bulk_change_records (workspace_id, bulk_change_id, place, record_id, version)
         SELECT $1, {id}, s.place, s.id, s.version FROM ({selected}) AS s"
    ));
    Ok(statement.execute(&tx.db).await?)
}
