//! One company with its figures, the lists of its tabs, and the names a select offers.

use crate::{
    Store, StoreError,
    error::authorize,
    rows::{known, time_of_ms, uint},
    search::{self, FEW, Needle, count_hits},
    sql::{Sql, sql},
    tags::Tag,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    activities::ActivityType,
    companies::{CompanySize, CompanyStatus},
    contacts::AuthorityLevel,
    ids::{ActivityId, CompanyId, ContactId, DealId, TagId, UserId},
    money::Money,
    stages::StageKind,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// Rows of a tab at most.
const TAB_MAX: i64 = 200;

/// Everything known of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDetail {
    /// Which company.
    pub id: CompanyId,
    /// Whose it is.
    pub owner_id: UserId,
    /// That person's name.
    pub owner_name: String,
    /// Its version, for the next edit.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Its name.
    pub name: String,
    /// Its line of business.
    pub industry: Option<String>,
    /// How many people work there.
    pub size: Option<CompanySize>,
    /// Where we stand with it.
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
    /// Anything else.
    pub notes: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
    /// How many contacts it has.
    pub contacts_count: u64,
    /// How many of them decide.
    pub decision_makers_count: u64,
    /// How many deals it has.
    pub deals_count: u64,
    /// How many activities it has.
    pub activities_count: u64,
    /// How many of its deals are open.
    pub open_deals_count: u64,
    /// What those are worth together.
    pub open_deals_value: Money,
    /// How many of its deals are won.
    pub won_deals_count: u64,
    /// What those are worth together.
    pub won_deals_value: Money,
    /// The date of its latest activity.
    pub last_contact_at: Option<DateTime<Utc>>,
}

/// A person at the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyContact {
    /// Which contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// What they do there.
    pub job_title: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Whether they decide.
    pub is_decision_maker: bool,
    /// How much they decide.
    pub authority_level: Option<AuthorityLevel>,
    /// Whom they report to, unless that person is in the bin.
    pub reports_to: Option<ContactId>,
}

/// A deal with the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDeal {
    /// Which deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// What it is worth.
    pub value: Money,
    /// The name of its stage.
    pub stage_name: String,
    /// The slug of its stage.
    pub stage_slug: String,
    /// What that stage means.
    pub stage_kind: StageKind,
    /// How likely it is won, in percent.
    pub probability: i16,
    /// The day it is expected to close.
    pub expected_close_date: Option<NaiveDate>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Something that happened with the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyActivity {
    /// Which activity.
    pub id: ActivityId,
    /// What kind it was.
    pub kind: ActivityType,
    /// What it was about.
    pub subject: String,
    /// What was said.
    pub description: Option<String>,
    /// When it was.
    pub date: DateTime<Utc>,
    /// How long it took, in minutes.
    pub duration_minutes: Option<i32>,
    /// What came of it.
    pub outcome: Option<String>,
    /// What is to be done next.
    pub next_steps: Option<String>,
    /// With whom.
    pub contact_name: Option<String>,
    /// Who logged it.
    pub owner_name: String,
}

/// A company in a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyOption {
    /// Which company.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
}

impl Store {
    /// Everything known of one company, in two round trips.
    pub async fn company(&self, actor: &Actor, id: CompanyId) -> Result<CompanyDetail, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let key = [actor.workspace_id.0.into(), id.0.into()];
        let statement = sql(
            "SELECT c.id, c.owner_id, u.name AS owner_name, c.version, c.created_at, c.updated_at, c.name, c.industry, c.size, c.status,
               c.website, c.phone, c.email, c.tax_code, c.address, c.notes,
               k.contacts, k.deals, k.activities, k.open_deals, k.open_deals_value, k.won_deals, k.won_deals_value, k.last_contact_ms,
               (SELECT count(*) FROM contacts p WHERE p.workspace_id = $1 AND p.company_id = $2 AND p.is_decision_maker
                AND p.deleted_at IS NULL) AS decision_makers
             FROM companies c
             JOIN users u ON u.id = c.owner_id
             JOIN company_counters k ON k.workspace_id = $1 AND k.company_id = $2
             WHERE c.workspace_id = $1 AND c.id = $2 AND c.deleted_at IS NULL",
            key,
        );
        let row: DetailRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        let tags = tags_of(self.read(), actor, id).await?;
        row.with(tags)
    }

    /// The people at a company, by name, at most 200.
    pub async fn company_contacts(&self, actor: &Actor, id: CompanyId) -> Result<Vec<CompanyContact>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let statement = sql(
            "SELECT p.id, p.name, p.job_title, p.email, p.phone, p.is_decision_maker, p.authority_level, r.id AS reports_to
             FROM contacts p
             LEFT JOIN contacts r ON r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL
             WHERE p.workspace_id = $1 AND p.company_id = $2 AND p.deleted_at IS NULL
             ORDER BY p.name_key, p.id LIMIT $3",
            [actor.workspace_id.0.into(), id.0.into(), TAB_MAX.into()],
        );
        let rows: Vec<ContactRow> = statement.all(self.read()).await?;
        rows.into_iter().map(CompanyContact::try_from).collect()
    }

    /// The deals with a company, open ones first, then by name, at most 200.
    pub async fn company_deals(&self, actor: &Actor, id: CompanyId) -> Result<Vec<CompanyDeal>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let statement = sql(
            "SELECT d.id, d.name, d.value, s.name AS stage_name, s.slug AS stage_slug, s.kind AS stage_kind, d.probability,
               d.expected_close_date, d.closed_at
             FROM deals d JOIN stages s ON s.workspace_id = $1 AND s.id = d.stage_id
             WHERE d.workspace_id = $1 AND d.company_id = $2 AND d.deleted_at IS NULL
             ORDER BY CASE s.kind WHEN 'open' THEN 0 ELSE 1 END, d.name_key, d.id LIMIT $3",
            [actor.workspace_id.0.into(), id.0.into(), TAB_MAX.into()],
        );
        let rows: Vec<DealRow> = statement.all(self.read()).await?;
        rows.into_iter().map(CompanyDeal::try_from).collect()
    }

    /// What happened with a company, newest first, at most `limit` and never more than 200.
    pub async fn company_activities(&self, actor: &Actor, id: CompanyId, limit: u64) -> Result<Vec<CompanyActivity>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let limit = i64::try_from(limit).unwrap_or(TAB_MAX).min(TAB_MAX);
        let statement = sql(
            "SELECT a.id, a.type AS kind, a.subject, a.description, a.date, a.duration_minutes, a.outcome, a.next_steps,
               p.name AS contact_name, u.name AS owner_name
             FROM activities a
             JOIN users u ON u.id = a.owner_id
             LEFT JOIN contacts p ON p.workspace_id = $1 AND p.id = a.contact_id AND p.deleted_at IS NULL
             WHERE a.workspace_id = $1 AND a.company_id = $2 AND a.deleted_at IS NULL
             ORDER BY a.date DESC, a.id DESC LIMIT $3",
            [actor.workspace_id.0.into(), id.0.into(), limit.into()],
        );
        let rows: Vec<ActivityRow> = statement.all(self.read()).await?;
        rows.into_iter().map(CompanyActivity::try_from).collect()
    }

    /// Companies for a select: those whose name or tags match `q`, or all, by name, at most `limit` and never more than 200.
    pub async fn company_options(&self, actor: &Actor, q: Option<&str>, limit: u64) -> Result<Vec<CompanyOption>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let db = self.read();
        let limit = i64::try_from(limit).unwrap_or(TAB_MAX).min(TAB_MAX);
        let needle = Needle::of(q.unwrap_or_default());
        let mut few = None;
        if let Some(phrases) = needle.phrases(db.get_database_backend()) {
            let number = count_hits(db, actor.workspace_id.0, "companies", &phrases, FEW + 1).await?;
            few = (number <= FEW).then_some(phrases);
        }
        let mut statement = Sql::with([actor.workspace_id.0.into()]);
        let (mut from, mut all) = ("companies c".to_owned(), vec!["c.workspace_id = $1".to_owned(), "c.deleted_at IS NULL".to_owned()]);
        if let Some(phrases) = few {
            let (hits, condition) = search::hits(&mut statement, "companies", &phrases);
            from = format!("{hits} CROSS JOIN companies c ON c.workspace_id = $1 AND c.id = d.id");
            all.push(condition);
            all.extend(needle.rest(&mut statement, "c"));
        } else {
            all.extend(needle.scanned(&mut statement, "c"));
        }
        let limit = statement.bind(limit);
        statement.push(&format!("SELECT c.id, c.name FROM {from} WHERE {} ORDER BY c.name_key, c.id LIMIT {limit}", all.join(" AND ")));
        let rows: Vec<OptionRow> = statement.all(db).await?;
        Ok(rows.into_iter().map(|row| CompanyOption { id: CompanyId(row.id), name: row.name }).collect())
    }
}

/// The tags of a company, by name.
pub(super) async fn tags_of(db: &impl ConnectionTrait, actor: &Actor, id: CompanyId) -> Result<Vec<Tag>, StoreError> {
    let statement = sql(
        "SELECT t.id, t.name, t.color FROM company_tags ct
         JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id
         WHERE ct.workspace_id = $1 AND ct.company_id = $2 ORDER BY t.name_key",
        [actor.workspace_id.0.into(), id.0.into()],
    );
    let rows: Vec<TagRow> = statement.all(db).await?;
    Ok(rows.into_iter().map(|row| Tag { id: TagId(row.id), name: row.name, color: row.color }).collect())
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
    contacts: i64,
    decision_makers: i64,
    deals: i64,
    activities: i64,
    open_deals: i64,
    open_deals_value: i64,
    won_deals: i64,
    won_deals_value: i64,
    last_contact_ms: i64,
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
            status: known(CompanyStatus::from_slug(&self.status), "companies.status")?,
            website: self.website,
            phone: self.phone,
            email: self.email,
            tax_code: self.tax_code,
            address: self.address,
            notes: self.notes,
            tags,
            contacts_count: uint(self.contacts),
            decision_makers_count: uint(self.decision_makers),
            deals_count: uint(self.deals),
            activities_count: uint(self.activities),
            open_deals_count: uint(self.open_deals),
            open_deals_value: Money::from_hundredths(self.open_deals_value),
            won_deals_count: uint(self.won_deals),
            won_deals_value: Money::from_hundredths(self.won_deals_value),
            last_contact_at: time_of_ms(self.last_contact_ms),
        })
    }
}

#[derive(FromQueryResult)]
struct TagRow {
    id: Uuid,
    name: String,
    color: String,
}

#[derive(FromQueryResult)]
struct OptionRow {
    id: Uuid,
    name: String,
}

#[derive(FromQueryResult)]
struct ContactRow {
    id: Uuid,
    name: String,
    job_title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    is_decision_maker: bool,
    authority_level: Option<String>,
    reports_to: Option<Uuid>,
}

impl TryFrom<ContactRow> for CompanyContact {
    type Error = StoreError;

    fn try_from(row: ContactRow) -> Result<Self, StoreError> {
        let level = row.authority_level.map(|level| known(AuthorityLevel::from_slug(&level), "contacts.authority_level"));
        Ok(Self {
            id: ContactId(row.id),
            name: row.name,
            job_title: row.job_title,
            email: row.email,
            phone: row.phone,
            is_decision_maker: row.is_decision_maker,
            authority_level: level.transpose()?,
            reports_to: row.reports_to.map(ContactId),
        })
    }
}

#[derive(FromQueryResult)]
struct DealRow {
    id: Uuid,
    name: String,
    value: i64,
    stage_name: String,
    stage_slug: String,
    stage_kind: String,
    probability: i16,
    expected_close_date: Option<NaiveDate>,
    closed_at: Option<DateTime<Utc>>,
}

impl TryFrom<DealRow> for CompanyDeal {
    type Error = StoreError;

    fn try_from(row: DealRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DealId(row.id),
            name: row.name,
            value: Money::from_hundredths(row.value),
            stage_name: row.stage_name,
            stage_slug: row.stage_slug,
            stage_kind: known(StageKind::from_slug(&row.stage_kind), "stages.kind")?,
            probability: row.probability,
            expected_close_date: row.expected_close_date,
            closed_at: row.closed_at,
        })
    }
}

#[derive(FromQueryResult)]
struct ActivityRow {
    id: Uuid,
    kind: String,
    subject: String,
    description: Option<String>,
    date: DateTime<Utc>,
    duration_minutes: Option<i32>,
    outcome: Option<String>,
    next_steps: Option<String>,
    contact_name: Option<String>,
    owner_name: String,
}

impl TryFrom<ActivityRow> for CompanyActivity {
    type Error = StoreError;

    fn try_from(row: ActivityRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: ActivityId(row.id),
            kind: known(ActivityType::from_slug(&row.kind), "activities.type")?,
            subject: row.subject,
            description: row.description,
            date: row.date,
            duration_minutes: row.duration_minutes,
            outcome: row.outcome,
            next_steps: row.next_steps,
            contact_name: row.contact_name,
            owner_name: row.owner_name,
        })
    }
}
