//! The row of a bulk change.

use crate::{
    StoreError,
    database::{rows::decode_enum, sql::sql},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    bulk_changes::BulkChange,
    ids::{BulkChangeId, UserId},
    record_kinds::RecordKind,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// A bulk change that is being carried out.
pub(super) struct RunningChange {
    pub id: BulkChangeId,
    pub kind: RecordKind,
    pub change: BulkChange,
    pub is_undo: bool,
    pub started_by: UserId,
    pub started_at: DateTime<Utc>,
    pub is_finished: bool,
    /// Records are changed from the last place to the first; this is the next one.
    pub next_place: i32,
}

#[derive(FromQueryResult)]
struct ChangeRow {
    kind: String,
    change: String,
    undo_of: Option<Uuid>,
    started_by: Uuid,
    started_at: DateTime<Utc>,
    next_place: i32,
    is_finished: bool,
}

impl RunningChange {
    /// Reads the row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such bulk change in the workspace.
    pub async fn load(db: &impl ConnectionTrait, workspace_id: Uuid, id: BulkChangeId) -> Result<Self, StoreError> {
        let find = sql(
            "SELECT kind, change, undo_of, started_by, started_at, next_place, finished_at IS NOT NULL AS is_finished FROM bulk_changes
             WHERE workspace_id = $1 AND id = $2",
            [workspace_id.into(), id.0.into()],
        );
        let row: ChangeRow = find.one(db).await?.ok_or(StoreError::NotFound)?;
        Ok(Self {
            id,
            kind: decode_enum(RecordKind::from_slug(&row.kind), "bulk_changes.kind")?,
            change: decode_enum(serde_json::from_str(&row.change).ok(), "bulk_changes.change")?,
            is_undo: row.undo_of.is_some(),
            started_by: UserId(row.started_by),
            started_at: row.started_at,
            is_finished: row.is_finished,
            next_place: row.next_place,
        })
    }

    /// What the actor must be allowed to do with each record. Who restores must be allowed to delete.
    pub fn verb(&self) -> Verb {
        self.change.verb()
    }
}
