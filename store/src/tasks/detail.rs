//! One task with its history.

use super::due::due_of_columns;
use crate::{
    Store, StoreError,
    activities::Linked,
    audit::history::{self, RecordEvent},
    database::{rows::decode_enum, sql::sql},
    error::authorize,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{CompanyId, ContactId, DealId, TaskId, UserId},
    tasks::{Due, Priority, TaskStatus},
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
}

impl Store {
    /// One task, in one round trip.
    pub async fn task(&self, actor: &Actor, id: TaskId) -> Result<TaskDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Task)?;
        let statement = sql(
            "SELECT t.id, t.owner_id, u.name AS owner_name, t.version, t.created_at, t.updated_at, t.title, t.due_on, t.due_at, t.priority,
               t.status, t.closed_at, t.notes, c.id AS company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name,
               d.id AS deal_id, d.name AS deal_name
             FROM tasks t
             JOIN users u ON u.id = t.owner_id
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = t.company_id AND c.deleted_at IS NULL
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = t.contact_id AND p.deleted_at IS NULL
             LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = t.deal_id AND d.deleted_at IS NULL
             WHERE t.workspace_id = $1 AND t.id = $2 AND t.deleted_at IS NULL",
            [actor.workspace_id.0.into(), id.0.into()],
        );
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        row.try_into()
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
        })
    }
}
