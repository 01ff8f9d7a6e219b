//! Starting a series, and changing it with one of its tasks.

use super::{Place, Series, SeriesState, completion::make_next, log::RepeatsChange, occurrence::insert_place, place_of};
use crate::{
    StoreError,
    archive::is_archived,
    database::{sql::sql, write::WorkspaceTx},
    entity::{task, task_occurrence, task_series},
    tasks::{
        due::{due_of_columns, zone_of},
        edit::save,
    },
};
use chrono::Datelike;
use domain::{
    access::{Entity, Verb},
    ids::{CompanyId, UserId},
    tasks::{AppliesTo, CalendarDays, Recurrence, RepeatChoice, RepeatMode, RepeatUnit, TaskDraft, TaskStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

/// Starts a series whose first occurrence is this task.
///
/// # Errors
/// [`StoreError::Invalid`] at `due_on` if the task is due at no time.
pub(in crate::tasks) async fn start(tx: &WorkspaceTx, task: &task::Model, rule: Recurrence) -> Result<(), StoreError> {
    let zone = zone_of(tx).await?;
    let due = due_of_columns(task.due_on, task.due_at);
    let due = due.ok_or_else(|| StoreError::field("due_on", "Choose the day: a task that repeats needs one"))?;
    let mut series = Series {
        rule,
        state: SeriesState::Active,
        row: task_series::Model {
            workspace_id: task.workspace_id,
            id: tx.new_id(),
            owner_id: task.owner_id,
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
            title: String::new(),
            notes: None,
            priority: String::new(),
            company_id: None,
            contact_id: None,
            deal_id: None,
            due_time: due.time(zone),
            every: 1,
            unit: String::new(),
            mode: String::new(),
            until: None,
            times: None,
            first_on: due.day(zone),
            first_position: 0,
            next_position: 1,
            next_at: None,
            state: SeriesState::Active.slug().to_owned(),
            ended_by_task_id: None,
        },
    };
    series.set_rule(rule);
    series.take_template(task);
    series.schedule(1, zone)?;
    task_series::Entity::insert(task_series::ActiveModel::from(series.row.clone())).exec_without_returning(&tx.db).await?;
    // A task whose series is over may begin another one.
    let of_before = task_occurrence::Entity::delete_many().filter(task_occurrence::Column::WorkspaceId.eq(task.workspace_id));
    of_before.filter(task_occurrence::Column::TaskId.eq(task.id)).exec(&tx.db).await?;
    insert_place(&tx.db, task.workspace_id, (series.row.id, 0), task.id).await
}

/// Applies what a form says about the recurrence of a task that was changed, to its series. Returns the change for the log.
///
/// # Errors
/// - [`StoreError::Conflict`] if the form changes a series, or the later tasks, and showed the series otherwise, or as none.
/// - [`StoreError::Invalid`] at `applies_to` if the rule is changed for one task alone.
/// - [`StoreError::Denied`] if the actor may not change the series' later tasks.
/// - Those of [`start`].
pub(in crate::tasks) async fn apply_choice(
    tx: &mut WorkspaceTx,
    (before, after): (&task::Model, &task::Model),
    draft: &TaskDraft,
) -> Result<RepeatsChange, StoreError> {
    let place = place_of(tx, before.id).await?;
    let shown = draft.series_version;
    let Some(Place { series, position }) = place.filter(|place| place.series.is_active() || shown.is_some()) else {
        let RepeatChoice::By(rule) = draft.repeat else { return Ok(RepeatsChange::default()) };
        start(tx, after, rule).await?;
        return Ok(RepeatsChange { from: None, to: Some(rule), is_later_changed: false });
    };
    let rule = match draft.repeat {
        RepeatChoice::Unchanged => Some(series.rule),
        RepeatChoice::Never => None,
        RepeatChoice::By(rule) => Some(rule),
    };
    let from = Some(series.rule);
    let is_of_series = draft.applies_to == AppliesTo::Later || rule != from;
    // The series may have ended or been changed with another of its tasks, which leaves the version of this one.
    if is_of_series && (shown != Some(series.row.version) || !series.is_active()) {
        return Err(StoreError::Conflict);
    }
    if draft.applies_to == AppliesTo::This {
        if is_of_series {
            return Err(StoreError::field("applies_to", "How a task repeats concerns the later ones: choose “This and all later ones”"));
        }
        return Ok(RepeatsChange { from, to: from, is_later_changed: false });
    }
    if !tx.actor.may_with(Verb::Update, Entity::Task, UserId(series.row.owner_id)) {
        return Err(StoreError::Denied);
    }
    let is_later_changed = change(tx, series, position, (before, after), rule).await?;
    Ok(RepeatsChange { from, to: rule, is_later_changed })
}

/// Changes a series from one of its tasks on. `rule`: `None` stops it. Returns whether that changed anything of it.
async fn change(
    tx: &WorkspaceTx,
    mut series: Series,
    position: u32,
    (before, after): (&task::Model, &task::Model),
    rule: Option<Recurrence>,
) -> Result<bool, StoreError> {
    let zone = zone_of(tx).await?;
    let unchanged = series.row.clone();
    let due = |row: &task::Model| due_of_columns(row.due_on, row.due_at);
    let (was_due, is_due) = (due(before), due(after));
    series.take_template(after);
    let Some(rule) = rule else {
        series.set_state(SeriesState::Stopped);
        let next = series.next_position();
        series.write(tx, next).await?;
        return Ok(true);
    };
    let Some(is_due) = is_due else { return Err(StoreError::field("due_on", "Choose the day: a task that repeats needs one")) };
    let time = is_due.time(zone);
    if was_due.is_none_or(|due| due.time(zone) != time) {
        series.row.due_time = time;
    }
    let day = is_due.day(zone);
    let is_moved = was_due.is_none_or(|due| due.day(zone) != day);
    let next = series.next_position();
    if is_moved || (rule.every, rule.unit, rule.mode) != (series.rule.every, series.rule.unit, series.rule.mode) {
        // The later ones that are there already stay on their days, which are known by calendar alone.
        let was_by_calendar = series.rule.mode == RepeatMode::Calendar;
        let last = (next > position + 1 && was_by_calendar).then(|| series.days().day(next - 1)).flatten();
        let of_series = if is_moved || !was_by_calendar { None } else { series.days().day(position) };
        // A task that is not moved by this change may have been put off by itself, or be on the last day of a short month.
        let day_of_month = match (of_series, series.rule.unit) {
            (Some(_), RepeatUnit::Months | RepeatUnit::Years) => series.row.first_on.day(),
            _ => of_series.unwrap_or(day).day(),
        };
        let day = of_series.unwrap_or(day);
        let days = CalendarDays::counted_from(rule, (day, day_of_month), next, last.map_or(day, |last| last.max(day)));
        series.row.first_on = days.first_on;
        series.row.first_position = days.first_position;
    }
    series.set_rule(rule);
    if series.row == unchanged {
        return Ok(false);
    }
    series.write(tx, next).await?;
    Ok(true)
}

/// Gives the later occurrences that are there already and open what a task of their series was given, except their days. One at another company
/// stays there if that of the task is archived.
pub(in crate::tasks) async fn change_later(tx: &mut WorkspaceTx, from: &task::Model) -> Result<(), StoreError> {
    let Some(Place { mut series, position }) = place_of(tx, from.id).await? else { return Ok(()) };
    let is_archived = is_archived(tx, from.company_id.map(CompanyId)).await?;
    for row in later_open(tx, &series, position).await? {
        if !tx.actor.may_with(Verb::Update, Entity::Task, UserId(row.owner_id)) {
            continue;
        }
        let links = if is_archived && row.company_id != from.company_id { &row } else { from };
        let next = task::Model {
            owner_id: from.owner_id,
            title: from.title.clone(),
            notes: from.notes.clone(),
            priority: from.priority.clone(),
            company_id: links.company_id,
            contact_id: links.contact_id,
            deal_id: links.deal_id,
            search: from.search.clone(),
            ..row.clone()
        };
        save(tx, &row, next).await?;
    }
    // One whose next occurrence comes from completion needs one that is open, from which it goes on.
    let goes_on = series.is_active() && series.rule.mode == RepeatMode::Completion;
    if goes_on && !is_last_open(tx, &series).await? {
        let now = tx.now;
        make_next(tx, &mut series, from.id, now).await?;
    }
    Ok(())
}

/// Whether the latest occurrence that was made is open and not in the bin.
pub(super) async fn is_last_open(tx: &WorkspaceTx, series: &Series) -> Result<bool, StoreError> {
    let Some(position) = series.next_position().checked_sub(1) else { return Ok(false) };
    let text = "SELECT count(*) AS count FROM task_occurrences o JOIN tasks t ON t.workspace_id = $1 AND t.id = o.task_id
       WHERE o.workspace_id = $1 AND o.series_id = $2 AND o.position = $3 AND t.status = $4 AND t.deleted_at IS NULL";
    let open = TaskStatus::Open.slug();
    let values = [tx.workspace_id().into(), series.row.id.into(), super::stored(position)?.into(), open.into()];
    Ok(sql(text, values).count(&tx.db).await? > 0)
}

/// The tasks of a series after a position that are open and not in the bin.
pub(super) async fn later_open(tx: &WorkspaceTx, series: &Series, position: u32) -> Result<Vec<task::Model>, StoreError> {
    use task_occurrence::Column as C;
    let of_series = task_occurrence::Entity::find().filter(C::WorkspaceId.eq(tx.workspace_id())).filter(C::SeriesId.eq(series.row.id));
    let later = of_series.filter(C::Position.gt(super::stored(position)?)).order_by_asc(C::Position).all(&tx.db).await?;
    let ids: Vec<Uuid> = later.iter().map(|occurrence| occurrence.task_id).collect();
    let open = task::Entity::find().filter(task::Column::WorkspaceId.eq(tx.workspace_id())).filter(task::Column::Id.is_in(ids));
    let open = open.filter(task::Column::Status.eq(TaskStatus::Open.slug())).filter(task::Column::DeletedAt.is_null());
    Ok(open.order_by_asc(task::Column::DueBy).order_by_asc(task::Column::Id).all(&tx.db).await?)
}

impl Series {
    /// Takes what occurrences to come are made of from a task.
    fn take_template(&mut self, task: &task::Model) {
        self.row.owner_id = task.owner_id;
        self.row.title.clone_from(&task.title);
        self.row.notes.clone_from(&task.notes);
        self.row.priority.clone_from(&task.priority);
        self.row.company_id = task.company_id;
        self.row.contact_id = task.contact_id;
        self.row.deal_id = task.deal_id;
    }

    /// Saves a series that somebody changed. `next`: the position of its next occurrence.
    pub(super) async fn write(mut self, tx: &WorkspaceTx, next: u32) -> Result<(), StoreError> {
        self.row.version += 1;
        self.row.updated_at = tx.now;
        self.schedule(next, zone_of(tx).await?)?;
        self.save(&tx.db).await
    }
}
