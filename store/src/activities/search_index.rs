//! The search column of activities, which is updated when they are restored.

use crate::{
    StoreError,
    database::write::WorkspaceTx,
    entity::activity,
    lists::search::{REINDEX_BATCH, search_column, update_search_columns},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
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

/// Value of the `search` column of a row that is not in the bin.
pub(super) fn search_text_of(row: &activity::Model) -> String {
    search_text(SearchFields {
        subject: &row.subject,
        description: row.description.as_deref(),
        outcome: row.outcome.as_deref(),
        next_steps: row.next_steps.as_deref(),
    })
}

/// Updates the search columns of these activities. Those in the bin are found by nothing.
pub(crate) async fn reindex(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    for chunk in ids.chunks(REINDEX_BATCH) {
        let found = activity::Entity::find()
            .filter(activity::Column::WorkspaceId.eq(tx.workspace_id()))
            .filter(activity::Column::Id.is_in(chunk.iter().copied()))
            .filter(activity::Column::DeletedAt.is_null());
        let rows = found.all(&tx.db).await?;
        update_search_columns(tx, "activities", rows.iter().map(|row| (row.id, search_text_of(row))).collect()).await?;
    }
    Ok(())
}
