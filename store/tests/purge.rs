//! What is deleted for ever: all that belongs to it and nothing else, by the job after thirty days and by admins before.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{Raw, TestDb, trial_size};
use domain::{
    access::{Actor, Entity, Role},
    activities::ActivityDraft,
    bin::{BIN_DAYS, BinContents, BinFilter, BinQuery, EMPTIED_AT_ONCE, GoesAlong},
    clock::Clock,
    contacts::ContactDraft,
    deals::DealDraft,
    ids::{ActivityId, CompanyId, ContactId, DealId},
};
use proptest::{
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::collections::BTreeSet;
use store::{Store, StoreError, demo::SeedCounts, purge::Emptied, removed::Removal, verify_chain};
use support::{ALL_SHOWN, About, activity, assert_counters, call, company, deal, everything, member, person, tag, tagged};
use uuid::Uuid;

/// The tables of records with a bin.
const TABLES: [&str; 4] = ["companies", "contacts", "deals", "activities"];

/// A company with a contact, a deal, and an activity with all of them; a colleague of another company who reports to the contact, a deal
/// of theirs and an activity with the contact.
struct Customer {
    company: CompanyId,
    contact: ContactId,
    deal: DealId,
    activity: ActivityId,
    other: CompanyId,
    report: ContactId,
    other_deal: DealId,
    other_activity: ActivityId,
}

async fn customer(db: &TestDb, actor: &Actor, name: &str) -> Customer {
    let store = &db.store;
    let vip = store.create_tag(actor, tag(name)).await.unwrap();
    let company_id = store.create_company(actor, tagged(name, &[vip])).await.unwrap();
    let contact = store.create_contact(actor, ContactDraft { tags: vec![vip], ..person("Đức", Some(company_id)) }).await.unwrap();
    let of_contact = |draft| DealDraft { contact_id: Some(contact), ..draft };
    let deal_id = store.create_deal(actor, of_contact(deal("Xe tải", company_id, "proposal", 700))).await.unwrap();
    let about = About { company: Some(company_id), contact: Some(contact), deal: Some(deal_id) };
    let activity = store.create_activity(actor, with_next_steps(call("Gặp", about))).await.unwrap();
    store.add_note(actor, activity, "Ghi chú".to_owned()).await.unwrap();
    let other = store.create_company(actor, company("Khác")).await.unwrap();
    let below = ContactDraft { reports_to_id: Some(contact), ..person("Dưới quyền", Some(other)) };
    let report = store.create_contact(actor, below).await.unwrap();
    let other_deal = store.create_deal(actor, of_contact(deal("Kho", other, "proposal", 5))).await.unwrap();
    let about = About { company: Some(other), contact: Some(contact), deal: Some(other_deal) };
    let other_activity = store.create_activity(actor, call("Gọi", about)).await.unwrap();
    db.clock.advance(TimeDelta::seconds(1));
    Customer { company: company_id, contact, deal: deal_id, activity, other, report, other_deal, other_activity }
}

fn with_next_steps(draft: ActivityDraft) -> ActivityDraft {
    ActivityDraft { next_steps: Some("Gửi báo giá".to_owned()), ..draft }
}

/// A task and a file of a deal, which no page makes yet.
async fn hang_task_and_file_on(db: &TestDb, actor: &Actor, deal: DealId) {
    let task = support::task("Gọi", None);
    db.store.create_task(actor, domain::tasks::TaskDraft { deal_id: Some(deal), ..task }).await.unwrap();
    let raw = db.raw().await;
    let common = "workspace_id, id, owner_id, created_at, updated_at, deal_id";
    let (workspace, owner, deal) = (raw.id(actor.workspace_id.0), raw.id(actor.user_id.0), raw.id(deal.0));
    let values = format!("{workspace}, {owner}, {owner}, '2026-03-02T03:04:05.678+00:00', '2026-03-02T03:04:05.678+00:00', {deal}");
    let hash = if raw.is_postgres() { "decode(repeat('00', 32), 'hex')" } else { "zeroblob(32)" };
    raw.run(&format!(
        "INSERT INTO attachments ({common}, filename, mime_type, size_bytes, storage_key, sha256) VALUES ({values}, 'a', 'text/plain', 1, 'k', {hash})"
    ))
    .await
    .unwrap();
}

async fn ids(raw: &Raw, table: &str, condition: &str) -> BTreeSet<Uuid> {
    raw.column(&format!("SELECT id FROM {table} WHERE {condition}")).await.into_iter().collect()
}

async fn live(raw: &Raw) -> Vec<BTreeSet<Uuid>> {
    let mut all = Vec::new();
    for table in TABLES {
        all.push(ids(raw, table, "deleted_at IS NULL").await);
    }
    all
}

async fn assert_keys_hold(raw: &Raw) {
    // PostgreSQL holds them at every statement; a SQLite file may have been written without.
    if !raw.is_postgres() {
        assert_eq!(raw.number("SELECT count(*) FROM pragma_foreign_key_check").await, 0);
    }
}

async fn all_is_right(db: &TestDb, actors: &[Actor]) {
    let raw = db.raw().await;
    assert_counters(&raw).await;
    assert_keys_hold(&raw).await;
    for actor in actors {
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }
}

async fn names(store: &Store, actor: &Actor) -> Vec<String> {
    store.bin(actor, &BinQuery::default()).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

/// The actions and the records of the log's last entries, as `action kind name`, and whether somebody made them.
async fn last_entries(raw: &Raw, count: i64) -> Vec<(String, bool)> {
    let text = |column: &str| format!("SELECT {column} FROM audit_log WHERE seq > (SELECT max(seq) FROM audit_log) - {count} ORDER BY seq");
    let what: Vec<String> = raw.column(&text("action || ' ' || entity || ' ' || COALESCE(before, '')")).await;
    let by: Vec<Option<Uuid>> = raw.column(&text("actor_id")).await;
    what.into_iter().zip(by).map(|(what, by)| (what, by.is_some())).collect()
}

on_both_databases! {
    async fn a_company_goes_with_what_was_deleted_with_it_and_nothing_live_goes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let these = customer(&db, &actor, "Ánh Dương").await;
        hang_task_and_file_on(&db, &actor, these.deal).await;
        store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        let before = live(&raw).await;

        let question = store.purge_question(&actor, these.company.0).await.unwrap();
        assert_eq!((question.entity, question.name.as_str(), question.version), (Entity::Company, "Ánh Dương", 2));
        assert_eq!(question.goes_along, GoesAlong { contacts: 1, deals: 1, activities: 1, tasks: 1 });
        assert_eq!(question.names, ["Đức", "Xe tải", "Gặp", "Gọi"]);
        for (version, shown) in [(1, ALL_SHOWN), (2, GoesAlong { deals: 0, ..question.goes_along }), (2, GoesAlong::default())] {
            assert_eq!(store.purge_record(&actor, these.company.0, version, shown).await, Err(StoreError::Conflict));
        }
        for id in [these.contact.0, these.other.0, actor.workspace_id.0] {
            assert_eq!(store.purge_question(&actor, id).await, Err(StoreError::NotFound), "not listed in the bin");
            assert_eq!(store.purge_record(&actor, id, 2, ALL_SHOWN).await, Err(StoreError::NotFound));
        }
        assert_eq!(store.purge_record(&actor, these.company.0, 2, question.goes_along).await.as_deref(), Ok("Ánh Dương"));

        assert_eq!(live(&raw).await, before, "nothing live is gone");
        for (table, left) in [("companies", 1), ("contacts", 1), ("deals", 1), ("activities", 1), ("activity_notes", 0), ("company_tags", 0), ("contact_tags", 0), ("bin_entries", 0), ("tasks", 0), ("attachments", 0)] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, left, "{table}");
        }
        assert_eq!(raw.number("SELECT open_tasks FROM workspace_counters").await, 0);
        assert_eq!(store.contact(&actor, these.report).await.unwrap().reports_to, None);
        assert_eq!(store.deal(&actor, these.other_deal).await.unwrap().contact_id, None);
        let talk = store.activity(&actor, these.other_activity).await.unwrap();
        assert_eq!((talk.version, talk.contact, talk.deal.map(|deal| deal.id)), (1, None, Some(these.other_deal)));
        let expected = [
            (r#"purge activity {"subject":"Gặp"}"#.to_owned(), true),
            (r#"purge deal {"name":"Xe tải"}"#.to_owned(), true),
            (r#"purge contact {"name":"Đức"}"#.to_owned(), true),
            (r#"purge company {"name":"Ánh Dương"}"#.to_owned(), true),
        ];
        assert_eq!(last_entries(&raw, 4).await, expected);
        for (id, name) in [(these.company.0, "Ánh Dương"), (these.contact.0, "Đức"), (these.deal.0, "Xe tải"), (these.activity.0, "Gặp")] {
            let gone = store.removed_record(&actor, id).await.unwrap().unwrap();
            assert_eq!((gone.name.as_str(), gone.removed_by.as_deref(), gone.removed_at), (name, Some("hung"), db.clock.now()));
            assert_eq!(gone.removal, Removal::Purged { is_expired: false });
        }
        assert_eq!(store.restore_company(&actor, these.company).await, Err(StoreError::NotFound));
        all_is_right(&db, &[actor]).await;
    }

    async fn what_was_deleted_before_its_company_goes_only_if_it_has_to(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let these = customer(&db, &actor, "Ánh Dương").await;
        let note = ActivityId(activity(&db, &actor, "Riêng", About { deal: Some(these.deal), ..About::default() }).await);
        store.delete_activity(&actor, these.activity, 1).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_deal(&actor, these.deal, 1).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_contact(&actor, these.contact, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));

        // A deal has a company. Contacts and activities can be without.
        let question = store.purge_question(&actor, these.company.0).await.unwrap();
        assert_eq!((question.goes_along, question.names), (GoesAlong { deals: 1, ..GoesAlong::default() }, vec!["Xe tải".to_owned()]));
        let companies = BinFilter { kind: Some(Entity::Company), ..BinFilter::default() };
        assert_eq!(store.bin_contents(&actor, &companies).await, Ok(BinContents { entries: 1, goes_along: question.goes_along }));
        assert_eq!(store.bin_contents(&actor, &BinFilter::default()).await, Ok(BinContents { entries: 4, goes_along: GoesAlong::default() }));
        store.purge_record(&actor, these.company.0, 2, question.goes_along).await.unwrap();
        assert_eq!(names(store, &actor).await, ["Đức", "Gặp"]);
        store.restore_activity(&actor, these.activity).await.unwrap();
        store.restore_contact(&actor, these.contact).await.unwrap();
        let talk = store.activity(&actor, these.activity).await.unwrap();
        assert_eq!((talk.company, talk.deal, talk.contact.map(|contact| contact.id)), (None, None, Some(these.contact)));
        assert_eq!(store.activity(&actor, note).await.unwrap().deal, None);
        all_is_right(&db, &[actor]).await;
    }

    async fn the_bin_is_emptied_of_what_a_filter_shows(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let lan = member(&db, &actor, "lan", Role::Admin).await;
        let store = &db.store;
        let raw = db.raw().await;
        let these = customer(&db, &actor, "Ánh Dương").await;
        store.delete_deal(&lan, these.other_deal, 1).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
        let nothing = BinFilter { kind: Some(Entity::Contact), ..BinFilter::default() };
        let before = everything(&raw).await;
        assert_eq!(store.empty_bin(&actor, &nothing, BinContents::default()).await, Ok(Emptied::Done(0)));
        let hers = BinFilter { person: Some(lan.user_id), ..BinFilter::default() };
        let shown = store.bin_contents(&actor, &hers).await.unwrap();
        assert_eq!(shown, BinContents { entries: 1, goes_along: GoesAlong::default() });
        for fewer in [BinContents::default(), BinContents { goes_along: GoesAlong { deals: 9, ..GoesAlong::default() }, ..BinContents::default() }] {
            assert_eq!(store.empty_bin(&actor, &hers, fewer).await, Err(StoreError::Conflict));
        }
        assert!(everything(&raw).await == before, "nothing is written");

        assert_eq!(store.empty_bin(&actor, &hers, shown).await, Ok(Emptied::Done(1)));
        let entries = last_entries(&raw, 2).await;
        assert_eq!(entries[0], (format!(r#"empty-bin workspace {{"deleted_by_id":"{}"}}"#, lan.user_id), true));
        assert_eq!(entries[1], (r#"purge deal {"name":"Kho"}"#.to_owned(), true));
        assert_eq!(names(store, &actor).await, ["Ánh Dương"]);
        let all = store.bin_contents(&actor, &BinFilter::default()).await.unwrap();
        assert_eq!((all.entries, all.records()), (1, 4));
        assert_eq!(store.empty_bin(&actor, &BinFilter::default(), all).await, Ok(Emptied::Done(4)));
        assert_eq!(names(store, &actor).await, [""; 0]);
        all_is_right(&db, &[actor]).await;
    }

    async fn a_full_bin_is_emptied_by_a_job(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let many = EMPTIED_AT_ONCE as usize + 30;
        store.seed_bulk(&actor, SeedCounts { companies: 2, contacts: 1, deals: 1, activities: many, tasks: 0 }).await.unwrap();
        for id in raw.column::<Uuid>("SELECT id FROM activities").await {
            store.delete_activity(&actor, ActivityId(id), 1).await.unwrap();
        }
        let shown = store.bin_contents(&actor, &BinFilter::default()).await.unwrap();
        assert_eq!(shown.entries, many as u64);
        assert_eq!(store.empty_bin(&actor, &BinFilter::default(), shown).await, Ok(Emptied::Started(many as u64)));
        assert_eq!(raw.number("SELECT count(*) FROM bin_entries").await, many as i64, "the job does it");
        // Deleted after it was asked for.
        db.clock.advance(TimeDelta::seconds(1));
        let stays = store.create_contact(&actor, person("Ở lại", None)).await.unwrap();
        store.delete_contact(&actor, stays, 1, ALL_SHOWN).await.unwrap();

        let handler = store::job_handlers().into_iter().find(|handler| handler.kind == "empty-bin").unwrap();
        let jobs = store.take_jobs(vec!["empty-bin"], 1, TimeDelta::seconds(90)).await.unwrap();
        for attempt in 0..2 {
            handler.run(store.clone(), jobs[0].clone()).await.unwrap();
            assert_eq!(names(store, &actor).await, ["Ở lại"], "{attempt}");
        }
        let by: Vec<Uuid> = raw.column("SELECT DISTINCT actor_id FROM audit_log WHERE action = 'purge'").await;
        assert_eq!(by, [actor.user_id.0]);
        assert_eq!(raw.number("SELECT count(*) FROM activities").await, 0);
        all_is_right(&db, &[actor]).await;
    }

    async fn records_are_purged_after_thirty_days_and_not_before(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        let store = &db.store;
        let raw = db.raw().await;
        let (these, others) = (customer(&db, &actor, "Ánh Dương").await, customer(&db, &theirs, "Bình Minh").await);
        store.delete_deal(&theirs, others.other_deal, 1).await.unwrap();
        store.delete_contact(&actor, these.report, 1, ALL_SHOWN).await.unwrap();
        store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
        // A suspended workspace is emptied as well.
        raw.run(&format!("UPDATE workspaces SET suspended_at = updated_at WHERE id = {}", raw.id(theirs.workspace_id.0))).await.unwrap();
        db.clock.advance(TimeDelta::milliseconds(1));
        store.delete_activity(&actor, these.other_activity, 1).await.unwrap();
        db.clock.advance(TimeDelta::days(BIN_DAYS) - TimeDelta::milliseconds(1));
        assert_eq!(names(store, &actor).await.len(), 3, "after exactly thirty days all can still be restored");
        assert_eq!(store.purge_expired_records().await, Ok(0));
        let before = live(&raw).await;
        db.clock.advance(TimeDelta::milliseconds(1));
        assert_eq!(names(store, &actor).await, ["Gọi"], "deleted a millisecond later");
        assert_eq!(store.purge_expired_records().await, Ok(6));
        assert_eq!(store.purge_expired_records().await, Ok(0));
        assert_eq!(live(&raw).await, before);
        assert_eq!(names(store, &actor).await, ["Gọi"]);
        for table in TABLES {
            let left = if table == "activities" { 1 } else { 0 };
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table} WHERE deleted_at IS NOT NULL")).await, left, "{table}");
        }
        let entries = last_entries(&raw, 3).await;
        assert!(entries.iter().all(|(what, by_somebody)| what.starts_with("purge ") && !by_somebody), "{entries:?}");
        // A clock that goes back restores nothing that is gone.
        db.clock.advance(TimeDelta::days(-10));
        assert_eq!(store.restore_company(&actor, these.company).await, Err(StoreError::NotFound));
        assert_eq!(store.purge_expired_records().await, Ok(0));
        all_is_right(&db, &[actor, theirs]).await;
    }

    async fn two_processes_purge_once(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        store.seed_bulk(&actor, SeedCounts { companies: 10, contacts: 10, deals: 10, activities: 450, tasks: 0 }).await.unwrap();
        for id in raw.column::<Uuid>("SELECT id FROM activities").await {
            store.delete_activity(&actor, ActivityId(id), 1).await.unwrap();
        }
        db.clock.advance(TimeDelta::days(31));
        let other = db.another_store().await;
        // The first one is stopped in the midst of it, as a process that ends.
        let stopped = store.clone();
        let first = tokio::spawn(async move { stopped.purge_expired_records().await });
        while raw.number("SELECT count(*) FROM audit_log WHERE action = 'purge'").await == 0 && !first.is_finished() {
            tokio::task::yield_now().await;
        }
        first.abort();
        let (one, two) = tokio::join!(store.purge_expired_records(), other.purge_expired_records());
        assert!(one.unwrap() + two.unwrap() < 450, "some were gone before");
        assert_eq!(raw.number("SELECT count(*) FROM activities").await, 0);
        assert_eq!(raw.number("SELECT count(*) FROM audit_log WHERE action = 'purge'").await, 450, "each once");
        assert_eq!(raw.number("SELECT count(DISTINCT entity_id) FROM audit_log WHERE action = 'purge'").await, 450);
        other.close().await;
        all_is_right(&db, &[actor]).await;
    }

    /// Every step leaves counters, keys and the bin's entries whole, and no purge takes anything live along.
    async fn whatever_is_deleted_restored_and_purged_the_rest_stays_whole(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        customer(&db, &theirs, "Bình Minh").await;
        let raw = db.raw().await;
        let of_theirs = format!("workspace_id = {}", raw.id(theirs.workspace_id.0));
        let untouched = async || {
            let mut all = Vec::new();
            for table in TABLES {
                all.push(ids(&raw, table, &of_theirs).await);
            }
            all
        };
        let theirs_before = untouched().await;
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[17; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        for step in 0..trial_size(90, 900) {
            let action = action().new_tree(&mut runner).unwrap().current();
            let live_before = live(&raw).await;
            let said = perform(&db, &raw, &actor, &action).await;
            let told = format!("step {step}: {action:?}: {said}");
            if matches!(action, Step::Purge(..) | Step::Empty(_) | Step::Expire) {
                assert_eq!(live(&raw).await, live_before, "{told}");
            }
            if matches!(action, Step::Expire) {
                let old = raw.number("SELECT count(*) FROM bin_entries").await;
                assert_eq!(old as u64, db.store.bin(&actor, &BinQuery::default()).await.unwrap().total.count, "{told}");
            }
            assert_counters(&raw).await;
            assert_keys_hold(&raw).await;
        }
        assert_eq!(untouched().await, theirs_before);
        assert!(raw.number("SELECT count(*) FROM audit_log WHERE action = 'purge'").await > 20, "enough went");
        db.clock.advance(TimeDelta::days(31));
        db.store.purge_expired_records().await.unwrap();
        for table in TABLES {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table} WHERE deleted_at IS NOT NULL")).await, 0, "{table}");
        }
        all_is_right(&db, &[actor, theirs]).await;
    }
}

/// What happens to a workspace.
#[derive(Debug, Clone)]
enum Step {
    Customer,
    Delete(usize, Index),
    Restore(usize, Index),
    Purge(Index),
    Empty(Option<Entity>),
    /// Hours by which the clock is turned.
    Turn(i64),
    Expire,
}

fn action() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Customer),
        8 => (0..4_usize, any::<Index>()).prop_map(|(kind, index)| Step::Delete(kind, index)),
        4 => (0..4_usize, any::<Index>()).prop_map(|(kind, index)| Step::Restore(kind, index)),
        4 => any::<Index>().prop_map(Step::Purge),
        1 => select(vec![None, Some(Entity::Company), Some(Entity::Contact), Some(Entity::Deal)]).prop_map(Step::Empty),
        4 => (-100..600_i64).prop_map(Step::Turn),
        3 => Just(Step::Expire),
    ]
}

/// Does one step and says what came of it. What can't be done, as restoring a deal whose company is in the bin, is refused.
async fn perform(db: &TestDb, raw: &Raw, actor: &Actor, step: &Step) -> String {
    let store = &db.store;
    let own = format!("workspace_id = {}", raw.id(actor.workspace_id.0));
    db.clock.advance(TimeDelta::seconds(1));
    match step {
        Step::Customer => {
            let name = format!("Khách {}", db.clock.now().timestamp_millis());
            customer(db, actor, &name).await;
            name
        }
        Step::Delete(kind, index) => {
            let found: Vec<Uuid> = ids(raw, TABLES[*kind], &format!("{own} AND deleted_at IS NULL")).await.into_iter().collect();
            if found.is_empty() {
                return "none".to_owned();
            }
            let id = *index.get(&found);
            let version = raw.number(&format!("SELECT version FROM {} WHERE id = {}", TABLES[*kind], raw.id(id))).await;
            match kind {
                0 => drop(store.delete_company(actor, CompanyId(id), version, ALL_SHOWN).await.unwrap()),
                1 => drop(store.delete_contact(actor, ContactId(id), version, ALL_SHOWN).await.unwrap()),
                2 => drop(store.delete_deal(actor, DealId(id), version).await.unwrap()),
                _ => store.delete_activity(actor, ActivityId(id), version).await.unwrap(),
            }
            id.to_string()
        }
        Step::Restore(kind, index) => {
            let found: Vec<Uuid> = ids(raw, TABLES[*kind], &format!("{own} AND deleted_at IS NOT NULL")).await.into_iter().collect();
            if found.is_empty() {
                return "none".to_owned();
            }
            let id = *index.get(&found);
            let done = match kind {
                0 => store.restore_company(actor, CompanyId(id)).await.map(drop),
                1 => store.restore_contact(actor, ContactId(id)).await.map(drop),
                2 => store.restore_deal(actor, DealId(id)).await.map(drop),
                _ => store.restore_activity(actor, ActivityId(id)).await,
            };
            assert!(matches!(done, Ok(()) | Err(StoreError::Conflict | StoreError::NotFound)), "{done:?}");
            format!("{id} {done:?}")
        }
        Step::Purge(index) => {
            let listed = store.bin(actor, &BinQuery::default()).await.unwrap().rows;
            if listed.is_empty() {
                return "none".to_owned();
            }
            let question = store.purge_question(actor, index.get(&listed).id).await.unwrap();
            store.purge_record(actor, question.id, question.version, question.goes_along).await.unwrap();
            question.name
        }
        Step::Empty(kind) => {
            let filter = BinFilter { kind: *kind, ..BinFilter::default() };
            let shown = store.bin_contents(actor, &filter).await.unwrap();
            format!("{:?}", store.empty_bin(actor, &filter, shown).await.unwrap())
        }
        Step::Turn(hours) => {
            db.clock.advance(TimeDelta::hours(*hours));
            String::new()
        }
        Step::Expire => store.purge_expired_records().await.unwrap().to_string(),
    }
}
