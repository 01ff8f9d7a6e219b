//! Seed data: the demo workspace of a first start, and generated records for measurements.

mod bulk;
mod data;
mod recompute;

pub use bulk::SeedCounts;

use crate::{
    Store, StoreError, activities, audit::chain::Change, companies, contacts, database::write::WorkspaceTx, deals, entity::workspace, tags,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use data::{ACTIVITIES, COMPANIES, CONTACTS, DEALS, DemoActivity, DemoContact, DemoDeal, TAGS};
use domain::{
    access::{Actor, Entity, Role, Verb},
    activities::ActivityDraft,
    companies::{CompanyDraft, CompanySize},
    contacts::{AuthorityLevel, ContactDraft},
    custom_fields::CustomFields,
    deals::{DealDraft, DealFilter, DealMove, Placement},
    ids::{CompanyId, ContactId, DealId, TagId},
    money::Money,
    tags::TagDraft,
    users::{Email, Password, RegisterDraft},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

/// Email address of the demo user.
pub const DEMO_EMAIL: &str = "demo@minicrm.local";
/// Name of the demo user.
pub const DEMO_NAME: &str = "Phạm Minh Hưng";
/// Name of the demo workspace.
pub const DEMO_WORKSPACE: &str = "Việt Hưng Logistics";

/// Offset of the demo workspace's time zone, Asia/Ho_Chi_Minh, in hours ahead of UTC.
const ZONE_HOURS: i64 = 7;

impl Store {
    /// Creates the demo user and workspace: 5 companies, 15 contacts, 10 deals, 20 activities, 5 tags, dated around today, and an
    /// archived company. Returns the demo user as actor.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `email` if the demo user exists. Nothing is changed.
    pub async fn seed_demo(&self, password: Password) -> Result<Actor, StoreError> {
        let email = Email::parse(DEMO_EMAIL).map_err(|_| StoreError::Internal)?;
        let user = match self.register(RegisterDraft { name: DEMO_NAME.to_owned(), email, password }, None).await {
            Err(StoreError::Invalid(_)) => return Err(StoreError::field("email", "The demo data is there already: its user exists")),
            other => other?,
        };
        let workspace_id = user.workspace_id.ok_or(StoreError::Internal)?;
        let actor = Actor { user_id: user.id, workspace_id, role: Role::Owner, owners_only_edit: false };
        self.write(&actor, Verb::Update, Entity::Workspace, |tx| Box::pin(insert_all(tx))).await?;
        Ok(actor)
    }
}

async fn insert_all(tx: &mut WorkspaceTx) -> Result<(), StoreError> {
    let now = tx.now;
    let today = (now + TimeDelta::hours(ZONE_HOURS)).date_naive();
    name_workspace(tx).await?;
    let tags = insert_tags(tx).await?;
    let companies = insert_companies(tx, &tags).await?;
    let contacts = insert_contacts(tx, &companies).await?;
    let mut deals = Vec::with_capacity(DEALS.len());
    for deal in &DEALS {
        deals.push(insert_deal(tx, deal, &companies, &contacts, now, today).await?);
    }
    for activity in &ACTIVITIES {
        insert_activity(tx, activity, &companies, &contacts, &deals, now, today).await?;
    }
    archive_companies(tx, &companies).await?;
    Ok(())
}

async fn name_workspace(tx: &mut WorkspaceTx) -> Result<(), StoreError> {
    use workspace::Column;
    let id = tx.workspace_id();
    workspace::Entity::update_many().filter(Column::Id.eq(id)).col_expr(Column::Name, Expr::value(DEMO_WORKSPACE)).exec(&tx.db).await?;
    let after = json!({ "name": DEMO_WORKSPACE });
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: None, after: Some(after) }).await
}

async fn insert_tags(tx: &mut WorkspaceTx) -> Result<Vec<TagId>, StoreError> {
    let mut ids = Vec::with_capacity(TAGS.len());
    for (name, color) in TAGS {
        let draft = TagDraft::parse(name, color).map_err(|_| StoreError::Internal)?;
        ids.extend(tags::resolve(tx, &[], Some(draft)).await?.into_iter().map(|tag| tag.id));
    }
    Ok(ids)
}

async fn insert_companies(tx: &mut WorkspaceTx, tags: &[TagId]) -> Result<Vec<CompanyId>, StoreError> {
    let now = tx.now;
    let mut ids = Vec::with_capacity(COMPANIES.len());
    for company in &COMPANIES {
        let text = |text: &str| Some(text.to_owned());
        let draft = CompanyDraft {
            owner_id: None,
            name: company.name.to_owned(),
            industry: text(company.industry),
            size: CompanySize::from_slug(company.size),
            status: company.status,
            website: text(company.website),
            phone: text(company.phone),
            email: text(company.email),
            tax_code: text(company.tax_code),
            address: text(company.address),
            notes: text(company.notes),
            tags: company.tags.iter().filter_map(|tag| tags.get(*tag).copied()).collect(),
            new_tag: None,
            custom_fields: CustomFields::from_stored(
                company.custom_fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            ),
        };
        tx.now = now - TimeDelta::days(company.days_ago);
        ids.push(companies::create(tx, draft).await?);
    }
    tx.now = now;
    Ok(ids)
}

async fn archive_companies(tx: &mut WorkspaceTx, companies: &[CompanyId]) -> Result<(), StoreError> {
    let now = tx.now;
    for (company, id) in COMPANIES.iter().zip(companies) {
        if let Some((reason, days_ago)) = company.archived {
            tx.now = now - TimeDelta::days(days_ago);
            companies::archive(tx, *id, 1, reason.to_owned()).await?;
        }
    }
    tx.now = now;
    Ok(())
}

async fn insert_contacts(tx: &mut WorkspaceTx, companies: &[CompanyId]) -> Result<Vec<ContactId>, StoreError> {
    let now = tx.now;
    let mut ids: Vec<ContactId> = Vec::with_capacity(CONTACTS.len());
    for contact in &CONTACTS {
        tx.now = now - TimeDelta::days(COMPANIES[contact.company].days_ago);
        ids.push(insert_contact(tx, contact, companies[contact.company], contact.reports_to.map(|boss| ids[boss])).await?);
    }
    tx.now = now;
    Ok(ids)
}

async fn insert_contact(
    tx: &mut WorkspaceTx,
    demo: &DemoContact,
    company_id: CompanyId,
    boss: Option<ContactId>,
) -> Result<ContactId, StoreError> {
    let draft = ContactDraft {
        owner_id: None,
        name: demo.name.to_owned(),
        email: Some(demo.email.to_owned()),
        phone: Some(demo.phone.to_owned()),
        job_title: Some(demo.job_title.to_owned()),
        company_id: Some(company_id),
        is_decision_maker: demo.authority_level.is_some_and(AuthorityLevel::decides),
        authority_level: demo.authority_level,
        primary_choice: String::new(),
        reports_to_id: boss,
        notes: None,
        tags: vec![],
        new_tag: None,
        custom_fields: CustomFields::default(),
    };
    contacts::create(tx, draft).await
}

/// Creates a deal in its first stage and moves it through the others, some days apart, so that it has a history.
async fn insert_deal(
    tx: &mut WorkspaceTx,
    demo: &DemoDeal,
    companies: &[CompanyId],
    contacts: &[ContactId],
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<DealId, StoreError> {
    let draft = DealDraft {
        owner_id: None,
        name: demo.name.to_owned(),
        value: Some(Money::from_hundredths(demo.million_dong * 100_000_000)),
        stage: demo.stages[0].to_owned(),
        company_id: companies[demo.company],
        contact_id: Some(contacts[demo.contact]),
        expected_close_date: demo.closes_in_days.and_then(|days| day_from(today, days)),
        probability: None,
        source: Some(demo.source.to_owned()),
        lost_reason: None,
        notes: demo.notes.map(str::to_owned),
        custom_fields: CustomFields::default(),
    };
    tx.now = now - TimeDelta::days(demo.days_ago);
    let deal_id = deals::create(tx, draft).await?;
    for (version, stage) in (1..).zip(&demo.stages[1..]) {
        tx.now += TimeDelta::days(demo.days_ago / 4);
        let lost_reason = demo.lost_reason.map(str::to_owned);
        deals::relocate(
            tx,
            DealMove { deal_id, version, stage: (*stage).to_owned(), place: Placement::Bottom, lost_reason },
            DealFilter::default(),
        )
        .await?;
    }
    tx.now = now;
    Ok(deal_id)
}

async fn insert_activity(
    tx: &mut WorkspaceTx,
    demo: &DemoActivity,
    companies: &[CompanyId],
    contacts: &[ContactId],
    deals: &[DealId],
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<(), StoreError> {
    // No activity of today is later than now.
    let date = at(today, demo.days_ago, demo.time).ok_or(StoreError::Internal)?.min(now - TimeDelta::minutes(5));
    tx.now = date;
    let draft = ActivityDraft {
        owner_id: None,
        kind: demo.kind,
        subject: demo.subject.to_owned(),
        description: Some(demo.description.to_owned()),
        date,
        duration_minutes: demo.minutes,
        outcome: demo.outcome.map(str::to_owned),
        next_steps: demo.next_steps.map(str::to_owned),
        company_id: Some(companies[CONTACTS[demo.contact].company]),
        contact_id: Some(contacts[demo.contact]),
        deal_id: demo.deal.map(|deal| deals[deal]),
    };
    activities::create(tx, draft).await?;
    tx.now = now;
    Ok(())
}

fn day_from(today: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) }
}

/// A time of day in the demo's time zone, `days_ago` days before today, in UTC.
fn at(today: NaiveDate, days_ago: i64, (hour, minute): (u32, u32)) -> Option<DateTime<Utc>> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    Some(day_from(today, -days_ago)?.and_time(time).and_utc() - TimeDelta::hours(ZONE_HOURS))
}
