//! What users change of their own account: name, preferences, password.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::{Actor, Role},
    account::PasswordChange,
    preferences::{CsvSeparator, Preferences, StartPage, Theme},
    time_zones::TimeZone,
    users::Password,
};
use store::{SessionContent, SignInUser, SignedIn, Store, StoreError, TokenHash, verify_chain};
use support::{company, deal, everything, member};

const OLD: &str = "correct horse battery";
const NEW: &str = "mighty unusual phrase";

/// A session of this user with a token of its own.
async fn session(store: &Store, actor: &Actor, n: u8) -> TokenHash {
    let token = TokenHash::of(&[actor.user_id.0.as_bytes().as_slice(), &[n]].concat());
    let content = SessionContent { data: serde_json::Value::Null, user_id: Some(actor.user_id), workspace_id: Some(actor.workspace_id) };
    assert!(store.create_session(token, content, None).await.unwrap());
    token
}

async fn signed_in(db: &TestDb, token: TokenHash) -> SignedIn {
    db.store.load_session(token).await.unwrap().unwrap().signed_in.unwrap()
}

fn change(current: &str, new: &str) -> PasswordChange {
    PasswordChange { current: Password::to_compare(current), new: Password::to_compare(new) }
}

/// The message at a field of a refused change.
fn message(outcome: Result<SignInUser, StoreError>, field: &str) -> String {
    match outcome {
        Err(StoreError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("{errors:?}")).to_owned(),
        other => panic!("{other:?}"),
    }
}

on_both_databases! {
    async fn preferences_hold_in_every_session_of_the_user_and_in_nobody_elses(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let lan = member(&db, &hung, "lan", Role::Viewer).await;
        let (here, there, hers) = (session(&db.store, &hung, 1).await, session(&db.store, &hung, 2).await, session(&db.store, &lan, 1).await);
        let usual = Preferences { theme: Theme::System, shortcuts: true, csv_separator: CsvSeparator::Comma, time_zone: None, start_page: StartPage::Dashboard };
        for token in [here, there, hers] {
            let who = signed_in(&db, token).await;
            assert_eq!((who.preferences, who.sidebar_folded), (usual, false), "as a new account");
        }
        for theme in Theme::ALL {
            for csv_separator in CsvSeparator::ALL {
                let own = Preferences { theme, shortcuts: false, csv_separator, time_zone: TimeZone::from_name("Asia/Tokyo"), start_page: StartPage::Today };
                db.store.set_preferences(&hung, own).await.unwrap();
                for token in [here, there] {
                    assert_eq!(signed_in(&db, token).await.preferences, own);
                }
            }
        }
        db.store.fold_sidebar(&hung, true).await.unwrap();
        assert!(signed_in(&db, there).await.sidebar_folded);
        assert_eq!(signed_in(&db, there).await.preferences.theme, Theme::Dark, "the one leaves the other as it is");
        // A viewer has settings too.
        db.store.set_preferences(&lan, Preferences { theme: Theme::Light, ..usual }).await.unwrap();
        db.store.set_preferences(&hung, usual).await.unwrap();
        assert_eq!(signed_in(&db, hers).await.preferences, Preferences { theme: Theme::Light, ..usual });
        assert_eq!(signed_in(&db, hers).await.time_zone, "Asia/Ho_Chi_Minh", "pages keep the workspace's zone");
    }

    async fn a_zone_that_the_program_no_longer_knows_is_the_workspaces(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let token = session(&db.store, &hung, 1).await;
        db.raw().await.run("UPDATE users SET time_zone = 'Moon/Tycho'").await.unwrap();
        assert_eq!(signed_in(&db, token).await.preferences.time_zone, None);
    }

    async fn a_new_name_is_everywhere_and_in_the_log(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let lan = member(&db, &hung, "lan", Role::Member).await;
        let token = session(&db.store, &hung, 1).await;
        let id = db.store.create_company(&hung, company("Ánh Dương")).await.unwrap();
        for actor in [&hung, &lan] {
            db.store.create_deal(actor, deal("Xe", id, "proposal", 100)).await.unwrap();
        }
        db.store.rename_user(&hung, "Phạm Ánh".to_owned()).await.unwrap();
        assert_eq!(signed_in(&db, token).await.user_name, "Phạm Ánh");
        let raw = db.raw().await;
        let stale = "SELECT count(*) FROM deals d JOIN users u ON u.id = d.owner_id WHERE d.owner_sort_key <> u.sort_key OR u.sort_key = ''";
        assert_eq!(raw.number(stale).await, 0, "lists by owner are in order");
        let noted: Vec<String> = raw.column("SELECT after FROM audit_log WHERE entity = 'account'").await;
        assert_eq!(noted, [r#"{"name":"Phạm Ánh"}"#]);
        assert!(verify_chain(&db.store, hung.workspace_id).await.unwrap().is_none());
        let before = everything(&raw).await;
        db.store.rename_user(&hung, "Phạm Ánh".to_owned()).await.unwrap();
        assert!(everything(&raw).await == before, "the same name is no change");
        assert_eq!(raw.column::<String>("SELECT name FROM users WHERE email = 'lan@example.com'").await, ["lan"]);
    }

    /// A8: whoever was signed in with the old password is out.
    async fn a_new_password_ends_every_session_and_the_old_password(db: TestDb) {
        let (before, hung) = db.register("hung").await;
        let lan = member(&db, &hung, "lan", Role::Member).await;
        let (here, there, hers) = (session(&db.store, &hung, 1).await, session(&db.store, &hung, 2).await, session(&db.store, &lan, 1).await);
        let user = db.store.change_password(&hung, change(OLD, NEW), None).await.unwrap();
        assert_eq!((user.id, user.workspace_id), (hung.user_id, Some(hung.workspace_id)));
        assert!(user.auth_stamp != before.auth_stamp);
        for token in [here, there] {
            assert_eq!(db.store.load_session(token).await.unwrap(), None);
            let content = SessionContent { data: serde_json::Value::Null, user_id: Some(hung.user_id), workspace_id: None };
            assert!(!db.store.save_session(token, content).await.unwrap(), "nor does a request in flight revive it");
        }
        assert!(db.store.load_session(hers).await.unwrap().is_some(), "others stay signed in");
        // A session that began with the old password just before it was changed.
        let late = session(&db.store, &hung, 3).await;
        assert_eq!(signed_in(&db, late).await.auth_stamp, user.auth_stamp, "its stamp is not the account's, so it has ended");
        assert_eq!(db.sign_in("hung@example.com", OLD).await, None);
        assert_eq!(db.sign_in("hung@example.com", NEW).await.map(|user| user.id), Some(hung.user_id));
        assert_eq!(db.raw().await.number("SELECT count(*) FROM audit_log WHERE action = 'change-password'").await, 1);
        let logged = everything(&db.raw().await).await.join("\n");
        assert!(!logged.contains(NEW) && !logged.contains(OLD), "no password is kept");
    }

    async fn what_is_wrong_with_a_new_password_stands_at_its_field(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let token = session(&db.store, &hung, 1).await;
        let raw = db.raw().await;
        let accounts = async || raw.column::<String>("SELECT password_hash FROM users").await;
        let before = accounts().await;
        assert_eq!(message(db.store.change_password(&hung, change("wrong", NEW), None).await, "password_current"), "This is not your current password");
        for easy in ["password1", "hung1234", "12345678"] {
            assert!(message(db.store.change_password(&hung, change(OLD, easy), None).await, "password").contains("guess"), "{easy}");
        }
        assert_eq!(accounts().await, before);
        assert!(db.store.load_session(token).await.unwrap().is_some());
    }

    /// A4: an open session is no way to try passwords without limit, and the tries count as sign-ins.
    async fn wrong_current_passwords_are_limited(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let store = db.store.from_address("203.0.113.1".parse().unwrap());
        for _ in 0..10 {
            message(store.change_password(&hung, change("wrong", NEW), None).await, "password_current");
        }
        let limited = store.change_password(&hung, change(OLD, NEW), None).await;
        assert!(matches!(limited, Err(StoreError::Limited(_))), "{limited:?}");
        assert_eq!(db.sign_in("hung@example.com", OLD).await.map(|user| user.id), Some(hung.user_id), "elsewhere the user gets in");
        db.clock.advance(TimeDelta::minutes(15));
        store.change_password(&hung, change(OLD, NEW), None).await.unwrap();
    }

    async fn of_two_changes_at_once_one_holds(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let (one, other) = tokio::join!(
            db.store.change_password(&hung, change(OLD, NEW), None),
            db.store.change_password(&hung, change(OLD, "another unusual phrase"), None)
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let holds = if one.is_ok() { NEW } else { "another unusual phrase" };
        assert!(db.sign_in("hung@example.com", holds).await.is_some());
        assert!(db.sign_in("hung@example.com", OLD).await.is_none());
    }
}
