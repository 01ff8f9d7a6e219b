//! The check of a whole database after a trial.

use crate::{common::Raw, support::assert_counters};
use domain::{clock::SystemClock, ids::WorkspaceId};
use sea_orm::{ConnectOptions, Database};
use std::sync::Arc;
use store::{DbConfig, Store, SystemRandom, verify_chain};
use uuid::Uuid;

/// One connection of the test's own to a database.
pub async fn open_raw(url: &str) -> Raw {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Raw(Database::connect(options).await.unwrap())
}

/// Checks a database that nobody writes to: counters equal counts, every audit chain is whole, no connection is left in a
/// transaction, and SQLite finds no damage.
pub async fn assert_integrity(url: &str) {
    let raw = open_raw(url).await;
    assert_counters(&raw).await;
    if raw.is_postgres() {
        raw.assert_no_idle_transaction().await;
    } else {
        assert_eq!(raw.column::<String>("PRAGMA integrity_check").await, ["ok"]);
        assert_eq!(raw.column::<String>("PRAGMA foreign_key_check").await, [""; 0]);
    }
    let workspaces: Vec<Uuid> = raw.column("SELECT id FROM workspaces").await;
    raw.0.close().await.unwrap();
    assert!(!workspaces.is_empty());
    let config = DbConfig { max_connections: 2, min_connections: 1, ..DbConfig::new(url) };
    let store = Store::connect(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await.unwrap();
    for workspace in workspaces {
        assert_eq!(verify_chain(&store, WorkspaceId(workspace)).await, Ok(None));
    }
    store.close().await;
}
