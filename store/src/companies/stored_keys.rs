//! The computed keys of companies.

use super::edit::{SearchFields, search_text};
use crate::{
    custom_fields,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
    tags::Tag,
};
use domain::{collation::sort_key, fold::fold, ids::TagId};
use sea_orm::{FromQueryResult, prelude::Uuid};

/// Companies. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "companies",
    id: &["workspace_id", "id"],
    keys: &["name_key", "sort_key", "industry_key", "industry_sort_key", "search"],
    batch,
};

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    industry: Option<String>,
    phone: Option<String>,
    metadata: serde_json::Value,
    is_live: bool,
    name_key: String,
    sort_key: String,
    industry_key: String,
    industry_sort_key: String,
    search: String,
    tag_id: Option<Uuid>,
    tag_name: Option<String>,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT c.workspace_id, c.id, c.name, c.industry, c.phone, c.metadata, c.deleted_at IS NULL AS is_live,
               c.name_key, c.sort_key, c.industry_key, c.industry_sort_key, c.search, t.id AS tag_id, t.name AS tag_name
             FROM (SELECT * FROM companies WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}) AS c
             LEFT JOIN company_tags ct ON ct.workspace_id = c.workspace_id AND ct.company_id = c.id
             LEFT JOIN tags t ON t.workspace_id = c.workspace_id AND t.id = ct.tag_id
             ORDER BY c.workspace_id, c.id"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for rows in rows.chunk_by(|left, right| left.id == right.id && left.workspace_id == right.workspace_id) {
            let row = &rows[0];
            let stored = [&*row.name_key, &row.sort_key, &row.industry_key, &row.industry_sort_key, &row.search];
            batch.add((row.workspace_id, row.id), &stored, computed(row, tags_of(rows)));
        }
        Ok(batch)
    })
}

fn computed(row: &Row, tags: Vec<Tag>) -> Vec<String> {
    let custom_fields = custom_fields::from_json(row.metadata.clone());
    let industry = row.industry.as_deref();
    let fields = SearchFields { name: &row.name, industry, phone: row.phone.as_deref(), custom_fields: &custom_fields };
    let search = if row.is_live { search_text(fields, &tags) } else { String::new() };
    let industry = industry.unwrap_or_default();
    vec![fold(&row.name), sort_key(&row.name), fold(industry), sort_key(industry), search]
}

/// The tags of a company, one of each row, in the order in which a form saves them.
fn tags_of(rows: &[Row]) -> Vec<Tag> {
    let mut tags: Vec<Tag> =
        rows.iter().filter_map(|row| Some(Tag { id: TagId(row.tag_id?), name: row.tag_name.clone()?, color: String::new() })).collect();
    tags.sort_by_cached_key(|tag| sort_key(&tag.name));
    tags
}
