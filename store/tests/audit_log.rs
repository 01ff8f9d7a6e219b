//! The audit log as owners and admins read it: filters, pages, verification, export, and the sign-ins of members (B2, D13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Raw, TestDb};
use domain::{
    access::{Actor, Entity, Role},
    audit_log::{AuditAction, AuditCursor, AuditFilter, AuditPerson, AuditQuery, EXPORT_MINUTES, SignInQuery, kind_of},
    clock::Clock,
    contacts::{AuthorityLevel, ContactDraft},
    deals::Placement,
    ids::UserId,
    page::PAGE_SIZE,
    users::Password,
};
use std::collections::BTreeSet;
use store::{
    AuditFault, Store, StoreError, TimeRange,
    audit_log::{AuditEntry, AuditExport},
};
use support::{ALL_SHOWN, company, deal, everything, member, person, tag, to};
use uuid::Uuid;

const ANY_DAY: TimeRange = TimeRange { from: None, until: None };

/// What an entry is filtered by.
#[derive(Debug, Clone)]
struct Logged {
    seq: i64,
    actor: Option<Uuid>,
    entity: String,
    id: Uuid,
    action: String,
    at: DateTime<Utc>,
}

/// Every entry of a workspace as its rows have it, the newest first.
async fn logged(raw: &Raw, actor: &Actor) -> Vec<Logged> {
    let of = format!("FROM audit_log WHERE workspace_id = {} ORDER BY at DESC, seq DESC", raw.id(actor.workspace_id.0));
    let column = |name: &str| format!("SELECT {name} {of}");
    let (seq, who, entity) = (raw.column(&column("seq")).await, raw.column(&column("actor_id")).await, raw.column(&column("entity")).await);
    let (id, action, at) = (raw.column(&column("entity_id")).await, raw.column(&column("action")).await, raw.column(&column("at")).await);
    let (mut who, mut entity, mut id, mut action, mut at) =
        (who.into_iter(), entity.into_iter(), id.into_iter(), action.into_iter(), at.into_iter());
    let row = |seq| Logged {
        seq,
        actor: who.next().unwrap(),
        entity: entity.next().unwrap(),
        id: id.next().unwrap(),
        action: action.next().unwrap(),
        at: at.next().unwrap(),
    };
    seq.into_iter().map(row).collect()
}

fn matches(entry: &Logged, filter: &AuditFilter, days: TimeRange) -> bool {
    let person = match filter.person {
        Some(AuditPerson::User(id)) => entry.actor == Some(id.0),
        Some(AuditPerson::Nobody) => entry.actor.is_none(),
        None => true,
    };
    person
        && filter.kind.is_none_or(|kind| kind.noun() == entry.entity)
        && filter.record.is_none_or(|id| id == entry.id)
        && filter.action.is_none_or(|action| action.slug() == entry.action)
        && days.from.is_none_or(|from| entry.at >= from)
        && days.until.is_none_or(|until| entry.at < until)
}

/// Numbers of all entries, page by page towards the older ones, and then back to the newest; and the total that the pages state.
async fn walk(store: &Store, actor: &Actor, filter: AuditFilter, days: TimeRange) -> (Vec<i64>, u64) {
    let mut query = AuditQuery { filter, cursor: AuditCursor::Newest };
    let (mut pages, mut total) = (Vec::new(), 0);
    loop {
        let list = store.audit_log(actor, &query, days).await.unwrap();
        assert_eq!(list.newer.is_some(), !pages.is_empty());
        total = list.total.count.max(total);
        pages.push(list.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>());
        match list.older {
            Some(older) => query.cursor = older,
            None => break,
        }
    }
    let last = store.audit_log(actor, &query, days).await.unwrap();
    let mut newer = last.newer;
    for page in pages.iter().rev().skip(1) {
        let list = store.audit_log(actor, &query.at(newer.unwrap()), days).await.unwrap();
        assert_eq!(&list.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), page, "the way back shows the same pages");
        newer = list.newer;
    }
    assert_eq!(newer, None);
    (pages.concat(), total)
}

/// Work of two people over three days: some sixty entries of several kinds.
async fn busy_days(db: &TestDb, owner: &Actor, other: &Actor) -> Uuid {
    let store = &db.store;
    let mut last = Uuid::nil();
    for day in 0..3 {
        for (number, actor) in [owner, other, owner].into_iter().enumerate() {
            let company_id = store.create_company(actor, company(&format!("Công ty {day}{number}"))).await.unwrap();
            store.update_company(actor, company_id, 1, company(&format!("Đổi tên {day}{number}"))).await.unwrap();
            store.create_contact(actor, person("Lan", Some(company_id))).await.unwrap();
            let deal_id = store.create_deal(actor, deal("Xe tải", company_id, "proposal", 15_000)).await.unwrap();
            store.move_deal(actor, &to(deal_id, 1, "negotiation", Placement::Top)).await.unwrap();
            store.create_tag(actor, tag(&format!("Tag {day}{number}"))).await.unwrap();
            if number == 0 {
                store.delete_company(actor, company_id, 2, ALL_SHOWN).await.unwrap();
            }
            last = company_id.0;
        }
        db.clock.advance(TimeDelta::days(1));
    }
    last
}

/// The entry of this number.
async fn entry_of(store: &Store, actor: &Actor, seq: i64) -> AuditEntry {
    let query = AuditQuery { cursor: AuditCursor::Before(seq + 1), ..AuditQuery::default() };
    let list = store.audit_log(actor, &query, ANY_DAY).await.unwrap();
    list.entries.into_iter().find(|entry| entry.seq == seq).unwrap()
}

/// What an owner of the database could do.
async fn disable_triggers(raw: &Raw) {
    if raw.is_postgres() {
        raw.run("ALTER TABLE audit_log DISABLE TRIGGER ALL").await.unwrap();
    } else {
        for trigger in ["no_update", "no_delete", "no_replace"] {
            raw.run(&format!("DROP TRIGGER audit_log_{trigger}")).await.unwrap();
        }
    }
}

on_both_databases! {
    async fn every_combination_of_filters_shows_its_entries_once_on_all_pages(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let admin = member(&db, &owner, "lan", Role::Admin).await;
        let record = busy_days(&db, &owner, &admin).await;
        busy_days(&db, &outsider, &outsider).await;
        let raw = db.raw().await;
        let (all, now) = (logged(&raw, &owner).await, db.clock.now());
        assert!(all.len() > 60, "{}", all.len());
        let persons = [None, Some(AuditPerson::User(admin.user_id)), Some(AuditPerson::User(outsider.user_id)), Some(AuditPerson::Nobody)];
        let kinds = [None, Some(Entity::Deal), Some(Entity::Company), Some(Entity::Stage)];
        let actions = [None, Some(AuditAction::Create), Some(AuditAction::Move), Some(AuditAction::Delete)];
        let ago = |days| Some(now - TimeDelta::days(days));
        let spans = [ANY_DAY, TimeRange { from: ago(2), until: ago(1) }, TimeRange { from: ago(1), until: None }, TimeRange { from: None, until: ago(2) }];
        let mut walked = 0;
        for person in persons {
            for kind in kinds {
                for action in actions {
                    for days in spans {
                        let filter = AuditFilter { person, kind, action, ..AuditFilter::default() };
                        let expected: Vec<i64> = all.iter().filter(|entry| matches(entry, &filter, days)).map(|entry| entry.seq).collect();
                        // The days are those of the filter: without them the total is that of all entries.
                        let filter = AuditFilter { from: days.from.or(days.until).map(|at| at.date_naive()), ..filter };
                        let (found, total) = walk(&db.store, &owner, filter, days).await;
                        assert_eq!((&found, total), (&expected, expected.len() as u64), "{filter:?} {days:?}");
                        walked += usize::from(expected.len() as u64 > PAGE_SIZE);
                    }
                }
            }
        }
        assert!(walked > 5, "some have several pages");
        for kind in [None, Some(Entity::Company), Some(Entity::Deal)] {
            let filter = AuditFilter { kind, record: Some(record), ..AuditFilter::default() };
            let expected: Vec<i64> = all.iter().filter(|entry| matches(entry, &filter, ANY_DAY)).map(|entry| entry.seq).collect();
            assert_eq!(walk(&db.store, &owner, filter, ANY_DAY).await.0, expected);
            assert_eq!(expected.is_empty(), kind == Some(Entity::Deal));
        }
    }

    async fn a_cursor_past_either_end_shows_the_newest(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        busy_days(&db, &owner, &owner).await;
        let newest = db.store.audit_log(&owner, &AuditQuery::default(), ANY_DAY).await.unwrap();
        assert_eq!((newest.newer, newest.entries.len() as u64), (None, PAGE_SIZE));
        let far = [AuditCursor::Before(0), AuditCursor::Before(-1), AuditCursor::Before(1), AuditCursor::Before(i64::MAX), AuditCursor::After(i64::MAX), AuditCursor::After(i64::MIN)];
        for cursor in far {
            assert_eq!(db.store.audit_log(&owner, &AuditQuery::default().at(cursor), ANY_DAY).await.unwrap(), newest, "{cursor:?}");
        }
    }

    async fn entries_of_one_moment_and_of_a_clock_set_back_are_on_one_page_each(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        for number in 0..50 {
            db.store.create_tag(&owner, tag(&format!("Tag {number}"))).await.unwrap();
            if number % 7 == 0 {
                db.clock.advance(TimeDelta::seconds(-3));
            }
        }
        let expected: Vec<i64> = logged(&db.raw().await, &owner).await.iter().map(|entry| entry.seq).collect();
        assert_eq!(walk(&db.store, &owner, AuditFilter::default(), ANY_DAY).await, (expected, 51));
    }

    async fn an_entry_says_who_what_and_from_where_with_names_in_place_of_ids(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = db.store.from_address("203.0.113.7".parse().unwrap());
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let contact_id = store.create_contact(&owner, person("Lan", None)).await.unwrap();
        let moved = ContactDraft { company_id: Some(company_id), authority_level: Some(AuthorityLevel::Primary), ..person("Lan", None) };
        store.update_contact(&owner, contact_id, 1, moved).await.unwrap();
        let deal_id = store.create_deal(&owner, deal("Xe tải", company_id, "proposal", 15_000)).await.unwrap();
        store.delete_deal(&owner, deal_id, 1).await.unwrap();
        let list = store.audit_log(&owner, &AuditQuery::default(), ANY_DAY).await.unwrap();
        let seq = |action: &str, kind: Entity| list.entries.iter().find(|entry| entry.action == action && entry.record.kind == Some(kind)).unwrap().seq;

        let entry = entry_of(&store, &owner, seq("update", Entity::Contact)).await;
        assert_eq!(entry.actor, Some((owner.user_id, "hung".to_owned())));
        assert_eq!(entry.ip_address.as_deref(), Some("203.0.113.7"));
        assert_eq!((entry.record.name.as_deref(), entry.record.id, entry.record.has_page), (Some("Lan"), contact_id.0, true));
        let changes: Vec<_> = entry.changes.iter().map(|change| (change.field.as_str(), change.from.as_deref(), change.to.as_deref())).collect();
        assert!(changes.contains(&("company", None, Some("Ánh Dương"))), "{changes:?}");
        assert!(changes.contains(&("authority_level", None, Some("primary"))), "{changes:?}");
        assert!(changes.iter().all(|(field, ..)| !field.ends_with("_id")), "{changes:?}");

        let created = entry_of(&store, &owner, seq("create", Entity::Deal)).await;
        let value = created.changes.iter().find(|change| change.field == "value").unwrap();
        assert_eq!((value.from.as_deref(), value.to.as_deref()), (None, Some("15000")));
        let deleted = entry_of(&store, &owner, seq("delete", Entity::Deal)).await;
        assert_eq!((deleted.record.name.as_deref(), deleted.record.has_page), (Some("Xe tải"), false), "it is in the bin");
    }

    async fn every_action_and_kind_of_the_log_can_be_filtered_by(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        busy_days(&db, &owner, &owner).await;
        for entry in logged(&db.raw().await, &owner).await {
            assert!(AuditAction::from_slug(&entry.action).is_some() && kind_of(&entry.entity).is_some(), "{entry:?}");
        }
    }

    async fn a_check_counts_the_entries_and_names_the_first_broken_one(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        busy_days(&db, &owner, &owner).await;
        let (raw, store) = (db.raw().await, &db.store);
        let last = logged(&raw, &owner).await.len() as i64;
        let whole = store.check_audit_log(&owner, 0).await.unwrap();
        assert_eq!((whole.after, whole.until, whole.last, whole.fault, whole.goes_on()), (0, last, last, None, false));
        // In parts, as a long log is; from anywhere that is no place of the log, at the start.
        assert_eq!(store.check_audit_log(&owner, 20).await.unwrap().after, 20);
        for nowhere in [-1, last, i64::MAX, i64::MIN] {
            assert_eq!(store.check_audit_log(&owner, nowhere).await.unwrap(), whole);
        }
        disable_triggers(&raw).await;
        let of = format!("WHERE workspace_id = {} AND seq", raw.id(owner.workspace_id.0));
        let fault = async |after: i64| store.check_audit_log(&owner, after).await.unwrap().fault;
        raw.run(&format!("UPDATE audit_log SET after = '{{}}' {of} = 30")).await.unwrap();
        assert_eq!(fault(0).await, Some(AuditFault::Row(30)));
        assert_eq!(fault(29).await, Some(AuditFault::Row(30)));
        assert_eq!(fault(30).await, None, "the rest is as it was");
        raw.run(&format!("DELETE FROM audit_log {of} = 12")).await.unwrap();
        assert_eq!(fault(0).await, Some(AuditFault::Row(12)));
        raw.run(&format!("DELETE FROM audit_log {of} < 40")).await.unwrap();
        assert_eq!(fault(0).await, Some(AuditFault::Row(1)));
        assert_eq!(fault(39).await, Some(AuditFault::Row(39)), "a part starts at an entry that is there");
        assert_eq!(fault(40).await, None);
        raw.run(&format!("DELETE FROM audit_log {of} = {last}")).await.unwrap();
        assert_eq!(fault(40).await, Some(AuditFault::End));
        assert_eq!(store.check_audit_log(&outsider, 0).await.unwrap().fault, None, "another workspace's log is another chain");
    }

    async fn an_export_is_logged_and_has_what_its_filter_matches(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let admin = member(&db, &owner, "lan", Role::Admin).await;
        busy_days(&db, &owner, &admin).await;
        let (raw, store) = (db.raw().await, &db.store);
        let filter = AuditFilter { kind: Some(Entity::Deal), person: Some(AuditPerson::User(admin.user_id)), ..AuditFilter::default() };
        for filter in [AuditFilter::default(), filter] {
            let before = logged(&raw, &owner).await;
            let id = store.request_audit_export(&owner, filter).await.unwrap();
            let entry = logged(&raw, &owner).await.remove(0);
            assert_eq!((entry.action.as_str(), entry.entity.as_str(), entry.id), ("export", "audit log", id));
            store.create_tag(&owner, tag(&format!("After {id}"))).await.unwrap();

            let export = store.audit_export(&owner, id).await.unwrap();
            assert_eq!((export.filter, export.seq), (filter, entry.seq));
            let (mut exported, mut after) = (Vec::new(), 0);
            loop {
                let entries = store.exported_entries(&owner, &export, ANY_DAY, after).await.unwrap();
                let Some(last) = entries.last() else { break };
                after = last.seq;
                exported.extend(entries);
            }
            let expected: BTreeSet<i64> = before.iter().filter(|entry| matches(entry, &filter, ANY_DAY)).map(|entry| entry.seq).collect();
            assert_eq!(exported.iter().map(|entry| entry.seq).collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>(), "in order, up to the export");
            assert!(exported.iter().all(|entry| entry.actor_email.is_some() && entry.after.is_some() || entry.action != "create"));

            for other in [admin, outsider] {
                assert_eq!(store.audit_export(&other, id).await, Err(StoreError::NotFound), "of whoever asked for it");
            }
        }
        assert_eq!(store.audit_export(&owner, Uuid::nil()).await, Err(StoreError::NotFound));
        let id = store.request_audit_export(&owner, AuditFilter::default()).await.unwrap();
        db.clock.advance(TimeDelta::minutes(EXPORT_MINUTES));
        assert_eq!(store.audit_export(&owner, id).await, Err(StoreError::NotFound), "an hour later");
    }

    async fn members_and_viewers_get_nothing_of_the_log(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let id = db.store.request_audit_export(&owner, AuditFilter::default()).await.unwrap();
        let export = db.store.audit_export(&owner, id).await.unwrap();
        let (viewer, member) = (member(&db, &owner, "v", Role::Viewer).await, member(&db, &owner, "m", Role::Member).await);
        let raw = db.raw().await;
        let before = everything(&raw).await;
        for actor in [viewer, member] {
            let store = &db.store;
            assert_eq!(store.audit_log(&actor, &AuditQuery::default(), ANY_DAY).await, Err(StoreError::Denied));
            assert_eq!(store.check_audit_log(&actor, 0).await, Err(StoreError::Denied));
            assert_eq!(store.request_audit_export(&actor, AuditFilter::default()).await, Err(StoreError::Denied));
            assert_eq!(store.audit_export(&actor, id).await, Err(StoreError::Denied));
            assert_eq!(store.exported_entries(&actor, &export, ANY_DAY, 0).await, Err(StoreError::Denied));
            assert_eq!(store.member_sign_ins(&actor, &SignInQuery::default()).await, Err(StoreError::Denied));
        }
        assert!(everything(&raw).await == before);
    }

    async fn another_workspaces_entries_are_never_exported(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        busy_days(&db, &owner, &owner).await;
        let all = AuditExport { filter: AuditFilter::default(), seq: i64::MAX, at: db.clock.now() };
        let theirs = db.store.exported_entries(&outsider, &all, ANY_DAY, 0).await.unwrap();
        assert_eq!(theirs.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["register"]);
    }

    async fn sign_ins_are_those_of_members_since_they_joined(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let admin = member(&db, &owner, "lan", Role::Admin).await;
        let try_in = async |name: &str, password: &str| {
            db.clock.advance(TimeDelta::minutes(1));
            db.store.sign_in(&format!("{name}@example.com"), Password::to_compare(password), None, Some("Firefox")).await.unwrap();
        };
        for number in 0..12 {
            try_in("hung", "correct horse battery").await;
            try_in("lan", if number % 4 == 0 { "wrong horse battery" } else { "correct horse battery" }).await;
            try_in("outsider", "correct horse battery").await;
        }
        let of = async |person: Option<UserId>| {
            let (mut query, mut all) = (SignInQuery { person, before: None }, Vec::new());
            loop {
                let page = db.store.member_sign_ins(&owner, &query).await.unwrap();
                all.extend(page.rows.iter().map(|row| (row.user_name.clone(), row.sign_in.succeeded)));
                if !page.has_older {
                    break all;
                }
                assert_eq!(page.rows.len() as u64, PAGE_SIZE);
                query.before = page.rows.last().map(|row| row.id);
            }
        };
        let all = of(None).await;
        assert_eq!(all.len(), 26, "two registrations and twelve of each");
        assert_eq!(all.iter().filter(|(name, succeeded)| name == "lan" && !succeeded).count(), 3);
        assert_eq!(all[0], ("lan".to_owned(), true));
        assert_eq!(of(Some(admin.user_id)).await.len(), 13);
        assert!(of(Some(outsider.user_id)).await.is_empty(), "no member");
        let nowhere = SignInQuery { person: None, before: Some(Uuid::nil()) };
        assert_eq!(db.store.member_sign_ins(&owner, &nowhere).await.unwrap().rows.len() as u64, PAGE_SIZE);

        // Before she joined, and after she was removed.
        let raw = db.raw().await;
        let hers = format!("WHERE user_id = {} AND workspace_id = {}", raw.id(admin.user_id.0), raw.id(owner.workspace_id.0));
        raw.run(&format!("UPDATE memberships SET created_at = '2026-03-02T03:20:00.000+00:00' {hers}")).await.unwrap();
        let since = of(Some(admin.user_id)).await.len();
        assert!((1..12).contains(&since), "{since}");
        raw.run(&format!("UPDATE memberships SET removed_at = '2026-03-03T03:20:00.000+00:00' {hers}")).await.unwrap();
        assert!(of(Some(admin.user_id)).await.is_empty());
    }
}

/// Every action that the store writes has a name on the page. Actions stand in the source as text.
#[test]
fn every_action_in_the_source_has_a_label() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let in_a_change = source.split("action: \"").skip(1).map(|rest| rest.split('"').next().unwrap());
            let of_an_account = source.lines().filter(|line| line.contains("log.append(")).map(|line| line.split('"').nth(1).unwrap());
            found.extend(in_a_change.chain(of_an_account).map(str::to_owned));
        }
    }
    assert!(found.contains("create") && found.contains("end-sessions"), "{found:?}");
    let unnamed: Vec<_> = found.iter().filter(|action| AuditAction::from_slug(action).is_none()).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}
