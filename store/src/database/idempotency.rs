//! Idempotency of forms: one that is submitted twice creates one record.
//!
//! Each rendered form carries an idempotency key. The id of the created record is stored with a digest of actor, entity and form,
//! in the transaction that creates it. Writes of a workspace are serialized, so of fifty simultaneous submissions one creates the
//! record and the others find it. The digest covers the whole form: going back, typing another name and submitting the same form
//! again creates another record.

use crate::{
    JobHandler, Store, StoreError,
    database::{
        sql::sql,
        write::{TxFuture, WorkspaceTx},
    },
};
use chrono::TimeDelta;
use domain::access::{Actor, Entity, Verb};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Hours for which a resubmitted form is recognised at least. Browsers resubmit at once or on tab restore.
const RETENTION_HOURS: i64 = 24;

impl Store {
    /// A new idempotency key for one rendered form.
    pub fn form_key(&self) -> String {
        self.new_id().simple().to_string()
    }

    /// The same store on behalf of a form: `create_…` creates a record once for the same `form`, which is all submitted fields
    /// with the idempotency key.
    #[must_use]
    pub fn with_idempotency(&self, form: Vec<u8>) -> Self {
        let mut store = self.clone();
        store.form = Some(form.into());
        store
    }

    /// As [`Store::write`] for a new record. A resubmitted form returns the id of the record that it created.
    pub(crate) async fn create_idempotent<T, F>(&self, actor: &Actor, entity: Entity, work: F) -> Result<T, StoreError>
    where
        T: From<Uuid> + Into<Uuid> + Copy + Send + 'static,
        F: for<'t> FnOnce(&'t mut WorkspaceTx) -> TxFuture<'t, T> + Send + 'static,
    {
        self.write_idempotent(actor, Verb::Create, entity, work).await
    }

    /// As [`Store::create_idempotent`], for a change of records that has an id of its own.
    pub(crate) async fn write_idempotent<T, F>(&self, actor: &Actor, verb: Verb, entity: Entity, work: F) -> Result<T, StoreError>
    where
        T: From<Uuid> + Into<Uuid> + Copy + Send + 'static,
        F: for<'t> FnOnce(&'t mut WorkspaceTx) -> TxFuture<'t, T> + Send + 'static,
    {
        let digest = self.form_digest(actor, entity);
        self.write(actor, verb, entity, |tx| {
            Box::pin(async move {
                let Some(digest) = digest else { return work(tx).await };
                if let Some(id) = find_created(tx, &digest).await? {
                    return Ok(T::from(id));
                }
                let id = work(tx).await?;
                record_created(tx, digest, id.into()).await?;
                Ok(id)
            })
        })
        .await
    }

    /// The digest under which the record that the form creates is found again; `None` without a form.
    pub(crate) fn form_digest(&self, actor: &Actor, entity: Entity) -> Option<Vec<u8>> {
        self.form.as_deref().map(|form| digest_of(actor, entity, form))
    }

    /// Deletes records of forms that were accepted more than [`RETENTION_HOURS`] ago and returns their number.
    pub async fn delete_old_forms(&self) -> Result<u64, StoreError> {
        let oldest = self.now() - TimeDelta::hours(RETENTION_HOURS);
        let delete = sql("DELETE FROM sent_forms WHERE created_at < $1", [oldest.into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes records of old forms every hour.
pub(crate) fn old_forms() -> JobHandler {
    JobHandler::deleting("delete-old-forms", TimeDelta::hours(1), |store| async move { store.delete_old_forms().await })
}

fn digest_of(actor: &Actor, entity: Entity, form: &[u8]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(actor.user_id.0.as_bytes());
    digest.update(entity.noun().as_bytes());
    digest.update(b"\0");
    digest.update(form);
    digest.finalize().to_vec()
}

/// The id of the record that a form has created before.
pub(crate) async fn find_created(tx: &WorkspaceTx, digest: &[u8]) -> Result<Option<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct CreatedRow {
        record_id: Uuid,
    }
    let statement =
        sql("SELECT record_id FROM sent_forms WHERE workspace_id = $1 AND digest = $2", [tx.workspace_id().into(), digest.to_vec().into()]);
    Ok(statement.one::<CreatedRow>(&tx.db).await?.map(|row| row.record_id))
}

/// Keeps the id of the record that a form creates.
pub(crate) async fn record_created(tx: &WorkspaceTx, digest: Vec<u8>, record_id: Uuid) -> Result<(), StoreError> {
    let workspace_id = tx.workspace_id();
    let values = [workspace_id.into(), digest.into(), record_id.into(), tx.now.into()];
    sql("INSERT INTO sent_forms (workspace_id, digest, record_id, created_at) VALUES ($1, $2, $3, $4)", values).execute(&tx.db).await?;
    Ok(())
}
