//! Transactions whose statements, commits or connections fail.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::Transaction;
use crate::{DatabaseFault, Store, StoreError, common::TestDb, database::sql::sql, on_both_databases};
use sea_orm::{ConnectionTrait, DbErr};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

const COUNT: &str = "SELECT count(*) FROM secret_keys";

/// Adds a row of 9 kB at most: as large as the longest notes.
async fn insert(db: &Transaction, id: u128, bytes: usize) -> Result<u64, DbErr> {
    let values = [uuid::Uuid::from_u128(id).into(), vec![7_u8; bytes].into(), chrono::DateTime::UNIX_EPOCH.into()];
    sql("INSERT INTO secret_keys (id, secret, created_at) VALUES ($1, $2, $3)", values).execute(db).await
}

/// One acknowledged row, or the error.
async fn write(store: &Store, id: u128, bytes: usize) -> Result<(), StoreError> {
    store.transaction(move |tx| Box::pin(async move { Ok(insert(tx, id, bytes).await.map(drop)?) })).await
}

/// Polls a future at most so many times; `None` if it was not ready by then. Each poll takes it to its next wait, so it is
/// given up at each of them in turn.
async fn poll_at_most<F: Future>(polls: u128, future: F) -> Option<F::Output> {
    let (mut future, mut done) = (pin!(future), 0);
    poll_fn(|context| {
        if done == polls {
            return Poll::Ready(None);
        }
        done += 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

on_both_databases! {
    /// A statement fails, the caller goes on and reports success: nothing is acknowledged, nothing is left half written.
    async fn after_a_failed_statement_nothing_more_is_accepted(db: TestDb) {
        let outcome = db.store.transaction(|tx| Box::pin(async move {
            insert(tx, 1, 32).await?;
            assert!(insert(tx, 1, 32).await.is_err(), "the id is taken");
            assert!(insert(tx, 2, 32).await.is_err(), "no statement after a failed one");
            Ok(())
        })).await;
        assert_eq!(outcome, Err(StoreError::Internal));
        let raw = db.raw().await;
        assert_eq!(raw.number(COUNT).await, 1, "the install's own key alone");
        for id in 1..=20 {
            write(&db.store, id, 32).await.unwrap();
            assert_eq!(raw.number(COUNT).await, 1 + i64::try_from(id).unwrap(), "acknowledged and visible to others");
        }
    }

    /// As a cancelled request would leave a connection if nothing closed it.
    async fn a_connection_inside_a_transaction_is_never_reused(db: TestDb) {
        let pool = db.store.write_pool();
        for id in 1..=10 {
            let tx = pool.begin().await.unwrap();
            insert(&tx, 1_000, 32).await.unwrap();
            drop(tx);
            write(&db.store, id, 32).await.unwrap();
        }
        assert_eq!(db.raw().await.number(COUNT).await, 11);
    }

    /// The caller is gone at any point between BEGIN and the end of COMMIT.
    async fn cancelled_transactions_take_no_later_write_with_them(db: TestDb) {
        let pool = db.store.write_pool().clone();
        let (mut acknowledged, mut cancelled_inside, mut committed) = (1, 0, 0);
        for n in 0..600 {
            // Every other one is given up only after BEGIN.
            let begun = if n % 2 == 0 { poll_at_most(n % 16, pool.begin()).await } else { Some(pool.begin().await) };
            let Some(tx) = begun else { continue };
            let tx = tx.unwrap();
            let rest = async {
                insert(&tx, 10_000 + n, 32).await?;
                tx.commit().await
            };
            match poll_at_most(n % 7, rest).await {
                Some(done) => {
                    done.unwrap();
                    committed += 1;
                }
                None => cancelled_inside += 1,
            }
            if n % 20 == 0 {
                write(&db.store, n, 32).await.unwrap();
                acknowledged += 1;
            }
        }
        acknowledged += committed;
        assert!(committed > 20 && cancelled_inside > 20, "{committed} committed, {cancelled_inside} left after BEGIN");
        let raw = db.raw().await;
        assert!(raw.number(COUNT).await >= acknowledged, "a commit that was cancelled may have been carried out");
        if raw.is_postgres() {
            raw.assert_no_idle_transaction().await;
        }
    }
}

/// SQLite reports a nested BEGIN, which no pool's bookkeeping can hide.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_refuses_to_begin_inside_a_transaction_and_recovers() {
    let db = TestDb::sqlite().await;
    db.store.write_pool().raw().execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    assert!(write(&db.store, 1, 32).await.is_err(), "the connection is inside a transaction");
    write(&db.store, 2, 32).await.unwrap();
    assert_eq!(db.raw().await.number(COUNT).await, 2);
}

/// The three ways in which SQLite ends a statement that fails: undo the statement, undo the transaction, undo nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_rolling_back_by_itself_loses_no_later_write() {
    for resolution in ["ABORT", "ROLLBACK", "FAIL"] {
        let db = TestDb::sqlite().await;
        let raw = db.raw().await;
        let trigger = format!(
            "CREATE TRIGGER refuse AFTER INSERT ON secret_keys WHEN length(NEW.secret) > 32
             BEGIN SELECT RAISE({resolution}, 'refused'); END"
        );
        raw.run(&trigger).await.unwrap();
        assert!(write(&db.store, 1, 33).await.is_err());
        let swallowed = db.store.transaction(|tx| {
            Box::pin(async move {
                let _ = insert(tx, 2, 33).await;
                let _ = insert(tx, 3, 32).await;
                Ok(())
            })
        });
        assert_eq!(swallowed.await, Err(StoreError::Internal), "{resolution}");
        assert_eq!(raw.number(COUNT).await, 1, "{resolution}: nothing half written");
        for id in 10..30 {
            write(&db.store, id, 32).await.unwrap();
            // From a connection of its own, as after a restart.
            assert_eq!(raw.number(COUNT).await, i64::try_from(id).unwrap() - 8, "{resolution}: acknowledged and lost");
        }
    }
}

/// After a failover the pool must not go on with connections to the server that became read-only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_takes_no_writes_is_not_reused() {
    let db = TestDb::postgres().await;
    let raw = db.raw().await;
    let alter = |setting: &str| {
        format!("BEGIN READ WRITE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {setting}', current_database()); END $$; COMMIT")
    };
    raw.run(&alter("SET default_transaction_read_only = on")).await.unwrap();
    raw.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        .await
        .unwrap();
    while db.store.write_fault() != Some(DatabaseFault::ReadOnly) {
        assert_eq!(write(&db.store, 1, 32).await, Err(StoreError::Unavailable));
    }
    raw.run(&alter("RESET default_transaction_read_only")).await.unwrap();
    // Each connection that was opened meanwhile fails once. The pool has three.
    let mut failed = 0;
    while write(&db.store, 2, 32).await.is_err() {
        failed += 1;
        assert!(failed <= 3, "a read-only connection is used again");
    }
    assert_eq!(db.store.write_fault(), None);
}

/// D5: the file may not grow any more, and later may again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_acknowledged_after_a_full_disk_are_there() {
    let db = TestDb::sqlite().await;
    let raw = db.raw().await;
    let pages = raw.number("PRAGMA page_count").await;
    // The setting belongs to one connection, so it is set before each write for as long as the disk is to be full.
    let mut acknowledged = 1;
    for id in 0..200 {
        db.store.write_pool().raw().execute_unprepared(&format!("PRAGMA max_page_count = {}", pages + 40)).await.unwrap();
        match write(&db.store, id, 9_000).await {
            Ok(()) => acknowledged += 1,
            Err(error) => assert_eq!(error, StoreError::Unavailable),
        }
        assert_eq!(raw.number(COUNT).await, acknowledged, "write {id}");
    }
    assert!(acknowledged < 100, "the disk was never full");
    assert_eq!(db.store.write_fault(), Some(DatabaseFault::DiskFull));
    db.store.write_pool().raw().execute_unprepared("PRAGMA max_page_count = 1073741823").await.unwrap();
    for id in 1_000..1_020 {
        write(&db.store, id, 9_000).await.unwrap();
        acknowledged += 1;
        assert_eq!(raw.number(COUNT).await, acknowledged, "acknowledged and lost");
    }
    assert_eq!(db.store.write_fault(), None);
    assert_eq!(raw.column::<String>("PRAGMA integrity_check").await, ["ok"]);
}
