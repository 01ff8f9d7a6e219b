//! A user's several workspaces: making, switching, ending and taking back, and what is left of one that ended 30 days ago.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{Raw, TestDb};
use domain::{
    access::{Actor, Role},
    clock::{Clock, SystemClock},
    companies::CompanyDraft,
    custom_fields::CustomFields,
    demo_data::DemoLanguage,
    exports::{ExportColumns, ExportFormat},
    ids::{SessionId, WorkspaceId},
    record_kinds::RecordKind,
    today::{ActionRule, Dismissal},
    views::{ViewDraft, ViewIcon},
    workspaces::{EndForm, NEW_WORKSPACES, OWNED_WORKSPACES_MAX},
};
use serde_json::json;
use store::{INSTALL_LOG, SessionContent, Store, StoreError, TokenHash, verify_chain};
use support::{About, activity, bulk_change, company, contact, deal, everything, member, new_workspace, person, tag};

/// A session of the actor, as the server stores it; its token.
async fn session(store: &Store, actor: &Actor, name: &str) -> TokenHash {
    let token = TokenHash::of(name.as_bytes());
    let content = SessionContent { data: json!({}), user_id: Some(actor.user_id), workspace_id: Some(actor.workspace_id) };
    assert!(store.create_session(token, content, None).await.unwrap());
    token
}

fn form(name: &str) -> EndForm {
    EndForm { name: name.to_owned() }
}

/// The workspace that a session is in, and the names of the others; `None` if it is in none.
async fn place(store: &Store, token: TokenHash) -> Option<(WorkspaceId, Vec<String>)> {
    let signed_in = store.load_session(token).await.unwrap().unwrap().signed_in?;
    Some((signed_in.workspace_id, signed_in.other_workspaces.into_iter().map(|other| other.name).collect()))
}

/// Tables with a column `workspace_id`, from the schema.
async fn tenant_tables(raw: &Raw) -> Vec<String> {
    let sql = if raw.is_postgres() {
        "SELECT CAST(c.table_name AS text) FROM information_schema.columns c WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id' ORDER BY 1"
    } else {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'workspace_id' WHERE m.type = 'table' AND m.sql NOT LIKE '%VIRTUAL%' ORDER BY 1"
    };
    raw.column(sql).await
}

async fn rows_of(raw: &Raw, table: &str, workspace: WorkspaceId) -> i64 {
    raw.number(&format!("SELECT count(*) FROM {table} WHERE workspace_id = {}", raw.id(workspace.0))).await
}

/// Records of every kind.
async fn fill(db: &TestDb, owner: &Actor) {
    let id = db.store.create_company(owner, company("Ánh Dương")).await.unwrap();
    let boss = contact(db, owner, Some(id), "Bình").await;
    let report = domain::contacts::ContactDraft { reports_to_id: Some(boss), ..person("An", Some(id)) };
    db.store.create_contact(owner, report).await.unwrap();
    let deal = db.store.create_deal(owner, deal("Xe", id, "proposal", 100)).await.unwrap();
    let call = activity(db, owner, "Call", About { company: Some(id), contact: Some(boss), deal: Some(deal) }).await;
    db.store.add_note(owner, domain::ids::ActivityId(call), "Note".to_owned()).await.unwrap();
    let tag_id = db.store.create_tag(owner, tag("VIP")).await.unwrap();
    let change = domain::bulk_changes::BulkChange::AddTag(tag_id);
    assert_eq!(bulk_change(db, owner, RecordKind::Deals, &[(deal.0, 1)], change).await.unwrap().changed, 1);
    db.store.delete_deal(owner, deal, 2).await.unwrap();
}

on_both_databases! {
    async fn a_form_sent_twice_makes_one_workspace_and_another_users_key_makes_theirs(db: TestDb) {
        let store = &db.store;
        let ((_, hung), (_, lan)) = (db.register("hung").await, db.register("lan").await);
        let key = store.form_key();
        let made = tokio::join!(
            store.create_workspace(hung.user_id, new_workspace("Ánh Dương".to_owned()), &key),
            store.create_workspace(hung.user_id, new_workspace("Ánh Dương".to_owned()), &key),
        );
        let id = made.0.unwrap();
        assert_eq!(made.1, Ok(id));
        assert_ne!(store.create_workspace(lan.user_id, new_workspace("Theirs".to_owned()), &key).await.unwrap(), id);
        let own = store.own_workspaces(hung.user_id).await.unwrap();
        assert_eq!(own.iter().map(|own| (own.name.as_str(), own.role)).collect::<Vec<_>>(), [("Ánh Dương", Role::Owner), ("hung’s workspace", Role::Owner)]);
        let actor = Actor { workspace_id: id, ..hung };
        assert_eq!(store.stages(&actor).await.unwrap().len(), 6);
        assert_eq!(verify_chain(store, id).await.unwrap(), None);
    }

    async fn a_user_owns_so_many_and_no_more(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let mut last = hung.workspace_id;
        for n in 1..OWNED_WORKSPACES_MAX {
            if n % u64::from(NEW_WORKSPACES.max) == 0 {
                db.clock.advance(NEW_WORKSPACES.window());
            }
            last = db.store.create_workspace(hung.user_id, new_workspace(format!("W{n}")), "").await.unwrap();
        }
        db.clock.advance(NEW_WORKSPACES.window());
        let before = everything(&db.raw().await).await;
        let refused = db.store.create_workspace(hung.user_id, new_workspace("One more".to_owned()), "").await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        assert!(everything(&db.raw().await).await == before);
        // As the words say.
        let name = format!("W{}", OWNED_WORKSPACES_MAX - 1);
        db.store.end_workspace(&Actor { workspace_id: last, ..hung }, form(&name)).await.unwrap();
        db.store.create_workspace(hung.user_id, new_workspace("One more".to_owned()), "").await.unwrap();
    }

    /// Ending them makes no room: each stays for 30 days.
    async fn a_user_makes_so_many_a_day(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        db.clock.advance(TimeDelta::hours(1));
        for n in 1..NEW_WORKSPACES.max {
            let name = format!("W{n}");
            let id = db.store.create_workspace(hung.user_id, new_workspace(name.clone()), "").await.unwrap();
            db.store.end_workspace(&Actor { workspace_id: id, ..hung }, form(&name)).await.unwrap();
        }
        let before = everything(&db.raw().await).await;
        let refused = db.store.create_workspace(hung.user_id, new_workspace("One more".to_owned()), "").await;
        let Err(StoreError::Limited(limit)) = refused else { panic!("{refused:?}") };
        assert_eq!((limit.seconds, limit.message.contains("in 23 hours")), (23 * 60 * 60, true), "{limit:?}");
        assert!(everything(&db.raw().await).await == before);
        db.clock.advance(TimeDelta::hours(23));
        db.store.create_workspace(hung.user_id, new_workspace("One more".to_owned()), "").await.unwrap();
    }

    /// A process whose clock is behind: what was partly deleted is no workspace to take back.
    async fn what_is_being_deleted_cannot_be_taken_back(db: TestDb) {
        let store = &db.store;
        let ((_, hung), raw) = (db.register("hung").await, db.raw().await);
        fill(&db, &hung).await;
        db.clock.advance(SystemClock.now() - Clock::now(&*db.clock));
        store.end_workspace(&hung, form("hung’s workspace")).await.unwrap();
        db.clock.advance(TimeDelta::days(30));
        // By the database's clock the log may not go yet, so the deletion stops half-way.
        assert!(store.delete_ended_workspaces().await.is_err());
        assert_eq!(rows_of(&raw, "companies", hung.workspace_id).await, 0);
        db.clock.advance(TimeDelta::seconds(-1));
        assert_eq!(store.take_back_workspace(hung.user_id, hung.workspace_id).await, Err(StoreError::NotFound));
        assert!(store.own_workspaces(hung.user_id).await.unwrap().is_empty());
    }

    async fn a_session_switches_between_its_users_workspaces_alone(db: TestDb) {
        let store = &db.store;
        let ((_, hung), (_, lan)) = (db.register("hung").await, db.register("lan").await);
        let theirs = lan.workspace_id;
        let second = store.create_workspace(hung.user_id, new_workspace("Second".to_owned()), "").await.unwrap();
        let (token, other) = (session(store, &hung, "one").await, session(store, &hung, "other").await);
        assert_eq!(place(store, token).await, Some((hung.workspace_id, vec!["Second".to_owned()])));
        let before = everything(&db.raw().await).await;
        for (user, id, workspace) in [
            (hung.user_id, token.session_id(), theirs),
            (hung.user_id, token.session_id(), INSTALL_LOG),
            (lan.user_id, token.session_id(), theirs),
            (hung.user_id, SessionId(theirs.0), second),
        ] {
            assert_eq!(store.switch_workspace(user, id, workspace).await, Err(StoreError::NotFound));
        }
        assert!(everything(&db.raw().await).await == before);
        store.switch_workspace(hung.user_id, token.session_id(), second).await.unwrap();
        assert_eq!(place(store, token).await, Some((second, vec!["hung’s workspace".to_owned()])));
        assert_eq!(place(store, other).await.unwrap().0, hung.workspace_id, "the other session stays where it is");
        // A request that began before the switch saves its session after it.
        let late = SessionContent { data: json!({ "late": 1 }), user_id: Some(hung.user_id), workspace_id: Some(hung.workspace_id) };
        assert!(store.save_session(token, late).await.unwrap());
        assert_eq!(place(store, token).await.unwrap().0, second);
        assert_eq!(db.sign_in("hung@example.com", "correct horse battery").await.unwrap().workspace_id, Some(second), "entered last");
        // Removed from it, the session is in none, and its user in the other.
        let raw = db.raw().await;
        raw.run(&format!("UPDATE memberships SET removed_at = created_at WHERE workspace_id = {}", raw.id(second.0))).await.unwrap();
        let row = store.load_session(token).await.unwrap().unwrap();
        assert!(row.signed_in.is_none() && row.user.unwrap().user_id == hung.user_id);
        assert_eq!(db.sign_in("hung@example.com", "correct horse battery").await.unwrap().workspace_id, Some(hung.workspace_id));
    }

    async fn the_switcher_lists_the_last_entered_first_and_one_more_than_it_shows(db: TestDb) {
        let store = &db.store;
        let (_, hung) = db.register("hung").await;
        let token = session(store, &hung, "one").await;
        let mut ids = Vec::new();
        for n in 1..=9 {
            db.clock.advance(TimeDelta::seconds(1));
            ids.push(store.create_workspace(hung.user_id, new_workspace(format!("W{n} \"x\" <b>")), "").await.unwrap());
        }
        for id in [ids[4], ids[8], hung.workspace_id] {
            db.clock.advance(TimeDelta::seconds(1));
            store.switch_workspace(hung.user_id, token.session_id(), id).await.unwrap();
        }
        let (_, others) = place(store, token).await.unwrap();
        assert_eq!(others.iter().map(|name| &name[..2]).collect::<Vec<_>>(), ["W9", "W5", "W1", "W2", "W3", "W4", "W6", "W7"]);
        assert!(others[0].ends_with(" \"x\" <b>"));
    }

    async fn a_record_is_looked_for_in_ones_own_workspaces_alone(db: TestDb) {
        let store = &db.store;
        let ((_, hung), (_, lan)) = (db.register("hung").await, db.register("lan").await);
        let second = store.create_workspace(hung.user_id, new_workspace("Second".to_owned()), "").await.unwrap();
        let there = Actor { workspace_id: second, ..hung };
        let id = store.create_company(&there, company("Ánh Dương")).await.unwrap();
        let binned = store.create_company(&there, company("Binned")).await.unwrap();
        store.delete_company(&there, binned, 1, support::ALL_SHOWN).await.unwrap();
        let find = async |actor: &Actor, kind: &str, id: uuid::Uuid| store.own_workspace_with(actor.user_id, actor.workspace_id, kind, id).await.unwrap().map(|found| found.name);
        assert_eq!(find(&hung, "companies", id.0).await.as_deref(), Some("Second"));
        for (actor, kind, id) in [(&lan, "companies", id.0), (&hung, "deals", id.0), (&hung, "memberships", id.0), (&hung, "companies", binned.0), (&there, "companies", id.0), (&hung, "companies", second.0)] {
            assert_eq!(find(actor, kind, id).await, None, "{kind}");
        }
        store.end_workspace(&there, form("Second")).await.unwrap();
        assert_eq!(find(&hung, "companies", id.0).await, None, "it has ended");
    }

    async fn an_ended_workspace_is_nobodys_until_its_owner_takes_it_back(db: TestDb) {
        let store = &db.store;
        let ((_, hung), raw) = (db.register("hung").await, db.raw().await);
        let admin = member(&db, &hung, "admin", Role::Admin).await;
        let (token, theirs) = (session(store, &hung, "one").await, session(store, &admin, "two").await);
        let before = everything(&raw).await;
        assert_eq!(store.end_workspace(&admin, form("hung’s workspace")).await, Err(StoreError::Denied));
        let refused = store.end_workspace(&hung, form("hung's workspace")).await;
        assert!(matches!(&refused, Err(StoreError::Invalid(errors)) if errors.get("name").is_some()), "{refused:?}");
        assert!(everything(&raw).await == before);
        let ended = store.end_workspace(&hung, form(" hung’s workspace ")).await.unwrap();
        assert_eq!(ended.name, "hung’s workspace");
        for token in [token, theirs] {
            assert!(store.load_session(token).await.unwrap().unwrap().signed_in.is_none());
        }
        assert_eq!(store.create_company(&hung, company("Late")).await, Err(StoreError::Denied), "under way when it ended");
        assert_eq!(store.switch_workspace(hung.user_id, token.session_id(), hung.workspace_id).await, Err(StoreError::NotFound));
        assert_eq!(store.own_workspaces(admin.user_id).await.unwrap().len(), 1, "their own");
        assert!(store.own_workspaces(hung.user_id).await.unwrap()[0].ended_at.is_some());
        assert_eq!(store.take_back_workspace(admin.user_id, hung.workspace_id).await, Err(StoreError::NotFound));
        db.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
        assert_eq!(store.delete_ended_workspaces().await, Ok(0));
        store.take_back_workspace(hung.user_id, hung.workspace_id).await.unwrap();
        assert_eq!(store.take_back_workspace(hung.user_id, hung.workspace_id).await, Err(StoreError::NotFound), "it goes on");
        store.create_company(&hung, company("Again")).await.unwrap();
        assert_eq!(verify_chain(store, hung.workspace_id).await.unwrap(), None);
    }

    async fn after_30_days_nothing_of_it_is_left_in_any_table(db: TestDb) {
        let store = &db.store;
        let ((_, hung), (_, lan), raw) = (db.register("hung").await, db.register("lan").await, db.raw().await);
        member(&db, &hung, "binh", Role::Member).await;
        fill(&db, &hung).await;
        fill(&db, &lan).await;
        store.fill_with_demo_data(&hung, DemoLanguage::English).await.unwrap();
        session(store, &hung, "ends by then").await;
        store.with_idempotency(b"form".to_vec()).create_company(&hung, company("Once")).await.unwrap();
        store.enqueue_job(store::NewJob::new("sort-contacts", json!(null)).in_workspace(hung.workspace_id)).await.unwrap();
        let draft = ViewDraft { name: "A".to_owned(), icon: ViewIcon::default(), is_shared: true };
        let view = store.create_view(&hung, RecordKind::Companies, draft, String::new()).await.unwrap();
        store.set_default_view(&hung, RecordKind::Companies, Some(view)).await.unwrap();
        store.request_export(&hung, RecordKind::Companies, String::new(), (ExportFormat::Csv, ExportColumns::All), 1).await.unwrap();
        let custom_fields = CustomFields::from_stored([("Kho".to_owned(), "1".to_owned())]);
        let last = store.create_company(&hung, CompanyDraft { custom_fields, ..company("With a custom field") }).await.unwrap();
        store.snooze_action(&hung, last.0, 1).await.unwrap();
        let dismissal = Dismissal { record_id: last.0, rule: ActionRule::Idle, since_ms: 1, reason: "Agreed".to_owned() };
        store.dismiss_action(&hung, dismissal).await.unwrap();
        store.set_action_rule(&hung, ActionRule::Idle, false).await.unwrap();
        let tables = tenant_tables(&raw).await;
        assert!(tables.len() >= 25, "{tables:?}");
        for table in tables.iter().filter(|table| !["invitations", "tasks", "attachments", "company_tags", "contact_tags"].contains(&table.as_str())) {
            assert!(rows_of(&raw, table, hung.workspace_id).await > 0, "{table} has something to delete");
        }
        store.end_workspace(&hung, form("hung’s workspace")).await.unwrap();
        let head: Vec<Vec<u8>> = raw.column(&format!("SELECT hash FROM audit_heads WHERE workspace_id = {}", raw.id(hung.workspace_id.0))).await;
        db.clock.advance(TimeDelta::days(30));
        let token = session(store, &hung, "one").await;
        let rows_of_others = async || {
            let mut rows = Vec::new();
            for table in &tables {
                rows.push(rows_of(&raw, table, lan.workspace_id).await);
            }
            rows
        };
        let others = rows_of_others().await;
        assert_eq!(store.take_back_workspace(hung.user_id, hung.workspace_id).await, Err(StoreError::NotFound), "too late");
        assert_eq!(store.delete_ended_workspaces().await, Ok(1));
        for table in &tables {
            assert_eq!(rows_of(&raw, table, hung.workspace_id).await, 0, "{table}");
        }
        assert_eq!(raw.number(&format!("SELECT count(*) FROM workspaces WHERE id = {}", raw.id(hung.workspace_id.0))).await, 0);
        assert_eq!(rows_of_others().await, others, "another workspace’s rows stay");
        assert_eq!(verify_chain(store, lan.workspace_id).await.unwrap(), None);
        assert!(place(store, token).await.is_none());
        // The last hash stays, in a chain of its own.
        let kept: Vec<String> = raw.column(&format!("SELECT after FROM audit_log WHERE workspace_id = {}", raw.id(INSTALL_LOG.0))).await;
        let hash: String = head[0].iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(kept.len() == 1 && kept[0].contains(&hash), "{kept:?}");
        assert_eq!(verify_chain(store, INSTALL_LOG).await.unwrap(), None);
        assert_eq!(store.delete_ended_workspaces().await, Ok(0));
    }

    async fn the_log_lets_go_of_no_other_workspace(db: TestDb) {
        let ((_, hung), raw) = (db.register("hung").await, db.raw().await);
        let of = raw.id(hung.workspace_id.0);
        let delete = format!("DELETE FROM audit_log WHERE workspace_id = {of}");
        assert!(raw.run(&delete).await.is_err());
        let now = if raw.is_postgres() { "now() - interval '29 days 23 hours'" } else { "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-29 days', '-23 hours')" };
        raw.run(&format!("UPDATE workspaces SET ended_at = {now} WHERE id = {of}")).await.unwrap();
        assert!(raw.run(&delete).await.is_err(), "a day too early by the database’s clock");
        assert!(raw.run(&format!("UPDATE audit_log SET action = 'x' WHERE workspace_id = {of}")).await.is_err());
        let past = if raw.is_postgres() { "now() - interval '30 days 1 hour'" } else { "strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-30 days', '-1 hour')" };
        raw.run(&format!("UPDATE workspaces SET ended_at = {past} WHERE id = {of}")).await.unwrap();
        assert!(raw.run(&format!("UPDATE audit_log SET action = 'x' WHERE workspace_id = {of}")).await.is_err(), "never changed");
        raw.run(&delete).await.unwrap();
    }
}
