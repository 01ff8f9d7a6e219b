//! Moving all deals of a stage to another one, those in the bin as well.

use super::{
    column::renumber,
    counters::{CountedDeal, CounterDeltas},
};
use crate::{
    StoreError,
    audit::{chain::Change, differences::diff},
    database::{
        sql::{Sql, sql},
        write::WorkspaceTx,
    },
    stages::Stage,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Entity,
    deals::{POSITION_GAP, lost_reason_key},
    stages::StageKind,
};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns of a deal that a move changes, and those that counters depend on.
#[derive(FromQueryResult)]
struct MovedDeal {
    id: Uuid,
    company_id: Uuid,
    value: Option<i64>,
    probability: i16,
    position: i64,
    lost_reason: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    is_binned: bool,
}

impl MovedDeal {
    /// The deal as counters see it; `None` for one in the bin.
    fn counted(&self, stage: &Stage) -> Option<CountedDeal> {
        let counted = CountedDeal {
            company_id: self.company_id,
            stage_id: stage.id.0,
            kind: stage.kind,
            value: self.value.unwrap_or_default(),
            probability: self.probability,
        };
        (!self.is_binned).then_some(counted)
    }

    fn audit_json(&self, stage: &Stage) -> Value {
        json!({
            "stage": stage.name, "stage_id": stage.id.to_string(), "probability": self.probability, "lost_reason": self.lost_reason,
            "closed_at": self.closed_at, "position": self.position,
        })
    }
}

/// Moves all deals of a stage to the bottom of another one, in their order, as a bulk change would one by one: each has its entry in the
/// audit log. One statement changes them, however many they are.
///
/// - `lost_reason`: for a lost stage, the reason of the deals that have none. A deal that was lost before keeps its own.
pub(crate) async fn move_all(tx: &mut WorkspaceTx, from: &Stage, to: &Stage, lost_reason: Option<String>) -> Result<(), StoreError> {
    let offset = make_room(tx, from, to).await?;
    let before = deals_of(tx, from).await?;
    update_rows(tx, from, to, lost_reason, offset).await?;
    let mut after: HashMap<Uuid, MovedDeal> = deals_of(tx, to).await?.into_iter().map(|deal| (deal.id, deal)).collect();

    let mut counted = Vec::with_capacity(before.len() * 2);
    let mut changes = Vec::with_capacity(before.len());
    for old in before {
        let new = after.remove(&old.id).ok_or(StoreError::Internal)?;
        counted.extend(old.counted(from).map(|deal| (deal, -1)));
        counted.extend(new.counted(to).map(|deal| (deal, 1)));
        let (before, after) = diff(old.audit_json(from), new.audit_json(to));
        changes.push(Change { action: "move", entity: Entity::Deal.noun(), id: old.id, before: Some(before), after: Some(after) });
    }
    CounterDeltas::of(counted).apply(tx).await?;
    tx.audit_all(changes).await
}

/// The deals of a stage and those in the bin, in their order.
async fn deals_of(tx: &WorkspaceTx, stage: &Stage) -> Result<Vec<MovedDeal>, StoreError> {
    let text = "SELECT id, company_id, value, probability, position, lost_reason, closed_at, deleted_at IS NOT NULL AS is_binned
        FROM deals WHERE workspace_id = $1 AND stage_id = $2 ORDER BY position, id";
    Ok(sql(text, [tx.workspace_id().into(), stage.id.0.into()]).all(&tx.db).await?)
}

#[derive(FromQueryResult)]
struct Edges {
    top: Option<i64>,
    bottom: Option<i64>,
}

async fn edges(tx: &WorkspaceTx, stage: &Stage) -> Result<Edges, StoreError> {
    let text = "SELECT min(position) AS top, max(position) AS bottom FROM deals WHERE workspace_id = $1 AND stage_id = $2";
    sql(text, [tx.workspace_id().into(), stage.id.0.into()]).one(&tx.db).await?.ok_or(StoreError::Internal)
}

/// What is added to the positions of a stage's deals to bring them below those of another one. Renumbers both columns if the sum would be
/// out of range.
async fn make_room(tx: &WorkspaceTx, from: &Stage, to: &Stage) -> Result<i64, StoreError> {
    if let Some(offset) = offset_below(&edges(tx, from).await?, &edges(tx, to).await?) {
        return Ok(offset);
    }
    renumber(tx, from.id.0).await?;
    renumber(tx, to.id.0).await?;
    offset_below(&edges(tx, from).await?, &edges(tx, to).await?).ok_or(StoreError::Internal)
}

fn offset_below(from: &Edges, to: &Edges) -> Option<i64> {
    let (Some(top), Some(above)) = (from.top, to.bottom) else { return Some(0) };
    let offset = above.checked_add(POSITION_GAP)?.checked_sub(top)?;
    from.bottom?.checked_add(offset).map(|_| offset)
}

/// Changes the rows. The rules are those of [`super::moving`] for one deal. A deal in the bin keeps its version, by which the undo of a bulk
/// deletion knows it.
async fn update_rows(tx: &WorkspaceTx, from: &Stage, to: &Stage, lost_reason: Option<String>, offset: i64) -> Result<(), StoreError> {
    let mut sql = Sql::with([tx.workspace_id().into(), from.id.0.into(), tx.now.into(), to.id.0.into(), offset.into()]);
    let (old, new) = (sql.bind(from.probability), sql.bind(to.probability));
    let closed_at = match to.kind {
        StageKind::Open => "NULL",
        kind if kind == from.kind => "COALESCE(closed_at, $3)",
        StageKind::Won | StageKind::Lost => "$3",
    };
    let reason = if to.kind == StageKind::Lost {
        let key = sql.bind(lost_reason_key(lost_reason.as_deref().unwrap_or_default()));
        let reason = sql.bind(lost_reason);
        format!(
            "lost_reason = COALESCE(lost_reason, {reason}),
             lost_reason_key = CASE WHEN lost_reason IS NULL THEN {key} ELSE lost_reason_key END"
        )
    } else {
        "lost_reason = NULL, lost_reason_key = ''".to_owned()
    };
    sql.push(&format!(
        "UPDATE deals SET stage_id = $4, stage_since = $3, position = position + $5,
           probability = CASE WHEN probability = {old} THEN {new} ELSE probability END,
           closed_at = {closed_at}, {reason}, version = version + CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END, updated_at = $3
         WHERE workspace_id = $1 AND stage_id = $2"
    ));
    sql.execute(&tx.db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moved_cards_come_below_those_that_are_there() {
        let edges = |top, bottom| Edges { top, bottom };
        let none = || edges(None, None);
        assert_eq!(offset_below(&edges(Some(5), Some(9)), &none()), Some(0));
        assert_eq!(offset_below(&none(), &edges(Some(5), Some(9))), Some(0));
        let offset = offset_below(&edges(Some(-7), Some(9)), &edges(Some(0), Some(100)));
        assert_eq!(offset.map(|offset| offset - 7), Some(100 + POSITION_GAP));
        assert_eq!(offset_below(&edges(Some(0), Some(9)), &edges(Some(0), Some(i64::MAX))), None);
        assert_eq!(offset_below(&edges(Some(0), Some(i64::MAX - 5)), &edges(Some(0), Some(0))), None);
    }
}
