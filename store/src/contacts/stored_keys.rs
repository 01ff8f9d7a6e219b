//! The computed keys of contacts.

use super::{
    derived_columns::{DerivedColumns, DerivedInput},
    detail::level_of,
};
use crate::{
    StoreError, custom_fields,
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use sea_orm::{FromQueryResult, prelude::Uuid};

/// Contacts. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "contacts",
    id: &["workspace_id", "id"],
    keys: &["name_key", "sort_key", "email_key", "phone_key", "job_title_key", "job_title_sort_key", "company_key", "search"],
    batch,
};

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    id: Uuid,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    job_title: Option<String>,
    company: Option<String>,
    metadata: serde_json::Value,
    is_decision_maker: bool,
    authority_level: Option<String>,
    is_live: bool,
    name_key: String,
    sort_key: String,
    email_key: String,
    phone_key: String,
    job_title_key: String,
    job_title_sort_key: String,
    company_key: String,
    search: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT p.workspace_id, p.id, p.name, p.email, p.phone, p.job_title, c.name AS company, p.metadata, p.is_decision_maker,
               p.authority_level, p.deleted_at IS NULL AS is_live, p.name_key, p.sort_key, p.email_key, p.phone_key, p.job_title_key,
               p.job_title_sort_key, p.company_key, p.search
             FROM (SELECT * FROM contacts WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}) AS p
             LEFT JOIN companies c ON c.workspace_id = p.workspace_id AND c.id = p.company_id
             ORDER BY p.workspace_id, p.id"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            let stored = [
                &*row.name_key,
                &row.sort_key,
                &row.email_key,
                &row.phone_key,
                &row.job_title_key,
                &row.job_title_sort_key,
                &row.company_key,
                &row.search,
            ];
            batch.add((row.workspace_id, row.id), &stored, computed(&row)?);
        }
        Ok(batch)
    })
}

fn computed(row: &Row) -> Result<Vec<String>, StoreError> {
    let custom_fields = custom_fields::from_json(row.metadata.clone());
    let words: Vec<&str> = custom_fields.words().collect();
    let derived = DerivedColumns::of(DerivedInput {
        name: &row.name,
        email: row.email.as_deref(),
        phone: row.phone.as_deref(),
        job_title: row.job_title.as_deref(),
        company: row.company.as_deref(),
        custom_fields: &words,
        decides: row.is_decision_maker,
        authority_level: level_of(row.authority_level.clone())?,
    });
    let search = if row.is_live { derived.search } else { String::new() };
    Ok(vec![
        derived.name_key,
        derived.sort_key,
        derived.email_key,
        derived.phone_key,
        derived.job_title_key,
        derived.job_title_sort_key,
        derived.company_key,
        search,
    ])
}
