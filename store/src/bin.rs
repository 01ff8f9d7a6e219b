//! The bin. A deleted record stays in its table with the time of its deletion, and can be restored for thirty days. What was deleted by
//! itself has an entry in a table of its own, by which the bin is listed and emptied.

use crate::{
    Store, StoreError,
    database::{
        rows::{decode_enum, to_u64},
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
    entity::company,
    error::authorize,
    lists::{
        names::IdName,
        page::{COUNT_CAP, RowRange, Total},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Entity, Verb},
    bin::{BIN_DAYS, BinFilter, BinQuery, GoesAlong},
    ids::UserId,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, PrimaryKeyTrait, QueryFilter, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

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
    /// A company, contact, deal, activity or task.
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
    /// Numbers of the records that were deleted with it.
    pub goes_along: GoesAlong,
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
    contacts: Option<i64>,
    deals: Option<i64>,
    activities: Option<i64>,
    tasks: Option<i64>,
}

impl Store {
    /// One page of the records that were deleted in the actor's workspace in the last thirty days. The days of the filter are
    /// those of [`DayRange::in_zone`](domain::day_range::DayRange::in_zone).
    pub async fn bin(&self, actor: &Actor, query: &BinQuery) -> Result<BinList, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let mut sql = Sql::with([actor.workspace_id.0.into()]);
        let matching = EntryFilter::from(&query.filter).sql(&mut sql, retention_cutoff(self.now()));
        let rows = RowRange::of(query).limit_clause(&mut sql);
        sql.push(&format!(
            "SELECT head.total, b.entity, b.record_id AS id, b.deleted_at, b.contacts, b.deals, b.activities, b.tasks,
               u.name AS deleted_by, COALESCE(rc.name, rp.name, rd.name, ra.subject, rt.title) AS name, o.id AS owner_id, o.name AS owner_name,
               c.name AS company_name, c.deleted_at AS company_deleted_at
             FROM (SELECT count(*) AS total FROM (SELECT 1 AS one {matching} LIMIT {}) AS counted) AS head
             LEFT JOIN (SELECT b.* {matching} ORDER BY b.deleted_at DESC, b.record_id DESC {rows}) AS b ON 1 = 1
             LEFT JOIN companies rc ON rc.workspace_id = $1 AND rc.id = b.record_id
             LEFT JOIN contacts rp ON rp.workspace_id = $1 AND rp.id = b.record_id
             LEFT JOIN deals rd ON rd.workspace_id = $1 AND rd.id = b.record_id
             LEFT JOIN activities ra ON ra.workspace_id = $1 AND ra.id = b.record_id
             LEFT JOIN tasks rt ON rt.workspace_id = $1 AND rt.id = b.record_id
             LEFT JOIN companies c ON c.workspace_id = $1 AND c.id = COALESCE(rp.company_id, rd.company_id, ra.company_id, rt.company_id)
             LEFT JOIN users u ON u.id = b.deleted_by_id
             LEFT JOIN users o ON o.id = COALESCE(rc.owner_id, rp.owner_id, rd.owner_id, ra.owner_id, rt.owner_id)
             ORDER BY b.deleted_at DESC, b.record_id DESC",
            COUNT_CAP + 1,
        ));
        let rows: Vec<Row> = sql.all(self.read()).await?;
        let total = Total::of(rows.first().map_or(0, |row| to_u64(row.total)), true);
        Ok(BinList { rows: rows.into_iter().filter_map(|row| row.into_entry().transpose()).collect::<Result<_, _>>()?, total })
    }

    /// Ids and names of the present and former members who deleted something that is in the bin; at most 1,000.
    pub async fn bin_people(&self, actor: &Actor) -> Result<Vec<(UserId, String)>, StoreError> {
        authorize(actor, Verb::Read, Entity::Company)?;
        let people = sql(
            "SELECT u.id, u.name FROM memberships m JOIN users u ON u.id = m.user_id
             WHERE m.workspace_id = $1 AND EXISTS
               (SELECT 1 FROM bin_entries b WHERE b.workspace_id = $1 AND b.deleted_by_id = m.user_id AND b.deleted_at >= $2)
             ORDER BY u.sort_key, u.id LIMIT 1000",
            [actor.workspace_id.0.into(), retention_cutoff(self.now()).into()],
        );
        let rows: Vec<IdName> = people.all(self.read()).await?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), row.name)).collect())
    }
}

/// The filters of the bin as the table has them: nouns and times in UTC.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EntryFilter {
    kind: Option<String>,
    person: Option<Uuid>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl From<&BinFilter> for EntryFilter {
    fn from(filter: &BinFilter) -> Self {
        let [from, until] = filter.days.utc();
        Self { kind: filter.kind.map(|kind| kind.noun().to_owned()), person: filter.person.map(|id| id.0), from, until }
    }
}

impl EntryFilter {
    /// SQL from FROM to WHERE of the entries `b` that match and were deleted at `cutoff` or later. `$1` is the workspace.
    pub(crate) fn sql(&self, sql: &mut Sql, cutoff: DateTime<Utc>) -> String {
        let mut text = format!("FROM bin_entries b WHERE b.workspace_id = $1 AND b.deleted_at >= {}", sql.bind(cutoff));
        let mut and = |compared: &str, value: Option<Value>| {
            if let Some(value) = value {
                text.push_str(&format!(" AND {compared} {}", sql.bind(value)));
            }
        };
        and("b.entity =", self.kind.clone().map(Value::from));
        and("b.deleted_by_id =", self.person.map(Value::from));
        and("b.deleted_at >=", self.from.map(Value::from));
        and("b.deleted_at <", self.until.map(Value::from));
        text
    }
}

impl Row {
    fn into_entry(self) -> Result<Option<BinEntry>, StoreError> {
        let (Some(noun), Some(id), Some(name), Some(owner_id), Some(deleted_at)) =
            (self.entity, self.id, self.name, self.owner_id, self.deleted_at)
        else {
            return Ok(None);
        };
        let count = |number: Option<i64>| number.map_or(0, to_u64);
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
            goes_along: GoesAlong {
                contacts: count(self.contacts),
                deals: count(self.deals),
                activities: count(self.activities),
                tasks: count(self.tasks),
            },
        }))
    }
}

/// Adds the entry of a record that the transaction deletes by itself. `goes_along`: the numbers of the records that it takes along, which
/// have no entry.
pub(crate) async fn add_entry(tx: &WorkspaceTx, entity: Entity, id: Uuid, goes_along: GoesAlong) -> Result<(), StoreError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = [
        tx.workspace_id().into(),
        id.into(),
        entity.noun().into(),
        tx.now.into(),
        tx.actor.user_id.0.into(),
        count(goes_along.contacts).into(),
        count(goes_along.deals).into(),
        count(goes_along.activities).into(),
        count(goes_along.tasks).into(),
    ];
    let insert = "INSERT INTO bin_entries (workspace_id, record_id, entity, deleted_at, deleted_by_id, contacts, deals, activities, tasks)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sql(insert, values).execute(&tx.db).await?;
    Ok(())
}

/// Removes the entries of records that the transaction restores. Most of those that were deleted with another record have none.
pub(crate) async fn remove_entries(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    for chunk in ids.chunks(CHUNK) {
        let mut delete = Sql::with([tx.workspace_id().into()]);
        let ids = delete.bind_all(chunk.iter().copied());
        delete.push(&format!("DELETE FROM bin_entries WHERE workspace_id = $1 AND record_id IN ({ids})"));
        delete.execute(&tx.db).await?;
    }
    Ok(())
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
pub(crate) const BIN_TABLES: [&BinTable; 5] = [
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
    &BinTable {
        entity: Entity::Task,
        table: "tasks",
        name: "title",
        company: "x.company_id",
        cascades_from: &[("companies", "company_id"), ("contacts", "contact_id"), ("deals", "deal_id")],
    },
];

/// The table of an entity whose records go to the bin.
pub(crate) fn bin_table(entity: Entity) -> Result<&'static BinTable, StoreError> {
    BIN_TABLES.into_iter().find(|table| table.entity == entity).ok_or(StoreError::Internal)
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
