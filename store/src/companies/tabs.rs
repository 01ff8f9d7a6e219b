//! The lists on a company's page: contacts and deals.

use crate::{
    Store, StoreError,
    contacts::level_of,
    database::{rows::decode_enum, sql::sql},
    error::authorize,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    contacts::AuthorityLevel,
    decision_makers::MAP_MAX,
    ids::{CompanyId, ContactId, DealId},
    money::Money,
    stages::{StageColor, StageKind},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Most deals of a tab.
const DEALS_MAX: u64 = 200;

/// A contact of the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyContact {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Job title.
    pub job_title: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Telephone number as typed.
    pub phone: Option<String>,
    /// Whether they are a decision-maker.
    pub is_decision_maker: bool,
    /// Level of authority.
    pub authority_level: Option<AuthorityLevel>,
    /// The contact they report to; `None` if that one is in the bin.
    pub reports_to: Option<Superior>,
}

/// The contact that another one reports to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superior {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Name of their company; `None` if it is the same one.
    pub elsewhere: Option<String>,
}

/// A deal of a company or a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyDeal {
    /// Id of the deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Option<Money>,
    /// The name of its stage.
    pub stage_name: String,
    /// The slug of its stage.
    pub stage_slug: String,
    /// The stage's kind.
    pub stage_kind: StageKind,
    /// The stage's color.
    pub stage_color: StageColor,
    /// Probability that it is won, in percent.
    pub probability: i16,
    /// Expected closing day.
    pub expected_close_date: Option<NaiveDate>,
    /// When it was won or lost.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The contacts of a company by [`authority_rank`](domain::contacts::authority_rank) and name, at most [`MAP_MAX`].
    pub async fn company_contacts(&self, actor: &Actor, id: CompanyId) -> Result<Vec<CompanyContact>, StoreError> {
        authorize(actor, Verb::Read, Entity::Contact)?;
        let text = format!(
            "SELECT p.id, p.name, p.job_title, p.email, p.phone, p.is_decision_maker, p.authority_level,
               r.id AS boss_id, r.name AS boss_name, c.name AS boss_company
             FROM contacts p
             LEFT JOIN contacts r ON r.workspace_id = $1 AND r.id = p.reports_to_id AND r.deleted_at IS NULL
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = r.company_id AND c.id <> $2
             WHERE p.workspace_id = $1 AND p.company_id = $2 AND p.deleted_at IS NULL
             ORDER BY p.standing, p.sort_key, p.id LIMIT {MAP_MAX}"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into()]);
        let rows: Vec<ContactRow> = statement.all(self.read()).await?;
        rows.into_iter().map(CompanyContact::try_from).collect()
    }

    /// The deals with a company, open ones first, then by name, at most 200.
    pub async fn company_deals(&self, actor: &Actor, id: CompanyId) -> Result<Vec<CompanyDeal>, StoreError> {
        self.deals_of(actor, "company_id", id.0).await
    }

    /// The deals of a contact, open ones first, then by name, at most 200.
    pub async fn contact_deals(&self, actor: &Actor, id: ContactId) -> Result<Vec<CompanyDeal>, StoreError> {
        self.deals_of(actor, "contact_id", id.0).await
    }

    async fn deals_of(&self, actor: &Actor, of: &'static str, id: Uuid) -> Result<Vec<CompanyDeal>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let text = format!(
            "SELECT d.id, d.name, d.value, s.name AS stage_name, s.slug AS stage_slug, s.kind AS stage_kind, s.color AS stage_color,
               d.probability, d.expected_close_date, d.closed_at
             FROM deals d CROSS JOIN stages s
             WHERE d.workspace_id = $1 AND d.{of} = $2 AND d.deleted_at IS NULL AND s.workspace_id = $1 AND s.id = d.stage_id
             ORDER BY CASE s.kind WHEN 'open' THEN 0 ELSE 1 END, d.sort_key, d.id LIMIT {DEALS_MAX}"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.into()]);
        let rows: Vec<DealRow> = statement.all(self.read()).await?;
        rows.into_iter().map(CompanyDeal::try_from).collect()
    }
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
    boss_id: Option<Uuid>,
    boss_name: Option<String>,
    boss_company: Option<String>,
}

impl TryFrom<ContactRow> for CompanyContact {
    type Error = StoreError;

    fn try_from(row: ContactRow) -> Result<Self, StoreError> {
        let superior = |(id, name)| Superior { id: ContactId(id), name, elsewhere: row.boss_company };
        Ok(Self {
            id: ContactId(row.id),
            name: row.name,
            job_title: row.job_title,
            email: row.email,
            phone: row.phone,
            is_decision_maker: row.is_decision_maker,
            authority_level: level_of(row.authority_level)?,
            reports_to: row.boss_id.zip(row.boss_name).map(superior),
        })
    }
}

#[derive(FromQueryResult)]
struct DealRow {
    id: Uuid,
    name: String,
    value: Option<i64>,
    stage_name: String,
    stage_slug: String,
    stage_kind: String,
    stage_color: String,
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
            value: row.value.map(Money::from_hundredths),
            stage_name: row.stage_name,
            stage_slug: row.stage_slug,
            stage_kind: decode_enum(StageKind::from_slug(&row.stage_kind), "stages.kind")?,
            stage_color: decode_enum(StageColor::from_slug(&row.stage_color), "stages.color")?,
            probability: row.probability,
            expected_close_date: row.expected_close_date,
            closed_at: row.closed_at,
        })
    }
}
