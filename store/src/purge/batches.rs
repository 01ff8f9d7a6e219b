//! Batches of a job, each a transaction of its own.

use super::records::{ENTRY_COLUMNS, Entry, PurgeSet};
use crate::{
    Store, StoreError,
    audit::chain::Chain,
    database::{sql::Sql, transaction::Transaction},
};
use domain::ids::{UserId, WorkspaceId};

/// Records that one transaction deletes, so that nobody else's write waits for long. Those of one entry go together, however many they
/// are: a job that stops leaves each entry whole, to be restored or deleted.
const BATCH: u64 = 200;

/// Deletes the oldest entries of a workspace that match, also where it is suspended. Returns the number of records; `None` if no entry was
/// left.
///
/// - `matching`: builds the SQL from FROM to WHERE of the entries `b`; `$1` is the workspace.
/// - `by`: who is noted in the log; `None` if nobody asked for it.
pub(super) async fn purge_batch(
    store: &Store,
    workspace_id: WorkspaceId,
    matching: impl FnOnce(&mut Sql) -> String,
    by: Option<UserId>,
) -> Result<Option<u64>, StoreError> {
    let mut select = Sql::with([workspace_id.0.into()]);
    let matching = matching(&mut select);
    select.push(&format!("SELECT {ENTRY_COLUMNS} {matching} ORDER BY b.deleted_at, b.record_id LIMIT {BATCH}"));
    let of_batch = store.clone();
    store.transaction(move |tx| Box::pin(async move { purge_locked(&of_batch, tx, workspace_id, select, by).await })).await
}

async fn purge_locked(
    store: &Store,
    tx: &Transaction,
    workspace_id: WorkspaceId,
    select: Sql,
    by: Option<UserId>,
) -> Result<Option<u64>, StoreError> {
    let Some(mut chain) = Chain::lock(tx, workspace_id).await? else { return Ok(None) };
    let entries = first_batch(select.all(tx).await?);
    if entries.is_empty() {
        return Ok(None);
    }
    let changes = PurgeSet::of(tx, workspace_id.0, &entries).await?.delete(tx).await?;
    let (deleted, now) = (changes.len() as u64, store.now());
    for change in changes {
        chain.append(tx, store.random(), by, None, now, change).await?;
    }
    chain.save(tx).await?;
    Ok(Some(deleted))
}

/// The first entries that have [`BATCH`] records, at least one entry.
fn first_batch(mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut records = 0_u64;
    let fitting = entries.iter().take_while(|entry| {
        records = records.saturating_add(entry.records());
        records <= BATCH
    });
    let fitting = fitting.count().max(1);
    entries.truncate(fitting);
    entries
}
