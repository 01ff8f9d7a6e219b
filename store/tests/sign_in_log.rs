//! The log of sign-ins: what users see of theirs, and what nobody sees.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{TestDb, register_form};
use domain::{access::Actor, users::Password};
use store::{Device, SIGN_IN_LOG_DAYS, SIGN_INS_LISTED, SignIn, Store};

const RIGHT: &str = "correct horse battery";
const WRONG: &str = "wrong horse battery";

fn at(store: &Store, address: &str) -> Store {
    store.from_address(address.parse().unwrap())
}

async fn try_in(store: &Store, password: &str, device: Option<&Device>, user_agent: &str) -> SignIn {
    store.sign_in("hung@example.com", Password::to_compare(password), device, Some(user_agent)).await.unwrap()
}

/// Outcome, device and address of each logged sign-in, with `*` for a new device.
async fn log(store: &Store, actor: &Actor) -> Vec<String> {
    let words = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let signed_in = store.sign_ins(actor).await.unwrap().into_iter();
    signed_in
        .map(|entry| {
            let outcome = if entry.succeeded { "in" } else { "refused" };
            let new = if entry.is_new_device { "*" } else { "" };
            format!("{outcome} {} {}{new}", words(entry.user_agent), words(entry.ip_address))
        })
        .collect()
}

on_both_databases! {
    async fn users_see_their_own_sign_ins_and_failures_the_newest_first(db: TestDb) {
        let registered = at(&db.store, "203.0.113.1").register(register_form("hung", RIGHT).parse().unwrap(), Some("Firefox")).await.unwrap();
        let hung = Actor {
            user_id: registered.id,
            workspace_id: registered.workspace_id.unwrap(),
            role: domain::access::Role::Viewer,
            owners_only_edit: false,
        };
        let (_, lan) = db.register("lan").await;
        for (password, address, user_agent) in [(WRONG, "203.0.113.9", "curl/8"), (RIGHT, "203.0.113.1", "Firefox")] {
            db.clock.advance(TimeDelta::minutes(1));
            try_in(&at(&db.store, address), password, None, user_agent).await;
        }
        assert_eq!(log(&db.store, &hung).await, ["in Firefox 203.0.113.1", "refused curl/8 203.0.113.9", "in Firefox 203.0.113.1"]);
        assert_eq!(log(&db.store, &lan).await, ["in - -"], "her registration alone");
    }

    /// A2: an address without an account is written like one with an account, and belongs to nobody.
    async fn a_failure_at_an_unknown_address_is_nobodys(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let raw = db.raw().await;
        let before = raw.number("SELECT count(*) FROM sign_in_log").await;
        for email in ["nobody@example.com", "no address"] {
            assert_eq!(db.store.sign_in(email, Password::to_compare(WRONG), None, Some("curl/8")).await.unwrap(), SignIn::Mismatch);
        }
        assert_eq!(raw.number("SELECT count(*) FROM sign_in_log").await, before + 2, "written, as a known one is");
        assert_eq!(raw.number("SELECT count(*) FROM sign_in_log WHERE user_id IS NULL").await, 2);
        assert_eq!(log(&db.store, &hung).await, ["in - -"]);
        assert_eq!(db.store.delete_old_sign_ins().await.unwrap(), 2);
        // What was typed is not kept: it may be a password in the wrong field.
        let columns: Vec<String> = raw.column("SELECT COALESCE(user_agent, '') || COALESCE(ip_address, '') FROM sign_in_log").await;
        assert!(columns.iter().all(|text| !text.contains('@')));
    }

    async fn a_device_is_new_once(db: TestDb) {
        let registered = at(&db.store, "203.0.113.1").register(register_form("hung", RIGHT).parse().unwrap(), Some("Firefox")).await.unwrap();
        let cookie = db.store.seal_device(None, registered.id).await.unwrap();
        let device = db.store.open_device(&cookie).await.unwrap().unwrap();
        let steps = [
            ("the browser of the registration, its cookie lost", "203.0.113.1", "Firefox", None, false),
            ("another browser there", "203.0.113.1", "Chrome", None, true),
            ("the same again", "203.0.113.1", "Chrome", None, false),
            ("elsewhere", "198.51.100.1", "Chrome", None, true),
            ("elsewhere with its cookie", "198.51.100.2", "Firefox", Some(&device), false),
        ];
        let is_new = async || db.raw().await.column::<bool>("SELECT is_new_device FROM sign_in_log ORDER BY at DESC, id DESC LIMIT 1").await[0];
        for (what, address, user_agent, device, expected) in steps {
            db.clock.advance(TimeDelta::minutes(1));
            // A failure from there before makes it no older.
            try_in(&at(&db.store, address), WRONG, device, user_agent).await;
            assert!(!is_new().await, "a failure is no device of the account's");
            db.clock.advance(TimeDelta::minutes(1));
            assert!(matches!(try_in(&at(&db.store, address), RIGHT, device, user_agent).await, SignIn::Accepted(_)), "{what}");
            assert_eq!(is_new().await, expected, "{what}");
        }
        db.clock.advance(TimeDelta::days(SIGN_IN_LOG_DAYS));
        try_in(&at(&db.store, "203.0.113.1"), RIGHT, None, "Chrome").await;
        assert!(is_new().await, "forgotten by now");
    }

    async fn sign_ins_are_kept_for_60_days(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        db.clock.advance(TimeDelta::days(SIGN_IN_LOG_DAYS - 1));
        try_in(&db.store, RIGHT, None, "Firefox").await;
        assert_eq!(db.store.delete_old_sign_ins().await.unwrap(), 0);
        assert_eq!(log(&db.store, &hung).await.len(), 2);
        db.clock.advance(TimeDelta::days(1));
        assert_eq!(log(&db.store, &hung).await.len(), 1, "not shown, even before it is deleted");
        assert_eq!(db.store.delete_old_sign_ins().await.unwrap(), 1);
    }

    async fn a_refusal_without_a_comparison_is_not_logged(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let store = at(&db.store, "203.0.113.1");
        for _ in 0..15 {
            try_in(&store, WRONG, None, "curl/8").await;
        }
        assert_eq!(log(&db.store, &hung).await.len(), 11, "ten failures and the registration");
        for n in 0..SIGN_INS_LISTED {
            try_in(&at(&db.store, &format!("198.51.100.{n}")), RIGHT, None, "Firefox").await;
        }
        assert_eq!(log(&db.store, &hung).await.len(), SIGN_INS_LISTED + 10, "fifty that succeeded, and the failures");
    }

    async fn a_long_header_is_cut(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        db.clock.advance(TimeDelta::minutes(1));
        try_in(&db.store, RIGHT, None, &"ễ".repeat(5_000)).await;
        assert_eq!(db.store.sign_ins(&hung).await.unwrap()[0].user_agent.as_ref().unwrap().chars().count(), 500);
    }
}
