//! Background jobs are done once, by whichever process, and what fails is tried again and kept (threat D15).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{LIMITS, Process, Serving, TestDb, eventually, jobs, minicrm, trial_size};
use domain::{
    jobs::{DONE_DAYS, FAILED_DAYS, JobState, MAX_ATTEMPTS, retry_pause},
    sessions::SessionLifetime,
};
use serde_json::json;
use server::worker::{WorkerLimits, job_handlers};
use std::{
    collections::HashMap,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Job, JobError, JobHandler, JobResult, JobSummary, NewJob, Store, housekeeping_jobs};
use tempfile::TempDir;
use tokio::sync::Semaphore;

const KIND: &str = "test";
/// Which attempts were made of which payload.
#[derive(Clone, Default)]
struct Attempts(Arc<Mutex<HashMap<i64, Vec<u32>>>>);

impl Attempts {
    fn note(&self, job: &Job) -> i64 {
        let number = job.payload::<i64>().unwrap();
        self.0.lock().unwrap().entry(number).or_default().push(job.attempt);
        number
    }

    fn of(&self, number: i64) -> Vec<u32> {
        self.0.lock().unwrap().get(&number).cloned().unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// A handler that notes the attempt and then gives this outcome.
    fn handler(&self, outcome: impl Fn(i64) -> JobResult + Send + Sync + 'static) -> JobHandler {
        let attempts = self.clone();
        JobHandler::new(KIND, move |_, job| {
            let outcome = outcome(attempts.note(&job));
            async move { outcome }
        })
    }

    /// A handler that notes the attempt, and then waits until a permit is added.
    fn waiting(&self, permits: &Arc<Semaphore>) -> JobHandler {
        let (attempts, permits) = (self.clone(), Arc::clone(permits));
        JobHandler::new(KIND, move |_, job| {
            attempts.note(&job);
            let permits = Arc::clone(&permits);
            async move {
                permits.acquire().await.unwrap().forget();
                Ok(())
            }
        })
    }
}

async fn enqueue(store: &Store, numbers: impl IntoIterator<Item = i64>) {
    for number in numbers {
        store.enqueue_job(NewJob::new(KIND, json!(number))).await.unwrap();
    }
}

/// Waits until the one job there is has this state.
async fn only_job(db: &TestDb, state: JobState) -> JobSummary {
    eventually(state.label(), async || jobs(db).await[0].state == state).await;
    jobs(db).await.remove(0)
}

on_both_databases! {
    async fn two_workers_do_each_job_exactly_once(db: TestDb) {
        let attempts = Attempts::default();
        let handler = attempts.handler(|_| Ok(()));
        let one = Process::start(&db, [handler.clone()], LIMITS).await;
        let other = Process::start(&db, [handler], LIMITS).await;
        let count = trial_size(100, 2_000);
        let stores = [one.store.clone(), other.store.clone(), db.store.clone()];
        for (at, store) in (0..).zip(stores) {
            enqueue(&store, at * count..(at + 1) * count).await;
        }
        eventually("all are done", async || db.raw().await.number("SELECT count(*) FROM jobs WHERE done_at IS NULL").await == 0).await;
        for number in 0..3 * count {
            assert_eq!(attempts.of(number), [1], "job {number}");
        }
        assert!(one.stop().await && other.stop().await);
    }

    async fn a_crashed_workers_job_is_taken_over_when_its_lease_ends(db: TestDb) {
        let (attempts, never) = (Attempts::default(), Arc::new(Semaphore::new(0)));
        enqueue(&db.store, [7]).await;
        let crashing = Process::start(&db, [attempts.waiting(&never)], LIMITS).await;
        eventually("it is begun", async || attempts.len() == 1).await;
        crashing.crash().await;
        only_job(&db, JobState::Running).await;

        let other = Process::start(&db, [attempts.handler(|_| Ok(()))], LIMITS).await;
        enqueue(&db.store, [8]).await;
        eventually("the other worker works", async || attempts.of(8) == [1]).await;
        assert_eq!(attempts.of(7), [1], "but leaves alone what is leased");
        db.clock.advance(LIMITS.lease);
        eventually("it is taken over", async || attempts.of(7) == [1, 2]).await;
        assert!(other.stop().await);
        assert!(jobs(&db).await.iter().all(|job| job.state == JobState::Done));
    }

    async fn the_lease_of_a_long_job_is_renewed(db: TestDb) {
        let (attempts, permits) = (Attempts::default(), Arc::new(Semaphore::new(0)));
        let one = Process::start(&db, [attempts.waiting(&permits)], LIMITS).await;
        let other = Process::start(&db, [attempts.waiting(&permits)], LIMITS).await;
        enqueue(&db.store, [1]).await;
        eventually("it is begun", async || attempts.len() == 1).await;
        for _ in 0..5 {
            // Most of the lease passes, then it is renewed: together far more than one lease.
            db.clock.advance(LIMITS.lease - TimeDelta::seconds(1));
            let end = if db.raw().await.is_postgres() { "CAST(extract(epoch FROM leased_until) AS bigint)" } else { "CAST(unixepoch(leased_until) AS bigint)" };
            let renewed = (domain::clock::Clock::now(&*db.clock) + LIMITS.lease).timestamp();
            eventually("it is renewed", async || db.raw().await.number(&format!("SELECT {end} FROM jobs")).await >= renewed - 1).await;
        }
        permits.add_permits(1);
        only_job(&db, JobState::Done).await;
        assert_eq!(attempts.of(1), [1]);
        assert!(one.stop().await && other.stop().await);
    }

    async fn a_failing_job_is_tried_after_growing_pauses_and_then_kept_with_its_error(db: TestDb) {
        let attempts = Attempts::default();
        let process = Process::start(&db, [attempts.handler(|_| Err(JobError::Temporary("the server is\naway".to_owned())))], LIMITS).await;
        enqueue(&db.store, [1]).await;
        for attempt in 1..MAX_ATTEMPTS {
            eventually("the attempt fails", async || { let job = jobs(&db).await.remove(0); job.attempts == attempt && job.state == JobState::Queued }).await;
            let job = jobs(&db).await.remove(0);
            let pause = retry_pause(attempt, None).unwrap();
            assert_eq!((job.last_error.as_deref(), job.run_at), (Some("the server is\naway"), domain::clock::Clock::now(&*db.clock) + pause));
            db.clock.advance(pause - TimeDelta::milliseconds(1));
            // A job that is due shows that the worker has looked in between.
            enqueue(&db.store, [1_000 + i64::from(attempt)]).await;
            eventually("the worker looks", async || !attempts.of(1_000 + i64::from(attempt)).is_empty()).await;
            assert_eq!(attempts.of(1).len(), attempt as usize, "not before its time");
            db.raw().await.run("DELETE FROM jobs WHERE id <> (SELECT id FROM jobs ORDER BY created_at LIMIT 1)").await.unwrap();
            db.clock.advance(TimeDelta::milliseconds(1));
        }
        let failed = only_job(&db, JobState::Failed).await;
        assert_eq!((failed.attempts, failed.last_error.as_deref()), (MAX_ATTEMPTS, Some("the server is\naway")));
        db.clock.advance(TimeDelta::days(FAILED_DAYS) - TimeDelta::seconds(1));
        assert_eq!(db.store.delete_old_jobs().await, Ok(0), "kept long");
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(db.store.delete_old_jobs().await, Ok(1));
        assert_eq!(attempts.of(1).len(), MAX_ATTEMPTS as usize, "and not tried again");
        assert!(process.stop().await);
    }

    async fn what_can_never_succeed_is_given_up_at_once_and_a_panic_is_a_failure(db: TestDb) {
        let attempts = Attempts::default();
        let handler = attempts.handler(|number| match number {
            1 => Err(JobError::Permanent("no such address".to_owned())),
            2 => panic!("a bug"),
            _ => Ok(()),
        });
        let process = Process::start(&db, [handler], LIMITS).await;
        enqueue(&db.store, [1]).await;
        assert_eq!(only_job(&db, JobState::Failed).await.last_error.as_deref(), Some("no such address"));
        enqueue(&db.store, [2, 3]).await;
        eventually("the others end", async || jobs(&db).await.iter().filter(|job| job.attempts > 0 && job.state != JobState::Running).count() == 3).await;
        let mut states: Vec<_> = jobs(&db).await.iter().map(|job| job.state.label()).collect();
        states.sort_unstable();
        assert_eq!(states, ["done", "failed", "queued"]);
        assert!(process.stop().await);
    }

    async fn a_job_that_ends_its_process_is_not_tried_for_ever(db: TestDb) {
        enqueue(&db.store, [1]).await;
        for _ in 0..MAX_ATTEMPTS {
            assert_eq!(db.store.take_jobs(vec![KIND], 1, LIMITS.lease).await.unwrap().len(), 1);
            db.clock.advance(LIMITS.lease);
        }
        assert!(db.store.take_jobs(vec![KIND], 1, LIMITS.lease).await.unwrap().is_empty());
        let job = only_job(&db, JobState::Failed).await;
        assert!(job.last_error.unwrap().contains("ended before it was done"));
    }

    async fn a_recurring_job_runs_once_each_time_however_many_processes_there_are(db: TestDb) {
        let runs = Arc::new(Mutex::new(0));
        let failing = Arc::new(Mutex::new(false));
        let handler = || {
            let (runs, failing) = (Arc::clone(&runs), Arc::clone(&failing));
            JobHandler::recurring("tick", TimeDelta::hours(1), move |_| {
                *runs.lock().unwrap() += 1;
                let outcome = if *failing.lock().unwrap() { Err(JobError::Permanent("not now".to_owned())) } else { Ok(()) };
                async move { outcome }
            })
        };
        let (one, other) = tokio::join!(Process::start(&db, [handler()], LIMITS), Process::start(&db, [handler()], LIMITS));
        let ran = |times: i32| { let runs = Arc::clone(&runs); async move {
            eventually("it runs", async || *runs.lock().unwrap() >= times).await;
        }};
        let waiting = async |attempts: u32| eventually("it waits", async || { let jobs = jobs(&db).await; jobs.len() == 1 && jobs[0].state == JobState::Queued && jobs[0].attempts == attempts }).await;
        for times in 1..=3 {
            ran(times).await;
            waiting(0).await;
            assert_eq!(*runs.lock().unwrap(), times, "in one process alone");
            db.clock.advance(TimeDelta::hours(1));
        }
        ran(4).await;
        waiting(0).await;

        // A failure doesn't end it, even one that would end another job: it runs again when it would have.
        *failing.lock().unwrap() = true;
        for failures in 1..=MAX_ATTEMPTS + 2 {
            db.clock.advance(TimeDelta::hours(1));
            waiting(failures).await;
        }
        *failing.lock().unwrap() = false;
        db.clock.advance(TimeDelta::hours(1));
        waiting(0).await;
        assert!(one.stop().await && other.stop().await);

        // Another version with a shorter interval.
        let shorter = JobHandler::recurring("tick", TimeDelta::minutes(5), |_| async { Ok(()) });
        db.store.ensure_recurring_jobs(&[shorter]).await.unwrap();
        let job = jobs(&db).await.remove(0);
        assert_eq!((job.interval, job.run_at), (Some(TimeDelta::minutes(5)), domain::clock::Clock::now(&*db.clock) + TimeDelta::minutes(5)));
    }

    async fn a_shutdown_waits_for_the_running_job_and_starts_no_other(db: TestDb) {
        let (attempts, permits) = (Attempts::default(), Arc::new(Semaphore::new(0)));
        let limits = WorkerLimits { concurrency: 1, ..LIMITS };
        let process = Process::start(&db, [attempts.waiting(&permits)], limits).await;
        enqueue(&db.store, [1, 2]).await;
        eventually("one is begun", async || attempts.len() == 1).await;
        let stopping = tokio::spawn(process.stop());
        permits.add_permits(2);
        assert!(stopping.await.unwrap(), "it finished");
        let states: Vec<_> = jobs(&db).await.iter().map(|job| (job.state, job.attempts)).collect();
        assert!(states.contains(&(JobState::Done, 1)), "{states:?}");
        assert_eq!(attempts.len(), states.iter().filter(|state| state.0 == JobState::Done).count(), "what was begun was done: {states:?}");

        // One that doesn't finish in time holds nothing up.
        let stuck = Process::start(&db, [attempts.waiting(&Arc::new(Semaphore::new(0)))], WorkerLimits { drain: Duration::from_millis(50), ..LIMITS }).await;
        enqueue(&db.store, [3]).await;
        eventually("it is begun", async || attempts.of(3) == [1]).await;
        assert!(!stuck.stop().await);
    }

    async fn housekeeping_deletes_what_is_no_longer_needed(db: TestDb) {
        let (user, _) = db.register("hung").await;
        let content = store::SessionContent { data: json!({}), user_id: Some(user.id), workspace_id: user.workspace_id };
        assert!(db.store.create_session(store::TokenHash::of(b"token"), content, None).await.unwrap());
        let kinds = housekeeping_jobs().len();
        let process = Process::start(&db, housekeeping_jobs(), LIMITS).await;
        let queued = async || jobs(&db).await.iter().filter(|job| job.state == JobState::Queued && job.attempts == 0).count();
        eventually("each has run", async || db.raw().await.number("SELECT count(*) FROM jobs WHERE run_at > created_at").await.unsigned_abs() == kinds as u64).await;
        assert_eq!((queued().await, db.raw().await.number("SELECT count(*) FROM sessions").await), (kinds, 1));
        enqueue(&db.store, [1]).await;
        db.raw().await.run("UPDATE jobs SET done_at = created_at WHERE interval_seconds IS NULL").await.unwrap();
        db.clock.advance(TimeDelta::days(DONE_DAYS).max(SessionLifetime::DEFAULT.max()));
        eventually("the session goes", async || db.raw().await.number("SELECT count(*) FROM sessions").await == 0).await;
        eventually("the old job goes", async || jobs(&db).await.len() == kinds).await;
        assert!(process.stop().await);
    }

    /// Two processes of the program itself: one-time jobs of a real kind are done once, and the operator sees them.
    async fn two_servers_do_each_job_once_and_the_list_shows_them(db: TestDb) {
        let raw = db.raw().await;
        let count = 60;
        for number in 1..=count {
            let id = raw.id(uuid::Uuid::from_u128(number));
            raw.run(&format!("INSERT INTO jobs (id, kind, run_at, created_at) VALUES ({id}, 'delete-old-forms', '2026-03-02T03:04:05.678+00:00', '2026-03-02T03:04:05.678+00:00')")).await.unwrap();
        }
        let failed = raw.id(uuid::Uuid::from_u128(1_000));
        raw.run(&format!("INSERT INTO jobs (id, kind, run_at, created_at, attempts, failed_at, last_error, payload) VALUES ({failed}, 'mail', '2026-03-02T03:04:05.678+00:00', '2026-03-02T03:04:05.678+00:00', 8, '2100-01-01T00:00:00.000+00:00', 'the server is away', '{{\"link\": \"hunter2\"}}')")).await.unwrap();
        raw.0.close().await.unwrap();
        let folder = TempDir::new().unwrap();
        let variables = [("DATABASE_URL", db.url.as_str()), ("RUST_LOG", "warn")];
        let servers = [(); 2].map(|()| Serving::start(&folder, &variables, Stdio::null()));
        let raw = db.raw().await;
        let open = "SELECT count(*) FROM jobs WHERE done_at IS NULL AND interval_seconds IS NULL AND failed_at IS NULL";
        eventually("all are done", async || raw.number(open).await == 0).await;
        assert_eq!(raw.number("SELECT count(*) FROM jobs WHERE done_at IS NOT NULL AND attempts = 1").await, i64::try_from(count).unwrap());
        for server in servers {
            assert!(server.stop().success());
        }
        let recurring = job_handlers(folder.path()).iter().filter(|handler| handler.interval.is_some()).count();
        assert_eq!(raw.number("SELECT count(*) FROM jobs WHERE interval_seconds IS NOT NULL").await.unsigned_abs(), recurring as u64, "each recurring job exists once");

        let list = |arguments: &[&str]| {
            let output = minicrm(&folder, &variables, arguments).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let listed = list(&["jobs"]);
        let lines: Vec<Vec<&str>> = listed.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines.len(), 1 + 1 + recurring, "{listed}");
        assert_eq!(lines[0], ["KIND", "STATE", "TRIES", "NEXT", "RUN", "(UTC)", "ERROR"]);
        assert_eq!(lines[1], ["mail", "failed", "8", "-", "the", "server", "is", "away"]);
        assert!(lines[2..].iter().all(|line| line[1] == "queued"), "{listed}");
        assert!(!listed.contains("hunter2"));
        assert_eq!(list(&["jobs", "--all"]).lines().count(), lines.len() + usize::try_from(count).unwrap());
    }
}
