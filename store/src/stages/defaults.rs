//! The stages that a workspace begins with.

use super::{Stage, audit_json};
use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{sql::sql, transaction::Transaction, write::WorkspaceTx},
    entity::{stage, stage_counter},
};
use domain::{
    access::{Actor, Entity, Verb},
    ids::{UserId, WorkspaceId},
    stages::StageSet,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, prelude::DateTimeUtc};

impl Store {
    /// Replaces the stages of a workspace that has no deal, not even in the bin, and whose stages are those of a set: nothing that somebody
    /// chose is lost.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `stages` if it has a deal, or its stages were changed.
    pub async fn replace_stages(&self, actor: &Actor, set: StageSet) -> Result<(), StoreError> {
        self.write(actor, Verb::Delete, Entity::Stage, move |tx| Box::pin(replace(tx, set))).await
    }
}

/// Whether stages, in their order, are exactly those of a set that workspaces begin with.
pub fn are_of_a_set<'a>(stages: impl IntoIterator<Item = &'a Stage>) -> bool {
    let stages: Vec<_> =
        stages.into_iter().map(|stage| (stage.name.as_str(), stage.kind, stage.color, stage.probability, stage.idle_days)).collect();
    StageSet::ALL.into_iter().any(|set| {
        set.stages()
            .iter()
            .map(|stage| (stage.name, stage.kind, stage.color, stage.probability, stage.idle_days))
            .eq(stages.iter().copied())
    })
}

async fn replace(tx: &mut WorkspaceTx, set: StageSet) -> Result<(), StoreError> {
    let workspace_id = tx.workspace_id();
    let deals = sql("SELECT count(*) AS count FROM deals WHERE workspace_id = $1", [workspace_id.into()]).count(&tx.db).await?;
    if deals > 0 {
        return Err(StoreError::field("stages", "There are deals by now. Change the stages one by one"));
    }
    let before = super::of_workspace(&tx.db, workspace_id).await?;
    if !are_of_a_set(&before) {
        return Err(StoreError::field("stages", "The stages were changed by now. Change them one by one"));
    }
    stage::Entity::delete_many().filter(stage::Column::WorkspaceId.eq(workspace_id)).exec(&tx.db).await?;
    insert_set(tx.store(), &tx.db, tx.actor.workspace_id, tx.actor.user_id, set, tx.now).await?;
    let after = super::of_workspace(&tx.db, workspace_id).await?;
    let entity = Entity::Stage.noun();
    let gone = before.iter().map(|stage| Change { action: "delete", entity, id: stage.id.0, before: Some(audit_json(stage)), after: None });
    let made = after.iter().map(|stage| Change { action: "create", entity, id: stage.id.0, before: None, after: Some(audit_json(stage)) });
    tx.audit_all(gone.chain(made).collect()).await
}

/// Inserts the stages of a set with their counters, in a workspace without stages.
pub(crate) async fn insert_set(
    store: &Store,
    db: &Transaction,
    workspace_id: WorkspaceId,
    owner_id: UserId,
    set: StageSet,
    now: DateTimeUtc,
) -> Result<(), StoreError> {
    let stages: Vec<_> = (1..).zip(set.stages()).map(|(position, stage)| (store.new_id(), position, stage)).collect();
    let counters: Vec<_> = stages
        .iter()
        .map(|(id, ..)| stage_counter::ActiveModel { workspace_id: Set(workspace_id.0), stage_id: Set(*id), ..Default::default() })
        .collect();
    let stages = stages.into_iter().map(|(id, position, stage)| stage::ActiveModel {
        workspace_id: Set(workspace_id.0),
        id: Set(id),
        owner_id: Set(owner_id.0),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        name: Set(stage.name.to_owned()),
        slug: Set(stage.slug.to_owned()),
        kind: Set(stage.kind.slug().to_owned()),
        position: Set(position),
        probability: Set(stage.probability),
        idle_days: Set(stage.idle_days),
        color: Set(stage.color.slug().to_owned()),
    });
    stage::Entity::insert_many(stages).exec_without_returning(db).await?;
    stage_counter::Entity::insert_many(counters).exec_without_returning(db).await?;
    Ok(())
}
