//! A form that is sent twice makes one record.
//!
//! Each showing of a form carries a key of its own. What was made is kept with a digest of who sent what, in the
//! transaction that made it; a workspace's writes run one after another, so of fifty at once one makes the record and the
//! others find it. The digest is of the whole form: somebody who goes back, types another name and sends the same showing
//! again means another record.

use crate::{
    Store, StoreError,
    sql::sql,
    write::{Work, Write},
};
use chrono::TimeDelta;
use domain::access::{Actor, Entity, Verb};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// So long a form sent again is known. A browser repeats one at once, or when a tab is restored.
const KEPT_HOURS: i64 = 24;

impl Store {
    /// A fresh key for one showing of a form.
    pub fn form_key(&self) -> String {
        self.new_id().simple().to_string()
    }

    /// The same store on behalf of a form: what `create_…` makes of it is made once, however often it comes. `form` is all
    /// that was sent, the form's key in it.
    #[must_use]
    pub fn once(&self, form: Vec<u8>) -> Self {
        let mut store = self.clone();
        store.form = Some(form.into());
        store
    }

    /// As [`Store::write`] for a new record; for a form that was sent before, the record it made then.
    pub(crate) async fn make<T, F>(&self, actor: &Actor, entity: Entity, work: F) -> Result<T, StoreError>
    where
        T: From<Uuid> + Into<Uuid> + Copy + Send + 'static,
        F: for<'t> FnOnce(&'t mut Write) -> Work<'t, T> + Send + 'static,
    {
        let digest = self.form.as_deref().map(|form| digest_of(actor, entity, form));
        self.write(actor, Verb::Create, entity, |write| {
            Box::pin(async move {
                let Some(digest) = digest else { return work(write).await };
                if let Some(made) = made_before(write, &digest).await? {
                    return Ok(T::from(made));
                }
                let id = work(write).await?;
                remember(write, digest, id.into()).await?;
                Ok(id)
            })
        })
        .await
    }
}

fn digest_of(actor: &Actor, entity: Entity, form: &[u8]) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(actor.user_id.0.as_bytes());
    digest.update(entity.noun().as_bytes());
    digest.update(b"\0");
    digest.update(form);
    digest.finalize().to_vec()
}

async fn made_before(write: &Write, digest: &[u8]) -> Result<Option<Uuid>, StoreError> {
    #[derive(FromQueryResult)]
    struct Made {
        record_id: Uuid,
    }
    let statement = sql(
        "SELECT record_id FROM sent_forms WHERE workspace_id = $1 AND digest = $2",
        [write.workspace_id().into(), digest.to_vec().into()],
    );
    Ok(statement.one::<Made>(&write.db).await?.map(|made| made.record_id))
}

async fn remember(write: &Write, digest: Vec<u8>, record_id: Uuid) -> Result<(), StoreError> {
    let workspace_id = write.workspace_id();
    let old = [workspace_id.into(), (write.now - TimeDelta::hours(KEPT_HOURS)).into()];
    sql("DELETE FROM sent_forms WHERE workspace_id = $1 AND created_at < $2", old).execute(&write.db).await?;
    let values = [workspace_id.into(), digest.into(), record_id.into(), write.now.into()];
    sql("INSERT INTO sent_forms (workspace_id, digest, record_id, created_at) VALUES ($1, $2, $3, $4)", values).execute(&write.db).await?;
    Ok(())
}
