//! Workers of background jobs, each as in a process of its own.

use super::TestDb;
use chrono::TimeDelta;
use server::worker::{Worker, WorkerLimits};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{DbConfig, JobHandler, JobSummary, JobsShown, Store, SystemRandom};
use tokio::{sync::oneshot, task::JoinHandle};

/// How long a condition is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// As in production, except that nothing waits long. The lease is by the test's clock, which stands.
pub const LIMITS: WorkerLimits = WorkerLimits {
    concurrency: 4,
    poll_interval: Duration::from_millis(20),
    lease: TimeDelta::seconds(60),
    renewal_interval: Duration::from_millis(20),
    drain: Duration::from_secs(20),
};

/// A worker of a process of its own: with its own store on the database.
pub struct Process {
    /// Its store.
    pub store: Store,
    stop: oneshot::Sender<()>,
    working: JoinHandle<bool>,
}

impl Process {
    /// Starts a worker with these handlers.
    pub async fn start(db: &TestDb, handlers: impl IntoIterator<Item = JobHandler>, limits: WorkerLimits) -> Self {
        let config = DbConfig { max_connections: 4, min_connections: 1, ..DbConfig::new(&db.url) };
        let store = Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let (stop, stopped) = oneshot::channel();
        let working = tokio::spawn(Worker::new(store.clone(), handlers, limits).run(async {
            let _ = stopped.await;
        }));
        Self { store, stop, working }
    }

    /// Shuts it down; whether its jobs finished.
    pub async fn stop(self) -> bool {
        self.stop.send(()).unwrap();
        let drained = self.working.await.unwrap();
        self.store.close().await;
        drained
    }

    /// Stops everything it does at once, as a crash does: no outcome is written.
    pub async fn crash(self) {
        self.working.abort();
        let _ = self.working.await;
        self.store.close().await;
    }
}

/// Waits until a condition holds.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// All jobs there are.
pub async fn jobs(db: &TestDb) -> Vec<JobSummary> {
    db.store.list_jobs(JobsShown::All).await.unwrap()
}
