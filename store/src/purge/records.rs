//! The rows that go with records of the bin, in the order that the foreign keys ask for.

use crate::{
    StoreError,
    audit::{chain::Change, purges::PURGE},
    bin::{BIN_TABLES, BinTable, entity_of},
    companies, contacts,
    database::{rows::to_u64, sql::Sql, transaction::Transaction},
    tasks,
};
use domain::{access::Entity, bin::GoesAlong};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

/// The columns of an [`Entry`], of the alias `b`.
pub(super) const ENTRY_COLUMNS: &str = "b.record_id, b.entity, b.contacts, b.deals, b.activities, b.tasks";

/// An entry of the bin.
#[derive(FromQueryResult)]
pub(super) struct Entry {
    pub record_id: Uuid,
    pub entity: String,
    contacts: i64,
    deals: i64,
    activities: i64,
    tasks: i64,
}

impl Entry {
    /// Number of records that were in it when it was made.
    pub(super) fn records(&self) -> u64 {
        to_u64(1 + self.contacts + self.deals + self.activities + self.tasks)
    }
}

/// Optional references to records, which are cleared when these go: table, column, and the kind of the records.
const REFERENCES: [(&str, &str, Entity); 9] = [
    ("activities", "deal_id", Entity::Deal),
    ("activities", "contact_id", Entity::Contact),
    ("deals", "contact_id", Entity::Contact),
    ("contacts", "reports_to_id", Entity::Contact),
    ("activities", "company_id", Entity::Company),
    ("contacts", "company_id", Entity::Company),
    ("tasks", "deal_id", Entity::Deal),
    ("tasks", "contact_id", Entity::Contact),
    ("tasks", "company_id", Entity::Company),
];

/// Rows of other tables that go with a record, by the column that refers to it. Those with a cascading key go by themselves.
const PARTS: [(&str, &str, Entity); 12] = [
    ("action_snoozes", "record_id", Entity::Company),
    ("action_snoozes", "record_id", Entity::Contact),
    ("action_snoozes", "record_id", Entity::Deal),
    ("action_snoozes", "record_id", Entity::Task),
    ("action_dismissals", "record_id", Entity::Company),
    ("action_dismissals", "record_id", Entity::Contact),
    ("action_dismissals", "record_id", Entity::Deal),
    ("action_dismissals", "record_id", Entity::Task),
    ("attachments", "activity_id", Entity::Activity),
    ("attachments", "deal_id", Entity::Deal),
    ("attachments", "contact_id", Entity::Contact),
    ("attachments", "company_id", Entity::Company),
];

/// Records of a workspace that are deleted for ever.
pub(super) struct PurgeSet {
    workspace_id: Uuid,
    companies: BTreeSet<Uuid>,
    contacts: BTreeSet<Uuid>,
    deals: BTreeSet<Uuid>,
    activities: BTreeSet<Uuid>,
    tasks: BTreeSet<Uuid>,
}

#[derive(FromQueryResult)]
struct Deleted {
    id: Uuid,
    name: String,
}

impl PurgeSet {
    /// The records of these entries with what goes along.
    pub(super) async fn of(db: &impl ConnectionTrait, workspace_id: Uuid, entries: &[Entry]) -> Result<Self, StoreError> {
        let none = BTreeSet::new;
        let mut all = Self { workspace_id, companies: none(), contacts: none(), deals: none(), activities: none(), tasks: none() };
        for entry in entries {
            let (entity, id) = (entity_of(&entry.entity)?, entry.record_id);
            all.of_kind_mut(entity).insert(id);
            match entity {
                Entity::Company => {
                    let along = companies::binned_dependents(db, workspace_id, id).await?;
                    all.contacts.extend(along.contacts);
                    all.deals.extend(along.deals);
                    all.activities.extend(along.activities);
                    all.tasks.extend(along.tasks);
                }
                Entity::Contact => {
                    all.activities.extend(contacts::binned_with_contact(db, workspace_id, id, "activities").await?);
                    all.tasks.extend(contacts::binned_with_contact(db, workspace_id, id, "tasks").await?);
                }
                _ => {}
            }
        }
        Ok(all)
    }

    fn of_kind(&self, entity: Entity) -> &BTreeSet<Uuid> {
        match entity {
            Entity::Contact => &self.contacts,
            Entity::Deal => &self.deals,
            Entity::Activity => &self.activities,
            Entity::Task => &self.tasks,
            _ => &self.companies,
        }
    }

    fn of_kind_mut(&mut self, entity: Entity) -> &mut BTreeSet<Uuid> {
        match entity {
            Entity::Contact => &mut self.contacts,
            Entity::Deal => &mut self.deals,
            Entity::Activity => &mut self.activities,
            Entity::Task => &mut self.tasks,
            _ => &mut self.companies,
        }
    }

    /// Numbers of the records besides the one that is asked about.
    pub(super) fn goes_along(&self, id: Uuid) -> GoesAlong {
        let count = |ids: &BTreeSet<Uuid>| ids.iter().filter(|other| **other != id).count() as u64;
        GoesAlong {
            contacts: count(&self.contacts),
            deals: count(&self.deals),
            activities: count(&self.activities),
            tasks: count(&self.tasks),
        }
    }

    /// The names of the records besides the one that is asked about.
    pub(super) async fn names_besides(&self, db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for table in BIN_TABLES {
            let others: Vec<Uuid> = self.of_kind(table.entity).iter().copied().filter(|other| *other != id).collect();
            for chunk in others.chunks(CHUNK) {
                let start = format!("SELECT id, {} AS name FROM {} WHERE", table.name, table.table);
                let rows: Vec<Deleted> = self.statement(&start, "id", chunk, " ORDER BY id").all(db).await?;
                names.extend(rows.into_iter().map(|row| row.name));
            }
        }
        Ok(names)
    }

    /// Deletes the records and what hangs on them, and clears references to them. Returns the changes to append to the log.
    ///
    /// A record whose reference is cleared keeps its version: nobody has seen a link to a deleted record there.
    pub(super) async fn delete(&self, tx: &Transaction) -> Result<Vec<Change<'static>>, StoreError> {
        for (table, column, entity) in PARTS {
            self.each_chunk(tx, &format!("DELETE FROM {table} WHERE"), column, entity).await?;
        }
        let mut changes = Vec::new();
        // Those that refer to others first.
        for table in BIN_TABLES.into_iter().rev() {
            changes.extend(self.delete_kind(tx, table).await?);
        }
        tasks::delete_idle_series(tx, self.workspace_id).await?;
        for table in BIN_TABLES {
            for marks in ["bin_entries", "demo_records"] {
                self.each_chunk(tx, &format!("DELETE FROM {marks} WHERE"), "record_id", table.entity).await?;
            }
        }
        Ok(changes)
    }

    /// Deletes the records of a kind. Nothing that was restored meanwhile: the condition on `deleted_at` leaves it to the foreign keys to
    /// refuse the rest.
    async fn delete_kind(&self, tx: &Transaction, table: &BinTable) -> Result<Vec<Change<'static>>, StoreError> {
        let BinTable { entity, table, name, .. } = *table;
        for (referring, column, _) in REFERENCES.into_iter().filter(|(_, _, referred)| *referred == entity) {
            self.each_chunk(tx, &format!("UPDATE {referring} SET {column} = NULL WHERE"), column, entity).await?;
        }
        if let Some((update, column)) = tasks::detach(entity) {
            self.each_chunk(tx, &update, column, entity).await?;
        }
        let mut changes = Vec::new();
        for chunk in chunks(self.of_kind(entity)) {
            let returning = format!(" AND deleted_at IS NOT NULL RETURNING id, {name} AS name");
            let mut deleted: Vec<Deleted> = self.statement(&format!("DELETE FROM {table} WHERE"), "id", &chunk, &returning).all(tx).await?;
            deleted.sort_unstable_by_key(|row| row.id);
            changes.extend(deleted.into_iter().map(|row| Change {
                action: PURGE,
                entity: entity.noun(),
                id: row.id,
                before: Some(json!({ name: row.name })),
                after: None,
            }));
        }
        Ok(changes)
    }

    /// Runs a statement on the rows whose `column` is one of the records of a kind. `start`: its text up to the condition.
    async fn each_chunk(&self, tx: &Transaction, start: &str, column: &str, entity: Entity) -> Result<(), StoreError> {
        for chunk in chunks(self.of_kind(entity)) {
            self.statement(start, column, &chunk, "").execute(tx).await?;
        }
        Ok(())
    }

    fn statement(&self, start: &str, column: &str, ids: &[Uuid], end: &str) -> Sql {
        let mut statement = Sql::with([self.workspace_id.into()]);
        let ids = statement.bind_all(ids.iter().copied());
        statement.push(&format!("{start} workspace_id = $1 AND {column} IN ({ids}){end}"));
        statement
    }
}

fn chunks(ids: &BTreeSet<Uuid>) -> Vec<Vec<Uuid>> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    ids.chunks(CHUNK).map(<[Uuid]>::to_vec).collect()
}
