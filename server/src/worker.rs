//! The worker: runs background jobs in the server's process, a few at a time.
//!
//! It takes jobs by leases (`store/src/jobs/leases.rs`), so any number of processes may have one. A commit of this process that
//! enqueues a job wakes it; jobs of other processes, retries and recurring jobs are found by polling, one read of an index.

use app::exports::{self, ExportFiles};
use chrono::TimeDelta;
use std::{collections::HashMap, path::Path, time::Duration};
use store::{Job, JobError, JobHandler, JobResult, Store, StoreError};
use tokio::{
    task::JoinSet,
    time::{self, Instant, MissedTickBehavior},
};

/// Pause between two attempts to write an outcome down while the database takes no writes.
const FINISH_RETRY: Duration = Duration::from_secs(1);

/// How many jobs a worker runs and how often it looks for more.
#[derive(Debug, Clone, Copy)]
pub struct WorkerLimits {
    /// Jobs that run at once.
    pub concurrency: usize,
    /// Longest time until a job that another process enqueued, or whose time has come, is noticed.
    pub poll_interval: Duration,
    /// Time after which another worker takes over a job whose worker has died.
    pub lease: TimeDelta,
    /// Time between two renewals of a lease.
    pub renewal_interval: Duration,
    /// Time for running jobs to finish after the server was told to stop.
    pub drain: Duration,
}

impl Default for WorkerLimits {
    fn default() -> Self {
        Self {
            concurrency: 4,
            poll_interval: Duration::from_secs(5),
            lease: TimeDelta::seconds(90),
            renewal_interval: Duration::from_secs(30),
            drain: Duration::from_secs(20),
        }
    }
}

/// The handlers of every job but mail, which needs a mail server. Jobs that write files write them in `data_dir`.
pub fn job_handlers(data_dir: &Path) -> Vec<JobHandler> {
    let mut handlers = store::job_handlers();
    handlers.extend(exports::job_handlers(&ExportFiles::in_data_dir(data_dir)));
    handlers
}

/// Runs the jobs that it has handlers for.
#[derive(Debug)]
pub struct Worker {
    store: Store,
    handlers: HashMap<&'static str, JobHandler>,
    limits: WorkerLimits,
}

impl Worker {
    /// A worker with these handlers, one of each kind.
    pub fn new(store: Store, handlers: impl IntoIterator<Item = JobHandler>, limits: WorkerLimits) -> Self {
        Self { store, handlers: handlers.into_iter().map(|handler| (handler.kind, handler)).collect(), limits }
    }

    /// Runs jobs until `shutdown` resolves, then waits for running ones, up to [`WorkerLimits::drain`]. Returns whether all finished;
    /// jobs that did not are taken over when their leases end.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> bool {
        tokio::pin!(shutdown);
        let mut running = JoinSet::new();
        tokio::select! {
            () = self.ensure_recurring_jobs() => {}
            () = &mut shutdown => return true,
        }
        loop {
            // Not cancelled by the shutdown: jobs that were leased and not started would wait for their leases to end.
            self.take_and_start(&mut running).await;
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = running.join_next() => {}
                () = self.store.job_enqueued(), if running.len() < self.limits.concurrency => {}
                () = time::sleep(self.limits.poll_interval) => {}
            }
        }
        time::timeout(self.limits.drain, async { while running.join_next().await.is_some() {} }).await.is_ok()
    }

    /// Takes as many jobs as there is room for and starts them.
    async fn take_and_start(&self, running: &mut JoinSet<()>) {
        let free = self.limits.concurrency - running.len();
        if free == 0 {
            return;
        }
        let kinds = self.handlers.keys().copied().collect();
        // A failure is logged where it occurs, and polling is the retry.
        for job in self.store.take_jobs(kinds, free, self.limits.lease).await.unwrap_or_default() {
            if let Some(handler) = self.handlers.get(job.kind.as_str()) {
                running.spawn(run_job(self.store.clone(), handler.clone(), job, self.limits));
            }
        }
    }

    /// Inserts the recurring jobs; tried again while the database takes no writes.
    async fn ensure_recurring_jobs(&self) {
        let handlers: Vec<_> = self.handlers.values().cloned().collect();
        while let Err(error) = self.store.ensure_recurring_jobs(&handlers).await {
            tracing::warn!(%error, "recurring jobs could not be set up yet");
            time::sleep(self.limits.poll_interval).await;
        }
    }
}

/// Runs one attempt and writes its outcome down.
async fn run_job(store: Store, handler: JobHandler, job: Job, limits: WorkerLimits) {
    let Some(outcome) = attempt(&store, &handler, &job, limits).await else {
        return tracing::warn!(?job, "a job was taken over by another worker");
    };
    if let Err(error) = &outcome {
        tracing::warn!(?job, %error, "a job failed");
    }
    finish(&store, &job, &outcome, limits).await;
}

/// Runs the handler in a task of its own, so that a panic is a failure, and keeps the lease meanwhile. `None` if the lease is lost: the
/// handler is stopped.
async fn attempt(store: &Store, handler: &JobHandler, job: &Job, limits: WorkerLimits) -> Option<JobResult> {
    let mut work = JoinSet::new();
    let (handler, store_of_job, job_to_run) = (handler.clone(), store.clone(), job.clone());
    work.spawn(async move { handler.run(store_of_job, job_to_run).await });
    let mut renewals = time::interval(limits.renewal_interval);
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once: the lease has just begun.
    renewals.tick().await;
    loop {
        tokio::select! {
            Some(done) = work.join_next() => {
                return Some(done.unwrap_or_else(|_| Err(JobError::Temporary("it panicked; the log says where".to_owned()))));
            }
            _ = renewals.tick() => {
                if store.renew_lease(job, limits.lease).await == Ok(false) {
                    return None;
                }
            }
        }
    }
}

/// Writes the outcome down. While the database takes no writes it tries again for the length of a lease: a job that is done and not
/// written down would be done twice.
async fn finish(store: &Store, job: &Job, outcome: &JobResult, limits: WorkerLimits) {
    let deadline = Instant::now() + limits.lease.to_std().unwrap_or_default();
    loop {
        match store.finish_job(job, outcome).await {
            Ok(true) => return,
            Ok(false) => return tracing::warn!(?job, "a job was taken over by another worker before its outcome was written down"),
            Err(StoreError::Unavailable) if Instant::now() < deadline => time::sleep(FINISH_RETRY).await,
            Err(error) => return tracing::error!(?job, %error, "the outcome of a job could not be written down"),
        }
    }
}
