//! What has been in the bin for thirty days is deleted for ever.

use super::batches::purge_batch;
use crate::{
    JobHandler, Store, StoreError,
    bin::retention_cutoff,
    database::sql::{Sql, sql},
};
use chrono::TimeDelta;
use domain::ids::WorkspaceId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Due {
    workspace_id: Uuid,
}

impl Store {
    /// Deletes the records for ever that were deleted more than thirty days ago, in every workspace, and returns their number. A workspace
    /// whose records can't be deleted keeps no other from it.
    pub async fn purge_expired_records(&self) -> Result<u64, StoreError> {
        let cutoff = retention_cutoff(self.now());
        // Not beside the job that deletes a whole workspace.
        let due =
            "SELECT DISTINCT b.workspace_id FROM bin_entries b JOIN workspaces w ON w.id = b.workspace_id AND w.deleting_since IS NULL
             WHERE b.deleted_at < $1";
        let due: Vec<Due> = sql(due, [cutoff.into()]).all(self.read()).await?;
        let (mut deleted, mut failure) = (0, None);
        for Due { workspace_id } in due {
            let expired =
                |select: &mut Sql| format!("FROM bin_entries b WHERE b.workspace_id = $1 AND b.deleted_at < {}", select.bind(cutoff));
            loop {
                match purge_batch(self, WorkspaceId(workspace_id), expired, None).await {
                    Ok(Some(records)) => deleted += records,
                    Ok(None) => break,
                    Err(error) => {
                        tracing::error!(%workspace_id, %error, "the bin of a workspace could not be emptied");
                        failure = Some(error);
                        break;
                    }
                }
            }
        }
        failure.map_or(Ok(deleted), Err)
    }
}

/// Deletes expired records every hour.
pub(crate) fn expired_records() -> JobHandler {
    JobHandler::deleting("purge-expired-records", TimeDelta::hours(1), |store| async move { store.purge_expired_records().await })
}
