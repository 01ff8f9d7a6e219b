//! The rows of the list of deals for its export.

use super::{filter::WEIGHTED, list::ids_sql};
use crate::{
    Store, StoreError,
    database::sql::Sql,
    lists::{export_field::Field, ids_statement::IdsStatement, page::ALL_ROWS},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{access::Actor, deals::DealQuery, exports::Cell, money::Money};
use sea_orm::{FromQueryResult, prelude::Json};
use uuid::Uuid;

/// A deal with all that is exported of it, except its tags. A contact in the bin is `None`.
#[derive(FromQueryResult)]
pub(crate) struct ExportRow {
    pub id: Uuid,
    name: String,
    company_id: Uuid,
    company_name: String,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    stage: String,
    stage_name: String,
    stage_since: Option<DateTime<Utc>>,
    value: Option<i64>,
    probability: i16,
    weighted: Option<i64>,
    expected_close_date: Option<NaiveDate>,
    source: Option<String>,
    lost_reason: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    notes: Option<String>,
    pub metadata: Json,
    owner_id: Uuid,
    owner_name: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// All fields, in the order of their columns.
pub(crate) const EXPORT_FIELDS: &[Field<ExportRow>] = &[
    Field::new("name", "Name", |row| Cell::Text(row.name.clone())),
    Field::new("company", "Company", |row| Cell::Text(row.company_name.clone())),
    Field::new("contact", "Contact", |row| Cell::text(row.contact_name.clone())),
    Field::new("stage", "Stage", |row| Cell::choice(&row.stage, &row.stage_name)),
    Field::new("value", "Value", |row| Cell::money(row.value.map(Money::from_hundredths))),
    Field::new("probability", "Probability in %", |row| Cell::Number(row.probability.into())),
    Field::new("weighted", "Weighted value", |row| Cell::money(row.weighted.map(Money::from_hundredths))),
    Field::new("expected_close_date", "Expected close", |row| Cell::day(row.expected_close_date)),
    Field::new("tags", "Tags", |_| Cell::Empty),
    Field::new("source", "Source", |row| Cell::text(row.source.clone())),
    Field::new("lost_reason", "Lost reason", |row| Cell::text(row.lost_reason.clone())),
    Field::new("closed_at", "Closed", |row| Cell::time(row.closed_at)),
    Field::new("stage_since", "In its stage since", |row| Cell::Time(row.stage_since.unwrap_or(row.created_at))),
    Field::new("owner", "Owner", |row| Cell::Text(row.owner_name.clone())),
    Field::new("notes", "Notes", |row| Cell::text(row.notes.clone())),
    Field::new("created_at", "Added", |row| Cell::Time(row.created_at)),
    Field::new("updated_at", "Changed", |row| Cell::Time(row.updated_at)),
    Field::new("id", "Id", |row| Cell::Text(row.id.to_string())),
    Field::new("company_id", "Company id", |row| Cell::Text(row.company_id.to_string())),
    Field::new("contact_id", "Contact id", |row| Cell::text(row.contact_id)),
    Field::new("owner_id", "Owner id", |row| Cell::Text(row.owner_id.to_string())),
];

/// The statement that reads the ids of all deals that match, in the list's order.
pub(crate) async fn export_ids_sql(store: &Store, actor: &Actor, query: &DealQuery) -> Result<IdsStatement, StoreError> {
    let count = store.totals(actor, &query.filter).await?.count;
    Ok(ids_sql(store.backend(), actor.workspace_id.0, query, (count, ALL_ROWS)))
}

/// The deals with these ids, in any order; none that is in the bin.
pub(crate) async fn export_rows(store: &Store, actor: &Actor, ids: &[Uuid]) -> Result<Vec<ExportRow>, StoreError> {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids.iter().copied());
    sql.push(&format!(
        "SELECT d.id, d.name, d.company_id, c.name AS company_name, p.id AS contact_id, p.name AS contact_name, s.slug AS stage,
           s.name AS stage_name, d.stage_since, d.value, d.probability, {WEIGHTED} AS weighted, d.expected_close_date, d.source,
           d.lost_reason, d.closed_at, d.notes, d.metadata, d.owner_id, u.name AS owner_name, d.created_at, d.updated_at
         FROM deals d
         JOIN companies c ON c.workspace_id = $1 AND c.id = d.company_id
         JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
         JOIN users u ON u.id = d.owner_id
         LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = d.contact_id AND p.deleted_at IS NULL
         WHERE d.workspace_id = $1 AND d.id IN ({ids}) AND d.deleted_at IS NULL"
    ));
    Ok(sql.all(store.read()).await?)
}
