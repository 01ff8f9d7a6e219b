//! Finishing a task and opening it again.

use super::{
    counters::add_task_counts,
    edit::{load_any_version, save},
    series::{self, NextOccurrence},
};
use crate::{
    Store, StoreError,
    database::{records::load_for_update, rows::decode_enum, write::WorkspaceTx},
    entity::task,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::TaskId,
    tasks::TaskStatus,
};
use serde::{Deserialize, Serialize};

impl Store {
    /// Sets the status of a task. A task that has the status is not changed. If the next one of its series comes from completion, finishing the
    /// task makes it, and opening it again takes it back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such task, or it is in the bin. [`StoreError::Denied`] if the actor may not change it.
    pub async fn set_task_status(&self, actor: &Actor, id: TaskId, status: TaskStatus) -> Result<StatusSet, StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| {
            Box::pin(async move {
                let row = load_any_version(tx, id).await?;
                let title = row.title.clone();
                Ok(match change_status(tx, row, status).await? {
                    Some((before, next)) => StatusSet { title, before: before.status, next },
                    None => StatusSet { title, before: status, next: NextOccurrence::None },
                })
            })
        })
        .await
    }
}

/// What became of a task whose status was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusSet {
    /// Its title.
    pub title: String,
    /// Its status before.
    pub before: TaskStatus,
    /// What became of the next one of its series.
    pub next: NextOccurrence,
}

/// The status of a task, and since when it is finished.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct StatusBefore {
    status: TaskStatus,
    closed_at: Option<DateTime<Utc>>,
}

/// Sets the status of a task that has this version. Returns what was before; `None` if it had this status.
pub(crate) async fn set_status(
    tx: &mut WorkspaceTx,
    id: TaskId,
    version: i64,
    status: TaskStatus,
) -> Result<Option<StatusBefore>, StoreError> {
    let row = load_for_update::<task::Entity>(tx, Verb::Update, id.0, version).await?;
    Ok(change_status(tx, row, status).await?.map(|(before, _)| before))
}

/// Puts back what [`set_status`] returned.
pub(crate) async fn put_back_status(tx: &mut WorkspaceTx, id: TaskId, version: i64, before: StatusBefore) -> Result<(), StoreError> {
    let row = load_for_update::<task::Entity>(tx, Verb::Update, id.0, version).await?;
    write_status(tx, row, before).await.map(drop)
}

async fn change_status(
    tx: &mut WorkspaceTx,
    row: task::Model,
    status: TaskStatus,
) -> Result<Option<(StatusBefore, NextOccurrence)>, StoreError> {
    let closed_at = (status != TaskStatus::Open).then_some(tx.now);
    write_status(tx, row, StatusBefore { status, closed_at }).await
}

async fn write_status(
    tx: &mut WorkspaceTx,
    row: task::Model,
    new: StatusBefore,
) -> Result<Option<(StatusBefore, NextOccurrence)>, StoreError> {
    let StatusBefore { status, closed_at } = new;
    let before = decode_enum(TaskStatus::from_slug(&row.status), "tasks.status")?;
    if before == status {
        return Ok(None);
    }
    let next = task::Model { status: status.slug().to_owned(), closed_at, is_current: status != TaskStatus::Canceled, ..row.clone() };
    save(tx, &row, next).await?;
    let open = |status| i64::from(status == TaskStatus::Open);
    add_task_counts(tx, 0, open(status) - open(before)).await?;
    let effect = match (before, status) {
        (TaskStatus::Open, _) => series::after_closing(tx, row.id, closed_at.unwrap_or(tx.now)).await?,
        (_, TaskStatus::Open) => series::after_reopening(tx, row.id).await?,
        _ => NextOccurrence::None,
    };
    Ok(Some((StatusBefore { status: before, closed_at: row.closed_at }, effect)))
}
