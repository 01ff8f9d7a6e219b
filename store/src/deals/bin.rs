//! Moving a deal to the bin and restoring it within thirty days. Its activities are not affected.

use super::{
    counters::{CountedDeal, apply_counter_delta},
    edit::{audit_json, save, stage_by_id},
    search_index::reindex,
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    bin::{Restored, add_entry, load_for_restore, remove_entries, require_live_company},
    database::{records::load_for_update, write::WorkspaceTx},
    entity::deal,
    stages,
    tags::{Tagged, count_carriers},
};
use domain::{
    access::{Actor, Entity, Verb},
    bin::GoesAlong,
    ids::DealId,
};

impl Store {
    /// Moves a deal to the bin and returns its name. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such deal or it is in the bin, [`StoreError::Denied`] if the actor may not delete it,
    /// [`StoreError::Conflict`] if it was changed since `version`.
    pub async fn delete_deal(&self, actor: &Actor, id: DealId, version: i64) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Deal, move |tx| Box::pin(delete(tx, id, version))).await
    }

    /// Restores a deal from the bin to its position on the board and returns its name. A deal that is not in the bin is not changed.
    ///
    /// # Errors
    /// - [`StoreError::NotFound`] if it has been in the bin for more than 30 days.
    /// - [`StoreError::Denied`] if the actor may not delete it.
    /// - [`StoreError::Conflict`] if its company is in the bin. Restoring the company restores the deal.
    pub async fn restore_deal(&self, actor: &Actor, id: DealId) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Deal, move |tx| Box::pin(async move { Ok(restore(tx, id).await?.name) })).await
    }
}

/// Moves a deal to the bin, with counters and audit row, and returns its name.
pub(crate) async fn delete(tx: &mut WorkspaceTx, id: DealId, version: i64) -> Result<String, StoreError> {
    let row = load_for_update::<deal::Entity>(tx, Verb::Delete, id.0, version).await?;
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let stage = stage_by_id(&stages, row.stage_id)?;
    let next = deal::Model { deleted_at: Some(tx.now), search: String::new(), updated_at: tx.now, version: version + 1, ..row.clone() };
    save(tx, &row, &next).await?;
    apply_counter_delta(tx, Some(CountedDeal::from_row(&row, stage.kind)), None).await?;
    count_carriers(tx, Tagged::Deal, &[id.0], -1).await?;
    add_entry(tx, Entity::Deal, id.0, GoesAlong::default()).await?;
    let before = without_nulls(audit_json(&row, stage));
    tx.audit(Change { action: "delete", entity: Entity::Deal.noun(), id: id.0, before: Some(before), after: None }).await?;
    Ok(row.name)
}

/// As [`Store::restore_deal`].
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: DealId) -> Result<Restored, StoreError> {
    let row = load_for_restore::<deal::Entity>(tx, Entity::Deal, id.0, deal::Column::DeletedAt, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok(Restored { name: row.name, version: row.version });
    }
    require_live_company(tx, row.company_id).await?;
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let stage = stage_by_id(&stages, row.stage_id)?;
    let next = deal::Model { deleted_at: None, updated_at: tx.now, version: row.version + 1, ..row.clone() };
    save(tx, &row, &next).await?;
    reindex(tx, &[id.0]).await?;
    apply_counter_delta(tx, None, Some(CountedDeal::from_row(&next, stage.kind))).await?;
    count_carriers(tx, Tagged::Deal, &[id.0], 1).await?;
    remove_entries(tx, &[id.0]).await?;
    let after = without_nulls(audit_json(&next, stage));
    tx.audit(Change { action: "restore", entity: Entity::Deal.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(Restored { name: row.name, version: next.version })
}
