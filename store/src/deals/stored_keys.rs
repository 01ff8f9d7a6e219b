//! The computed keys of deals.

use super::search_index::NamedDeal;
use crate::{
    custom_fields::keys_of_column,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::{collation::sort_key, deals::lost_reason_key, fold::fold};

/// Deals. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "deals",
    id: &["workspace_id", "id"],
    keys: &["name_key", "sort_key", "source_key", "lost_reason_key", "metadata_keys", "search"],
    batch,
};

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let (columns, joins) = (NamedDeal::COLUMNS, NamedDeal::JOINS);
        let text = format!(
            "SELECT {columns} FROM (SELECT * FROM deals WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}) AS d
             {joins} ORDER BY d.workspace_id, d.id"
        );
        let rows: Vec<NamedDeal> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let search = if row.deal.deleted_at.is_none() { row.search_text() } else { String::new() };
            let row = row.deal;
            let stored = [&*row.name_key, &row.sort_key, &row.source_key, &row.lost_reason_key, &row.metadata_keys, &row.search];
            let source_key = fold(row.source.as_deref().unwrap_or_default());
            let reason_key = lost_reason_key(row.lost_reason.as_deref().unwrap_or_default());
            let computed = vec![fold(&row.name), sort_key(&row.name), source_key, reason_key, keys_of_column(&row.metadata), search];
            batch.add((row.workspace_id, row.id), &stored, computed);
        }
        Ok(batch)
    })
}
