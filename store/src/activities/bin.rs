//! Putting an activity in the bin, and taking it out again for thirty days.

use super::{
    edit::{for_change, of_row, save},
    figures,
};
use crate::{
    Store, StoreError,
    audit::Change,
    bin::{Restored, to_restore, with_company},
    entity::activity,
    record::present,
    write::Write,
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
        self.write(actor, Verb::Delete, Entity::Activity, move |write| Box::pin(delete(write, id, version))).await
    }

    /// Takes an activity out of the bin. One that is not in the bin stays as it is; one that has been there for more than 30
    /// days is gone. One whose company is in the bin is [`StoreError::Conflict`]: it comes back with the company.
    pub async fn restore_activity(&self, actor: &Actor, id: ActivityId) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |write| Box::pin(async move { restore(write, id).await.map(drop) })).await
    }
}

async fn delete(write: &mut Write, id: ActivityId, version: i64) -> Result<(), StoreError> {
    let row = for_change(write, Verb::Delete, id, version).await?;
    let changes = activity::ActiveModel {
        deleted_at: Set(Some(write.now)),
        updated_at: Set(write.now),
        version: Set(version + 1),
        ..Default::default()
    };
    save(write, &row, changes).await?;
    figures::counted(write, [(row.company_id, -1)]).await?;
    figures::contacted(write, [row.contact_id]).await?;
    let before = present(of_row(&row));
    write.audit(Change { action: "delete", entity: Entity::Activity.noun(), id: id.0, before: Some(before), after: None }).await
}

/// Takes an activity out of the bin, as [`Store::restore_activity`] does.
pub(crate) async fn restore(write: &mut Write, id: ActivityId) -> Result<Restored, StoreError> {
    let deleted_at = activity::Column::DeletedAt;
    let row = to_restore::<activity::Entity>(write, Entity::Activity, id.0, deleted_at, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok(Restored { name: row.subject, version: row.version });
    }
    if let Some(company) = row.company_id {
        with_company(write, company).await?;
    }
    let version = row.version + 1;
    let changes = activity::ActiveModel { deleted_at: Set(None), updated_at: Set(write.now), version: Set(version), ..Default::default() };
    save(write, &row, changes).await?;
    figures::counted(write, [(row.company_id, 1)]).await?;
    figures::contacted(write, [row.contact_id]).await?;
    let after = present(of_row(&row));
    write.audit(Change { action: "restore", entity: Entity::Activity.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(Restored { name: row.subject, version })
}
