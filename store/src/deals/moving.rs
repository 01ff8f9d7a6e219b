//! Moving a card: one row written, whatever the length of its column.

use super::{
    column::room,
    edit::{WHY_LOST, closed_at, counted, load_for_update, of_id, record, save},
    figures::recount,
    heads::heads,
};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::diff},
    database::write::WorkspaceTx,
    entity::deal,
    stages::{self, Stage},
};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{DealFilter, DealMove, MoveOutcome},
    stages::StageKind,
};
use serde_json::json;

impl Store {
    /// Puts a card at a place in a column and answers its new version and the totals of the columns it touched.
    ///
    /// A probability that was the old stage's own becomes the new one's; one that a person set stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the card was changed since it was shown; [`StoreError::Invalid`] at `stage` for one that
    /// isn't there, at `lost_reason` for a lost stage without a reason.
    pub async fn move_deal(&self, actor: &Actor, to: &DealMove) -> Result<MoveOutcome, StoreError> {
        self.move_deal_under(actor, to, &DealFilter::default()).await
    }

    /// As [`Store::move_deal`], on a board that is shown under a filter: the totals are over what matches it.
    pub async fn move_deal_under(&self, actor: &Actor, to: &DealMove, filter: &DealFilter) -> Result<MoveOutcome, StoreError> {
        let (to, filter) = (to.clone(), filter.clone());
        self.write(actor, Verb::Update, Entity::Deal, |tx| Box::pin(relocate(tx, to, filter))).await
    }
}

/// Moves a card, with the counters and the audit row.
pub(crate) async fn relocate(tx: &mut WorkspaceTx, to: DealMove, filter: DealFilter) -> Result<MoveOutcome, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let (was, is) = shift(tx, &stages, to).await?;
    let touched = [was.stage_id, is.stage_id];
    let heads = heads(&tx.db, tx.workspace_id(), &filter).await?;
    let columns = heads.iter().filter(|head| touched.contains(&head.id)).map(|head| head.totals()).collect();
    let lost_reason = was.lost_reason.filter(|_| is.lost_reason.is_none());
    let stage = of_id(&stages, is.stage_id)?.name.clone();
    Ok(MoveOutcome { deal: is.name, stage, version: is.version, columns, lost_reason, seq: tx.seq() })
}

/// Writes the one row of a move: as it was and as it is.
pub(super) async fn shift(tx: &mut WorkspaceTx, stages: &[Stage], to: DealMove) -> Result<(deal::Model, deal::Model), StoreError> {
    let row = load_for_update(tx, Verb::Update, to.deal_id, to.version).await?;
    let (old, new) = (of_id(stages, row.stage_id)?, stages::by_slug(stages, &to.stage)?);
    let mut next = in_stage(&row, old, new, to.lost_reason)?;
    next.closed_at = closed_at(row.closed_at, old.kind, new.kind, tx.now);
    if new.id != old.id {
        next.stage_since = Some(tx.now);
    }
    next.position = room(tx, new.id.0, to.place, to.deal_id).await?;
    next.version = to.version + 1;
    next.updated_at = tx.now;
    save(tx, &row, &next).await?;
    recount(tx, Some(counted(&row, old.kind)), Some(counted(&next, new.kind))).await?;

    let (mut before, mut after) = diff(record(&row, old), record(&next, new));
    (before["position"], after["position"]) = (json!(row.position), json!(next.position));
    // A card put elsewhere in its own column is no news in its history.
    let action = if old.id == new.id { "reorder" } else { "move" };
    tx.audit(Change { action, entity: Entity::Deal.noun(), id: row.id, before: Some(before), after: Some(after) }).await?;
    Ok((row, next))
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
