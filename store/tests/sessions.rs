//! Sessions: how they begin, go on and end.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::Role,
    ids::{UserId, WorkspaceId},
    sessions::SessionLifetime,
};
use std::sync::Arc;
use store::{DbConfig, SessionContent, SignInUser, Store, StoreError, SystemRandom, TokenHash};

fn anonymous_session(note: &str) -> SessionContent {
    SessionContent { data: serde_json::json!({ "note": note }), user_id: None, workspace_id: None }
}

fn of(user: &SignInUser) -> SessionContent {
    SessionContent { user_id: Some(user.id), workspace_id: user.workspace_id, ..anonymous_session("signed in") }
}

fn token(n: u32) -> TokenHash {
    TokenHash::of(&n.to_be_bytes())
}

on_both_databases! {
    async fn a_session_says_who_is_signed_in_and_as_what(db: TestDb) {
        let (user, actor) = db.register("hung").await;
        assert!(db.store.create_session(token(1), anonymous_session("đang gõ"), Some("Firefox")).await.unwrap());
        let loaded = db.store.load_session(token(1)).await.unwrap().unwrap();
        assert_eq!((loaded.data, loaded.signed_in), (anonymous_session("đang gõ").data, None));

        // A sign-in begins another session; saving one doesn't take it into a workspace.
        assert!(db.store.save_session(token(1), of(&user)).await.unwrap());
        let row = db.store.load_session(token(1)).await.unwrap().unwrap();
        assert_eq!((row.signed_in, row.user.unwrap().user_id), (None, user.id));
        assert!(db.store.create_session(token(3), of(&user), None).await.unwrap());
        let signed_in = db.store.load_session(token(3)).await.unwrap().unwrap().signed_in.unwrap();
        assert_eq!(signed_in.actor(), actor);
        assert_eq!((signed_in.user_name.as_str(), signed_in.workspace_name.as_str()), ("hung", "hung’s workspace"));
        assert_eq!((signed_in.email.as_str(), signed_in.currency.as_str()), ("hung@example.com", "VND"));
        assert_eq!(signed_in.auth_stamp, user.auth_stamp);
        assert!(signed_in.is_platform_admin);
        assert_eq!(db.store.load_session(token(2)).await.unwrap(), None);
    }

    async fn a_token_in_use_is_not_given_away(db: TestDb) {
        assert!(db.store.create_session(token(1), anonymous_session("mine"), None).await.unwrap());
        assert!(!db.store.create_session(token(1), anonymous_session("theirs"), None).await.unwrap());
        assert_eq!(db.store.load_session(token(1)).await.unwrap().unwrap().data, anonymous_session("mine").data);
    }

    async fn only_the_hash_of_a_token_is_kept(db: TestDb) {
        let secret = b"the token in the cookie".as_slice();
        db.store.create_session(TokenHash::of(secret), anonymous_session(""), None).await.unwrap();
        let kept: Vec<Vec<u8>> = db.raw().await.column("SELECT token_hash FROM sessions").await;
        assert_eq!(kept[0].len(), 32);
        assert_ne!(kept[0], secret);
        assert_eq!(format!("{:?}", token(1)), "TokenHash(…)");
    }

    /// A6: each sign-in has a token of its own, and those before are dead.
    async fn signing_in_leaves_no_older_token_alive(db: TestDb) {
        let (a, b) = (db.register("a").await.0, db.register("b").await.0);
        db.store.create_session(token(1), anonymous_session("anonymous"), None).await.unwrap();
        for (old, new, user) in [(1, 2, &a), (2, 3, &b)] {
            db.store.delete_session(token(old)).await.unwrap();
            assert!(db.store.create_session(token(new), of(user), None).await.unwrap());
        }
        assert_eq!(db.store.load_session(token(1)).await.unwrap(), None);
        assert_eq!(db.store.load_session(token(2)).await.unwrap(), None);
        assert_eq!(db.store.load_session(token(3)).await.unwrap().unwrap().signed_in.unwrap().user_id, b.id);
    }

    /// A7: a request in flight saves while its session is signed out; whichever comes first, it stays ended.
    async fn saving_never_revives_a_session(db: TestDb) {
        let (user, _) = db.register("hung").await;
        for n in 0..200 {
            assert!(db.store.create_session(token(n), of(&user), None).await.unwrap());
            let save = tokio::spawn({
                let (store, content) = (db.store.clone(), of(&user));
                async move { store.save_session(token(n), content).await }
            });
            let renew = tokio::spawn({
                let store = db.store.clone();
                async move { store.renew_session(token(n)).await }
            });
            let delete = tokio::spawn({
                let store = db.store.clone();
                async move { store.delete_session(token(n)).await }
            });
            if n % 3 == 0 {
                delete.await.unwrap().unwrap();
                save.await.unwrap().unwrap();
            } else {
                save.await.unwrap().unwrap();
                delete.await.unwrap().unwrap();
            }
            renew.await.unwrap().unwrap();
            assert_eq!(db.store.load_session(token(n)).await.unwrap(), None, "interleaving {n}");
            assert!(!db.store.save_session(token(n), of(&user)).await.unwrap());
            assert_eq!(db.store.load_session(token(n)).await.unwrap(), None, "interleaving {n}");
        }
        assert_eq!(db.raw().await.number("SELECT count(*) FROM sessions").await, 0);
    }

    /// A9: 30 days from the last use.
    async fn an_idle_session_ends_after_30_days(db: TestDb) {
        db.store.create_session(token(1), anonymous_session(""), None).await.unwrap();
        db.clock.advance(TimeDelta::days(29));
        assert!(db.store.load_session(token(1)).await.unwrap().is_some());
        assert!(db.store.renew_session(token(1)).await.unwrap());
        db.clock.advance(TimeDelta::days(29));
        assert!(db.store.load_session(token(1)).await.unwrap().is_some(), "use renews it");
        db.clock.advance(TimeDelta::days(2));
        assert_eq!(db.store.load_session(token(1)).await.unwrap(), None, "31 days idle");
        assert!(!db.store.renew_session(token(1)).await.unwrap(), "what has ended is not renewed");
        assert!(!db.store.save_session(token(1), anonymous_session("")).await.unwrap());
        assert_eq!(db.store.delete_expired_sessions().await.unwrap(), 1);
    }

    /// A9: 90 days from the first, however much it is used.
    async fn a_session_in_daily_use_ends_after_90_days(db: TestDb) {
        db.store.create_session(token(1), anonymous_session(""), None).await.unwrap();
        let begun = db.store.load_session(token(1)).await.unwrap().unwrap().created_at;
        for day in 1..90 {
            db.clock.advance(TimeDelta::days(1));
            assert!(db.store.renew_session(token(1)).await.unwrap(), "day {day}");
        }
        let last = db.store.load_session(token(1)).await.unwrap().unwrap();
        assert_eq!(last.expires_at, begun + TimeDelta::days(90), "never past the absolute end");
        assert_eq!(db.store.delete_expired_sessions().await.unwrap(), 0);
        db.clock.advance(TimeDelta::days(1));
        assert_eq!(db.store.load_session(token(1)).await.unwrap(), None);
        assert_eq!(db.store.delete_expired_sessions().await.unwrap(), 1);
    }

    async fn a_session_is_renewed_once_in_ten_minutes(db: TestDb) {
        db.store.create_session(token(1), anonymous_session(""), None).await.unwrap();
        db.clock.advance(TimeDelta::minutes(9));
        assert!(!db.store.renew_session(token(1)).await.unwrap());
        db.clock.advance(TimeDelta::minutes(1));
        assert!(db.store.renew_session(token(1)).await.unwrap());
        assert!(!db.store.renew_session(token(1)).await.unwrap());
    }

    /// A10 and the role: read with each request, never cached.
    async fn a_session_follows_the_membership(db: TestDb) {
        let (user, _) = db.register("hung").await;
        db.store.create_session(token(1), of(&user), None).await.unwrap();
        let raw = db.raw().await;
        raw.run("UPDATE memberships SET role = 'viewer'").await.unwrap();
        assert_eq!(db.store.load_session(token(1)).await.unwrap().unwrap().signed_in.unwrap().role, Role::Viewer);
        raw.run("UPDATE memberships SET removed_at = created_at").await.unwrap();
        assert_eq!(db.store.load_session(token(1)).await.unwrap().unwrap().signed_in, None);
        let again = db.sign_in("hung@example.com", "correct horse battery").await;
        assert_eq!(again.unwrap().workspace_id, None);
    }

    async fn a_session_never_names_a_workspace_its_user_is_no_member_of(db: TestDb) {
        let (user, _) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        for workspace_id in [Some(theirs.workspace_id), Some(WorkspaceId(user.id.0)), None] {
            assert!(db.store.create_session(token(1), SessionContent { workspace_id, ..of(&user) }, None).await.unwrap());
            assert_eq!(db.store.load_session(token(1)).await.unwrap().unwrap().signed_in, None);
            db.store.delete_session(token(1)).await.unwrap();
        }
        let nobody = SessionContent { user_id: Some(UserId(theirs.workspace_id.0)), ..of(&user) };
        assert!(db.store.create_session(token(2), nobody, None).await.is_err(), "no such user");
    }

    async fn users_see_their_own_open_sessions_the_last_used_first(db: TestDb) {
        let (user, actor) = db.register("hung").await;
        let (other, _) = db.register("lan").await;
        let from = db.store.from_address("203.0.113.7".parse().unwrap());
        assert!(from.create_session(token(1), of(&user), Some("Firefox")).await.unwrap());
        assert!(db.store.create_session(token(2), of(&other), None).await.unwrap());
        db.clock.advance(TimeDelta::days(20));
        assert!(db.store.create_session(token(3), of(&user), None).await.unwrap());
        let listed = db.store.sessions(&actor).await.unwrap();
        assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [token(3), token(1)].map(TokenHash::session_id));
        assert_eq!((listed[1].user_agent.as_deref(), listed[1].ip_address.as_deref()), (Some("Firefox"), Some("203.0.113.7")));
        assert_eq!(listed[0].created_at - listed[1].last_seen_at, TimeDelta::days(20));
        assert_eq!(db.store.load_session(token(1)).await.unwrap().unwrap().signed_in.unwrap().session_id, token(1).session_id());
        assert!(db.store.renew_session(token(1)).await.unwrap());
        db.clock.advance(TimeDelta::days(29));
        assert_eq!(db.store.sessions(&actor).await.unwrap().len(), 2);
        db.clock.advance(TimeDelta::days(1));
        assert_eq!(db.store.sessions(&actor).await.unwrap(), [], "30 days unused");
    }

    /// The id on a page tells nothing by which a session is found.
    async fn a_session_id_is_neither_token_nor_hash(db: TestDb) {
        let (user, _) = db.register("hung").await;
        db.store.create_session(token(1), of(&user), None).await.unwrap();
        let kept: Vec<Vec<u8>> = db.raw().await.column("SELECT token_hash FROM sessions").await;
        assert_ne!(kept[0][..16], *token(1).session_id().0.as_bytes());
        assert_ne!(token(1).session_id(), token(2).session_id());
    }

    /// A7: one that was ended from elsewhere stays so, whatever its browser is doing.
    async fn a_user_ends_own_sessions_and_nobody_elses(db: TestDb) {
        let (user, actor) = db.register("hung").await;
        let (other, others) = db.register("lan").await;
        for n in [1, 2, 3] {
            db.store.create_session(token(n), of(&user), None).await.unwrap();
        }
        db.store.create_session(token(9), of(&other), None).await.unwrap();
        let is_alive = async |n: u32| db.store.load_session(token(n)).await.unwrap().is_some();
        assert_eq!(db.store.end_session(&others, token(1).session_id()).await, Err(StoreError::NotFound));
        assert!(is_alive(1).await);

        db.store.end_session(&actor, token(1).session_id()).await.unwrap();
        assert!(!is_alive(1).await && is_alive(2).await && is_alive(9).await);
        assert!(!db.store.save_session(token(1), of(&user)).await.unwrap() && !db.store.renew_session(token(1)).await.unwrap());
        assert_eq!(db.store.end_session(&actor, token(1).session_id()).await, Err(StoreError::NotFound), "it has ended");

        assert_eq!(db.store.end_other_sessions(&actor, token(2).session_id()).await.unwrap(), 1);
        assert!(is_alive(2).await && !is_alive(3).await && is_alive(9).await);
        assert_eq!(db.store.end_other_sessions(&actor, token(2).session_id()).await.unwrap(), 0);
        // From a session that has just ended itself, all others end.
        assert_eq!(db.store.end_other_sessions(&actor, token(7).session_id()).await.unwrap(), 1);
        assert!(!is_alive(2).await && is_alive(9).await);
    }

    /// A shorter lifetime holds at once, also for sessions that began under a longer one.
    async fn the_operator_sets_how_long_sessions_last(db: TestDb) {
        let (user, actor) = db.register("hung").await;
        let config = DbConfig { max_connections: 4, min_connections: 1, ..DbConfig::new(&db.url) };
        let shorter = Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        shorter.configure_session_lifetime(SessionLifetime::new(1, 3).unwrap());
        db.store.create_session(token(1), of(&user), None).await.unwrap();
        shorter.create_session(token(2), of(&user), None).await.unwrap();
        db.clock.advance(TimeDelta::hours(23));
        for n in [1, 2] {
            assert!(shorter.load_session(token(n)).await.unwrap().is_some());
        }
        assert!(shorter.renew_session(token(2)).await.unwrap());
        db.clock.advance(TimeDelta::hours(2));
        assert_eq!(shorter.load_session(token(1)).await.unwrap(), None, "25 hours unused");
        assert!(!shorter.renew_session(token(1)).await.unwrap());
        assert_eq!(shorter.sessions(&actor).await.unwrap().len(), 1);
        for _ in 0..4 {
            assert!(shorter.renew_session(token(2)).await.unwrap());
            db.clock.advance(TimeDelta::hours(11));
        }
        let last = shorter.load_session(token(2)).await.unwrap().unwrap();
        assert_eq!(last.expires_at, last.created_at + TimeDelta::days(3));
        db.clock.advance(TimeDelta::hours(4));
        assert_eq!(shorter.load_session(token(2)).await.unwrap(), None, "three days after it began");
        assert_eq!(shorter.delete_expired_sessions().await.unwrap(), 2);
        shorter.close().await;
    }
}
