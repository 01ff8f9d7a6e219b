//! Processes that meet at a new database: one brings its schema up to date, the others wait for it (threat D11). `make trial`
//! runs the long form.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Serving, TestDb, minicrm, trial_size};
use std::{net::TcpListener, process::Stdio, sync::Arc};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// Processes that start together.
const PROCESSES: usize = 8;

/// The URL of a database without tables, of the same kind as `db`, and what removes it when dropped.
/// On SQLite there is no file yet: the first process creates it.
async fn new_database(db: &TestDb) -> (String, Option<TestDb>, TempDir) {
    let folder = TempDir::new().unwrap();
    if db.raw().await.is_postgres() {
        let blank = TestDb::blank_postgres().await;
        return (blank.url.clone(), Some(blank), folder);
    }
    (format!("sqlite://{}?mode=rwc", folder.path().join("new.db").display()), None, folder)
}

on_both_databases! {
    async fn eight_migrate_a_new_database_at_once(db: TestDb) {
        for round in 0..trial_size(3, 30) {
            let (url, _blank, folder) = new_database(&db).await;
            let start = |_| minicrm(&folder, &[("DATABASE_URL", &url), ("RUST_LOG", "error")], &["migrate"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let started: Vec<_> = (0..PROCESSES).map(start).collect();
            for process in started {
                let output = process.wait_with_output().unwrap();
                assert!(output.status.success(), "round {round}: {}", String::from_utf8_lossy(&output.stderr));
            }
            let migrated = minicrm(&folder, &[("DATABASE_URL", &url)], &["migrate"]).output().unwrap();
            assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        }
    }

    async fn eight_serve_a_new_database_at_once(db: TestDb) {
        for round in 0..trial_size(3, 30) {
            let (url, _blank, folder) = new_database(&db).await;
            let folder = Arc::new(folder);
            // Chosen together, or two of them might be the same.
            let free: Vec<_> = (0..PROCESSES).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
            let addresses: Vec<_> = free.iter().map(|listener| listener.local_addr().unwrap()).collect();
            drop(free);
            let mut starting = JoinSet::new();
            for address in addresses {
                let (folder, url) = (folder.clone(), url.clone());
                starting.spawn_blocking(move || Serving::start_at(address, &folder, &[("DATABASE_URL", &url), ("RUST_LOG", "error")], Stdio::inherit()));
            }
            let mut serving = Vec::new();
            while let Some(started) = starting.join_next().await {
                serving.push(started.unwrap_or_else(|error| panic!("round {round}: {error}")));
            }
            for server in &serving {
                assert_eq!(Browser::new(server.url.clone()).get("/readyz").await.status, 200, "round {round}");
            }
            for server in serving {
                assert!(server.stop().success());
            }
        }
    }
}
