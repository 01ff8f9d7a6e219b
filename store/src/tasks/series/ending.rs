//! Stopping a series and taking it up again, by itself or with the task by which it was deleted, and what becomes of it when what it is about goes.

use super::{
    Place, Series, SeriesState,
    changes::{is_last_open, later_open},
    completion::{NextOccurrence, make_next},
    log::{RepeatsChange, log_state},
    place_of,
};
use crate::{
    Store, StoreError,
    database::{
        records::load_for_update,
        sql::{Sql, sql},
        transaction::Transaction,
        write::WorkspaceTx,
    },
    entity::{task, task_occurrence, task_series},
    tasks::{
        bin,
        due::zone_of,
        edit::{load_any_version, save_repeats},
    },
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{TaskId, UserId},
    tasks::RepeatMode,
    time_zones::TimeZone,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

impl Store {
    /// Stops the series of a task, and returns the task's title. The tasks that are there stay. A series that is over is not changed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such task, it is in the bin or doesn't repeat. [`StoreError::Denied`] if the actor may not change
    /// the task or the later ones.
    pub async fn stop_repeating(&self, actor: &Actor, id: TaskId) -> Result<String, StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| Box::pin(set_stopped(tx, id, true))).await
    }

    /// Takes the stopped series of a task up again, and returns the task's title. By calendar it goes on with its first day from today on; from
    /// completion with the last task, or if that is finished with a new one that is counted from today.
    ///
    /// # Errors
    /// Those of [`Store::stop_repeating`], and [`StoreError::Conflict`] if a new one is to be made and what it is about is archived or in the bin.
    pub async fn repeat_again(&self, actor: &Actor, id: TaskId) -> Result<String, StoreError> {
        self.write(actor, Verb::Update, Entity::Task, move |tx| Box::pin(set_stopped(tx, id, false))).await
    }

    /// Moves a task and the open ones of its series that come after it to the bin, and stops the series. Returns the task's title, and how many
    /// went with it. Restoring the task restores these, and the series goes on.
    ///
    /// # Errors
    /// As [`Store::delete_task`], and [`StoreError::Denied`] if the actor may not delete the later ones.
    pub async fn delete_later_tasks(&self, actor: &Actor, id: TaskId, version: i64) -> Result<(String, u64), StoreError> {
        self.write(actor, Verb::Delete, Entity::Task, move |tx| Box::pin(delete_later(tx, id, version))).await
    }
}

async fn set_stopped(tx: &mut WorkspaceTx, id: TaskId, stop: bool) -> Result<String, StoreError> {
    let row = load_any_version(tx, id).await?;
    let Place { mut series, .. } = place_of(tx, id.0).await?.ok_or(StoreError::NotFound)?;
    if !tx.actor.may_with(Verb::Update, Entity::Task, UserId(series.row.owner_id)) {
        return Err(StoreError::Denied);
    }
    let change = match (stop, series.state) {
        (true, SeriesState::Active) => {
            series.set_state(SeriesState::Stopped);
            let next = series.next_position();
            let rule = series.rule;
            series.write(tx, next).await?;
            RepeatsChange::of_state(rule, false)
        }
        (false, SeriesState::Stopped) => {
            let rule = series.rule;
            if !resume(tx, id.0, series).await? {
                return Err(StoreError::Conflict);
            }
            RepeatsChange::of_state(rule, true)
        }
        _ => return Ok(row.title),
    };
    save_repeats(tx, &row, &change).await?;
    Ok(row.title)
}

/// Makes a stopped series active again. `task`: one of its tasks. Returns whether it goes on: what it is about may not be there.
async fn resume(tx: &mut WorkspaceTx, task: Uuid, mut series: Series) -> Result<bool, StoreError> {
    let zone = zone_of(tx).await?;
    let mut next = series.next_position();
    series.set_state(SeriesState::Active);
    series.row.ended_by_task_id = None;
    if series.rule.mode == RepeatMode::Calendar {
        next = series.days().first_from(next, zone.day(tx.now)).map_or(next, |(position, _)| position);
    }
    series.clone().write(tx, next).await?;
    if series.rule.mode == RepeatMode::Completion && !is_last_open(tx, &series).await? {
        series.row.version += 1;
        let now = tx.now;
        return Ok(make_next(tx, &mut series, task, now).await? != NextOccurrence::Stopped);
    }
    Ok(true)
}

async fn delete_later(tx: &mut WorkspaceTx, id: TaskId, version: i64) -> Result<(String, u64), StoreError> {
    let row = load_for_update::<task::Entity>(tx, Verb::Delete, id.0, version).await?;
    let title = row.title.clone();
    let mut later = Vec::new();
    if let Some(Place { mut series, position }) = place_of(tx, id.0).await? {
        if !tx.actor.may_with(Verb::Delete, Entity::Task, UserId(series.row.owner_id)) {
            return Err(StoreError::Denied);
        }
        later = later_open(tx, &series, position).await?;
        if series.is_active() {
            series.set_state(SeriesState::Stopped);
            series.row.ended_by_task_id = Some(id.0);
            let next = series.next_position();
            log_state(tx, id.0, &series).await?;
            series.write(tx, next).await?;
        }
    }
    bin::move_to_bin(tx, row).await?;
    let mut with_it = 0;
    for row in later {
        if tx.actor.may_with(Verb::Delete, Entity::Task, UserId(row.owner_id)) {
            bin::move_to_bin(tx, row).await?;
            with_it += 1;
        }
    }
    Ok((title, with_it))
}

/// The tasks that were deleted with this one and that the actor may restore with it; `None` if its series was not stopped by its deletion. `row`: the task
/// as it is in the bin.
pub(in crate::tasks) async fn deleted_with(tx: &WorkspaceTx, row: &task::Model) -> Result<Option<Vec<task::Model>>, StoreError> {
    use task_occurrence::Column as C;
    let Some(Place { series, position }) = place_of(tx, row.id).await? else { return Ok(None) };
    if series.row.ended_by_task_id != Some(row.id) {
        return Ok(None);
    }
    let later = task_occurrence::Entity::find().filter(C::WorkspaceId.eq(tx.workspace_id())).filter(C::SeriesId.eq(series.row.id));
    let later = later.filter(C::Position.gt(super::stored(position)?)).all(&tx.db).await?;
    let ids = later.iter().map(|occurrence| occurrence.task_id);
    let with_it = task::Entity::find().filter(task::Column::WorkspaceId.eq(tx.workspace_id())).filter(task::Column::Id.is_in(ids));
    let with_it = with_it.filter(task::Column::DeletedAt.eq(row.deleted_at)).all(&tx.db).await?;
    let may_restore = |row: &task::Model| tx.actor.may_with(Verb::Delete, Entity::Task, UserId(row.owner_id));
    Ok(Some(with_it.into_iter().filter(may_restore).collect()))
}

/// Takes up the series that was stopped by the deletion of this task, which is restored, if the actor may change the series.
pub(in crate::tasks) async fn resume_with(tx: &mut WorkspaceTx, task: Uuid) -> Result<(), StoreError> {
    let Some(Place { series, .. }) = place_of(tx, task).await? else { return Ok(()) };
    if !tx.actor.may_with(Verb::Update, Entity::Task, UserId(series.row.owner_id)) {
        return Ok(());
    }
    let mut resumed = series.clone();
    if resume(tx, task, series).await? {
        resumed.set_state(SeriesState::Active);
        log_state(tx, task, &resumed).await?;
    }
    Ok(())
}

/// Gives the series of a member who goes to another one.
pub(crate) async fn hand_over(db: &Transaction, workspace_id: Uuid, from: UserId, to: UserId) -> Result<(), StoreError> {
    let update = "UPDATE task_series SET owner_id = $1, version = version + 1 WHERE workspace_id = $2 AND owner_id = $3";
    sql(update, [to.0.into(), workspace_id.into(), from.0.into()]).execute(db).await?;
    Ok(())
}

/// Moves the beginnings of the days on which occurrences are made to another time zone.
pub(crate) async fn move_to_zone(tx: &WorkspaceTx, zone: TimeZone) -> Result<(), StoreError> {
    use task_series::Column as C;
    let scheduled = task_series::Entity::find().filter(C::WorkspaceId.eq(tx.workspace_id())).filter(C::NextAt.is_not_null());
    for row in scheduled.all(&tx.db).await? {
        let mut series = Series::of(row)?;
        let next = series.next_position();
        series.schedule(next, zone)?;
        series.save(&tx.db).await?;
    }
    Ok(())
}

/// Stops the series that these tasks are occurrences of.
pub(crate) async fn stop_series_of(tx: &WorkspaceTx, tasks: &[Uuid]) -> Result<(), StoreError> {
    if tasks.is_empty() {
        return Ok(());
    }
    let mut update = Sql::with([tx.workspace_id().into(), SeriesState::Stopped.slug().into()]);
    let ids = update.bind_all(tasks.iter().copied());
    update.push(&format!(
        "UPDATE task_series SET state = $2, next_at = NULL WHERE workspace_id = $1 AND id IN
           (SELECT series_id FROM task_occurrences WHERE workspace_id = $1 AND task_id IN ({ids}))"
    ));
    update.execute(&tx.db).await?;
    Ok(())
}

/// SQL up to the ids of the records of a kind that are deleted for ever, which clears what series have of them. A series ends with its company,
/// and with the contact or deal that alone it is about.
pub(crate) fn detach(entity: Entity) -> Option<(String, &'static str)> {
    let (column, others) = match entity {
        Entity::Company => ("company_id", None),
        Entity::Contact => ("contact_id", Some("company_id IS NOT NULL OR deal_id IS NOT NULL")),
        Entity::Deal => ("deal_id", Some("company_id IS NOT NULL OR contact_id IS NOT NULL")),
        _ => return None,
    };
    let stopped = SeriesState::Stopped.slug();
    let set = match others {
        None => format!("state = '{stopped}', next_at = NULL"),
        Some(others) => {
            format!("state = CASE WHEN {others} THEN state ELSE '{stopped}' END, next_at = CASE WHEN {others} THEN next_at ELSE NULL END")
        }
    };
    Some((format!("UPDATE task_series SET {column} = NULL, {set} WHERE"), column))
}

/// Deletes the series that are over and have no task left.
pub(crate) async fn delete_idle_series(tx: &Transaction, workspace_id: Uuid) -> Result<(), StoreError> {
    let delete = "DELETE FROM task_series WHERE workspace_id = $1 AND state <> $2 AND NOT EXISTS
       (SELECT 1 FROM task_occurrences o WHERE o.workspace_id = $1 AND o.series_id = task_series.id)";
    sql(delete, [workspace_id.into(), SeriesState::Active.slug().into()]).execute(tx).await?;
    Ok(())
}
