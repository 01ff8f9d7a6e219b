//! Leases: how a worker takes jobs, keeps them while it works, and reports the outcome.
//!
//! Each attempt has a lease of its own. Whatever a worker writes about a job names that lease, so a worker that lost it changes nothing.

use crate::{
    Store, StoreError,
    database::{
        sql::{Sql, sql},
        transaction::Transaction,
    },
    jobs::{JobError, JobResult},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ids::{JobId, WorkspaceId},
    jobs::{MAX_ATTEMPTS, retry_pause},
};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, prelude::Json};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt;
use uuid::Uuid;

/// Most characters of an error that are kept.
const ERROR_MAX: usize = 500;
/// The error of a job whose every attempt ended with its process.
const ABANDONED: &str = "The process that worked on it ended before it was done";

/// A job that this process holds the lease of.
#[derive(Clone)]
pub struct Job {
    /// Its id, the same in every attempt.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its workspace; `None` for a job of the install.
    pub workspace_id: Option<WorkspaceId>,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    payload: Value,
    lease_id: Uuid,
    interval: Option<TimeDelta>,
}

/// Without the payload, which may be personal.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("id", &self.id).field("kind", &self.kind).field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

impl Job {
    /// Reads the payload.
    ///
    /// # Errors
    /// [`JobError::Permanent`] if it doesn't have this form, as an older or newer version may have enqueued it.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.payload).map_err(|_| JobError::Permanent("the payload can't be read by this version".to_owned()))
    }
}

/// SQL condition of a job that a worker may take; `$1` is now. Those of a suspended workspace wait.
const DUE: &str = "done_at IS NULL AND failed_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
   AND (workspace_id IS NULL OR NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = jobs.workspace_id AND w.suspended_at IS NOT NULL))";
/// SQL condition of a job whose lease this worker still holds: `$1` is the job, `$2` the lease.
const HELD: &str = "id = $1 AND lease_id = $2 AND done_at IS NULL AND failed_at IS NULL";

#[derive(FromQueryResult)]
struct DueRow {
    id: Uuid,
    kind: String,
    workspace_id: Option<Uuid>,
    payload: Json,
    attempts: i32,
    interval_seconds: Option<i32>,
}

impl DueRow {
    /// Whether the worker of the last attempt died, as those before may have: a job that ends its process is not tried for ever.
    fn is_exhausted(&self) -> bool {
        self.interval_seconds.is_none() && u32::try_from(self.attempts).is_ok_and(|attempts| attempts >= MAX_ATTEMPTS)
    }

    fn into_job(self, lease_id: Uuid) -> Job {
        Job {
            id: JobId(self.id),
            kind: self.kind,
            workspace_id: self.workspace_id.map(WorkspaceId),
            attempt: u32::try_from(self.attempts).unwrap_or_default().saturating_add(1),
            payload: self.payload,
            lease_id,
            interval: self.interval_seconds.map(|seconds| TimeDelta::seconds(seconds.into())),
        }
    }
}

impl Store {
    /// Takes up to `limit` jobs of these kinds that are due, oldest first, and leases them for `lease`. Writes nothing if none is due.
    pub async fn take_jobs(&self, kinds: Vec<&'static str>, limit: usize, lease: TimeDelta) -> Result<Vec<Job>, StoreError> {
        let now = self.now();
        if !is_any_due(self, &kinds, now).await? {
            return Ok(Vec::new());
        }
        let lease_id = self.new_id();
        self.transaction(move |tx| {
            Box::pin(async move {
                let (exhausted, rows): (Vec<_>, Vec<_>) =
                    lock_due(tx, &kinds, limit, now).await?.into_iter().partition(DueRow::is_exhausted);
                give_up(tx, exhausted.iter().map(|row| row.id), now).await?;
                start_leases(tx, rows.iter().map(|row| row.id), lease_id, now + lease).await?;
                Ok(rows.into_iter().map(|row| row.into_job(lease_id)).collect())
            })
        })
        .await
    }

    /// Prolongs the lease of a job to `lease` from now. Returns `false` if it is lost: another worker has taken the job.
    pub async fn renew_lease(&self, job: &Job, lease: TimeDelta) -> Result<bool, StoreError> {
        let update = sql(
            &format!("UPDATE jobs SET leased_until = $3 WHERE {HELD}"),
            [job.id.0.into(), job.lease_id.into(), (self.now() + lease).into()],
        );
        self.transaction(move |tx| Box::pin(async move { Ok(update.execute(tx).await? > 0) })).await
    }

    /// Ends an attempt: the job is done, waits for its next attempt or run, or is given up. Returns `false` if the lease is lost.
    pub async fn finish_job(&self, job: &Job, outcome: &JobResult) -> Result<bool, StoreError> {
        let update = finish_sql(job, outcome, self.now());
        self.transaction(move |tx| Box::pin(async move { Ok(update.execute(tx).await? > 0) })).await
    }
}

async fn is_any_due(store: &Store, kinds: &[&'static str], now: DateTime<Utc>) -> Result<bool, StoreError> {
    #[derive(FromQueryResult)]
    #[expect(dead_code, reason = "only whether there is a row counts")]
    struct Found {
        id: Uuid,
    }
    let statement = due_sql("id", kinds, now, 1);
    Ok(statement.one::<Found>(store.read()).await?.is_some())
}

/// Reads jobs that are due, and on PostgreSQL locks their rows. Rows that another worker has locked are left to it.
async fn lock_due(tx: &Transaction, kinds: &[&'static str], limit: usize, now: DateTime<Utc>) -> Result<Vec<DueRow>, StoreError> {
    let mut statement = due_sql("id, kind, workspace_id, payload, attempts, interval_seconds", kinds, now, limit);
    if tx.get_database_backend() == DbBackend::Postgres {
        statement.push(" FOR UPDATE SKIP LOCKED");
    }
    Ok(statement.all(tx).await?)
}

fn due_sql(columns: &str, kinds: &[&'static str], now: DateTime<Utc>, limit: usize) -> Sql {
    let mut statement = Sql::with([now.into()]);
    let kinds = statement.bind_all(kinds.iter().copied());
    statement.push(&format!("SELECT {columns} FROM jobs WHERE {DUE} AND kind IN ({kinds}) ORDER BY run_at, id LIMIT {limit}"));
    statement
}

async fn start_leases(tx: &Transaction, jobs: impl Iterator<Item = Uuid>, lease_id: Uuid, until: DateTime<Utc>) -> Result<(), StoreError> {
    let mut statement = Sql::with([lease_id.into(), until.into()]);
    let jobs = statement.bind_all(jobs);
    statement.push(&format!("UPDATE jobs SET lease_id = $1, leased_until = $2, attempts = attempts + 1 WHERE id IN ({jobs})"));
    statement.execute(tx).await?;
    Ok(())
}

async fn give_up(tx: &Transaction, jobs: impl Iterator<Item = Uuid>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut statement = Sql::with([now.into(), ABANDONED.into()]);
    let jobs = statement.bind_all(jobs);
    statement.push(&format!("UPDATE jobs SET failed_at = $1, last_error = $2, lease_id = NULL, leased_until = NULL WHERE id IN ({jobs})"));
    statement.execute(tx).await?;
    Ok(())
}

/// The statement that ends an attempt.
fn finish_sql(job: &Job, outcome: &JobResult, now: DateTime<Utc>) -> Sql {
    let mut statement = Sql::with([job.id.0.into(), job.lease_id.into()]);
    let set = match (outcome, job.interval) {
        // Nobody needs the payload any more, and it may be personal.
        (Ok(()), None) => {
            format!("done_at = {}, last_error = NULL, payload = {}", statement.bind(now), statement.bind(json!({})))
        }
        (Ok(()), Some(interval)) => format!("run_at = {}, attempts = 0, last_error = NULL", statement.bind(now + interval)),
        (Err(error), interval) => {
            let pause = match error {
                JobError::Permanent(_) => interval,
                JobError::Temporary(_) => retry_pause(job.attempt, interval),
            };
            let next = match pause {
                Some(pause) => format!("run_at = {}", statement.bind(now + pause)),
                None => format!("failed_at = {}", statement.bind(now)),
            };
            let error: String = error.to_string().chars().take(ERROR_MAX).collect();
            format!("{next}, last_error = {}", statement.bind(error))
        }
    };
    statement.push(&format!("UPDATE jobs SET {set}, lease_id = NULL, leased_until = NULL WHERE {HELD}"));
    statement
}
