//! What finishing an occurrence makes, and what opening it again takes back.

use super::{
    Place, Series, SeriesState,
    occurrence::{Made, Maker},
    place_of,
};
use crate::{
    StoreError,
    audit::{chain::Change, purges::PURGE},
    database::write::WorkspaceTx,
    entity::{task, task_occurrence},
    tasks::{counters::add_task_counts, due::zone_of},
};
use chrono::NaiveDate;
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
    /// It comes by calendar on this day.
    Expected(NaiveDate),
    /// It had been made when the task was finished, and was taken back.
    TakenBack,
    /// It had been made when the task was finished, and stays, as it was changed since.
    Kept,
}

/// Makes the next occurrence from completion of a task that was open and is finished or deleted by itself.
pub(in crate::tasks) async fn after_closing(tx: &mut WorkspaceTx, task: Uuid) -> Result<NextOccurrence, StoreError> {
    let Some(Place { mut series, position }) = place_of(tx, task).await? else { return Ok(NextOccurrence::None) };
    if !series.is_active() {
        return Ok(NextOccurrence::None);
    }
    match series.rule.mode {
        RepeatMode::Calendar => Ok(series.next_day().map_or(NextOccurrence::None, NextOccurrence::Expected)),
        RepeatMode::Completion if position + 1 == series.next_position() => make_next(tx, &mut series).await,
        RepeatMode::Completion => Ok(NextOccurrence::None),
    }
}

/// Makes the next occurrence of a series from completion, whose last one was finished today. A series that can't go on is stopped.
pub(super) async fn make_next(tx: &mut WorkspaceTx, series: &mut Series) -> Result<NextOccurrence, StoreError> {
    let zone = zone_of(tx).await?;
    let maker = Maker { db: &tx.db, store: tx.store(), now: tx.now, zone };
    let next = series.next_position();
    let mut made = None;
    match series.rule.after_completion(zone.day(tx.now), next) {
        None => series.set_state(SeriesState::Finished),
        Some(_) if !maker.is_possible(series).await? => series.set_state(SeriesState::Stopped),
        Some(day) => {
            maker.ensure_owner(series).await?;
            made = Some(maker.make(series, next, day).await?);
            series.schedule(next + 1, zone)?;
        }
    }
    series.save(&tx.db).await?;
    let Some(Made { due, change }) = made else { return Ok(NextOccurrence::None) };
    tx.audit(change).await?;
    Ok(NextOccurrence::Made(due))
}

/// Takes back what [`after_closing`] made for a task that is open again, unless somebody changed it since.
pub(in crate::tasks) async fn after_reopening(tx: &mut WorkspaceTx, task: Uuid) -> Result<NextOccurrence, StoreError> {
    let Some(Place { mut series, position }) = place_of(tx, task).await? else { return Ok(NextOccurrence::None) };
    if series.rule.mode != RepeatMode::Completion || series.state == SeriesState::Stopped {
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
    series.schedule(next, zone_of(tx).await?)?;
    series.save(&tx.db).await?;
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
    task::Entity::delete_by_id(key).exec(&tx.db).await?;
    add_task_counts(tx, -1, -1).await?;
    let before = Some(json!({ "name": row.title }));
    tx.audit(Change { action: PURGE, entity: Entity::Task.noun(), id: row.id, before, after: None }).await?;
    Ok(true)
}
