//! The transaction under [`Store::write`], past which nothing goes.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use crate::{
    DbConfig, Store, StoreError, SystemRandom,
    audit::chain::Change,
    common::TestDb,
    entity::{session, workspace_counter},
    lists::counters::add_to_workspace,
    on_both_databases, verify_chain,
};
use domain::access::{Actor, Entity, Role, Verb};
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Reads a counter, adds one to what was read, writes it back, and notes it: wrong whenever two do it at once.
async fn add_one(store: &Store, actor: &Actor) -> Result<i64, StoreError> {
    store
        .write(actor, Verb::Create, Entity::Company, |tx| {
            Box::pin(async move {
                let counted = workspace_counter::Entity::find_by_id(tx.workspace_id()).one(&tx.db).await?.unwrap().companies;
                add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::Companies, 1)]).await?;
                let change = Change {
                    action: "count",
                    entity: "company",
                    id: tx.new_id(),
                    before: Some(json!({ "companies": counted })),
                    after: Some(json!({ "companies": counted + 1 })),
                };
                tx.audit(change).await?;
                Ok(counted + 1)
            })
        })
        .await
}

on_both_databases! {
    /// D3 and the audit chain: eight at once, 500 each, and not one read is stale, refused or missing from the log.
    async fn writes_of_a_workspace_run_one_after_another(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let mut writers = JoinSet::new();
        for _ in 0..8 {
            let store = db.store.clone();
            writers.spawn(async move {
                let mut counted = Vec::new();
                for _ in 0..500 {
                    counted.push(add_one(&store, &actor).await.unwrap());
                }
                counted
            });
        }
        let mut counted = writers.join_all().await.concat();
        counted.sort_unstable();
        assert_eq!(counted, (1..=4_000).collect::<Vec<_>>());
        assert_eq!(db.store.workspace_counts(&actor).await.unwrap().companies, 4_000);
        assert_eq!(db.raw().await.number("SELECT max(seq) FROM audit_log").await, 4_001);
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), None);
    }

    /// Two processes on one database, as while an upgrade takes over: they wait for each other, none is refused.
    async fn two_processes_write_without_refusing_each_other(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let config = DbConfig { max_connections: 4, min_connections: 1, ..DbConfig::new(&db.url) };
        let other = Store::connect(config, db.clock.clone(), std::sync::Arc::new(SystemRandom)).await.unwrap();
        let mut writers = JoinSet::new();
        for store in [&db.store, &other] {
            let store = store.clone();
            writers.spawn(async move {
                for _ in 0..200 {
                    add_one(&store, &actor).await.unwrap();
                }
            });
        }
        writers.join_all().await;
        other.close().await;
        assert_eq!(db.store.workspace_counts(&actor).await.unwrap().companies, 400);
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), None);
    }

    /// A visitor who leaves doesn't stop the write, and a write that fails or panics leaves nothing.
    async fn a_write_is_atomic(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for n in 0..200 {
            let left = db.store.write(&actor, Verb::Create, Entity::Company, |tx| {
                Box::pin(async move {
                    add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::Companies, 1)]).await?;
                    add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::Contacts, 1)]).await
                })
            });
            // A different point each time.
            let _ = tokio::time::timeout(Duration::from_micros(n * 20), left).await;
        }
        for fails in [true, false] {
            let broken: Result<(), _> = db
                .store
                .write(&actor, Verb::Create, Entity::Company, move |tx| {
                    Box::pin(async move {
                        add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::Companies, 1_000)]).await?;
                        assert!(fails, "a fault of ours");
                        Err(StoreError::Conflict)
                    })
                })
                .await;
            assert_eq!(broken, Err(if fails { StoreError::Conflict } else { StoreError::Internal }));
        }
        // The next write queues behind whatever still runs.
        add_one(&db.store, &actor).await.unwrap();
        let counts = db.store.workspace_counts(&actor).await.unwrap();
        assert_eq!(counts.companies, counts.contacts + 1);
        assert!(counts.companies <= 201);
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await.unwrap(), None);
    }

    /// B3: the role that counts is the one at the time of writing.
    async fn a_role_revoked_before_the_lock_is_denied(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        let raw = db.raw().await;
        let before: Vec<i64> = raw.column("SELECT companies FROM workspace_counters").await;

        let viewer = Actor { role: Role::Viewer, ..actor };
        assert_eq!(add_one(&db.store, &viewer).await, Err(StoreError::Denied), "by the session's word");
        raw.run(&format!("UPDATE memberships SET role = 'viewer' WHERE user_id = {}", raw.id(actor.user_id.0))).await.unwrap();
        assert_eq!(add_one(&db.store, &actor).await, Err(StoreError::Denied), "by the table's word");
        raw.run(&format!("UPDATE memberships SET role = 'owner', removed_at = created_at WHERE user_id = {}", raw.id(actor.user_id.0))).await.unwrap();
        assert_eq!(add_one(&db.store, &actor).await, Err(StoreError::Denied), "removed");
        let outsider = Actor { workspace_id: other.workspace_id, ..actor };
        assert_eq!(add_one(&db.store, &outsider).await, Err(StoreError::Denied), "never a member");

        assert_eq!(raw.column::<i64>("SELECT companies FROM workspace_counters").await, before);
        assert_eq!(raw.number("SELECT count(*) FROM audit_log").await, 2, "the two registrations");
    }

    /// What a constraint refuses is the input's fault and says so; what is written before it goes with it.
    async fn a_refused_value_is_not_a_fault_of_ours(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let add = |by: i64| {
            db.store.write(&actor, Verb::Create, Entity::Deal, move |tx| {
                Box::pin(async move { add_to_workspace(&tx.db, tx.workspace_id(), &[(workspace_counter::Column::OpenDealsValue, by)]).await })
            })
        };
        assert!(matches!(add(-1).await, Err(StoreError::Invalid(_))));
        add(i64::MAX).await.unwrap();
        assert!(matches!(add(1).await, Err(StoreError::Invalid(_))));
        assert_eq!(db.store.workspace_counts(&actor).await.unwrap().open_deals_value, i64::MAX);
    }
}

/// Trap 1: sqlx loses acknowledged writes after a cancelled `begin`. Here nothing shields the `begin`, so this fails
/// without the pool's `after_release` hook.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_begin_takes_no_later_write_with_it() {
    let db = TestDb::postgres().await;
    let pool = db.store.write_pool().raw().clone();
    let (started, mut turns, mut cancelled, mut written) = (Instant::now(), 0, 0, 0_i64);
    while cancelled < 5_000 && started.elapsed() < Duration::from_secs(20) {
        // Given up after 0 to 15 turns of the executor: before, while and after the server reads the statement.
        let patience = async {
            for _ in 0..turns % 16 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            transaction = pool.begin() => drop(transaction.unwrap()),
            () = patience => cancelled += 1,
        }
        turns += 1;
        if turns % 10 == 0 {
            let sql = format!(
                r"INSERT INTO sessions (token_hash, data, created_at, expires_at, last_seen_at) VALUES (decode('{written:064x}', 'hex'), '{{}}', now(), now(), now())"
            );
            pool.execute_unprepared(&sql).await.unwrap();
            written += 1;
        }
    }
    assert!(cancelled >= 500, "{cancelled}");
    let raw = db.raw().await;
    assert_eq!(raw.number("SELECT count(*) FROM sessions").await, written, "acknowledged and lost");
    raw.assert_no_idle_transaction().await;
}

/// The settings of every SQLite connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_opened_with_its_settings() {
    let db = TestDb::sqlite().await;
    let setting = async |pool: &sea_orm::DatabaseConnection, name: &str| {
        let row = pool
            .query_one_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, format!("PRAGMA {name}")))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index::<i64>(0).map_or_else(|_| row.try_get_by_index::<String>(0).unwrap(), |number| number.to_string())
    };
    for pool in [db.store.write_pool().raw(), db.store.read().pool()] {
        assert_eq!(setting(pool, "journal_mode").await, "wal");
        assert_eq!(setting(pool, "synchronous").await, "2", "FULL");
        assert_eq!(setting(pool, "foreign_keys").await, "1");
        assert_eq!(setting(pool, "busy_timeout").await, "5000");
    }
    assert_eq!(db.store.write_pool().raw().get_sqlite_connection_pool().options().get_max_connections(), 1);
}

on_both_databases! {
    async fn the_pool_that_reads_refuses_to_write(db: TestDb) {
        assert!(session::Entity::delete_many().exec(db.store.read()).await.is_err());
        assert!(session::Entity::delete_many().exec(db.store.write_pool().raw()).await.is_ok());
    }
}

/// A statement past its time is "try later".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_statement_is_stopped_by_postgres() {
    let db = TestDb::postgres().await;
    let started = Instant::now();
    let error: StoreError = db.store.read().execute_unprepared("SELECT pg_sleep(60)").await.unwrap_err().into();
    assert_eq!(error, StoreError::Unavailable);
    assert!(started.elapsed() < Duration::from_secs(10));
}
