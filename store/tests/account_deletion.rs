//! Deleting one's account: what becomes of workspaces, records and the log, and what is gone.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::{Raw, TestDb, register_form, trial_size};
use domain::{
    access::{Actor, Role},
    account::{AccountDeletion, WorkspaceFate},
    ids::{UserId, WorkspaceId},
    invitations::InvitationForm,
    members::FORMER_MEMBER,
    users::Password,
};
use serde_json::json;
use store::{INSTALL_LOG, SessionContent, Store, StoreError, TokenHash, verify_chain};
use support::{About, activity, company, everything, member, new_workspace};

const PASSWORD: &str = "correct horse battery";

fn deletion(password: &str, fates: &[(WorkspaceId, WorkspaceFate)]) -> AccountDeletion {
    AccountDeletion { password: Password::to_compare(password), fates: fates.iter().copied().collect() }
}

async fn delete(store: &Store, user: UserId, fates: &[(WorkspaceId, WorkspaceFate)]) -> Result<(), StoreError> {
    store.delete_account(user, deletion(PASSWORD, fates), None).await
}

fn is_refused_at(outcome: &Result<(), StoreError>, field: &str) -> bool {
    matches!(outcome, Err(StoreError::Invalid(errors)) if errors.get(field).is_some())
}

/// An install with an admin who stays.
async fn with_admin(db: &TestDb) -> Actor {
    db.register("operator").await.1
}

/// Tables with a column `user_id`, from the schema.
async fn tables_of_users(raw: &Raw) -> Vec<String> {
    let sql = if raw.is_postgres() {
        "SELECT CAST(c.table_name AS text) FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.column_name = 'user_id' ORDER BY 1"
    } else {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'user_id' WHERE m.type = 'table' AND m.sql NOT LIKE '%VIRTUAL%' ORDER BY 1"
    };
    raw.column(sql).await
}

on_both_databases! {
    async fn what_is_personal_goes_and_records_stay_under_former_member(db: TestDb) {
        let store = &db.store;
        let (owner, raw) = (with_admin(&db).await, db.raw().await);
        let gone = member(&db, &owner, "lan", Role::Member).await;
        let own = db.sign_in("lan@example.com", PASSWORD).await.unwrap().workspace_id.unwrap();
        let company_id = store.create_company(&gone, company("Ánh Dương")).await.unwrap();
        let call = activity(&db, &gone, "Call", About { company: Some(company_id), ..About::default() }).await;
        let token = TokenHash::of(b"lan");
        let content = SessionContent { data: json!({}), user_id: Some(gone.user_id), workspace_id: Some(owner.workspace_id) };
        assert!(store.create_session(token, content, Some("Firefox")).await.unwrap());
        store.from_address("203.0.113.7".parse().unwrap()).sign_in("lan@example.com", Password::to_compare("wrong one"), None, Some("Firefox")).await.unwrap();
        assert_eq!(delete(store, gone.user_id, &[(own, WorkspaceFate::End)]).await, Ok(()));

        assert!(store.load_session(token).await.unwrap().is_none());
        assert!(db.sign_in("lan@example.com", PASSWORD).await.is_none());
        let tables = tables_of_users(&raw).await;
        assert!(tables.iter().any(|table| table == "sign_in_log"), "{tables:?}");
        for table in tables.iter().filter(|table| *table != "memberships") {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table} WHERE user_id = {}", raw.id(gone.user_id.0))).await, 0, "{table}");
        }
        for row in everything(&raw).await.iter().filter(|row| !row.starts_with("audit_log") && !row.starts_with("workspaces")) {
            assert!(!row.contains("lan@example") && !row.contains("Firefox") && !row.contains("203.0.113.7"), "{row}");
        }
        let named: Vec<String> = raw.column(&format!("SELECT name FROM users WHERE id = {}", raw.id(gone.user_id.0))).await;
        assert_eq!(named, [FORMER_MEMBER]);
        let detail = store.company(&owner, company_id).await.unwrap();
        assert_eq!((detail.owner_id, detail.owner_name.as_str()), (gone.user_id, FORMER_MEMBER));
        let logged = store.activity(&owner, domain::ids::ActivityId(call)).await.unwrap();
        assert_eq!(logged.owner_name, FORMER_MEMBER);
        assert!(store.members(&owner).await.unwrap().iter().all(|member| member.user_id != gone.user_id));
        for chain in [owner.workspace_id, own, INSTALL_LOG] {
            assert_eq!(verify_chain(store, chain).await.unwrap(), None);
        }
        // The address is free again, and is another account.
        let again = store.register(register_form("lan", PASSWORD).parse().unwrap(), None).await.unwrap();
        assert_ne!(again.id, gone.user_id);
        assert_eq!(store.recompute_email_keys().await, Ok(0));
    }

    async fn what_becomes_of_each_workspace_is_asked_first(db: TestDb) {
        let store = &db.store;
        with_admin(&db).await;
        let (_, hung) = db.register("hung").await;
        let second = store.create_workspace(hung.user_id, new_workspace("Second".to_owned()), "").await.unwrap();
        let heir = member(&db, &hung, "heir", Role::Viewer).await;
        let stranger = db.register("stranger").await.1;
        let owned = store.owned_workspaces(hung.user_id).await.unwrap();
        assert_eq!(owned.iter().map(|owned| (owned.name.as_str(), owned.candidates.len())).collect::<Vec<_>>(), [("hung’s workspace", 1), ("Second", 0)]);
        let raw = db.raw().await;
        let untouched = async || everything(&raw).await.into_iter().filter(|row| !row.starts_with("sign_in_attempts")).collect::<Vec<_>>();
        let before = untouched().await;
        let (first, end) = (hung.workspace_id, WorkspaceFate::End);
        for fates in [
            vec![],
            vec![(first, end)],
            vec![(first, end), (second, WorkspaceFate::HandOver(heir.user_id))],
            vec![(first, WorkspaceFate::HandOver(stranger.user_id)), (second, end)],
            vec![(first, WorkspaceFate::HandOver(hung.user_id)), (second, end)],
        ] {
            let outcome = delete(store, hung.user_id, &fates).await;
            assert!(is_refused_at(&outcome, "becomes"), "{fates:?}: {outcome:?}");
            assert!(untouched().await == before, "{fates:?} wrote");
        }
        let outcome = store.delete_account(hung.user_id, deletion("not the password", &[(first, end), (second, end)]), None).await;
        assert!(is_refused_at(&outcome, "password_current"), "{outcome:?}");
        assert!(untouched().await == before);
        delete(store, hung.user_id, &[(first, WorkspaceFate::HandOver(heir.user_id)), (second, end)]).await.unwrap();
        let members = store.members(&heir).await.unwrap();
        assert_eq!(members.iter().map(|member| (member.user_id, member.role)).collect::<Vec<_>>(), [(heir.user_id, Role::Owner)]);
        for chain in [first, second, INSTALL_LOG] {
            assert_eq!(verify_chain(store, chain).await.unwrap(), None);
        }
        let one_each = "SELECT count(*) FROM workspaces w WHERE (SELECT count(*) FROM memberships m WHERE m.workspace_id = w.id AND m.role = 'owner' AND m.removed_at IS NULL) <> 1";
        assert_eq!(raw.number(one_each).await, 0, "also of the one that ended");
    }

    async fn the_last_platform_admin_stays_and_of_two_at_once_one(db: TestDb) {
        let store = &db.store;
        let first = with_admin(&db).await;
        let alone = delete(store, first.user_id, &[(first.workspace_id, WorkspaceFate::End)]).await;
        assert!(is_refused_at(&alone, ""), "{alone:?}");
        let mut left = first;
        for round in 0..trial_size(4, 30) {
            let draft = register_form(&format!("admin{round}"), PASSWORD).parse().unwrap();
            let second = store.create_admin(draft).await.unwrap();
            let (second, theirs) = (second.id, second.workspace_id.unwrap());
            let (first_fates, second_fates) = ([(left.workspace_id, WorkspaceFate::End)], [(theirs, WorkspaceFate::End)]);
            let outcomes = tokio::join!(delete(store, left.user_id, &first_fates), delete(store, second, &second_fates));
            let deleted = [&outcomes.0, &outcomes.1].into_iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(deleted, 1, "round {round}: {outcomes:?}");
            if outcomes.0.is_ok() {
                left = Actor { user_id: second, workspace_id: theirs, ..left };
            }
            assert_eq!(db.raw().await.number("SELECT count(*) FROM users WHERE is_platform_admin AND deleted_at IS NULL").await, 1);
        }
    }

    /// However large the others are, each is asked about.
    async fn every_owned_workspace_is_listed(db: TestDb) {
        let ((_, hung), raw) = (db.register("hung").await, db.raw().await);
        db.store.create_workspace(hung.user_id, new_workspace("Ánh Dương".to_owned()), "").await.unwrap();
        db.store.create_workspace(hung.user_id, new_workspace("Zeta".to_owned()), "").await.unwrap();
        let (first, series) = (
            raw.id(hung.workspace_id.0),
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) ",
        );
        let id = if raw.is_postgres() { "CAST(lpad(to_hex(i), 32, '0') AS uuid)" } else { "unhex(printf('%032x', i))" };
        let users = format!(
            "INSERT INTO users (id, name, sort_key, email, email_key, email_verified, password_hash, auth_stamp, created_at, updated_at)
             {series} SELECT {id}, 'u', 'u', 'u' || i, 'u' || i, u.email_verified, '', u.auth_stamp, u.created_at, u.updated_at
             FROM n, (SELECT * FROM users LIMIT 1) u"
        );
        raw.run(&users).await.unwrap();
        let members = format!(
            "INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at)
             SELECT {first}, id, 'member', created_at, updated_at FROM users WHERE name = 'u'"
        );
        raw.run(&members).await.unwrap();
        let owned = db.store.owned_workspaces(hung.user_id).await.unwrap();
        assert_eq!(
            owned.iter().map(|owned| (owned.name.as_str(), owned.candidates.len())).collect::<Vec<_>>(),
            [("Ánh Dương", 0), ("hung’s workspace", 1_000), ("Zeta", 0)]
        );
    }

    /// Whoever wins: a deleted account is in no workspace that has not ended.
    async fn who_is_deleted_joins_and_makes_no_workspace(db: TestDb) {
        let store = &db.store;
        let owner = with_admin(&db).await;
        for round in 0..trial_size(4, 30) {
            let (_, lan) = db.register(&format!("lan{round}")).await;
            let draft = InvitationForm { email: format!("lan{round}@example.com"), role: "member".to_owned(), ..InvitationForm::default() }.parse().unwrap();
            let token = store.invite(&owner, draft).await.unwrap().token;
            let fates = [(lan.workspace_id, WorkspaceFate::End)];
            // The deletion compares the password first, so that the others would always come before it.
            let later = tokio::time::Duration::from_millis(5 * u64::try_from(round).unwrap());
            let (deleted, joined, made) = tokio::join!(
                delete(store, lan.user_id, &fates),
                async {
                    tokio::time::sleep(later).await;
                    store.accept_invitation(lan.user_id, token.clone()).await
                },
                async {
                    tokio::time::sleep(later).await;
                    store.create_workspace(lan.user_id, new_workspace("Late".to_owned()), "").await
                },
            );
            if deleted.is_ok() {
                assert!(joined.is_ok() || joined == Err(StoreError::NotFound), "{joined:?}");
                assert_eq!(made.map(drop), Err(StoreError::NotFound));
                assert_eq!(store.create_workspace(lan.user_id, new_workspace("Later".to_owned()), "").await.map(drop), Err(StoreError::NotFound));
            }
            let live = "SELECT count(*) FROM memberships m JOIN workspaces w ON w.id = m.workspace_id JOIN users u ON u.id = m.user_id
               WHERE u.deleted_at IS NOT NULL AND m.removed_at IS NULL AND w.ended_at IS NULL";
            assert_eq!(db.raw().await.number(live).await, 0, "round {round}: {deleted:?}");
        }
    }

    async fn guesses_of_the_password_are_limited(db: TestDb) {
        with_admin(&db).await;
        let (_, hung) = db.register("hung").await;
        let mut limited = 0;
        for _ in 0..15 {
            match db.store.delete_account(hung.user_id, deletion("a wrong guess", &[]), None).await {
                Err(StoreError::Limited(_)) => limited += 1,
                outcome => assert!(is_refused_at(&outcome, "password_current"), "{outcome:?}"),
            }
        }
        assert_eq!(limited, 5);
    }
}
