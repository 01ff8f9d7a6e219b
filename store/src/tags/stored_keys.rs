//! The sort keys of tags. The keys by which their names are unique: see [`super::keys`].

use crate::{
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::collation::sort_key;
use sea_orm::{FromQueryResult, prelude::Uuid};

/// Tags, in the order of their names.
pub(crate) const SORT_KEYS: KeyedTable = KeyedTable { name: "tags", id: &["workspace_id", "id"], keys: &["sort_key"], batch };

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    sort_key: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT workspace_id, id, name, sort_key FROM tags
             WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            batch.add((row.workspace_id, row.id), &[&row.sort_key], vec![sort_key(&row.name)]);
        }
        Ok(batch)
    })
}
