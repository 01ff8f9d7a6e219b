//! The computed keys of deals.

use super::bin::search_text_of;
use crate::{
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    entity::deal,
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::{collation::sort_key, deals::lost_reason_key, fold::fold};

/// Deals. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "deals",
    id: &["workspace_id", "id"],
    keys: &["name_key", "sort_key", "source_key", "lost_reason_key", "search"],
    batch,
};

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!("SELECT * FROM deals WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}");
        let rows: Vec<deal::Model> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let search = if row.deleted_at.is_none() { search_text_of(&row) } else { String::new() };
            let stored = [&*row.name_key, &row.sort_key, &row.source_key, &row.lost_reason_key, &row.search];
            let source_key = fold(row.source.as_deref().unwrap_or_default());
            let reason_key = lost_reason_key(row.lost_reason.as_deref().unwrap_or_default());
            let computed = vec![fold(&row.name), sort_key(&row.name), source_key, reason_key, search];
            batch.add((row.workspace_id, row.id), &stored, computed);
        }
        Ok(batch)
    })
}
