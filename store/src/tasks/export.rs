//! The rows of the list of tasks for its export.

use super::{
    list::{TaskTimes, ids_sql, sort_key},
    series::RuleColumns,
};
use crate::{
    Store, StoreError,
    database::sql::Sql,
    lists::{
        export_field::Field,
        ids_statement::IdsStatement,
        page::{ALL_ROWS, ListCache, ListPlan},
        search::SearchTerms,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::Actor,
    exports::Cell,
    tasks::{Priority, Recurrence, TaskQuery, TaskStatus},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// A task with all that is exported of it. A record in the bin that it is about is `None`.
#[derive(FromQueryResult)]
pub(crate) struct ExportRow {
    pub id: Uuid,
    title: String,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    priority: String,
    status: String,
    closed_at: Option<DateTime<Utc>>,
    notes: Option<String>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    owner_id: Uuid,
    owner_name: String,
    every: Option<i32>,
    unit: Option<String>,
    mode: Option<String>,
    until: Option<NaiveDate>,
    times: Option<i32>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ExportRow {
    /// The rule by which it repeats; `None` if its series makes no further ones.
    fn rule(&self) -> Option<Recurrence> {
        let (every, unit, mode) = (self.every?, self.unit.as_deref()?, self.mode.as_deref()?);
        RuleColumns { every, unit, mode, until: self.until, times: self.times }.rule().ok()
    }
}

/// All fields, in the order of their columns.
pub(crate) const EXPORT_FIELDS: &[Field<ExportRow>] = &[
    Field::new("title", "Task", |row| Cell::Text(row.title.clone())),
    Field::new("due_on", "Due day", |row| Cell::day(row.due_on)),
    Field::new("due_at", "Due time", |row| Cell::time(row.due_at)),
    Field::new("priority", "Priority", |row| {
        Cell::choice(&row.priority, Priority::from_slug(&row.priority).map_or(&row.priority, |priority| priority.label()))
    }),
    Field::new("status", "Status", |row| {
        Cell::choice(&row.status, TaskStatus::from_slug(&row.status).map_or(&row.status, |status| status.label()))
    }),
    Field::new("company", "Company", |row| Cell::text(row.company_name.clone())),
    Field::new("contact", "Contact", |row| Cell::text(row.contact_name.clone())),
    Field::new("deal", "Deal", |row| Cell::text(row.deal_name.clone())),
    Field::new("owner", "Owner", |row| Cell::Text(row.owner_name.clone())),
    Field::new("closed_at", "Finished", |row| Cell::time(row.closed_at)),
    Field::new("repeats", "Repeats", |row| Cell::text(row.rule().map(Recurrence::words))),
    Field::new("notes", "Notes", |row| Cell::text(row.notes.clone())),
    Field::new("created_at", "Added", |row| Cell::Time(row.created_at)),
    Field::new("updated_at", "Changed", |row| Cell::Time(row.updated_at)),
    Field::new("id", "Id", |row| Cell::Text(row.id.to_string())),
    Field::new("company_id", "Company id", |row| Cell::text(row.company_id)),
    Field::new("contact_id", "Contact id", |row| Cell::text(row.contact_id)),
    Field::new("deal_id", "Deal id", |row| Cell::text(row.deal_id)),
    Field::new("owner_id", "Owner id", |row| Cell::Text(row.owner_id.to_string())),
];

/// The statement that reads the ids of all tasks that match, in the list's order.
pub(crate) async fn export_ids_sql(store: &Store, actor: &Actor, query: &TaskQuery) -> Result<IdsStatement, StoreError> {
    let plan = ListPlan::build(store, actor, "tasks", SearchTerms::parse(&query.q), ListCache::of(query, sort_key(query), None)).await?;
    Ok(ids_sql(actor, query, &plan, TaskTimes { now: store.now(), backend: store.backend() }, ALL_ROWS))
}

/// The tasks with these ids, in any order; none that is in the bin.
pub(crate) async fn export_rows(store: &Store, actor: &Actor, ids: &[Uuid]) -> Result<Vec<ExportRow>, StoreError> {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids.iter().copied());
    sql.push(&format!(
        "SELECT t.id, t.title, t.due_on, t.due_at, t.priority, t.status, t.closed_at, t.notes,
           c.id AS company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name, d.id AS deal_id, d.name AS deal_name,
           t.owner_id, u.name AS owner_name, s.every, s.unit, s.mode, s.until, s.times, t.created_at, t.updated_at
         FROM tasks t
         JOIN users u ON u.id = t.owner_id
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = t.company_id AND c.deleted_at IS NULL
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = t.contact_id AND p.deleted_at IS NULL
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = t.deal_id AND d.deleted_at IS NULL
         LEFT JOIN task_occurrences o ON o.workspace_id = $1 AND o.task_id = t.id
         LEFT JOIN task_series s ON s.workspace_id = $1 AND s.id = o.series_id AND s.state = 'active'
         WHERE t.workspace_id = $1 AND t.id IN ({ids}) AND t.deleted_at IS NULL"
    ));
    Ok(sql.all(store.read()).await?)
}
