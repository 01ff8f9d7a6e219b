//! The order of the stages.

use super::{Stage, of_workspace};
use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{sql::sql, write::WorkspaceTx},
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::StageId,
    stages::StageStep,
};
use serde_json::json;

/// A stage that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedStage {
    /// Its name.
    pub name: String,
    /// Its place, counted from 0.
    pub place: usize,
    /// Whether it is the last one.
    pub is_last: bool,
}

impl Store {
    /// Moves a stage in the pipeline and returns where it is now. The first one stays where it is at a step up, the last one at a step down.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such stage.
    pub async fn move_stage(&self, actor: &Actor, id: StageId, step: StageStep) -> Result<MovedStage, StoreError> {
        self.write(actor, Verb::Update, Entity::Stage, move |tx| Box::pin(relocate(tx, id, step))).await
    }
}

async fn relocate(tx: &mut WorkspaceTx, id: StageId, step: StageStep) -> Result<MovedStage, StoreError> {
    let mut stages = of_workspace(&tx.db, tx.workspace_id()).await?;
    let from = stages.iter().position(|stage| stage.id == id).ok_or(StoreError::NotFound)?;
    let stage = stages.remove(from);
    let to = match step {
        StageStep::Up => from.saturating_sub(1),
        StageStep::Down => from + 1,
        StageStep::To(place) => place,
    };
    let to = to.min(stages.len());
    let moved = MovedStage { name: stage.name.clone(), place: to, is_last: to == stages.len() };
    if to == from {
        return Ok(moved);
    }
    stages.insert(to, stage);
    save(tx, &stages).await?;
    // Places are counted from 1 for people.
    let (before, after) = (json!({ "position": from + 1 }), json!({ "position": to + 1 }));
    tx.audit(Change { action: "reorder", entity: Entity::Stage.noun(), id: id.0, before: Some(before), after: Some(after) }).await?;
    Ok(moved)
}

/// Saves the stages in this order. A trigger copies a changed position to the stage's deals, so those that stay are not written.
pub(super) async fn save(tx: &WorkspaceTx, stages: &[Stage]) -> Result<(), StoreError> {
    for (position, stage) in (1_i32..).zip(stages) {
        if stage.position != position {
            let place = "UPDATE stages SET position = $3 WHERE workspace_id = $1 AND id = $2";
            sql(place, [tx.workspace_id().into(), stage.id.0.into(), position.into()]).execute(&tx.db).await?;
        }
    }
    Ok(())
}
