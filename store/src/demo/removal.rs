//! Removing demo data. Records go to the bin, as if a user deleted them: nothing is lost for thirty days. What stays, and what comes back
//! from the bin, is the workspace's own from then on: no mark is left.

use super::marks::{delete_marks, has_marks, set_has_demo_data};
use crate::{
    Store, StoreError, activities,
    audit::chain::Change,
    companies, contacts,
    database::{sql::sql, write::WorkspaceTx},
    deals,
    entity::{activity, contact, deal, task},
    error::authorize,
    tags, tasks,
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    demo_data::{DemoFate, DemoGraph, RemovedToo, ShownRecord},
    ids::{CompanyId, ContactId, DealId, TagId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What a company takes along is not asked: what doesn't go has kept the company.
const ALL: GoesAlong = GoesAlong::ANY;

/// The demo records that are not in the bin. `$1` is the workspace. A note is something of the users' own, without another version of the
/// activity.
const RECORDS: &str = "
    SELECT d.entity, d.record_id AS id, d.version AS filled_version, x.name, x.version, {NONE} AS company_id, {NONE} AS contact_id,
      {NONE} AS deal_id, {NONE} AS reports_to_id, 0 AS notes
    FROM demo_records d JOIN companies x ON x.workspace_id = $1 AND x.id = d.record_id WHERE d.workspace_id = $1 AND x.deleted_at IS NULL
    UNION ALL
    SELECT d.entity, d.record_id, d.version, x.name, x.version, x.company_id, {NONE}, {NONE}, x.reports_to_id, 0
    FROM demo_records d JOIN contacts x ON x.workspace_id = $1 AND x.id = d.record_id WHERE d.workspace_id = $1 AND x.deleted_at IS NULL
    UNION ALL
    SELECT d.entity, d.record_id, d.version, x.name, x.version, x.company_id, x.contact_id, {NONE}, {NONE}, 0
    FROM demo_records d JOIN deals x ON x.workspace_id = $1 AND x.id = d.record_id WHERE d.workspace_id = $1 AND x.deleted_at IS NULL
    UNION ALL
    SELECT d.entity, d.record_id, d.version, x.subject, x.version, x.company_id, x.contact_id, x.deal_id, {NONE},
      (SELECT count(*) FROM activity_notes n WHERE n.workspace_id = $1 AND n.activity_id = x.id)
    FROM demo_records d JOIN activities x ON x.workspace_id = $1 AND x.id = d.record_id WHERE d.workspace_id = $1 AND x.deleted_at IS NULL
    UNION ALL
    SELECT d.entity, d.record_id, d.version, x.title, x.version, x.company_id, x.contact_id, x.deal_id, {NONE}, 0
    FROM demo_records d JOIN tasks x ON x.workspace_id = $1 AND x.id = d.record_id WHERE d.workspace_id = $1 AND x.deleted_at IS NULL";

/// A null of the type of an id.
const NONE: &str = "CAST(NULL AS uuid)";

/// The columns by which records refer to others.
const REFERENCES: [(&str, &str); 10] = [
    ("contacts", "company_id"),
    ("contacts", "reports_to_id"),
    ("deals", "company_id"),
    ("deals", "contact_id"),
    ("activities", "company_id"),
    ("activities", "contact_id"),
    ("activities", "deal_id"),
    ("tasks", "company_id"),
    ("tasks", "contact_id"),
    ("tasks", "deal_id"),
];

/// A demo record that a removal leaves unless asked, or at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemainingRecord {
    /// A company, contact, deal, activity or task.
    pub entity: Entity,
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// Its name or subject.
    pub name: String,
}

impl RemainingRecord {
    /// The record, as a form names it.
    pub fn shown(&self) -> ShownRecord {
        (self.id, self.version)
    }
}

/// What a removal of the demo data would do, as things are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemoRemoval {
    /// Number of companies that go. Nobody changed them, and nothing that stays refers to them.
    pub companies: u64,
    /// Numbers of other records that go, likewise.
    pub others: GoesAlong,
    /// Records that somebody changed, or added a note to. They stay unless they are removed too.
    pub changed: Vec<RemainingRecord>,
    /// Records that nobody changed and that a changed one refers to. They stay with it.
    pub needed_by_changed: Vec<RemainingRecord>,
    /// Records that one of the workspace's own refers to, directly or by others. They stay.
    pub needed_by_own: Vec<RemainingRecord>,
}

#[derive(FromQueryResult)]
struct RecordRow {
    entity: String,
    id: Uuid,
    filled_version: i64,
    name: String,
    version: i64,
    company_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    deal_id: Option<Uuid>,
    reports_to_id: Option<Uuid>,
    notes: i64,
}

impl RecordRow {
    fn is_changed(&self) -> bool {
        self.version != self.filled_version || self.notes > 0
    }

    fn references(&self) -> impl Iterator<Item = Uuid> {
        [self.company_id, self.contact_id, self.deal_id, self.reports_to_id].into_iter().flatten()
    }

    fn entity(&self) -> Result<Entity, StoreError> {
        crate::bin::entity_of(&self.entity)
    }
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

impl Store {
    /// What removing the demo data of the actor's workspace would do, for the question before.
    pub async fn demo_removal(&self, actor: &Actor) -> Result<DemoRemoval, StoreError> {
        authorize(actor, Verb::Delete, Entity::Workspace)?;
        let (rows, graph) = read(self.read(), actor.workspace_id.0).await?;
        let fates = graph.fates(&HashSet::new());
        let mut removal = DemoRemoval::default();
        for row in rows {
            let entity = row.entity()?;
            let list = match (fates.get(&row.id).copied().unwrap_or(DemoFate::Goes), entity) {
                (DemoFate::Changed, _) => &mut removal.changed,
                (DemoFate::NeededByChanged, _) => &mut removal.needed_by_changed,
                (DemoFate::NeededByOwn, _) => &mut removal.needed_by_own,
                (DemoFate::Goes, kind) => {
                    let count = match kind {
                        Entity::Contact => &mut removal.others.contacts,
                        Entity::Deal => &mut removal.others.deals,
                        Entity::Activity => &mut removal.others.activities,
                        Entity::Task => &mut removal.others.tasks,
                        _ => &mut removal.companies,
                    };
                    *count += 1;
                    continue;
                }
            };
            list.push(RemainingRecord { entity, id: row.id, version: row.version, name: row.name });
        }
        Ok(removal)
    }

    /// Moves the demo records of the actor's workspace to the bin, also where activities are locked, and forgets which records were demo
    /// data. What somebody changed stays, with what it refers to, and so does what one of the workspace's own records refers to. Tags of the
    /// demo that nothing else carries are deleted. Without demo data nothing is written.
    ///
    /// - `removed_too`: changed records that are removed as well if they still have these versions, and nothing of the workspace's own
    ///   refers to them.
    pub async fn remove_demo_data(&self, actor: &Actor, removed_too: RemovedToo) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Workspace, move |tx| Box::pin(remove(tx, removed_too))).await
    }
}

/// The demo records that are not in the bin, by kind, and what refers to them.
async fn read(db: &impl ConnectionTrait, workspace_id: Uuid) -> Result<(Vec<RecordRow>, DemoGraph), StoreError> {
    let rows: Vec<RecordRow> = sql(&RECORDS.replace("{NONE}", NONE), [workspace_id.into()]).all(db).await?;
    let marks = "SELECT d.record_id FROM demo_records d WHERE d.workspace_id = $1";
    let used = REFERENCES.map(|(table, column)| {
        format!(
            "SELECT x.{column} AS id FROM {table} x WHERE x.workspace_id = $1 AND x.deleted_at IS NULL AND x.{column} IN ({marks})
             AND x.id NOT IN ({marks})"
        )
    });
    let used: Vec<IdRow> = sql(&used.join(" UNION "), [workspace_id.into()]).all(db).await?;
    let graph = DemoGraph {
        references: rows.iter().map(|row| (row.id, row.references().collect())).collect(),
        changed: rows.iter().filter(|row| row.is_changed()).map(|row| row.id).collect(),
        used: used.into_iter().map(|row| row.id).collect(),
    };
    Ok((rows, graph))
}

async fn remove(tx: &mut WorkspaceTx, removed_too: RemovedToo) -> Result<(), StoreError> {
    if !has_marks(tx).await? {
        return Ok(());
    }
    let (rows, graph) = read(&tx.db, tx.workspace_id()).await?;
    let removed_too = rows.iter().filter(|row| removed_too.contains(&(row.id, row.version))).map(|row| row.id).collect();
    let fates = graph.fates(&removed_too);
    let goes = |row: &&RecordRow| fates.get(&row.id) == Some(&DemoFate::Goes);
    let mut ids: HashMap<Entity, Vec<Uuid>> = HashMap::new();
    for row in rows.iter().filter(goes) {
        ids.entry(row.entity()?).or_default().push(row.id);
        // A company takes along what refers to it, all of which goes.
        if row.entity()? == Entity::Company {
            companies::delete(tx, CompanyId(row.id), row.version, ALL).await?;
        }
    }
    let of = |entity: Entity| ids.get(&entity).map_or(&[][..], Vec::as_slice);
    remove_tasks(tx, of(Entity::Task)).await?;
    remove_others(tx, of(Entity::Contact), of(Entity::Deal), of(Entity::Activity)).await?;
    let tags = remove_tags(tx).await?;
    delete_marks(tx).await?;
    set_has_demo_data(tx, false).await?;
    let count = |entity: Entity| of(entity).len();
    let before = json!({
        "demo_data": "removed", "companies": count(Entity::Company), "contacts": count(Entity::Contact), "deals": count(Entity::Deal),
        "activities": count(Entity::Activity), "tasks": count(Entity::Task), "tags": tags, "kept": rows.len() - ids.values().map(Vec::len).sum::<usize>(),
    });
    let id = tx.workspace_id();
    tx.audit(Change { action: "remove-demo-data", entity: Entity::Workspace.noun(), id, before: Some(before), after: None }).await
}

/// Moves those of these tasks to the bin whose company stays.
async fn remove_tasks(tx: &mut WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    tasks::stop_series_of(tx, ids).await?;
    let live = Condition::all().add(task::Column::WorkspaceId.eq(tx.workspace_id())).add(task::Column::DeletedAt.is_null());
    for row in task::Entity::find().filter(live.add(task::Column::Id.is_in(ids.iter().copied()))).all(&tx.db).await? {
        tasks::move_to_bin(tx, row).await?;
    }
    Ok(())
}

/// Moves those of these records to the bin whose company stays.
async fn remove_others(tx: &mut WorkspaceTx, contacts: &[Uuid], deals: &[Uuid], activities: &[Uuid]) -> Result<(), StoreError> {
    use {activity::Column as OfActivity, contact::Column as OfContact, deal::Column as OfDeal};
    let workspace_id = tx.workspace_id();
    let live = Condition::all().add(OfActivity::WorkspaceId.eq(workspace_id)).add(OfActivity::DeletedAt.is_null());
    for row in activity::Entity::find().filter(live.add(OfActivity::Id.is_in(activities.iter().copied()))).all(&tx.db).await? {
        activities::move_to_bin(tx, row).await?;
    }
    let live = Condition::all().add(OfDeal::WorkspaceId.eq(workspace_id)).add(OfDeal::DeletedAt.is_null());
    for row in deal::Entity::find().filter(live.add(OfDeal::Id.is_in(deals.iter().copied()))).all(&tx.db).await? {
        deals::delete(tx, DealId(row.id), row.version).await?;
    }
    let live = Condition::all().add(OfContact::WorkspaceId.eq(workspace_id)).add(OfContact::DeletedAt.is_null());
    for row in contact::Entity::find().filter(live.add(OfContact::Id.is_in(contacts.iter().copied()))).all(&tx.db).await? {
        contacts::delete(tx, ContactId(row.id), row.version, ALL).await?;
    }
    Ok(())
}

/// Deletes the demo's tags that nobody changed and that only records carry that went to the bin just now. Returns their number.
async fn remove_tags(tx: &mut WorkspaceTx) -> Result<usize, StoreError> {
    #[derive(FromQueryResult)]
    struct TagRow {
        id: Uuid,
        version: i64,
    }
    let carried =
        [("company_tags", "company_id", "companies"), ("contact_tags", "contact_id", "contacts"), ("deal_tags", "deal_id", "deals")].map(
            |(links, key, table)| {
                format!(
                    " AND NOT EXISTS (SELECT 1 FROM {links} l JOIN {table} x ON x.workspace_id = $1 AND x.id = l.{key}
                    WHERE l.workspace_id = $1 AND l.tag_id = t.id AND (x.deleted_at IS NULL OR x.deleted_at <> $2))"
                )
            },
        );
    let text = format!(
        "SELECT t.id, t.version FROM demo_records d JOIN tags t ON t.workspace_id = $1 AND t.id = d.record_id AND t.version = d.version
         WHERE d.workspace_id = $1{}",
        carried.concat()
    );
    let rows: Vec<TagRow> = sql(&text, [tx.workspace_id().into(), tx.now.into()]).all(&tx.db).await?;
    for row in &rows {
        tags::delete(tx, TagId(row.id), row.version).await?;
    }
    Ok(rows.len())
}
