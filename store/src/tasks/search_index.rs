//! The search column of tasks, which is updated when they are restored.

use crate::{
    StoreError,
    database::write::WorkspaceTx,
    entity::task,
    lists::search::{REINDEX_BATCH, search_column, update_search_columns},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Value of the `search` column.
pub(super) fn search_text(title: &str, notes: Option<&str>) -> String {
    search_column([Some(title), notes].into_iter().flatten())
}

/// Updates the search columns of these tasks. Those in the bin are found by nothing.
pub(crate) async fn reindex(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<(), StoreError> {
    for chunk in ids.chunks(REINDEX_BATCH) {
        let found = task::Entity::find()
            .filter(task::Column::WorkspaceId.eq(tx.workspace_id()))
            .filter(task::Column::Id.is_in(chunk.iter().copied()))
            .filter(task::Column::DeletedAt.is_null());
        let rows = found.all(&tx.db).await?;
        let texts = rows.iter().map(|row| (row.id, search_text(&row.title, row.notes.as_deref()))).collect();
        update_search_columns(tx, "tasks", texts).await?;
    }
    Ok(())
}
