//! Removing a stage. In the same transaction its deals, and those of them in the bin, move to another stage.

use super::{Stage, audit_json, by_slug, manage::load_for_update};
use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::without_nulls},
    database::write::WorkspaceTx,
    deals::{LOST_REASON_REQUIRED, move_all},
    entity::stage,
};
use domain::{
    access::{Actor, Entity, Verb},
    forms::FormErrors,
    ids::StageId,
    stages::{StageKind, StageSuccessor},
};
use sea_orm::EntityTrait;
use serde_json::json;

/// A stage that was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedStage {
    /// Its name.
    pub name: String,
    /// The name of the stage that its deals are in now; `None` if it had none.
    pub moved_to: Option<String>,
    /// The deals that moved, without those in the bin.
    pub deals: u64,
}

impl Store {
    /// Removes a stage and moves its deals to the bottom of another one, in their order. A deal with the stage's probability gets that of
    /// the other stage; a deal that is lost already keeps its reason. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed since `version`. [`StoreError::Invalid`]
    /// - at no field if it is the last open, won or lost stage;
    /// - at `to` if it has deals and no other stage is named;
    /// - at `lost_reason` if they would be lost without a reason.
    ///
    /// [`StoreError::Question`] at `to` if there are more deals than `successor` expects, or the other stage means something else now.
    pub async fn remove_stage(
        &self,
        actor: &Actor,
        id: StageId,
        version: i64,
        successor: StageSuccessor,
    ) -> Result<RemovedStage, StoreError> {
        self.write(actor, Verb::Delete, Entity::Stage, move |tx| Box::pin(remove(tx, id, version, successor))).await
    }
}

async fn remove(tx: &mut WorkspaceTx, id: StageId, version: i64, successor: StageSuccessor) -> Result<RemovedStage, StoreError> {
    let (row, all) = load_for_update(tx, id, version).await?;
    if row.is_last_of_kind {
        return Err(StoreError::field("", "A pipeline needs an open, a won and a lost stage. Add another one first"));
    }
    let others: Vec<Stage> = all.into_iter().map(|row| row.stage).filter(|stage| stage.id != id).collect();
    let mut before = audit_json(&row.stage);
    let mut after = None;
    let mut moved_to = None;
    if row.deals + row.binned > 0 {
        let (slug, kind) = successor.stage.ok_or_else(|| StoreError::field("to", "Choose where its deals go"))?;
        let target = by_slug(&others, &slug).map_err(|_| StoreError::field("to", "Choose where its deals go"))?;
        if target.kind != kind {
            return Err(question(&format!("{} is a stage of another kind now. Look again before you go on", target.name)));
        }
        if row.deals + row.binned > successor.deals {
            return Err(question("There are more deals now than were shown. Look again before you go on"));
        }
        if target.kind == StageKind::Lost && row.stage.kind != StageKind::Lost && successor.lost_reason.is_none() {
            return Err(StoreError::field("lost_reason", LOST_REASON_REQUIRED));
        }
        move_all(tx, &row.stage, target, successor.lost_reason).await?;
        (before["deals"], before["deals_in_the_bin"]) = (row.deals.into(), row.binned.into());
        after = Some(json!({ "moved_to": target.name, "stage_id": target.id.to_string() }));
        moved_to = Some(target.name.clone());
    }
    stage::Entity::delete_by_id((tx.workspace_id(), id.0)).exec(&tx.db).await?;
    let before = Some(without_nulls(before));
    tx.audit(Change { action: "delete", entity: Entity::Stage.noun(), id: id.0, before, after }).await?;
    Ok(RemovedStage { name: row.stage.name, moved_to, deals: row.deals })
}

fn question(message: &str) -> StoreError {
    StoreError::Question(FormErrors::of("to", message))
}
