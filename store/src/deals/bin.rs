//! Putting a deal in the bin, and taking it out again for thirty days. Its activities stay where they are.

use super::{
    edit::{counted, load_for_update, of_id, record, save, search_text},
    figures::recount,
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    bin::{Restored, to_restore, with_company},
    custom_fields::from_json,
    database::write::WorkspaceTx,
    entity::deal,
    lists::search::{REINDEX_BATCH, update_search_columns},
    stages,
    tags::{Tagged, count_carriers},
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::DealId,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

impl Store {
    /// Puts a deal that was shown at `version` in the bin. Gives its name.
    pub async fn delete_deal(&self, actor: &Actor, id: DealId, version: i64) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Deal, move |tx| Box::pin(delete(tx, id, version))).await
    }

    /// Takes a deal out of the bin, back to its place on the board. Gives its name. One that is not in the bin stays as it
    /// is; one that has been there for more than 30 days is gone. One whose company is in the bin is
    /// [`StoreError::Conflict`]: it comes back with the company.
    pub async fn restore_deal(&self, actor: &Actor, id: DealId) -> Result<String, StoreError> {
        self.write(actor, Verb::Delete, Entity::Deal, move |tx| Box::pin(async move { Ok(restore(tx, id).await?.name) })).await
    }
}

/// Puts a deal in the bin, with its counters and audit row. Gives its name.
pub(super) async fn delete(tx: &mut WorkspaceTx, id: DealId, version: i64) -> Result<String, StoreError> {
    let row = load_for_update(tx, Verb::Delete, id, version).await?;
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let stage = of_id(&stages, row.stage_id)?;
    let next = deal::Model { deleted_at: Some(tx.now), search: String::new(), updated_at: tx.now, version: version + 1, ..row.clone() };
    save(tx, &row, &next).await?;
    recount(tx, Some(counted(&row, stage.kind)), None).await?;
    count_carriers(tx, Tagged::Deal, &[id.0], -1).await?;
    let before = without_nulls(record(&row, stage));
    tx.audit(Change { action: "delete", entity: Entity::Deal.noun(), id: id.0, before: Some(before), after: None }).await?;
    Ok(row.name)
}

/// Takes a deal out of the bin, as [`Store::restore_deal`] does.
pub(crate) async fn restore(tx: &mut WorkspaceTx, id: DealId) -> Result<Restored, StoreError> {
    let row = to_restore::<deal::Entity>(tx, Entity::Deal, id.0, deal::Column::DeletedAt, |row| row.owner_id).await?;
    if row.deleted_at.is_none() {
        return Ok(Restored { name: row.name, version: row.version });
    }
    with_company(tx, row.company_id).await?;
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let stage = of_id(&stages, row.stage_id)?;
    let next = deal::Model { deleted_at: None, search: text_of(&row), updated_at: tx.now, version: row.version + 1, ..row.clone() };
    save(tx, &row, &next).await?;
    recount(tx, None, Some(counted(&next, stage.kind))).await?;
    count_carriers(tx, Tagged::Deal, &[id.0], 1).await?;
    let after = without_nulls(record(&next, stage));
    tx.audit(Change { action: "restore", entity: Entity::Deal.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(Restored { name: row.name, version: next.version })
}

/// Lets these deals be found again, which come out of the bin with their company.
pub(crate) async fn found_again(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    for some in ids.chunks(REINDEX_BATCH) {
        let found = deal::Entity::find()
            .filter(deal::Column::WorkspaceId.eq(tx.workspace_id()))
            .filter(deal::Column::Id.is_in(some.iter().copied()));
        let rows = found.all(&tx.db).await?;
        update_search_columns(tx, "deals", rows.iter().map(|row| (row.id, text_of(row))).collect()).await?;
    }
    Ok(())
}

fn text_of(row: &deal::Model) -> String {
    search_text(&row.name, &from_json(row.metadata.clone()))
}
