//! Sessions: how they begin, go on and end.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::Role,
    ids::{UserId, WorkspaceId},
};
use store::{SessionContent, SignInUser, TokenHash};

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

        assert!(db.store.save_session(token(1), of(&user)).await.unwrap());
        let signed_in = db.store.load_session(token(1)).await.unwrap().unwrap().signed_in.unwrap();
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
}
