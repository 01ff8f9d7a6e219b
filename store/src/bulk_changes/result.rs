//! A bulk change as its page shows it: progress, result, and how long they are kept.

use super::{
    running::RunningChange,
    undo::{may_see, undoable_since},
};
use crate::{
    JobHandler, Store, StoreError,
    bin::bin_table,
    database::{
        rows::{decode_enum, to_u64},
        sql::{Sql, sql},
    },
    error::authorize,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Verb},
    bulk_changes::{BULK_NAMES, BulkChange, RecordOutcome, SkipReason},
    ids::{BulkChangeId, UserId},
    record_kinds::RecordKind,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Records that one transaction of the clean-up deletes.
const DELETED_AT_ONCE: i32 = 2_000;

/// A bulk change as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkChangeDetail {
    /// Its id.
    pub id: BulkChangeId,
    /// The kind of its records.
    pub kind: RecordKind,
    /// The change; of an undo, the one that is undone.
    pub change: BulkChange,
    /// Present name of the owner, tag or stage of the change; `None` for another change, or if it is gone.
    pub value_name: Option<String>,
    /// Who started it.
    pub started_by: UserId,
    /// Their name.
    pub started_by_name: String,
    /// When it was started.
    pub started_at: DateTime<Utc>,
    /// When it was done; `None` while it runs.
    pub finished_at: Option<DateTime<Utc>>,
    /// Number of its records.
    pub total: u64,
    /// Number of records that were changed.
    pub changed: u64,
    /// Number of records that were as asked for already.
    pub unchanged: u64,
    /// Numbers of records that were skipped, by reason.
    pub skipped: Vec<(SkipReason, u64)>,
    /// The first of them in the list's order, at most [`BULK_NAMES`].
    pub first_skipped: Vec<SkippedRecord>,
    /// The change that this one undoes.
    pub undo_of: Option<BulkChangeId>,
    /// The undo of this change.
    pub undone_by: Option<BulkChangeId>,
    /// Whether the job that carries it out was given up.
    pub has_failed: bool,
    /// Whether the actor can undo it.
    pub can_be_undone: bool,
}

impl BulkChangeDetail {
    /// Number of records whose turn has come.
    pub fn done(&self) -> u64 {
        self.changed + self.unchanged + self.skipped.iter().map(|(_, number)| number).sum::<u64>()
    }
}

/// A skipped record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedRecord {
    /// Its name or subject; `None` if it is in the bin, or deleted for good.
    pub name: Option<String>,
    /// Id of the record.
    pub id: Uuid,
    /// Why it was skipped.
    pub reason: SkipReason,
}

#[derive(FromQueryResult)]
struct DetailRow {
    started_by_name: Option<String>,
    finished_at: Option<DateTime<Utc>>,
    undo_of: Option<Uuid>,
    undone_by: Option<Uuid>,
    has_failed: bool,
}

#[derive(FromQueryResult)]
struct OutcomeRow {
    outcome: Option<String>,
    records: i64,
}

#[derive(FromQueryResult)]
struct SkippedRow {
    name: Option<String>,
    record_id: Uuid,
    outcome: String,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

impl Store {
    /// A bulk change of the last [`BULK_DAYS`](domain::bulk_changes::BULK_DAYS) days.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none, or it is another user's and the actor no admin.
    pub async fn bulk_change(&self, actor: &Actor, id: BulkChangeId) -> Result<BulkChangeDetail, StoreError> {
        let (db, workspace_id) = (self.read(), actor.workspace_id.0);
        let change = RunningChange::load(db, workspace_id, id).await?;
        authorize(actor, Verb::Update, change.kind.entity())?;
        if !may_see(actor, change.started_by) || change.started_at < undoable_since(self.now()) {
            return Err(StoreError::NotFound);
        }
        let row = "SELECT u.name AS started_by_name, b.finished_at, b.undo_of,
             (SELECT x.id FROM bulk_changes x WHERE x.workspace_id = $1 AND x.undo_of = b.id) AS undone_by,
             (b.finished_at IS NULL AND b.job_id IN (SELECT j.id FROM jobs j WHERE j.failed_at IS NOT NULL)) AS has_failed
           FROM bulk_changes b LEFT JOIN users u ON u.id = b.started_by WHERE b.workspace_id = $1 AND b.id = $2";
        let row: DetailRow = sql(row, [workspace_id.into(), id.0.into()]).one(db).await?.ok_or(StoreError::NotFound)?;
        let outcomes = "SELECT outcome, count(*) AS records FROM bulk_change_records WHERE workspace_id = $1 AND bulk_change_id = $2
           GROUP BY outcome";
        let outcomes: Vec<OutcomeRow> = sql(outcomes, [workspace_id.into(), id.0.into()]).all(db).await?;
        let (mut total, mut changed, mut unchanged, mut skipped) = (0, 0, 0, Vec::new());
        for OutcomeRow { outcome, records } in outcomes {
            let records = to_u64(records);
            total += records;
            let Some(outcome) = outcome else { continue };
            match decode_outcome(&outcome)? {
                RecordOutcome::Changed => changed = records,
                RecordOutcome::Unchanged => unchanged = records,
                RecordOutcome::Skipped(reason) => skipped.push((reason, records)),
            }
        }
        skipped.sort_unstable();
        let first_skipped = if skipped.is_empty() { vec![] } else { self.first_skipped(actor, &change).await? };
        let is_undo = row.undo_of.is_some();
        let may_undo = actor.may(change.verb(), change.kind.entity());
        Ok(BulkChangeDetail {
            id,
            kind: change.kind,
            value_name: self.bulk_value_name(actor, &change.change).await?,
            change: change.change,
            started_by: change.started_by,
            started_by_name: row.started_by_name.unwrap_or_default(),
            started_at: change.started_at,
            finished_at: row.finished_at,
            total,
            changed,
            unchanged,
            skipped,
            first_skipped,
            undo_of: row.undo_of.map(BulkChangeId),
            undone_by: row.undone_by.map(BulkChangeId),
            has_failed: row.has_failed,
            can_be_undone: may_undo && !is_undo && row.undone_by.is_none() && row.finished_at.is_some() && changed > 0,
        })
    }

    async fn first_skipped(&self, actor: &Actor, change: &RunningChange) -> Result<Vec<SkippedRecord>, StoreError> {
        let table = bin_table(change.kind.entity())?;
        let mut statement = Sql::with([actor.workspace_id.0.into(), change.id.0.into()]);
        let as_asked = statement.bind_all([RecordOutcome::Changed, RecordOutcome::Unchanged].map(RecordOutcome::slug));
        statement.push(&format!(
            "SELECT t.{} AS name, r.record_id, r.outcome FROM bulk_change_records r
             LEFT JOIN {} t ON t.workspace_id = $1 AND t.id = r.record_id AND t.deleted_at IS NULL
             WHERE r.workspace_id = $1 AND r.bulk_change_id = $2 AND r.outcome NOT IN ({as_asked})
             ORDER BY r.place LIMIT {BULK_NAMES}",
            table.name, table.table
        ));
        let rows: Vec<SkippedRow> = statement.all(self.read()).await?;
        let skipped = |row: SkippedRow| match decode_outcome(&row.outcome)? {
            RecordOutcome::Skipped(reason) => Ok(SkippedRecord { name: row.name, id: row.record_id, reason }),
            RecordOutcome::Changed | RecordOutcome::Unchanged => Err(StoreError::Internal),
        };
        rows.into_iter().map(skipped).collect()
    }

    /// Present name of the owner, tag or stage of a change.
    pub(super) async fn bulk_value_name(&self, actor: &Actor, change: &BulkChange) -> Result<Option<String>, StoreError> {
        let workspace_id = actor.workspace_id.0;
        let find = match change {
            BulkChange::Owner(user) => sql(
                "SELECT u.name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2",
                [workspace_id.into(), user.0.into()],
            ),
            BulkChange::AddTag(tag) | BulkChange::RemoveTag(tag) => {
                sql("SELECT name FROM tags WHERE workspace_id = $1 AND id = $2", [workspace_id.into(), tag.0.into()])
            }
            BulkChange::Stage { stage, .. } => {
                sql("SELECT name FROM stages WHERE workspace_id = $1 AND slug = $2", [workspace_id.into(), stage.as_str().into()])
            }
            BulkChange::Status(_) | BulkChange::TaskStatus(_) | BulkChange::Archive { .. } | BulkChange::BringBack | BulkChange::Delete => {
                return Ok(None);
            }
        };
        Ok(find.one::<Name>(self.read()).await?.map(|row| row.name))
    }

    /// Deletes bulk changes of more than [`BULK_DAYS`](domain::bulk_changes::BULK_DAYS) days ago and returns their number.
    pub async fn delete_old_bulk_changes(&self) -> Result<u64, StoreError> {
        #[derive(FromQueryResult)]
        struct Old {
            workspace_id: Uuid,
            id: Uuid,
        }
        let mut deleted = 0;
        loop {
            let find = "SELECT workspace_id, id FROM bulk_changes WHERE started_at < $1 ORDER BY started_at LIMIT 1";
            let Some(old) = sql(find, [undoable_since(self.now()).into()]).one::<Old>(self.read()).await? else { return Ok(deleted) };
            let step = move || {
                let records = format!(
                    "DELETE FROM bulk_change_records WHERE workspace_id = $1 AND bulk_change_id = $2 AND place <=
                       (SELECT min(place) + {DELETED_AT_ONCE} FROM bulk_change_records WHERE workspace_id = $1 AND bulk_change_id = $2)"
                );
                sql(&records, [old.workspace_id.into(), old.id.into()])
            };
            while self.transaction(move |tx| Box::pin(async move { Ok(step().execute(tx).await?) })).await? > 0 {}
            let whole = sql("DELETE FROM bulk_changes WHERE workspace_id = $1 AND id = $2", [old.workspace_id.into(), old.id.into()]);
            deleted += self.transaction(move |tx| Box::pin(async move { Ok(whole.execute(tx).await?) })).await?;
        }
    }
}

fn decode_outcome(slug: &str) -> Result<RecordOutcome, StoreError> {
    decode_enum(RecordOutcome::from_slug(slug), "bulk_change_records.outcome")
}

/// Deletes old bulk changes once a day.
pub(crate) fn old_bulk_changes() -> JobHandler {
    JobHandler::deleting("delete-old-bulk-changes", TimeDelta::days(1), |store| async move { store.delete_old_bulk_changes().await })
}
