//! Tasks: what they are linked to, status, putting off, the day's end in every zone, list, bin, and what a deal has of them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::TestDb;
use domain::{
    access::{Actor, Role},
    clock::Clock,
    collation::NameOrder,
    columns::TableQuery,
    day_range::Calendar,
    deals::DealDraft,
    ids::{CompanyId, DealId, TaskId},
    money::Currency,
    tasks::{AppliesTo, Due, Priority, RepeatChoice, TaskDraft, TaskQuery, TaskStatus},
    time_zones::TimeZone,
    workspaces::{Switches, WorkspaceDraft},
};
use store::{
    StoreError,
    tasks::{Snoozed, TaskRow},
    verify_chain,
};
use support::{ALL_SHOWN, assert_bin_entries, assert_counters, assert_next_tasks, assert_unbroken, company, contact, deal, member};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn task(title: &str, due: Option<Due>) -> TaskDraft {
    TaskDraft {
        owner_id: None,
        title: title.to_owned(),
        due,
        priority: Priority::Medium,
        company_id: None,
        contact_id: None,
        deal_id: None,
        notes: None,
        repeat: RepeatChoice::Unchanged,
        applies_to: AppliesTo::This,
        series_version: None,
    }
}

/// A query with the days of Ho Chi Minh City.
fn query(db: &TestDb, pairs: &[(&str, &str)]) -> TaskQuery {
    let start_of = |day| TimeZone::DEFAULT.start_of(day);
    let today = TimeZone::DEFAULT.day(db.clock.now());
    TaskQuery::parse(pairs.iter().copied()).unwrap().in_zone(Calendar { today, start_of: &start_of })
}

async fn rows(db: &TestDb, actor: &Actor, pairs: &[(&str, &str)]) -> Vec<TaskRow> {
    let list = db.store.tasks(actor, &query(db, pairs)).await.unwrap();
    assert_eq!(list.total.count, list.rows.len() as u64, "{pairs:?}");
    list.rows
}

async fn titles(db: &TestDb, actor: &Actor, pairs: &[(&str, &str)]) -> Vec<String> {
    rows(db, actor, pairs).await.into_iter().map(|row| row.title).collect()
}

/// A company with a contact and a deal of both.
async fn customer(db: &TestDb, actor: &Actor) -> (CompanyId, domain::ids::ContactId, DealId) {
    let id = db.store.create_company(actor, company("Ánh Dương")).await.unwrap();
    let person = contact(db, actor, Some(id), "Đức").await;
    let draft = DealDraft { contact_id: Some(person), ..deal("Xe tải", id, "proposal", 100) };
    (id, person, db.store.create_deal(actor, draft).await.unwrap())
}

async fn due_by(db: &TestDb, id: TaskId) -> DateTime<Utc> {
    let raw = db.raw().await;
    raw.column(&format!("SELECT due_by FROM tasks WHERE id = {}", raw.id(id.0))).await[0]
}

on_both_databases! {
    async fn a_task_of_a_deal_is_also_its_companys_and_its_contacts(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (company, contact, deal) = customer(&db, &actor).await;
        let draft = TaskDraft { deal_id: Some(deal), notes: Some("Gọi trước 9 giờ".into()), priority: Priority::High, ..task("Gửi báo giá", Some(Due::Day(day("2026-03-05")))) };
        let id = db.store.create_task(&actor, draft).await.unwrap();
        let saved = db.store.task(&actor, id).await.unwrap();
        assert_eq!((saved.title.as_str(), saved.due, saved.priority, saved.status), ("Gửi báo giá", Some(Due::Day(day("2026-03-05"))), Priority::High, TaskStatus::Open));
        assert_eq!(saved.company.map(|company| company.id), Some(company));
        assert_eq!(saved.contact.map(|contact| contact.id), Some(contact));
        assert_eq!(saved.deal.map(|deal| deal.name), Some("Xe tải".to_owned()));
        for (name, id) in [("company_id", company.to_string()), ("contact_id", contact.to_string()), ("deal_id", deal.to_string())] {
            assert_eq!(titles(&db, &actor, &[(name, &id)]).await, ["Gửi báo giá"], "{name}");
        }
        assert_eq!(titles(&db, &actor, &[("q", "gui bao")]).await, ["Gửi báo giá"], "by its title, without accents");
        assert_eq!(titles(&db, &actor, &[("q", "truoc 9")]).await, ["Gửi báo giá"], "by its notes");
        assert_eq!(db.store.company(&actor, company).await.unwrap().open_tasks_count, 1);
        assert_eq!(db.store.contact(&actor, contact).await.unwrap().open_tasks_count, 1);
        let with_task = db.store.deal(&actor, deal).await.unwrap();
        assert_eq!((with_task.open_tasks, with_task.has_task_ahead), (1, true));
        assert_counters(&db.raw().await).await;
    }

    async fn links_to_what_is_not_there_are_refused_at_their_fields(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (company, contact, deal) = customer(&db, &actor).await;
        let other = db.store.create_company(&actor, support::company("Khác")).await.unwrap();
        db.store.archive_company(&actor, other, 1, "Đóng".to_owned()).await.unwrap();
        let (_, stranger) = db.register("stranger").await;
        let refused = async |actor: &Actor, draft: TaskDraft| match db.store.create_task(actor, draft).await {
            Err(StoreError::Invalid(errors)) => errors.iter().map(|error| error.field.clone()).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let all = TaskDraft { company_id: Some(company), contact_id: Some(contact), deal_id: Some(deal), ..task("x", None) };
        assert_eq!(refused(&stranger, all).await, ["company_id", "contact_id", "deal_id"]);
        assert_eq!(refused(&actor, TaskDraft { company_id: Some(other), deal_id: Some(deal), ..task("x", None) }).await, ["deal_id"]);
        assert_eq!(refused(&actor, TaskDraft { company_id: Some(other), ..task("x", None) }).await, ["company_id"], "it is archived");
        assert_eq!(db.raw().await.number("SELECT count(*) FROM tasks").await, 0);
    }

    async fn what_is_done_today_stays_in_its_place_until_midnight(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        // The clock stands at 10:04 in Ho Chi Minh City.
        let mut ids = Vec::new();
        for (title, due) in [("a", Some(Due::Day(day("2026-03-01")))), ("b", Some(Due::Time(time("2026-03-02T05:00:00Z")))), ("c", Some(Due::Day(day("2026-03-02")))), ("d", None)] {
            ids.push(db.store.create_task(&actor, task(title, due)).await.unwrap());
        }
        assert_eq!(titles(&db, &actor, &[]).await, ["a", "b", "c", "d"]);
        let set = db.store.set_task_status(&actor, ids[1], TaskStatus::Done).await.unwrap();
        assert_eq!((set.title.as_str(), set.before), ("b", TaskStatus::Open));
        db.store.set_task_status(&actor, ids[3], TaskStatus::Canceled).await.unwrap();
        let shown = rows(&db, &actor, &[]).await;
        assert_eq!(shown.iter().map(|row| (row.title.as_str(), row.status)).collect::<Vec<_>>(), [("a", TaskStatus::Open), ("b", TaskStatus::Done), ("c", TaskStatus::Open)]);
        assert_eq!(db.store.workspace_counts(&actor).await.unwrap().open_tasks, 2, "it is not counted");
        for (pairs, counts) in [(&[][..], (3, 2)), (&[("q", "b")], (1, 0)), (&[("due_within", "today")], (2, 1)), (&[("status", "done")], (1, 1))] {
            let list = db.store.tasks(&actor, &query(&db, pairs)).await.unwrap();
            assert_eq!((list.total.count, list.to_do().count), counts, "{pairs:?}");
        }
        assert_eq!(titles(&db, &actor, &[("overdue", "true")]).await, ["a"]);
        assert_eq!(titles(&db, &actor, &[("status", "done"), ("status", "canceled")]).await, ["b", "d"]);
        assert_eq!(titles(&db, &actor, &[("due_within", "today")]).await, ["b", "c"]);
        assert_eq!(titles(&db, &actor, &[("due_before", "2026-03-02")]).await, ["a"]);
        assert_eq!(titles(&db, &actor, &[("empty", "due"), ("status", "canceled")]).await, ["d"]);
        // 23:59:59 there, then midnight.
        db.clock.advance(time("2026-03-02T16:59:59Z") - db.clock.now());
        assert_eq!(titles(&db, &actor, &[]).await, ["a", "b", "c"]);
        assert_eq!(titles(&db, &actor, &[("overdue", "true")]).await, ["a"]);
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(titles(&db, &actor, &[]).await, ["a", "c"]);
        assert_eq!(titles(&db, &actor, &[("overdue", "true")]).await, ["a", "c"]);
        // The job changes nothing that is shown.
        assert_eq!(db.store.retire_finished_tasks().await, Ok(0));
        db.clock.advance(TimeDelta::days(2));
        assert_eq!(db.store.retire_finished_tasks().await, Ok(1));
        assert_eq!(titles(&db, &actor, &[]).await, ["a", "c"]);
        assert_eq!(titles(&db, &actor, &[("status", "done")]).await, ["b"]);
        assert_counters(&db.raw().await).await;
    }

    async fn a_cached_list_knows_that_time_passes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_task(&actor, task("a", Some(Due::Time(time("2026-03-02T05:00:00Z"))))).await.unwrap();
        let raw = db.raw().await;
        let seq = raw.number(&format!("SELECT seq FROM audit_heads WHERE workspace_id = {}", raw.id(actor.workspace_id.0))).await;
        let store = db.store.with_cache_version(actor.workspace_id, seq);
        let overdue = async || store.tasks(&actor, &query(&db, &[("overdue", "true")])).await.unwrap().rows.len();
        assert_eq!([overdue().await, overdue().await], [0, 0]);
        db.clock.advance(time("2026-03-02T05:00:00Z") - db.clock.now());
        assert_eq!(overdue().await, 0, "now is not too late");
        db.clock.advance(TimeDelta::milliseconds(1));
        assert_eq!([overdue().await, overdue().await], [1, 1]);
        assert_eq!(db.store.task(&actor, id).await.unwrap().version, 1);
    }

    async fn a_task_is_done_once_and_opened_again(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_task(&actor, task("a", None)).await.unwrap();
        for _ in 0..2 {
            db.store.set_task_status(&actor, id, TaskStatus::Done).await.unwrap();
        }
        let done = db.store.task(&actor, id).await.unwrap();
        assert_eq!((done.version, done.closed_at), (2, Some(db.clock.now())));
        db.store.set_task_status(&actor, id, TaskStatus::Open).await.unwrap();
        let open = db.store.task(&actor, id).await.unwrap();
        assert_eq!((open.version, open.closed_at, open.status), (3, None, TaskStatus::Open));
        assert_eq!(db.store.task_history(&actor, id).await.unwrap().len(), 3);
        assert_counters(&db.raw().await).await;
        assert_unbroken(&db.raw().await).await;
    }

    async fn a_task_is_put_off_and_back(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let due = Some(Due::Time(time("2026-03-02T05:30:00Z")));
        let id = db.store.create_task(&actor, task("a", due)).await.unwrap();
        let put_off = Snoozed { due: Due::Time(time("2026-03-05T05:30:00Z")), version: 2 };
        // Pressed twice, it is put off once, and taken back once.
        for _ in 0..2 {
            assert_eq!(db.store.snooze_task(&actor, id, 1, 3).await, Ok(put_off));
        }
        for _ in 0..2 {
            db.store.undo_snooze(&actor, id, 2).await.unwrap();
            assert_eq!(db.store.task(&actor, id).await.unwrap().due, due);
        }
        assert_eq!(db.store.task(&actor, id).await.unwrap().version, 3);
        // From nothing to a day, and back.
        let other = db.store.create_task(&actor, task("b", None)).await.unwrap();
        assert_eq!(db.store.undo_snooze(&actor, other, 1).await, Err(StoreError::Conflict), "nothing was put off");
        assert_eq!(db.store.snooze_task(&actor, other, 1, 1).await, Ok(Snoozed { due: Due::Day(day("2026-03-03")), version: 2 }));
        assert_eq!(due_by(&db, other).await, time("2026-03-03T16:59:59.999Z"));
        db.store.undo_snooze(&actor, other, 2).await.unwrap();
        assert_eq!(db.store.task(&actor, other).await.unwrap().due, None);
    }

    async fn what_was_changed_meanwhile_is_neither_put_off_nor_undone(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let id = db.store.create_task(&actor, task("a", None)).await.unwrap();
        let later = Some(Due::Day(day("2026-04-01")));
        db.store.update_task(&lan, id, 1, task("a", later)).await.unwrap();
        assert_eq!(db.store.snooze_task(&actor, id, 1, 1).await, Err(StoreError::Conflict), "of another day than was shown");
        db.store.snooze_task(&actor, id, 2, 1).await.unwrap();
        db.store.update_task(&lan, id, 3, task("a", later)).await.unwrap();
        assert_eq!(db.store.undo_snooze(&actor, id, 3).await, Err(StoreError::Conflict), "somebody chose a day since");
        assert_eq!(db.store.task(&actor, id).await.unwrap().due, later);
        db.store.snooze_task(&actor, id, 4, 1).await.unwrap();
        db.store.set_task_status(&actor, id, TaskStatus::Done).await.unwrap();
        assert_eq!(db.store.undo_snooze(&actor, id, 5).await, Err(StoreError::Conflict));
        assert_eq!(db.store.snooze_task(&actor, id, 6, 1).await, Err(StoreError::Conflict), "it is done");
    }

    async fn a_status_says_what_it_was_before(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_task(&actor, task("a", None)).await.unwrap();
        let mut before = TaskStatus::Open;
        for status in [TaskStatus::Canceled, TaskStatus::Open, TaskStatus::Done, TaskStatus::Done, TaskStatus::Canceled] {
            let set = db.store.set_task_status(&actor, id, status).await.unwrap();
            assert_eq!((set.title.as_str(), set.before), ("a", before));
            before = status;
        }
    }

    async fn another_time_zone_moves_the_ends_of_days_and_no_time(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let on_day = db.store.create_task(&owner, task("day", Some(Due::Day(day("2026-10-25"))))).await.unwrap();
        let at_time = db.store.create_task(&owner, task("time", Some(Due::Time(time("2026-10-25T05:00:00Z"))))).await.unwrap();
        let binned = db.store.create_task(&owner, task("binned", Some(Due::Day(day("2026-10-25"))))).await.unwrap();
        db.store.delete_task(&owner, binned, 1).await.unwrap();
        assert_eq!(due_by(&db, on_day).await, time("2026-10-25T16:59:59.999Z"));
        let draft = WorkspaceDraft { name: "W".into(), currency: Currency::default(), time_zone: TimeZone::from_name("Europe/Berlin").unwrap(), name_order: NameOrder::default() };
        let version = db.store.workspace(&owner).await.unwrap().version;
        db.store.update_workspace(&owner, version, draft).await.unwrap();
        for id in [on_day, binned] {
            assert_eq!(due_by(&db, id).await, time("2026-10-25T22:59:59.999Z"), "the day of 25 hours");
        }
        assert_eq!(due_by(&db, at_time).await, time("2026-10-25T05:00:00Z"));
        assert_eq!(db.store.task(&owner, on_day).await.unwrap().version, 1, "it is due on the same day");
    }

    async fn tasks_go_with_their_company_or_contact_and_come_back(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (company, contact, deal) = customer(&db, &actor).await;
        let alone = db.store.create_contact(&actor, support::person("Một mình", None)).await.unwrap();
        let of_deal = db.store.create_task(&actor, TaskDraft { deal_id: Some(deal), ..task("of deal", None) }).await.unwrap();
        let of_contact = db.store.create_task(&actor, TaskDraft { contact_id: Some(contact), ..task("of contact", None) }).await.unwrap();
        let of_alone = db.store.create_task(&actor, TaskDraft { contact_id: Some(alone), ..task("of alone", None) }).await.unwrap();
        db.store.set_task_status(&actor, of_contact, TaskStatus::Done).await.unwrap();
        let raw = db.raw().await;
        let asked = db.store.company_deletion(&actor, company).await.unwrap();
        assert_eq!((asked.goes_along.tasks, asked.goes_along.total()), (2, 4));
        let less = domain::bin::GoesAlong { tasks: 1, ..asked.goes_along };
        assert_eq!(db.store.delete_company(&actor, company, 1, less).await, Err(StoreError::Conflict), "one more than was shown");
        db.store.delete_company(&actor, company, 1, asked.goes_along).await.unwrap();
        assert_eq!(titles(&db, &actor, &[]).await, ["of alone"]);
        assert_eq!(db.store.task(&actor, of_deal).await, Err(StoreError::NotFound));
        assert_counters(&raw).await;
        assert_bin_entries(&raw).await;
        let removed = db.store.removed_record(&actor, of_deal.0).await.unwrap().unwrap();
        assert!(removed.is_in_bin() && removed.name == "of deal", "{removed:?}");
        db.store.restore_company(&actor, company).await.unwrap();
        assert_eq!(titles(&db, &actor, &[("q", "of deal")]).await, ["of deal"], "found again");
        let asked = db.store.contact_deletion(&actor, alone).await.unwrap();
        assert_eq!(asked.goes_along.tasks, 1);
        db.store.delete_contact(&actor, alone, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(db.store.task(&actor, of_alone).await, Err(StoreError::NotFound));
        assert_counters(&raw).await;
        db.store.restore_removed(&actor, of_alone.0).await.unwrap();
        assert_eq!(db.store.contact(&actor, alone).await.unwrap().open_tasks_count, 1, "the contact came with it");
        // For ever, with what refers to it.
        db.store.delete_company(&actor, company, 3, ALL_SHOWN).await.unwrap();
        let purge = db.store.purge_question(&actor, company.0).await.unwrap();
        assert_eq!(purge.goes_along.tasks, 2);
        db.store.purge_record(&actor, company.0, purge.version, purge.goes_along).await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM tasks").await, 1);
        assert_counters(&raw).await;
        assert_bin_entries(&raw).await;
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }

    async fn a_task_of_a_deal_in_the_bin_stays_with_its_company(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, _, deal) = customer(&db, &actor).await;
        let id = db.store.create_task(&actor, TaskDraft { deal_id: Some(deal), ..task("a", None) }).await.unwrap();
        db.store.delete_deal(&actor, deal, 1).await.unwrap();
        let saved = db.store.task(&actor, id).await.unwrap();
        assert_eq!((saved.deal, saved.company.is_some()), (None, true));
        // An edit that doesn't show the deal keeps it.
        let draft = TaskDraft { company_id: saved.company.map(|company| company.id), contact_id: saved.contact.map(|contact| contact.id), ..task("b", None) };
        db.store.update_task(&actor, id, 1, draft).await.unwrap();
        db.store.restore_deal(&actor, deal).await.unwrap();
        assert!(db.store.task(&actor, id).await.unwrap().deal.is_some());
    }

    async fn a_deal_is_not_idle_while_a_task_is_to_come(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, _, deal) = customer(&db, &actor).await;
        db.clock.advance(TimeDelta::days(60));
        let idle = async || db.store.deal(&actor, deal).await.unwrap().idle_days(db.clock.now()).is_some();
        assert!(idle().await);
        let tomorrow = Some(Due::Time(db.clock.now() + TimeDelta::days(1)));
        let id = db.store.create_task(&actor, TaskDraft { deal_id: Some(deal), ..task("a", tomorrow) }).await.unwrap();
        assert!(!idle().await);
        let board = db.store.board(&actor, &domain::deals::DealFilter::default()).await.unwrap();
        let card = board.columns.iter().flat_map(|column| &column.cards).next().unwrap();
        assert_eq!((card.is_planned, card.next_task_due_by), (true, Some(db.clock.now() + TimeDelta::days(1))));
        db.clock.advance(TimeDelta::days(2));
        assert!(idle().await, "what is overdue is no care");
        db.store.set_task_status(&actor, id, TaskStatus::Done).await.unwrap();
        let board = db.store.board(&actor, &domain::deals::DealFilter::default()).await.unwrap();
        assert_eq!(board.columns.iter().flat_map(|column| &column.cards).next().unwrap().next_task_due_by, None);
    }

    async fn any_changes_leave_counters_deals_and_log_right(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (company, _, first) = customer(&db, &actor).await;
        let second = db.store.create_deal(&actor, deal("Máy", company, "proposal", 100)).await.unwrap();
        let raw = db.raw().await;
        let mut seed = 0x9e37_79b9_u64;
        let mut dice = |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % sides
        };
        let mut ids = Vec::new();
        for step in 0..120 {
            db.clock.advance(TimeDelta::seconds(1));
            let due = match dice(3) {
                0 => None,
                1 => Some(Due::Day(day("2026-03-01") + TimeDelta::days(i64::try_from(dice(9)).unwrap()))),
                _ => Some(Due::Time(db.clock.now() + TimeDelta::hours(i64::try_from(dice(50)).unwrap() - 25))),
            };
            let deal_id = [None, Some(first), Some(second)][usize::try_from(dice(3)).unwrap()];
            let draft = TaskDraft { deal_id, ..task(&format!("t{step}"), due) };
            if ids.len() < 5 || dice(5) == 0 {
                ids.push(db.store.create_task(&actor, draft).await.unwrap());
            }
            let id = ids[usize::try_from(dice(ids.len() as u64)).unwrap()];
            let version = db.store.task(&actor, id).await.map(|task| task.version).unwrap_or_default();
            let done = match dice(7) {
                0 => db.store.update_task(&actor, id, version, TaskDraft { deal_id, ..task("edited", due) }).await,
                1 => db.store.set_task_status(&actor, id, TaskStatus::Done).await.map(drop),
                2 => db.store.set_task_status(&actor, id, TaskStatus::Open).await.map(drop),
                3 => db.store.set_task_status(&actor, id, TaskStatus::Canceled).await.map(drop),
                4 => db.store.delete_task(&actor, id, version).await.map(drop),
                5 => db.store.restore_task(&actor, id).await.map(drop),
                _ => match db.store.snooze_task(&actor, id, version, 3).await {
                    // It is finished.
                    Err(StoreError::Conflict) => Ok(()),
                    done => done.map(drop),
                },
            };
            assert!(matches!(done, Ok(()) | Err(StoreError::NotFound)), "{done:?}");
            assert_next_tasks(&raw).await;
        }
        assert_counters(&raw).await;
        assert_bin_entries(&raw).await;
        assert_unbroken(&raw).await;
    }

    async fn members_change_what_they_own_where_the_workspace_says_so(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let viewer = member(&db, &owner, "vy", Role::Viewer).await;
        let id = db.store.create_task(&owner, task("a", None)).await.unwrap();
        assert_eq!(db.store.set_task_status(&viewer, id, TaskStatus::Done).await, Err(StoreError::Denied));
        let version = db.store.workspace(&owner).await.unwrap().version;
        db.store.set_switches(&owner, version, Switches { owners_only_edit: true, lock_activities: false }).await.unwrap();
        assert_eq!(db.store.set_task_status(&lan, id, TaskStatus::Done).await, Err(StoreError::Denied));
        assert_eq!(db.store.snooze_task(&lan, id, 1, 1).await, Err(StoreError::Denied));
        db.store.update_task(&owner, id, 1, TaskDraft { owner_id: Some(lan.user_id), ..task("a", None) }).await.unwrap();
        db.store.set_task_status(&lan, id, TaskStatus::Done).await.unwrap();
        assert_eq!(db.store.update_task(&lan, id, 2, task("b", None)).await, Err(StoreError::Conflict), "done meanwhile");
    }
}
