//! What does the jobs of a kind.

use crate::{Store, StoreError, jobs::Job};
use chrono::TimeDelta;
use std::{fmt, pin::Pin, sync::Arc};

/// Outcome of an attempt.
pub type JobResult = Result<(), JobError>;

type Run = dyn Fn(Store, Job) -> Pin<Box<dyn Future<Output = JobResult> + Send>> + Send + Sync;

/// Why an attempt failed. The text is kept in the job and listed: it holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// A later attempt may succeed.
    #[error("{0}")]
    Temporary(String),
    /// No attempt can succeed: the job is given up at once.
    #[error("{0}")]
    Permanent(String),
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Temporary(error.to_string())
    }
}

/// Does the jobs of one kind. Cheap to clone.
#[derive(Clone)]
pub struct JobHandler {
    /// The kind.
    pub kind: &'static str,
    /// Of a recurring job, the time between two runs. Whole seconds.
    pub interval: Option<TimeDelta>,
    run: Arc<Run>,
}

impl fmt::Debug for JobHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobHandler").field("kind", &self.kind).field("interval", &self.interval).finish_non_exhaustive()
    }
}

impl JobHandler {
    /// A handler of jobs that are enqueued.
    pub fn new<F, R>(kind: &'static str, run: F) -> Self
    where
        F: Fn(Store, Job) -> R + Send + Sync + 'static,
        R: Future<Output = JobResult> + Send + 'static,
    {
        Self { kind, interval: None, run: Arc::new(move |store, job| Box::pin(run(store, job))) }
    }

    /// A handler of one job that runs every `interval`, in one process of the install at a time.
    pub fn recurring<F, R>(kind: &'static str, interval: TimeDelta, run: F) -> Self
    where
        F: Fn(Store) -> R + Send + Sync + 'static,
        R: Future<Output = JobResult> + Send + 'static,
    {
        Self { interval: Some(interval), ..Self::new(kind, move |store, _| run(store)) }
    }

    /// A recurring handler that deletes rows and returns their number, which is logged.
    pub(crate) fn deleting<F, R>(kind: &'static str, interval: TimeDelta, delete: F) -> Self
    where
        F: Fn(Store) -> R + Send + Sync + 'static,
        R: Future<Output = Result<u64, StoreError>> + Send + 'static,
    {
        Self::recurring(kind, interval, move |store| {
            let deleting = delete(store);
            async move {
                match deleting.await? {
                    0 => {}
                    deleted => tracing::info!(kind, deleted, "rows that are no longer needed were deleted"),
                }
                Ok(())
            }
        })
    }

    /// Starts an attempt.
    pub fn run(&self, store: Store, job: Job) -> impl Future<Output = JobResult> + Send + 'static {
        (self.run)(store, job)
    }
}
