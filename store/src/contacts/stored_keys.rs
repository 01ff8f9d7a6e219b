//! The computed keys of contacts.

use super::rows::derived_columns_of;
use crate::{
    custom_fields::keys_of_column,
    database::{rows::decode_enum, sql::sql, transaction::Transaction, write::TxFuture},
    entity::contact,
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::collation::NameOrder;
use sea_orm::FromQueryResult;

/// Contacts. Those in the bin are found by no search.
pub(crate) const STORED_KEYS: KeyedTable = KeyedTable {
    name: "contacts",
    id: &["workspace_id", "id"],
    keys: &[
        "name_key",
        "sort_key",
        "email_key",
        "phone_key",
        "job_title_key",
        "job_title_sort_key",
        "company_key",
        "metadata_keys",
        "search",
    ],
    batch,
};

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    contact: contact::Model,
    company: Option<String>,
    name_order: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!(
            "SELECT p.*, c.name AS company, w.name_order
             FROM (SELECT * FROM contacts WHERE (workspace_id, id) > ($1, $2) ORDER BY workspace_id, id LIMIT {BATCH}) AS p
             JOIN workspaces w ON w.id = p.workspace_id
             LEFT JOIN companies c ON c.workspace_id = p.workspace_id AND c.id = p.company_id
             ORDER BY p.workspace_id, p.id"
        );
        let rows: Vec<Row> = sql(&text, [after.0.into(), after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for Row { contact, company, name_order } in rows {
            let name_order = decode_enum(NameOrder::from_slug(&name_order), "workspaces.name_order")?;
            let derived = derived_columns_of(&contact, company.as_deref(), name_order)?;
            let search = if contact.deleted_at.is_none() { derived.search } else { String::new() };
            let (id, stored) = (
                (contact.workspace_id, contact.id),
                [
                    &*contact.name_key,
                    &contact.sort_key,
                    &contact.email_key,
                    &contact.phone_key,
                    &contact.job_title_key,
                    &contact.job_title_sort_key,
                    &contact.company_key,
                    &contact.metadata_keys,
                    &contact.search,
                ],
            );
            let computed = vec![
                derived.name_key,
                derived.sort_key,
                derived.email_key,
                derived.phone_key,
                derived.job_title_key,
                derived.job_title_sort_key,
                derived.company_key,
                keys_of_column(&contact.metadata),
                search,
            ];
            batch.add(id, &stored, computed);
        }
        Ok(batch)
    })
}
