//! Exports whose files jobs write: on whose behalf, how far they are, and which files are still of use.

use super::request::{COLUMNS, Export, ExportRecord};
use crate::{
    JobHandler, Store, StoreError,
    database::{rows::decode_enum, sql::sql},
};
use chrono::TimeDelta;
use domain::{
    access::{Actor, Role},
    exports::{FILE_HOURS, KEPT_DAYS},
    ids::{ExportId, UserId, WorkspaceId},
    preferences::CsvSeparator,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// SQL of the exports `e` whose files their users can still download, with their memberships `m`, workspaces `w` and users `u`; `$1` is now.
const LIVE: &str = "FROM exports e
     JOIN memberships m ON m.workspace_id = e.workspace_id AND m.user_id = e.user_id AND m.removed_at IS NULL
     JOIN workspaces w ON w.id = e.workspace_id AND w.ended_at IS NULL
     JOIN users u ON u.id = e.user_id AND u.deleted_at IS NULL
     WHERE e.expires_at > $1 AND e.failure IS NULL";

/// An export with all that its file depends on, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportJob {
    /// The export.
    pub export: Export,
    /// The user who asked for it.
    pub actor: Actor,
    /// The name of the workspace's time zone.
    pub time_zone: String,
    /// The code of the workspace's currency.
    pub currency: String,
    /// The user's separator of CSV files.
    pub csv_separator: CsvSeparator,
}

/// An export whose file is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LiveExport {
    /// The export.
    pub id: ExportId,
    /// Whether its file is complete.
    pub is_finished: bool,
}

#[derive(FromQueryResult)]
struct JobRow {
    #[sea_orm(nested)]
    export: ExportRecord,
    user_id: Uuid,
    role: String,
    owners_only_edit: bool,
    time_zone: String,
    currency: String,
    csv_separator: String,
}

impl Store {
    /// The export that a job of this workspace writes. `None` if its file is of no use any more: it has expired or is finished, or the
    /// user, the membership or the workspace is gone.
    pub async fn export_to_write(&self, workspace: WorkspaceId, id: ExportId) -> Result<Option<ExportJob>, StoreError> {
        let now = self.now();
        let find = format!(
            "SELECT {COLUMNS}, e.user_id, m.role, w.owners_only_edit, w.time_zone, w.currency, u.csv_separator {LIVE}
               AND e.finished_at IS NULL AND e.workspace_id = $2 AND e.id = $3"
        );
        let row: Option<JobRow> = sql(&find, [now.into(), workspace.0.into(), id.0.into()]).one(self.read()).await?;
        let Some(row) = row else { return Ok(None) };
        let role = decode_enum(Role::from_slug(&row.role), "memberships.role")?;
        let actor = Actor { user_id: UserId(row.user_id), workspace_id: workspace, role, owners_only_edit: row.owners_only_edit };
        Ok(Some(ExportJob {
            export: row.export.into_export(now)?,
            actor,
            time_zone: row.time_zone,
            currency: row.currency,
            csv_separator: decode_enum(CsvSeparator::from_slug(&row.csv_separator), "users.csv_separator")?,
        }))
    }

    /// Notes how many rows of an export are written.
    pub async fn note_export_progress(&self, workspace: WorkspaceId, id: ExportId, rows: u64) -> Result<(), StoreError> {
        let update = "UPDATE exports SET rows_written = $3 WHERE workspace_id = $1 AND id = $2";
        let update = sql(update, [workspace.0.into(), id.0.into(), (rows as i64).into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(update.execute(tx).await.map(drop)?) })).await
    }

    /// Notes that the file of an export is complete. From now on it can be downloaded for [`FILE_HOURS`].
    pub async fn finish_export(&self, workspace: WorkspaceId, id: ExportId) -> Result<(), StoreError> {
        let now = self.now();
        let values = [workspace.0.into(), id.0.into(), now.into(), (now + TimeDelta::hours(FILE_HOURS)).into()];
        // One that was ended meanwhile stays so.
        let update = "UPDATE exports SET finished_at = $3, expires_at = $4 WHERE workspace_id = $1 AND id = $2 AND expires_at > $3";
        let update = sql(update, values);
        self.transaction(move |tx| Box::pin(async move { Ok(update.execute(tx).await.map(drop)?) })).await
    }

    /// Notes that the file of an export can't be written. `why`: a sentence for its user.
    pub async fn fail_export(&self, workspace: WorkspaceId, id: ExportId, why: &str) -> Result<(), StoreError> {
        let update = "UPDATE exports SET failure = $3 WHERE workspace_id = $1 AND id = $2";
        let update = sql(update, [workspace.0.into(), id.0.into(), why.into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(update.execute(tx).await.map(drop)?) })).await
    }

    /// The exports of all workspaces whose files are of use.
    pub async fn live_exports(&self) -> Result<Vec<LiveExport>, StoreError> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            is_finished: bool,
        }
        let find = format!("SELECT e.id, e.finished_at IS NOT NULL AS is_finished {LIVE}");
        let rows: Vec<Row> = sql(&find, [self.now().into()]).all(self.read()).await?;
        Ok(rows.into_iter().map(|row| LiveExport { id: ExportId(row.id), is_finished: row.is_finished }).collect())
    }

    /// Deletes the exports whose files have been gone for [`KEPT_DAYS`], and returns their number.
    pub async fn delete_old_exports(&self) -> Result<u64, StoreError> {
        let delete = sql("DELETE FROM exports WHERE expires_at <= $1", [(self.now() - TimeDelta::days(KEPT_DAYS)).into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes old exports every day.
pub(crate) fn old_exports() -> JobHandler {
    JobHandler::deleting("delete-old-exports", TimeDelta::days(1), |store| async move { store.delete_old_exports().await })
}
