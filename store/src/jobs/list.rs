//! The list of jobs for the operator, and how long ended ones stay in it.

use crate::{
    Store, StoreError,
    database::sql::{Sql, sql},
    jobs::JobHandler,
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ids::{JobId, WorkspaceId},
    jobs::{DONE_DAYS, FAILED_DAYS, JobState, JobTimes},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Most jobs of a list.
const LISTED_MAX: u32 = 500;

/// Which jobs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobsShown {
    /// Jobs that are running, queued or failed.
    Unfinished,
    /// Jobs that are done, too.
    All,
}

/// A job as it is listed: without its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSummary {
    /// Its id.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// Its workspace; `None` for a job of the install.
    pub workspace_id: Option<WorkspaceId>,
    /// Its state.
    pub state: JobState,
    /// When it was enqueued.
    pub created_at: DateTime<Utc>,
    /// Attempts so far; of a recurring job, since its last success.
    pub attempts: u32,
    /// When it runs next, or was to run last.
    pub run_at: DateTime<Utc>,
    /// Of a recurring job, the time between two runs.
    pub interval: Option<TimeDelta>,
    /// Why its last attempt failed.
    pub last_error: Option<String>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    workspace_id: Option<Uuid>,
    attempts: i32,
    created_at: DateTime<Utc>,
    run_at: DateTime<Utc>,
    leased_until: Option<DateTime<Utc>>,
    done_at: Option<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
    interval_seconds: Option<i32>,
    last_error: Option<String>,
}

impl Row {
    fn into_summary(self, now: DateTime<Utc>) -> JobSummary {
        let times = JobTimes { leased_until: self.leased_until, done_at: self.done_at, failed_at: self.failed_at };
        JobSummary {
            id: JobId(self.id),
            kind: self.kind,
            workspace_id: self.workspace_id.map(WorkspaceId),
            state: JobState::at(times, now),
            created_at: self.created_at,
            attempts: u32::try_from(self.attempts).unwrap_or_default(),
            run_at: self.run_at,
            interval: self.interval_seconds.map(|seconds| TimeDelta::seconds(seconds.into())),
            last_error: self.last_error,
        }
    }
}

impl Store {
    /// The jobs of the whole install for its operator: what was given up, the newest first; what is to be
    /// done, by the time of the next run; what is done, the newest first. At most 500.
    pub async fn list_jobs(&self, shown: JobsShown) -> Result<Vec<JobSummary>, StoreError> {
        self.jobs_where(Sql::default(), if shown == JobsShown::Unfinished { "done_at IS NULL" } else { "TRUE" }).await
    }

    /// As [`Store::list_jobs`], of the jobs that satisfy a condition, whose values are bound in `statement`.
    pub(crate) async fn jobs_where(&self, mut statement: Sql, condition: &str) -> Result<Vec<JobSummary>, StoreError> {
        statement.push(&format!(
            "SELECT id, kind, workspace_id, attempts, created_at, run_at, leased_until, done_at, failed_at, interval_seconds, last_error
             FROM jobs WHERE {condition}"
        ));
        statement.push(&format!(
            " ORDER BY CASE WHEN failed_at IS NOT NULL THEN 0 WHEN done_at IS NULL THEN 1 ELSE 2 END,
               COALESCE(failed_at, done_at) DESC, run_at, id LIMIT {LISTED_MAX}"
        ));
        let now = self.now();
        Ok(statement.all::<Row>(self.read()).await?.into_iter().map(|row| row.into_summary(now)).collect())
    }

    /// Deletes jobs that were done [`DONE_DAYS`] ago or given up [`FAILED_DAYS`] ago, and returns their number.
    pub async fn delete_old_jobs(&self) -> Result<u64, StoreError> {
        let now = self.now();
        let values = [(now - TimeDelta::days(DONE_DAYS)).into(), (now - TimeDelta::days(FAILED_DAYS)).into()];
        let delete = sql("DELETE FROM jobs WHERE done_at <= $1 OR failed_at <= $2", values);
        self.transaction(move |tx| Box::pin(async move { Ok(delete.execute(tx).await?) })).await
    }
}

/// Deletes ended jobs once a day.
pub(crate) fn old_jobs() -> JobHandler {
    JobHandler::deleting("delete-old-jobs", TimeDelta::days(1), |store| async move { store.delete_old_jobs().await })
}
