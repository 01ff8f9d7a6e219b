//! Moving a contact to the bin and restoring it within thirty days.
//!
//! Activities and tasks that are linked to the contact alone are deleted and restored with it. Those that are also linked to a company or a
//! deal stay, and so do the contact's deals.

use super::{
    edit::{RelatedNames, count},
    rows::{derived_columns_of, name_order, save},
};
use crate::{
    Store, StoreError, activities,
    audit::chain::Change,
    bin::{Restored, add_entry, load_for_restore, remove_entries},
    database::{records::load_for_update, rows::to_u64, sql::sql, write::WorkspaceTx},
    deals,
    entity::{contact, workspace_counter::Column as OfWorkspace},
    error::authorize,
    last_contact::{CompanySet, recompute_contact_counters},
    lists::{
        counters::add_to_workspace,
        search::{REINDEX_BATCH, update_search_columns},
    },
    tags::{Tagged, count_carriers},
    tasks,
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    collation::NameOrder,
    ids::{ContactId, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::json;
use uuid::Uuid;

/// Condition of the activities or tasks that are linked to a contact alone; `$1` is the workspace, `$2` the contact. The other links are
/// compared in a CASE, because SQLite would use an index for `IS NULL` and read every activity without a company.
const ALONE: &str = "workspace_id = $1 AND contact_id = $2 AND CASE WHEN company_id IS NULL AND deal_id IS NULL THEN 1 ELSE 0 END = 1";

/// The records that are deleted with a contact, and those that stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDeletion {
    /// Id of the contact.
    pub id: ContactId,
    /// Their name.
    pub name: String,
    /// Its version, for the deletion.
    pub version: i64,
    /// The numbers of records that are deleted with it: activities and tasks linked to it alone.
    pub goes_along: GoesAlong,
    /// Number of activities that stay with their company or deal.
    pub activities_left: u64,
    /// Number of tasks that stay with their company or deal.
    pub tasks_left: u64,
    /// Number of deals that stay, without a contact.
    pub deals_left: u64,
    /// Number of contacts that report to this one.
    pub reports: u64,
}

#[derive(FromQueryResult)]
struct DeletionRow {
    name: String,
    owner_id: Uuid,
    version: i64,
    activities: i64,
    alone: i64,
    tasks: i64,
    tasks_alone: i64,
    deals: i64,
    reports: i64,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

impl Store {
    /// The records that would be deleted with this contact, for the question before.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such contact or it is in the bin, [`StoreError::Denied`] if the actor may not delete it.
    pub async fn contact_deletion(&self, actor: &Actor, id: ContactId) -> Result<ContactDeletion, StoreError> {
        authorize(actor, Verb::Delete, Entity::Contact)?;
        let text = format!(
            "SELECT p.name, p.owner_id, p.version,
               (SELECT count(*) FROM activities WHERE workspace_id = $1 AND contact_id = $2 AND deleted_at IS NULL) AS activities,
               (SELECT count(*) FROM activities WHERE {ALONE} AND deleted_at IS NULL) AS alone,
               (SELECT count(*) FROM tasks WHERE workspace_id = $1 AND contact_id = $2 AND deleted_at IS NULL) AS tasks,
               (SELECT count(*) FROM tasks WHERE {ALONE} AND deleted_at IS NULL) AS tasks_alone,
               (SELECT count(*) FROM deals WHERE workspace_id = $1 AND contact_id = $2 AND deleted_at IS NULL) AS deals,
               (SELECT count(*) FROM contacts WHERE workspace_id = $1 AND reports_to_id = $2 AND deleted_at IS NULL) AS reports
             FROM contacts p WHERE p.workspace_id = $1 AND p.id = $2 AND p.deleted_at IS NULL"
        );
        let statement = sql(&text, [actor.workspace_id.0.into(), id.0.into()]);
        let row: DeletionRow = statement.one(self.read()).await?.ok_or(StoreError::NotFound)?;
        if !actor.may_with(Verb::Delete, Entity::Contact, UserId(row.owner_id)) {
            return Err(StoreError::Denied);
        }
        Ok(ContactDeletion {
            id,
            name: row.name,
            version: row.version,
            goes_along: GoesAlong { activities: to_u64(row.alone), tasks: to_u64(row.tasks_alone), ..GoesAlong::default() },
            activities_left: to_u64(row.activities - row.alone),
            tasks_left: to_u64(row.tasks - row.tasks_alone),
            deals_left: to_u64(row.deals),
            reports: to_u64(row.reports),
        })
    }

    /// Moves a contact to the bin, with the activities that are linked to it alone, and returns its name.
    ///
    /// - `version`: the contact's version that was shown.
    /// - `shown`: the numbers that were shown as deleted with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the contact has another version now, or if more would be deleted with it than was shown.
    pub async fn delete_contact(&self, actor: &Actor, id: ContactId, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Contact, move |tx| Box::pin(delete(tx, id, version, shown))).await
    }

    /// Restores a contact with the activities that were deleted with it, and returns its name. A contact that is not in the bin is not
    /// changed. If its company is in the bin, it is restored without a company.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it has been in the bin for more than 30 days, [`StoreError::Denied`] if the actor may not delete it.
    pub async fn restore_contact(&self, actor: &Actor, id: ContactId) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Contact, move |tx| Box::pin(async move { Ok(restore(tx, id).await?.name) })).await
    }
}

/// As [`Store::delete_contact`].
pub(crate) async fn delete(tx: &mut WorkspaceTx, id: ContactId, version: i64, shown: GoesAlong) -> Result<String, StoreError> {
    let row = load_for_update::<contact::Entity>(tx, Verb::Delete, id.0, version).await?;
    let binned = |table: &str| {
        format!(
            "UPDATE {table} SET deleted_at = $3, search = '', updated_at = $3, version = version + 1
             WHERE {ALONE} AND deleted_at IS NULL RETURNING id"
        )
    };
    let activities = changed_ids(tx, &binned("activities"), id).await?;
    let tasks = changed_ids(tx, &binned("tasks"), id).await?;
    let goes_along = GoesAlong { activities: activities.len() as u64, tasks: tasks.len() as u64, ..GoesAlong::default() };
    // The error rolls this update back.
    if goes_along.exceeds(&shown) {
        return Err(StoreError::Conflict);
    }
    let changes = contact::ActiveModel {
        search: Set(String::new()),
        deleted_at: Set(Some(tx.now)),
        updated_at: Set(tx.now),
        version: Set(version + 1),
        ..Default::default()
    };
    save(tx, &row, changes).await?;
    deals::reindex_of_contacts(tx, &[id.0]).await?;
    count(tx, -1, row.company_id).await?;
    count_carriers(tx, Tagged::Contact, &[id.0], -1).await?;
    recompute_contact_counters(tx, CompanySet::OfContacts(&[id.0])).await?;
    count_activities(tx, -1, &activities).await?;
    tasks::count_tasks(tx, &tasks, -1).await?;
    add_entry(tx, Entity::Contact, id.0, goes_along).await?;
    let before = json!({ "name": row.name, "activities": activities.len(), "tasks": tasks.len() });
    tx.audit(Change { action: "delete", entity: Entity::Contact.noun(), id: id.0, before: Some(before), after: None }).await?;
    for (entity, record) in with_it(activities, tasks) {
        let before = json!({ "contact_id": id.to_string() });
        tx.audit(Change { action: "delete", entity: entity.noun(), id: record, before: Some(before), after: None }).await?;
    }
    Ok(row.name)
}

/// As [`Store::restore_contact`].
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: ContactId) -> Result<Restored, StoreError> {
    let deleted_at = contact::Column::DeletedAt;
    let row = load_for_restore::<contact::Entity>(tx, Entity::Contact, id.0, deleted_at, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok(Restored { name: row.name, version: row.version });
    }
    let restored = |table: &str| {
        format!(
            "UPDATE {table} SET deleted_at = NULL, updated_at = $3, version = version + 1
             WHERE {ALONE} AND deleted_at = (SELECT deleted_at FROM contacts WHERE workspace_id = $1 AND id = $2) RETURNING id"
        )
    };
    let activities = changed_ids(tx, &restored("activities"), id).await?;
    activities::reindex(tx, &activities).await?;
    let tasks = changed_ids(tx, &restored("tasks"), id).await?;
    tasks::reindex(tx, &tasks).await?;
    let related = RelatedNames::of_row(tx, &row).await?;
    let company_id = row.company_id.filter(|_| related.company_name.is_some());
    let version = row.version + 1;
    let changes = contact::ActiveModel {
        company_id: Set(company_id),
        deleted_at: Set(None),
        updated_at: Set(tx.now),
        version: Set(version),
        ..derived_columns_of(&row, related.company_name.as_deref(), name_order(tx).await?)?.into()
    };
    save(tx, &row, changes).await?;
    deals::reindex_of_contacts(tx, &[id.0]).await?;
    count(tx, 1, company_id).await?;
    count_carriers(tx, Tagged::Contact, &[id.0], 1).await?;
    recompute_contact_counters(tx, CompanySet::OfContacts(&[id.0])).await?;
    count_activities(tx, 1, &activities).await?;
    tasks::count_tasks(tx, &tasks, 1).await?;
    remove_entries(tx, &[&[id.0], &activities[..], &tasks[..]].concat()).await?;
    let after = json!({ "name": row.name, "company_id": company_id.map(|id| id.to_string()), "activities": activities.len(), "tasks": tasks.len() });
    tx.audit(Change { action: "restore", entity: Entity::Contact.noun(), id: id.0, before: None, after: Some(after) }).await?;
    for (entity, record) in with_it(activities, tasks) {
        let after = json!({ "contact_id": id.to_string() });
        tx.audit(Change { action: "restore", entity: entity.noun(), id: record, before: None, after: Some(after) }).await?;
    }
    Ok(Restored { name: row.name, version })
}

/// Updates the search columns of these contacts, which are restored with their company. `company`: its name.
pub(crate) async fn reindex(tx: &WorkspaceTx, ids: &[Uuid], company: &str) -> Result<(), StoreError> {
    for chunk in ids.chunks(REINDEX_BATCH) {
        let found = contact::Entity::find()
            .filter(contact::Column::WorkspaceId.eq(tx.workspace_id()))
            .filter(contact::Column::Id.is_in(chunk.iter().copied()));
        let rows = found.all(&tx.db).await?;
        let texts = rows.iter().map(|row| Ok((row.id, derived_columns_of(row, Some(company), NameOrder::default())?.search)));
        update_search_columns(tx, "contacts", texts.collect::<Result<_, StoreError>>()?).await?;
    }
    Ok(())
}

/// The records that were deleted or restored with a contact, each with its kind.
fn with_it(activities: Vec<Uuid>, tasks: Vec<Uuid>) -> impl Iterator<Item = (Entity, Uuid)> {
    let activities = activities.into_iter().map(|id| (Entity::Activity, id));
    activities.chain(tasks.into_iter().map(|id| (Entity::Task, id)))
}

/// Ids of the activities or tasks that were deleted with this contact, which is in the bin. `table`: theirs.
pub(crate) async fn binned_with_contact(
    db: &impl ConnectionTrait,
    workspace_id: Uuid,
    contact_id: Uuid,
    table: &'static str,
) -> Result<Vec<Uuid>, StoreError> {
    let text = format!(
        "SELECT id FROM {table} WHERE {ALONE} AND deleted_at = (SELECT deleted_at FROM contacts WHERE workspace_id = $1 AND id = $2)"
    );
    let rows: Vec<IdRow> = sql(&text, [workspace_id.into(), contact_id.into()]).all(db).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Runs an UPDATE of a contact's activities and returns their ids in order. `$3` is the time.
async fn changed_ids(tx: &WorkspaceTx, text: &str, id: ContactId) -> Result<Vec<Uuid>, StoreError> {
    let rows: Vec<IdRow> = sql(text, [tx.workspace_id().into(), id.0.into(), tx.now.into()]).all(&tx.db).await?;
    let mut ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    ids.sort_unstable();
    Ok(ids)
}

async fn count_activities(tx: &WorkspaceTx, sign: i64, ids: &[Uuid]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let by = sign * i64::try_from(ids.len()).unwrap_or(i64::MAX);
    add_to_workspace(&tx.db, tx.workspace_id(), &[(OfWorkspace::Activities, by)]).await
}
