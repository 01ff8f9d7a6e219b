//! The stage of one deal in a bulk change, and its undo.

use super::{
    counters::{CountedDeal, apply_counter_delta},
    edit::{LOST_REASON_REQUIRED, audit_json, save, stage_by_id},
    moving::move_row,
};
use crate::{
    StoreError,
    audit::{chain::Change, differences::diff},
    database::{records::load_for_update, write::WorkspaceTx},
    entity::deal,
    stages::{self, Stage},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Entity, Verb},
    deals::{DealMove, Placement, lost_reason_key},
    ids::DealId,
    stages::StageKind,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The columns of a deal that another stage changes, as they were before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StageBefore {
    stage_id: Uuid,
    stage_since: Option<DateTime<Utc>>,
    position: i64,
    probability: i16,
    lost_reason: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    /// What the stage meant; `None` in changes recorded before this was kept.
    #[serde(default)]
    kind: Option<StageKind>,
    /// Whether the probability was that of the stage.
    #[serde(default)]
    follows_stage: bool,
}

impl StageBefore {
    /// What the stage of the deal meant. Deals closed, and only those, have a time of it, and lost ones a reason.
    fn kind(&self) -> StageKind {
        self.kind.unwrap_or(match (&self.closed_at, &self.lost_reason) {
            (None, _) => StageKind::Open,
            (Some(_), None) => StageKind::Won,
            (Some(_), Some(_)) => StageKind::Lost,
        })
    }
}

/// Checks the stage of a bulk change.
///
/// # Errors
/// [`StoreError::Invalid`] at `stage` if there is none, at `lost_reason` for a lost stage without a reason.
pub(crate) fn check_stage(stages: &[Stage], stage: &str, lost_reason: Option<&str>) -> Result<(), StoreError> {
    match stages::by_slug(stages, stage)?.kind {
        StageKind::Lost if lost_reason.is_none() => Err(StoreError::field("lost_reason", LOST_REASON_REQUIRED)),
        _ => Ok(()),
    }
}

/// Moves a deal to the top of a stage and returns what it had before, or `None` if it is in that stage.
///
/// # Errors
/// Those of [`load_for_update`].
pub(crate) async fn set_stage(
    tx: &mut WorkspaceTx,
    stages: &[Stage],
    (id, version): (DealId, i64),
    stage: &str,
    lost_reason: Option<String>,
) -> Result<Option<StageBefore>, StoreError> {
    let row = load_for_update::<deal::Entity>(tx, Verb::Update, id.0, version).await?;
    let from = stage_by_id(stages, row.stage_id)?;
    if from.slug == *stage {
        return Ok(None);
    }
    let to = DealMove { deal_id: id, version, stage: stage.to_owned(), place: Placement::Top, lost_reason };
    let (before, _) = move_row(tx, stages, to).await?;
    Ok(Some(StageBefore {
        stage_id: before.stage_id,
        stage_since: before.stage_since,
        position: before.position,
        probability: before.probability,
        lost_reason: before.lost_reason,
        closed_at: before.closed_at,
        kind: Some(from.kind),
        follows_stage: before.probability == from.probability,
    }))
}

/// Puts a deal back to its stage and its position there. Returns `false` if the stage is gone, or means something else now. A deal without a
/// probability of its own gets the one that the stage has now.
///
/// # Errors
/// Those of [`load_for_update`].
pub(crate) async fn put_back_stage(
    tx: &mut WorkspaceTx,
    stages: &[Stage],
    (id, version): (DealId, i64),
    before: StageBefore,
) -> Result<bool, StoreError> {
    let row = load_for_update::<deal::Entity>(tx, Verb::Update, id.0, version).await?;
    let Some(stage) = stages.iter().find(|stage| stage.id.0 == before.stage_id) else { return Ok(false) };
    if stage.kind != before.kind() {
        return Ok(false);
    }
    let old = stage_by_id(stages, row.stage_id)?;
    let next = deal::Model {
        stage_id: before.stage_id,
        stage_since: before.stage_since,
        position: before.position,
        probability: if before.follows_stage { stage.probability } else { before.probability },
        lost_reason_key: lost_reason_key(before.lost_reason.as_deref().unwrap_or_default()),
        lost_reason: before.lost_reason,
        closed_at: before.closed_at,
        version: version + 1,
        updated_at: tx.now,
        ..row.clone()
    };
    save(tx, &row, &next).await?;
    apply_counter_delta(tx, Some(CountedDeal::from_row(&row, old.kind)), Some(CountedDeal::from_row(&next, stage.kind))).await?;
    let (before, after) = diff(audit_json(&row, old), audit_json(&next, stage));
    tx.audit(Change { action: "move", entity: Entity::Deal.noun(), id: id.0, before: Some(before), after: Some(after) }).await?;
    Ok(true)
}
