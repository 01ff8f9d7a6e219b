//! The computed keys of users.

use crate::{
    database::{sql::sql, transaction::Transaction, write::TxFuture},
    stored_keys::{BATCH, KeyBatch, KeyedTable, RowId},
};
use domain::collation::person_sort_key;
use sea_orm::{FromQueryResult, prelude::Uuid};

/// Users, in the order of their names.
pub(crate) const SORT_KEYS: KeyedTable = KeyedTable { name: "users", id: &["id"], keys: &["sort_key"], batch };

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    sort_key: String,
}

fn batch(tx: &Transaction, after: RowId) -> TxFuture<'_, KeyBatch> {
    Box::pin(async move {
        let text = format!("SELECT id, name, sort_key FROM users WHERE id > $1 ORDER BY id LIMIT {BATCH}");
        let rows: Vec<Row> = sql(&text, [after.1.into()]).all(tx).await?;
        let mut batch = KeyBatch::default();
        for row in rows {
            batch.add((row.id, row.id), &[&row.sort_key], vec![person_sort_key(&row.name)]);
        }
        Ok(batch)
    })
}
