//! The bin. A deleted record stays in its table with the time of its deletion, and can be restored for thirty days.

use crate::{
    Store, StoreError,
    database::{
        rows::{decode_enum, to_u64},
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
    /// Records that were deleted by themselves, the latest first. A record that was deleted with another one is restored with it, and
    /// not listed.
    pub rows: Vec<BinEntry>,
    /// Number of rows of all pages.
    pub total: Total,
}

/// A record in the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinEntry {
    /// A company, contact, deal or activity.
    pub entity: Entity,
    /// Id of the record.
    pub id: Uuid,
    /// Its name or subject.
    pub name: String,
    /// Its owner.
    pub owner_id: UserId,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// When it was deleted.
    pub deleted_at: DateTime<Utc>,
    /// Name of the user who deleted it.
    pub deleted_by: Option<String>,
    /// Name of its company.
    pub company_name: Option<String>,
    /// Whether its company is in the bin too. A deal or an activity can't be restored before it; a contact is restored without it.
    pub company_gone: bool,
    /// Number of contacts deleted with it.
    pub contacts: u64,
    /// Number of deals deleted with it.
    pub deals: u64,
    /// Number of activities deleted with it.
    pub activities: u64,
}

/// A row of the page. If the page is empty, one row with `total` alone.
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
    /// One page of the records that were deleted in the actor's workspace in the last thirty days.
    pub async fn bin(&self, actor: &Actor, query: &BinQuery) -> Result<BinList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let mut sql = Sql::with([actor.workspace_id.0.into(), retention_cutoff(self.now()).into()]);
        let range = RowRange::of(query);
        let rows = range.limit_clause(&mut sql);
        let statements = BIN_TABLES.map(deleted_rows_sql);
        let newest = statements.each_ref().map(|statement| {
            format!("SELECT * FROM ({statement} ORDER BY deleted_at DESC, id DESC LIMIT {}) AS newest", range.offset + range.limit)
        });
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
            statements.join(" UNION ALL "),
            COUNT_CAP + 1,
            newest.join(" UNION ALL "),
        ));
        let rows: Vec<Row> = sql.all(self.read()).await?;
        let total = Total::of(rows.first().map_or(0, |row| to_u64(row.total)), true);
        Ok(BinList { rows: rows.into_iter().filter_map(|row| row.into_entry().transpose()).collect::<Result<_, _>>()?, total })
    }
}

impl Row {
    fn into_entry(self) -> Result<Option<BinEntry>, StoreError> {
        let (Some(noun), Some(id), Some(name), Some(owner_id), Some(deleted_at)) =
            (self.entity, self.id, self.name, self.owner_id, self.deleted_at)
        else {
            return Ok(None);
        };
        // The audit row of a deletion holds the numbers of records deleted with a company or contact.
        let audited: Value = self.along.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let along = |what: &str| audited[what].as_u64().unwrap_or_default();
        Ok(Some(BinEntry {
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

/// The entity with this [`Entity::noun`], as statements over [`BIN_TABLES`] return it.
pub(crate) fn entity_of(noun: &str) -> Result<Entity, StoreError> {
    decode_enum(Entity::ALL.into_iter().find(|entity| entity.noun() == noun), "bin.entity")
}

/// A table whose records go to the bin.
///
/// - `name`: the column of a record's name.
/// - `company`: SQL of its company's id, of the alias `x`.
/// - `cascades_from`: the tables whose records take it along, each with the column that references it.
pub(crate) struct BinTable {
    pub entity: Entity,
    pub table: &'static str,
    pub name: &'static str,
    pub company: &'static str,
    pub cascades_from: &'static [(&'static str, &'static str)],
}

/// Every table whose records go to the bin.
pub(crate) const BIN_TABLES: [&BinTable; 4] = [
    &BinTable { entity: Entity::Company, table: "companies", name: "name", company: "CAST(NULL AS uuid)", cascades_from: &[] },
    &BinTable {
        entity: Entity::Contact,
        table: "contacts",
        name: "name",
        company: "x.company_id",
        cascades_from: &[("companies", "company_id")],
    },
    &BinTable {
        entity: Entity::Deal,
        table: "deals",
        name: "name",
        company: "x.company_id",
        cascades_from: &[("companies", "company_id")],
    },
    &BinTable {
        entity: Entity::Activity,
        table: "activities",
        name: "subject",
        company: "x.company_id",
        cascades_from: &[("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")],
    },
];

/// SQL of the rows that were deleted by themselves since `$2`; `$1` is the workspace. A row that was deleted with another one has the
/// same `deleted_at`, as a workspace's writes are serialized and each has its own time.
///
/// IN, because both databases evaluate it once. With NOT EXISTS, evaluated for each row, the statement took two to four times as
/// long where 10,000 activities were deleted with their company.
fn deleted_rows_sql(table: &BinTable) -> String {
    let BinTable { entity, table, name, company, cascades_from } = table;
    let by_itself: String = cascades_from
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

/// The time before which a deleted record can no longer be restored.
pub(crate) fn retention_cutoff(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(BIN_DAYS)
}

/// A record that was restored, or was not in the bin.
pub(crate) struct Restored {
    /// Its name or subject.
    pub name: String,
    /// Its version.
    pub version: i64,
}

/// Loads the row of a record to restore. It may be out of the bin already.
///
/// - `deleted_at`: the table's column.
/// - `owner_id`: the owner of a row.
///
/// # Errors
/// [`StoreError::NotFound`] if there is no such record, or it was deleted before [`retention_cutoff`]. [`StoreError::Denied`] if the
/// actor may not delete it.
pub(crate) async fn load_for_restore<E: EntityTrait>(
    tx: &WorkspaceTx,
    entity: Entity,
    id: Uuid,
    deleted_at: E::Column,
    owner_id: impl Fn(&E::Model) -> Uuid,
) -> Result<E::Model, StoreError>
where
    (Uuid, Uuid): Into<<E::PrimaryKey as PrimaryKeyTrait>::ValueType>,
{
    let not_gone = Condition::any().add(deleted_at.is_null()).add(deleted_at.gte(retention_cutoff(tx.now)));
    let row = E::find_by_id((tx.workspace_id(), id)).filter(not_gone).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    if tx.actor.may_with(Verb::Delete, entity, UserId(owner_id(&row))) { Ok(row) } else { Err(StoreError::Denied) }
}

/// Checks that the company of a record to restore is not in the bin.
///
/// # Errors
/// [`StoreError::Conflict`] if it is. Restoring the company restores the record.
pub(crate) async fn require_live_company(tx: &WorkspaceTx, company_id: Uuid) -> Result<(), StoreError> {
    live_company(tx, company_id).await?.map(drop).ok_or(StoreError::Conflict)
}

/// The row of a company that is not in the bin; `None` if it is, or there is no such company.
pub(crate) async fn live_company(tx: &WorkspaceTx, id: Uuid) -> Result<Option<company::Model>, StoreError> {
    let live = company::Entity::find_by_id((tx.workspace_id(), id)).filter(company::Column::DeletedAt.is_null());
    Ok(live.one(&tx.db).await?)
}

/// The value of a reference to `table` after an edit: `after`, or `before` if the form left it empty and the record is in the bin. A
/// form doesn't show references to deleted records, so an empty field doesn't clear them; restoring the record restores the link.
pub(crate) async fn keep_deleted_reference(
    tx: &WorkspaceTx,
    table: &'static str,
    before: Option<Uuid>,
    after: Option<Uuid>,
) -> Result<Option<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct Found {
        found: i64,
    }
    let (Some(id), None) = (before, after) else { return Ok(after) };
    let text = format!("SELECT count(*) AS found FROM {table} WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NOT NULL");
    let row: Option<Found> = sql(&text, [tx.workspace_id().into(), id.into()]).one(&tx.db).await?;
    Ok(row.filter(|row| row.found > 0).map(|_| id))
}
