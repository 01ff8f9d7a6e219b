//! One company with counters.

use super::archive::Archival;
use crate::{
    Store, StoreError, custom_fields,
    database::{
        rows::{decode_enum, from_unix_ms, to_u64},
        sql::Sql,
    },
    error::authorize,
    last_contact::{BoundNow, IS_CONTACT, last_contact_sql, last_primary_contact_sql},
    tags::{Tag, Tagged, tags_of},
    tasks::open_of_record_sql,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    companies::{CompanySize, CompanyStatus},
    custom_fields::CustomFields,
    ids::{CompanyId, UserId},
    money::Money,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// All fields of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDetail {
    /// Id of the company.
    pub id: CompanyId,
    /// Id of its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: String,
    /// Its version, for the next edit.
    pub version: i64,
    /// Time of its creation.
    pub created_at: DateTime<Utc>,
    /// Time of its latest change.
    pub updated_at: DateTime<Utc>,
    /// Its name.
    pub name: String,
    /// Its industry.
    pub industry: Option<String>,
    /// Its size in employees.
    pub size: Option<CompanySize>,
    /// Its status.
    pub status: CompanyStatus,
    /// Web address with its scheme.
    pub website: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Tax code.
    pub tax_code: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Notes.
    pub notes: Option<String>,
    /// Custom fields.
    pub custom_fields: CustomFields,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
    /// Number of contacts.
    pub contacts_count: u64,
    /// Number of contacts that are decision-makers.
    pub decision_makers_count: u64,
    /// Number of deals.
    pub deals_count: u64,
    /// Number of activities.
    pub activities_count: u64,
    /// Number of open tasks.
    pub open_tasks_count: u64,
    /// Number of open deals.
    pub open_deals_count: u64,
    /// Value of its open deals.
    pub open_deals_value: Money,
    /// Number of won deals.
    pub won_deals_count: u64,
    /// Value of its won deals.
    pub won_deals_value: Money,
    /// Number of primary contacts.
    pub primary_contacts_count: u64,
    /// Time of the latest call, email, message or meeting with a primary contact that has happened.
    pub last_primary_contact_at: Option<DateTime<Utc>>,
    /// Time of the latest call, email, message or meeting with it that has happened.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// Time of the next planned one.
    pub next_contact_at: Option<DateTime<Utc>>,
    /// How it was archived; `None` if it is not.
    pub archived: Option<Archival>,
}

impl Store {
    /// One company, also an archived one, in two round trips.
    pub async fn company(&self, actor: &Actor, id: CompanyId) -> Result<CompanyDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let mut statement = Sql::with([actor.workspace_id.0.into(), id.0.into()]);
        let now = BoundNow::bind(&mut statement, self.now());
        let last_contact = last_contact_sql(self.backend(), "k", &now);
        let last_primary_contact = last_primary_contact_sql(self.backend(), "k", &now);
        let open_tasks = open_of_record_sql(self.backend(), "company_id", "$2");
        statement.push(&format!(
            "SELECT c.id, c.owner_id, u.name AS owner_name, c.version, c.created_at, c.updated_at, c.name, c.industry, c.size, c.status,
               c.website, c.phone, c.email, c.tax_code, c.address, c.notes, c.metadata,
               c.archived_at, c.archive_reason,
               (SELECT a.name FROM audit_log l JOIN users a ON a.id = l.actor_id
                WHERE l.workspace_id = $1 AND l.entity = 'company' AND l.entity_id = $2 AND l.action = 'archive' AND l.at = c.archived_at
                LIMIT 1) AS archived_by,
               k.contacts, k.deals, k.activities, k.open_deals, k.open_deals_value, k.won_deals, k.won_deals_value, k.primary_contacts,
               {last_contact} AS last_contact_ms, {last_primary_contact} AS last_primary_contact_ms,
               (SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.company_id = $2 AND {IS_CONTACT} AND a.date > {now}
                ORDER BY a.date LIMIT 1) AS next_contact_at,
               (SELECT count(*) FROM contacts p WHERE p.workspace_id = $1 AND p.company_id = $2 AND p.is_decision_maker
                AND p.deleted_at IS NULL) AS decision_makers,
               {open_tasks} AS open_tasks
             FROM companies c
             JOIN users u ON u.id = c.owner_id
             JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = $2
             WHERE c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL",
            now = now.time,
        ));
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        let tags = tags_of(self.read(), actor.workspace_id.0, Tagged::Company, id.0).await?;
        row.with(tags)
    }
}

#[derive(FromQueryResult)]
struct DetailRow {
    id: Uuid,
    owner_id: Uuid,
    owner_name: String,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
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
    metadata: serde_json::Value,
    archived_at: Option<DateTime<Utc>>,
    archive_reason: Option<String>,
    archived_by: Option<String>,
    contacts: i64,
    decision_makers: i64,
    deals: i64,
    activities: i64,
    open_tasks: i64,
    open_deals: i64,
    open_deals_value: i64,
    won_deals: i64,
    won_deals_value: i64,
    last_contact_ms: i64,
    next_contact_at: Option<DateTime<Utc>>,
    primary_contacts: i64,
    last_primary_contact_ms: i64,
}

impl DetailRow {
    fn with(self, tags: Vec<Tag>) -> Result<CompanyDetail, StoreError> {
        Ok(CompanyDetail {
            id: CompanyId(self.id),
            owner_id: UserId(self.owner_id),
            owner_name: self.owner_name,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            name: self.name,
            industry: self.industry,
            size: CompanySize::from_rank(self.size),
            status: decode_enum(CompanyStatus::from_slug(&self.status), "companies.status")?,
            website: self.website,
            phone: self.phone,
            email: self.email,
            tax_code: self.tax_code,
            address: self.address,
            notes: self.notes,
            custom_fields: custom_fields::from_json(self.metadata),
            tags,
            contacts_count: to_u64(self.contacts),
            decision_makers_count: to_u64(self.decision_makers),
            deals_count: to_u64(self.deals),
            activities_count: to_u64(self.activities),
            open_tasks_count: to_u64(self.open_tasks),
            open_deals_count: to_u64(self.open_deals),
            open_deals_value: Money::from_hundredths(self.open_deals_value),
            won_deals_count: to_u64(self.won_deals),
            won_deals_value: Money::from_hundredths(self.won_deals_value),
            primary_contacts_count: to_u64(self.primary_contacts),
            last_primary_contact_at: from_unix_ms(self.last_primary_contact_ms),
            last_contact_at: from_unix_ms(self.last_contact_ms),
            next_contact_at: self.next_contact_at,
            archived: self.archived_at.map(|at| Archival { at, by: self.archived_by, reason: self.archive_reason.unwrap_or_default() }),
        })
    }
}
