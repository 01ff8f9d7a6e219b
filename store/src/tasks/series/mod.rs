//! Series of recurring tasks.
//!
//! A task that repeats is an occurrence of a series, at a position counted from 0. The series has the rule and the template of the occurrences to
//! come. A job makes occurrences by calendar on their day. The transaction that finishes an occurrence makes the next one from completion. The
//! workspace's lock orders the writers, and the primary key of `task_occurrences` refuses a second row for a position.

mod changes;
mod completion;
mod due_occurrences;
mod ending;
mod log;
mod occurrence;

pub(super) use changes::{apply_choice, change_later, start};
pub use completion::NextOccurrence;
pub(super) use completion::{after_closing, after_reopening};
pub(crate) use due_occurrences::recurring_tasks;
pub(crate) use ending::{delete_idle_series, detach, hand_over, move_to_zone, stop_series_of};
pub(super) use ending::{deleted_with, resume_with};
pub(super) use log::RepeatsChange;

use crate::{
    StoreError,
    database::{rows::decode_enum, transaction::Transaction, write::WorkspaceTx},
    entity::{task_occurrence, task_series},
};
use chrono::NaiveDate;
use domain::{
    tasks::{CalendarDays, Recurrence, RepeatEnd, RepeatMode, RepeatUnit},
    time_zones::TimeZone,
};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

/// Whether a series makes further occurrences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesState {
    /// It does.
    Active,
    /// It has come to the end of its rule.
    Finished,
    /// Somebody stopped it, or it lost what it was about.
    Stopped,
}

impl SeriesState {
    const ALL: [Self; 3] = [Self::Active, Self::Finished, Self::Stopped];

    /// The value in the database.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
        }
    }

    pub(super) fn decode(slug: &str) -> Result<Self, StoreError> {
        decode_enum(Self::ALL.into_iter().find(|state| state.slug() == slug), "task_series.state")
    }
}

/// The rule's columns.
pub(crate) struct RuleColumns<'a> {
    pub every: i32,
    pub unit: &'a str,
    pub mode: &'a str,
    pub until: Option<NaiveDate>,
    pub times: Option<i32>,
}

impl RuleColumns<'_> {
    /// The rule of these columns.
    pub fn rule(&self) -> Result<Recurrence, StoreError> {
        let number = |number: i32| decode_enum(u16::try_from(number).ok(), "task_series.every");
        let end = match (self.until, self.times) {
            (Some(day), _) => RepeatEnd::Until(day),
            (None, Some(times)) => RepeatEnd::Times(number(times)?),
            (None, None) => RepeatEnd::Never,
        };
        Ok(Recurrence {
            every: number(self.every)?,
            unit: decode_enum(RepeatUnit::from_slug(self.unit), "task_series.unit")?,
            end,
            mode: decode_enum(RepeatMode::from_slug(self.mode), "task_series.mode")?,
        })
    }
}

/// A position as its column has it.
fn stored(position: u32) -> Result<i32, StoreError> {
    i32::try_from(position).map_err(|_| StoreError::Internal)
}

/// A series, under the workspace's lock.
#[derive(Debug, Clone)]
pub(super) struct Series {
    row: task_series::Model,
    /// The rule.
    pub rule: Recurrence,
    state: SeriesState,
}

impl Series {
    fn of(row: task_series::Model) -> Result<Self, StoreError> {
        let columns = RuleColumns { every: row.every, unit: &row.unit, mode: &row.mode, until: row.until, times: row.times };
        Ok(Self { rule: columns.rule()?, state: SeriesState::decode(&row.state)?, row })
    }

    /// Whether it makes further occurrences.
    pub fn is_active(&self) -> bool {
        self.state == SeriesState::Active
    }

    fn next_position(&self) -> u32 {
        self.row.next_position.unsigned_abs()
    }

    fn days(&self) -> CalendarDays {
        CalendarDays { rule: self.rule, first_on: self.row.first_on, first_position: self.row.first_position }
    }

    /// The day on which the next occurrence comes by calendar; `None` if none does.
    fn next_day(&self) -> Option<NaiveDate> {
        let by_calendar = self.is_active() && self.rule.mode == RepeatMode::Calendar;
        by_calendar.then(|| self.days().day(self.next_position())).flatten()
    }

    fn set_state(&mut self, state: SeriesState) {
        self.state = state;
        state.slug().clone_into(&mut self.row.state);
    }

    fn set_rule(&mut self, rule: Recurrence) {
        self.rule = rule;
        self.row.every = rule.every.into();
        rule.unit.slug().clone_into(&mut self.row.unit);
        rule.mode.slug().clone_into(&mut self.row.mode);
        (self.row.until, self.row.times) = match rule.end {
            RepeatEnd::Never => (None, None),
            RepeatEnd::Until(day) => (Some(day), None),
            RepeatEnd::Times(times) => (None, Some(times.into())),
        };
    }

    /// Sets which occurrence is next, and when the job makes it. A series by calendar without a further day is finished.
    fn schedule(&mut self, next: u32, zone: TimeZone) -> Result<(), StoreError> {
        self.row.next_position = stored(next)?;
        if self.is_active() && self.rule.mode == RepeatMode::Calendar && self.next_day().is_none() {
            self.set_state(SeriesState::Finished);
        }
        self.row.next_at = self.next_day().map(|day| zone.start_of(day));
        Ok(())
    }

    async fn save(&self, db: &Transaction) -> Result<(), StoreError> {
        self.row.clone().into_active_model().reset_all().update(db).await?;
        Ok(())
    }
}

/// A task's place in its series.
pub(super) struct Place {
    /// The series.
    pub series: Series,
    /// The position of the task.
    pub position: u32,
}

/// The series that a task is an occurrence of.
pub(super) async fn place_of(tx: &WorkspaceTx, task: Uuid) -> Result<Option<Place>, StoreError> {
    use task_occurrence::Column;
    let found = task_occurrence::Entity::find().filter(Column::WorkspaceId.eq(tx.workspace_id())).filter(Column::TaskId.eq(task));
    let Some(occurrence) = found.one(&tx.db).await? else { return Ok(None) };
    let row = task_series::Entity::find_by_id((occurrence.workspace_id, occurrence.series_id)).one(&tx.db).await?;
    let series = Series::of(row.ok_or(StoreError::Internal)?)?;
    Ok(Some(Place { series, position: occurrence.position.unsigned_abs() }))
}
