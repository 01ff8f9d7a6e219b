//! The computed keys of companies.

use super::search_index::{TaggedCompany, search_text_of};
use crate::{
    custom_fields::keys_of_column,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::{collation::sort_key, fold::fold};

/// Companies. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "companies",
    id: &["workspace_id", "id"],
    keys: &["name_key", "sort_key", "industry_key", "industry_sort_key", "metadata_keys", "search"],
    batch,
};

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT c.*, t.id AS tag_id, t.name AS tag_name
             FROM (SELECT * FROM companies WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}) AS c
             LEFT JOIN company_tags ct ON ct.workspace_id = c.workspace_id AND ct.company_id = c.id
             LEFT JOIN tags t ON t.workspace_id = c.workspace_id AND t.id = ct.tag_id
             ORDER BY c.workspace_id, c.id, t.sort_key"
        );
        let rows: Vec<TaggedCompany> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for rows in rows.chunk_by(|left, right| left.company.id == right.company.id) {
            let row = &rows[0].company;
            let industry = row.industry.as_deref().unwrap_or_default();
            let search = if row.deleted_at.is_none() { search_text_of(rows) } else { String::new() };
            let stored = [&*row.name_key, &row.sort_key, &row.industry_key, &row.industry_sort_key, &row.metadata_keys, &row.search];
            let computed =
                vec![fold(&row.name), sort_key(&row.name), fold(industry), sort_key(industry), keys_of_column(&row.metadata), search];
            batch.add((row.workspace_id, row.id), &stored, computed);
        }
        Ok(batch)
    })
}
