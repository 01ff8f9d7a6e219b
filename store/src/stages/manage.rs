//! Adding and changing stages in the settings.

use super::{Stage, audit_json, of_workspace, order};
use crate::{
    Store, StoreError,
    audit::{
        chain::Change,
        differences::{diff_of_edit, without_nulls},
    },
    database::{rows::to_u64, sql::sql, write::WorkspaceTx},
    deals::WEIGHTED,
    entity::{stage, stage_counter},
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    fold::fold,
    ids::StageId,
    stages::{STAGES_MAX, StageDraft, StageKind, slug_for},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, prelude::Uuid};

/// A stage with the number of its deals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageInUse {
    /// The stage.
    pub stage: Stage,
    /// Its version, for the next change.
    pub version: i64,
    /// Its deals, without those in the bin.
    pub deals: u64,
    /// Its deals in the bin.
    pub binned: u64,
    /// Whether it is the only stage of its kind: it can't be removed.
    pub is_last_of_kind: bool,
}

#[derive(FromQueryResult)]
struct UseRow {
    id: Uuid,
    version: i64,
    deals: i64,
    binned: i64,
}

impl Store {
    /// The stages of the pipeline in order, with the numbers of their deals. In two round trips.
    pub async fn stages_in_use(&self, actor: &Actor) -> Result<Vec<StageInUse>, StoreError> {
        authorize(actor, Verb::Read, Entity::Stage)?;
        in_use(self.read(), actor.workspace_id.0).await
    }

    /// One stage with the numbers of its deals.
    pub async fn stage_in_use(&self, actor: &Actor, id: StageId) -> Result<StageInUse, StoreError> {
        self.stages_in_use(actor).await?.into_iter().find(|row| row.stage.id == id).ok_or(StoreError::NotFound)
    }

    /// Adds a stage after the last one of its kind, and returns its id.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `name` for a name in use, however it is written, at no field if there are [`STAGES_MAX`] stages.
    pub async fn create_stage(&self, actor: &Actor, draft: StageDraft) -> Result<StageId, StoreError> {
        self.create_idempotent(actor, Entity::Stage, move |tx| Box::pin(create(tx, draft))).await
    }

    /// Changes a stage; its slug stays. Its deals that have its probability get the new one. `version`: the version that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed since `version`. [`StoreError::Invalid`] at `name` for a name in use, at `kind` if the kind
    /// changes and a deal is in it, even in the bin, or it is the last one of its kind.
    pub async fn update_stage(&self, actor: &Actor, id: StageId, version: i64, draft: StageDraft) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Stage, move |tx| Box::pin(update(tx, id, version, draft))).await
    }
}

async fn in_use(db: &impl ConnectionTrait, workspace_id: Uuid) -> Result<Vec<StageInUse>, StoreError> {
    let counted = sql(
        "SELECT s.id, s.version, COALESCE(k.deals, CAST(0 AS bigint)) AS deals, COALESCE(b.binned, CAST(0 AS bigint)) AS binned
         FROM stages s LEFT JOIN stage_counters k ON k.workspace_id = $1 AND k.stage_id = s.id
         LEFT JOIN (SELECT stage_id, count(*) AS binned FROM deals WHERE workspace_id = $1 AND deleted_at IS NOT NULL GROUP BY stage_id) AS b
           ON b.stage_id = s.id
         WHERE s.workspace_id = $1",
        [workspace_id.into()],
    );
    let counted: Vec<UseRow> = counted.all(db).await?;
    let stages = of_workspace(db, workspace_id).await?;
    let alone = |kind: StageKind| stages.iter().filter(|stage| stage.kind == kind).count() == 1;
    let rows = stages.iter().filter_map(|stage| {
        let row = counted.iter().find(|row| row.id == stage.id.0)?;
        Some(StageInUse {
            stage: stage.clone(),
            version: row.version,
            deals: to_u64(row.deals),
            binned: to_u64(row.binned),
            is_last_of_kind: alone(stage.kind),
        })
    });
    Ok(rows.collect())
}

/// Loads a stage that is about to be changed, and all of them.
///
/// # Errors
/// [`StoreError::NotFound`] if there is none, [`StoreError::Conflict`] if its version is not `version`.
pub(super) async fn load_for_update(tx: &WorkspaceTx, id: StageId, version: i64) -> Result<(StageInUse, Vec<StageInUse>), StoreError> {
    let all = in_use(&tx.db, tx.workspace_id()).await?;
    let row = all.iter().find(|row| row.stage.id == id).cloned().ok_or(StoreError::NotFound)?;
    if row.version != version { Err(StoreError::Conflict) } else { Ok((row, all)) }
}

async fn create(tx: &mut WorkspaceTx, draft: StageDraft) -> Result<StageId, StoreError> {
    let stages = of_workspace(&tx.db, tx.workspace_id()).await?;
    if stages.len() >= STAGES_MAX {
        let message = format!("A pipeline has at most {STAGES_MAX} stages. Remove one first");
        return Err(StoreError::field("", &message));
    }
    check_name(&stages, &draft.name, None)?;
    let taken: Vec<&str> = stages.iter().map(|stage| stage.slug.as_str()).collect();
    let id = StageId(tx.new_id());
    // A won or lost stage may stand anywhere: the last one of the kind says where.
    let place = stages.iter().rposition(|stage| stage.kind == draft.kind).map_or(stages.len(), |place| place + 1);
    let stage = Stage {
        id,
        slug: slug_for(&draft.name, &taken),
        name: draft.name,
        kind: draft.kind,
        position: stages.last().map_or(1, |last| last.position + 1),
        probability: draft.probability,
        idle_days: draft.idle_days,
        color: draft.color,
    };
    let row = stage::ActiveModel {
        workspace_id: Set(tx.workspace_id()),
        id: Set(id.0),
        owner_id: Set(tx.actor.user_id.0),
        version: Set(1),
        created_at: Set(tx.now),
        updated_at: Set(tx.now),
        name: Set(stage.name.clone()),
        slug: Set(stage.slug.clone()),
        kind: Set(stage.kind.slug().to_owned()),
        position: Set(stage.position),
        probability: Set(stage.probability),
        idle_days: Set(stage.idle_days),
        color: Set(stage.color.slug().to_owned()),
    };
    stage::Entity::insert(row).exec_without_returning(&tx.db).await?;
    let counter = stage_counter::ActiveModel { workspace_id: Set(tx.workspace_id()), stage_id: Set(id.0), ..Default::default() };
    stage_counter::Entity::insert(counter).exec_without_returning(&tx.db).await?;
    let after = without_nulls(audit_json(&stage));
    let mut ordered = stages;
    ordered.insert(place, stage);
    order::save(tx, &ordered).await?;
    tx.audit(Change { action: "create", entity: Entity::Stage.noun(), id: id.0, before: None, after: Some(after) }).await?;
    Ok(id)
}

async fn update(tx: &mut WorkspaceTx, id: StageId, version: i64, draft: StageDraft) -> Result<(), StoreError> {
    let (row, all) = load_for_update(tx, id, version).await?;
    let stages: Vec<Stage> = all.into_iter().map(|row| row.stage).collect();
    check_name(&stages, &draft.name, Some(id))?;
    if draft.kind != row.stage.kind {
        if row.deals + row.binned > 0 {
            return Err(StoreError::field("kind", "Deals are in this stage. Move them to another one before you change what it means"));
        }
        if row.is_last_of_kind {
            return Err(StoreError::field("kind", "A pipeline needs an open, a won and a lost stage. Add another one first"));
        }
    }
    let next = Stage {
        name: draft.name,
        kind: draft.kind,
        color: draft.color,
        probability: draft.probability,
        idle_days: draft.idle_days,
        ..row.stage.clone()
    };
    let Some((before, mut after)) = diff_of_edit(audit_json(&row.stage), audit_json(&next)) else { return Ok(()) };
    let changes = stage::ActiveModel {
        name: Set(next.name.clone()),
        kind: Set(next.kind.slug().to_owned()),
        color: Set(next.color.slug().to_owned()),
        probability: Set(next.probability),
        idle_days: Set(next.idle_days),
        version: Set(version + 1),
        updated_at: Set(tx.now),
        ..Default::default()
    };
    stage::Entity::update_many()
        .set(changes)
        .filter(stage::Column::WorkspaceId.eq(tx.workspace_id()))
        .filter(stage::Column::Id.eq(id.0))
        .exec(&tx.db)
        .await?;
    if next.probability != row.stage.probability {
        after["deals"] = follow_probability(tx, id, row.stage.probability, next.probability).await?.into();
    }
    tx.audit(Change { action: "update", entity: Entity::Stage.noun(), id: id.0, before: Some(before), after: Some(after) }).await
}

/// Gives the deals of a stage that have its former probability the new one, and returns how many. A deal without a probability of its own
/// follows its stage, so neither its version nor its history changes.
async fn follow_probability(tx: &WorkspaceTx, id: StageId, from: i16, to: i16) -> Result<u64, StoreError> {
    let follow = "UPDATE deals SET probability = $4 WHERE workspace_id = $1 AND stage_id = $2 AND probability = $3";
    let deals = sql(follow, [tx.workspace_id().into(), id.0.into(), from.into(), to.into()]).execute(&tx.db).await?;
    let weigh = format!(
        "UPDATE stage_counters SET weighted_value =
           (SELECT CAST(COALESCE(SUM({WEIGHTED}), 0) AS bigint) FROM deals d
            WHERE d.workspace_id = $1 AND d.stage_id = $2 AND d.deleted_at IS NULL)
         WHERE workspace_id = $1 AND stage_id = $2"
    );
    sql(&weigh, [tx.workspace_id().into(), id.0.into()]).execute(&tx.db).await?;
    Ok(deals)
}

/// Checks that no other stage has this name, however it is written.
fn check_name(stages: &[Stage], name: &str, own: Option<StageId>) -> Result<(), StoreError> {
    let key = fold(name);
    let is_taken = stages.iter().any(|stage| Some(stage.id) != own && fold(&stage.name) == key);
    if is_taken { Err(StoreError::field("name", "A stage of this name exists already")) } else { Ok(()) }
}
