//! Jobs that are begun: enqueued by a change, or recurring.

use crate::{
    Store, StoreError,
    database::{sql::sql, transaction::Transaction},
    jobs::JobHandler,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{JobId, WorkspaceId};
use serde_json::Value;
use std::fmt;

/// A job to enqueue.
pub struct NewJob {
    kind: &'static str,
    workspace_id: Option<WorkspaceId>,
    payload: Value,
    run_at: Option<DateTime<Utc>>,
}

/// Without the payload, which may be personal.
impl fmt::Debug for NewJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewJob").field("kind", &self.kind).field("run_at", &self.run_at).finish_non_exhaustive()
    }
}

impl NewJob {
    /// A job of the install, to be run at once. The payload is stored as it is until the job is done: seal what is secret in it.
    pub fn new(kind: &'static str, payload: Value) -> Self {
        Self { kind, workspace_id: None, payload, run_at: None }
    }

    /// The same job, of a workspace.
    #[must_use]
    pub fn in_workspace(self, workspace_id: WorkspaceId) -> Self {
        Self { workspace_id: Some(workspace_id), ..self }
    }

    /// The same job, not to be run before this time.
    #[must_use]
    pub fn not_before(self, run_at: DateTime<Utc>) -> Self {
        Self { run_at: Some(run_at), ..self }
    }
}

impl Store {
    /// Enqueues a job in the transaction that causes it. The commit wakes this process' worker.
    pub(crate) async fn enqueue(&self, tx: &Transaction, job: NewJob) -> Result<JobId, StoreError> {
        let (id, now) = (JobId(self.new_id()), self.now());
        let workspace_id = job.workspace_id.map(|id| id.0);
        let values = [id.0.into(), job.kind.into(), workspace_id.into(), job.payload.into(), job.run_at.unwrap_or(now).into(), now.into()];
        let insert = "INSERT INTO jobs (id, kind, workspace_id, payload, run_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
        sql(insert, values).execute(tx).await?;
        tx.notify_on_commit(&self.shared.jobs_enqueued).await;
        Ok(id)
    }

    /// Enqueues a job that no change causes.
    pub async fn enqueue_job(&self, job: NewJob) -> Result<JobId, StoreError> {
        let store = self.clone();
        self.transaction(|tx| Box::pin(async move { store.enqueue(tx, job).await })).await
    }

    /// Waits until this process has committed a job since the last call returned. For the worker.
    pub async fn job_enqueued(&self) {
        self.shared.jobs_enqueued.notified().await;
    }

    /// Inserts the recurring jobs of these handlers, or sets their present interval. Several processes may do it at once. A new one is
    /// due at once.
    pub async fn ensure_recurring_jobs(&self, handlers: &[JobHandler]) -> Result<(), StoreError> {
        let now = self.now();
        let rows: Vec<_> =
            handlers.iter().filter_map(|handler| Some((self.new_id(), handler.kind, interval_seconds(handler.interval?)?))).collect();
        self.transaction(move |tx| {
            Box::pin(async move {
                for (id, kind, seconds) in rows {
                    // The sooner of the present next run and one interval from now, as the interval may have become shorter.
                    let values = [id.into(), kind.into(), now.into(), seconds.into(), (now + TimeDelta::seconds(seconds.into())).into()];
                    let upsert = "INSERT INTO jobs (id, kind, run_at, created_at, interval_seconds) VALUES ($1, $2, $3, $3, $4)
                       ON CONFLICT (kind) WHERE interval_seconds IS NOT NULL DO UPDATE SET interval_seconds = excluded.interval_seconds,
                         run_at = CASE WHEN jobs.run_at > $5 THEN $5 ELSE jobs.run_at END
                       WHERE jobs.interval_seconds <> excluded.interval_seconds";
                    sql(upsert, values).execute(tx).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// An interval as it is stored; `None` if it is shorter than a second.
fn interval_seconds(interval: TimeDelta) -> Option<i32> {
    i32::try_from(interval.num_seconds()).ok().filter(|seconds| *seconds > 0)
}
