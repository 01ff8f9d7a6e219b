//! Bulk change of deals, in one transaction. Version and owner are checked for each deal.

use super::{
    bin::delete,
    counters::CountedDeal,
    edit::{save, stage_by_id},
    moving::move_row,
};
use crate::{
    Store, StoreError,
    audit::chain::Change,
    database::{records::load_for_update, sql::Sql, write::WorkspaceTx},
    entity::{deal, tag},
    members::owner_of_draft,
    stages::{self, Stage},
    tags::{Tag, Tagged, replace_tags, tags_of},
};
use domain::{
    access::{Actor, Entity, Verb},
    deals::{BulkChange, DealMove, Placement, SelectedDeal},
    ids::{DealId, TagId},
    stages::StageKind,
};
use sea_orm::{EntityTrait, FromQueryResult};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// Result of a bulk change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkOutcome {
    /// Number of deals that are now as asked for.
    pub changed: u64,
    /// Deals that were not changed.
    pub skipped: Vec<SkippedDeal>,
}

/// A deal that a bulk change skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedDeal {
    /// Its name; `None` if it is in the bin or not in the workspace.
    pub name: Option<String>,
    /// [`StoreError::NotFound`], [`StoreError::Denied`] or [`StoreError::Conflict`].
    pub reason: StoreError,
}

impl Store {
    /// Applies one change to many deals. A deal that is in the bin, was changed since its version was shown, or is not the actor's to
    /// change is skipped and listed in [`BulkOutcome::skipped`]; the rest are updated in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `stage`, `owner_id` or `tag` if there is no such stage, member or tag, at `lost_reason` for a lost
    /// stage without a reason. No deal is changed.
    pub async fn change_deals(&self, actor: &Actor, selected: Vec<SelectedDeal>, change: BulkChange) -> Result<BulkOutcome, StoreError> {
        let verb = if change == BulkChange::Delete { Verb::Delete } else { Verb::Update };
        self.write(actor, verb, Entity::Deal, move |tx| Box::pin(change_all(tx, selected, change))).await
    }

    /// The names of the selected deals that are not in the bin, for the question before they are deleted.
    pub async fn deal_names(&self, actor: &Actor, selected: &[SelectedDeal]) -> Result<Vec<String>, StoreError> {
        crate::error::authorize(actor, Verb::Read, Entity::Deal)?;
        let names = names(self.read(), actor.workspace_id.0, selected).await?;
        Ok(selected.iter().filter_map(|deal| names.get(&deal.id.0).cloned()).collect())
    }
}

/// A change whose references are resolved, once for all deals.
enum ResolvedChange {
    Stage { stage: String, lost_reason: Option<String> },
    Owner(Uuid),
    Tag { tag: Tag, on: bool },
    Delete,
}

async fn change_all(tx: &mut WorkspaceTx, selected: Vec<SelectedDeal>, change: BulkChange) -> Result<BulkOutcome, StoreError> {
    let stages = stages::of_workspace(&tx.db, tx.workspace_id()).await?;
    let change = resolve(tx, &stages, change).await?;
    let names = names(&tx.db, tx.workspace_id(), &selected).await?;
    let mut outcome = BulkOutcome::default();
    // Each deal goes to the top of its new column. From the last to the first, so that they keep their order.
    for deal in selected.into_iter().rev() {
        match change_one(tx, &stages, &change, deal).await {
            Ok(()) => outcome.changed += 1,
            Err(reason @ (StoreError::NotFound | StoreError::Denied | StoreError::Conflict)) => {
                outcome.skipped.push(SkippedDeal { name: names.get(&deal.id.0).cloned(), reason });
            }
            Err(error) => return Err(error),
        }
    }
    outcome.skipped.reverse();
    Ok(outcome)
}

/// Looks up the stage, member or tag of a change.
///
/// # Errors
/// Those of [`Store::change_deals`].
async fn resolve(tx: &WorkspaceTx, stages: &[Stage], change: BulkChange) -> Result<ResolvedChange, StoreError> {
    Ok(match change {
        BulkChange::Stage { stage, lost_reason } => {
            if stages::by_slug(stages, &stage)?.kind == StageKind::Lost && lost_reason.is_none() {
                return Err(StoreError::field("lost_reason", super::edit::LOST_REASON_REQUIRED));
            }
            ResolvedChange::Stage { stage, lost_reason }
        }
        BulkChange::Owner(user) => ResolvedChange::Owner(owner_of_draft(tx, Some(user), None).await?),
        BulkChange::AddTag(id) => ResolvedChange::Tag { tag: tag_of_workspace(tx, id).await?, on: true },
        BulkChange::RemoveTag(id) => ResolvedChange::Tag { tag: tag_of_workspace(tx, id).await?, on: false },
        BulkChange::Delete => ResolvedChange::Delete,
    })
}

async fn tag_of_workspace(tx: &WorkspaceTx, id: TagId) -> Result<Tag, StoreError> {
    let row = tag::Entity::find_by_id((tx.workspace_id(), id.0)).one(&tx.db).await?;
    row.map(Tag::from).ok_or_else(|| StoreError::field("tag", "Choose a tag from the list"))
}

async fn change_one(tx: &mut WorkspaceTx, stages: &[Stage], change: &ResolvedChange, deal: SelectedDeal) -> Result<(), StoreError> {
    let SelectedDeal { id, version } = deal;
    match change {
        ResolvedChange::Stage { stage, lost_reason } => {
            let row = load_for_update::<deal::Entity>(tx, Verb::Update, id.0, version).await?;
            if stage_by_id(stages, row.stage_id)?.slug == *stage {
                return Ok(());
            }
            let to = DealMove { deal_id: id, version, stage: stage.clone(), place: Placement::Top, lost_reason: lost_reason.clone() };
            move_row(tx, stages, to).await.map(drop)
        }
        ResolvedChange::Owner(user) => {
            let row = load_for_update::<deal::Entity>(tx, Verb::Update, id.0, version).await?;
            if row.owner_id == *user {
                return Ok(());
            }
            save_uncounted(tx, &row, deal::Model { owner_id: *user, ..row.clone() }).await?;
            let fields = |owner: Uuid| Some(json!({ "owner_id": owner.to_string() }));
            let change =
                Change { action: "update", entity: Entity::Deal.noun(), id: row.id, before: fields(row.owner_id), after: fields(*user) };
            tx.audit(change).await
        }
        ResolvedChange::Tag { tag, on } => {
            let row = load_for_update::<deal::Entity>(tx, Verb::Update, id.0, version).await?;
            if !set_tag(tx, id, tag, *on).await? {
                return Ok(());
            }
            save_uncounted(tx, &row, row.clone()).await?;
            let fields = |carried: bool| Some(json!({ "tag": carried.then_some(&tag.name) }));
            let change = Change { action: "update", entity: Entity::Deal.noun(), id: row.id, before: fields(!on), after: fields(*on) };
            tx.audit(change).await
        }
        ResolvedChange::Delete => delete(tx, id, version).await.map(drop),
    }
}

/// Updates a row whose change no counter depends on, and increments its version.
async fn save_uncounted(tx: &WorkspaceTx, before: &deal::Model, after: deal::Model) -> Result<(), StoreError> {
    debug_assert_eq!(CountedDeal::from_row(before, StageKind::Open), CountedDeal::from_row(&after, StageKind::Open), "no counter changes");
    save(tx, before, &deal::Model { version: before.version + 1, updated_at: tx.now, ..after }).await
}

/// Adds a tag to a deal (`on`) or removes it. Returns whether that changed anything.
async fn set_tag(tx: &WorkspaceTx, id: DealId, tag: &Tag, on: bool) -> Result<bool, StoreError> {
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
    replace_tags(tx, Tagged::Deal, id.0, &before, &after).await?;
    Ok(true)
}

#[derive(FromQueryResult)]
struct Name {
    id: Uuid,
    name: String,
}

/// The names of the selected deals that are not in the bin, by id.
async fn names(
    db: &impl sea_orm::ConnectionTrait,
    workspace_id: Uuid,
    selected: &[SelectedDeal],
) -> Result<HashMap<Uuid, String>, StoreError> {
    let mut sql = Sql::with([workspace_id.into()]);
    let ids = sql.bind_all(selected.iter().map(|deal| deal.id.0));
    sql.push(&format!("SELECT id, name FROM deals WHERE workspace_id = $1 AND id IN ({ids}) AND deleted_at IS NULL"));
    Ok(sql.all::<Name>(db).await?.into_iter().map(|row| (row.id, row.name)).collect())
}
