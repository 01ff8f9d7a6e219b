//! The search text of tasks.

use super::search_index::search_text;
use crate::{
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    entity::task,
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};

/// Tasks. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable { name: "tasks", id: &["workspace_id", "id"], keys: &["search"], batch };

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!("SELECT * FROM tasks WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}");
        let rows: Vec<task::Model> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let search = if row.deleted_at.is_none() { search_text(&row.title, row.notes.as_deref()) } else { String::new() };
            batch.add((row.workspace_id, row.id), &[&row.search], vec![search]);
        }
        Ok(batch)
    })
}
