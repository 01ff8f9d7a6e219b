//! The search text of activities.

use super::search_index::search_text_of;
use crate::{
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    entity::activity,
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};

/// Activities. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable { name: "activities", id: &["workspace_id", "id"], keys: &["search"], batch };

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!("SELECT * FROM activities WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}");
        let rows: Vec<activity::Model> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let search = if row.deleted_at.is_none() { search_text_of(&row) } else { String::new() };
            batch.add((row.workspace_id, row.id), &[&row.search], vec![search]);
        }
        Ok(batch)
    })
}
