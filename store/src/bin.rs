//! The bin: what is deleted stays in its table with the time it went, and can be taken out again for thirty days.

use crate::{
    Store, StoreError,
    entity::company,
    error::authorize,
    listing::{COUNT_CAP, Total, Window},
    rows::{known, uint},
    sql::Sql,
    write::Write,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    bin::{BIN_DAYS, BinQuery},
    ids::UserId,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

/// A page of the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinList {
    /// What was deleted by itself, the latest first. What went with another record comes back with it and isn't listed.
    pub rows: Vec<Binned>,
    /// How many there are on all pages.
    pub total: Total,
}

/// A record in the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    /// A company, contact, deal or activity.
    pub entity: Entity,
    /// Which.
    pub id: Uuid,
    /// Its name or subject.
    pub name: String,
    /// Whose it is.
    pub owner_id: UserId,
    /// When it was deleted.
    pub deleted_at: DateTime<Utc>,
    /// Who deleted it.
    pub deleted_by: Option<String>,
    /// How many contacts went with it.
    pub contacts: u64,
    /// How many deals.
    pub deals: u64,
    /// How many activities.
    pub activities: u64,
    /// Its company is in the bin as well, and must be taken out before it.
    pub held: bool,
}

/// `total` alone where the page has no rows.
#[derive(FromQueryResult)]
struct Row {
    total: i64,
    entity: Option<String>,
    id: Option<Uuid>,
    name: Option<String>,
    owner_id: Option<Uuid>,
    deleted_at: Option<DateTime<Utc>>,
    held: Option<i64>,
    deleted_by: Option<String>,
    before: Option<String>,
}

impl Store {
    /// What the actor's workspace deleted in the last thirty days.
    pub async fn bin(&self, actor: &Actor, query: &BinQuery) -> Result<BinList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let since = oldest(self.now());
        let mut sql = Sql::with([actor.workspace_id.0.into(), since.into()]);
        let rows = Window::of(query.page).clause(&mut sql);
        sql.push(&format!(
            "WITH gone AS ({})
             SELECT head.total, g.entity, g.id, g.name, g.owner_id, g.deleted_at, g.held, u.name AS deleted_by, a.before
             FROM (SELECT count(*) AS total FROM (SELECT 1 FROM gone LIMIT {}) AS counted) AS head
             LEFT JOIN (SELECT * FROM gone ORDER BY deleted_at DESC, id DESC {rows}) AS g ON 1 = 1
             LEFT JOIN audit_log a ON a.workspace_id = $1 AND a.entity = g.entity AND a.entity_id = g.id AND a.action = 'delete'
               AND a.at = g.deleted_at
             LEFT JOIN users u ON u.id = a.actor_id
             ORDER BY g.deleted_at DESC, g.id DESC",
            gone(),
            COUNT_CAP + 1
        ));
        let rows: Vec<Row> = sql.all(self.read()).await?;
        let total = Total::of(rows.first().map_or(0, |row| row.total), true);
        Ok(BinList { rows: rows.into_iter().filter_map(|row| row.binned().transpose()).collect::<Result<_, _>>()?, total })
    }
}

impl Row {
    fn binned(self) -> Result<Option<Binned>, StoreError> {
        let (Some(noun), Some(id), Some(name), Some(owner_id), Some(deleted_at)) =
            (self.entity, self.id, self.name, self.owner_id, self.deleted_at)
        else {
            return Ok(None);
        };
        let entity = known(Entity::ALL.into_iter().find(|entity| entity.noun() == noun), "audit_log.entity")?;
        // What a company or contact took along is noted with its deletion, as numbers.
        let noted: Value = self.before.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let along = |what: &str| noted[what].as_u64().unwrap_or_default();
        Ok(Some(Binned {
            entity,
            id,
            name,
            owner_id: UserId(owner_id),
            deleted_at,
            deleted_by: self.deleted_by,
            contacts: along("contacts"),
            deals: along("deals"),
            activities: along("activities"),
            held: uint(self.held.unwrap_or_default()) > 0,
        }))
    }
}

/// The statement of all that was deleted by itself since `$2`; `$1` is the workspace. What goes along goes at the very same time.
fn gone() -> String {
    let of = |entity: Entity, table: &str, name: &str, company: Option<&str>, along_with: &[(&str, &str)]| {
        let parent = |table: &str, key: &str, deleted: &str| {
            format!("FROM {table} y WHERE y.workspace_id = $1 AND y.id = x.{key} AND y.deleted_at {deleted}")
        };
        let held = company.map_or_else(|| "0".to_owned(), |key| format!("(SELECT count(*) {})", parent("companies", key, "IS NOT NULL")));
        let by_itself: String =
            along_with.iter().map(|(table, key)| format!(" AND NOT EXISTS (SELECT 1 {})", parent(table, key, "= x.deleted_at"))).collect();
        format!(
            "SELECT '{}' AS entity, x.id, x.{name} AS name, x.owner_id, x.deleted_at, CAST({held} AS bigint) AS held
             FROM {table} x WHERE x.workspace_id = $1 AND x.deleted_at >= $2{by_itself}",
            entity.noun()
        )
    };
    let (company, contact, deal) = (("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id"));
    [
        of(Entity::Company, "companies", "name", None, &[]),
        // A contact comes back without its company.
        of(Entity::Contact, "contacts", "name", None, &[company]),
        of(Entity::Deal, "deals", "name", Some("company_id"), &[company]),
        of(Entity::Activity, "activities", "subject", Some("company_id"), &[company, contact, deal]),
    ]
    .join(" UNION ALL ")
}

/// What was deleted before this is gone for good.
fn oldest(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(BIN_DAYS)
}

/// Holds for a record that is not gone for good: one that was never deleted, or is in the bin.
pub(crate) fn not_gone(deleted_at: impl ColumnTrait, now: DateTime<Utc>) -> Condition {
    Condition::any().add(deleted_at.is_null()).add(deleted_at.gte(oldest(now)))
}

/// Refuses as [`StoreError::Conflict`] what is to come out of the bin while its company is in it: it comes back with the company.
pub(crate) async fn with_company(write: &Write, company_id: Uuid) -> Result<(), StoreError> {
    let there = company::Entity::find_by_id((write.workspace_id(), company_id)).filter(company::Column::DeletedAt.is_null());
    there.one(&write.db).await?.map(drop).ok_or(StoreError::Conflict)
}
