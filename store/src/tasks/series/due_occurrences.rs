//! The job that makes the occurrences whose day has come.

use super::{Series, occurrence::Maker};
use crate::{
    JobHandler, Store, StoreError,
    audit::chain::{Chain, Change},
    database::{rows::decode_enum, sql::sql, transaction::Transaction},
    entity::task_series,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ids::WorkspaceId, time_zones::TimeZone};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Series of one transaction, so that nobody else's write waits for long.
const BATCH: u64 = 100;

/// SQL condition of a workspace `w` that is in use.
const IN_USE: &str = "w.ended_at IS NULL AND w.suspended_at IS NULL";

/// What a transaction did.
#[derive(Clone, Copy, Default)]
struct Batch {
    /// Number of series that were due.
    series: u64,
    /// Number of occurrences made of them.
    made: u64,
    /// Where the workspace's log ends by now.
    seq: i64,
}

impl Store {
    /// Makes the occurrences by calendar whose day has begun in the time zone of their workspace, in every workspace, and returns their number. If
    /// a series missed several occurrences, it makes the latest one alone. Several processes may do it at once.
    ///
    /// # Errors
    /// The first error of a workspace, after the others had their turn.
    pub async fn make_due_occurrences(&self) -> Result<u64, StoreError> {
        #[derive(FromQueryResult)]
        struct Due {
            workspace_id: Uuid,
        }
        let due = format!(
            "SELECT DISTINCT s.workspace_id FROM task_series s JOIN workspaces w ON w.id = s.workspace_id WHERE s.next_at <= $1 AND {IN_USE}"
        );
        let due: Vec<Due> = sql(&due, [self.now().into()]).all(self.read()).await?;
        let (mut made, mut failed) = (0, None);
        for Due { workspace_id } in due {
            match self.make_due_of(workspace_id).await {
                Ok(count) => made += count,
                Err(error) => {
                    tracing::error!(%workspace_id, %error, "recurring tasks were not made");
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(made), Err)
    }

    async fn make_due_of(&self, workspace_id: Uuid) -> Result<u64, StoreError> {
        let mut made = 0;
        loop {
            let store = self.clone();
            let batch = self.transaction(move |tx| Box::pin(async move { make_batch(&store, tx, workspace_id).await })).await?;
            if batch.made > 0 {
                self.notify_after_commit(workspace_id, batch.seq);
            }
            made += batch.made;
            if batch.series < BATCH {
                return Ok(made);
            }
        }
    }
}

/// Makes what is due of some series, under the workspace's lock.
async fn make_batch(store: &Store, tx: &Transaction, workspace_id: Uuid) -> Result<Batch, StoreError> {
    use task_series::Column as C;
    let now = store.now();
    let Some(mut chain) = Chain::lock(tx, WorkspaceId(workspace_id)).await? else { return Ok(Batch::default()) };
    let Some(zone) = zone_in_use(tx, workspace_id).await? else { return Ok(Batch::default()) };
    let due = task_series::Entity::find().filter(C::WorkspaceId.eq(workspace_id)).filter(C::NextAt.lte(now));
    let due = due.order_by_asc(C::NextAt).order_by_asc(C::Id).limit(BATCH).all(tx).await?;
    let maker = Maker { db: tx, store, now, zone };
    let mut batch = Batch { series: due.len() as u64, ..Batch::default() };
    for row in due {
        if let Some(change) = make_latest(&maker, Series::of(row)?, now).await? {
            chain.append(tx, store.random(), None, None, now, change).await?;
            batch.made += 1;
        }
    }
    if batch.made > 0 {
        chain.save(tx).await?;
        batch.seq = chain.seq();
        store.notify_in_tx(tx, workspace_id, batch.seq).await?;
    }
    Ok(batch)
}

/// Makes the latest occurrence that is due of a series, unless its company is not there, and sets when the next one is.
async fn make_latest(maker: &Maker<'_>, mut series: Series, now: DateTime<Utc>) -> Result<Option<Change<'static>>, StoreError> {
    let latest = series.days().latest(series.next_position(), maker.zone.day(now));
    let mut change = None;
    let mut next = series.next_position();
    if let Some((position, day)) = latest {
        if maker.is_possible(&series).await? {
            maker.ensure_owner(&mut series).await?;
            change = Some(maker.make(&series, position, day).await?.change);
        }
        next = position + 1;
    }
    series.schedule(next, maker.zone)?;
    series.save(maker.db).await?;
    Ok(change)
}

/// The time zone of a workspace; `None` if it was ended or suspended.
async fn zone_in_use(tx: &Transaction, workspace_id: Uuid) -> Result<Option<TimeZone>, StoreError> {
    #[derive(FromQueryResult)]
    struct Zone {
        time_zone: String,
    }
    let find = format!("SELECT w.time_zone FROM workspaces w WHERE w.id = $1 AND {IN_USE}");
    let found: Option<Zone> = sql(&find, [workspace_id.into()]).one(tx).await?;
    found.map(|found| decode_enum(TimeZone::from_name(&found.time_zone), "workspaces.time_zone")).transpose()
}

/// Makes due occurrences every minute.
pub(crate) fn recurring_tasks() -> JobHandler {
    JobHandler::recurring("make-recurring-tasks", TimeDelta::minutes(1), |store| async move {
        store.make_due_occurrences().await?;
        Ok(())
    })
}
