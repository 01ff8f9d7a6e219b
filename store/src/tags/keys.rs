//! The keys by which tags' names are unique, computed again after an upgrade that computes them in another way.

use crate::{
    Store, StoreError,
    database::{sql::sql, transaction::Transaction},
};
use domain::tags::name_key;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

/// Tags whose keys are computed in one transaction.
const BATCH: usize = 500;
/// Any number, the same in every process: on PostgreSQL two processes that start at once compute one after another.
const TAG_KEYS_LOCK: i64 = 0x4d49_4e49_4352_4d04;

#[derive(FromQueryResult)]
struct TagKey {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    name_key: String,
}

impl Store {
    /// Computes the key of every tag again, the oldest of a workspace first, in batches, each a transaction; returns how many changed.
    /// Can be stopped and repeated at any time. Where two tags of a workspace have one key now, whoever has it keeps it, and the other
    /// one keeps its former key, until one of them is renamed, merged or deleted.
    pub async fn recompute_tag_keys(&self) -> Result<u64, StoreError> {
        let (mut after, mut changed) = ((Uuid::nil(), Uuid::nil()), 0);
        loop {
            let batch = self.transaction(move |tx| Box::pin(recompute_batch(tx, after))).await?;
            changed += batch.changed;
            match batch.last {
                Some(last) => after = last,
                None => return Ok(changed),
            }
        }
    }
}

/// What a batch did.
struct Batch {
    changed: u64,
    /// Workspace and id of its last tag; `None` if it has none.
    last: Option<(Uuid, Uuid)>,
}

async fn recompute_batch(tx: &Transaction, (workspace_id, id): (Uuid, Uuid)) -> Result<Batch, StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        sql("SELECT pg_advisory_xact_lock($1)", [TAG_KEYS_LOCK.into()]).execute(tx).await?;
    }
    let statement = format!(
        "SELECT workspace_id, id, name, name_key FROM tags WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}"
    );
    let tags: Vec<TagKey> = sql(&statement, [workspace_id.into(), id.into()]).all(tx).await?;
    let last = tags.last().map(|tag| (tag.workspace_id, tag.id));
    let mut changed = 0;
    for tag in tags {
        let key = name_key(&tag.name);
        if tag.name_key != key {
            let unless_taken = "UPDATE tags SET name_key = $3 WHERE workspace_id = $1 AND id = $2
                                AND NOT EXISTS (SELECT 1 FROM tags t WHERE t.workspace_id = $1 AND t.name_key = $3)";
            changed += sql(unless_taken, [tag.workspace_id.into(), tag.id.into(), key.into()]).execute(tx).await?;
        }
    }
    Ok(Batch { changed, last })
}
