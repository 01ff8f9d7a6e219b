//! What platform admins do: only they do it, they see no record by it, and what they stop stops (A8, B3, D13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{TestDb, outbox};
use domain::{
    access::{Actor, Role},
    account::{AccountDeletion, WorkspaceFate},
    administration::{OwnedWorkspaceDraft, UserState, UsersQuery, WorkspaceState, WorkspacesQuery},
    audit_log::AuditQuery,
    ids::{JobId, UserId, WorkspaceId},
    invitations::{InvitationForm, InvitationState},
    jobs::JobState,
    users::{Email, Password},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    path::Path,
    pin::Pin,
    time::Duration,
};
use store::{
    AuditFault, INSTALL_LOG, JobError, NewJob, SessionContent, SignIn, Store, StoreError, TimeRange, TokenHash, administration::NewOwner,
    verify_chain,
};
use support::{About, activity, company, contact, deal, disable_audit_triggers, everything, member};
use tokio::time::timeout;
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";

/// A user and a workspace that are not the admin's, and a job that failed.
#[derive(Clone, Copy)]
struct Target {
    user: UserId,
    workspace: WorkspaceId,
    job: JobId,
}

type Outcome = Pin<Box<dyn Future<Output = Result<String, StoreError>> + Send>>;

struct Call {
    name: &'static str,
    run: fn(Store, UserId, Target) -> Outcome,
}

macro_rules! admin_calls {
    ($($name:literal |$store:ident, $admin:ident, $target:ident| $call:expr;)+) => {
        vec![$(Call {
            name: $name,
            run: |$store, $admin, $target| Box::pin(async move {
                let _: Target = $target;
                $call.await.map(|done| shown(&done))
            }),
        }),+]
    };
}

fn shown(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// Every function of the store that only platform admins may call.
fn all_calls() -> Vec<Call> {
    admin_calls! {
        "install_workspaces" |s, a, t| s.install_workspaces(a, &WorkspacesQuery::default());
        "install_workspace" |s, a, t| s.install_workspace(a, t.workspace);
        "install_users" |s, a, t| s.install_users(a, &UsersQuery::default());
        "install_user" |s, a, t| s.install_user(a, t.user);
        "install_jobs" |s, a, t| s.install_jobs(a);
        "outbox" |s, a, t| s.outbox(a);
        "install_log" |s, a, t| s.install_log(a, None);
        "check_install_log" |s, a, t| s.check_install_log(a);
        "diagnostics" |s, a, t| s.diagnostics(a);
        "set_registration" |s, a, t| s.set_registration(a, false);
        "create_workspace_for" |s, a, t| s.create_workspace_for(a, owned("New", "new@example.org", Some("New")), "");
        "suspend_workspace" |s, a, t| s.suspend_workspace(a, t.workspace);
        "resume_workspace" |s, a, t| s.resume_workspace(a, t.workspace);
        "disable_user" |s, a, t| s.disable_user(a, t.user);
        "enable_user" |s, a, t| s.enable_user(a, t.user);
        "make_platform_admin" |s, a, t| s.make_platform_admin(a, t.user);
        "revoke_platform_admin" |s, a, t| s.revoke_platform_admin(a, t.user);
        "end_user_sessions" |s, a, t| s.end_user_sessions(a, t.user);
        "make_user_reset_link" |s, a, t| s.make_user_reset_link(a, t.user);
        "retry_job" |s, a, t| s.retry_job(a, t.job);
        "send_test_mail" |s, a, t| s.send_test_mail(a);
    }
}

fn owned(name: &str, email: &str, owner_name: Option<&str>) -> OwnedWorkspaceDraft {
    OwnedWorkspaceDraft { name: name.to_owned(), email: Email::parse(email).unwrap(), owner_name: owner_name.map(str::to_owned) }
}

/// A job that was given up, with this error.
async fn failed_job(db: &TestDb, error: &str) -> JobId {
    let id = db.store.enqueue_job(NewJob::new("test", json!({}))).await.unwrap();
    let job = db.store.take_jobs(vec!["test"], 10, TimeDelta::minutes(1)).await.unwrap().pop().unwrap();
    assert!(db.store.finish_job(&job, &Err(JobError::Permanent(error.to_owned()))).await.unwrap());
    id
}

async fn session(store: &Store, actor: &Actor, name: &str) -> TokenHash {
    let token = TokenHash::of(name.as_bytes());
    let content = SessionContent { data: json!({}), user_id: Some(actor.user_id), workspace_id: Some(actor.workspace_id) };
    assert!(store.create_session(token, content, None).await.unwrap());
    token
}

async fn sign_in(store: &Store, email: &str, password: &str) -> SignIn {
    store.sign_in(email, Password::to_compare(password), None, Some("curl/8")).await.unwrap()
}

async fn log_entries(db: &TestDb, action: &str) -> i64 {
    let raw = db.raw().await;
    raw.number(&format!("SELECT count(*) FROM audit_log WHERE workspace_id = {} AND action = '{action}'", raw.id(INSTALL_LOG.0))).await
}

on_both_databases! {
    async fn nobody_but_a_platform_admin_administers_and_a_denial_changes_nothing(db: TestDb) {
        let (admin, _) = db.register("admin").await;
        let (_, owner) = db.register("owner").await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        let (revoked, _) = db.register("revoked").await;
        let (disabled, _) = db.register("disabled").await;
        for user in [revoked.id, disabled.id] {
            db.store.make_platform_admin(admin.id, user).await.unwrap();
        }
        db.store.revoke_platform_admin(admin.id, revoked.id).await.unwrap();
        db.store.disable_user(admin.id, disabled.id).await.unwrap();
        db.store.enable_mail();
        let target = Target { user: viewer.user_id, workspace: owner.workspace_id, job: failed_job(&db, "x").await };
        let raw = db.raw().await;
        let before = everything(&raw).await;
        for call in all_calls() {
            for user in [owner.user_id, viewer.user_id, revoked.id, disabled.id, UserId(Uuid::nil())] {
                assert_eq!((call.run)(db.store.clone(), user, target).await, Err(StoreError::Denied), "{}", call.name);
            }
            assert!(everything(&raw).await == before, "{} wrote before it was denied", call.name);
        }
        for call in all_calls() {
            let outcome = (call.run)(db.store.clone(), admin.id, target).await;
            assert!(outcome.is_ok(), "{}: {outcome:?}", call.name);
        }
        assert_eq!(verify_chain(&db.store, INSTALL_LOG).await.unwrap(), None);
    }

    async fn an_admin_sees_no_record_by_administering(db: TestDb) {
        let (admin, _) = db.register("admin").await;
        let (_, owner) = db.register("owner").await;
        let id = db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let person = contact(&db, &owner, Some(id), "Bình Minh").await;
        let sale = db.store.create_deal(&owner, deal("Xe tải", id, "proposal", 100)).await.unwrap();
        activity(&db, &owner, "Gọi điện", About { company: Some(id), contact: Some(person), deal: Some(sale) }).await;
        let target = Target { user: owner.user_id, workspace: owner.workspace_id, job: failed_job(&db, "x").await };
        db.store.enable_mail();
        for call in all_calls() {
            let seen = (call.run)(db.store.clone(), admin.id, target).await.unwrap();
            for name in ["Ánh Dương", "Bình Minh", "Xe tải", "Gọi điện"] {
                assert!(!seen.contains(name), "{} shows {name}: {seen}", call.name);
            }
        }
        let row = db.store.install_workspace(admin.id, owner.workspace_id).await.unwrap();
        assert_eq!((row.companies, row.contacts, row.deals, row.activities, row.members), (1, 1, 1, 1, 1));
        assert_eq!(row.owner, ("owner".to_owned(), "owner@example.com".to_owned()));
        // Administering is no membership.
        let as_owner = Actor { user_id: admin.id, ..owner };
        assert_eq!(db.store.create_company(&as_owner, company("Mine")).await, Err(StoreError::Denied));
    }

    async fn a_suspended_workspace_is_nobodys_until_it_is_resumed(db: TestDb) {
        let store = &db.store;
        let (admin, _) = db.register("admin").await;
        let (_, owner) = db.register("owner").await;
        let guest = member(&db, &owner, "guest", Role::Member).await;
        let token = session(store, &owner, "owner's").await;
        let invited = InvitationForm { email: "lan@example.com".to_owned(), role: "viewer".to_owned(), ..InvitationForm::default() };
        let invitation = store.invite(&owner, invited.parse().unwrap()).await.unwrap();
        let mut stream = store.subscribe_to_board(&guest).await.unwrap();
        stream.seq();
        let job = store.enqueue_job(NewJob::new("test", json!({})).in_workspace(owner.workspace_id)).await.unwrap();
        for _ in 0..2 {
            store.suspend_workspace(admin.id, owner.workspace_id).await.unwrap();
        }
        assert!(timeout(Duration::from_secs(5), stream.next()).await.expect("open boards are woken").is_some());
        assert_eq!(log_entries(&db, "suspend").await, 1, "once");

        let loaded = store.load_session(token).await.unwrap().unwrap();
        assert!(loaded.signed_in.is_none() && loaded.user.is_some(), "signed in, and in no workspace");
        assert_eq!(store.create_company(&owner, company("Late")).await, Err(StoreError::Denied));
        assert_eq!(store.switch_workspace(owner.user_id, loaded.user.unwrap().session_id, owner.workspace_id).await, Err(StoreError::NotFound));
        let own = store.own_workspaces(owner.user_id).await.unwrap();
        assert!(own.len() == 1 && own[0].is_suspended);
        assert_eq!(db.sign_in("owner@example.com", PASSWORD).await.unwrap().workspace_id, None);
        assert_ne!(db.sign_in("guest@example.com", PASSWORD).await.unwrap().workspace_id, Some(owner.workspace_id), "their own");
        assert_eq!(store.find_invitation(&invitation.token).await.unwrap().unwrap().state, InvitationState::Suspended);
        let (lan, lans) = db.register("lan").await;
        assert!(matches!(store.accept_invitation(lan.id, invitation.token.clone()).await, Err(StoreError::Invalid(_))));
        let of_lan = store.enqueue_job(NewJob::new("test", json!({})).in_workspace(lans.workspace_id)).await.unwrap();
        let take = async || -> Vec<JobId> { store.take_jobs(vec!["test"], 10, TimeDelta::minutes(1)).await.unwrap().into_iter().map(|job| job.id).collect() };
        assert_eq!(take().await, [of_lan], "its job waits, another one does not");
        let shown = store.install_workspaces(admin.id, &WorkspacesQuery { state: Some(WorkspaceState::Suspended), ..WorkspacesQuery::default() }).await.unwrap();
        assert_eq!(shown.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [owner.workspace_id]);

        for _ in 0..2 {
            store.resume_workspace(admin.id, owner.workspace_id).await.unwrap();
        }
        assert_eq!(log_entries(&db, "resume").await, 1);
        assert_eq!(store.load_session(token).await.unwrap().unwrap().signed_in.unwrap().workspace_id, owner.workspace_id);
        store.create_company(&owner, company("Again")).await.unwrap();
        assert_eq!(take().await, [job]);
        assert!(store.accept_invitation(lan.id, invitation.token).await.is_ok());
        // Its members read in their log who did it.
        let log = store.audit_log(&owner, &AuditQuery::default(), TimeRange::default()).await.unwrap();
        let by_admin: Vec<&str> = log.entries.iter().filter(|entry| entry.actor.as_ref().is_some_and(|(id, _)| *id == admin.id)).map(|entry| entry.action.as_str()).collect();
        assert_eq!(by_admin, ["resume", "suspend"]);
        for chain in [INSTALL_LOG, owner.workspace_id] {
            assert_eq!(verify_chain(store, chain).await.unwrap(), None);
        }
        assert_eq!(store.suspend_workspace(admin.id, WorkspaceId(Uuid::nil())).await, Err(StoreError::NotFound));
        store.end_workspace(&lans, domain::workspaces::EndForm { name: "lan’s workspace".to_owned() }).await.unwrap();
        assert_eq!(store.suspend_workspace(admin.id, lans.workspace_id).await, Err(StoreError::NotFound), "it has ended");
    }

    async fn a_disabled_account_is_over_at_once_and_says_so_to_its_user_alone(db: TestDb) {
        let store = &db.store;
        let (admin, _) = db.register("admin").await;
        let (user, actor) = db.register("lan").await;
        let token = session(store, &actor, "lan's").await;
        let link = store.make_reset_link(&Email::parse("lan@example.com").unwrap(), None).await.unwrap();
        for _ in 0..2 {
            store.disable_user(admin.id, user.id).await.unwrap();
        }
        assert_eq!(log_entries(&db, "disable").await, 1);
        assert!(store.load_session(token).await.unwrap().is_none());
        // As a sign-in that was under way would make it.
        let late = session(store, &actor, "late").await;
        let late = store.load_session(late).await.unwrap().unwrap();
        assert!(late.user.is_none() && late.signed_in.is_none());
        assert!(store.reset_password(link, Password::parse_new("mighty unusual phrase").unwrap(), None).await.is_err(), "its links ended");
        store.enable_mail();
        assert_eq!(sign_in(store, "lan@example.com", "not the password").await, SignIn::Mismatch);
        assert_eq!(sign_in(store, "lan@example.com", PASSWORD).await, SignIn::Disabled);
        assert!(outbox::deliver(&db).await.is_empty(), "no mail of a new device: nobody signed in");
        let raw = db.raw().await;
        let succeeded = format!("SELECT count(*) FROM sign_in_log WHERE succeeded AND user_id = {}", raw.id(user.id.0));
        assert_eq!(raw.number(&succeeded).await, 1, "the registration");
        assert!(matches!(store.make_user_reset_link(admin.id, user.id).await, Err(StoreError::Invalid(_))));
        let disabled = UsersQuery { state: Some(UserState::Disabled), ..UsersQuery::default() };
        assert_eq!(store.install_users(admin.id, &disabled).await.unwrap().rows.len(), 1);

        store.enable_user(admin.id, user.id).await.unwrap();
        let SignIn::Accepted(again) = sign_in(store, "lan@example.com", PASSWORD).await else { panic!("enabled") };
        assert_ne!(again.auth_stamp, user.auth_stamp, "what was sealed with the old stamp stays over");
    }

    async fn an_admin_is_left_whatever_admins_do_to_each_other(db: TestDb) {
        let store = &db.store;
        let (first, _) = db.register("first").await;
        let (second, _) = db.register("second").await;
        assert!(matches!(store.revoke_platform_admin(first.id, first.id).await, Err(StoreError::Invalid(_))));
        assert!(matches!(store.disable_user(first.id, first.id).await, Err(StoreError::Invalid(_))));
        let raw = db.raw().await;
        let can_act = "SELECT count(*) FROM users WHERE is_platform_admin AND disabled_at IS NULL AND deleted_at IS NULL";
        for round in 0..6 {
            raw.run("UPDATE users SET is_platform_admin = true, disabled_at = NULL").await.unwrap();
            let (one, other) = if round % 2 == 0 {
                tokio::join!(store.revoke_platform_admin(first.id, second.id), store.revoke_platform_admin(second.id, first.id))
            } else {
                tokio::join!(store.disable_user(first.id, second.id), store.disable_user(second.id, first.id))
            };
            assert!([&one, &other].contains(&&Ok(())) && [&one, &other].contains(&&Err(StoreError::Denied)), "{one:?} {other:?}");
            assert_eq!(raw.number(can_act).await, 1);
        }
        // Who is disabled is nobody to count on when the other one deletes their account.
        raw.run("UPDATE users SET is_platform_admin = true, disabled_at = NULL").await.unwrap();
        store.disable_user(first.id, second.id).await.unwrap();
        let fates: BTreeMap<_, _> = store.owned_workspaces(first.id).await.unwrap().into_iter().map(|owned| (owned.id, WorkspaceFate::End)).collect();
        let deletion = AccountDeletion { password: Password::to_compare(PASSWORD), fates };
        assert!(matches!(store.delete_account(first.id, deletion, None).await, Err(StoreError::Invalid(_))));
    }

    async fn a_workspace_is_made_for_an_account_or_with_one(db: TestDb) {
        let store = &db.store;
        let (admin, _) = db.register("admin").await;
        let (lan, _) = db.register("lan").await;
        for _ in 0..2 {
            let made = store.create_workspace_for(admin.id, owned("Ánh Dương", "LAN@example.com", None), "key").await.unwrap();
            assert_eq!(made, NewOwner::Known);
        }
        let own = store.own_workspaces(lan.id).await.unwrap();
        assert_eq!(own.iter().map(|own| (own.name.as_str(), own.role)).collect::<Vec<_>>(), [("Ánh Dương", Role::Owner), ("lan’s workspace", Role::Owner)]);
        assert_eq!(store.own_workspaces(admin.id).await.unwrap().len(), 1, "the admin is in none of them");
        let refused = store.create_workspace_for(admin.id, owned("Mới", "moi@example.com", None), "").await;
        assert!(matches!(&refused, Err(StoreError::Invalid(errors)) if errors.get("owner_name").is_some()), "{refused:?}");
        assert!(store.own_workspaces(lan.id).await.unwrap().len() == 2);

        let made = store.create_workspace_for(admin.id, owned("Mới", "moi@example.com", Some("Mới")), "").await.unwrap();
        let NewOwner::ToHandOver(user, link) = made else { panic!("no mail is sent: {made:?}") };
        assert_eq!(sign_in(store, "moi@example.com", PASSWORD).await, SignIn::Mismatch, "nobody knows the password");
        store.reset_password(link, Password::parse_new("mighty unusual phrase").unwrap(), None).await.unwrap();
        let SignIn::Accepted(moi) = sign_in(store, "moi@example.com", "mighty unusual phrase").await else { panic!("the chosen one") };
        assert_eq!(moi.id, user);
        let own = store.own_workspaces(user).await.unwrap();
        assert_eq!(own.iter().map(|own| (own.name.as_str(), Some(own.id))).collect::<Vec<_>>(), [("Mới", moi.workspace_id)], "and no other one");
        assert_eq!(verify_chain(store, own[0].id).await.unwrap(), None);

        store.enable_mail();
        let made = store.create_workspace_for(admin.id, owned("Thư", "thu@example.com", Some("Thư")), "").await.unwrap();
        assert_eq!(made, NewOwner::Mailed, "the admin gets no link");
        store.create_workspace_for(admin.id, owned("Hai", "lan@example.com", None), "").await.unwrap();
        let mails = outbox::deliver(&db).await;
        assert_eq!(outbox::envelopes(&mails), [("lan@example.com", "A workspace was made for you"), ("thu@example.com", "An account was made for you")]);
        let link = outbox::token_in(mails.iter().find(|mail| mail.email == "thu@example.com").unwrap());
        store.reset_password(link, Password::parse_new("mighty unusual phrase").unwrap(), None).await.unwrap();
        let users = store.install_users(admin.id, &UsersQuery { q: "thu@".to_owned(), ..UsersQuery::default() }).await.unwrap();
        assert!(users.rows.len() == 1 && users.rows[0].email_verified, "the mailed link confirms the address");

        store.disable_user(admin.id, lan.id).await.unwrap();
        let refused = store.create_workspace_for(admin.id, owned("Ba", "lan@example.com", None), "").await;
        assert!(matches!(&refused, Err(StoreError::Invalid(errors)) if errors.get("email").is_some()), "{refused:?}");
        assert_eq!(verify_chain(store, INSTALL_LOG).await.unwrap(), None);
    }

    async fn lists_are_searched_without_accents_and_paged(db: TestDb) {
        let store = &db.store;
        let (admin, _) = db.register("admin").await;
        let raw = db.raw().await;
        for n in 0..24 {
            store.create_workspace_for(admin.id, owned(&format!("Công ty Đường {n:02}"), "admin@example.com", None), "").await.unwrap();
        }
        let query = |q: &str, page: &str| WorkspacesQuery { q: q.to_owned(), page: page.parse().unwrap(), ..WorkspacesQuery::default() };
        let names = async |q: &str, page: &str| -> (u64, Vec<String>) {
            let list = store.install_workspaces(admin.id, &query(q, page)).await.unwrap();
            (list.total.count, list.rows.into_iter().map(|row| row.name).collect())
        };
        let (total, first) = names("cong ty duong", "1").await;
        assert_eq!((total, first.len(), first[0].as_str()), (24, 20, "Công ty Đường 00"));
        assert_eq!(names("cong ty duong", "2").await.1.len(), 4);
        assert_eq!(names("duong 07 admin@", "1").await.1, ["Công ty Đường 07"], "by the owner, too");
        assert_eq!(names("nothing", "1").await.0, 0);
        assert_eq!(names("", "9").await.1.len(), 0, "past the end");
        for name in ["Nguyễn Thị Lan", "Phạm Minh Hưng"] {
            let (user, _) = db.register(&format!("u{}", name.len())).await;
            raw.run(&format!("UPDATE users SET name = '{name}' WHERE id = {}", raw.id(user.id.0))).await.unwrap();
        }
        let found = store.install_users(admin.id, &UsersQuery { q: "nguyen lan".to_owned(), ..UsersQuery::default() }).await.unwrap();
        assert_eq!(found.rows.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Nguyễn Thị Lan"]);
        let admins = store.install_users(admin.id, &UsersQuery { state: Some(UserState::Admin), ..UsersQuery::default() }).await.unwrap();
        assert_eq!((admins.total.count, admins.rows[0].workspaces), (1, 25));
    }

    async fn a_failed_job_is_tried_again_and_no_other(db: TestDb) {
        let store = &db.store;
        let (admin, _) = db.register("admin").await;
        let failed = failed_job(&db, "550 <lan@example.com>: unknown").await;
        let waiting = store.enqueue_job(NewJob::new("waits", json!({}))).await.unwrap();
        let jobs = store.install_jobs(admin.id).await.unwrap();
        assert_eq!(jobs.iter().map(|job| (job.id, job.state)).collect::<Vec<_>>(), [(failed, JobState::Failed), (waiting, JobState::Queued)]);
        assert_eq!(store.retry_job(admin.id, waiting).await, Err(StoreError::NotFound), "it has not failed");
        assert_eq!(store.retry_job(admin.id, JobId(Uuid::nil())).await, Err(StoreError::NotFound));
        // Whatever was enqueued before.
        let _ = timeout(Duration::ZERO, store.job_enqueued()).await;
        assert_eq!(store.retry_job(admin.id, failed).await, Ok(false), "no mail");
        assert!(timeout(Duration::ZERO, store.job_enqueued()).await.is_ok(), "the worker is woken");
        let job = store.take_jobs(vec!["test"], 10, TimeDelta::minutes(1)).await.unwrap().pop().unwrap();
        assert_eq!((job.id, job.attempt), (failed, 1), "with all its attempts");
        assert_eq!(store.retry_job(admin.id, failed).await, Err(StoreError::NotFound), "it is running");
        assert!(store.finish_job(&job, &Ok(())).await.unwrap());
        assert_eq!(store.retry_job(admin.id, failed).await, Err(StoreError::NotFound), "it is done");
        assert_eq!(log_entries(&db, "retry").await, 1);

        assert!(matches!(store.send_test_mail(admin.id).await, Err(StoreError::Invalid(_))), "no mail is sent");
        store.enable_mail();
        store.send_test_mail(admin.id).await.unwrap();
        assert_eq!(store.outbox(admin.id).await.unwrap().len(), 1);
        assert!(store.install_jobs(admin.id).await.unwrap().iter().all(|job| job.kind != "mail"));
        assert_eq!(outbox::envelopes(&outbox::deliver(&db).await), [("admin@example.com", "Test mail")]);
    }

    async fn registering_is_open_until_an_admin_closes_it(db: TestDb) {
        let store = &db.store;
        assert_eq!(store.registration_open().await, Ok(true), "for the first user");
        let (admin, _) = db.register("admin").await;
        for open in [false, false, true] {
            store.set_registration(admin.id, open).await.unwrap();
            assert_eq!(store.registration_open().await, Ok(open));
        }
        assert_eq!(log_entries(&db, "update").await, 2, "what stays as it is is no change");
    }

    async fn the_installs_log_is_read_in_pages_and_a_tampered_row_is_found(db: TestDb) {
        let store = &db.store;
        let (admin, _) = db.register("admin").await;
        assert_eq!(store.check_install_log(admin.id).await, Ok(None), "before its first entry");
        assert!(store.install_log(admin.id, None).await.unwrap().entries.is_empty());
        for n in 0..25 {
            store.set_registration(admin.id, n % 2 == 1).await.unwrap();
        }
        let newest = store.install_log(admin.id, None).await.unwrap();
        assert_eq!((newest.entries.len(), newest.entries[0].seq, newest.older), (20, 25, Some(6)));
        assert_eq!(newest.entries[0].actor_name.as_deref(), Some("admin"));
        assert_eq!(newest.entries[0].changes.iter().map(|change| (change.field.as_str(), change.to.as_deref())).collect::<Vec<_>>(), [("registration_open", Some("no"))]);
        let oldest = store.install_log(admin.id, newest.older).await.unwrap();
        assert_eq!((oldest.entries.len(), oldest.entries[4].seq, oldest.older), (5, 1, None));
        assert_eq!(store.check_install_log(admin.id).await, Ok(None));
        let raw = db.raw().await;
        disable_audit_triggers(&raw).await;
        raw.run(&format!("UPDATE audit_log SET action = 'create' WHERE seq = 7 AND workspace_id = {}", raw.id(INSTALL_LOG.0))).await.unwrap();
        assert_eq!(store.check_install_log(admin.id).await, Ok(Some(AuditFault::Row(7))));
    }

    async fn diagnostics_count_and_name_nobody(db: TestDb) {
        let (admin, _) = db.register("admin").await;
        let (_, owner) = db.register("quynh").await;
        db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        failed_job(&db, "lan@example.com").await;
        let diagnostics = db.store.diagnostics(admin.id).await.unwrap();
        let count = |name: &str| diagnostics.counts.iter().find(|(counted, _)| *counted == name).unwrap().1;
        assert_eq!((count("users"), count("workspaces"), count("companies"), count("jobs given up")), (2, 2, 1, 1));
        assert!(diagnostics.bytes > 10_000 && diagnostics.schema.starts_with('m'), "{diagnostics:?}");
        let kind = if db.raw().await.is_postgres() { "PostgreSQL 1" } else { "SQLite 3." };
        assert!(diagnostics.database.starts_with(kind), "{diagnostics:?}");
        assert!(!["@", "Ánh", "quynh"].iter().any(|part| format!("{diagnostics:?}").contains(part)), "{diagnostics:?}");
    }
}

/// Whatever takes an `admin` is called above.
#[test]
fn every_function_of_administration_is_tested() {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/administration")).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for function in source.split("\n    pub async fn ").skip(1) {
            let (name, rest) = function.split_once('(').unwrap();
            assert!(rest.starts_with("&self, admin: UserId") || name == "registration_open", "{name} asks nobody who they are");
            found.insert(name.to_owned());
        }
    }
    found.remove("registration_open");
    let called: BTreeSet<String> = all_calls().iter().map(|call| call.name.to_owned()).collect();
    assert_eq!(called, found);
}
