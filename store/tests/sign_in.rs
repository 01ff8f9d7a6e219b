//! A4, A5: how many wrong passwords are compared, and that nobody is locked out of their account by others.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Raw, TestDb, register_form};
use domain::users::Password;
use std::{net::IpAddr, sync::Arc};
use store::{DbConfig, Device, SignIn, Store, SystemRandom};
use tokio::task::JoinSet;

const RIGHT: &str = "correct horse battery";
const WRONG: &str = "wrong horse battery";

fn from(store: &Store, address: &str) -> Store {
    store.from_address(address.parse::<IpAddr>().unwrap())
}

async fn sign_in(store: &Store, email: &str, password: &str, device: Option<&Device>) -> SignIn {
    store.sign_in(email, Password::to_compare(password), device, None).await.unwrap()
}

fn is_accepted(outcome: &SignIn) -> bool {
    matches!(outcome, SignIn::Accepted(_))
}

fn is_limited(outcome: &SignIn) -> bool {
    matches!(outcome, SignIn::Limited { .. })
}

/// Fails `times` times.
async fn fail(store: &Store, email: &str, times: usize, device: Option<&Device>) {
    for n in 0..times {
        assert_eq!(sign_in(store, email, WRONG, device).await, SignIn::Mismatch, "failure {n}");
    }
}

/// Counts what failed from one network as if it had also failed from `networks` others.
async fn repeat_from_other_networks(raw: &Raw, networks: usize) {
    let id = if raw.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    for n in 0..networks {
        raw.run(&format!(
            "INSERT INTO sign_in_attempts (id, account_hash, network, device_hash, attempted_at)
             SELECT {id}, account_hash, '198.51.100.{n}', device_hash, attempted_at FROM sign_in_attempts WHERE network = '203.0.113.1'"
        ))
        .await
        .unwrap();
    }
}

/// The device on which this user has signed in before.
async fn known_device(db: &TestDb, name: &str) -> Device {
    let user = db.sign_in(&format!("{name}@example.com"), RIGHT).await.unwrap();
    let cookie = db.store.seal_device(None, user.id).await.unwrap();
    db.store.open_device(&cookie).await.unwrap().unwrap()
}

on_both_databases! {
    /// A4: 50 at once from one network, on two processes. Ten are compared; elsewhere the right password is.
    async fn fifty_tries_at_once_compare_ten_passwords(db: TestDb) {
        db.register("hung").await;
        let config = DbConfig { max_connections: 4, min_connections: 1, ..DbConfig::new(&db.url) };
        let other = Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let mut guessers = JoinSet::new();
        for n in 0..50 {
            let store = from(if n % 2 == 0 { &db.store } else { &other }, "203.0.113.1");
            guessers.spawn(async move { sign_in(&store, "hung@example.com", WRONG, None).await });
        }
        let outcomes = guessers.join_all().await;
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == SignIn::Mismatch).count(), 10);
        let retry_at = db.raw().await.number("SELECT count(*) FROM sign_in_attempts").await;
        assert_eq!(retry_at, 10, "a refused try writes nothing");
        assert!(is_limited(&sign_in(&from(&other, "203.0.113.1"), "HUNG@example.com", RIGHT, None).await), "not even the right password");
        assert!(is_accepted(&sign_in(&from(&db.store, "203.0.113.2"), "hung@example.com", RIGHT, None).await));
        other.close().await;
    }

    async fn a_limited_sign_in_names_the_time_of_the_next_accepted_attempt(db: TestDb) {
        use domain::clock::Clock;
        db.register("hung").await;
        let store = from(&db.store, "203.0.113.1");
        let first = db.clock.now();
        fail(&store, "hung@example.com", 4, None).await;
        db.clock.advance(TimeDelta::minutes(5));
        fail(&store, "hung@example.com", 6, None).await;
        db.clock.advance(TimeDelta::minutes(9));
        let retry_at = first + TimeDelta::minutes(15);
        assert_eq!(sign_in(&store, "hung@example.com", RIGHT, None).await, SignIn::Limited { retry_at });
        db.clock.advance(TimeDelta::minutes(1));
        fail(&store, "hung@example.com", 4, None).await;
        assert!(is_limited(&sign_in(&store, "hung@example.com", WRONG, None).await), "six and four within fifteen minutes");
        db.clock.advance(TimeDelta::minutes(15));
        assert!(is_accepted(&sign_in(&store, "hung@example.com", RIGHT, None).await));
    }

    async fn only_failures_count(db: TestDb) {
        db.register("hung").await;
        let store = from(&db.store, "203.0.113.1");
        for _ in 0..12 {
            assert!(is_accepted(&sign_in(&store, "hung@example.com", RIGHT, None).await));
        }
        assert_eq!(db.raw().await.number("SELECT count(*) FROM sign_in_attempts").await, 0);
        fail(&store, "hung@example.com", 10, None).await;
    }

    /// A known and an unknown address are refused alike.
    async fn an_unknown_account_is_limited_like_a_known_one(db: TestDb) {
        let store = from(&db.store, "203.0.113.1");
        fail(&store, "nobody@example.com", 10, None).await;
        assert!(is_limited(&sign_in(&store, "nobody@example.com", WRONG, None).await));
    }

    /// A5: a client that owns a /64 has one count.
    async fn ipv6_addresses_of_one_network_are_counted_together(db: TestDb) {
        for n in 0..10 {
            fail(&from(&db.store, &format!("2001:db8:0:1::{n:x}")), "hung@example.com", 1, None).await;
        }
        assert!(is_limited(&sign_in(&from(&db.store, "2001:db8:0:1:ffff::1"), "hung@example.com", WRONG, None).await));
        fail(&from(&db.store, "2001:db8:0:2::1"), "hung@example.com", 1, None).await;
    }

    async fn guessing_from_everywhere_never_locks_a_known_browser_out(db: TestDb) {
        db.register("hung").await;
        let device = known_device(&db, "hung").await;
        fail(&from(&db.store, "203.0.113.1"), "hung@example.com", 10, None).await;
        let raw = db.raw().await;
        repeat_from_other_networks(&raw, 19).await;
        let elsewhere = from(&db.store, "203.0.113.7");
        assert!(is_accepted(&sign_in(&elsewhere, "hung@example.com", RIGHT, None).await), "twenty networks don't lock a new browser out");
        // And go on as long as they like: what is older than the window makes room for what comes.
        db.clock.advance(TimeDelta::minutes(15));
        fail(&from(&db.store, "203.0.113.1"), "hung@example.com", 10, None).await;
        raw.run("DELETE FROM sign_in_attempts WHERE network <> '203.0.113.1'").await.unwrap();
        raw.run("UPDATE sign_in_attempts SET attempted_at = (SELECT max(attempted_at) FROM sign_in_attempts)").await.unwrap();
        repeat_from_other_networks(&raw, 9).await;
        assert!(is_accepted(&sign_in(&elsewhere, "hung@example.com", RIGHT, None).await), "two hundred again");
        repeat_from_other_networks(&raw, 10).await;
        assert!(is_limited(&sign_in(&elsewhere, "hung@example.com", RIGHT, None).await), "300 in fifteen minutes");
        assert!(is_accepted(&sign_in(&elsewhere, "hung@example.com", RIGHT, Some(&device)).await));
        // From the guesser's own network, too.
        assert!(is_accepted(&sign_in(&from(&db.store, "203.0.113.1"), "hung@example.com", RIGHT, Some(&device)).await));
    }

    async fn a_known_browser_has_a_limit_of_its_own(db: TestDb) {
        db.register("hung").await;
        db.register("lan").await;
        let device = known_device(&db, "hung").await;
        let store = from(&db.store, "203.0.113.1");
        fail(&store, "hung@example.com", 10, Some(&device)).await;
        assert!(is_limited(&sign_in(&store, "hung@example.com", RIGHT, Some(&device)).await));
        assert!(is_accepted(&sign_in(&store, "hung@example.com", RIGHT, None).await), "other browsers are not affected");
        fail(&store, "lan@example.com", 10, Some(&device)).await;
        assert!(is_limited(&sign_in(&store, "lan@example.com", RIGHT, Some(&device)).await), "the device is nothing to another account");
    }

    async fn one_network_has_a_limit_over_all_accounts(db: TestDb) {
        db.register("hung").await;
        let device = known_device(&db, "hung").await;
        let store = from(&db.store, "203.0.113.1");
        for account in 0..10 {
            fail(&store, &format!("account{account}@example.com"), 10, None).await;
        }
        assert!(is_limited(&sign_in(&store, "another@example.com", WRONG, None).await));
        assert!(is_accepted(&sign_in(&store, "hung@example.com", RIGHT, Some(&device)).await), "a colleague behind the same address");
        assert!(is_accepted(&sign_in(&from(&db.store, "203.0.113.2"), "hung@example.com", RIGHT, None).await));
    }

    async fn attempts_are_deleted_when_they_count_nowhere(db: TestDb) {
        fail(&from(&db.store, "203.0.113.1"), "hung@example.com", 3, None).await;
        db.clock.advance(TimeDelta::minutes(14));
        assert_eq!(db.store.delete_old_sign_in_attempts().await.unwrap(), 0);
        db.clock.advance(TimeDelta::minutes(1));
        assert_eq!(db.store.delete_old_sign_in_attempts().await.unwrap(), 3);
    }

    /// A2: what is kept of an attempt names nobody, and no password typed into the wrong field.
    async fn attempts_hold_no_text_that_was_typed(db: TestDb) {
        db.store.register(register_form("hung", RIGHT).parse().unwrap(), None).await.unwrap();
        fail(&from(&db.store, "203.0.113.1"), "my secret password@example.com", 1, None).await;
        let raw = db.raw().await;
        let text = if raw.is_postgres() { "CAST(a AS text)" } else { "quote(account_hash) || network || quote(device_hash)" };
        let rows: Vec<String> = raw.column(&format!("SELECT {text} FROM sign_in_attempts a")).await;
        assert_eq!(rows.len(), 1);
        assert!(!rows[0].contains("secret") && rows[0].contains("203.0.113.1"), "{rows:?}");
    }
}
