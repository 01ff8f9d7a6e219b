//! Moving an activity to the bin and restoring it within thirty days.

use super::{
    counters,
    edit::{load_for_update, row_audit_json, save},
    search_index::reindex,
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    bin::{Restored, add_entry, load_for_restore, remove_entries, require_live_company},
    database::write::WorkspaceTx,
    entity::activity,
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    ids::ActivityId,
};
use sea_orm::ActiveValue::Set;

impl Store {
    /// Moves an activity to the bin, with its notes. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none or it is in the bin, [`StoreError::Denied`] if the actor may not delete it or the
    /// workspace locks activities, [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn delete_activity(&self, actor: &Actor, id: ActivityId, version: i64) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |tx| Box::pin(delete(tx, id, version))).await
    }

    /// Restores an activity from the bin. An activity that is not in the bin is not changed.
    ///
    /// # Errors
    /// - [`StoreError::NotFound`] if it has been in the bin for more than 30 days.
    /// - [`StoreError::Denied`] if the actor may not delete it.
    /// - [`StoreError::Conflict`] if its company is in the bin. Restoring the company restores the activity.
    pub async fn restore_activity(&self, actor: &Actor, id: ActivityId) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |tx| Box::pin(async move { restore(tx, id).await.map(drop) })).await
    }
}

/// As [`Store::delete_activity`].
pub(crate) async fn delete(tx: &mut WorkspaceTx, id: ActivityId, version: i64) -> Result<(), StoreError> {
    let row = load_for_update(tx, Verb::Delete, id, version).await?;
    move_to_bin(tx, row).await
}

/// Moves an activity to the bin, also where the workspace locks activities.
pub(crate) async fn move_to_bin(tx: &mut WorkspaceTx, row: activity::Model) -> Result<(), StoreError> {
    let changes = activity::ActiveModel {
        search: Set(String::new()),
        deleted_at: Set(Some(tx.now)),
        updated_at: Set(tx.now),
        version: Set(row.version + 1),
        ..Default::default()
    };
    save(tx, &row, changes).await?;
    counters::add_activity_counts(tx, [(row.company_id, -1)]).await?;
    counters::refresh_last_primary_contact(tx, [row.contact_id]).await?;
    add_entry(tx, Entity::Activity, row.id, GoesAlong::default()).await?;
    let before = without_nulls(row_audit_json(&row));
    tx.audit(Change { action: "delete", entity: Entity::Activity.noun(), id: row.id, before: Some(before), after: None }).await
}

/// As [`Store::restore_activity`].
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: ActivityId) -> Result<Restored, StoreError> {
    let deleted_at = activity::Column::DeletedAt;
    let row = load_for_restore::<activity::Entity>(tx, Entity::Activity, id.0, deleted_at, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok(Restored { name: row.subject, version: row.version });
    }
    if let Some(company) = row.company_id {
        require_live_company(tx, company).await?;
    }
    let version = row.version + 1;
    let changes = activity::ActiveModel { deleted_at: Set(None), updated_at: Set(tx.now), version: Set(version), ..Default::default() };
    save(tx, &row, changes).await?;
    reindex(tx, &[id.0]).await?;
    counters::add_activity_counts(tx, [(row.company_id, 1)]).await?;
    counters::refresh_last_primary_contact(tx, [row.contact_id]).await?;
    remove_entries(tx, &[id.0]).await?;
    let after = without_nulls(row_audit_json(&row));
    tx.audit(Change { action: "restore", entity: Entity::Activity.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(Restored { name: row.subject, version })
}
