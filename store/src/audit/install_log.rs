//! The install's own log: what concerns no workspace, or outlives one. It is a chain of the audit log like those of the workspaces, under
//! an id that no workspace has, so the same triggers and the same [`verify_chain`](crate::verify_chain) guard it.

use super::chain::{Chain, Change};
use crate::{Store, database::sql::sql, database::transaction::Transaction, error::StoreError};
use domain::{
    access::Entity,
    ids::{UserId, WorkspaceId},
};
use uuid::Uuid;

/// The id under which the audit log keeps the install's own chain.
pub const INSTALL_LOG: WorkspaceId = WorkspaceId(Uuid::nil());

impl Store {
    /// Appends a row to the install's log, in the transaction of its change. It locks the log: after every workspace's lock.
    pub(crate) async fn log_install_change(&self, tx: &Transaction, actor: Option<UserId>, change: Change<'_>) -> Result<(), StoreError> {
        // The first row of an install makes the head.
        let head = "INSERT INTO audit_heads (workspace_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING";
        sql(head, [INSTALL_LOG.0.into(), super::chain::ROOT.to_vec().into()]).execute(tx).await?;
        let mut chain = Chain::lock(tx, INSTALL_LOG).await?.ok_or(StoreError::Internal)?;
        chain.append(tx, self.random(), actor, self.address, self.now(), change).await?;
        chain.save(tx).await
    }

    /// Appends a change of an account that no workspace's log has: it was made by a link or by an administrator of the server. `by`: the user
    /// who made it; `None` for the operator.
    pub(crate) async fn log_account_change(
        &self,
        tx: &Transaction,
        by: Option<UserId>,
        account: UserId,
        action: &'static str,
    ) -> Result<(), StoreError> {
        let change = Change { action, entity: Entity::Account.noun(), id: account.0, before: None, after: None };
        self.log_install_change(tx, by, change).await
    }
}
