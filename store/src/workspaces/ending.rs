//! The end of a workspace: its owner ends it, has 30 days to take it back, and then it is deleted ([`super::deletion`]).

use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::{sql::sql, write::WorkspaceTx},
    error::StoreError,
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Entity, Verb},
    ids::{UserId, WorkspaceId},
    workspaces::{END_GRACE_DAYS, EndForm},
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use serde_json::json;

/// A workspace that has just ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedWorkspace {
    /// Its name.
    pub name: String,
    /// Until when its owner can take it back.
    pub takeable_until: DateTimeUtc,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

impl Store {
    /// Ends the actor's workspace: from the next request on it is nobody's. `form`: the owner's confirmation.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] at `name` if the form doesn't have the workspace's name.
    pub async fn end_workspace(&self, actor: &Actor, form: EndForm) -> Result<EndedWorkspace, StoreError> {
        self.write(actor, Verb::Delete, Entity::Ownership, move |tx| Box::pin(confirm_and_end(tx, form))).await
    }

    /// Takes back a workspace that the user ended less than 30 days ago.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the user doesn't own it, or it has not ended, or too long ago, or is being deleted.
    pub async fn take_back_workspace(&self, user: UserId, id: WorkspaceId) -> Result<(), StoreError> {
        let (store, now, since, address) = (self.clone(), self.now(), self.takeable_since(), self.address);
        self.transaction(move |tx| {
            Box::pin(async move {
                let mut chain = Chain::lock(tx, id).await?.ok_or(StoreError::NotFound)?;
                let take_back =
                    "UPDATE workspaces SET ended_at = NULL, updated_at = $1 WHERE id = $2 AND ended_at > $3 AND deleting_since IS NULL
                   AND EXISTS (SELECT 1 FROM memberships m WHERE m.workspace_id = workspaces.id AND m.user_id = $4 AND m.role = 'owner'
                     AND m.removed_at IS NULL)";
                let values = [now.into(), id.0.into(), since.into(), user.0.into()];
                if sql(take_back, values).execute(tx).await? != 1 {
                    return Err(StoreError::NotFound);
                }
                let change = Change { action: "restore", entity: Entity::Workspace.noun(), id: id.0, before: None, after: None };
                chain.append(tx, store.random(), Some(user), address, now, change).await?;
                chain.save(tx).await
            })
        })
        .await
    }

    /// What ended after this time can be taken back; what ended then or before is deleted.
    pub(super) fn takeable_since(&self) -> DateTimeUtc {
        self.now() - TimeDelta::days(END_GRACE_DAYS)
    }
}

async fn confirm_and_end(tx: &mut WorkspaceTx, form: EndForm) -> Result<EndedWorkspace, StoreError> {
    let id = tx.workspace_id();
    let Name { name } = sql("SELECT name FROM workspaces WHERE id = $1", [id.into()]).one(&tx.db).await?.ok_or(StoreError::NotFound)?;
    if !form.confirms(&name) {
        return Err(StoreError::field("name", "Type the name of the workspace exactly as it is"));
    }
    tx.audit(end(&tx.db, id, tx.now).await?).await?;
    Ok(EndedWorkspace { name, takeable_until: tx.now + TimeDelta::days(END_GRACE_DAYS) })
}

/// Ends a workspace whose lock the transaction holds. Returns the change to append to its log.
pub(crate) async fn end(tx: &crate::database::transaction::Transaction, id: Uuid, now: DateTimeUtc) -> Result<Change<'static>, StoreError> {
    sql("UPDATE workspaces SET ended_at = $1, updated_at = $1 WHERE id = $2", [now.into(), id.into()]).execute(tx).await?;
    Ok(Change { action: "end", entity: Entity::Workspace.noun(), id, before: None, after: Some(json!({ "ended_at": now })) })
}
