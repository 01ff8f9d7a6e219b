//! As many records as a measurement needs, the same ones each time but for their ids.

use super::recount::recount;
use crate::{
    Store, StoreError,
    audit::chain::Change,
    companies, contacts,
    database::write::WorkspaceTx,
    deals::NewDeal,
    entity::{activity, company, company_counter, company_tag, contact, deal},
    stages,
    tags::{self, Tag},
};
use chrono::{Days, TimeDelta};
use domain::{
    access::{Actor, Entity, Verb},
    activities::ActivityType,
    companies::{CompanyDraft, CompanySize, CompanyStatus},
    contacts::{AuthorityLevel, ContactDraft},
    custom_fields::CustomFields,
    deals::{DealDraft, POSITION_GAP},
    ids::{CompanyId, ContactId, DealId},
    money::Money,
    stages::StageKind,
    tags::{PALETTE, TagDraft},
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

/// Statistics for the planner: without them it counts what was just loaded row by row, for minutes.
const ANALYZE: &str = "ANALYZE companies, company_counters, company_tags, contacts, deals, activities";

/// What the search indexes have put off.
const TAKE_STOCK: [&str; 3] = [
    "SELECT gin_clean_pending_list('companies_search')",
    "SELECT gin_clean_pending_list('contacts_search')",
    "SELECT gin_clean_pending_list('deals_search')",
];

/// How much to load.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bulk {
    /// Companies, each with up to three of five tags.
    pub companies: usize,
    /// Contacts, spread over those companies.
    pub contacts: usize,
    /// Deals, spread over those companies; four of five are open.
    pub deals: usize,
    /// Activities, spread over those companies.
    pub activities: usize,
}

impl Store {
    /// Loads records into the actor's workspace, many rows a statement, and counts them afterwards. The audit log notes
    /// the load as one change. Contacts, deals and activities need companies to belong to.
    ///
    /// PostgreSQL takes stock of the tables, as it does by itself some minutes after a load.
    pub async fn seed_bulk(&self, actor: &Actor, bulk: Bulk) -> Result<(), StoreError> {
        let backend = self.backend();
        self.write(actor, Verb::Create, Entity::Company, move |tx| {
            Box::pin(async move {
                load(tx, bulk).await?;
                if backend == DbBackend::Postgres {
                    tx.db.execute_unprepared(ANALYZE).await?;
                }
                recount(tx, backend).await?;
                let after = json!({
                    "companies": bulk.companies, "contacts": bulk.contacts, "deals": bulk.deals, "activities": bulk.activities,
                });
                let id = tx.workspace_id();
                tx.audit(Change { action: "load", entity: Entity::Workspace.noun(), id, before: None, after: Some(after) }).await
            })
        })
        .await?;
        if backend == DbBackend::Postgres {
            self.transaction(|tx| {
                Box::pin(async move {
                    for statement in TAKE_STOCK {
                        tx.execute_unprepared(statement).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        }
        Ok(())
    }
}

async fn load(tx: &mut WorkspaceTx, bulk: Bulk) -> Result<(), StoreError> {
    let mut dice = Dice(2_026);
    let mut tags = Vec::new();
    for (name, (color, _)) in TAGS.into_iter().zip(PALETTE) {
        let draft = TagDraft::parse(name, color).map_err(|_| StoreError::Internal)?;
        tags.extend(tags::resolve(tx, &[], Some(draft)).await?);
    }
    let companies = load_companies(tx, bulk.companies, &tags, &mut dice).await?;
    if companies.is_empty() {
        return Ok(());
    }
    load_contacts(tx, bulk.contacts, &companies, &mut dice).await?;
    let companies: Vec<CompanyId> = companies.into_iter().map(|(id, _)| id).collect();
    load_deals(tx, bulk.deals, &companies, &mut dice).await?;
    load_activities(tx, bulk.activities, &companies, &mut dice).await
}

async fn load_companies(tx: &WorkspaceTx, number: usize, tags: &[Tag], dice: &mut Dice) -> Result<Vec<(CompanyId, String)>, StoreError> {
    let mut ids = Vec::with_capacity(number);
    let (mut rows, mut counters, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..number {
        let id = CompanyId(tx.new_id());
        let (trade, industry) = dice.pick(&TRADES);
        let name = format!("{} {trade} {} {} {}", dice.pick(&FORMS), dice.pick(&NAMES), dice.pick(&PLACES), index + 1);
        let carried: Vec<Tag> = tags.iter().filter(|_| dice.below(4) == 0).take(3).cloned().collect();
        let draft = CompanyDraft {
            name,
            industry: Some(industry.to_owned()),
            size: CompanySize::ALL.get(dice.below(6)).copied(),
            status: dice.pick(&CompanyStatus::ALL),
            website: Some(format!("https://congty{index}.example")),
            phone: Some(format!("0903 {:06}", dice.below(1_000_000))),
            email: Some(format!("lienhe@congty{index}.example")),
            tax_code: Some(format!("03{:08}", dice.below(100_000_000))),
            address: Some(format!("{} Lê Lợi, {}", dice.below(400) + 1, dice.pick(&PLACES))),
            notes: None,
            tags: vec![],
            new_tag: None,
            custom_fields: CustomFields::default(),
        };
        let mut row = companies::new_row(tx, id, &draft, &carried);
        let made = tx.now - TimeDelta::minutes(dice.long_below(525_600));
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

async fn load_contacts(tx: &WorkspaceTx, number: usize, companies: &[(CompanyId, String)], dice: &mut Dice) -> Result<(), StoreError> {
    let rows = (0..number).map(|index| {
        let (name, job_title) = (format!("{} {}", dice.pick(&FAMILIES), dice.pick(&GIVEN)), dice.pick(&JOBS).to_owned());
        let phone = format!("0912 {:06}", dice.below(1_000_000));
        let authority_level = AuthorityLevel::ALL.get(dice.below(6)).copied();
        let (company_id, company_name) = &companies[dice.below(companies.len())];
        let draft = ContactDraft {
            name,
            email: Some(format!("lienhe{index}@congty.example")),
            phone: Some(phone),
            job_title: Some(job_title),
            company_id: Some(*company_id),
            is_decision_maker: authority_level.is_some_and(AuthorityLevel::decides),
            authority_level,
            reports_to_id: None,
            notes: None,
            tags: vec![],
            new_tag: None,
            custom_fields: CustomFields::default(),
        };
        contacts::new_row(tx, ContactId(tx.new_id()), &draft, Some(company_name))
    });
    insert::<contact::Entity, _>(tx, rows.collect()).await
}

async fn load_deals(tx: &WorkspaceTx, number: usize, companies: &[CompanyId], dice: &mut Dice) -> Result<(), StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let (open, closed): (Vec<_>, Vec<_>) = stages.iter().partition(|stage| stage.kind == StageKind::Open);
    if number == 0 || open.is_empty() || closed.is_empty() {
        return Ok(());
    }
    let today = tx.now.date_naive();
    let mut rows = Vec::with_capacity(number);
    for (index, place) in (0..number).zip(0_i64..) {
        let stage = if dice.below(5) == 0 { dice.pick(&closed) } else { dice.pick(&open) };
        let draft = DealDraft {
            name: format!("{} {} {}", dice.pick(&TRADES).0, dice.pick(&PLACES), index + 1),
            value: Money::from_hundredths((dice.long_below(5_000) + 1) * 100_000_000),
            stage: stage.slug.clone(),
            company_id: dice.pick(companies),
            contact_id: None,
            expected_close_date: today.checked_add_days(Days::new(dice.below(120) as u64)),
            probability: None,
            source: None,
            lost_reason: (stage.kind == StageKind::Lost).then(|| "Chọn nhà cung cấp khác".to_owned()),
            notes: None,
            custom_fields: CustomFields::default(),
        };
        rows.push(NewDeal { id: DealId(tx.new_id()), stage, position: place * POSITION_GAP, draft: &draft }.row(tx).into_active_model());
    }
    insert::<deal::Entity, _>(tx, rows).await
}

async fn load_activities(tx: &WorkspaceTx, number: usize, companies: &[CompanyId], dice: &mut Dice) -> Result<(), StoreError> {
    let rows = (0..number).map(|index| {
        let date = tx.now - TimeDelta::minutes(dice.long_below(525_600));
        activity::ActiveModel {
            workspace_id: Set(tx.workspace_id()),
            id: Set(tx.new_id()),
            owner_id: Set(tx.actor.user_id.0),
            version: Set(1),
            created_at: Set(date),
            updated_at: Set(date),
            kind: Set(dice.pick(&ActivityType::ALL).slug().to_owned()),
            subject: Set(format!("Trao đổi {}", index + 1)),
            description: Set(None),
            date: Set(date),
            duration_minutes: Set(Some(15)),
            company_id: Set(Some(dice.pick(companies).0)),
            ..Default::default()
        }
    });
    insert::<activity::Entity, _>(tx, rows.collect()).await
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

/// Numbers that look random and are the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `end - 1`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    /// 0 to `end - 1`.
    fn long_below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() >> 1).unwrap_or_default() % end.max(1)
    }

    /// One of several.
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}
