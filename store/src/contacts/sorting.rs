//! The sort keys of a workspace's contacts after its order of names was changed.

use crate::{
    JobError, JobHandler, NewJob, Store, StoreError,
    audit::chain::{Chain, Change, lock_workspace},
    database::{rows::decode_enum, sql::sql, transaction::Transaction},
    stored_keys::{BATCH, KeyBatch, update_keys},
};
use domain::{access::Entity, collation::NameOrder, ids::WorkspaceId};
use sea_orm::{FromQueryResult, prelude::Uuid};
use serde_json::Value;

const KIND: &str = "sort-contacts";

/// The job that sorts the contacts of a workspace anew.
pub(crate) fn sorting_job(workspace_id: WorkspaceId) -> NewJob {
    NewJob::new(KIND, Value::Null).in_workspace(workspace_id)
}

/// Sorts contacts in batches, each a transaction. Done again it changes nothing.
pub(crate) fn sorting() -> JobHandler {
    JobHandler::new(KIND, |store, job| async move {
        let workspace_id = job.workspace_id.ok_or_else(|| JobError::Permanent("it names no workspace".to_owned()))?;
        Ok(sort(&store, workspace_id).await?)
    })
}

async fn sort(store: &Store, workspace_id: WorkspaceId) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let batch = store.transaction(move |tx| Box::pin(sort_batch(tx, workspace_id, after))).await?;
        match batch {
            Some(last) => after = last,
            None => {
                let of_log = store.clone();
                return store.transaction(move |tx| Box::pin(async move { log_order(&of_log, tx, workspace_id).await })).await;
            }
        }
    }
}

/// Logs that the contacts are sorted anew: what was cached meanwhile is no longer valid.
async fn log_order(store: &Store, tx: &Transaction, workspace_id: WorkspaceId) -> Result<(), StoreError> {
    let Some(mut chain) = Chain::lock(tx, workspace_id).await? else { return Ok(()) };
    let change = Change { action: "sort-contacts", entity: Entity::Workspace.noun(), id: workspace_id.0, before: None, after: None };
    chain.append(tx, store.random(), None, None, store.now(), change).await?;
    chain.save(tx).await
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    sort_key: String,
    name_order: String,
}

/// Sorts the contacts after this one and returns the last of them; `None` if there is none.
async fn sort_batch(tx: &Transaction, workspace_id: WorkspaceId, after: Uuid) -> Result<Option<Uuid>, StoreError> {
    // No name and no order changes between reading and writing.
    lock_workspace(tx, workspace_id.0).await?;
    let text = format!(
        "SELECT p.id, p.name, p.sort_key, w.name_order FROM contacts p JOIN workspaces w ON w.id = p.workspace_id
         WHERE p.workspace_id = $1 AND p.id > $2 ORDER BY p.id LIMIT {BATCH}"
    );
    let rows: Vec<Row> = sql(&text, [workspace_id.0.into(), after.into()]).all(tx).await?;
    let mut batch = KeyBatch::default();
    for row in rows {
        let order = decode_enum(NameOrder::from_slug(&row.name_order), "workspaces.name_order")?;
        batch.add((workspace_id.0, row.id), &[&row.sort_key], vec![order.sort_key(&row.name)]);
    }
    update_keys(tx, "contacts", &["workspace_id", "id"], &["sort_key"], batch.outdated).await?;
    Ok(batch.last.map(|(_, id)| id))
}
