//! Starting a series, and changing it with one of its tasks.

use super::{Place, Series, SeriesState, completion::make_next, occurrence::insert_place, place_of};
use crate::{
    StoreError,
    database::write::WorkspaceTx,
    entity::{task, task_occurrence, task_series},
    tasks::{
        due::{due_of_columns, zone_of},
        edit::save,
    },
};
use domain::{
    access::{Entity, Verb},
    ids::UserId,
    tasks::{AppliesTo, CalendarDays, Recurrence, RepeatChoice, RepeatMode, TaskStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

/// How a task repeats before and after a change, as the log has it.
#[derive(Default)]
pub(in crate::tasks) struct RepeatsChange {
    /// Before; `None` for not at all.
    pub from: Option<Recurrence>,
    /// After.
    pub to: Option<Recurrence>,
}

impl RepeatsChange {
    /// Adds the field to both sides of the log's entry.
    pub fn add_to(&self, before: &mut Value, after: &mut Value) {
        let code = |rule: Option<Recurrence>| rule.map_or(Value::Null, |rule| rule.code().into());
        before["repeats"] = code(self.from);
        after["repeats"] = code(self.to);
    }
}

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
/// [`StoreError::Invalid`] at `applies_to` if the rule is changed for one task alone. [`StoreError::Denied`] if the actor may not change the
/// series' later tasks. Those of [`start`].
pub(in crate::tasks) async fn apply_choice(
    tx: &mut WorkspaceTx,
    (before, after): (&task::Model, &task::Model),
    choice: RepeatChoice,
    applies_to: AppliesTo,
) -> Result<RepeatsChange, StoreError> {
    let place = place_of(tx, before.id).await?.filter(|place| place.series.is_active());
    let Some(Place { series, position }) = place else {
        let RepeatChoice::By(rule) = choice else { return Ok(RepeatsChange::default()) };
        start(tx, after, rule).await?;
        return Ok(RepeatsChange { from: None, to: Some(rule) });
    };
    let rule = match choice {
        RepeatChoice::Unchanged => Some(series.rule),
        RepeatChoice::Never => None,
        RepeatChoice::By(rule) => Some(rule),
    };
    let from = Some(series.rule);
    if applies_to == AppliesTo::This {
        if rule != from {
            return Err(StoreError::field("applies_to", "How a task repeats concerns the later ones: choose “This and all later ones”"));
        }
        return Ok(RepeatsChange { from, to: from });
    }
    if !tx.actor.may_with(Verb::Update, Entity::Task, UserId(series.row.owner_id)) {
        return Err(StoreError::Denied);
    }
    change(tx, series, position, (before, after), rule).await?;
    Ok(RepeatsChange { from, to: rule })
}

/// Changes a series from one of its tasks on. `rule`: `None` stops it.
async fn change(
    tx: &WorkspaceTx,
    mut series: Series,
    position: u32,
    (before, after): (&task::Model, &task::Model),
    rule: Option<Recurrence>,
) -> Result<(), StoreError> {
    let zone = zone_of(tx).await?;
    let due = |row: &task::Model| due_of_columns(row.due_on, row.due_at);
    let (was_due, is_due) = (due(before), due(after));
    series.take_template(after);
    let Some(rule) = rule else {
        series.set_state(SeriesState::Stopped);
        let next = series.next_position();
        return series.write(tx, next).await;
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
        let has_later = next > position + 1 && series.rule.mode == RepeatMode::Calendar;
        let last = has_later.then(|| series.days().day(next - 1)).flatten();
        let days = CalendarDays::counted_from(rule, day, next, last.map_or(day, |last| last.max(day)));
        series.row.first_on = days.first_on;
        series.row.first_position = super::stored(days.first_position)?;
    }
    series.set_rule(rule);
    series.write(tx, next).await
}

/// Gives the later occurrences that are there already and open what a task of their series was given, except their days.
pub(in crate::tasks) async fn change_later(tx: &mut WorkspaceTx, from: &task::Model) -> Result<(), StoreError> {
    let Some(Place { mut series, position }) = place_of(tx, from.id).await? else { return Ok(()) };
    for row in later_open(tx, &series, position).await? {
        if tx.actor.may_with(Verb::Update, Entity::Task, UserId(row.owner_id)) {
            let next = task::Model {
                owner_id: from.owner_id,
                title: from.title.clone(),
                notes: from.notes.clone(),
                priority: from.priority.clone(),
                company_id: from.company_id,
                contact_id: from.contact_id,
                deal_id: from.deal_id,
                search: from.search.clone(),
                ..row.clone()
            };
            save(tx, &row, next).await?;
        }
    }
    // One whose next occurrence comes from completion needs one that is open, from which it goes on.
    let goes_on = series.is_active() && series.rule.mode == RepeatMode::Completion;
    if goes_on && from.status != TaskStatus::Open.slug() && position + 1 == series.next_position() {
        make_next(tx, &mut series).await?;
    }
    Ok(())
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
