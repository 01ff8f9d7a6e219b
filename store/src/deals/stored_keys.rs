//! The computed keys of deals.

use super::edit::search_text;
use crate::{
    custom_fields,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::{collation::sort_key, deals::lost_reason_key, fold::fold};
use sea_orm::{FromQueryResult, prelude::Uuid};

/// Deals. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "deals",
    id: &["workspace_id", "id"],
    keys: &["name_key", "sort_key", "source_key", "lost_reason_key", "search"],
    batch,
};

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    source: Option<String>,
    lost_reason: Option<String>,
    metadata: serde_json::Value,
    is_live: bool,
    name_key: String,
    sort_key: String,
    source_key: String,
    lost_reason_key: String,
    search: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT workspace_id, id, name, source, lost_reason, metadata, deleted_at IS NULL AS is_live,
               name_key, sort_key, source_key, lost_reason_key, search
             FROM deals WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let fields = custom_fields::from_json(row.metadata.clone());
            let search = if row.is_live { search_text(&row.name, &fields) } else { String::new() };
            let stored = [&*row.name_key, &row.sort_key, &row.source_key, &row.lost_reason_key, &row.search];
            let source_key = fold(row.source.as_deref().unwrap_or_default());
            let reason_key = lost_reason_key(row.lost_reason.as_deref().unwrap_or_default());
            let computed = vec![fold(&row.name), sort_key(&row.name), source_key, reason_key, search];
            batch.add((row.workspace_id, row.id), &stored, computed);
        }
        Ok(batch)
    })
}
