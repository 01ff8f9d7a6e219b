//! The rows of the list of activities for its export.

use super::list::{Times, ids_sql, sort_key};
use crate::{
    Store, StoreError,
    database::sql::Sql,
    lists::{
        export_field::Field,
        ids_statement::IdsStatement,
        page::{ALL_ROWS, ListCache, ListPlan},
        search::SearchTerms,
        time_range::TimeRange,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    activities::{ActivityQuery, ActivityType},
    exports::Cell,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// An activity with all that is exported of it. A record in the bin that it is about is `None`.
#[derive(FromQueryResult)]
pub(crate) struct ExportRow {
    pub id: Uuid,
    kind: String,
    subject: String,
    description: Option<String>,
    date: DateTime<Utc>,
    duration_minutes: Option<i32>,
    outcome: Option<String>,
    next_steps: Option<String>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    deal_id: Option<Uuid>,
    deal_name: Option<String>,
    owner_id: Uuid,
    owner_name: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// All fields, in the order of their columns.
pub(crate) const EXPORT_FIELDS: &[Field<ExportRow>] = &[
    Field::new("date", "Time", |row| Cell::Time(row.date)),
    Field::new("type", "Type", |row| Cell::choice(&row.kind, ActivityType::from_slug(&row.kind).map_or(&row.kind, |kind| kind.label()))),
    Field::new("subject", "Activity", |row| Cell::Text(row.subject.clone())),
    Field::new("company", "Company", |row| Cell::text(row.company_name.clone())),
    Field::new("contact", "Contact", |row| Cell::text(row.contact_name.clone())),
    Field::new("deal", "Deal", |row| Cell::text(row.deal_name.clone())),
    Field::new("duration_minutes", "Minutes", |row| Cell::number(row.duration_minutes)),
    Field::new("outcome", "Outcome", |row| Cell::text(row.outcome.clone())),
    Field::new("owner", "Owner", |row| Cell::Text(row.owner_name.clone())),
    Field::new("description", "Description", |row| Cell::text(row.description.clone())),
    Field::new("next_steps", "Next steps", |row| Cell::text(row.next_steps.clone())),
    Field::new("created_at", "Logged", |row| Cell::Time(row.created_at)),
    Field::new("updated_at", "Changed", |row| Cell::Time(row.updated_at)),
    Field::new("id", "Id", |row| Cell::Text(row.id.to_string())),
    Field::new("company_id", "Company id", |row| Cell::text(row.company_id)),
    Field::new("contact_id", "Contact id", |row| Cell::text(row.contact_id)),
    Field::new("deal_id", "Deal id", |row| Cell::text(row.deal_id)),
    Field::new("owner_id", "Owner id", |row| Cell::Text(row.owner_id.to_string())),
];

/// The statement that reads the ids of all activities that match, in the list's order. `days_utc`: the days of the query.
pub(crate) async fn export_ids_sql(
    store: &Store,
    actor: &Actor,
    query: &ActivityQuery,
    days_utc: TimeRange,
) -> Result<IdsStatement, StoreError> {
    let plan =
        ListPlan::build(store, actor, "activities", SearchTerms::parse(&query.q), ListCache::of(query, sort_key(query), None)).await?;
    let times = Times { range_utc: days_utc, now: store.now(), backend: store.backend() };
    Ok(ids_sql(actor, query, &plan, times, ALL_ROWS))
}

/// The activities with these ids, in any order; none that is in the bin.
pub(crate) async fn export_rows(store: &Store, actor: &Actor, ids: &[Uuid]) -> Result<Vec<ExportRow>, StoreError> {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids.iter().copied());
    sql.push(&format!(
        "SELECT a.id, a.type AS kind, a.subject, a.description, a.date, a.duration_minutes, a.outcome, a.next_steps,
           c.id AS company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name, d.id AS deal_id, d.name AS deal_name,
           a.owner_id, u.name AS owner_name, a.created_at, a.updated_at
         FROM activities a
         JOIN users u ON u.id = a.owner_id
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = a.company_id AND c.deleted_at IS NULL
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id AND p.deleted_at IS NULL
         LEFT JOIN deals d ON d.workspace_id = $1 AND d.id = a.deal_id AND d.deleted_at IS NULL
         WHERE a.workspace_id = $1 AND a.id IN ({ids}) AND a.deleted_at IS NULL"
    ));
    Ok(sql.all(store.read()).await?)
}
