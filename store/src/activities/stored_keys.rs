//! The search text of activities.

use super::search_index::{SearchFields, search_text};
use crate::{
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use sea_orm::{FromQueryResult, prelude::Uuid};

/// Activities. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable { name: "activities", id: &["workspace_id", "id"], keys: &["search"], batch };

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    subject: String,
    description: Option<String>,
    outcome: Option<String>,
    next_steps: Option<String>,
    is_live: bool,
    search: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT workspace_id, id, subject, description, outcome, next_steps, deleted_at IS NULL AS is_live, search
             FROM activities WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let (description, outcome, next_steps) = (row.description.as_deref(), row.outcome.as_deref(), row.next_steps.as_deref());
            let fields = SearchFields { subject: &row.subject, description, outcome, next_steps };
            let search = if row.is_live { search_text(fields) } else { String::new() };
            batch.add((row.workspace_id, row.id), &[&row.search], vec![search]);
        }
        Ok(batch)
    })
}
