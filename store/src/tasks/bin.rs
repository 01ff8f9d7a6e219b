//! Moving a task to the bin and restoring it within thirty days.

use super::{
    counters::add_task_counts,
    edit::{audit_json, write_row},
    search_index::search_text,
    series::{self, NextOccurrence},
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    bin::{Restored, add_entry, load_for_restore, remove_entries, require_live_company},
    database::{records::load_for_update, write::WorkspaceTx},
    entity::task,
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    ids::TaskId,
    tasks::TaskStatus,
};

impl Store {
    /// Moves a task to the bin. Returns its title and what became of the next one of its series: if that comes from completion, it is made as if
    /// the task was canceled. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none or it is in the bin, [`StoreError::Denied`] if the actor may not delete it,
    /// [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn delete_task(&self, actor: &Actor, id: TaskId, version: i64) -> Result<(String, NextOccurrence), StoreError> {
        self.write(actor, Verb::Delete, Entity::Task, move |tx| Box::pin(delete(tx, id, version))).await
    }

    /// Restores a task from the bin. Returns its title and what became of the next one of its series, which may have been made when the task was
    /// deleted. A task that is not in the bin is not changed.
    ///
    /// # Errors
    /// - [`StoreError::NotFound`] if it has been in the bin for more than 30 days.
    /// - [`StoreError::Denied`] if the actor may not delete it.
    /// - [`StoreError::Conflict`] if its company is in the bin. Restoring the company restores the task.
    pub async fn restore_task(&self, actor: &Actor, id: TaskId) -> Result<(String, NextOccurrence), StoreError> {
        self.write(actor, Verb::Delete, Entity::Task, move |tx| {
            Box::pin(async move {
                let (restored, next) = restore_with_next(tx, id).await?;
                Ok((restored.name, next))
            })
        })
        .await
    }
}

/// As [`Store::delete_task`].
pub(crate) async fn delete(tx: &mut WorkspaceTx, id: TaskId, version: i64) -> Result<(String, NextOccurrence), StoreError> {
    let row = load_for_update::<task::Entity>(tx, Verb::Delete, id.0, version).await?;
    let title = row.title.clone();
    let (id, was_open) = (row.id, open(&row) == 1);
    move_to_bin(tx, row).await?;
    let now = tx.now;
    let next = if was_open { series::after_closing(tx, id, now).await? } else { NextOccurrence::None };
    Ok((title, next))
}

/// Moves a task to the bin, whatever it means for its series.
pub(crate) async fn move_to_bin(tx: &mut WorkspaceTx, row: task::Model) -> Result<(), StoreError> {
    let binned =
        task::Model { search: String::new(), deleted_at: Some(tx.now), updated_at: tx.now, version: row.version + 1, ..row.clone() };
    write_row(tx, &row, binned).await?;
    add_task_counts(tx, -1, -open(&row)).await?;
    add_entry(tx, Entity::Task, row.id, GoesAlong::default()).await?;
    let before = without_nulls(audit_json(&row));
    tx.audit(Change { action: "delete", entity: Entity::Task.noun(), id: row.id, before: Some(before), after: None }).await
}

/// As [`Store::restore_task`].
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: TaskId) -> Result<Restored, StoreError> {
    restore_with_next(tx, id).await.map(|(restored, _)| restored)
}

async fn restore_with_next(tx: &mut WorkspaceTx, id: TaskId) -> Result<(Restored, NextOccurrence), StoreError> {
    let row = load_for_restore::<task::Entity>(tx, Entity::Task, id.0, task::Column::DeletedAt, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok((Restored { name: row.title, version: row.version }, NextOccurrence::None));
    }
    let version = put_back(tx, &row).await?;
    let next = match series::deleted_with(tx, &row).await? {
        Some(later) => {
            for task in later {
                put_back(tx, &task).await?;
            }
            series::resume_with(tx, row.id).await?;
            NextOccurrence::None
        }
        None if open(&row) == 1 => series::after_reopening(tx, row.id).await?,
        None => NextOccurrence::None,
    };
    Ok((Restored { name: row.title, version }, next))
}

/// Restores a task that is in the bin, whatever it means for its series. Returns its version.
async fn put_back(tx: &mut WorkspaceTx, row: &task::Model) -> Result<i64, StoreError> {
    if let Some(company) = row.company_id {
        require_live_company(tx, company).await?;
    }
    let version = row.version + 1;
    let restored =
        task::Model { search: search_text(&row.title, row.notes.as_deref()), deleted_at: None, updated_at: tx.now, version, ..row.clone() };
    write_row(tx, row, restored).await?;
    add_task_counts(tx, 1, open(row)).await?;
    remove_entries(tx, &[row.id]).await?;
    let after = without_nulls(audit_json(row));
    tx.audit(Change { action: "restore", entity: Entity::Task.noun(), id: row.id, before: None, after: Some(after) }).await?;
    Ok(version)
}

/// 1 for an open task.
fn open(row: &task::Model) -> i64 {
    i64::from(row.status == TaskStatus::Open.slug())
}
