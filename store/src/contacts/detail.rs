//! One contact with counters.

use crate::{
    Store, StoreError,
    audit::history::{self, RecordEvent},
    custom_fields,
    database::{
        rows::{decode_enum, to_u64},
        sql::{indexed_by, sql},
    },
    error::authorize,
    last_contact::IS_CONTACT,
    tags::{Tag, Tagged, tags_of},
    tasks::open_of_record_sql,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::AuthorityLevel,
    custom_fields::CustomFields,
    ids::{CompanyId, ContactId, UserId},
    money::Money,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Most direct reports that are listed.
const REPORTS_MAX: i64 = 50;

/// Id and name of a contact, for a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
}

/// All fields of one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDetail {
    /// Id of the contact.
    pub id: ContactId,
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
    /// Their name.
    pub name: String,
    /// Email address.
    pub email: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Whether they are a decision-maker.
    pub is_decision_maker: bool,
    /// Level of authority.
    pub authority_level: Option<AuthorityLevel>,
    /// The company they are at.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// Whether it is archived.
    pub is_company_archived: bool,
    /// The contact they report to; `None` if that one is in the bin.
    pub reports_to: Option<Person>,
    /// Their direct reports, by name, at most 50.
    pub reports: Vec<Person>,
    /// Notes.
    pub notes: Option<String>,
    /// Custom fields.
    pub custom_fields: CustomFields,
    /// Their tags, by name.
    pub tags: Vec<Tag>,
    /// Number of their deals.
    pub deals_count: u64,
    /// Number of their open deals.
    pub open_deals_count: u64,
    /// Value of their open deals.
    pub open_deals_value: Money,
    /// Number of their won deals.
    pub won_deals_count: u64,
    /// Value of their won deals.
    pub won_deals_value: Money,
    /// Number of their activities.
    pub activities_count: u64,
    /// Number of open tasks.
    pub open_tasks_count: u64,
    /// Time of the latest call, email, message or meeting with them that has happened.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// Time of the next planned one.
    pub next_contact_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Everything known of one contact, in three short round trips. What is counted hangs on one contact and is found by
    /// its key.
    pub async fn contact(&self, actor: &Actor, id: ContactId) -> Result<ContactDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let open_tasks = open_of_record_sql(self.backend(), "contact_id", "$2");
        let by_contact = indexed_by(self.backend(), "activities_by_contact_id_date_id");
        let text = format!(
            "SELECT p.id, p.owner_id, u.name AS owner_name, p.version, p.created_at, p.updated_at, p.name, p.email, p.phone, p.job_title,
               p.is_decision_maker, p.authority_level, p.notes, p.metadata, c.id AS company_id, c.name AS company_name,
               c.archived_at AS company_archived_at,
               r.id AS reports_to_id, r.name AS reports_to_name,
               d.deals, d.open_deals, d.open_deals_value, d.won_deals, d.won_deals_value,
               (SELECT count(*) FROM activities a {by_contact} WHERE a.workspace_id = $1 AND a.contact_id = $2 AND a.deleted_at IS NULL) AS activities,
               (SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.contact_id = $2 AND {IS_CONTACT} AND a.date <= $3
                ORDER BY a.date DESC LIMIT 1) AS last_contact_at,
               (SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.contact_id = $2 AND {IS_CONTACT} AND a.date > $3
                ORDER BY a.date LIMIT 1) AS next_contact_at,
               {open_tasks} AS open_tasks
             FROM contacts p
             JOIN users u ON u.id = p.owner_id
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = p.company_id AND c.deleted_at IS NULL
             LEFT JOIN contacts r ON r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL
             CROSS JOIN (
               SELECT count(*) AS deals,
                 CAST(COALESCE(SUM(CASE WHEN s.kind = 'open' THEN 1 ELSE 0 END), 0) AS bigint) AS open_deals,
                 CAST(COALESCE(SUM(CASE WHEN s.kind = 'open' THEN d.value ELSE 0 END), 0) AS bigint) AS open_deals_value,
                 CAST(COALESCE(SUM(CASE WHEN s.kind = 'won' THEN 1 ELSE 0 END), 0) AS bigint) AS won_deals,
                 CAST(COALESCE(SUM(CASE WHEN s.kind = 'won' THEN d.value ELSE 0 END), 0) AS bigint) AS won_deals_value
               FROM deals d CROSS JOIN stages s
               WHERE d.workspace_id = $1 AND d.contact_id = $2 AND d.deleted_at IS NULL AND s.workspace_id = $1 AND s.id = d.stage_id
             ) AS d
             WHERE p.workspace_id = $1 AND p.id = $2 AND p.deleted_at IS NULL"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into(), self.now().into()]);
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        let tags = tags_of(self.read(), actor.workspace_id.0, Tagged::Contact, id.0).await?;
        let text = format!(
            "SELECT id, name FROM contacts WHERE workspace_id = $1 AND reports_to_id = $2 AND deleted_at IS NULL
             ORDER BY sort_key, id LIMIT {REPORTS_MAX}"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into()]);
        let reports: Vec<PersonRow> = statement.all(self.read()).await?;
        row.with(tags, reports.into_iter().map(|row| Person { id: ContactId(row.id), name: row.name }).collect())
    }

    /// What was done to a contact, newest first, at most 100.
    pub async fn contact_history(&self, actor: &Actor, id: ContactId) -> Result<Vec<RecordEvent>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        history::of_record(self.read(), actor, Entity::Contact, id.0).await
    }
}

#[derive(FromQueryResult)]
struct PersonRow {
    id: Uuid,
    name: String,
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
    email: Option<String>,
    phone: Option<String>,
    job_title: Option<String>,
    is_decision_maker: bool,
    authority_level: Option<String>,
    notes: Option<String>,
    metadata: serde_json::Value,
    company_id: Option<Uuid>,
    company_name: Option<String>,
    company_archived_at: Option<DateTime<Utc>>,
    reports_to_id: Option<Uuid>,
    reports_to_name: Option<String>,
    deals: i64,
    open_deals: i64,
    open_deals_value: i64,
    won_deals: i64,
    won_deals_value: i64,
    activities: i64,
    open_tasks: i64,
    last_contact_at: Option<DateTime<Utc>>,
    next_contact_at: Option<DateTime<Utc>>,
}

impl DetailRow {
    fn with(self, tags: Vec<Tag>, reports: Vec<Person>) -> Result<ContactDetail, StoreError> {
        Ok(ContactDetail {
            id: ContactId(self.id),
            owner_id: UserId(self.owner_id),
            owner_name: self.owner_name,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            name: self.name,
            email: self.email,
            phone: self.phone,
            job_title: self.job_title,
            is_decision_maker: self.is_decision_maker,
            authority_level: level_of(self.authority_level)?,
            company_id: self.company_id.map(CompanyId),
            company_name: self.company_name,
            is_company_archived: self.company_archived_at.is_some(),
            reports_to: self.reports_to_id.zip(self.reports_to_name).map(|(id, name)| Person { id: ContactId(id), name }),
            reports,
            notes: self.notes,
            custom_fields: custom_fields::from_json(self.metadata),
            tags,
            deals_count: to_u64(self.deals),
            open_deals_count: to_u64(self.open_deals),
            open_deals_value: Money::from_hundredths(self.open_deals_value),
            won_deals_count: to_u64(self.won_deals),
            won_deals_value: Money::from_hundredths(self.won_deals_value),
            activities_count: to_u64(self.activities),
            open_tasks_count: to_u64(self.open_tasks),
            last_contact_at: self.last_contact_at,
            next_contact_at: self.next_contact_at,
        })
    }
}

/// A contact's authority level from its word.
pub(crate) fn level_of(slug: Option<String>) -> Result<Option<AuthorityLevel>, StoreError> {
    slug.map(|slug| decode_enum(AuthorityLevel::from_slug(&slug), "contacts.authority_level")).transpose()
}
