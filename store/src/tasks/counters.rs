//! The numbers of tasks of a workspace, kept by the transaction that changes them.

use crate::{
    StoreError,
    database::{
        sql::{Sql, indexed_by},
        write::WorkspaceTx,
    },
    entity::workspace_counter::Column as OfWorkspace,
    lists::counters::add_to_workspace,
};
use domain::tasks::TaskStatus;
use sea_orm::DbBackend;
use uuid::Uuid;

/// SQL of the number of open tasks of a record. `column`: by which they refer to it; `id`: its placeholder.
pub(crate) fn open_of_record_sql(backend: DbBackend, column: &str, id: &str) -> String {
    let by_record = indexed_by(backend, &format!("tasks_by_{column}_due_by_id"));
    format!(
        "(SELECT count(*) FROM tasks t {by_record}
          WHERE t.workspace_id = $1 AND t.{column} = {id} AND t.status = 'open' AND t.deleted_at IS NULL)"
    )
}

/// Ids bound in one statement.
const CHUNK: usize = 1_000;

/// Adds to the numbers of all tasks and of open ones.
pub(crate) async fn add_task_counts(tx: &WorkspaceTx, all: i64, open: i64) -> Result<(), StoreError> {
    if all == 0 && open == 0 {
        return Ok(());
    }
    add_to_workspace(&tx.db, tx.workspace_id(), &[(OfWorkspace::Tasks, all), (OfWorkspace::OpenTasks, open)]).await
}

/// As [`add_task_counts`], of tasks that were moved to the bin (`sign` is -1) or restored (1).
pub(crate) async fn count_tasks(tx: &WorkspaceTx, ids: &[Uuid], sign: i64) -> Result<(), StoreError> {
    let all = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    add_task_counts(tx, sign * all, sign * count_open(tx, ids).await?).await
}

/// How many of these tasks are open, in the bin or not.
async fn count_open(tx: &WorkspaceTx, ids: &[Uuid]) -> Result<i64, StoreError> {
    let mut open = 0;
    for chunk in ids.chunks(CHUNK) {
        let mut count = Sql::with([tx.workspace_id().into(), TaskStatus::Open.slug().into()]);
        let ids = count.bind_all(chunk.iter().copied());
        count.push(&format!("SELECT count(*) AS count FROM tasks WHERE workspace_id = $1 AND status = $2 AND id IN ({ids})"));
        open += i64::try_from(count.count(&tx.db).await?).unwrap_or(i64::MAX);
    }
    Ok(open)
}
