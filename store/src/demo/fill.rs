//! Filling a workspace with demo data.
//!
//! The records are dated back, so that every page has something to show, and so are their entries in the audit log: a deal's history is read
//! from there. One more entry says when the workspace was filled, and by whom.

use super::{
    data::{DemoActivity, DemoContact, DemoDeal, DemoSet, DemoTask, ENGLISH, VIETNAMESE},
    marks::{Marked, has_marks, mark, set_has_demo_data},
};
use crate::{
    Store, StoreError, activities,
    audit::chain::Change,
    companies, contacts,
    database::{rows::decode_enum, sql::sql, write::WorkspaceTx},
    deals,
    entity::workspace,
    last_contact::{CompanySet, recompute_contact_counters},
    stages::{self, Stage},
    tags, tasks,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity},
    activities::ActivityDraft,
    companies::{CompanyDraft, CompanySize},
    contacts::{AuthorityLevel, ContactDraft},
    custom_fields::CustomFields,
    deals::{DealDraft, DealFilter, DealMove, Placement},
    demo_data::DemoLanguage,
    ids::{ActivityId, CompanyId, ContactId, DealId, TagId, TaskId, WorkspaceId},
    money::{Currency, Money},
    stages::{StageKind, StageSet},
    tags::TagDraft,
    tasks::{AppliesTo, Due, RepeatChoice, TaskDraft},
    time_zones::TimeZone,
};
use sea_orm::{EntityTrait, FromQueryResult};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

impl Store {
    /// Adds demo records to the actor's workspace and marks them: 6 companies, of which one is archived, 15 contacts, 10 deals,
    /// 22 activities, of which two are planned, 6 tasks, and up to 5 tags, dated around today. A form that is sent twice fills once.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `language` if the workspace has demo data.
    pub async fn fill_with_demo_data(&self, actor: &Actor, language: DemoLanguage) -> Result<(), StoreError> {
        let filled = self.create_idempotent(actor, Entity::Workspace, move |tx| {
            Box::pin(async move {
                if has_marks(tx).await? {
                    return Err(StoreError::field("language", "This workspace has demo data already. Remove it before you fill it again"));
                }
                fill(tx, language).await?;
                Ok(WorkspaceId(tx.workspace_id()))
            })
        });
        filled.await.map(drop)
    }
}

/// The set of a language.
pub(super) const fn set_of(language: DemoLanguage) -> &'static DemoSet {
    match language {
        DemoLanguage::Vietnamese => &VIETNAMESE,
        DemoLanguage::English => &ENGLISH,
    }
}

/// When and where a fill happens.
#[derive(Clone, Copy)]
struct Place {
    now: DateTime<Utc>,
    today: NaiveDate,
    zone: TimeZone,
    currency: Currency,
}

impl Place {
    async fn of(tx: &WorkspaceTx) -> Result<Self, StoreError> {
        let row = workspace::Entity::find_by_id(tx.workspace_id()).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
        let zone = decode_enum(TimeZone::from_name(&row.time_zone), "workspaces.time_zone")?;
        let currency = decode_enum(Currency::from_code(&row.currency), "workspaces.currency")?;
        Ok(Self { now: tx.now, today: zone.day(tx.now), zone, currency })
    }
}

/// As [`Store::fill_with_demo_data`], whatever the workspace has.
pub(super) async fn fill(tx: &mut WorkspaceTx, language: DemoLanguage) -> Result<(), StoreError> {
    let (set, workspace) = (set_of(language), Place::of(tx).await?);
    let tags_before = tag_ids(tx).await?;
    let tags = insert_tags(tx, set).await?;
    let companies = insert_companies(tx, set, &tags).await?;
    let contacts = insert_contacts(tx, set, &companies).await?;
    let filled = Filled { set, workspace, companies: &companies, contacts: &contacts };
    let mut deals = Vec::with_capacity(set.deals.len());
    for deal in set.deals {
        deals.push(insert_deal(tx, deal, &filled).await?);
    }
    let mut activities = Vec::with_capacity(set.activities.len());
    for activity in set.activities {
        activities.push(insert_activity(tx, activity, &filled, &deals).await?);
    }
    let mut tasks = Vec::with_capacity(set.tasks.len());
    for task in set.tasks {
        tasks.push(insert_task(tx, task, &filled, &deals).await?.0);
    }
    archive_companies(tx, set, &companies).await?;
    let companies: Vec<Uuid> = companies.into_iter().map(|id| id.0).collect();
    // The records were created at times of their own: what is past and what is planned is seen from now.
    recompute_contact_counters(tx, CompanySet::Ids(&companies)).await?;

    mark(tx, Marked::Company, &companies).await?;
    mark(tx, Marked::Contact, &contacts.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
    mark(tx, Marked::Deal, &deals.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
    mark(tx, Marked::Activity, &activities.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
    mark(tx, Marked::Task, &tasks).await?;
    // A tag that the workspace had before is its own.
    let new_tags: Vec<Uuid> = tags.iter().map(|id| id.0).filter(|id| !tags_before.contains(id)).collect();
    mark(tx, Marked::Tag, &new_tags).await?;
    set_has_demo_data(tx, true).await?;
    let after = json!({
        "demo_data": language.code(), "companies": companies.len(), "contacts": contacts.len(), "deals": deals.len(),
        "activities": activities.len(), "tasks": tasks.len(), "tags": new_tags.len(),
    });
    let id = tx.workspace_id();
    tx.audit(Change { action: "load", entity: Entity::Workspace.noun(), id, before: None, after: Some(after) }).await
}

async fn tag_ids(tx: &WorkspaceTx) -> Result<HashSet<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct IdRow {
        id: Uuid,
    }
    let rows: Vec<IdRow> = sql("SELECT id FROM tags WHERE workspace_id = $1", [tx.workspace_id().into()]).all(&tx.db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

async fn insert_tags(tx: &mut WorkspaceTx, set: &DemoSet) -> Result<Vec<TagId>, StoreError> {
    let mut ids = Vec::with_capacity(set.tags.len());
    for (name, color) in set.tags {
        let draft = TagDraft::parse(name, color).map_err(|_| StoreError::Internal)?;
        ids.extend(tags::resolve(tx, &[], Some(draft)).await?.into_iter().map(|tag| tag.id));
    }
    Ok(ids)
}

async fn insert_companies(tx: &mut WorkspaceTx, set: &DemoSet, tags: &[TagId]) -> Result<Vec<CompanyId>, StoreError> {
    let now = tx.now;
    let mut ids = Vec::with_capacity(set.companies.len());
    for company in set.companies {
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
            tax_code: company.tax_code.map(str::to_owned),
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

async fn archive_companies(tx: &mut WorkspaceTx, set: &DemoSet, companies: &[CompanyId]) -> Result<(), StoreError> {
    let now = tx.now;
    for (company, id) in set.companies.iter().zip(companies) {
        if let Some((reason, days_ago)) = company.archived {
            tx.now = now - TimeDelta::days(days_ago);
            companies::archive(tx, *id, 1, reason.to_owned()).await?;
        }
    }
    tx.now = now;
    Ok(())
}

async fn insert_contacts(tx: &mut WorkspaceTx, set: &DemoSet, companies: &[CompanyId]) -> Result<Vec<ContactId>, StoreError> {
    let now = tx.now;
    let mut ids: Vec<ContactId> = Vec::with_capacity(set.contacts.len());
    for contact in set.contacts {
        tx.now = now - TimeDelta::days(set.companies[contact.company].days_ago);
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

/// What deals and activities of a fill refer to.
struct Filled<'a> {
    set: &'a DemoSet,
    workspace: Place,
    companies: &'a [CompanyId],
    contacts: &'a [ContactId],
}

/// The slugs of the stages of a demo deal in this workspace. For one that the workspace doesn't have, an open stage is the one at the same
/// place among the open ones, or the last of them; a closed one is the first of its kind. Stages that are the same one here are named once.
fn stages_of(demo: &DemoDeal, stages: &[Stage]) -> Vec<String> {
    let of_kind = |kind| stages.iter().filter(move |stage| stage.kind == kind);
    let default = StageSet::default().stages();
    let open = default.iter().filter(|stage| stage.kind == StageKind::Open);
    let mut slugs: Vec<String> = demo
        .stages
        .iter()
        .filter_map(|slug| {
            let kind = default.iter().find(|stage| stage.slug == *slug)?.kind;
            // A stage keeps its slug when it comes to mean something else.
            if let Some(same) = of_kind(kind).find(|stage| stage.slug == *slug) {
                return Some(same.slug.clone());
            }
            let place = open.clone().position(|stage| stage.slug == *slug).unwrap_or_default();
            let last = of_kind(kind).count().saturating_sub(1);
            of_kind(kind).nth(place.min(last)).map(|stage| stage.slug.clone())
        })
        .collect();
    slugs.dedup();
    slugs
}

/// Creates a deal in its first stage and moves it through the others, some days apart, so that it has a history.
async fn insert_deal(tx: &mut WorkspaceTx, demo: &DemoDeal, filled: &Filled<'_>) -> Result<DealId, StoreError> {
    let Place { now, today, currency, .. } = filled.workspace;
    let stages = stages_of(demo, &stages::of_workspace(&tx.db, tx.workspace_id()).await?);
    let (first, others) = stages.split_first().ok_or(StoreError::Internal)?;
    let draft = DealDraft {
        owner_id: None,
        name: demo.name.to_owned(),
        value: Some(value(demo.million_dong, currency)),
        stage: first.clone(),
        company_id: filled.companies[demo.company],
        contact_id: Some(filled.contacts[demo.contact]),
        expected_close_date: demo.closes_in_days.and_then(|days| day_from(today, days)),
        probability: None,
        source: Some(demo.source.to_owned()),
        lost_reason: None,
        notes: demo.notes.map(str::to_owned),
        custom_fields: CustomFields::default(),
    };
    tx.now = now - TimeDelta::days(demo.days_ago);
    let deal_id = deals::create(tx, draft).await?;
    for (version, stage) in (1..).zip(others) {
        tx.now += TimeDelta::days(demo.days_ago / 4);
        let lost_reason = demo.lost_reason.map(str::to_owned);
        let change = DealMove { deal_id, version, stage: stage.clone(), place: Placement::Bottom, lost_reason };
        deals::relocate(tx, change, DealFilter::default()).await?;
    }
    tx.now = now;
    Ok(deal_id)
}

async fn insert_activity(
    tx: &mut WorkspaceTx,
    demo: &DemoActivity,
    filled: &Filled<'_>,
    deals: &[DealId],
) -> Result<ActivityId, StoreError> {
    let Place { now, today, zone, .. } = filled.workspace;
    let date = at(today, demo.days_ago, demo.time, zone).ok_or(StoreError::Internal)?;
    // One of today that is not planned is not later than now.
    let date = if demo.days_ago < 0 { date } else { date.min(now - TimeDelta::minutes(5)) };
    tx.now = date.min(now);
    let draft = ActivityDraft {
        owner_id: None,
        kind: demo.kind,
        subject: demo.subject.to_owned(),
        description: Some(demo.description.to_owned()),
        date,
        duration_minutes: demo.minutes,
        outcome: demo.outcome.map(str::to_owned),
        next_steps: demo.next_steps.map(str::to_owned),
        company_id: Some(filled.companies[filled.set.contacts[demo.contact].company]),
        contact_id: Some(filled.contacts[demo.contact]),
        deal_id: demo.deal.map(|deal| deals[deal]),
    };
    let id = activities::create(tx, draft).await?;
    tx.now = now;
    Ok(id)
}

async fn insert_task(tx: &mut WorkspaceTx, demo: &DemoTask, filled: &Filled<'_>, deals: &[DealId]) -> Result<TaskId, StoreError> {
    let Place { today, zone, .. } = filled.workspace;
    let due = match (demo.due_in_days, demo.time) {
        (None, _) => None,
        (Some(days), None) => day_from(today, days).map(Due::Day),
        (Some(days), Some(time)) => at(today, -days, time, zone).map(Due::Time),
    };
    let draft = TaskDraft {
        owner_id: None,
        title: demo.title.to_owned(),
        due,
        priority: demo.priority,
        company_id: Some(filled.companies[filled.set.contacts[demo.contact].company]),
        contact_id: Some(filled.contacts[demo.contact]),
        deal_id: demo.deal.map(|deal| deals[deal]),
        notes: None,
        repeat: demo.repeats.map_or(RepeatChoice::Never, RepeatChoice::By),
        applies_to: AppliesTo::This,
        series_version: None,
    };
    tasks::create(tx, draft).await
}

/// A value in the workspace's currency: as it is in đồng, else 40 units for a million, about what that is in US dollars. No rate is looked
/// up, as the numbers are invented in any currency.
fn value(million_dong: i64, currency: Currency) -> Money {
    let hundredths_of_million = if currency == Currency::Vnd { 100_000_000 } else { 4_000 };
    Money::from_hundredths(million_dong * hundredths_of_million)
}

fn day_from(today: NaiveDate, days: i64) -> Option<NaiveDate> {
    let distance = Days::new(days.unsigned_abs());
    if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) }
}

/// A time of day in the workspace's time zone, `days_ago` days before today, in UTC.
fn at(today: NaiveDate, days_ago: i64, (hour, minute): (u32, u32), zone: TimeZone) -> Option<DateTime<Utc>> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    zone.to_utc(day_from(today, -days_ago)?.and_time(time))
}
