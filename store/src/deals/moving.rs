//! Moving a card on the board. One row is written, however long the column.

use super::{
    column::free_position,
    column_totals::column_totals,
    counters::{CountedDeal, apply_counter_delta},
    edit::{LOST_REASON_REQUIRED, audit_json, closed_at, save, stage_by_id},
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::diff},
    database::{records::load_for_update, write::WorkspaceTx},
    entity::deal,
    stages::{self, Stage},
};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{DealFilter, DealMove, MoveOutcome, lost_reason_key},
    stages::StageKind,
};
use serde_json::json;

impl Store {
    /// Moves a card to a place in a column and returns its new version and the totals of both columns.
    ///
    /// A probability equal to the old stage's default becomes the new stage's default. Any other probability stays.
    ///
    /// # Errors
    /// - [`StoreError::Conflict`] if the card was changed since it was shown.
    /// - [`StoreError::Invalid`] at `stage` if there is no such stage, at `lost_reason` for a lost stage without a reason.
    pub async fn move_deal(&self, actor: &Actor, to: &DealMove) -> Result<MoveOutcome, StoreError> {
        self.move_deal_under(actor, to, &DealFilter::default()).await
    }

    /// As [`Store::move_deal`], for a board under a filter. The totals are those of the matching deals.
    pub async fn move_deal_under(&self, actor: &Actor, to: &DealMove, filter: &DealFilter) -> Result<MoveOutcome, StoreError> {
        let (to, filter) = (to.clone(), filter.clone());
        self.write(actor, Verb::Update, Entity::Deal, |tx| Box::pin(relocate(tx, to, filter))).await
    }
}

/// Moves a card, with counters and audit row.
pub(crate) async fn relocate(tx: &mut WorkspaceTx, to: DealMove, filter: DealFilter) -> Result<MoveOutcome, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let (before, after) = move_row(tx, &stages, to).await?;
    let touched = [before.stage_id, after.stage_id];
    let totals = column_totals(&tx.db, tx.workspace_id(), &filter).await?;
    let columns = totals.iter().filter(|row| touched.contains(&row.id)).map(|row| row.totals()).collect();
    let lost_reason = before.lost_reason.filter(|_| after.lost_reason.is_none());
    let stage = stage_by_id(&stages, after.stage_id)?.name.clone();
    Ok(MoveOutcome { deal: after.name, stage, version: after.version, columns, lost_reason, seq: tx.seq() })
}

/// Updates the row of a moved card, with counters and audit row. Returns the row before and after.
pub(super) async fn move_row(tx: &mut WorkspaceTx, stages: &[Stage], to: DealMove) -> Result<(deal::Model, deal::Model), StoreError> {
    let row = load_for_update::<deal::Entity>(tx, Verb::Update, to.deal_id.0, to.version).await?;
    let (old, new) = (stage_by_id(stages, row.stage_id)?, stages::by_slug(stages, &to.stage)?);
    let mut next = in_stage(&row, old, new, to.lost_reason)?;
    next.closed_at = closed_at(row.closed_at, old.kind, new.kind, tx.now);
    if new.id != old.id {
        next.stage_since = Some(tx.now);
    }
    next.position = free_position(tx, new.id.0, to.place, to.deal_id).await?;
    next.version = to.version + 1;
    next.updated_at = tx.now;
    save(tx, &row, &next).await?;
    apply_counter_delta(tx, Some(CountedDeal::from_row(&row, old.kind)), Some(CountedDeal::from_row(&next, new.kind))).await?;

    let (mut before, mut after) = diff(audit_json(&row, old), audit_json(&next, new));
    (before["position"], after["position"]) = (json!(row.position), json!(next.position));
    // A move within a column is not shown in the deal's history.
    let action = if old.id == new.id { "reorder" } else { "move" };
    tx.audit(Change { action, entity: Entity::Deal.noun(), id: row.id, before: Some(before), after: Some(after) }).await?;
    Ok((row, next))
}

/// The row in another stage, except its position and `closed_at`.
fn in_stage(row: &deal::Model, old: &Stage, new: &Stage, reason: Option<String>) -> Result<deal::Model, StoreError> {
    let mut next = row.clone();
    next.stage_id = new.id.0;
    if row.probability == old.probability {
        next.probability = new.probability;
    }
    next.lost_reason = if new.kind == StageKind::Lost {
        // A deal that was lost before keeps its reason.
        let reason = reason.or_else(|| row.lost_reason.clone());
        Some(reason.ok_or_else(|| StoreError::field("lost_reason", LOST_REASON_REQUIRED))?)
    } else {
        None
    };
    next.lost_reason_key = lost_reason_key(next.lost_reason.as_deref().unwrap_or_default());
    Ok(next)
}
