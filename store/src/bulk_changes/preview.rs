//! What a bulk change would be about, for the question before it.

use super::selection::BulkSelection;
use crate::{Store, StoreError, bin::bin_table, database::sql::Sql, error::authorize};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Verb},
    bin::GoesAlong,
    bulk_changes::{BULK_NAMES, BulkChange, BulkNumbers},
    record_kinds::RecordKind,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

/// What a bulk change would be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkPreview {
    /// How many records there are, and how many would be deleted with them.
    pub numbers: BulkNumbers,
    /// Names of the first records, at most [`BULK_NAMES`].
    pub names: Vec<String>,
    /// Name of the owner, tag or stage of the change; `None` for another change, or if there is no such thing.
    pub value_name: Option<String>,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

impl Store {
    /// What a bulk change of these records would be about.
    pub async fn preview_bulk_change(
        &self,
        actor: &Actor,
        selection: &BulkSelection,
        change: &BulkChange,
    ) -> Result<BulkPreview, StoreError> {
        let kind = selection.kind();
        authorize(actor, Verb::Read, kind.entity())?;
        let (db, now, workspace_id) = (self.read(), self.now(), actor.workspace_id.0);
        let goes_along = match change {
            BulkChange::Delete => goes_along(db, workspace_id, selection, now).await?,
            _ => GoesAlong::default(),
        };
        let records = self.count_selected(actor, selection).await?;
        let name = format!("t.{} AS name", bin_table(kind.entity())?.name);
        let names: Vec<Name> =
            live_sql(db, workspace_id, selection, now, &name, &format!(" ORDER BY s.place LIMIT {BULK_NAMES}")).all(db).await?;
        Ok(BulkPreview {
            numbers: BulkNumbers { records, goes_along },
            names: names.into_iter().map(|row| row.name).collect(),
            value_name: self.bulk_value_name(actor, change).await?,
        })
    }

    /// Number of the selected records that are not in the bin.
    pub async fn count_selected(&self, actor: &Actor, selection: &BulkSelection) -> Result<u64, StoreError> {
        authorize(actor, Verb::Read, selection.kind().entity())?;
        let count = live_sql(self.read(), actor.workspace_id.0, selection, self.now(), "count(*) AS count", "");
        Ok(count.count(self.read()).await?)
    }
}

/// SELECT over the selected records `t` that are not in the bin.
fn live_sql(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    selection: &BulkSelection,
    now: DateTime<Utc>,
    columns: &str,
    rest: &str,
) -> Sql {
    let mut statement = Sql::with([workspace_id.into()]);
    let selected = selection.sql(&mut statement, db.get_database_backend(), now);
    let table = selection.kind().slug();
    statement.push(&format!(
        "SELECT {columns} FROM ({selected}) AS s JOIN {table} t ON t.workspace_id = $1 AND t.id = s.id AND t.deleted_at IS NULL{rest}"
    ));
    statement
}

/// How many records would be deleted with the selected ones.
pub(super) async fn goes_along(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    selection: &BulkSelection,
    now: DateTime<Utc>,
) -> Result<GoesAlong, StoreError> {
    let mut statement = Sql::with([workspace_id.into()]);
    let selected = selection.sql(&mut statement, db.get_database_backend(), now);
    let Some(counts) = dependents_sql(selection.kind()) else { return Ok(GoesAlong::default()) };
    statement.push(&format!("WITH s AS (SELECT id FROM ({selected}) AS selected) {counts}"));
    let row: Counts = statement.one(db).await?.ok_or(StoreError::Internal)?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(GoesAlong { contacts: count(row.contacts), deals: count(row.deals), activities: count(row.activities), tasks: count(row.tasks) })
}

#[derive(FromQueryResult)]
struct Counts {
    contacts: i64,
    deals: i64,
    activities: i64,
    tasks: i64,
}

/// SELECT of the numbers of records that depend on those of `s`, as deleting each of them finds them; `None` for a kind without any.
fn dependents_sql(kind: RecordKind) -> Option<String> {
    let count = |ids: &str| format!("(SELECT count(*) FROM ({ids}) AS x)");
    let of_company =
        |table: &str| format!("SELECT x.id FROM s JOIN {table} x ON x.workspace_id = $1 AND x.company_id = s.id AND x.deleted_at IS NULL");
    match kind {
        RecordKind::Companies => {
            let of_its = |dependents: &str, table: &str, key: &str| {
                format!(
                    "SELECT a.id FROM ({}) AS y JOIN {dependents} a ON a.workspace_id = $1 AND a.{key} = y.id AND a.deleted_at IS NULL
                     WHERE a.company_id IS NULL",
                    of_company(table)
                )
            };
            let all_of = |table: &str| {
                [of_company(table), of_its(table, "contacts", "contact_id"), of_its(table, "deals", "deal_id")].join(" UNION ")
            };
            Some(format!(
                "SELECT {} AS contacts, {} AS deals, {} AS activities, {} AS tasks",
                count(&of_company("contacts")),
                count(&of_company("deals")),
                count(&all_of("activities")),
                count(&all_of("tasks"))
            ))
        }
        RecordKind::Contacts => {
            let alone = |table: &str| {
                count(&format!(
                    "SELECT a.id FROM s JOIN {table} a ON a.workspace_id = $1 AND a.contact_id = s.id AND a.deleted_at IS NULL
                     WHERE a.company_id IS NULL AND a.deal_id IS NULL"
                ))
            };
            let (none, activities, tasks) = ("CAST(0 AS bigint)", alone("activities"), alone("tasks"));
            Some(format!("SELECT {none} AS contacts, {none} AS deals, {activities} AS activities, {tasks} AS tasks"))
        }
        RecordKind::Deals | RecordKind::Activities | RecordKind::Tasks => None,
    }
}
