//! One change to many records: each held to its version and owner, and put back by an undo.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{Raw, TestDb, trial_size};
use domain::{
    access::{Actor, Role},
    activities::ActivityQuery,
    bin::GoesAlong,
    bulk_changes::{BULK_AT_ONCE, BulkChange, BulkNumbers, SkipReason},
    companies::{CompanyQuery, CompanyStatus},
    contacts::ContactQuery,
    deals::{DealDraft, DealFilter, DealQuery, Placement},
    ids::{ActivityId, BulkChangeId, CompanyId, DealId, StageId, TagId, UserId},
    page::ListQuery,
    record_kinds::RecordKind,
    stages::{StageDraft, StageForm, StageKind, StageSuccessor},
    tasks::TaskStatus,
};
use std::collections::BTreeMap;
use store::{
    FieldChange, Store, StoreError, TimeRange,
    bulk_changes::{BulkChangeDetail, BulkSelection, NewBulkChange, SkippedRecord},
    deals::DealChange,
    demo::SeedCounts,
    verify_chain,
};
use support::{
    About, LeftOut, assert_counters, bulk_change, call, company, deal, everything, everything_except, member, names_in, person, tag,
    tagged, to,
};
use uuid::Uuid;

const NOT_THERE: Uuid = Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001);

async fn three_deals(db: &TestDb, actor: &Actor) -> (CompanyId, [Uuid; 3]) {
    let id = db.store.create_company(actor, company("Ánh Dương")).await.unwrap();
    let mut deals = [NOT_THERE; 3];
    for (place, name) in deals.iter_mut().zip(["c", "b", "a"]) {
        *place = db.store.create_deal(actor, deal(name, id, "proposal", 101)).await.unwrap().0;
    }
    deals.reverse();
    (id, deals)
}

fn stage(slug: &str) -> BulkChange {
    BulkChange::Stage { stage: slug.to_owned(), lost_reason: None }
}

/// Changes deals.
async fn change(db: &TestDb, actor: &Actor, deals: &[(Uuid, i64)], what: BulkChange) -> Result<BulkChangeDetail, StoreError> {
    bulk_change(db, actor, RecordKind::Deals, deals, what).await
}

async fn stage_of(db: &TestDb, actor: &Actor, slug: &str) -> StageId {
    db.store.stages(actor).await.unwrap().into_iter().find(|stage| stage.slug == slug).unwrap().id
}

fn of_kind(name: &str, kind: &str) -> StageDraft {
    StageForm { name: name.to_owned(), kind: kind.to_owned(), probability: "40".to_owned(), ..StageForm::default() }.parse().unwrap()
}

async fn undo(db: &TestDb, actor: &Actor, id: BulkChangeId) -> BulkChangeDetail {
    let undo = db.store.undo_bulk_change(actor, id).await.unwrap();
    db.store.bulk_change(actor, undo).await.unwrap()
}

/// Number of skipped records of a result.
fn skipped(detail: &BulkChangeDetail) -> Vec<(SkipReason, u64)> {
    detail.skipped.clone()
}

/// Runs the jobs that are due, as a worker does.
async fn run_jobs(store: &Store) {
    for handler in store::job_handlers().into_iter().filter(|handler| handler.kind == "bulk-change") {
        for job in store.take_jobs(vec![handler.kind], 10, TimeDelta::minutes(1)).await.unwrap() {
            let outcome = handler.run(store.clone(), job.clone()).await;
            assert_eq!(outcome, Ok(()));
            assert!(store.finish_job(&job, &outcome).await.unwrap());
        }
    }
}

/// Ids and versions of the rows of a table that are not in the bin.
async fn versions(raw: &Raw, kind: RecordKind) -> Vec<(Uuid, i64)> {
    let table = kind.slug();
    let live = "deleted_at IS NULL ORDER BY id";
    let ids: Vec<Uuid> = raw.column(&format!("SELECT id FROM {table} WHERE {live}")).await;
    let versions: Vec<i64> = raw.column(&format!("SELECT version FROM {table} WHERE {live}")).await;
    ids.into_iter().zip(versions).collect()
}

/// Everything but versions, times of changes, the log, and what is kept of bulk changes themselves. Of SQLite's search index the texts
/// that it is made of are compared. A counter of nothing is as good as none.
async fn content(raw: &Raw) -> Vec<String> {
    let tables = &["audit_", "bulk_change", "jobs", "sent_forms", "_search", "_docs", "sqlite_"];
    let rows = everything_except(raw, LeftOut { tables, columns: &["version", "updated_at"] }).await;
    let counts_nothing = |row: &String| row.starts_with("owner_stage_counters") && row.replace('\'', "").ends_with("|0|0|0|0");
    rows.into_iter().filter(|row| !counts_nothing(row)).collect()
}

/// `count` companies by one statement, as creating them one by one takes long.
async fn many_companies(db: &TestDb, actor: &Actor, count: usize) {
    let first = db.store.create_company(actor, company("Mẫu")).await.unwrap();
    let raw = db.raw().await;
    let (row, workspace) = (raw.id(first.0), raw.id(actor.workspace_id.0));
    let id = if raw.is_postgres() { "gen_random_uuid()" } else { "randomblob(16)" };
    let copy = |table: &str, key: &str, columns: Vec<String>, source: &str, new: &str| {
        let rest: Vec<String> = columns.into_iter().filter(|column| column != key).map(|column| format!("\"{column}\"")).collect();
        let (rest, values) = (rest.join(", "), rest.iter().map(|column| format!("t.{column}")).collect::<Vec<_>>().join(", "));
        format!("INSERT INTO {table} ({key}, {rest}) SELECT {new}, {values} FROM {table} t, {source} WHERE t.{key} = {row}")
    };
    let columns = async |table: &str| -> Vec<String> {
        if raw.is_postgres() {
            let of_table = format!("table_name = '{table}' AND is_generated = 'NEVER'");
            raw.column(&format!("SELECT CAST(column_name AS text) FROM information_schema.columns WHERE {of_table}")).await
        } else {
            raw.column(&format!("SELECT name FROM pragma_table_info('{table}')")).await
        }
    };
    let numbers =
        format!("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n) AS numbers", count - 1);
    raw.run(&copy("companies", "id", columns("companies").await, &numbers, id)).await.unwrap();
    let others = format!("(SELECT id AS other FROM companies WHERE id <> {row}) AS others");
    raw.run(&copy("company_counters", "company_id", columns("company_counters").await, &others, "other")).await.unwrap();
    raw.run(&format!("UPDATE workspace_counters SET companies = {count} WHERE workspace_id = {workspace}")).await.unwrap();
}

fn all_companies(change: BulkChange, records: u64) -> NewBulkChange {
    let shown = Some(BulkNumbers { records, ..BulkNumbers::default() });
    NewBulkChange { selection: BulkSelection::Companies(CompanyQuery::default()), change, shown }
}

/// Numbers that look random, and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// A workspace with records of every kind, linked in every way.
struct World {
    owners: Vec<UserId>,
    tags: Vec<TagId>,
}

async fn world(db: &TestDb, actor: &Actor) -> World {
    let lan = member(db, actor, "lan", Role::Member).await;
    let mut tags = Vec::new();
    for name in ["VIP", "Sỉ"] {
        tags.push(db.store.create_tag(actor, tag(name)).await.unwrap());
    }
    for number in 0..6 {
        // So that ids sort as the records were made.
        db.clock.advance(TimeDelta::milliseconds(1));
        let carried = if number % 2 == 0 { &tags[..1] } else { &[] };
        let id = db.store.create_company(actor, tagged(&format!("Cty {number}"), carried)).await.unwrap();
        let mut contact = None;
        for name in ["An", "Bình"] {
            let draft = domain::contacts::ContactDraft { tags: carried.to_vec(), ..person(name, Some(id).filter(|_| number != 5)) };
            contact = Some(db.store.create_contact(actor, draft).await.unwrap());
        }
        let mut last = None;
        for slug in ["proposal", "negotiation"] {
            let draft = domain::deals::DealDraft { contact_id: contact, ..deal(&format!("Xe {number}"), id, slug, 100) };
            last = Some(db.store.create_deal(actor, draft).await.unwrap());
        }
        let abouts = [
            About { company: Some(id), ..About::default() },
            About { contact, ..About::default() },
            About { company: Some(id), contact, deal: last },
            About::default(),
        ];
        for about in abouts {
            db.store.create_activity(actor, call("Gọi", about)).await.unwrap();
        }
        for of in [Some(id), None] {
            let task = db.store.create_task(actor, support::task("Việc", of)).await.unwrap();
            if number % 2 == 0 {
                db.store.set_task_status(actor, task, TaskStatus::Done).await.unwrap();
            }
        }
        if number >= 4 {
            db.store.archive_company(actor, id, 1, "Giải thể".to_owned()).await.unwrap();
        }
    }
    World { owners: vec![actor.user_id, lan.user_id], tags }
}

/// The kinds of changes.
const CHANGES: usize = 9;

/// A change of the kind with this number, and a kind of records for it.
fn random_change(dice: &mut Dice, world: &World, number: usize) -> (BulkChange, RecordKind) {
    let change = match number {
        0 => BulkChange::Delete,
        1 => BulkChange::Owner(dice.one_of(&world.owners)),
        2 => BulkChange::AddTag(dice.one_of(&world.tags)),
        3 => BulkChange::RemoveTag(dice.one_of(&world.tags)),
        4 => BulkChange::Status(dice.one_of(&CompanyStatus::ALL)),
        5 => BulkChange::Archive { reason: "Không còn".to_owned() },
        6 => BulkChange::BringBack,
        7 => BulkChange::TaskStatus(dice.one_of(&TaskStatus::ALL)),
        _ => BulkChange::Stage {
            stage: dice.one_of(&["prospecting", "negotiation", "closed-won", "closed-lost"]).to_owned(),
            lost_reason: Some("Giá cao".to_owned()),
        },
    };
    loop {
        let kind = dice.one_of(&RecordKind::ALL);
        if change.applies_to(kind) {
            return (change, kind);
        }
    }
}

on_both_databases! {
    async fn a_change_and_its_undo_leave_all_but_versions_and_log_as_it_was(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let world = world(&db, &actor).await;
        let raw = db.raw().await;
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let mut seen = BTreeMap::<String, u64>::new();
        for round in 0..trial_size(72, 1_000) {
            db.clock.advance(TimeDelta::seconds(1));
            let (what, kind) = random_change(&mut dice, &world, round % CHANGES);
            let records: Vec<(Uuid, i64)> = versions(&raw, kind).await.into_iter().filter(|_| dice.below(3) > 0).collect();
            if records.is_empty() {
                continue;
            }
            let before = content(&raw).await;
            let done = bulk_change(&db, &actor, kind, &records, what.clone()).await.unwrap();
            let about = format!("round {round}: {what:?} of {kind:?}");
            assert_counters(&raw).await;
            assert_eq!(done.done(), done.total, "{about}");
            *seen.entry(format!("{what:?}").chars().take_while(|letter| letter.is_alphabetic()).collect()).or_default() += done.changed;
            if done.changed == 0 {
                assert!(content(&raw).await == before, "{about}");
                continue;
            }
            assert!(content(&raw).await != before, "{about}");
            db.clock.advance(TimeDelta::seconds(1));
            let undone = undo(&db, &actor, done.id).await;
            assert_eq!((undone.changed, skipped(&undone)), (done.changed, vec![]), "{about}");
            let after = content(&raw).await;
            let differing: Vec<_> = after.iter().filter(|row| !before.contains(row)).chain(before.iter().filter(|row| !after.contains(row))).collect();
            assert!(after == before, "{about}: {differing:#?}");
            assert_counters(&raw).await;
        }
        assert!(seen.len() == CHANGES && seen.values().all(|changed| *changed > 0), "each change was tried: {seen:?}");
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }

    async fn an_undo_leaves_and_names_what_was_changed_since(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let world = world(&db, &actor).await;
        let raw = db.raw().await;
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        // An archived company is skipped for another reason.
        let companies = versions(&raw, RecordKind::Companies).await;
        bulk_change(&db, &actor, RecordKind::Companies, &companies, BulkChange::BringBack).await.unwrap();
        for kind in RecordKind::ALL {
            let records: Vec<(Uuid, i64)> = versions(&raw, kind).await.into_iter().take(3).collect();
            let owner = BulkChange::Owner(world.owners[1]);
            let done = bulk_change(&db, &actor, kind, &records, owner).await.unwrap();
            assert_eq!(done.changed, 3, "{kind:?}");
            let (id, version) = records[dice.below(3)];
            let back = bulk_change(&db, &actor, kind, &[(id, version + 1)], BulkChange::Owner(world.owners[0])).await.unwrap();
            assert_eq!(back.changed, 1);
            let undone = undo(&db, &actor, done.id).await;
            assert_eq!((undone.changed, skipped(&undone)), (2, vec![(SkipReason::Changed, 1)]), "{kind:?}");
            assert!(undone.first_skipped.iter().all(|record| record.id == id && record.name.is_some()), "{undone:?}");
            // Of deleted records, one comes back by itself before.
            let records: Vec<(Uuid, i64)> = versions(&raw, kind).await.into_iter().take(2).collect();
            let done = bulk_change(&db, &actor, kind, &records, BulkChange::Delete).await.unwrap();
            assert_eq!(done.changed, 2, "{kind:?}");
            match kind {
                RecordKind::Companies => db.store.restore_company(&actor, CompanyId(records[0].0)).await.map(drop),
                RecordKind::Contacts => db.store.restore_contact(&actor, domain::ids::ContactId(records[0].0)).await.map(drop),
                RecordKind::Deals => db.store.restore_deal(&actor, DealId(records[0].0)).await.map(drop),
                RecordKind::Activities => db.store.restore_activity(&actor, ActivityId(records[0].0)).await,
                RecordKind::Tasks => db.store.restore_task(&actor, domain::ids::TaskId(records[0].0)).await.map(drop),
            }
            .unwrap();
            let undone = undo(&db, &actor, done.id).await;
            assert_eq!((undone.changed, skipped(&undone)), (1, vec![(SkipReason::Changed, 1)]), "{kind:?}");
        }
        assert_counters(&raw).await;
    }

    async fn an_undo_is_for_who_started_the_change_and_for_admins_and_made_once(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let mai = member(&db, &owner, "mai", Role::Member).await;
        let (_, outsider) = db.register("outsider").await;
        let (_, [a, b, _]) = three_deals(&db, &owner).await;
        let done = change(&db, &lan, &[(a, 1), (b, 1)], stage("negotiation")).await.unwrap();
        assert!(done.can_be_undone && done.started_by == lan.user_id);
        for other in [mai, outsider] {
            assert_eq!(db.store.bulk_change(&other, done.id).await, Err(StoreError::NotFound));
            assert_eq!(db.store.undo_bulk_change(&other, done.id).await, Err(StoreError::NotFound));
        }
        assert!(db.store.bulk_change(&owner, done.id).await.unwrap().can_be_undone);
        let first = db.store.undo_bulk_change(&owner, done.id).await.unwrap();
        assert_eq!(db.store.undo_bulk_change(&lan, done.id).await, Ok(first), "sent twice, it is one undo");
        let done = db.store.bulk_change(&lan, done.id).await.unwrap();
        assert_eq!((done.undone_by, done.can_be_undone), (Some(first), false));
        assert!(matches!(db.store.undo_bulk_change(&owner, first).await, Err(StoreError::Invalid(_))), "an undo is not undone");
        assert_eq!(names_in(&db.store, &owner, "proposal").await, ["a", "b", "c"]);

        // After thirty days it is gone, and its records with it.
        db.clock.advance(TimeDelta::days(31));
        assert_eq!(db.store.bulk_change(&lan, done.id).await, Err(StoreError::NotFound));
        assert_eq!(db.store.undo_bulk_change(&lan, done.id).await, Err(StoreError::NotFound));
        assert_eq!(db.store.delete_old_bulk_changes().await, Ok(2));
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM bulk_changes").await + raw.number("SELECT count(*) FROM bulk_change_records").await, 0);
        assert_eq!(verify_chain(&db.store, owner.workspace_id).await, Ok(None), "the log names it still");
    }

    async fn what_an_undo_would_put_back_may_be_gone(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let (_, [a, b, _]) = three_deals(&db, &lan).await;
        let done = change(&db, &owner, &[(a, 1), (b, 1)], BulkChange::Owner(owner.user_id)).await.unwrap();
        db.store.remove_member(&owner, lan.user_id, domain::members::RecordsGoTo::Nobody).await.unwrap();
        let undone = undo(&db, &owner, done.id).await;
        assert_eq!((undone.changed, skipped(&undone)), (0, vec![(SkipReason::ValueGone, 2)]));

        // A deal whose company was deleted since comes back with it alone.
        let (company_id, [c, ..]) = three_deals(&db, &owner).await;
        let done = change(&db, &owner, &[(c, 1)], BulkChange::Delete).await.unwrap();
        db.store.delete_company(&owner, company_id, 1, support::ALL_SHOWN).await.unwrap();
        assert_eq!(skipped(&undo(&db, &owner, done.id).await), [(SkipReason::CompanyDeleted, 1)]);
    }

    async fn an_undo_leaves_a_deal_whose_former_stage_means_something_else_now(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, [a, b, c]) = three_deals(&db, &owner).await;
        let raw = db.raw().await;
        let done = change(&db, &owner, &[(a, 1), (b, 1), (c, 1)], stage("negotiation")).await.unwrap();
        // As it was recorded before the kind was.
        let older = format!("UPDATE bulk_change_records SET before = replace(before, ',\"kind\":\"open\",\"follows_stage\":true', '') WHERE record_id = {}", raw.id(a));
        assert_eq!(raw.run(&older).await.unwrap(), 1);
        assert_eq!(raw.number("SELECT count(*) FROM bulk_change_records WHERE before LIKE '%follows_stage%'").await, 2);
        let proposal = stage_of(&db, &owner, "proposal").await;
        db.store.update_stage(&owner, proposal, 1, of_kind("Proposal", "won")).await.unwrap();
        let undone = undo(&db, &owner, done.id).await;
        assert_eq!((undone.changed, skipped(&undone)), (0, vec![(SkipReason::ValueGone, 3)]));
        assert_eq!(names_in(&db.store, &owner, "negotiation").await.len(), 3);
        let closed = "SELECT count(*) FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id
            WHERE (s.kind = 'open') <> (d.closed_at IS NULL)";
        assert_eq!(raw.number(closed).await, 0);
        assert_counters(&raw).await;
    }

    async fn a_deal_that_followed_its_stage_follows_it_again_after_an_undo(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (company_id, [follows, ..]) = three_deals(&db, &owner).await;
        let own = DealDraft { probability: Some(33), ..deal("own", company_id, "proposal", 101) };
        let own = db.store.create_deal(&owner, own).await.unwrap().0;
        let done = change(&db, &owner, &[(follows, 1), (own, 1)], stage("negotiation")).await.unwrap();
        let proposal = stage_of(&db, &owner, "proposal").await;
        let form = |percent: &str| StageForm { name: "Proposal".into(), probability: percent.into(), ..StageForm::default() }.parse().unwrap();
        db.store.update_stage(&owner, proposal, 1, form("61")).await.unwrap();
        assert_eq!(undo(&db, &owner, done.id).await.changed, 2);
        let probability = async |id: Uuid| db.store.deal(&owner, DealId(id)).await.unwrap().probability;
        assert_eq!((probability(follows).await, probability(own).await), (61, 33));
        db.store.update_stage(&owner, proposal, 2, form("62")).await.unwrap();
        assert_eq!((probability(follows).await, probability(own).await), (62, 33));
        assert_counters(&db.raw().await).await;
    }

    async fn deals_deleted_in_bulk_come_back_though_their_stage_was_removed(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, [a, b, c]) = three_deals(&db, &owner).await;
        let done = change(&db, &owner, &[(a, 1), (b, 1)], BulkChange::Delete).await.unwrap();
        let to = StageSuccessor { stage: Some(("negotiation".to_owned(), StageKind::Open)), deals: 3, ..StageSuccessor::default() };
        db.store.remove_stage(&owner, stage_of(&db, &owner, "proposal").await, 1, to).await.unwrap();
        let undone = undo(&db, &owner, done.id).await;
        assert_eq!((undone.changed, skipped(&undone)), (2, vec![]));
        assert_eq!(names_in(&db.store, &owner, "negotiation").await.len(), 3);
        assert_eq!(db.store.deal(&owner, DealId(c)).await.unwrap().version, 2, "who has it open is told of the move");
        assert_counters(&db.raw().await).await;
    }

    async fn a_job_leaves_the_deals_if_their_new_stage_is_made_a_lost_one(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let count = BULK_AT_ONCE + 1;
        let records = SeedCounts { companies: 50, contacts: 50, deals: count, activities: 50, tasks: 0 };
        db.store.seed_bulk(&owner, records).await.unwrap();
        let demo = db.store.create_stage(&owner, of_kind("Demo", "open")).await.unwrap();
        let selection = BulkSelection::Deals(DealQuery::default());
        let shown = Some(BulkNumbers { records: count as u64, ..BulkNumbers::default() });
        let id = db.store.begin_bulk_change(&owner, NewBulkChange { selection, change: stage("demo"), shown }).await.unwrap();
        db.store.update_stage(&owner, demo, 1, of_kind("Demo", "lost")).await.unwrap();
        run_jobs(&db.store).await;
        let done = db.store.bulk_change(&owner, id).await.unwrap();
        assert_eq!((done.changed, skipped(&done), done.finished_at.is_some()), (0, vec![(SkipReason::ValueGone, count as u64)], true));
        assert_counters(&db.raw().await).await;
    }

    async fn each_skipped_record_has_its_reason(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let raw = db.raw().await;
        let made = async |actor: &Actor, name: &str| db.store.create_company(actor, company(name)).await.unwrap();
        let (own, binned, archived, stale) = (made(&lan, "Own").await, made(&lan, "Binned").await, made(&lan, "Archived").await, made(&lan, "Stale").await);
        let theirs = made(&owner, "Theirs").await;
        db.store.delete_company(&owner, binned, 1, support::ALL_SHOWN).await.unwrap();
        db.store.archive_company(&owner, archived, 1, "Giải thể".to_owned()).await.unwrap();
        db.store.update_company(&owner, stale, 1, company("Stale now")).await.unwrap();
        raw.run(&format!("UPDATE workspaces SET owners_only_edit = true WHERE id = {}", raw.id(owner.workspace_id.0))).await.unwrap();
        let records = [own, binned, archived, stale, theirs, CompanyId(NOT_THERE)].map(|id| (id.0, if id == archived { 2 } else { 1 }));
        let done = bulk_change(&db, &lan, RecordKind::Companies, &records, BulkChange::Status(CompanyStatus::Active)).await.unwrap();
        let expected = [(SkipReason::Changed, 1), (SkipReason::NotTheirs, 1), (SkipReason::Gone, 2), (SkipReason::Archived, 1)];
        assert_eq!((done.changed, done.skipped.as_slice()), (1, expected.as_slice()));
        let named: Vec<(Option<&str>, SkipReason)> = done.first_skipped.iter().map(|record| (record.name.as_deref(), record.reason)).collect();
        assert_eq!(
            named,
            [
                (None, SkipReason::Gone),
                (Some("Archived"), SkipReason::Archived),
                (Some("Stale now"), SkipReason::Changed),
                (Some("Theirs"), SkipReason::NotTheirs),
                (None, SkipReason::Gone)
            ]
        );

        let call = db.store.create_activity(&lan, call("Gọi", About::default())).await.unwrap();
        raw.run("UPDATE workspaces SET lock_activities = true").await.unwrap();
        for what in [BulkChange::Delete, BulkChange::Owner(owner.user_id)] {
            let done = bulk_change(&db, &lan, RecordKind::Activities, &[(call.0, 1)], what).await.unwrap();
            assert_eq!(skipped(&done), [(SkipReason::Locked, 1)]);
        }
    }

    async fn five_hundred_are_changed_at_once_and_one_more_is_a_job(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let count = BULK_AT_ONCE + 1;
        many_companies(&db, &actor, count).await;
        let raw = db.raw().await;
        let active = async || raw.number("SELECT count(*) FROM companies WHERE status = 'active'").await;
        let what = BulkChange::Status(CompanyStatus::Active);
        let before = content(&raw).await;
        let id = db.store.begin_bulk_change(&actor, all_companies(what, count as u64)).await.unwrap();
        let begun = db.store.bulk_change(&actor, id).await.unwrap();
        assert_eq!((begun.total, begun.done(), begun.finished_at, begun.can_be_undone), (count as u64, 0, None, false));
        assert!(matches!(db.store.undo_bulk_change(&actor, id).await, Err(StoreError::Invalid(_))), "not while it runs");
        // One is changed before its turn.
        let (other, version) = versions(&raw, RecordKind::Companies).await[7];
        db.store.archive_company(&actor, CompanyId(other), version, "Giải thể".to_owned()).await.unwrap();
        run_jobs(&db.store).await;
        let done = db.store.bulk_change(&actor, id).await.unwrap();
        assert_eq!((done.changed, skipped(&done)), (BULK_AT_ONCE as u64, vec![(SkipReason::Archived, 1)]));
        assert_eq!(active().await, BULK_AT_ONCE as i64);
        db.store.bring_back_company(&actor, CompanyId(other)).await.unwrap();

        let few = versions(&raw, RecordKind::Companies).await.into_iter().filter(|(id, _)| *id != other).take(3).collect::<Vec<_>>();
        let at_once = bulk_change(&db, &actor, RecordKind::Companies, &few, BulkChange::Status(CompanyStatus::Lead)).await.unwrap();
        assert_eq!((at_once.changed, at_once.finished_at.is_some()), (3, true));
        assert_eq!(undo(&db, &actor, at_once.id).await.changed, 3);

        let undo = db.store.undo_bulk_change(&actor, id).await.unwrap();
        run_jobs(&db.store).await;
        let undone = db.store.bulk_change(&actor, undo).await.unwrap();
        let left = (undone.changed, skipped(&undone));
        assert_eq!(left, (BULK_AT_ONCE as u64 - 3, vec![(SkipReason::Changed, 3)]));
        assert_eq!(active().await, 3);
        assert_counters(&raw).await;
        assert_eq!(before.len(), content(&raw).await.len());
    }

    async fn a_job_that_dies_midway_is_done_after(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let count = BULK_AT_ONCE + 100;
        many_companies(&db, &actor, count).await;
        let raw = db.raw().await;
        let id = db.store.begin_bulk_change(&actor, all_companies(BulkChange::Status(CompanyStatus::Active), count as u64)).await.unwrap();
        let kinds = vec!["bulk-change"];
        let handler = store::job_handlers().into_iter().find(|handler| handler.kind == kinds[0]).unwrap();
        let job = db.store.take_jobs(kinds.clone(), 1, TimeDelta::minutes(1)).await.unwrap().remove(0);
        let dying = tokio::spawn(handler.run(db.store.clone(), job));
        while db.store.bulk_change(&actor, id).await.unwrap().done() == 0 {
            tokio::task::yield_now().await;
        }
        dying.abort();
        assert!(dying.await.is_err_and(|error| error.is_cancelled()), "it was not done yet");
        db.clock.advance(TimeDelta::minutes(2));
        run_jobs(&db.store).await;
        let done = db.store.bulk_change(&actor, id).await.unwrap();
        assert_eq!((done.changed, skipped(&done), done.finished_at.is_some()), (count as u64, vec![], true));
        assert_eq!(raw.number("SELECT count(*) FROM companies WHERE version = 2").await, count as i64, "each once");
        assert_eq!(raw.number("SELECT count(*) FROM audit_log WHERE bulk_change_id IS NOT NULL").await, count as i64, "named in the log");
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }

    async fn a_job_of_somebody_who_left_changes_nothing_more(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let count = BULK_AT_ONCE + 1;
        many_companies(&db, &owner, count).await;
        let id = db.store.begin_bulk_change(&lan, all_companies(BulkChange::Delete, count as u64)).await.unwrap();
        db.store.remove_member(&owner, lan.user_id, domain::members::RecordsGoTo::Nobody).await.unwrap();
        run_jobs(&db.store).await;
        let done = db.store.bulk_change(&owner, id).await.unwrap();
        assert_eq!((done.changed, skipped(&done), done.finished_at.is_some()), (0, vec![(SkipReason::NotTheirs, count as u64)], true));
    }

    async fn more_than_was_shown_is_asked_again(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let lead = db.store.create_company(&actor, company("Một")).await.unwrap();
        let raw = db.raw().await;
        let preview = db.store.preview_bulk_change(&actor, &BulkSelection::Companies(CompanyQuery::default()), &BulkChange::Delete).await.unwrap();
        assert_eq!((preview.numbers, preview.names), (BulkNumbers { records: 1, ..BulkNumbers::default() }, vec!["Một".to_owned()]));
        db.store.create_company(&actor, company("Hai")).await.unwrap();
        let before = everything(&raw).await;
        let grown = db.store.begin_bulk_change(&actor, all_companies(BulkChange::Delete, 1)).await;
        assert!(matches!(grown, Err(StoreError::Question(_))), "{grown:?}");
        let unasked = NewBulkChange { shown: None, ..all_companies(BulkChange::Delete, 2) };
        assert!(matches!(db.store.begin_bulk_change(&actor, unasked).await, Err(StoreError::Question(_))));
        assert!(everything(&raw).await == before, "nothing was done");

        // What goes along counts, too.
        let contact = db.store.create_contact(&actor, person("An", Some(lead))).await.unwrap();
        db.store.create_activity(&actor, call("Gọi", About { contact: Some(contact), ..About::default() })).await.unwrap();
        let along = db.store.preview_bulk_change(&actor, &BulkSelection::Companies(CompanyQuery::default()), &BulkChange::Delete).await.unwrap();
        assert_eq!(along.numbers, BulkNumbers { records: 2, goes_along: GoesAlong { contacts: 1, deals: 0, activities: 1, ..GoesAlong::default() } });
        assert!(matches!(db.store.begin_bulk_change(&actor, all_companies(BulkChange::Delete, 2)).await, Err(StoreError::Question(_))));
        let asked = NewBulkChange { shown: Some(along.numbers), ..all_companies(BulkChange::Delete, 2) };
        let done = db.store.begin_bulk_change(&actor, asked).await.unwrap();
        assert_eq!(db.store.bulk_change(&actor, done).await.unwrap().changed, 2);
        assert_eq!(raw.number("SELECT count(*) FROM activities WHERE deleted_at IS NULL").await, 0);
    }

    async fn a_filter_that_matches_nothing_changes_nothing(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        world(&db, &actor).await;
        let raw = db.raw().await;
        let before = everything(&raw).await;
        let gone = TagId(NOT_THERE);
        let selections = [
            BulkSelection::Companies(CompanyQuery { tag: vec![gone], ..CompanyQuery::default() }),
            BulkSelection::Contacts(ContactQuery { tag: vec![gone], ..ContactQuery::default() }),
            BulkSelection::Deals(DealQuery { filter: DealFilter { tag: vec![gone], ..DealFilter::default() }, ..DealQuery::default() }),
            BulkSelection::Activities(ActivityQuery { company_id: vec![CompanyId(NOT_THERE)], ..ActivityQuery::default() }, TimeRange::default()),
        ];
        for selection in selections {
            let shown = Some(BulkNumbers { records: 1_000, ..BulkNumbers::default() });
            let nothing = db.store.begin_bulk_change(&actor, NewBulkChange { selection, change: BulkChange::Delete, shown }).await;
            assert_eq!(nothing, Err(StoreError::field("selected", "There is nothing left to change")));
        }
        assert!(everything(&raw).await == before);
    }

    async fn every_record_that_matches_is_what_the_list_shows(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let world = world(&db, &actor).await;
        let store = &db.store;
        let count = async |selection| store.count_selected(&actor, &selection).await.unwrap();
        for q in ["", "cty", "cty 3", "x"] {
            let companies = CompanyQuery { q: q.to_owned(), tag: world.tags[..1].to_vec(), ..CompanyQuery::default() };
            assert_eq!(count(BulkSelection::Companies(companies.clone())).await, store.companies(&actor, &companies).await.unwrap().total.count, "{q}");
            let contacts = ContactQuery { q: q.to_owned(), ..ContactQuery::default() };
            assert_eq!(count(BulkSelection::Contacts(contacts.clone())).await, store.contacts(&actor, &contacts).await.unwrap().total.count, "{q}");
            let deals = DealQuery { filter: DealFilter { q: q.to_owned(), ..DealFilter::default() }, ..DealQuery::default() };
            assert_eq!(count(BulkSelection::Deals(deals.clone())).await, store.deals(&actor, &deals).await.unwrap().all.count, "{q}");
            let activities = ActivityQuery { q: q.to_owned(), ..ActivityQuery::default() };
            let listed = store.activities(&actor, &activities, TimeRange::default()).await.unwrap().total.count;
            assert_eq!(count(BulkSelection::Activities(activities.clone(), TimeRange::default())).await, listed, "{q}");
            assert!(activities.is_filtered() != q.is_empty());
        }
    }

    async fn a_form_sent_twice_is_one_change(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, [a, b, _]) = three_deals(&db, &actor).await;
        let form = db.store.with_idempotency(b"the form and its key".to_vec());
        let new = || {
            let records = [a, b].map(|id| domain::bulk_changes::SelectedRecord { id, version: 1 }).to_vec();
            NewBulkChange { selection: BulkSelection::Records(RecordKind::Deals, records), change: stage("negotiation"), shown: None }
        };
        let (one, other) = tokio::join!(form.begin_bulk_change(&actor, new()), form.begin_bulk_change(&actor, new()));
        assert_eq!(one, other);
        let done = db.store.bulk_change(&actor, one.unwrap()).await.unwrap();
        assert_eq!((done.changed, skipped(&done)), (2, vec![]));
    }

    async fn changeable_deals_are_changed_and_the_rest_are_skipped(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (_, [a, b, c]) = three_deals(&db, &actor).await;
        store.move_deal(&actor, &to(DealId(b), 1, "proposal", Placement::Bottom)).await.unwrap();
        let done = change(&db, &actor, &[(a, 1), (b, 1), (c, 1), (NOT_THERE, 1)], stage("negotiation")).await.unwrap();
        let left = |name: Option<&str>, id, reason| SkippedRecord { name: name.map(str::to_owned), id, reason };
        assert_eq!(done.changed, 2);
        assert_eq!(done.first_skipped, [left(Some("b"), b, SkipReason::Changed), left(None, NOT_THERE, SkipReason::Gone)]);
        assert_eq!(names_in(store, &actor, "negotiation").await, ["a", "c"], "in the order they had");
        assert_eq!(names_in(store, &actor, "proposal").await, ["b"]);
        assert_eq!(store.deal(&actor, DealId(a)).await.unwrap().probability, 75);
        assert_counters(&db.raw().await).await;
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
        assert_eq!(done.value_name.as_deref(), Some("Negotiation"));
    }

    async fn a_lost_stage_without_a_reason_changes_no_deal(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, [a, b, _]) = three_deals(&db, &actor).await;
        let before = everything(&db.raw().await).await;
        let refused = change(&db, &actor, &[(a, 1), (b, 1)], stage("closed-lost")).await;
        assert_eq!(refused, Err(StoreError::field("lost_reason", "Say why it was lost")));
        assert_eq!(change(&db, &actor, &[(a, 1)], stage("none")).await, Err(StoreError::field("stage", "Choose a stage")));
        let companies = BulkChange::Status(CompanyStatus::Active);
        assert_eq!(change(&db, &actor, &[(a, 1)], companies).await, Err(StoreError::field("action", "Choose what to do")));
        assert_eq!(everything(&db.raw().await).await, before);
        let why = BulkChange::Stage { stage: "closed-lost".into(), lost_reason: Some("Giá cao".into()) };
        assert_eq!(change(&db, &actor, &[(a, 1), (b, 1)], why).await.unwrap().changed, 2);
        let lost = db.store.deal(&actor, DealId(b)).await.unwrap();
        assert_eq!((lost.lost_reason.as_deref(), lost.closed_at.is_some()), (Some("Giá cao"), true));
    }

    async fn a_new_owner_is_a_member_and_the_history_names_both_owners(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let (_, [a, _, _]) = three_deals(&db, &actor).await;
        for nobody in [outsider.user_id, UserId(NOT_THERE)] {
            let refused = change(&db, &actor, &[(a, 1)], BulkChange::Owner(nobody)).await;
            assert_eq!(refused, Err(StoreError::field("owner_id", domain::members::OWNER_UNKNOWN)));
        }
        change(&db, &actor, &[(a, 1)], BulkChange::Owner(lan.user_id)).await.unwrap();
        let deal = db.store.deal(&actor, DealId(a)).await.unwrap();
        assert_eq!((deal.owner_name.as_str(), deal.version), ("lan", 2));
        let latest = db.store.deal_history(&actor, DealId(a)).await.unwrap().swap_remove(0);
        assert_eq!(latest.change, DealChange::Field(FieldChange { field: "owner".into(), is_custom: false, from: Some("hung".into()), to: Some("lan".into()) }));
        assert_eq!(latest.actor_name.as_deref(), Some("hung"));
        let again = change(&db, &actor, &[(a, 2)], BulkChange::Owner(lan.user_id)).await.unwrap();
        assert_eq!((again.changed, again.unchanged), (0, 1));
        assert_eq!(db.store.deal(&actor, DealId(a)).await.unwrap().version, 2, "it is as asked for, and not written");
    }

    async fn tags_are_added_to_and_removed_from_many_deals(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let theirs = db.store.create_tag(&outsider, tag("Lớn")).await.unwrap();
        let big = db.store.create_tag(&actor, tag("Lớn")).await.unwrap();
        let (_, [a, b, _]) = three_deals(&db, &actor).await;
        for nothing in [theirs, TagId(NOT_THERE)] {
            let refused = change(&db, &actor, &[(a, 1)], BulkChange::AddTag(nothing)).await;
            assert_eq!(refused, Err(StoreError::field("tag", "Choose a tag from the list")));
        }
        change(&db, &actor, &[(a, 1), (b, 1)], BulkChange::AddTag(big)).await.unwrap();
        let filter = DealFilter { tag: vec![big], ..DealFilter::default() };
        assert_eq!(db.store.board(&actor, &filter).await.unwrap().open_count, 2);
        change(&db, &actor, &[(a, 2)], BulkChange::AddTag(big)).await.unwrap();
        assert_eq!(db.store.deal(&actor, DealId(a)).await.unwrap().version, 2, "it had it already");
        change(&db, &actor, &[(a, 2)], BulkChange::RemoveTag(big)).await.unwrap();
        assert_eq!(db.store.board(&actor, &filter).await.unwrap().open_count, 1);
        let carried = db.raw().await.number("SELECT CAST(SUM(deals) AS bigint) FROM tag_counters").await;
        assert_eq!(carried, 1, "the tag's own page counts the same");
    }

    async fn records_of_another_workspace_are_skipped_as_gone(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let (_, [a, b, c]) = three_deals(&db, &actor).await;
        let raw = db.raw().await;
        let before: Vec<String> = everything(&raw).await.into_iter().filter(|row| row.starts_with("deals:")).collect();
        for what in [stage("negotiation"), BulkChange::Owner(outsider.user_id), BulkChange::Delete] {
            let done = change(&db, &outsider, &[(a, 1), (b, 1), (c, 1)], what).await.unwrap();
            assert_eq!((done.changed, skipped(&done)), (0, vec![(SkipReason::Gone, 3)]));
            assert!(done.first_skipped.iter().all(|record| record.name.is_none()));
        }
        let selected = |ids: &[Uuid]| {
            let records = ids.iter().map(|id| domain::bulk_changes::SelectedRecord { id: *id, version: 1 }).collect();
            BulkSelection::Records(RecordKind::Deals, records)
        };
        let preview = async |actor, ids: &[Uuid]| db.store.preview_bulk_change(actor, &selected(ids), &BulkChange::Delete).await.unwrap();
        assert_eq!(preview(&outsider, &[a, b]).await.numbers.records, 0);
        assert_eq!(preview(&actor, &[b, a]).await.names, ["b", "a"]);
        let after: Vec<String> = everything(&raw).await.into_iter().filter(|row| row.starts_with("deals:")).collect();
        assert_eq!(after, before);
    }
}
