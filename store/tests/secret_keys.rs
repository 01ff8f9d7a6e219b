//! The install's secret key: one for all processes, rotated without losing what it sealed a moment ago.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::TestDb;
use secrecy::SecretString;
use std::sync::Arc;
use store::{DbConfig, RETIRED_KEY_HOURS, Store, StoreError, SystemRandom};

async fn another_process(db: &TestDb) -> Store {
    let config = DbConfig { max_connections: 4, min_connections: 1, ..DbConfig::new(&db.url) };
    Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap()
}

async fn seal(store: &Store, text: &str) -> String {
    store.seal("test", text.as_bytes(), TimeDelta::days(30)).await.unwrap()
}

async fn unseal(store: &Store, sealed: &str) -> Option<String> {
    store.unseal("test", sealed).await.unwrap().map(|data| String::from_utf8(data).unwrap())
}

on_both_databases! {
    async fn what_one_process_seals_another_opens_and_no_other_install_does(db: TestDb) {
        let other = another_process(&db).await;
        let sealed = seal(&db.store, "Đường").await;
        assert_eq!(unseal(&other, &sealed).await.as_deref(), Some("Đường"));
        assert_eq!(db.store.unseal("another purpose", &sealed).await.unwrap(), None);
        assert_eq!(unseal(&db.store, "nonsense").await, None);
        db.clock.advance(TimeDelta::days(30));
        assert_eq!(unseal(&other, &sealed).await, None, "expired");
        other.close().await;
    }

    async fn a_retired_key_opens_for_a_day(db: TestDb) {
        let other = another_process(&db).await;
        let old = seal(&other, "old").await;
        db.clock.advance(TimeDelta::minutes(1));
        db.store.rotate_secret_key().await.unwrap();
        let third = another_process(&db).await;
        let new = seal(&third, "new").await;
        assert_eq!(unseal(&other, &new).await.as_deref(), Some("new"), "a process that knew the old key alone");
        assert_eq!(unseal(&third, &old).await.as_deref(), Some("old"));
        db.clock.advance(TimeDelta::hours(RETIRED_KEY_HOURS));
        let fourth = another_process(&db).await;
        assert_eq!(unseal(&fourth, &old).await, None, "a day later");
        assert_eq!(unseal(&fourth, &new).await.as_deref(), Some("new"));
        assert_eq!(db.store.delete_retired_keys().await, Ok(1));
        db.store.rotate_secret_key().await.unwrap();
        assert_eq!(db.store.delete_retired_keys().await, Ok(0), "one retired just now still opens");
        assert_eq!(unseal(&fourth, &new).await.as_deref(), Some("new"));
        for store in [other, third, fourth] {
            store.close().await;
        }
    }

    async fn migrating_again_keeps_the_key(db: TestDb) {
        let sealed = seal(&db.store, "x").await;
        let other = another_process(&db).await;
        other.migrate().await.unwrap();
        assert_eq!(unseal(&other, &sealed).await.as_deref(), Some("x"));
        other.close().await;
    }

    async fn a_configured_key_takes_the_place_of_the_one_in_the_database(db: TestDb) {
        let in_database = seal(&db.store, "x").await;
        let configured = another_process(&db).await;
        configured.configure_secret_key(&SecretString::from("a configured secret of 32 letters"));
        assert_eq!(unseal(&configured, &in_database).await, None);
        let sealed = seal(&configured, "y").await;
        assert_eq!(unseal(&configured, &sealed).await.as_deref(), Some("y"));
        assert_eq!(unseal(&db.store, &sealed).await, None);
        assert_eq!(configured.rotate_secret_key().await, Err(StoreError::Conflict));
        configured.close().await;
    }
}
