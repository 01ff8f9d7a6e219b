//! The rows of the list of contacts for its export.

use super::page::{ids_sql, sort_key};
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
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    contacts::{AuthorityLevel, ContactQuery},
    exports::Cell,
};
use sea_orm::{FromQueryResult, prelude::Json};
use uuid::Uuid;

/// A contact with all that is exported of it, except its tags. What it refers to in the bin is `None`.
#[derive(FromQueryResult)]
pub(crate) struct ExportRow {
    pub id: Uuid,
    name: String,
    job_title: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    is_decision_maker: bool,
    authority_level: Option<String>,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    reports_to_id: Option<Uuid>,
    reports_to_name: Option<String>,
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
    Field::new("job_title", "Role", |row| Cell::text(row.job_title.clone())),
    Field::new("company", "Company", |row| Cell::text(row.company_name.clone())),
    Field::new("is_decision_maker", "Decision-maker", |row| Cell::Flag(row.is_decision_maker)),
    Field::new("authority_level", "Authority", |row| {
        row.authority_level
            .as_deref()
            .map_or(Cell::Empty, |slug| Cell::choice(slug, AuthorityLevel::from_slug(slug).map_or(slug, |level| level.label())))
    }),
    Field::new("phone", "Phone", |row| Cell::text(row.phone.clone())),
    Field::new("email", "Email", |row| Cell::text(row.email.clone())),
    Field::new("tags", "Tags", |_| Cell::Empty),
    Field::new("reports_to", "Reports to", |row| Cell::text(row.reports_to_name.clone())),
    Field::new("owner", "Owner", |row| Cell::Text(row.owner_name.clone())),
    Field::new("notes", "Notes", |row| Cell::text(row.notes.clone())),
    Field::new("created_at", "Added", |row| Cell::Time(row.created_at)),
    Field::new("updated_at", "Changed", |row| Cell::Time(row.updated_at)),
    Field::new("id", "Id", |row| Cell::Text(row.id.to_string())),
    Field::new("company_id", "Company id", |row| Cell::text(row.company_id)),
    Field::new("reports_to_id", "Reports to id", |row| Cell::text(row.reports_to_id)),
    Field::new("owner_id", "Owner id", |row| Cell::Text(row.owner_id.to_string())),
];

/// The statement that reads the ids of all contacts that match, in the list's order.
pub(crate) async fn export_ids_sql(store: &Store, actor: &Actor, query: &ContactQuery) -> Result<IdsStatement, StoreError> {
    let plan = ListPlan::build(store, actor, "contacts", SearchTerms::parse(&query.q), ListCache::of(query, sort_key(query), None)).await?;
    Ok(ids_sql(actor, query, &plan, store.now(), ALL_ROWS))
}

/// The contacts with these ids, in any order; none that is in the bin.
pub(crate) async fn export_rows(store: &Store, actor: &Actor, ids: &[Uuid]) -> Result<Vec<ExportRow>, StoreError> {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let ids = sql.bind_all(ids.iter().copied());
    sql.push(&format!(
        "SELECT p.id, p.name, p.job_title, p.phone, p.email, p.is_decision_maker, p.authority_level, c.id AS company_id,
           c.name AS company_name, r.id AS reports_to_id, r.name AS reports_to_name, p.notes, p.metadata, p.owner_id, u.name AS owner_name,
           p.created_at, p.updated_at
         FROM contacts p
         JOIN users u ON u.id = p.owner_id
         LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = p.company_id AND c.deleted_at IS NULL
         LEFT JOIN contacts r ON r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL
         WHERE p.workspace_id = $1 AND p.id IN ({ids}) AND p.deleted_at IS NULL"
    ));
    Ok(sql.all(store.read()).await?)
}
