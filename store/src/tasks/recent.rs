//! Finished tasks, which stay among the open ones until the day is over.

use crate::{JobHandler, Store, StoreError, database::sql::sql};
use chrono::TimeDelta;
use domain::tasks::TaskStatus;

/// Time for which finished tasks are in the index of those to be done. Lists show those of today alone; a day with all its time zones is over
/// after two.
const CURRENT_FOR: TimeDelta = TimeDelta::days(2);
/// Tasks of one transaction.
const BATCH: u32 = 1_000;

impl Store {
    /// Takes tasks that were finished days ago out of the index of those to be done, and returns their number. Versions stay, as nothing of
    /// the tasks changes.
    pub async fn retire_finished_tasks(&self) -> Result<u64, StoreError> {
        let before = self.now() - CURRENT_FOR;
        let finished = "is_current AND closed_at IS NOT NULL AND closed_at < $1 AND status <> $2";
        // Asked of each row as well: PostgreSQL waits for somebody who opens one again, and then looks at the row anew, but not at the subquery.
        let update = format!(
            "UPDATE tasks SET is_current = FALSE WHERE {finished} AND (workspace_id, id) IN
               (SELECT workspace_id, id FROM tasks WHERE {finished} LIMIT {BATCH})"
        );
        let mut retired = 0;
        loop {
            let update = sql(&update, [before.into(), TaskStatus::Open.slug().into()]);
            let done = self.transaction(move |tx| Box::pin(async move { Ok(update.execute(tx).await?) })).await?;
            retired += done;
            if done < u64::from(BATCH) {
                return Ok(retired);
            }
        }
    }
}

/// Retires finished tasks each hour.
pub(crate) fn finished_tasks() -> JobHandler {
    JobHandler::recurring("retire-finished-tasks", TimeDelta::hours(1), |store| async move {
        store.retire_finished_tasks().await?;
        Ok(())
    })
}
