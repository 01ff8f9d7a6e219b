//! The one way to write: a transaction in a task of its own, with the audit log in it.

use crate::{
    Store,
    audit::chain::{Chain, Change},
    database::{sql::sql, transaction::Transaction},
    error::{StoreError, authorize},
};
use domain::{
    access::{Actor, Entity, Role, Verb},
    ids::BulkChangeId,
};
use sea_orm::{
    FromQueryResult,
    prelude::{DateTimeUtc, Uuid},
};
use std::pin::Pin;
use tracing::Instrument;

/// What is done inside a transaction: `Box::pin(async move { … })`.
pub(crate) type TxFuture<'t, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 't>>;

/// A transaction that holds its workspace's write lock.
pub(crate) struct WorkspaceTx {
    /// Where to run the queries.
    pub db: Transaction,
    /// Who writes, with the role they have now: read under the lock, not from the session.
    pub actor: Actor,
    /// The time of everything in this transaction.
    pub now: DateTimeUtc,
    /// The workspace's switch "Lock activities once logged", read under the lock.
    pub lock_activities: bool,
    store: Store,
    chain: Chain,
    /// Whether subscribers are notified of it.
    notifies: bool,
}

impl WorkspaceTx {
    /// The id of the workspace.
    pub fn workspace_id(&self) -> Uuid {
        self.actor.workspace_id.0
    }

    /// A fresh id.
    pub fn new_id(&self) -> Uuid {
        self.store.new_id()
    }

    /// The store that is written to.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Where the workspace's audit log ends by now.
    pub fn seq(&self) -> i64 {
        self.chain.seq()
    }

    /// Makes the changes that are noted from now on part of a bulk change.
    pub fn begin_bulk_change(&mut self, id: BulkChangeId) {
        self.chain.set_bulk_change(id);
    }

    /// Notes a change in the audit log.
    pub async fn audit(&mut self, change: Change<'_>) -> Result<(), StoreError> {
        self.notifies |= self.store.shared.notifier.is_relevant(&change);
        self.chain.append(&self.db, self.store.random(), Some(self.actor.user_id), self.store.address, self.now, change).await
    }

    /// Notes many changes in the audit log.
    pub async fn audit_all(&mut self, changes: Vec<Change<'_>>) -> Result<(), StoreError> {
        self.notifies |= changes.iter().any(|change| self.store.shared.notifier.is_relevant(change));
        self.chain.append_all(&self.db, self.store.random(), Some(self.actor.user_id), self.store.address, self.now, changes).await
    }
}

impl WorkspaceTx {
    /// Saves the end of the audit chain, and notifies subscribers if the changes are relevant to them.
    async fn before_commit(&self) -> Result<(), StoreError> {
        self.chain.save(&self.db).await?;
        if self.notifies { self.notify_in_tx().await } else { Ok(()) }
    }
}

impl Store {
    /// Runs `work` in a transaction of the actor's workspace and commits it, or rolls it back if it fails.
    ///
    /// The role is checked before anything else and again, as it is now, inside. A workspace's writes run one after
    /// another: they queue at its audit chain before they touch anything, so they can't deadlock. A request that goes
    /// away doesn't stop the work.
    pub(crate) async fn write<T, F>(&self, actor: &Actor, verb: Verb, entity: Entity, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WorkspaceTx) -> TxFuture<'t, T> + Send + 'static,
    {
        debug_assert!(self.cache_version.is_none(), "a request that only reads");
        authorize(actor, verb, entity)?;
        let (store, actor) = (self.clone(), *actor);
        detached(async move {
            let db = store.write_pool().begin().await?;
            let Lock { actor, lock_activities, chain } = lock(&db, &actor).await?;
            authorize(&actor, verb, entity)?;
            let mut tx = WorkspaceTx { db, actor, now: store.now(), lock_activities, store, chain, notifies: false };
            let done = match work(&mut tx).await {
                Ok(value) => tx.before_commit().await.map(|()| value),
                Err(error) => Err(error),
            };
            let (store, workspace_id, notify_seq) = (tx.store.clone(), tx.workspace_id(), tx.notifies.then(|| tx.seq()));
            let done = finish(tx.db, done).await;
            if let (Ok(_), Some(seq)) = (&done, notify_seq) {
                store.notify_after_commit(workspace_id, seq);
            }
            done
        })
        .await
    }

    /// Runs `work` in a transaction of no workspace: registering, sessions and the like. A request that goes away doesn't
    /// stop the work.
    pub(crate) async fn transaction<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t Transaction) -> TxFuture<'t, T> + Send + 'static,
    {
        let store = self.clone();
        detached(async move {
            let db = store.write_pool().begin().await?;
            let done = work(&db).await;
            finish(db, done).await
        })
        .await
    }
}

/// Runs work in a task of its own, so that it ends whether or not the request is still there.
pub(crate) async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "a write panicked");
            Err(StoreError::Internal)
        }
    }
}

async fn finish<T>(db: Transaction, done: Result<T, StoreError>) -> Result<T, StoreError> {
    if done.is_ok() {
        db.commit().await?;
    } else if let Err(error) = db.rollback().await {
        tracing::warn!(%error, "a transaction ends with its connection");
    }
    done
}

#[derive(FromQueryResult)]
struct Standing {
    role: String,
    owners_only_edit: bool,
    lock_activities: bool,
}

/// What is read under the write lock.
struct Lock {
    actor: Actor,
    lock_activities: bool,
    chain: Chain,
}

/// Takes the workspace's write lock and reads, under it, what the actor may do.
///
/// In two statements: on PostgreSQL one that waits for a lock sees the locked row as it is then, and the rows joined to it as they were when it
/// began. So a member who was made the owner meanwhile left as a member, and the workspace had no owner.
async fn lock(db: &Transaction, actor: &Actor) -> Result<Lock, StoreError> {
    let chain = Chain::lock(db, actor.workspace_id).await?.ok_or(StoreError::Denied)?;
    let standing = sql(
        "SELECT m.role, w.owners_only_edit, w.lock_activities FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.workspace_id = $1 AND m.user_id = $2 AND m.removed_at IS NULL AND w.ended_at IS NULL
           AND w.suspended_at IS NULL",
        [actor.workspace_id.0.into(), actor.user_id.0.into()],
    );
    let row: Standing = standing.one(db).await?.ok_or(StoreError::Denied)?;
    let role = Role::from_slug(&row.role).ok_or(StoreError::Internal)?;
    let actor = Actor { role, owners_only_edit: row.owners_only_edit, ..*actor };
    Ok(Lock { actor, lock_activities: row.lock_activities, chain })
}

#[cfg(test)]
mod tests;
