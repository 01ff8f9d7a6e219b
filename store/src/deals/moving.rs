//! Moving a card: one row written, whatever the length of its column.

use super::{
    column::room,
    edit::{WHY_LOST, closed_at, counted, for_change, of_id, record, save},
    figures::recount,
};
use crate::{
    Store, StoreError,
    audit::Change,
    entity::{deal, stage_counter},
    record::changed,
    rows::uint,
    stages::{self, Stage},
    write::Write,
};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{ColumnTotals, DealMove, Moved},
    money::Money,
    stages::StageKind,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

impl Store {
    /// Puts a card at a place in a column and answers its new version and the totals of the columns it touched.
    ///
    /// A probability that was the old stage's own becomes the new one's; one that a person set stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the card was changed since it was shown; [`StoreError::Invalid`] at `stage` for one that
    /// isn't there, at `lost_reason` for a lost stage without a reason.
    pub async fn move_deal(&self, actor: &Actor, to: &DealMove) -> Result<Moved, StoreError> {
        let to = to.clone();
        self.write(actor, Verb::Update, Entity::Deal, |write| Box::pin(relocate(write, to))).await
    }
}

/// Moves a card, with the counters and the audit row.
pub(crate) async fn relocate(write: &mut Write, to: DealMove) -> Result<Moved, StoreError> {
    let row = for_change(write, Verb::Update, to.deal_id, to.version).await?;
    let stages = stages::of_workspace(&write.db, write.workspace_id()).await?;
    let (old, new) = (of_id(&stages, row.stage_id)?, stages::by_slug(&stages, &to.stage)?);
    let mut next = in_stage(&row, old, new, to.lost_reason)?;
    next.closed_at = closed_at(row.closed_at, old.kind, new.kind, write.now);
    next.position = room(write, new.id.0, to.place, to.deal_id).await?;
    next.version = to.version + 1;
    next.updated_at = write.now;
    save(write, &row, &next).await?;
    recount(write, Some(counted(&row, old.kind)), Some(counted(&next, new.kind))).await?;

    let (mut before, mut after) = changed(record(&row, old), record(&next, new));
    (before["position"], after["position"]) = (json!(row.position), json!(next.position));
    // A card put elsewhere in its own column is no news in its history.
    let action = if old.id == new.id { "reorder" } else { "move" };
    write.audit(Change { action, entity: Entity::Deal.noun(), id: row.id, before: Some(before), after: Some(after) }).await?;

    let touched = if old.id == new.id { vec![new] } else { vec![old, new] };
    Ok(Moved { version: next.version, columns: totals(write, &touched).await? })
}

/// The row as another stage has it, but for its place there.
fn in_stage(row: &deal::Model, old: &Stage, new: &Stage, reason: Option<String>) -> Result<deal::Model, StoreError> {
    let mut next = row.clone();
    next.stage_id = new.id.0;
    if row.probability == old.probability {
        next.probability = new.probability;
    }
    next.lost_reason = if new.kind == StageKind::Lost {
        // A deal that was lost before keeps its reason.
        let reason = reason.or_else(|| row.lost_reason.clone());
        Some(reason.ok_or_else(|| StoreError::field("lost_reason", WHY_LOST))?)
    } else {
        None
    };
    Ok(next)
}

/// The figures of these columns, in this order, after what the transaction has written.
async fn totals(write: &Write, touched: &[&Stage]) -> Result<Vec<ColumnTotals>, StoreError> {
    let counters = stage_counter::Entity::find()
        .filter(stage_counter::Column::WorkspaceId.eq(write.workspace_id()))
        .filter(stage_counter::Column::StageId.is_in(touched.iter().map(|stage| stage.id.0)))
        .all(&write.db)
        .await?;
    let of = |stage: &&Stage| {
        let counter = counters.iter().find(|counter| counter.stage_id == stage.id.0).ok_or(StoreError::Internal)?;
        Ok(ColumnTotals { stage: stage.slug.clone(), count: uint(counter.deals), value: Money::from_hundredths(counter.deals_value) })
    };
    touched.iter().map(of).collect()
}
