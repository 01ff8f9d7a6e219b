//! The rows of the list of companies for its export.

use super::page::{ids_sql, sort_key};
use crate::{
    Store, StoreError,
    database::{rows::from_unix_ms, sql::Sql},
    last_contact::{BoundNow, last_contact_sql},
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
    companies::{CompanyQuery, CompanySize, CompanyStatus},
    exports::Cell,
    money::Money,
};
use sea_orm::{FromQueryResult, prelude::Json};
use uuid::Uuid;

/// A company with all that is exported of it, except its tags.
#[derive(FromQueryResult)]
pub(crate) struct ExportRow {
    pub id: Uuid,
    name: String,
    industry: Option<String>,
    size: i16,
    status: String,
    website: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    tax_code: Option<String>,
    address: Option<String>,
    notes: Option<String>,
    pub metadata: Json,
    owner_id: Uuid,
    owner_name: String,
    archived_at: Option<DateTime<Utc>>,
    archive_reason: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    contacts: i64,
    deals: i64,
    activities: i64,
    open_deals: i64,
    open_deals_value: i64,
    won_deals: i64,
    won_deals_value: i64,
    last_contact_ms: i64,
}

/// All fields, in the order of their columns.
pub(crate) const EXPORT_FIELDS: &[Field<ExportRow>] = &[
    Field::new("name", "Name", |row| Cell::Text(row.name.clone())),
    Field::new("industry", "Industry", |row| Cell::text(row.industry.clone())),
    Field::new("size", "Size", |row| Cell::text(CompanySize::from_rank(row.size).map(CompanySize::slug))),
    Field::new("status", "Status", |row| {
        Cell::choice(&row.status, CompanyStatus::from_slug(&row.status).map_or(&row.status, |status| status.label()))
    }),
    Field::new("tags", "Tags", |_| Cell::Empty),
    Field::new("website", "Website", |row| Cell::text(row.website.clone())),
    Field::new("phone", "Phone", |row| Cell::text(row.phone.clone())),
    Field::new("email", "Email", |row| Cell::text(row.email.clone())),
    Field::new("tax_code", "Tax code", |row| Cell::text(row.tax_code.clone())),
    Field::new("address", "Address", |row| Cell::text(row.address.clone())),
    Field::new("contacts", "Contacts", |row| Cell::Number(row.contacts)),
    Field::new("deals", "Deals", |row| Cell::Number(row.deals)),
    Field::new("activities", "Activities", |row| Cell::Number(row.activities)),
    Field::new("open_deals", "Open deals", |row| Cell::Number(row.open_deals)),
    Field::new("open_deals_value", "Value of open deals", |row| Cell::Money(Money::from_hundredths(row.open_deals_value))),
    Field::new("won_deals", "Won deals", |row| Cell::Number(row.won_deals)),
    Field::new("won_deals_value", "Value of won deals", |row| Cell::Money(Money::from_hundredths(row.won_deals_value))),
    Field::new("last_contact_at", "Last contact", |row| Cell::time(from_unix_ms(row.last_contact_ms))),
    Field::new("owner", "Owner", |row| Cell::Text(row.owner_name.clone())),
    Field::new("notes", "Notes", |row| Cell::text(row.notes.clone())),
    Field::new("archived_at", "Archived", |row| Cell::time(row.archived_at)),
    Field::new("archive_reason", "Reason for archiving", |row| Cell::text(row.archive_reason.clone())),
    Field::new("created_at", "Added", |row| Cell::Time(row.created_at)),
    Field::new("updated_at", "Changed", |row| Cell::Time(row.updated_at)),
    Field::new("id", "Id", |row| Cell::Text(row.id.to_string())),
    Field::new("owner_id", "Owner id", |row| Cell::Text(row.owner_id.to_string())),
];

/// The statement that reads the ids of all companies that match, in the list's order.
pub(crate) async fn export_ids_sql(store: &Store, actor: &Actor, query: &CompanyQuery) -> Result<IdsStatement, StoreError> {
    let terms = SearchTerms::parse(&query.q).archived(query.archived);
    let plan = ListPlan::build(store, actor, "companies", terms, ListCache::of(query, sort_key(query), None)).await?;
    Ok(ids_sql(actor, query, &plan, store.now(), ALL_ROWS))
}

/// The companies with these ids, in any order; none that is in the bin.
pub(crate) async fn export_rows(store: &Store, actor: &Actor, ids: &[Uuid]) -> Result<Vec<ExportRow>, StoreError> {
    let mut sql = Sql::with([actor.workspace_id.0.into()]);
    let now = BoundNow::bind(&mut sql, store.now());
    let last_contact = last_contact_sql(store.backend(), "k", &now);
    let ids = sql.bind_all(ids.iter().copied());
    sql.push(&format!(
        "SELECT c.id, c.name, c.industry, c.size, c.status, c.website, c.phone, c.email, c.tax_code, c.address, c.notes, c.metadata,
           c.owner_id, u.name AS owner_name, c.archived_at, c.archive_reason, c.created_at, c.updated_at,
           k.contacts, k.deals, k.activities, k.open_deals, k.open_deals_value, k.won_deals, k.won_deals_value,
           {last_contact} AS last_contact_ms
         FROM companies c
         JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = c.id
         JOIN users u ON u.id = c.owner_id
         WHERE c.workspace_id = $1 AND c.id IN ({ids}) AND c.deleted_at IS NULL"
    ));
    Ok(sql.all(store.read()).await?)
}
