//! Audit of changes of an account that are made by a link or by the operator, and so without an actor.

use crate::{
    Store, StoreError,
    audit::chain::{Chain, Change},
    database::{sql::sql, transaction::Transaction},
};
use domain::{
    access::Entity,
    ids::{UserId, WorkspaceId},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The audit log of the workspace that a user signs in to, locked until the transaction ends.
pub(crate) struct AccountLog {
    user_id: UserId,
    /// The workspace; `None` for a user who was removed from all.
    pub workspace_id: Option<WorkspaceId>,
    chain: Option<Chain>,
}

#[derive(FromQueryResult)]
struct Home {
    workspace_id: Uuid,
}

impl AccountLog {
    /// Locks the log. Call before anything is written: every write of a workspace takes this lock first.
    pub(super) async fn lock(tx: &Transaction, user_id: UserId) -> Result<Self, StoreError> {
        // As at sign-in: the workspace they entered last, else the one they have been a member of longest.
        let home = "SELECT m.workspace_id FROM memberships m JOIN workspaces w ON w.id = m.workspace_id AND w.ended_at IS NULL
             WHERE m.user_id = $1 AND m.removed_at IS NULL
             ORDER BY CASE WHEN m.last_entered_at IS NULL THEN 1 ELSE 0 END, m.last_entered_at DESC, m.created_at LIMIT 1";
        let home: Option<Home> = sql(home, [user_id.0.into()]).one(tx).await?;
        let workspace_id = home.map(|home| WorkspaceId(home.workspace_id));
        let chain = match workspace_id {
            Some(workspace_id) => Chain::lock(tx, workspace_id).await?,
            None => None,
        };
        Ok(Self { user_id, workspace_id, chain })
    }

    /// Appends a change of the account. `by`: the user who made it; `None` for the operator.
    pub(super) async fn append(self, store: &Store, tx: &Transaction, by: Option<UserId>, action: &'static str) -> Result<(), StoreError> {
        let Some(mut chain) = self.chain else { return Ok(()) };
        let change = Change { action, entity: Entity::Account.noun(), id: self.user_id.0, before: None, after: None };
        chain.append(tx, by, store.address, store.now(), change).await?;
        chain.save(tx).await
    }
}
