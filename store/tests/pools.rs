//! The pools under load and under visitors who leave (D2, D3), and the settings they rely on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{TestDb, trial_size};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use store::{DbConfig, OpenError, SessionContent, Store, StoreError, SystemRandom, TokenHash};
use tokio::task::JoinSet;

fn content(n: usize) -> SessionContent {
    SessionContent { data: serde_json::json!({ "n": n }), user_id: None, workspace_id: None }
}

fn token(n: usize) -> TokenHash {
    TokenHash::of(&n.to_be_bytes())
}

/// Longest duration of the visits: a slower machine makes fewer.
fn time_box() -> Duration {
    trial_size(Duration::from_secs(10), Duration::from_secs(300))
}

on_both_databases! {
    /// D2: visitors who leave at any point of a write. What was acknowledged is there; nothing hangs in a transaction.
    async fn no_acknowledged_write_is_lost_when_other_requests_are_cancelled(db: TestDb) {
        let (started, mut acknowledged) = (Instant::now(), Vec::new());
        let mut tried = 0;
        while tried < trial_size(1_000, 5_000) && started.elapsed() < time_box() {
            let mut visitors = JoinSet::new();
            for n in tried..tried + 20 {
                let store = db.store.clone();
                visitors.spawn(async move { (n, store.create_session(token(n), content(n), None).await) });
            }
            // Every other batch is left after one answer, at whatever point its other writes are.
            let leaves = (tried / 20) % 2 == 0;
            while let Some(done) = visitors.join_next().await {
                match done.unwrap() {
                    (n, Ok(true)) => acknowledged.push(n),
                    (n, other) => panic!("visitor {n}: {other:?}"),
                }
                if leaves {
                    visitors.abort_all();
                    break;
                }
            }
            tried += 20;
        }
        assert!(tried >= trial_size(200, 5_000), "only {tried} in {:?}", time_box());
        for n in &acknowledged {
            assert_eq!(db.store.load_session(token(*n)).await.unwrap().unwrap().data, content(*n).data, "acknowledged and lost: {n}");
        }
        let raw = db.raw().await;
        if raw.is_postgres() {
            raw.assert_no_idle_transaction().await;
        }
        // And the pools still work, on every connection.
        let mut readers = JoinSet::new();
        for n in 0..50 {
            let store = db.store.clone();
            readers.spawn(async move { store.create_session(token(1_000_000 + n), content(n), None).await });
        }
        assert!(readers.join_all().await.into_iter().all(|done| done == Ok(true)));
    }

    /// D3: eight writers, no BUSY, every write counted.
    async fn eight_writers_never_meet_a_locked_database(db: TestDb) {
        db.store.create_session(token(0), content(0), None).await.unwrap();
        let busy = Arc::new(AtomicUsize::new(0));
        let writes = trial_size(100, 500);
        let mut writers = JoinSet::new();
        for writer in 1..=8 {
            let (store, busy) = (db.store.clone(), busy.clone());
            writers.spawn(async move {
                for n in 0..writes {
                    let done = store.create_session(token(writer * 1_000 + n), content(n), None).await;
                    if done != Ok(true) {
                        busy.fetch_add(1, Ordering::Relaxed);
                    }
                    if n % 50 == 0 {
                        assert!(store.load_session(token(0)).await.unwrap().is_some(), "readers go on");
                    }
                }
            });
        }
        writers.join_all().await;
        assert_eq!(busy.load(Ordering::Relaxed), 0);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM sessions").await, i64::try_from(8 * writes + 1).unwrap());
    }

    /// Visitors who leave at any point of a read: nobody is given another's answer, and every connection can still be had.
    async fn a_cancelled_read_takes_no_answer_of_another(db: TestDb) {
        const SESSIONS: usize = 16;
        for n in 0..SESSIONS {
            db.store.create_session(token(n), content(n), None).await.unwrap();
        }
        let mut left = 0;
        for round in 0..200 {
            let mut visitors = JoinSet::new();
            for n in 0..SESSIONS {
                let store = db.store.clone();
                visitors.spawn(async move { (n, store.load_session(token(n)).await.unwrap().unwrap().data) });
            }
            // More at once than there are connections; the rest are left after so many answers.
            let stays = round % SESSIONS;
            for _ in 0..=stays {
                let (n, data) = visitors.join_next().await.unwrap().unwrap();
                assert_eq!(data, content(n).data);
            }
            left += visitors.len();
            visitors.shutdown().await;
        }
        assert!(left > 500, "only {left} were left");
        let readers: JoinSet<_> = (0..50).map(|n| (n % SESSIONS, db.store.clone())).map(|(n, store)| async move { (n, store.load_session(token(n)).await) }).collect();
        for (n, answer) in readers.join_all().await {
            assert_eq!(answer.unwrap().unwrap().data, content(n).data);
        }
    }

    async fn a_store_with_an_address_shares_the_database(db: TestDb) {
        let other = db.store.from_address("192.0.2.1".parse().unwrap());
        other.create_session(token(1), content(1), Some("x".repeat(10_000).as_str())).await.unwrap();
        assert!(db.store.load_session(token(1)).await.unwrap().is_some());
        assert_eq!(db.raw().await.number("SELECT CAST(length(user_agent) AS BIGINT) FROM sessions").await, 500);
    }
}

/// D4 in small: a database that is gone is "try later", not a fault, and comes back by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_cut_by_postgres_is_replaced() {
    let db = TestDb::postgres().await;
    db.store.create_session(token(1), content(1), None).await.unwrap();
    let raw = db.raw().await;
    raw.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .await
        .unwrap();
    let mut answers = Vec::new();
    for _ in 0..10 {
        match db.store.load_session(token(1)).await {
            Ok(found) => answers.push(found.is_some()),
            Err(error) => assert_eq!(error, StoreError::Unavailable),
        }
    }
    assert!(answers.len() >= 4 && answers.iter().all(|found| *found), "{answers:?}");
}

#[tokio::test]
async fn a_database_of_another_kind_is_refused_in_one_line() {
    let open = async |url: &str| Store::connect(DbConfig::new(url), Arc::new(common::FixedClock::default()), Arc::new(SystemRandom)).await;
    for url in ["mysql://localhost/x", "", "minicrm.db"] {
        let error = open(url).await.unwrap_err();
        assert!(matches!(error, OpenError::UnknownDatabase), "{url}: {error}");
        assert_eq!(error.to_string(), "DATABASE_URL must start with sqlite:// or postgres://");
    }
    let error = open("sqlite:///nowhere/at/all.db").await.unwrap_err();
    assert!(matches!(error, OpenError::Connect(_)), "{error}");
    assert!(!format!("{:?}", DbConfig::new("postgres://user:secret@host/db")).contains("secret"));
}
