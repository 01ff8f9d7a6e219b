//! The keys by which tags' names are unique, computed again after an upgrade that computes them in another way.

use crate::{
    Store, StoreError,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, RowId, UniqueKeyBatch},
};
use domain::tags::name_key;
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Any number, the same in every process: see [`Store::recompute_unique_keys`].
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
        self.recompute_unique_keys(TAG_KEYS_LOCK, batch).await
    }
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, UniqueKeyBatch> {
    Box::pin(async move {
        let statement = format!(
            "SELECT workspace_id, id, name, name_key FROM tags WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}"
        );
        let tags: Vec<TagKey> = sql(&statement, [after.0.into(), after.1.into()]).all(tx).await?;
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
        Ok(UniqueKeyBatch { changed, last })
    })
}
