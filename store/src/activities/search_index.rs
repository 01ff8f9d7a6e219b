//! The search column of activities, which is updated when they are restored.

use crate::{
    StoreError,
    database::{sql::Sql, write::WorkspaceTx},
    lists::search::{REINDEX_BATCH, search_column, update_search_columns},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// The fields of an activity that a search finds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SearchFields<'a> {
    pub subject: &'a str,
    pub description: Option<&'a str>,
    pub outcome: Option<&'a str>,
    pub next_steps: Option<&'a str>,
}

/// Value of the `search` column.
pub(crate) fn search_text(fields: SearchFields<'_>) -> String {
    let SearchFields { subject, description, outcome, next_steps } = fields;
    search_column([Some(subject), description, outcome, next_steps].into_iter().flatten())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    subject: String,
    description: Option<String>,
    outcome: Option<String>,
    next_steps: Option<String>,
}

/// Updates the search columns of these activities. Those in the bin are found by nothing.
pub(crate) async fn reindex(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    for chunk in ids.chunks(REINDEX_BATCH) {
        let mut statement = Sql::with([tx.workspace_id().into()]);
        let ids = statement.bind_all(chunk.iter().copied());
        statement.push(&format!(
            "SELECT id, subject, description, outcome, next_steps FROM activities
             WHERE workspace_id = $1 AND id IN ({ids}) AND deleted_at IS NULL"
        ));
        let rows: Vec<Row> = statement.all(&tx.db).await?;
        let texts = rows.iter().map(|row| {
            let (description, outcome, next_steps) = (row.description.as_deref(), row.outcome.as_deref(), row.next_steps.as_deref());
            (row.id, search_text(SearchFields { subject: &row.subject, description, outcome, next_steps }))
        });
        update_search_columns(tx, "activities", texts.collect()).await?;
    }
    Ok(())
}
