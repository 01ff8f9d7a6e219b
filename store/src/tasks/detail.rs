//! One task with its history.

use super::{
    due::due_of_columns,
    series::{RuleColumns, SeriesState},
};
use crate::{
    Store, StoreError,
    activities::Linked,
    audit::history::{self, RecordEvent},
    database::{
        rows::{decode_enum, to_u64},
        sql::sql,
    },
    error::authorize,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, ContactId, DealId, TaskId, UserId},
    tasks::{CalendarDays, Due, Priority, Recurrence, RepeatMode, TaskStatus},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// All fields of one task. A link to a record in the bin is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskDetail {
    /// Id of the task.
    pub id: TaskId,
    /// Id of its owner, who is to do it.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// Its version, for the next edit.
    pub version: i64,
    /// Time of its creation.
    pub created_at: DateTime<Utc>,
    /// Time of its latest change.
    pub updated_at: DateTime<Utc>,
    /// What is to be done.
    pub title: String,
    /// When it is due.
    pub due: Option<Due>,
    /// Priority.
    pub priority: Priority,
    /// Status.
    pub status: TaskStatus,
    /// When it was done or canceled.
    pub closed_at: Option<DateTime<Utc>>,
    /// Its company.
    pub company: Option<Linked<CompanyId>>,
    /// Its contact.
    pub contact: Option<Linked<ContactId>>,
    /// Its deal.
    pub deal: Option<Linked<DealId>>,
    /// Notes.
    pub notes: Option<String>,
    /// Its series, if it repeats or did.
    pub series: Option<SeriesOfTask>,
}

/// The series of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesOfTask {
    /// The rule.
    pub rule: Recurrence,
    /// Whether it makes further occurrences.
    pub state: SeriesState,
    /// Its version, for the next edit.
    pub version: i64,
    /// The task before this one that is not in the bin.
    pub previous: Option<TaskId>,
    /// The task after this one that is not in the bin.
    pub next: Option<TaskId>,
    /// The day on which the next one to be made comes by calendar.
    pub comes_on: Option<NaiveDate>,
    /// Number of open tasks after this one, up to 100.
    pub later_open: u64,
}

#[derive(FromQueryResult)]
struct SeriesRow {
    version: i64,
    every: i32,
    unit: String,
    mode: String,
    until: Option<NaiveDate>,
    times: Option<i32>,
    first_on: NaiveDate,
    first_position: i32,
    next_position: i32,
    state: String,
    previous: Option<Uuid>,
    next: Option<Uuid>,
    later_open: i64,
}

#[derive(FromQueryResult)]
struct DetailRow {
    id: Uuid,
    owner_id: Uuid,
    owner_name: String,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    title: String,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    priority: String,
    status: String,
    closed_at: Option<DateTime<Utc>>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    notes: Option<String>,
    has_series: bool,
}

impl Store {
    /// One task, in one round trip, and another one if it has a series.
    pub async fn task(&self, actor: &Actor, id: TaskId) -> Result<TaskDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Task)?;
        let statement = sql(
            "SELECT t.id, t.owner_id, u.name AS owner_name, t.version, t.created_at, t.updated_at, t.title, t.due_on, t.due_at, t.priority,
               t.status, t.closed_at, t.notes, c.id AS company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name,
               d.id AS deal_id, d.name AS deal_name,
               EXISTS (SELECT 1 FROM task_occurrences o WHERE o.workspace_id = $1 AND o.task_id = t.id) AS has_series
             FROM tasks t
             JOIN users u ON u.id = t.owner_id
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = t.company_id AND c.deleted_at IS NULL
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = t.contact_id AND p.deleted_at IS NULL
             LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = t.deal_id AND d.deleted_at IS NULL
             WHERE t.workspace_id = $1 AND t.id = $2 AND t.deleted_at IS NULL",
            [actor.workspace_id.0.into(), id.0.into()],
        );
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        let series = if row.has_series { self.series_of_task(actor, id).await? } else { None };
        Ok(TaskDetail { series, ..row.try_into()? })
    }

    async fn series_of_task(&self, actor: &Actor, id: TaskId) -> Result<Option<SeriesOfTask>, StoreError> {
        let other = |compared: &str, order: &str| {
            format!(
                "(SELECT n.task_id FROM task_occurrences n JOIN tasks t ON t.workspace_id = $1 AND t.id = n.task_id
                  WHERE n.workspace_id = $1 AND n.series_id = o.series_id AND n.position {compared} o.position AND t.deleted_at IS NULL
                  ORDER BY n.position {order} LIMIT 1)"
            )
        };
        let text = format!(
            "SELECT s.version, s.every, s.unit, s.mode, s.until, s.times, s.first_on, s.first_position, s.next_position, s.state,
               {} AS previous, {} AS next,
               (SELECT count(*) FROM (SELECT 1 AS one FROM task_occurrences n JOIN tasks t ON t.workspace_id = $1 AND t.id = n.task_id
                  WHERE n.workspace_id = $1 AND n.series_id = o.series_id AND n.position > o.position AND t.status = 'open'
                    AND t.deleted_at IS NULL LIMIT 100) AS later) AS later_open
             FROM task_occurrences o JOIN task_series s ON s.workspace_id = $1 AND s.id = o.series_id
             WHERE o.workspace_id = $1 AND o.task_id = $2",
            other("<", "DESC"),
            other(">", "ASC")
        );
        let row: Option<SeriesRow> = sql(&text, [actor.workspace_id.0.into(), id.0.into()]).one(self.read()).await?;
        row.map(SeriesOfTask::try_from).transpose()
    }

    /// The changes of a task, newest first, at most 100.
    pub async fn task_history(&self, actor: &Actor, id: TaskId) -> Result<Vec<RecordEvent>, StoreError> {
        authorize(actor, Verb::Read, Entity::Task)?;
        history::of_record(self.read(), actor, Entity::Task, id.0).await
    }
}

impl TryFrom<DetailRow> for TaskDetail {
    type Error = StoreError;

    fn try_from(row: DetailRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: TaskId(row.id),
            owner_id: UserId(row.owner_id),
            owner_name: row.owner_name,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            title: row.title,
            due: due_of_columns(row.due_on, row.due_at),
            priority: decode_enum(Priority::from_slug(&row.priority), "tasks.priority")?,
            status: decode_enum(TaskStatus::from_slug(&row.status), "tasks.status")?,
            closed_at: row.closed_at,
            company: Linked::of(row.company_id, row.company_name, CompanyId),
            contact: Linked::of(row.contact_id, row.contact_name, ContactId),
            deal: Linked::of(row.deal_id, row.deal_name, DealId),
            notes: row.notes,
            series: None,
        })
    }
}

impl TryFrom<SeriesRow> for SeriesOfTask {
    type Error = StoreError;

    fn try_from(row: SeriesRow) -> Result<Self, StoreError> {
        let columns = RuleColumns { every: row.every, unit: &row.unit, mode: &row.mode, until: row.until, times: row.times };
        let (rule, state) = (columns.rule()?, SeriesState::decode(&row.state)?);
        let by_calendar = state == SeriesState::Active && rule.mode == RepeatMode::Calendar;
        let days = CalendarDays { rule, first_on: row.first_on, first_position: row.first_position };
        Ok(Self {
            rule,
            state,
            version: row.version,
            previous: row.previous.map(TaskId),
            next: row.next.map(TaskId),
            comes_on: by_calendar.then(|| days.day(row.next_position.unsigned_abs())).flatten(),
            later_open: to_u64(row.later_open),
        })
    }
}
