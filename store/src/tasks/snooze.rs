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
    tasks::{Due, TaskStatus},
};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

impl Store {
    /// Puts an open task off by this many days, as [`Due::put_off`] counts them. `version`: the version that was shown. The same request sent
    /// twice puts it off once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such task, or it is in the bin. [`StoreError::Denied`] if the actor may not change it.
    /// [`StoreError::Conflict`] if it was changed since `version`, or is finished.
    pub async fn snooze_task(&self, actor: &Actor, id: TaskId, version: i64, days: u8) -> Result<Snoozed, StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| {
            Box::pin(async move {
                let row = load_any_version(tx, id).await?;
                let (now, zone, is_due) = (tx.now, zone_of(tx).await?, due_of_columns(row.due_on, row.due_at));
                if row.version == version + 1
                    && let Some(LastChange { was_due, is_own: true }) = last_change_of_due(tx, id).await?
                    && is_due == Some(Due::put_off(was_due, days, now, zone))
                    && let Some(due) = is_due
                {
                    return Ok(Snoozed { due, version: row.version });
                }
                if row.version != version || row.status != TaskStatus::Open.slug() {
                    return Err(StoreError::Conflict);
                }
                let due = Due::put_off(is_due, days, now, zone);
                // One that is due late enough stays as it is, at its version.
                let version = if is_due == Some(due) { version } else { version + 1 };
                set_due(tx, row, Some(due)).await?;
                Ok(Snoozed { due, version })
            })
        })
        .await
    }

    /// Takes back that a task was put off. `version`: that of [`Snoozed`]. The same request sent twice does it once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and [`StoreError::Denied`] as [`Store::snooze_task`], [`StoreError::Conflict`] if it was changed since `version`,
    /// or that change was another.
    pub async fn undo_snooze(&self, actor: &Actor, id: TaskId, version: i64) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| {
            Box::pin(async move {
                let row = load_any_version(tx, id).await?;
                match (row.version - version, last_change_of_due(tx, id).await?) {
                    (0, Some(LastChange { was_due, .. })) => set_due(tx, row, was_due).await,
                    (1, Some(LastChange { is_own: true, .. })) => Ok(()),
                    _ => Err(StoreError::Conflict),
                }
            })
        })
        .await
    }
}

/// A task that was put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snoozed {
    /// When it is due now.
    pub due: Due,
    /// Its version, by which that is taken back.
    pub version: i64,
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

/// The last change of a task, of when it is due.
struct LastChange {
    was_due: Option<Due>,
    /// Whether the actor made it.
    is_own: bool,
}

/// The last change of a task; `None` if it changed anything but when it is due. A field that the entry doesn't have was and is empty.
async fn last_change_of_due(tx: &WorkspaceTx, id: TaskId) -> Result<Option<LastChange>, StoreError> {
    #[derive(FromQueryResult)]
    struct Entry {
        action: String,
        actor_id: Option<Uuid>,
        before: Option<String>,
    }
    let last = sql(
        "SELECT action, actor_id, before FROM audit_log WHERE workspace_id = $1 AND entity = $2 AND entity_id = $3 ORDER BY seq DESC LIMIT 1",
        [tx.workspace_id().into(), Entity::Task.noun().into(), id.0.into()],
    );
    let entry: Option<Entry> = last.one(&tx.db).await?;
    let Some(Entry { actor_id, before: Some(before), .. }) = entry.filter(|entry| entry.action == "update") else { return Ok(None) };
    let fields: Option<Map<String, Value>> = serde_json::from_str(&before).ok();
    let fields = fields.filter(|fields| !fields.is_empty() && fields.keys().all(|field| field == "due_on" || field == "due_at"));
    let due: Option<DueBefore> = fields.and_then(|fields| serde_json::from_value(Value::Object(fields)).ok());
    let is_own = actor_id == Some(tx.actor.user_id.0);
    Ok(due.map(|due| LastChange { was_due: due_of_columns(due.due_on, due.due_at), is_own }))
}
