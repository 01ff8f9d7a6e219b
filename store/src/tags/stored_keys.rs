//! The computed keys of tags.

use crate::{
    StoreError,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::{collation::sort_key, tags::name_key};
use sea_orm::{FromQueryResult, prelude::Uuid};
use std::collections::BTreeSet;

/// Tags. Names that an older version told apart and this one doesn't go on as two tags: the one made later keeps a key of its own.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable { name: "tags", id: &["workspace_id", "id"], keys: &["name_key", "sort_key"], batch };

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    name_key: String,
    sort_key: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT workspace_id, id, name, name_key, sort_key FROM tags
             WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let (mut batch, mut taken) = (KeyBatch::default(), BTreeSet::new());
        for row in rows {
            let key = name_key(&row.name);
            let is_taken = taken.contains(&(row.workspace_id, key.clone())) || has_other(tx, &row, &key).await?;
            if !is_taken {
                taken.insert((row.workspace_id, key.clone()));
            }
            // No folded name contains a control character.
            let key = if is_taken { format!("{key}\u{1}{}", row.id) } else { key };
            batch.add((row.workspace_id, row.id), &[&row.name_key, &row.sort_key], vec![key, sort_key(&row.name)]);
        }
        Ok(batch)
    })
}

/// Whether another tag of the workspace has this key.
async fn has_other(tx: &Transaction, row: &Row, key: &str) -> Result<bool, StoreError> {
    #[derive(FromQueryResult)]
    struct Found {
        found: i64,
    }
    let text = "SELECT count(*) AS found FROM tags WHERE workspace_id = $1 AND name_key = $2 AND id <> $3";
    let found: Option<Found> = sql(text, [row.workspace_id.into(), key.into(), row.id.into()]).one(tx).await?;
    Ok(found.is_some_and(|row| row.found > 0))
}
