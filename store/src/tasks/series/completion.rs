//! What finishing an occurrence makes, and what opening it again takes back.

use super::{
    Place, Series, SeriesState,
    log::log_state,
    occurrence::{Made, Maker},
    place_of,
};
use crate::{
    StoreError,
    audit::{chain::Change, purges::PURGE},
    database::{sql::sql, write::WorkspaceTx},
    entity::{task, task_occurrence},
    tasks::{counters::add_task_counts, due::zone_of},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::Entity,
    tasks::{Due, RepeatMode, TaskStatus},
};
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

/// What becomes of the next occurrence when a task's status changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NextOccurrence {
    /// Nothing: the task doesn't repeat, or its series is over.
    #[default]
    None,
    /// It was made, and is due then.
    Made(Due),
    /// It is not made, as what it is about is archived or in the bin, and the series was stopped.
    Stopped,
    /// It comes by calendar on this day.
    Expected(NaiveDate),
    /// It had been made when the task was finished, and was taken back.
    TakenBack,
    /// It had been made when the task was finished, and stays, as it was changed since.
    Kept,
}

/// Makes the next occurrence from completion of a task that was open and is finished or deleted by itself. `closed_at`: when it was finished.
pub(in crate::tasks) async fn after_closing(
    tx: &mut WorkspaceTx,
    task: Uuid,
    closed_at: DateTime<Utc>,
) -> Result<NextOccurrence, StoreError> {
    let Some(Place { mut series, position }) = place_of(tx, task).await? else { return Ok(NextOccurrence::None) };
    if !series.is_active() {
        return Ok(NextOccurrence::None);
    }
    match series.rule.mode {
        RepeatMode::Calendar => Ok(series.next_day().map_or(NextOccurrence::None, NextOccurrence::Expected)),
        RepeatMode::Completion if position + 1 == series.next_position() => {
            let effect = make_next(tx, &mut series, task, closed_at).await?;
            if effect == NextOccurrence::Stopped {
                // Taken back, the series goes on.
                series.row.ended_by_task_id = Some(task);
                series.save(&tx.db).await?;
            }
            Ok(effect)
        }
        RepeatMode::Completion => Ok(NextOccurrence::None),
    }
}

/// Makes the next occurrence of a series from completion, whose last one was finished at `closed_at`. A series that can't go on is stopped, which
/// the log has as a change of `task`.
pub(super) async fn make_next(
    tx: &mut WorkspaceTx,
    series: &mut Series,
    task: Uuid,
    closed_at: DateTime<Utc>,
) -> Result<NextOccurrence, StoreError> {
    let zone = zone_of(tx).await?;
    let maker = Maker { db: &tx.db, store: tx.store(), now: tx.now, zone };
    let next = series.next_position();
    let mut made = None;
    match series.rule.after_completion(zone.day(closed_at), next) {
        None => series.set_state(SeriesState::Finished),
        Some(_) if !maker.is_possible(series).await? => series.set_state(SeriesState::Stopped),
        Some(day) => {
            maker.ensure_owner(series).await?;
            made = Some(maker.make(series, next, day).await?);
            series.schedule(next + 1, zone)?;
        }
    }
    series.save(&tx.db).await?;
    if let Some(Made { due, change }) = made {
        tx.audit(change).await?;
        return Ok(NextOccurrence::Made(due));
    }
    if series.state != SeriesState::Stopped {
        return Ok(NextOccurrence::None);
    }
    log_state(tx, task, series).await?;
    Ok(NextOccurrence::Stopped)
}

/// Takes back what [`after_closing`] did for a task that is open again, unless somebody changed it since.
pub(in crate::tasks) async fn after_reopening(tx: &mut WorkspaceTx, task: Uuid) -> Result<NextOccurrence, StoreError> {
    let Some(Place { mut series, position }) = place_of(tx, task).await? else { return Ok(NextOccurrence::None) };
    let was_stopped = series.state == SeriesState::Stopped;
    if series.rule.mode != RepeatMode::Completion || (was_stopped && series.row.ended_by_task_id != Some(task)) {
        return Ok(NextOccurrence::None);
    }
    let next = position + 1;
    let effect = if series.next_position() == next {
        NextOccurrence::None
    } else if series.next_position() == next + 1 && take_back(tx, &series, next).await? {
        NextOccurrence::TakenBack
    } else {
        return Ok(NextOccurrence::Kept);
    };
    series.set_state(SeriesState::Active);
    series.row.ended_by_task_id = None;
    series.schedule(next, zone_of(tx).await?)?;
    series.save(&tx.db).await?;
    if was_stopped {
        log_state(tx, task, &series).await?;
    }
    Ok(effect)
}

/// Deletes the occurrence at a position for ever, if nobody has changed it. Returns whether it did.
async fn take_back(tx: &mut WorkspaceTx, series: &Series, position: u32) -> Result<bool, StoreError> {
    let key = (tx.workspace_id(), series.row.id, super::stored(position)?);
    let Some(occurrence) = task_occurrence::Entity::find_by_id(key).one(&tx.db).await? else { return Ok(false) };
    let key = (tx.workspace_id(), occurrence.task_id);
    let Some(row) = task::Entity::find_by_id(key).one(&tx.db).await? else { return Ok(false) };
    if row.version != 1 || row.status != TaskStatus::Open.slug() || row.deleted_at.is_some() {
        return Ok(false);
    }
    for table in ["action_snoozes", "action_dismissals"] {
        let delete = format!("DELETE FROM {table} WHERE workspace_id = $1 AND record_id = $2");
        sql(&delete, [key.0.into(), key.1.into()]).execute(&tx.db).await?;
    }
    task::Entity::delete_by_id(key).exec(&tx.db).await?;
    add_task_counts(tx, -1, -1).await?;
    let before = Some(json!({ "name": row.title }));
    tx.audit(Change { action: PURGE, entity: Entity::Task.noun(), id: row.id, before, after: None }).await?;
    Ok(true)
}
