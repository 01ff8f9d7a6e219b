//! Putting an activity in the bin, and taking it out again.

use super::{
    edit::{for_change, of_row, save},
    figures,
};
use crate::{Store, StoreError, audit::Change, entity::activity, record::present, write::Write};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{ActivityId, UserId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

impl Store {
    /// Puts an activity that was shown at `version` in the bin, its notes with it. Where the workspace locks activities it
    /// is [`StoreError::Denied`].
    pub async fn delete_activity(&self, actor: &Actor, id: ActivityId, version: i64) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |write| Box::pin(delete(write, id, version))).await
    }

    /// Takes an activity out of the bin. One that is not in it is [`StoreError::NotFound`], one whose company is in the bin
    /// [`StoreError::Conflict`]: it comes back with the company.
    pub async fn restore_activity(&self, actor: &Actor, id: ActivityId) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Activity, move |write| Box::pin(restore(write, id))).await
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

async fn restore(write: &mut Write, id: ActivityId) -> Result<(), StoreError> {
    let row = activity::Entity::find_by_id((write.workspace_id(), id.0))
        .filter(activity::Column::DeletedAt.is_not_null())
        .one(&write.db)
        .await?
        .ok_or(StoreError::NotFound)?;
    if !write.actor.may_with(Verb::Delete, Entity::Activity, UserId(row.owner_id)) {
        return Err(StoreError::Denied);
    }
    if let Some(company) = row.company_id {
        let there = crate::entity::company::Entity::find_by_id((write.workspace_id(), company))
            .filter(crate::entity::company::Column::DeletedAt.is_null())
            .one(&write.db)
            .await?;
        there.ok_or(StoreError::Conflict)?;
    }
    let changes =
        activity::ActiveModel { deleted_at: Set(None), updated_at: Set(write.now), version: Set(row.version + 1), ..Default::default() };
    save(write, &row, changes).await?;
    figures::counted(write, [(row.company_id, 1)]).await?;
    figures::contacted(write, [row.contact_id]).await?;
    let after = present(of_row(&row));
    write.audit(Change { action: "restore", entity: Entity::Activity.noun(), id: id.0, before: None, after: Some(after) }).await
}
