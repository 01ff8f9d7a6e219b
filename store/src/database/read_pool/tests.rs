//! The connections in hand, at their ends.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::{BackendPool, ReadPool};
use crate::{common::TestDb, on_both_databases};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use std::time::{Duration, Instant};

/// Connections at rest.
fn idle(reader: &ReadPool) -> usize {
    match &reader.backend {
        BackendPool::Sqlite(connections) => connections.idle().len(),
        BackendPool::Postgres(connections) => connections.idle().len(),
    }
}

/// A query that takes a while.
fn slow(db: &TestDb) -> Statement {
    let backend = db.store.read().get_database_backend();
    let text = match backend {
        DbBackend::Postgres => "SELECT 1 AS n FROM pg_sleep(0.5)",
        _ => "WITH RECURSIVE some (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM some WHERE n < 2000000) SELECT count(*) AS n FROM some",
    };
    Statement::from_string(backend, text)
}

on_both_databases! {
    /// The server stops while a page is being read: its query ends, and so does the closing.
    async fn closing_waits_for_a_query_and_no_longer(db: TestDb) {
        let (reader, statement) = (db.store.read().clone(), slow(&db));
        reader.query_all_raw(Statement::from_string(reader.get_database_backend(), "SELECT 1")).await.unwrap();
        assert_eq!(idle(&reader), 1);
        let reading = tokio::spawn(async move { reader.query_all_raw(statement).await });
        while idle(db.store.read()) == 1 {
            tokio::task::yield_now().await;
        }
        let closing = Instant::now();
        tokio::time::timeout(Duration::from_secs(20), db.store.close()).await.unwrap();
        assert!(closing.elapsed() < Duration::from_secs(10), "{:?}", closing.elapsed());
        assert_eq!(reading.await.unwrap().unwrap().len(), 1);
        let refused = db.store.read().query_all_raw(slow(&db)).await.unwrap_err();
        assert!(matches!(refused, DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed)), "{refused}");
    }

    /// A statement that fails leaves the connections in hand as they are, and all of them can be had afterwards.
    async fn a_failed_statement_costs_no_connection(db: TestDb) {
        let backend = db.store.read().get_database_backend();
        for _ in 0..20 {
            let wrong = Statement::from_string(backend, "SELECT nothing FROM nowhere");
            assert!(db.store.read().query_all_raw(wrong).await.is_err());
        }
        let answers: Vec<_> = (0..20).map(|_| { let (reader, one) = (db.store.read().clone(), Statement::from_string(backend, "SELECT 1 AS n")); tokio::spawn(async move { reader.query_one_raw(one).await }) }).collect();
        for answer in answers {
            assert_eq!(answer.await.unwrap().unwrap().unwrap().try_get_by_index::<i32>(0).unwrap(), 1);
        }
    }
}
