//! Deletes workspaces that ended 30 days ago, with everything in them.
//!
//! Rows go in batches, each a transaction of its own, so that a large workspace holds up nobody else's writes. The first transaction marks
//! the workspace: from then on nobody can take it back, not even by a clock that is behind. Nobody sees the workspace meanwhile, and a run
//! that was interrupted is continued by the next one. Its audit log goes last, with the workspace itself: a trigger
//! lets go of it 30 days after the end by the database's clock, too. The install's log keeps the last hash.

use crate::{
    JobHandler, Store,
    audit::chain::{Chain, Change, hex},
    database::{sql::sql, transaction::Transaction},
    error::StoreError,
};
use chrono::TimeDelta;
use domain::{access::Entity, ids::WorkspaceId};
use sea_orm::{DbBackend, FromQueryResult, prelude::Uuid};
use serde_json::json;

/// Rows deleted by one transaction.
const BATCH: u32 = 1_000;

/// Tables with rows of a workspace, those first that refer to others. The workspace itself and its memberships come after all.
const TABLES: [&str; 35] = [
    "action_snoozes",
    "action_dismissals",
    "disabled_action_rules",
    "bulk_change_records",
    "bulk_changes",
    "default_views",
    "views",
    "attachments",
    "task_occurrences",
    "tasks",
    "task_series",
    "activity_notes",
    "activities",
    "deal_tags",
    "contact_tags",
    "company_tags",
    "tag_counters",
    "tags",
    "deals",
    "deal_day_counters",
    "owner_stage_counters",
    "stage_counters",
    "stages",
    "contacts",
    "company_counters",
    "companies",
    "custom_field_values",
    "bin_entries",
    "demo_records",
    "invitations",
    "exports",
    "sent_forms",
    "jobs",
    "workspace_counters",
    "audit_log",
];

impl Store {
    /// Deletes the workspaces that ended 30 days ago or earlier and returns their number.
    pub async fn delete_ended_workspaces(&self) -> Result<u64, StoreError> {
        let mut deleted = 0;
        while let Some(id) = self.ended_workspace().await? {
            if self.mark_for_deletion(id).await? {
                self.delete_workspace(id).await?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    async fn ended_workspace(&self) -> Result<Option<Uuid>, StoreError> {
        #[derive(FromQueryResult)]
        struct Ended {
            id: Uuid,
        }
        let find = sql("SELECT id FROM workspaces WHERE ended_at <= $1 ORDER BY ended_at, id LIMIT 1", [self.takeable_since().into()]);
        Ok(find.one::<Ended>(self.read()).await?.map(|row| row.id))
    }

    /// Marks a workspace as being deleted. `false` if it was taken back in the last moment.
    async fn mark_for_deletion(&self, id: Uuid) -> Result<bool, StoreError> {
        let mark = "UPDATE workspaces SET deleting_since = COALESCE(deleting_since, $1) WHERE id = $2 AND ended_at <= $3";
        let mark = sql(mark, [self.now().into(), id.into(), self.takeable_since().into()]);
        self.transaction(move |tx| Box::pin(async move { Ok(mark.execute(tx).await? == 1) })).await
    }

    async fn delete_workspace(&self, id: Uuid) -> Result<(), StoreError> {
        // Who reports to whom: rows of one table that refer to each other.
        self.in_batches(id, "contacts", "UPDATE contacts SET reports_to_id = NULL WHERE", " AND reports_to_id IS NOT NULL").await?;
        self.in_batches(id, "sessions", "UPDATE sessions SET workspace_id = NULL WHERE", "").await?;
        for table in TABLES {
            self.in_batches(id, table, &format!("DELETE FROM {table} WHERE"), "").await?;
        }
        let store = self.clone();
        self.transaction(move |tx| Box::pin(async move { delete_rest(&store, tx, id).await })).await
    }

    /// Runs a statement on the rows of a workspace until it finds none. `start`: its text up to the condition; `also`: a condition of
    /// the rows.
    async fn in_batches(&self, workspace_id: Uuid, table: &str, start: &str, also: &str) -> Result<(), StoreError> {
        let row = if self.backend() == DbBackend::Postgres { "ctid" } else { "rowid" };
        let text = format!("{start} {row} IN (SELECT {row} FROM {table} WHERE workspace_id = $1{also} LIMIT {BATCH})");
        loop {
            let statement = sql(&text, [workspace_id.into()]);
            if self.transaction(move |tx| Box::pin(async move { Ok(statement.execute(tx).await?) })).await? == 0 {
                return Ok(());
            }
        }
    }
}

/// Deletes the log and the workspace. What a request that was under way may have left behind goes as well.
async fn delete_rest(store: &Store, tx: &Transaction, id: Uuid) -> Result<(), StoreError> {
    let Some(chain) = Chain::lock(tx, WorkspaceId(id)).await? else { return Ok(()) };
    for table in TABLES.into_iter().chain(["memberships", "audit_heads"]) {
        sql(&format!("DELETE FROM {table} WHERE workspace_id = $1"), [id.into()]).execute(tx).await?;
    }
    sql("DELETE FROM workspaces WHERE id = $1", [id.into()]).execute(tx).await?;
    let after = json!({ "seq": chain.seq(), "hash": hex(chain.hash()) });
    let change = Change { action: "delete", entity: Entity::Workspace.noun(), id, before: None, after: Some(after) };
    store.log_install_change(tx, None, change).await
}

/// Deletes ended workspaces every hour.
pub(crate) fn ended_workspaces() -> JobHandler {
    JobHandler::deleting("delete-ended-workspaces", TimeDelta::hours(1), |store| async move { store.delete_ended_workspaces().await })
}
