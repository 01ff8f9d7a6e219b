//! Erasing the personal data of a contact: nothing is left of it, and the audit log's chain is whole (D13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::{Raw, TestDb};
use domain::{
    access::{Actor, Role},
    audit_log::{AuditCursor, AuditFilter, AuditQuery},
    contacts::{AuthorityLevel, ContactDraft, ContactQuery, ERASED_NAME, EraseForm},
    custom_fields::CustomFields,
    deals::DealDraft,
    ids::{CompanyId, ContactId},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{
    Action, AuditFault, SessionContent, Store, StoreError, TimeRange, TokenHash,
    audit_log::AuditEntry,
    timeline::{TimelineEvent, TimelineOf},
    verify_chain,
};
use support::{ALL_SHOWN, About, assert_counters, call, company, deal, disable_audit_triggers, everything, member, person};
use uuid::Uuid;

const ANY_DAY: TimeRange = TimeRange { from: None, until: None };
const NAME: &str = "Quỳnh Zxwkở";
const FORMER_NAME: &str = "Quỳnh Vjqfế";

/// Every value that the contacts of these tests have or had, in each form that the program stores.
const VALUES: [&str; 17] = [
    "Quỳnh Zxwkở",
    "quynh zxwko",
    "zxwko",
    "Zxwkở",
    "Quỳnh Vjqfế",
    "vjqfe",
    "Vjqfế",
    "quynh.zx@example.vn",
    "Quynh.Zx@Example.vn",
    "+84 903 987 654",
    "0903987654",
    "903 987",
    "Trưởng phòng Kqzx",
    "truong phong kqzx",
    "Thích cà phê Wzqx",
    "Sinh nhật Fzqk",
    "Hộ chiếu B7654321",
];

fn confirmed(name: &str) -> EraseForm {
    EraseForm { name: name.to_owned() }
}

/// A contact with something in every field.
fn whole(name: &str, company_id: CompanyId) -> ContactDraft {
    ContactDraft {
        email: Some("Quynh.Zx@Example.vn".to_owned()),
        phone: Some("+84 903 987 654".to_owned()),
        job_title: Some("Trưởng phòng Kqzx".to_owned()),
        is_decision_maker: true,
        authority_level: Some(AuthorityLevel::Primary),
        notes: Some("Thích cà phê Wzqx".to_owned()),
        custom_fields: CustomFields::from_stored([("Sinh nhật Fzqk".to_owned(), "Hộ chiếu B7654321".to_owned())]),
        ..person(name, Some(company_id))
    }
}

/// A workspace in which the contact is wherever the program puts a contact's values.
struct Scene {
    owner: Actor,
    company: CompanyId,
    contact: ContactId,
    /// A contact who reports to the other.
    report: ContactId,
}

impl Scene {
    async fn set(db: &TestDb) -> Self {
        let (_, owner) = db.register("hung").await;
        Self::in_workspace(db, owner).await
    }

    async fn in_workspace(db: &TestDb, owner: Actor) -> Self {
        let store = &db.store;
        let company = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let contact = store.create_contact(&owner, whole(FORMER_NAME, company)).await.unwrap();
        let report =
            store.create_contact(&owner, ContactDraft { reports_to_id: Some(contact), ..person("Lan", Some(company)) }).await.unwrap();
        store.update_contact(&owner, contact, 1, whole(NAME, company)).await.unwrap();
        let deal_id = store
            .create_deal(&owner, DealDraft { contact_id: Some(contact), ..deal("Xe tải", company, "proposal", 15_000) })
            .await
            .unwrap();
        let about = About { company: Some(company), contact: Some(contact), deal: Some(deal_id) };
        store.create_activity(&owner, call("Báo giá", about)).await.unwrap();
        // Moved to the bin and back, so that the bin's own entries name the contact too.
        store.delete_contact(&owner, contact, 2, ALL_SHOWN).await.unwrap();
        store.restore_contact(&owner, contact).await.unwrap();
        // The report's entries have the name after a change of who they report to.
        let alone = person("Lan", Some(company));
        store.update_contact(&owner, report, 1, alone.clone()).await.unwrap();
        store.update_contact(&owner, report, 2, ContactDraft { reports_to_id: Some(contact), ..alone }).await.unwrap();
        Self { owner, company, contact, report }
    }

    async fn erase(&self, store: &Store) {
        let erased = store.erase_contact(&self.owner, self.contact, confirmed(NAME)).await.unwrap();
        assert!(!erased.is_deleted);
    }

    /// The numbers and texts of the entries of a record, oldest first.
    async fn entries(&self, raw: &Raw, of: Uuid) -> Vec<(i64, String, Option<String>, Option<String>)> {
        let rows = format!("FROM audit_log WHERE entity_id = {} ORDER BY seq", raw.id(of));
        let (seq, action) = (raw.column(&format!("SELECT seq {rows}")).await, raw.column(&format!("SELECT action {rows}")).await);
        let before: Vec<Option<String>> = raw.column(&format!("SELECT before {rows}")).await;
        let after: Vec<Option<String>> = raw.column(&format!("SELECT after {rows}")).await;
        seq.into_iter()
            .zip(action)
            .zip(before.into_iter().zip(after))
            .map(|((seq, action), (before, after))| (seq, action, before, after))
            .collect()
    }

    async fn fault(&self, store: &Store) -> Option<AuditFault> {
        let fault = verify_chain(store, self.owner.workspace_id).await.unwrap();
        assert_eq!(store.check_audit_log(&self.owner, 0).await.unwrap().fault, fault, "the page and the program say the same");
        fault
    }

    /// The entries of a record as the page of the log shows them, oldest first.
    async fn shown(&self, store: &Store, record: Uuid) -> Vec<AuditEntry> {
        let filter = AuditFilter { record: Some(record), ..AuditFilter::default() };
        let query = AuditQuery { filter, cursor: AuditCursor::Newest };
        let mut entries = store.audit_log(&self.owner, &query, ANY_DAY).await.unwrap().entries;
        entries.reverse();
        entries
    }
}

/// Refused forms and a notice, as the server keeps them in a session.
fn session_data(contact: ContactId) -> Value {
    json!({
        "axum-login.data": { "user_id": "somebody" },
        "flash": { "text": format!("{NAME} was created") },
        "refused_forms": [
            { "path": format!("/contacts/{contact}/edit"), "values": { "name": "", "notes": "x" } },
            { "path": "/contacts/new", "values": { "name": "quynh vjqfe", "email": "x" } },
            { "path": "/activities/new", "values": { "subject": "Gọi 0903.987.654", "contact_id": contact.to_string() } },
            { "path": "/deals/new", "values": { "name": "Xe tải", "contact_id": contact.to_string() } },
        ],
    })
}

async fn add_session(store: &Store, actor: &Actor, contact: ContactId, token: &str) {
    let content = SessionContent { data: session_data(contact), user_id: Some(actor.user_id), workspace_id: Some(actor.workspace_id) };
    assert!(store.create_session(TokenHash::of(token.as_bytes()), content, None).await.unwrap());
}

/// The columns with a value of the contact. Text of a row is as both databases print it.
async fn found(raw: &Raw) -> Vec<String> {
    let rows = everything(raw).await;
    rows.into_iter().filter(|row| VALUES.iter().any(|value| row.contains(value))).collect()
}

/// Writes the chain of a workspace again as versions before commitments did: the hash covers the values themselves.
async fn as_before_commitments(raw: &Raw, actor: &Actor) {
    let of = format!("FROM audit_log WHERE workspace_id = {} ORDER BY seq", raw.id(actor.workspace_id.0));
    let column = |name: &str| format!("SELECT {name} {of}");
    let seqs: Vec<i64> = raw.column(&column("seq")).await;
    let actors: Vec<Option<Uuid>> = raw.column(&column("actor_id")).await;
    let (actions, entities): (Vec<String>, Vec<String>) = (raw.column(&column("action")).await, raw.column(&column("entity")).await);
    let ids: Vec<Uuid> = raw.column(&column("entity_id")).await;
    let (before, after): (Vec<Option<String>>, Vec<Option<String>>) =
        (raw.column(&column("before")).await, raw.column(&column("after")).await);
    let addresses: Vec<Option<String>> = raw.column(&column("ip_address")).await;
    let times: Vec<chrono::DateTime<chrono::Utc>> = raw.column(&column("at")).await;
    let mut previous = vec![0_u8; 32];
    let bytes = |bytes: &[u8]| {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if raw.is_postgres() { format!("'\\x{digits}'") } else { format!("X'{digits}'") }
    };
    for (i, seq) in seqs.iter().enumerate() {
        let mut digest = Sha256::new();
        let mut field = |bytes: Option<&[u8]>| {
            digest.update(bytes.map_or(u64::MAX, |bytes| bytes.len() as u64).to_be_bytes());
            digest.update(bytes.unwrap_or_default());
        };
        field(Some(&previous));
        field(Some(actor.workspace_id.0.as_bytes()));
        field(Some(&seq.to_be_bytes()));
        field(actors[i].as_ref().map(|id| id.as_bytes().as_slice()));
        field(Some(actions[i].as_bytes()));
        field(Some(entities[i].as_bytes()));
        field(Some(ids[i].as_bytes()));
        field(before[i].as_deref().map(str::as_bytes));
        field(after[i].as_deref().map(str::as_bytes));
        field(addresses[i].as_deref().map(str::as_bytes));
        field(Some(&times[i].timestamp_millis().to_be_bytes()));
        let hash = digest.finalize().to_vec();
        raw.run(&format!(
            "UPDATE audit_log SET salt = NULL, commitment = NULL, previous_hash = {}, hash = {} WHERE workspace_id = {} AND seq = {seq}",
            bytes(&previous),
            bytes(&hash),
            raw.id(actor.workspace_id.0)
        ))
        .await
        .unwrap();
        previous = hash;
    }
    let head = format!("UPDATE audit_heads SET hash = {} WHERE workspace_id = {}", bytes(&previous), raw.id(actor.workspace_id.0));
    raw.run(&head).await.unwrap();
}

on_both_databases! {
    async fn no_column_has_a_value_of_an_erased_contact(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        let colleague = member(&db, &scene.owner, "colleague", Role::Member).await;
        add_session(store, &scene.owner, scene.contact, "one").await;
        add_session(store, &colleague, scene.contact, "two").await;
        let tables = |rows: &[String]| rows.iter().map(|row| row.split(':').next().unwrap().to_owned()).collect::<std::collections::BTreeSet<_>>();
        let places = tables(&found(&raw).await);
        let expected = ["audit_log", "contacts", "deals", "sessions"].map(str::to_owned);
        assert_eq!(places, expected.into(), "where the values are before");

        scene.erase(store).await;
        assert_eq!(found(&raw).await, Vec::<String>::new());
        let sort_keys: Vec<String> = raw.column(&format!("SELECT contact_sort_key FROM deals UNION ALL SELECT sort_key FROM contacts WHERE id = {}", raw.id(scene.contact.0))).await;
        assert_eq!(sort_keys.len(), 2);
        assert_eq!(sort_keys[0], sort_keys[1], "the deal's copy of the sort key followed");
        for typed in ["quynh", "zxwko", "0903 987 654", "quynh.zx", "kqzx", "vjqfe", "B7654321"] {
            let found = store.contacts(&scene.owner, &ContactQuery { q: typed.to_owned(), ..ContactQuery::default() }).await.unwrap();
            assert_eq!(found.rows.len(), 0, "{typed}");
        }
        let found = store.contacts(&scene.owner, &ContactQuery { q: "erased duong".to_owned(), ..ContactQuery::default() }).await.unwrap();
        assert_eq!(found.rows.len(), 1, "it is found by its new name and its company");
        // What is not about the contact stays as it was.
        for data in raw.column::<Value>("SELECT data FROM sessions").await {
            let mut left = session_data(scene.contact);
            left.as_object_mut().unwrap().remove("flash");
            left["refused_forms"].as_array_mut().unwrap().drain(..3);
            assert_eq!(data, left);
        }
        assert_counters(&raw).await;
    }

    async fn the_contact_stays_with_its_links_and_nothing_else(db: TestDb) {
        let scene = Scene::set(&db).await;
        let store = &db.store;
        let question = store.contact_erasure(&scene.owner, scene.contact).await.unwrap();
        assert_eq!((question.name.as_str(), question.is_deleted, question.entries), (NAME, false, 4));
        assert_eq!((question.activities.count, question.deals.count), (1, 1));
        assert_eq!((question.activities.records[0].1.as_str(), question.deals.records[0].1.as_str()), ("Báo giá", "Xe tải"));
        let before = store.contact(&scene.owner, scene.contact).await.unwrap();
        scene.erase(store).await;
        let after = store.contact(&scene.owner, scene.contact).await.unwrap();
        assert_eq!(after.name, ERASED_NAME);
        assert_eq!((after.email, after.phone, after.job_title, after.notes), (None, None, None, None));
        assert_eq!((after.is_decision_maker, after.authority_level, after.custom_fields.is_empty()), (false, None, true));
        assert_eq!((after.company_id, after.activities_count, after.deals_count), (Some(scene.company), 1, 1));
        assert_eq!((after.reports.len(), after.version, after.owner_id), (1, before.version + 1, before.owner_id));
        assert_eq!(store.contact_erasure(&scene.owner, scene.contact).await.unwrap().entries, 0);
        // It can go on: be changed, and erased again.
        store.update_contact(&scene.owner, scene.contact, after.version, person("Mới", None)).await.unwrap();
        store.erase_contact(&scene.owner, scene.contact, confirmed("Mới")).await.unwrap();
        assert_eq!(scene.fault(store).await, None);
    }

    async fn only_the_exact_name_confirms(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        let before = everything(&raw).await;
        for typed in ["", "quynh zxwko", FORMER_NAME, "Quỳnh Zxwkở 2"] {
            let refused = store.erase_contact(&scene.owner, scene.contact, confirmed(typed)).await;
            assert!(matches!(&refused, Err(StoreError::Invalid(errors)) if errors.get("name").is_some()), "{typed}: {refused:?}");
        }
        assert!(everything(&raw).await == before);
    }

    async fn a_contact_in_the_bin_is_erased_and_comes_back_erased(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        store.delete_contact(&scene.owner, scene.contact, 4, ALL_SHOWN).await.unwrap();
        assert!(store.contact_erasure(&scene.owner, scene.contact).await.unwrap().is_deleted);
        let erased = store.erase_contact(&scene.owner, scene.contact, confirmed(NAME)).await.unwrap();
        assert!(erased.is_deleted);
        assert_eq!(found(&raw).await, Vec::<String>::new());
        assert_eq!(store.contacts(&scene.owner, &ContactQuery { q: "erased".to_owned(), ..ContactQuery::default() }).await.unwrap().rows.len(), 0);
        assert_eq!(store.restore_contact(&scene.owner, scene.contact).await.unwrap(), ERASED_NAME);
        assert_eq!(store.contacts(&scene.owner, &ContactQuery { q: "erased".to_owned(), ..ContactQuery::default() }).await.unwrap().rows.len(), 1);
        assert_counters(&raw).await;
        assert_eq!(scene.fault(store).await, None);
    }

    async fn the_chain_is_whole_and_entries_say_that_they_were_erased(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        assert_eq!(scene.fault(store).await, None);
        db.clock.advance(chrono::TimeDelta::hours(1));
        scene.erase(store).await;
        assert_eq!(scene.fault(store).await, None);
        store.create_company(&scene.owner, company("Sau")).await.unwrap();
        assert_eq!(scene.fault(store).await, None, "the log goes on");

        let own = scene.entries(&raw, scene.contact.0).await;
        let actions: Vec<&str> = own.iter().map(|(_, action, ..)| action.as_str()).collect();
        assert_eq!(actions, ["create", "update", "delete", "restore", "erase"]);
        assert!(own[..4].iter().all(|(.., before, after)| before.is_none() && after.is_none()));
        let of_report = scene.entries(&raw, scene.report.0).await;
        let created: Value = serde_json::from_str(of_report[0].3.as_deref().unwrap()).unwrap();
        assert_eq!((&created["name"], &created["reports_to"], &created["company"]), (&json!("Lan"), &Value::Null, &json!("Ánh Dương")));
        assert_eq!(created["reports_to_id"], json!(scene.contact.to_string()), "the link stays");

        let shown = scene.shown(store, scene.contact.0).await;
        let at = shown[4].at;
        for entry in &shown[..4] {
            let erased = entry.erased.as_ref().unwrap();
            assert_eq!((erased.at, erased.actor_name.as_deref(), entry.changes.len()), (at, Some("hung"), 0));
            assert_eq!(entry.record.name.as_deref(), Some(ERASED_NAME));
        }
        let emptied: Vec<String> = own[..4].iter().chain(&of_report).map(|(seq, ..)| *seq).collect::<std::collections::BTreeSet<i64>>().iter().map(ToString::to_string).collect();
        let fields: Vec<_> = shown[4].changes.iter().map(|change| (change.field.as_str(), change.to.clone())).collect();
        assert_eq!((fields, shown[4].erased.as_ref()), (vec![("emptied", Some(emptied.join(", ")))], None));
        let history = store.contact_history(&scene.owner, scene.contact).await.unwrap();
        let seen: Vec<_> = history.iter().map(|event| (event.action, event.erased.is_some())).collect();
        assert_eq!(seen, [(Action::Erased, false), (Action::Restored, true), (Action::Deleted, true), (Action::Changed, true), (Action::Created, true)]);
        let history = store.contact_history(&scene.owner, scene.report).await.unwrap();
        assert!(history.iter().all(|event| event.erased.is_some()), "{history:?}");
        let timeline = store.timeline(&scene.owner, TimelineOf::Contact(scene.contact), true, None).await.unwrap();
        let changes: Vec<_> = timeline.entries.iter().filter_map(|entry| if let TimelineEvent::Change(change) = &entry.what { Some((change.action.as_str(), change.is_erased)) } else { None }).collect();
        assert_eq!(changes, [("erase", false), ("restore", true), ("delete", true), ("create", false), ("update", true), ("create", true)]);

        let export = store.request_audit_export(&scene.owner, AuditFilter { record: Some(scene.contact.0), ..AuditFilter::default() }).await.unwrap();
        let export = store.audit_export(&scene.owner, export).await.unwrap();
        let exported = store.exported_entries(&scene.owner, &export, ANY_DAY, 0).await.unwrap();
        assert_eq!(exported.iter().map(|entry| entry.erased.is_some()).collect::<Vec<_>>(), [true, true, true, true, false]);
    }

    async fn an_entry_that_names_two_contacts_is_erased_twice(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        let other = store.create_contact(&scene.owner, person("Bình Qwzv", None)).await.unwrap();
        let moved = ContactDraft { reports_to_id: Some(other), ..person("Lan", Some(scene.company)) };
        store.update_contact(&scene.owner, scene.report, 3, moved).await.unwrap();
        let both = scene.entries(&raw, scene.report.0).await.pop().unwrap();
        let has = |side: &Option<String>, name: &str| side.as_deref().unwrap().contains(name);
        assert!(has(&both.2, NAME) && has(&both.3, "Bình Qwzv"));
        scene.erase(store).await;
        let one = scene.entries(&raw, scene.report.0).await.pop().unwrap();
        assert!(!has(&one.2, NAME) && has(&one.3, "Bình Qwzv"));
        assert_eq!(scene.fault(store).await, None);
        store.erase_contact(&scene.owner, other, confirmed("Bình Qwzv")).await.unwrap();
        let none = scene.entries(&raw, scene.report.0).await.pop().unwrap();
        assert!(!has(&none.2, NAME) && !has(&none.3, "Bình Qwzv"));
        assert_eq!(scene.fault(store).await, None);
    }

    async fn entries_from_before_commitments_verify_and_are_erased(db: TestDb) {
        let scene = Scene::set(&db).await;
        let store = &db.store;
        let raw = db.raw().await;
        disable_audit_triggers(&raw).await;
        as_before_commitments(&raw, &scene.owner).await;
        assert_eq!(scene.fault(store).await, None, "the format of before");
        // With newer ones after them.
        store.update_contact(&scene.owner, scene.contact, 4, ContactDraft { notes: None, ..whole(NAME, scene.company) }).await.unwrap();
        assert_eq!(scene.fault(store).await, None);
        scene.erase(store).await;
        assert_eq!(found(&raw).await, Vec::<String>::new());
        assert_eq!(scene.fault(store).await, None);
        let first = scene.entries(&raw, scene.contact.0).await[0].0;
        let of_report = scene.entries(&raw, scene.report.0).await[0].0;
        for (seq, change) in [(first, "action = 'move'"), (first, "actor_id = NULL"), (first, "after = '{}'"), (of_report, "after = '{\"name\":\"Mai\"}'")] {
            raw.run("CREATE TABLE kept AS SELECT * FROM audit_log").await.unwrap();
            assert_eq!(raw.run(&format!("UPDATE audit_log SET {change} WHERE seq = {seq}")).await.unwrap(), 1);
            assert_eq!(scene.fault(store).await, Some(AuditFault::Row(seq)), "{change}");
            raw.run("DELETE FROM audit_log").await.unwrap();
            raw.run("INSERT INTO audit_log SELECT * FROM kept").await.unwrap();
            raw.run("DROP TABLE kept").await.unwrap();
        }
        assert_eq!(scene.fault(store).await, None);
    }

    async fn whatever_is_changed_by_emptying_is_found(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        scene.erase(store).await;
        disable_audit_triggers(&raw).await;
        let own = scene.entries(&raw, scene.contact.0).await;
        let (emptied, erasure) = (own[1].0, own[4].0);
        let in_part = scene.entries(&raw, scene.report.0).await[0].0;
        let company = scene.entries(&raw, scene.company.0).await[0].0;
        let empty = if raw.is_postgres() { r"'\x00'" } else { "X'00'" };
        let first = own[0].0;
        let list: Value = serde_json::from_str(own[4].3.as_deref().unwrap()).unwrap();
        let with = |field: &str, change: &dyn Fn(&mut Vec<Value>)| {
            let mut list = list.clone();
            change(list[field].as_array_mut().unwrap());
            format!("after = '{list}'")
        };
        let fewer = with("emptied", &|numbers| drop(numbers.pop()));
        let more = with("emptied", &|numbers| numbers.push(json!(company)));
        let other = with("digests", &|digests| digests[0] = json!("00"));
        for (seq, change, broken, why) in [
            (company, "before = NULL, after = NULL, salt = NULL".to_owned(), company, "emptied, and no erasure names it"),
            (company, format!("before = NULL, after = NULL, salt = NULL, erased_by = {erasure}"), company, "emptied in the name of an erasure that does not name it"),
            (company, format!("erased_by = {erasure}"), company, "called erased although it is not"),
            (company, format!("commitment = {empty}"), company, "another commitment"),
            (company, format!("salt = {empty}"), company, "another salt"),
            (company, "salt = NULL".to_owned(), company, "no salt"),
            (emptied, format!("commitment = {empty}"), emptied, "another commitment of an emptied entry"),
            (emptied, "commitment = NULL".to_owned(), emptied, "no commitment of an emptied entry"),
            (emptied, "after = '{}'".to_owned(), emptied, "a value in an emptied entry"),
            (emptied, "erased_by = NULL".to_owned(), emptied, "an emptied entry that names no erasure"),
            (emptied, "erased_by = 1".to_owned(), emptied, "an emptied entry that names another entry"),
            (emptied, format!("erased_by = {emptied}"), emptied, "an entry that erases itself"),
            (emptied, "actor_id = NULL".to_owned(), emptied, "somebody else's"),
            (emptied, "action = 'create'".to_owned(), emptied, "another action"),
            (in_part, "after = '{\"name\":\"Mai\"}'".to_owned(), in_part, "another value in what is left"),
            (in_part, "after = NULL".to_owned(), in_part, "less than is left"),
            (erasure, fewer, first, "a shorter list of numbers"),
            (erasure, more, first, "a longer list of numbers"),
            (erasure, other, first, "another digest"),
            (erasure, "action = 'update'".to_owned(), first, "an erasure called a change"),
        ] {
            raw.run("CREATE TABLE kept AS SELECT * FROM audit_log").await.unwrap();
            assert_eq!(raw.run(&format!("UPDATE audit_log SET {change} WHERE seq = {seq}")).await.unwrap(), 1, "{why}");
            assert_eq!(scene.fault(store).await, Some(AuditFault::Row(broken)), "{why}");
            raw.run("DELETE FROM audit_log").await.unwrap();
            raw.run("INSERT INTO audit_log SELECT * FROM kept").await.unwrap();
            raw.run("DROP TABLE kept").await.unwrap();
            assert_eq!(scene.fault(store).await, None);
        }
    }

    async fn what_was_changed_before_the_erasing_is_found_after_it(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        disable_audit_triggers(&raw).await;
        let (own, of_report) = (scene.entries(&raw, scene.contact.0).await[1].0, scene.entries(&raw, scene.report.0).await);
        let later = of_report[2].0;
        let forged = of_report[2].3.as_deref().unwrap().replace("reports_to\":", "tags\":\"x\",\"reports_to\":");
        raw.run(&format!("UPDATE audit_log SET after = '{forged}' WHERE seq = {later}")).await.unwrap();
        assert_eq!(scene.fault(store).await, Some(AuditFault::Row(later)));
        scene.erase(store).await;
        assert_eq!(found(&raw).await, Vec::<String>::new(), "the values go all the same");
        assert_eq!(scene.fault(store).await, Some(AuditFault::Row(later)), "and the change shows as before");
        assert!(own < later);
    }

    async fn the_log_lets_nothing_but_an_erasure_through(db: TestDb) {
        let scene = Scene::set(&db).await;
        let (raw, store) = (db.raw().await, &db.store);
        scene.erase(store).await;
        let own = scene.entries(&raw, scene.contact.0).await;
        let (emptied, erasure, company) = (own[1].0, own[4].0, scene.entries(&raw, scene.company.0).await[0].0);
        let before = everything(&raw).await;
        for (seq, change) in [
            (company, "before = NULL, after = NULL, salt = NULL".to_owned()),
            (company, format!("before = NULL, after = NULL, erased_by = {erasure}")),
            (company, format!("salt = NULL, erased_by = {}", company + 1)),
            (company, format!("salt = NULL, erased_by = {erasure}, action = 'x'")),
            (company, format!("salt = NULL, erased_by = {erasure}, after = after || ' '")),
            (emptied, "erased_by = NULL".to_owned()),
            (erasure, format!("salt = NULL, after = NULL, erased_by = {erasure}")),
            (erasure + 1, format!("salt = NULL, after = NULL, erased_by = {erasure}")),
        ] {
            store.create_company(&scene.owner, support::company("Sau")).await.unwrap();
            let refused = raw.run(&format!("UPDATE audit_log SET {change} WHERE seq = {seq}")).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{change}: {refused}");
        }
        let after = everything(&raw).await;
        assert!(before.iter().filter(|row| row.starts_with("audit_log:")).all(|row| after.contains(row)));
    }

    async fn scrubbing_leaves_the_database_as_it_is(db: TestDb) {
        let scene = Scene::set(&db).await;
        scene.erase(&db.store).await;
        let raw = db.raw().await;
        let is_index = |row: &String| ["contacts_search", "deals_search"].iter().any(|index| row.starts_with(index));
        let without_index = |rows: Vec<String>| rows.into_iter().filter(|row| !is_index(row)).collect::<Vec<_>>();
        let before = without_index(everything(&raw).await);
        drop(raw);
        db.store.scrub_erased_content().await.unwrap();
        db.store.scrub_erased_content().await.unwrap();
        assert!(without_index(everything(&db.raw().await).await) == before);
        let found = db.store.contacts(&scene.owner, &ContactQuery { q: "lan".to_owned(), ..ContactQuery::default() }).await.unwrap();
        assert_eq!(found.rows.len(), 1, "the search finds the others");
    }
}

/// Bytes of SQLite's file and journal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_sqlite_has_no_byte_of_an_erased_contact() {
    let db = TestDb::sqlite().await;
    let scene = Scene::set(&db).await;
    // Enough rows to split pages.
    for number in 0..200 {
        db.store.create_contact(&scene.owner, person(&format!("Người {number}"), Some(scene.company))).await.unwrap();
    }
    add_session(&db.store, &scene.owner, scene.contact, "one").await;
    db.store.refresh_statistics().await.unwrap();
    let path = db.url.strip_prefix("sqlite://").unwrap().split('?').next().unwrap().to_owned();
    let left = || {
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
        let has = |value: &&&str| bytes.windows(value.len()).any(|window| window == value.as_bytes());
        VALUES.iter().filter(has).copied().collect::<Vec<_>>()
    };
    assert!(left().len() > 12, "{:?}", left());
    scene.erase(&db.store).await;
    // A segment keeps words of deleted rows until it is merged, in parts that no search of bytes finds.
    let raw = db.raw().await;
    let segments = async |table| raw.number(&format!("SELECT count(DISTINCT segid) FROM {table}_search_idx")).await;
    assert!(segments("contacts").await > 1 && segments("deals").await > 1);
    db.store.scrub_erased_content().await.unwrap();
    assert_eq!((segments("contacts").await, segments("deals").await, left()), (1, 1, vec![]));
}
