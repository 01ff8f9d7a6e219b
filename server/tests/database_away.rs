//! A database that is slow, away or held by another process: acknowledged writes stay, and the server recovers by itself
//! (threat D4). `make trial` runs the long form.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "../../store/tests/support/mod.rs"]
mod support;
mod trials;

use common::{Browser, Serving, TestDb, trial_size};
use std::{
    process::Stdio,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use trials::{Cluster, Writers, assert_integrity, open_raw, signed_in};

/// Time in which pages and writes work again once the database does.
const RECOVERY: Duration = Duration::from_secs(10);

/// Waits until a page is shown again and writes are acknowledged again.
async fn recovers(browser: &Browser, writers: &Writers) {
    let page = async {
        while browser.get("/companies").await.status != 200 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(RECOVERY, page).await.expect("pages are shown again");
    timeout(RECOVERY, writers.ledger.grows_by(16)).await.expect("writes are acknowledged again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_database_loses_nothing_acknowledged() {
    let (cluster, folder) = (Cluster::start(), TempDir::new().unwrap());
    let serving = Serving::start(&folder, &[("DATABASE_URL", &cluster.url)], Stdio::null());
    let writers = Writers::register(&serving.url).await;
    let reader = signed_in(&serving.url).await;
    let writing = writers.start(&serving.url);
    writers.ledger.grows_by(50).await;
    cluster.freeze();
    sleep(trial_size(Duration::from_secs(3), Duration::from_secs(30))).await;
    cluster.thaw();
    recovers(&reader, &writers).await;
    writing.stop().await;
    assert!(serving.stop().success());
    writers.ledger.assert_stored(&open_raw(&cluster.url).await).await;
    assert_integrity(&cluster.url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_database_loses_nothing_acknowledged() {
    let (cluster, folder) = (Cluster::start(), TempDir::new().unwrap());
    let serving = Serving::start(&folder, &[("DATABASE_URL", &cluster.url)], Stdio::null());
    let writers = Writers::register(&serving.url).await;
    let reader = signed_in(&serving.url).await;
    let writing = writers.start(&serving.url);
    for round in 0..trial_size(1, 10) {
        writers.ledger.grows_by(50).await;
        cluster.restart(["immediate", "fast"][round % 2]);
        recovers(&reader, &writers).await;
    }
    writing.stop().await;
    assert!(serving.stop().success());
    writers.ledger.assert_stored(&open_raw(&cluster.url).await).await;
    assert_integrity(&cluster.url).await;
}

/// Another process, such as a backup, holds SQLite's write lock for longer than the server waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_write_lock_stops_no_reader_and_loses_nothing_acknowledged() {
    let (db, folder) = (TestDb::sqlite().await, TempDir::new().unwrap());
    let serving = Serving::start(&folder, &[("DATABASE_URL", &db.url)], Stdio::null());
    let writers = Writers::register(&serving.url).await;
    let reader = signed_in(&serving.url).await;
    let other = open_raw(&db.url).await;
    let writing = writers.start(&serving.url);
    for _ in 0..trial_size(1, 5) {
        writers.ledger.grows_by(50).await;
        other.run("BEGIN IMMEDIATE").await.unwrap();
        let before = writers.ledger.acknowledged();
        let pages = read_for(&reader, Duration::from_secs(8)).await;
        assert!(pages >= 16, "{pages} pages");
        // An answer may have been on its way when the lock was taken.
        assert!(writers.ledger.acknowledged() <= before + 8, "nothing is acknowledged that can't have been written");
        other.run("ROLLBACK").await.unwrap();
        recovers(&reader, &writers).await;
    }
    writing.stop().await;
    assert!(serving.stop().success());
    writers.ledger.assert_stored(&other).await;
    assert_integrity(&db.url).await;
}

/// Opens pages one after another for this long. Each must be shown within a second. Returns their number.
async fn read_for(reader: &Browser, duration: Duration) -> usize {
    let begun = Instant::now();
    let mut pages = 0;
    while begun.elapsed() < duration {
        for path in ["/companies", "/companies?q=cty", "/"] {
            let asked = Instant::now();
            let answer = reader.follow(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            assert!(asked.elapsed() < Duration::from_secs(1), "{path} took {:?}", asked.elapsed());
            pages += 1;
        }
    }
    pages
}
