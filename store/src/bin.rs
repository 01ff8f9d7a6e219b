//! The bin: what is deleted stays in its table with the time it went, and can be taken out again for thirty days.

use crate::{
    Store, StoreError,
    database::{
        rows::decode_enum,
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
    entity::company,
    error::authorize,
    lists::page::{COUNT_CAP, RowRange, Total},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    bin::{BIN_DAYS, BinQuery},
    ids::UserId,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, PrimaryKeyTrait, QueryFilter};
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
    /// Their name.
    pub owner_name: Option<String>,
    /// When it was deleted.
    pub deleted_at: DateTime<Utc>,
    /// Who deleted it.
    pub deleted_by: Option<String>,
    /// The company it is with.
    pub company_name: Option<String>,
    /// That company is in the bin as well: a deal or an activity can't be taken out before it, a contact loses it.
    pub company_gone: bool,
    /// How many contacts went with it.
    pub contacts: u64,
    /// How many deals.
    pub deals: u64,
    /// How many activities.
    pub activities: u64,
}

/// `total` alone where the page has no rows.
#[derive(FromQueryResult)]
struct Row {
    total: i64,
    entity: Option<String>,
    id: Option<Uuid>,
    name: Option<String>,
    owner_id: Option<Uuid>,
    owner_name: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
    deleted_by: Option<String>,
    company_name: Option<String>,
    company_deleted_at: Option<DateTime<Utc>>,
    along: Option<String>,
}

impl Store {
    /// What the actor's workspace deleted in the last thirty days.
    pub async fn bin(&self, actor: &Actor, query: &BinQuery) -> Result<BinList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let mut sql = Sql::with([actor.workspace_id.0.into(), oldest(self.now()).into()]);
        let range = RowRange::of(query.page);
        let rows = range.clause(&mut sql);
        let parts = PARTS.map(gone);
        let newest = parts
            .each_ref()
            .map(|part| format!("SELECT * FROM ({part} ORDER BY deleted_at DESC, id DESC LIMIT {}) AS newest", range.offset + range.limit));
        sql.push(&format!(
            "SELECT head.total, g.entity, g.id, g.name, g.owner_id, o.name AS owner_name, g.deleted_at, u.name AS deleted_by,
               c.name AS company_name, c.deleted_at AS company_deleted_at,
               CASE WHEN g.entity IN ('company', 'contact') THEN l.before END AS along
             FROM (SELECT count(*) AS total FROM (SELECT 1 FROM ({}) AS gone LIMIT {}) AS counted) AS head
             LEFT JOIN (SELECT * FROM ({}) AS newest ORDER BY deleted_at DESC, id DESC {rows}) AS g ON 1 = 1
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = g.company_id
             LEFT JOIN audit_log l ON l.workspace_id = $1 AND l.entity = g.entity AND l.entity_id = g.id AND l.action = 'delete'
               AND l.at = g.deleted_at
             LEFT JOIN users u ON u.id = l.actor_id
             LEFT JOIN users o ON o.id = g.owner_id
             ORDER BY g.deleted_at DESC, g.id DESC",
            parts.join(" UNION ALL "),
            COUNT_CAP + 1,
            newest.join(" UNION ALL "),
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
        // What went along with a company or contact is noted with its deletion, as numbers.
        let noted: Value = self.along.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let along = |what: &str| noted[what].as_u64().unwrap_or_default();
        Ok(Some(Binned {
            entity: entity_of(&noun)?,
            id,
            name,
            owner_id: UserId(owner_id),
            owner_name: self.owner_name,
            deleted_at,
            deleted_by: self.deleted_by,
            company_name: self.company_name,
            company_gone: self.company_deleted_at.is_some(),
            contacts: along("contacts"),
            deals: along("deals"),
            activities: along("activities"),
        }))
    }
}

/// The kind of record that a statement over [`PARTS`] names by [`Entity::noun`].
pub(crate) fn entity_of(noun: &str) -> Result<Entity, StoreError> {
    decode_enum(Entity::ALL.into_iter().find(|entity| entity.noun() == noun), "bin.entity")
}

/// A kind of record in the bin: its table, the column of its name, that of its company, and the records that it goes along
/// with, by table and column.
pub(crate) struct Part {
    pub entity: Entity,
    pub table: &'static str,
    pub name: &'static str,
    pub company: &'static str,
    pub along_with: &'static [(&'static str, &'static str)],
}

/// Every kind that goes to the bin.
pub(crate) const PARTS: [&Part; 4] = [
    &Part { entity: Entity::Company, table: "companies", name: "name", company: "CAST(NULL AS uuid)", along_with: &[] },
    &Part { entity: Entity::Contact, table: "contacts", name: "name", company: "x.company_id", along_with: &[("companies", "company_id")] },
    &Part { entity: Entity::Deal, table: "deals", name: "name", company: "x.company_id", along_with: &[("companies", "company_id")] },
    &Part {
        entity: Entity::Activity,
        table: "activities",
        name: "subject",
        company: "x.company_id",
        along_with: &[("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")],
    },
];

/// The statement of what was deleted by itself since `$2`; `$1` is the workspace. What goes along goes at the very same time
/// as its record: a workspace's writes come one after another, each with its own time.
///
/// Both databases find those records once and keep them; asked for each row by NOT EXISTS they took two to four times as long where
/// a company had taken 10,000 activities along.
fn gone(part: &Part) -> String {
    let Part { entity, table, name, company, along_with } = part;
    let by_itself: String = along_with
        .iter()
        .map(|(table, key)| {
            format!(
                " AND NOT COALESCE((x.{key}, x.deleted_at) IN
                   (SELECT y.id, y.deleted_at FROM {table} y WHERE y.workspace_id = $1 AND y.deleted_at >= $2), FALSE)"
            )
        })
        .collect();
    format!(
        "SELECT '{}' AS entity, x.id AS id, x.{name} AS name, x.owner_id, x.deleted_at AS deleted_at, {company} AS company_id
         FROM {table} x WHERE x.workspace_id = $1 AND x.deleted_at >= $2{by_itself}",
        entity.noun()
    )
}

/// What was deleted before this is gone for good.
pub(crate) fn oldest(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(BIN_DAYS)
}

/// A record after it was taken out of the bin, or found to be out of it.
pub(crate) struct Restored {
    /// Its name or subject.
    pub name: String,
    /// Its version.
    pub version: i64,
}

/// The row of a record that is to come out of the bin, by its table's columns of when it went and whose it is: there already
/// or in the bin, else [`StoreError::NotFound`]; and the actor's to restore, else [`StoreError::Denied`].
pub(crate) async fn to_restore<E: EntityTrait>(
    tx: &WorkspaceTx,
    entity: Entity,
    id: Uuid,
    deleted_at: E::Column,
    owner_id: impl Fn(&E::Model) -> Uuid,
) -> Result<E::Model, StoreError>
where
    (Uuid, Uuid): Into<<E::PrimaryKey as PrimaryKeyTrait>::ValueType>,
{
    let not_gone = Condition::any().add(deleted_at.is_null()).add(deleted_at.gte(oldest(tx.now)));
    let row = E::find_by_id((tx.workspace_id(), id)).filter(not_gone).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    if tx.actor.may_with(Verb::Delete, entity, UserId(owner_id(&row))) { Ok(row) } else { Err(StoreError::Denied) }
}

/// Refuses as [`StoreError::Conflict`] what is to come out of the bin while its company is in it: it comes back with the company.
pub(crate) async fn with_company(tx: &WorkspaceTx, company_id: Uuid) -> Result<(), StoreError> {
    let there = company::Entity::find_by_id((tx.workspace_id(), company_id)).filter(company::Column::DeletedAt.is_null());
    there.one(&tx.db).await?.map(drop).ok_or(StoreError::Conflict)
}

/// What a reference to a row of `table` is after an edit. A form shows nothing of what is in the bin, so that leaving it
/// empty takes nothing off: the reference is kept for when that comes back.
pub(crate) async fn kept(tx: &WorkspaceTx, table: &'static str, was: Option<Uuid>, is: Option<Uuid>) -> Result<Option<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct Found {
        found: i64,
    }
    let (Some(id), None) = (was, is) else { return Ok(is) };
    let text = format!("SELECT count(*) AS found FROM {table} WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NOT NULL");
    let row: Option<Found> = sql(&text, [tx.workspace_id().into(), id.into()]).one(&tx.db).await?;
    Ok(row.filter(|row| row.found > 0).map(|_| id))
}
