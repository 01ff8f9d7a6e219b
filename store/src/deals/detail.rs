//! One deal.

use super::weighted;
use crate::{
    Store, StoreError, custom_fields,
    database::{
        rows::{decode_enum, to_u64},
        sql::sql,
    },
    error::authorize,
    last_contact::IS_CONTACT,
    stages::Stage,
    tasks::open_of_record_sql,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    custom_fields::CustomFields,
    ids::{CompanyId, ContactId, DealId, StageId, UserId},
    money::Money,
    stages::{StageColor, StageKind},
};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

/// All fields of one deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealDetail {
    /// Id of the deal.
    pub id: DealId,
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
    /// Its value; `None` if it is not known.
    pub value: Option<Money>,
    /// Its value times its probability, half a hundredth rounded up.
    pub weighted_value: Option<Money>,
    /// Its stage.
    pub stage: Stage,
    /// Probability that it is won, in percent.
    pub probability: i16,
    /// The company it is with.
    pub company_id: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// Whether the company is archived.
    pub is_company_archived: bool,
    /// The contact it is with, unless that one is in the bin.
    pub contact_id: Option<ContactId>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// Expected closing day.
    pub expected_close_date: Option<NaiveDate>,
    /// Where it came from.
    pub source: Option<String>,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
    /// Notes.
    pub notes: Option<String>,
    /// Custom fields.
    pub custom_fields: CustomFields,
    /// When it came to its stage.
    pub stage_since: DateTime<Utc>,
    /// Time of the latest call, email, message or meeting about it that has happened.
    pub last_contact_at: Option<DateTime<Utc>>,
    /// Time of the next planned one.
    pub next_contact_at: Option<DateTime<Utc>>,
    /// Whether an open task is not overdue.
    pub has_task_ahead: bool,
    /// Number of open tasks.
    pub open_tasks: u64,
    /// Number of activities.
    pub activities: u64,
}

impl DealDetail {
    /// Whole days that it has been idle; `None` if that is less than its stage allows, or a contact is planned, or a task that is not
    /// overdue.
    pub fn idle_days(&self, now: DateTime<Utc>) -> Option<i64> {
        let touched = self.last_contact_at.map_or(self.stage_since, |at| at.max(self.stage_since));
        domain::deals::idle_days(self.stage.idle_days, touched, self.next_contact_at.is_some() || self.has_task_ahead, now)
    }
}

impl Store {
    /// One deal, in one round trip.
    pub async fn deal(&self, actor: &Actor, id: DealId) -> Result<DealDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let open_tasks = open_of_record_sql(self.backend(), "deal_id", "$2");
        let text = format!(
            "SELECT d.id, d.owner_id, u.name AS owner_name, d.version, d.created_at, d.updated_at, d.name, d.value, d.probability,
               d.stage_id, s.name AS stage_name, s.slug AS stage_slug, s.kind AS stage_kind, s.color AS stage_color, s.position AS stage_position,
               s.probability AS stage_probability, s.idle_days AS stage_idle_days,
               d.company_id, c.name AS company_name, c.archived_at AS company_archived_at, p.id AS contact_id, p.name AS contact_name,
               d.expected_close_date, d.source, d.lost_reason, d.closed_at, d.notes, d.metadata, d.stage_since,
               (SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.deal_id = d.id AND {IS_CONTACT} AND a.date <= $3
                ORDER BY a.date DESC LIMIT 1) AS last_contact_at,
               (SELECT a.date FROM activities a WHERE a.workspace_id = $1 AND a.deal_id = d.id AND {IS_CONTACT} AND a.date > $3
                ORDER BY a.date LIMIT 1) AS next_contact_at,
               (SELECT count(*) FROM activities a WHERE a.workspace_id = $1 AND a.deal_id = d.id AND a.deleted_at IS NULL) AS activities,
               {open_tasks} AS open_tasks,
               COALESCE(d.last_task_due_by >= $3, FALSE) AS has_task_ahead
             FROM deals d
             JOIN users u ON u.id = d.owner_id
             JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
             JOIN companies c ON c.workspace_id = $1 AND c.id = d.company_id
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = d.contact_id AND p.deleted_at IS NULL
             WHERE d.workspace_id = $1 AND d.id = $2 AND d.deleted_at IS NULL"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into(), self.now().into()]);
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        row.try_into()
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
    value: Option<i64>,
    probability: i16,
    stage_id: Uuid,
    stage_name: String,
    stage_slug: String,
    stage_kind: String,
    stage_color: String,
    stage_position: i32,
    stage_probability: i16,
    stage_idle_days: Option<i16>,
    company_id: Uuid,
    company_name: String,
    company_archived_at: Option<DateTime<Utc>>,
    contact_id: Option<Uuid>,
    contact_name: Option<String>,
    expected_close_date: Option<NaiveDate>,
    source: Option<String>,
    lost_reason: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    notes: Option<String>,
    metadata: Value,
    stage_since: Option<DateTime<Utc>>,
    last_contact_at: Option<DateTime<Utc>>,
    next_contact_at: Option<DateTime<Utc>>,
    activities: i64,
    open_tasks: i64,
    has_task_ahead: bool,
}

impl TryFrom<DetailRow> for DealDetail {
    type Error = StoreError;

    fn try_from(row: DetailRow) -> Result<Self, StoreError> {
        let value = row.value.map(Money::from_hundredths);
        Ok(Self {
            id: DealId(row.id),
            owner_id: UserId(row.owner_id),
            owner_name: row.owner_name,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            name: row.name,
            value,
            weighted_value: value.map(|value| weighted(value, row.probability)),
            stage: Stage {
                id: StageId(row.stage_id),
                name: row.stage_name,
                slug: row.stage_slug,
                kind: decode_enum(StageKind::from_slug(&row.stage_kind), "stages.kind")?,
                color: decode_enum(StageColor::from_slug(&row.stage_color), "stages.color")?,
                position: row.stage_position,
                probability: row.stage_probability,
                idle_days: row.stage_idle_days,
            },
            probability: row.probability,
            company_id: CompanyId(row.company_id),
            company_name: row.company_name,
            is_company_archived: row.company_archived_at.is_some(),
            contact_id: row.contact_id.map(ContactId),
            contact_name: row.contact_name,
            expected_close_date: row.expected_close_date,
            source: row.source,
            lost_reason: row.lost_reason,
            closed_at: row.closed_at,
            notes: row.notes,
            custom_fields: custom_fields::from_json(row.metadata),
            stage_since: row.stage_since.unwrap_or(row.created_at),
            last_contact_at: row.last_contact_at,
            next_contact_at: row.next_contact_at,
            activities: to_u64(row.activities),
            open_tasks: to_u64(row.open_tasks),
            has_task_ahead: row.has_task_ahead,
        })
    }
}
