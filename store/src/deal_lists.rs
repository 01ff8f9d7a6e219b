//! The workspace's lists of sources and lost reasons.

use crate::{
    Store, StoreError,
    audit::{chain::Change, differences::diff_of_edit},
    database::{cache::Cached, sql::sql, write::WorkspaceTx},
    error::authorize,
};
use domain::{
    access::{Actor, Entity, Verb},
    deal_lists::DealLists,
};
use sea_orm::{ConnectionTrait, FromQueryResult, prelude::Uuid};
use serde_json::json;
use std::sync::Arc;

#[derive(FromQueryResult)]
struct Row {
    deal_sources: String,
    lost_reasons: String,
    version: i64,
}

impl Row {
    fn lists(&self) -> DealLists {
        let entries = |list: &str| list.lines().map(str::to_owned).collect();
        DealLists { sources: entries(&self.deal_sources), lost_reasons: entries(&self.lost_reasons) }
    }
}

impl Cached for Arc<DealLists> {
    type Key = ();
}

impl Store {
    /// The lists that the forms of deals offer, cached.
    pub async fn deal_lists(&self, actor: &Actor) -> Result<Arc<DealLists>, StoreError> {
        authorize(actor, Verb::Read, Entity::Deal)?;
        let reading = async { Ok(Arc::new(read(self.read(), actor.workspace_id.0).await?.lists())) };
        self.get_or_load(actor, (), reading).await
    }

    /// The lists with the workspace's version, to be changed.
    pub async fn deal_lists_to_edit(&self, actor: &Actor) -> Result<(DealLists, i64), StoreError> {
        authorize(actor, Verb::Read, Entity::Workspace)?;
        let row = read(self.read(), actor.workspace_id.0).await?;
        Ok((row.lists(), row.version))
    }

    /// Replaces both lists. Deals keep what they have. `version`: the version of the workspace that was shown.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the workspace was changed since `version`.
    pub async fn update_deal_lists(&self, actor: &Actor, version: i64, lists: DealLists) -> Result<(), StoreError> {
        self.write(actor, Verb::Update, Entity::Workspace, move |tx| Box::pin(update(tx, version, lists))).await
    }
}

async fn read(db: &impl ConnectionTrait, workspace_id: Uuid) -> Result<Row, StoreError> {
    let text = "SELECT deal_sources, lost_reasons, version FROM workspaces WHERE id = $1";
    sql(text, [workspace_id.into()]).one(db).await?.ok_or(StoreError::NotFound)
}

async fn update(tx: &mut WorkspaceTx, version: i64, lists: DealLists) -> Result<(), StoreError> {
    let id = tx.workspace_id();
    let row = read(&tx.db, id).await?;
    if row.version != version {
        return Err(StoreError::Conflict);
    }
    let (sources, reasons) = (lists.sources.join("\n"), lists.lost_reasons.join("\n"));
    let before = json!({ "deal_sources": row.deal_sources, "lost_reasons": row.lost_reasons });
    let after = json!({ "deal_sources": sources, "lost_reasons": reasons });
    let Some((before, after)) = diff_of_edit(before, after) else { return Ok(()) };
    let text = "UPDATE workspaces SET deal_sources = $2, lost_reasons = $3, version = $4, updated_at = $5 WHERE id = $1";
    let values = [id.into(), sources.into(), reasons.into(), (version + 1).into(), tx.now.into()];
    sql(text, values).execute(&tx.db).await?;
    tx.audit(Change { action: "update", entity: Entity::Workspace.noun(), id, before: Some(before), after: Some(after) }).await
}
