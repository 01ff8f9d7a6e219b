//! One change to many deals: in one transaction, each held to its own version and owner.

use super::{
    bin::delete,
    edit::{counted, load_for_update, of_id, save},
    moving::shift,
};
use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{sql::Sql, write::WorkspaceTx},
    entity::{deal, membership, tag},
    stages::{self, Stage},
    tags::{Tag, Tagged, put_on, tags_of},
};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{BulkChange, Chosen, DealMove, Placement},
    ids::{DealId, TagId, UserId},
    stages::StageKind,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// How a change of many went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkDone {
    /// How many were changed.
    pub changed: u64,
    /// Which were not.
    pub refused: Vec<Refused>,
}

/// A deal that was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its name; none for one that is no longer there.
    pub name: Option<String>,
    /// Why: [`StoreError::NotFound`], [`StoreError::Denied`] or [`StoreError::Conflict`].
    pub why: StoreError,
}

impl Store {
    /// Does one thing to many deals, each shown at its version. One that is gone, changed since or not the actor's to change
    /// is left as it is and told; the others are changed together.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `stage`, `owner_id` or `tag` for one that isn't there, at `lost_reason` for a lost stage
    /// without a reason: then none is changed.
    pub async fn change_deals(&self, actor: &Actor, chosen: Vec<Chosen>, change: BulkChange) -> Result<BulkDone, StoreError> {
        let verb = if change == BulkChange::Delete { Verb::Delete } else { Verb::Update };
        self.write(actor, verb, Entity::Deal, move |tx| Box::pin(change_all(tx, chosen, change))).await
    }

    /// The names of those of the chosen deals that are there, for the question before they are deleted.
    pub async fn deal_names(&self, actor: &Actor, chosen: &[Chosen]) -> Result<Vec<String>, StoreError> {
        crate::error::authorize(actor, Verb::Read, Entity::Deal)?;
        let names = names(self.read(), actor.workspace_id.0, chosen).await?;
        Ok(chosen.iter().filter_map(|(id, _)| names.get(&id.0).cloned()).collect())
    }
}

/// What is done to each, with what it needs looked up once.
enum Task {
    Stage { stage: String, lost_reason: Option<String> },
    Owner(Uuid),
    Tag { tag: Tag, on: bool },
    Delete,
}

async fn change_all(tx: &mut WorkspaceTx, chosen: Vec<Chosen>, change: BulkChange) -> Result<BulkDone, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let task = prepare(tx, &stages, change).await?;
    let names = names(&tx.db, tx.workspace_id(), &chosen).await?;
    let mut done = BulkDone::default();
    // Each is put on top of its new column: from the last to the first, so that they keep their order there.
    for (id, version) in chosen.into_iter().rev() {
        match change_one(tx, &stages, &task, id, version).await {
            Ok(()) => done.changed += 1,
            Err(why @ (StoreError::NotFound | StoreError::Denied | StoreError::Conflict)) => {
                done.refused.push(Refused { name: names.get(&id.0).cloned(), why });
            }
            Err(error) => return Err(error),
        }
    }
    done.refused.reverse();
    Ok(done)
}

/// Looks up what the change names.
async fn prepare(tx: &WorkspaceTx, stages: &[Stage], change: BulkChange) -> Result<Task, StoreError> {
    Ok(match change {
        BulkChange::Stage { stage, lost_reason } => {
            if stages::by_slug(stages, &stage)?.kind == StageKind::Lost && lost_reason.is_none() {
                return Err(StoreError::field("lost_reason", super::edit::WHY_LOST));
            }
            Task::Stage { stage, lost_reason }
        }
        BulkChange::Owner(user) => Task::Owner(member(tx, user).await?),
        BulkChange::AddTag(id) => Task::Tag { tag: known_tag(tx, id).await?, on: true },
        BulkChange::RemoveTag(id) => Task::Tag { tag: known_tag(tx, id).await?, on: false },
        BulkChange::Delete => Task::Delete,
    })
}

async fn member(tx: &WorkspaceTx, user: UserId) -> Result<Uuid, StoreError> {
    let row = membership::Entity::find_by_id((tx.workspace_id(), user.0)).filter(membership::Column::RemovedAt.is_null());
    row.one(&tx.db).await?.map(|row| row.user_id).ok_or_else(|| StoreError::field("owner_id", "Choose a person from the list"))
}

async fn known_tag(tx: &WorkspaceTx, id: TagId) -> Result<Tag, StoreError> {
    let row = tag::Entity::find_by_id((tx.workspace_id(), id.0)).one(&tx.db).await?;
    row.map(Tag::from).ok_or_else(|| StoreError::field("tag", "Choose a tag from the list"))
}

async fn change_one(tx: &mut WorkspaceTx, stages: &[Stage], task: &Task, id: DealId, version: i64) -> Result<(), StoreError> {
    match task {
        Task::Stage { stage, lost_reason } => {
            let row = load_for_update(tx, Verb::Update, id, version).await?;
            if of_id(stages, row.stage_id)?.slug == *stage {
                return Ok(());
            }
            let to = DealMove { deal_id: id, version, stage: stage.clone(), place: Placement::Top, lost_reason: lost_reason.clone() };
            shift(tx, stages, to).await.map(drop)
        }
        Task::Owner(user) => {
            let row = load_for_update(tx, Verb::Update, id, version).await?;
            if row.owner_id == *user {
                return Ok(());
            }
            touch(tx, &row, deal::Model { owner_id: *user, ..row.clone() }).await?;
            let told = |owner: Uuid| Some(json!({ "owner_id": owner.to_string() }));
            let change =
                Change { action: "update", entity: Entity::Deal.noun(), id: row.id, before: told(row.owner_id), after: told(*user) };
            tx.audit(change).await
        }
        Task::Tag { tag, on } => {
            let row = load_for_update(tx, Verb::Update, id, version).await?;
            if !put_tag(tx, id, tag, *on).await? {
                return Ok(());
            }
            touch(tx, &row, row.clone()).await?;
            let told = |carried: bool| Some(json!({ "tag": carried.then_some(&tag.name) }));
            let change = Change { action: "update", entity: Entity::Deal.noun(), id: row.id, before: told(!on), after: told(*on) };
            tx.audit(change).await
        }
        Task::Delete => delete(tx, id, version).await.map(drop),
    }
}

/// Writes a row that changed in something that no counter counts.
async fn touch(tx: &WorkspaceTx, was: &deal::Model, is: deal::Model) -> Result<(), StoreError> {
    debug_assert_eq!(counted(was, StageKind::Open), counted(&is, StageKind::Open), "no counter counts it");
    save(tx, was, &deal::Model { version: was.version + 1, updated_at: tx.now, ..is }).await
}

/// Puts a tag on a deal or takes it off. Whether that changed anything.
async fn put_tag(tx: &WorkspaceTx, id: DealId, tag: &Tag, on: bool) -> Result<bool, StoreError> {
    let carried = tags_of(&tx.db, tx.workspace_id(), Tagged::Deal, id.0).await?;
    if carried.iter().any(|other| other.id == tag.id) == on {
        return Ok(false);
    }
    let before: Vec<TagId> = carried.iter().map(|tag| tag.id).collect();
    let mut after = carried;
    if on {
        after.push(tag.clone());
    } else {
        after.retain(|other| other.id != tag.id);
    }
    put_on(tx, Tagged::Deal, id.0, &before, &after).await?;
    Ok(true)
}

#[derive(FromQueryResult)]
struct Name {
    id: Uuid,
    name: String,
}

async fn names(db: &impl sea_orm::ConnectionTrait, workspace_id: Uuid, chosen: &[Chosen]) -> Result<HashMap<Uuid, String>, StoreError> {
    let mut sql = Sql::with([workspace_id.into()]);
    let ids = sql.bind_all(chosen.iter().map(|(id, _)| id.0));
    sql.push(&format!("SELECT id, name FROM deals WHERE workspace_id = $1 AND id IN ({ids}) AND deleted_at IS NULL"));
    Ok(sql.all::<Name>(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}
