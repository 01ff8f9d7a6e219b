//! Putting a task off, and taking that back.

use super::{
    due::{DueColumns, due_of_columns, zone_of},
    edit::{load_any_version, save},
};
use crate::{
    Store, StoreError,
    database::{sql::sql, write::WorkspaceTx},
    entity::task,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::TaskId,
    tasks::Due,
};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde_json::{Map, Value};

impl Store {
    /// Puts an open task off by this many days, as [`Due::put_off`] counts them, and returns when it is due now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such task, or it is in the bin. [`StoreError::Denied`] if the actor may not change it.
    pub async fn snooze_task(&self, actor: &Actor, id: TaskId, days: u8) -> Result<Due, StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| {
            Box::pin(async move {
                let row = load_any_version(tx, id).await?;
                let due = Due::put_off(due_of_columns(row.due_on, row.due_at), days, tx.now, zone_of(tx).await?);
                set_due(tx, row, Some(due)).await?;
                Ok(due)
            })
        })
        .await
    }

    /// Takes back that a task was put off, if that was the last change of it.
    ///
    /// # Errors
    /// As [`Store::snooze_task`], and [`StoreError::Conflict`] if something else was changed since.
    pub async fn undo_snooze(&self, actor: &Actor, id: TaskId) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| {
            Box::pin(async move {
                let row = load_any_version(tx, id).await?;
                let due = due_before_last_change(tx, id).await?.ok_or(StoreError::Conflict)?;
                set_due(tx, row, due_of_columns(due.due_on, due.due_at)).await
            })
        })
        .await
    }
}

async fn set_due(tx: &mut WorkspaceTx, row: task::Model, due: Option<Due>) -> Result<(), StoreError> {
    let due = DueColumns::of(due, zone_of(tx).await?);
    let next = task::Model { due_on: due.on, due_at: due.at, due_by: due.by, ..row.clone() };
    save(tx, &row, next).await
}

/// When a task was due, as the log has it.
#[derive(Deserialize)]
struct DueBefore {
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
}

/// When a task was due before its last change; `None` if that changed anything else. A field that the entry doesn't have was and is empty.
async fn due_before_last_change(tx: &WorkspaceTx, id: TaskId) -> Result<Option<DueBefore>, StoreError> {
    #[derive(FromQueryResult)]
    struct Entry {
        action: String,
        before: Option<String>,
    }
    let last = sql(
        "SELECT action, before FROM audit_log WHERE workspace_id = $1 AND entity = $2 AND entity_id = $3 ORDER BY seq DESC LIMIT 1",
        [tx.workspace_id().into(), Entity::Task.noun().into(), id.0.into()],
    );
    let entry: Option<Entry> = last.one(&tx.db).await?;
    let before = entry.filter(|entry| entry.action == "update").and_then(|entry| entry.before);
    let fields: Option<Map<String, Value>> = before.and_then(|json| serde_json::from_str(&json).ok());
    let fields = fields.filter(|fields| !fields.is_empty() && fields.keys().all(|field| field == "due_on" || field == "due_at"));
    Ok(fields.and_then(|fields| serde_json::from_value(Value::Object(fields)).ok()))
}
