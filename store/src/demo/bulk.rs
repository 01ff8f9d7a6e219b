//! Generated records for measurements, in any number. Except for their ids they are the same each time.

use super::recompute::recompute_all_counters;
use crate::{
    Store, StoreError,
    activities::{SearchFields, search_text},
    audit::chain::Change,
    companies, contacts,
    database::write::WorkspaceTx,
    deals::{NewDeal, RelatedNames},
    entity::{activity, company, company_counter, company_tag, contact, deal, task},
    lists::search::search_column,
    stages,
    tags::{self, Tag},
};
use chrono::{Days, TimeDelta};
use domain::{
    access::{Actor, Entity, Verb},
    activities::ActivityType,
    collation::sort_key,
    companies::{CompanyDraft, CompanySize, CompanyStatus},
    contacts::{AuthorityLevel, ContactDraft},
    custom_fields::CustomFields,
    deals::{DealDraft, POSITION_GAP},
    ids::{CompanyId, ContactId, DealId},
    money::Money,
    stages::StageKind,
    tags::{PALETTE, TagDraft},
    tasks::{Due, NO_DUE_DATE, Priority, TaskStatus},
    tax_codes,
    time_zones::TimeZone,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel};
use serde_json::json;

/// Rows of one INSERT: 23 values each, of the 32,766 that SQLite takes.
const BATCH: usize = 500;

const FORMS: [&str; 5] = ["Công ty TNHH", "Công ty CP", "Doanh nghiệp tư nhân", "Tập đoàn", "Hợp tác xã"];
const TRADES: [(&str, &str); 12] = [
    ("Đường", "Food"),
    ("Vận tải", "Logistics"),
    ("Cơ khí", "Manufacturing"),
    ("Xây dựng", "Construction"),
    ("Thủy sản", "Seafood"),
    ("Giáo dục", "Education"),
    ("Bán lẻ", "Retail"),
    ("Dệt may", "Textile"),
    ("Cà phê", "Nông sản"),
    ("Y tế", "Healthcare"),
    ("Bao bì", "Packaging"),
    ("Điện máy", "Electronics"),
];
const NAMES: [&str; 10] =
    ["Ánh Dương", "Bình Minh", "Cửu Long", "Đại Phát", "Đồng Tâm", "Hưng Thịnh", "Minh Đức", "Phú Quý", "Thành Công", "Việt Tiến"];
const PLACES: [&str; 8] = ["Hà Nội", "Đà Nẵng", "Cần Thơ", "Hải Phòng", "Quảng Ngãi", "Đồng Nai", "Huế", "Nghệ An"];
const FAMILIES: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đặng", "Bùi", "Đỗ"];
const GIVEN: [&str; 8] = ["Văn Đức", "Thị Đào", "Quang Huy", "Minh Tuấn", "Yến Nhi", "Quốc Khánh", "Gia Bảo", "Mỹ Linh"];
const JOBS: [&str; 6] = ["General Director", "Chief Accountant", "Head of Purchasing", "Buyer", "Plant Manager", "Sales Manager"];
const TAGS: [&str; 5] = ["Key account", "North", "Partner", "Export", "Ưu tiên"];

/// Updates the planner's statistics. Without them, counting the loaded rows takes minutes.
const ANALYZE: &str = "ANALYZE companies, company_counters, company_tags, contacts, deals, activities, tasks";

/// Vacuumed after a load, table by table, as each takes seconds: counts and pages are then read from the indexes alone, and those of the
/// search have no pending entries.
const LOADED_TABLES: [&str; 7] = ["companies", "company_counters", "company_tags", "contacts", "deals", "activities", "tasks"];

/// Numbers of records to generate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeedCounts {
    /// Companies, each with up to three of five tags.
    pub companies: usize,
    /// Contacts, spread over those companies.
    pub contacts: usize,
    /// Deals, spread over those companies; four of five are open.
    pub deals: usize,
    /// Activities, spread over those companies. One in four is about a deal, and every other one of those promises a next step.
    pub activities: usize,
    /// Tasks, spread over those companies. One in three is about a deal, and seven of ten are open.
    pub tasks: usize,
}

impl Store {
    /// Inserts generated records into the actor's workspace, many rows per statement, and then recomputes its counters. The load has one
    /// audit row. Without companies nothing is inserted.
    ///
    /// On PostgreSQL it also vacuums the tables, as autovacuum does some minutes after a load.
    pub async fn seed_bulk(&self, actor: &Actor, counts: SeedCounts) -> Result<(), StoreError> {
        let backend = self.backend();
        self.write(actor, Verb::Create, Entity::Company, move |tx| {
            Box::pin(async move {
                load(tx, counts).await?;
                if backend == DbBackend::Postgres {
                    tx.db.execute_unprepared(ANALYZE).await?;
                }
                recompute_all_counters(tx, backend).await?;
                let after = json!({
                    "companies": counts.companies, "contacts": counts.contacts, "deals": counts.deals, "activities": counts.activities,
                    "tasks": counts.tasks,
                });
                let id = tx.workspace_id();
                tx.audit(Change { action: "load", entity: Entity::Workspace.noun(), id, before: None, after: Some(after) }).await
            })
        })
        .await?;
        if backend == DbBackend::Postgres {
            for table in LOADED_TABLES {
                // Not in a transaction, where PostgreSQL refuses it.
                self.read().pool().execute_unprepared(&format!("VACUUM (ANALYZE) {table}")).await?;
            }
        }
        Ok(())
    }
}

async fn load(tx: &mut WorkspaceTx, counts: SeedCounts) -> Result<(), StoreError> {
    let mut rng = SeededRng(2_026);
    let mut tags = Vec::new();
    for (name, (color, _)) in TAGS.into_iter().zip(PALETTE) {
        let draft = TagDraft::parse(name, color).map_err(|_| StoreError::Internal)?;
        tags.extend(tags::resolve(tx, &[], Some(draft)).await?);
    }
    // In the order in which a form saves them.
    tags.sort_by_cached_key(|tag| sort_key(&tag.name));
    let companies = load_companies(tx, counts.companies, &tags, &mut rng).await?;
    if companies.is_empty() {
        return Ok(());
    }
    load_contacts(tx, counts.contacts, &companies, &mut rng).await?;
    let deals = load_deals(tx, counts.deals, &companies, &mut rng).await?;
    let companies: Vec<CompanyId> = companies.into_iter().map(|(id, _)| id).collect();
    load_activities(tx, counts.activities, &companies, &deals, &mut rng).await?;
    load_tasks(tx, counts.tasks, &companies, &deals, &mut rng).await
}

async fn load_companies(
    tx: &WorkspaceTx,
    number: usize,
    tags: &[Tag],
    rng: &mut SeededRng,
) -> Result<Vec<(CompanyId, String)>, StoreError> {
    let mut ids = Vec::with_capacity(number);
    let (mut rows, mut counters, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..number {
        let id = CompanyId(tx.new_id());
        let (trade, industry) = rng.pick(&TRADES);
        let name = format!("{} {trade} {} {} {}", rng.pick(&FORMS), rng.pick(&NAMES), rng.pick(&PLACES), index + 1);
        let carried: Vec<Tag> = tags.iter().filter(|_| rng.below(4) == 0).take(3).cloned().collect();
        let draft = CompanyDraft {
            owner_id: None,
            name,
            industry: Some(industry.to_owned()),
            size: CompanySize::ALL.get(rng.below(6)).copied(),
            status: rng.pick(&CompanyStatus::ALL),
            website: Some(format!("https://congty{index}.example")),
            phone: Some(format!("0903 {:06}", rng.below(1_000_000))),
            email: Some(format!("lienhe@congty{index}.example")),
            tax_code: tax_code(rng.below(1_000_000)),
            address: Some(format!("{} Lê Lợi, {}", rng.below(400) + 1, rng.pick(&PLACES))),
            notes: None,
            tags: vec![],
            new_tag: None,
            custom_fields: CustomFields::default(),
        };
        let mut row = companies::new_row(tx, id, &draft, &carried);
        let made = tx.now - TimeDelta::minutes(rng.long_below(525_600));
        row.created_at = Set(made);
        row.updated_at = Set(made);
        rows.push(row);
        counters.push(companies::new_counters(tx, id));
        links.extend(carried.iter().map(|tag| company_tag::ActiveModel {
            workspace_id: Set(tx.workspace_id()),
            company_id: Set(id.0),
            tag_id: Set(tag.id.0),
        }));
        ids.push((id, draft.name));
    }
    insert::<company::Entity, _>(tx, rows).await?;
    insert::<company_counter::Entity, _>(tx, counters).await?;
    insert::<company_tag::Entity, _>(tx, links).await?;
    Ok(ids)
}

/// A company's tax code with its check digit, from eight digits that don't depend on it: the last two are the first that fit.
fn tax_code(number: usize) -> Option<String> {
    (0..100).map(|last| format!("03{number:06}{last:02}")).find(|code| tax_codes::warning(code).is_none())
}

async fn load_contacts(tx: &WorkspaceTx, number: usize, companies: &[(CompanyId, String)], rng: &mut SeededRng) -> Result<(), StoreError> {
    let name_order = contacts::name_order(tx).await?;
    let rows = (0..number).map(|index| {
        let (name, job_title) = (format!("{} {}", rng.pick(&FAMILIES), rng.pick(&GIVEN)), rng.pick(&JOBS).to_owned());
        let phone = format!("0912 {:06}", rng.below(1_000_000));
        let authority_level = AuthorityLevel::ALL.get(rng.below(6)).copied();
        let (company_id, company_name) = &companies[rng.below(companies.len())];
        let draft = ContactDraft {
            owner_id: None,
            name,
            email: Some(format!("lienhe{index}@congty.example")),
            phone: Some(phone),
            job_title: Some(job_title),
            company_id: Some(*company_id),
            is_decision_maker: authority_level.is_some_and(AuthorityLevel::decides),
            authority_level,
            primary_choice: String::new(),
            reports_to_id: None,
            notes: None,
            tags: vec![],
            new_tag: None,
            custom_fields: CustomFields::default(),
        };
        contacts::new_row(tx, ContactId(tx.new_id()), &draft, Some(company_name), name_order)
    });
    insert::<contact::Entity, _>(tx, rows.collect()).await
}

/// A deal and its company.
type LoadedDeal = (DealId, CompanyId);

async fn load_deals(
    tx: &WorkspaceTx,
    number: usize,
    companies: &[(CompanyId, String)],
    rng: &mut SeededRng,
) -> Result<Vec<LoadedDeal>, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let (open, closed): (Vec<_>, Vec<_>) = stages.iter().partition(|stage| stage.kind == StageKind::Open);
    if number == 0 || open.is_empty() || closed.is_empty() {
        return Ok(vec![]);
    }
    let today = tx.now.date_naive();
    let (mut rows, mut ids) = (Vec::with_capacity(number), Vec::with_capacity(number));
    for (index, place) in (0..number).zip(0_i64..) {
        let stage = if rng.below(5) == 0 { rng.pick(&closed) } else { rng.pick(&open) };
        let name = format!("{} {} {}", rng.pick(&TRADES).0, rng.pick(&PLACES), index + 1);
        let value = Money::from_hundredths((rng.long_below(5_000) + 1) * 100_000_000);
        let (company_id, company) = &companies[rng.below(companies.len())];
        let names = RelatedNames { company: Some(company.clone()), contact: None };
        let draft = DealDraft {
            owner_id: None,
            name,
            // Of one in 25 it is not known yet.
            value: (index % 25 != 24).then_some(value),
            stage: stage.slug.clone(),
            company_id: *company_id,
            contact_id: None,
            expected_close_date: today.checked_add_days(Days::new(rng.below(120) as u64)),
            probability: None,
            source: None,
            lost_reason: (stage.kind == StageKind::Lost).then(|| "Chọn nhà cung cấp khác".to_owned()),
            notes: None,
            custom_fields: CustomFields::default(),
        };
        let id = DealId(tx.new_id());
        ids.push((id, *company_id));
        rows.push(NewDeal { id, stage, position: place * POSITION_GAP, draft: &draft, names: &names }.row(tx).into_active_model());
    }
    insert::<deal::Entity, _>(tx, rows).await?;
    Ok(ids)
}

async fn load_activities(
    tx: &WorkspaceTx,
    number: usize,
    companies: &[CompanyId],
    deals: &[LoadedDeal],
    rng: &mut SeededRng,
) -> Result<(), StoreError> {
    let rows = (0..number).map(|index| {
        let date = tx.now - TimeDelta::minutes(rng.long_below(525_600));
        let subject = format!("Trao đổi {}", index + 1);
        let deal = (index % 4 == 3 && !deals.is_empty()).then(|| rng.pick(deals));
        let company = deal.map_or_else(|| rng.pick(companies), |(_, company)| company);
        let next_steps = (deal.is_some() && index % 8 == 7).then(|| "Gửi báo giá".to_owned());
        activity::ActiveModel {
            workspace_id: Set(tx.workspace_id()),
            id: Set(tx.new_id()),
            owner_id: Set(tx.actor.user_id.0),
            version: Set(1),
            created_at: Set(date),
            updated_at: Set(date),
            kind: Set(rng.pick(&ActivityType::ALL).slug().to_owned()),
            search: Set(search_text(SearchFields {
                subject: &subject,
                description: None,
                outcome: None,
                next_steps: next_steps.as_deref(),
            })),
            subject: Set(subject),
            description: Set(None),
            date: Set(date),
            duration_minutes: Set(Some(15)),
            next_steps: Set(next_steps),
            company_id: Set(Some(company.0)),
            deal_id: Set(deal.map(|(deal, _)| deal.0)),
            ..Default::default()
        }
    });
    insert::<activity::Entity, _>(tx, rows.collect()).await
}

async fn load_tasks(
    tx: &WorkspaceTx,
    number: usize,
    companies: &[CompanyId],
    deals: &[LoadedDeal],
    rng: &mut SeededRng,
) -> Result<(), StoreError> {
    let today = tx.now.date_naive();
    let rows = (0..number).map(|index| {
        let title = format!("Việc {}", index + 1);
        let deal = (index % 3 == 2 && !deals.is_empty()).then(|| rng.pick(deals));
        let company = deal.map_or_else(|| rng.pick(companies), |(_, company)| company);
        // Every tenth is due at no time.
        let day = (index % 10 != 9).then(|| today + TimeDelta::days(rng.long_below(180) - 60));
        let closed_at = (index % 10 < 3).then(|| tx.now - TimeDelta::minutes(4_320 + rng.long_below(200_000)));
        let status = if closed_at.is_some() { TaskStatus::Done } else { TaskStatus::Open };
        task::ActiveModel {
            workspace_id: Set(tx.workspace_id()),
            id: Set(tx.new_id()),
            owner_id: Set(tx.actor.user_id.0),
            version: Set(1),
            created_at: Set(tx.now),
            updated_at: Set(tx.now - TimeDelta::minutes(rng.long_below(200_000))),
            search: Set(search_column([title.as_str()])),
            title: Set(title),
            due_on: Set(day),
            due_by: Set(day.map_or(NO_DUE_DATE, |day| Due::Day(day).by(TimeZone::DEFAULT))),
            priority: Set(rng.pick(&Priority::ALL).slug().to_owned()),
            status: Set(status.slug().to_owned()),
            closed_at: Set(closed_at),
            is_current: Set(status == TaskStatus::Open),
            company_id: Set(Some(company.0)),
            deal_id: Set(deal.map(|(deal, _)| deal.0)),
            ..Default::default()
        }
    });
    insert::<task::Entity, _>(tx, rows.collect()).await
}

async fn insert<E, A>(tx: &WorkspaceTx, rows: Vec<A>) -> Result<(), StoreError>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        E::insert_many(rows.by_ref().take(BATCH)).exec_without_returning(&tx.db).await?;
    }
    Ok(())
}

/// Pseudorandom numbers from a seed (splitmix64).
struct SeededRng(u64);

impl SeededRng {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `end - 1`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next_u64() % end.max(1) as u64).unwrap_or_default()
    }

    /// 0 to `end - 1`.
    fn long_below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next_u64() >> 1).unwrap_or_default() % end.max(1)
    }

    /// One of several.
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}
