//! Putting an activity in the bin, and taking it out again for thirty days.

use super::{
    edit::{load_for_update, of_row, save},
    figures,
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    bin::{Restored, to_restore, with_company},
    database::write::WorkspaceTx,
    entity::activity,
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::ActivityId,
};
use sea_orm::ActiveValue::Set;

impl Store {
    /// Puts an activity that was shown at `version` in the bin, its notes with it. Where the workspace locks activities it
    /// is [`StoreError::Denied`].
    pub async fn delete_activity(&self, actor: &Actor, id: ActivityId, version: i64) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |tx| Box::pin(delete(tx, id, version))).await
    }

    /// Takes an activity out of the bin. One that is not in the bin stays as it is; one that has been there for more than 30
    /// days is gone. One whose company is in the bin is [`StoreError::Conflict`]: it comes back with the company.
    pub async fn restore_activity(&self, actor: &Actor, id: ActivityId) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |tx| Box::pin(async move { restore(tx, id).await.map(drop) })).await
    }
}

async fn delete(tx: &mut WorkspaceTx, id: ActivityId, version: i64) -> Result<(), StoreError> {
    let row = load_for_update(tx, Verb::Delete, id, version).await?;
    let changes =
        activity::ActiveModel { deleted_at: Set(Some(tx.now)), updated_at: Set(tx.now), version: Set(version + 1), ..Default::default() };
    save(tx, &row, changes).await?;
    figures::counted(tx, [(row.company_id, -1)]).await?;
    figures::contacted(tx, [row.contact_id]).await?;
    let before = without_nulls(of_row(&row));
    tx.audit(Change { action: "delete", entity: Entity::Activity.noun(), id: id.0, before: Some(before), after: None }).await
}

/// Takes an activity out of the bin, as [`Store::restore_activity`] does.
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: ActivityId) -> Result<Restored, StoreError> {
    let deleted_at = activity::Column::DeletedAt;
    let row = to_restore::<activity::Entity>(tx, Entity::Activity, id.0, deleted_at, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok(Restored { name: row.subject, version: row.version });
    }
    if let Some(company) = row.company_id {
        with_company(tx, company).await?;
    }
    let version = row.version + 1;
    let changes = activity::ActiveModel { deleted_at: Set(None), updated_at: Set(tx.now), version: Set(version), ..Default::default() };
    save(tx, &row, changes).await?;
    figures::counted(tx, [(row.company_id, 1)]).await?;
    figures::contacted(tx, [row.contact_id]).await?;
    let after = without_nulls(of_row(&row));
    tx.audit(Change { action: "restore", entity: Entity::Activity.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(Restored { name: row.subject, version })
}
