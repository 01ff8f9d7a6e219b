//! Recurring tasks: by calendar and from completion, clock changes and month ends, the job in two processes, changing this one or all later ones,
//! bin, archive, purge and members who go.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::{Raw, TestDb};
use domain::{
    access::{Actor, Role},
    bulk_changes::{BulkChange, SelectedRecord},
    clock::Clock,
    collation::NameOrder,
    ids::TaskId,
    members::RecordsGoTo,
    money::Currency,
    record_kinds::RecordKind,
    tasks::{AppliesTo, Due, Priority, Recurrence, RepeatChoice, RepeatEnd, RepeatMode, RepeatUnit, TaskDraft, TaskQuery, TaskStatus},
    time_zones::TimeZone,
    workspaces::{Switches, WorkspaceDraft},
};
use std::sync::Arc;
use store::{
    StoreError,
    bulk_changes::{BulkSelection, NewBulkChange},
    tasks::{NextOccurrence, SeriesOfTask, SeriesState},
    timeline::TimelineOf,
    verify_chain,
};
use support::{ALL_SHOWN, assert_bin_entries, assert_counters, assert_next_tasks, company, contact, deal, member};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn on(text: &str) -> Due {
    Due::Day(day(text))
}

const fn rule(every: u16, unit: RepeatUnit) -> Recurrence {
    Recurrence { every, unit, end: RepeatEnd::Never, mode: RepeatMode::Calendar }
}

const WEEKLY: Recurrence = rule(1, RepeatUnit::Weeks);
const DAILY: Recurrence = rule(1, RepeatUnit::Days);
/// Two days after it is done.
const AFTER_DONE: Recurrence = Recurrence { every: 2, mode: RepeatMode::Completion, ..DAILY };

fn repeating(title: &str, due: Due, rule: Recurrence) -> TaskDraft {
    TaskDraft {
        owner_id: None,
        title: title.to_owned(),
        due: Some(due),
        priority: Priority::Medium,
        company_id: None,
        contact_id: None,
        deal_id: None,
        notes: None,
        repeat: RepeatChoice::By(rule),
        applies_to: AppliesTo::This,
        series_version: None,
    }
}

/// Saves the form of a task that was opened just now.
async fn edit(db: &TestDb, actor: &Actor, id: TaskId, version: i64, draft: TaskDraft) -> Result<(), StoreError> {
    let draft = TaskDraft { series_version: shown_series(db, actor, id).await, ..draft };
    db.store.update_task(actor, id, version, draft).await
}

/// The version of the series that the form of a task has.
async fn shown_series(db: &TestDb, actor: &Actor, id: TaskId) -> Option<i64> {
    let series = db.store.task(actor, id).await.ok()?.series;
    series.filter(|series| series.state == SeriesState::Active).map(|series| series.version)
}

async fn turn_to(db: &TestDb, at: &str) {
    db.clock.advance(time(at) - db.clock.now());
}

/// What a task was, and is now.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    title: String,
    due: String,
    status: TaskStatus,
}

/// All tasks that are not in the bin, in the order of when they are due.
async fn all(db: &TestDb, actor: &Actor) -> Vec<(TaskId, Shown)> {
    let query = TaskQuery { status: TaskStatus::ALL.into(), ..TaskQuery::default() };
    let rows = db.store.tasks(actor, &query).await.unwrap().rows;
    let due = |due: Option<Due>| match due {
        None => "never".to_owned(),
        Some(Due::Day(day)) => day.to_string(),
        Some(Due::Time(at)) => at.format("%Y-%m-%dT%H:%MZ").to_string(),
    };
    rows.into_iter().map(|row| (row.id, Shown { title: row.title, due: due(row.due), status: row.status })).collect()
}

/// When all tasks are due.
async fn dues(db: &TestDb, actor: &Actor) -> Vec<String> {
    all(db, actor).await.into_iter().map(|(_, shown)| shown.due).collect()
}

async fn series(db: &TestDb, actor: &Actor, id: TaskId) -> SeriesOfTask {
    db.store.task(actor, id).await.unwrap().series.unwrap()
}

/// The changes of whether a task repeats, the newest first: the rule before and after.
async fn repeats_in_history(db: &TestDb, actor: &Actor, id: TaskId) -> Vec<String> {
    let history = db.store.task_history(actor, id).await.unwrap();
    let changes = history.into_iter().flat_map(|event| event.changes).filter(|change| change.field == "repeats");
    changes.map(|change| format!("{} → {}", change.from.unwrap_or_default(), change.to.unwrap_or_default())).collect()
}

async fn last(db: &TestDb, actor: &Actor) -> TaskId {
    all(db, actor).await.last().unwrap().0
}

async fn version(db: &TestDb, actor: &Actor, id: TaskId) -> i64 {
    db.store.task(actor, id).await.unwrap().version
}

async fn set(db: &TestDb, actor: &Actor, id: TaskId, status: TaskStatus) -> NextOccurrence {
    db.store.set_task_status(actor, id, status).await.unwrap().next
}

async fn use_zone(db: &TestDb, owner: &Actor, zone: &str) {
    let draft = WorkspaceDraft {
        name: "W".into(),
        currency: Currency::default(),
        time_zone: TimeZone::from_name(zone).unwrap(),
        name_order: NameOrder::default(),
    };
    let version = db.store.workspace(owner).await.unwrap().version;
    db.store.update_workspace(owner, version, draft).await.unwrap();
}

/// Runs the job as it would have run each minute, at the beginning of each of so many hours.
async fn run_hours(db: &TestDb, hours: usize) -> u64 {
    let mut made = 0;
    for _ in 0..hours {
        made += db.store.make_due_occurrences().await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
    }
    made
}

/// No position of a series is there twice, none of a task, and all that is derived from tasks is right.
async fn assert_whole(db: &TestDb, actor: &Actor) {
    let raw = db.raw().await;
    for key in ["series_id, position", "task_id"] {
        let twice =
            format!("SELECT count(*) FROM (SELECT 1 AS one FROM task_occurrences GROUP BY workspace_id, {key} HAVING count(*) > 1) AS x");
        assert_eq!(raw.number(&twice).await, 0, "{key}");
    }
    let behind = "SELECT count(*) FROM task_occurrences o JOIN task_series s ON s.id = o.series_id WHERE o.position >= s.next_position";
    assert_eq!(raw.number(behind).await, 0, "made before its turn");
    assert_counters(&raw).await;
    assert_next_tasks(&raw).await;
    assert_bin_entries(&raw).await;
    assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
}

/// A task on another position of a series, which the job cannot make then.
async fn occupy(raw: &Raw, series_of: TaskId, position: i64, by: TaskId) {
    let (task, by) = (raw.id(series_of.0), raw.id(by.0));
    raw.run(&format!(
        "INSERT INTO task_occurrences (workspace_id, series_id, position, task_id)
         SELECT workspace_id, series_id, {position}, {by} FROM task_occurrences WHERE task_id = {task}"
    ))
    .await
    .unwrap();
}

on_both_databases! {
    async fn by_calendar_the_next_comes_on_its_day_even_if_the_last_is_open(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let person = contact(&db, &actor, Some(id), "Đức").await;
        let deal = db.store.create_deal(&actor, deal("Xe tải", id, "proposal", 100)).await.unwrap();
        // It is Monday, 2 March 2026, 10:04 in Ho Chi Minh City.
        let draft = TaskDraft { deal_id: Some(deal), contact_id: Some(person), notes: Some("Trước 9 giờ".into()), priority: Priority::High, ..repeating("Gọi", on("2026-03-02"), WEEKLY) };
        let first = db.store.create_task(&actor, draft).await.unwrap();
        assert_eq!(series(&db, &actor, first).await.comes_on, Some(day("2026-03-09")));
        turn_to(&db, "2026-03-08T16:59:59.999Z").await;
        assert_eq!(db.store.make_due_occurrences().await, Ok(0), "it is Sunday there");
        turn_to(&db, "2026-03-08T17:00:00Z").await;
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0), "once");
        assert_eq!(dues(&db, &actor).await, ["2026-03-02", "2026-03-09"]);
        let second = last(&db, &actor).await;
        let made = db.store.task(&actor, second).await.unwrap();
        assert_eq!((made.title.as_str(), made.priority, made.notes.as_deref(), made.version), ("Gọi", Priority::High, Some("Trước 9 giờ"), 1));
        assert_eq!((made.company.map(|c| c.id), made.contact.map(|c| c.id), made.deal.map(|d| d.id)), (Some(id), Some(person), Some(deal)));
        let of_second = made.series.unwrap();
        assert_eq!((of_second.previous, of_second.next, of_second.comes_on), (Some(first), None, Some(day("2026-03-16"))));
        assert_eq!(series(&db, &actor, first).await.next, Some(second));
        // Finishing makes nothing; the next one comes on its day.
        assert_eq!(set(&db, &actor, second, TaskStatus::Done).await, NextOccurrence::Expected(day("2026-03-16")));
        assert_eq!(set(&db, &actor, second, TaskStatus::Open).await, NextOccurrence::None);
        assert_eq!(all(&db, &actor).await.len(), 2);
        // The log has it, by nobody; the timelines of its records don't.
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM audit_log WHERE action = 'repeat' AND entity = 'task' AND actor_id IS NULL").await, 1);
        let timeline = db.store.timeline(&actor, TimelineOf::Deal(deal), true, None).await.unwrap();
        assert!(!format!("{timeline:?}").contains("\"repeat\""), "{timeline:?}");
        assert_whole(&db, &actor).await;
    }

    async fn after_months_without_a_server_the_latest_alone_comes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_task(&actor, repeating("Gọi", on("2026-03-02"), DAILY)).await.unwrap();
        turn_to(&db, "2026-08-20T03:00:00Z").await;
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        assert_eq!(dues(&db, &actor).await, ["2026-03-02", "2026-08-20"]);
        turn_to(&db, "2026-08-21T03:00:00Z").await;
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        assert_eq!(series(&db, &actor, id).await.comes_on, Some(day("2026-08-22")));
        assert_whole(&db, &actor).await;
    }

    /// NX-06.
    async fn the_local_hour_stays_over_changes_of_the_clocks_and_the_missing_hour_comes_once(db: TestDb) {
        let (_, owner) = db.register("anna").await;
        use_zone(&db, &owner, "Europe/Berlin").await;
        turn_to(&db, "2027-03-26T12:00:00Z").await;
        db.store.create_task(&owner, repeating("21:00", Due::Time(time("2027-03-26T20:00:00Z")), DAILY)).await.unwrap();
        db.store.create_task(&owner, repeating("02:30", Due::Time(time("2027-03-27T01:30:00Z")), DAILY)).await.unwrap();
        let of = async |title: &str| -> Vec<String> {
            all(&db, &owner).await.into_iter().filter(|(_, shown)| shown.title == title).map(|(_, shown)| shown.due).collect()
        };
        assert_eq!(run_hours(&db, 24 * 3).await, 5, "27, 28 and 29 March; 28 and 29");
        assert_eq!(of("21:00").await, ["2027-03-26T20:00Z", "2027-03-27T20:00Z", "2027-03-28T19:00Z", "2027-03-29T19:00Z"]);
        // 02:30 is skipped on the 28th: it comes once, an hour later, at 03:30.
        assert_eq!(of("02:30").await, ["2027-03-27T01:30Z", "2027-03-28T01:30Z", "2027-03-29T00:30Z"]);
        turn_to(&db, "2027-10-29T22:00:00Z").await;
        run_hours(&db, 24 * 3).await;
        assert_eq!(of("21:00").await[4..], ["2027-10-30T19:00Z", "2027-10-31T20:00Z", "2027-11-01T20:00Z"]);
        // 02:30 comes twice on the 31st: the task is due at the first one.
        assert_eq!(of("02:30").await[3..], ["2027-10-30T00:30Z", "2027-10-31T00:30Z", "2027-11-01T01:30Z"]);
        // With the workspace in Ho Chi Minh City, later ones are at 21:00 there, on its days.
        use_zone(&db, &owner, "Asia/Ho_Chi_Minh").await;
        turn_to(&db, "2027-11-01T16:59:59Z").await;
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(db.store.make_due_occurrences().await, Ok(2), "midnight there");
        assert_eq!(of("21:00").await.last().unwrap(), "2027-11-02T14:00Z");
        assert_whole(&db, &owner).await;
    }

    /// NX-06.
    async fn the_31st_and_29_february_fall_on_the_last_day_of_the_month(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        turn_to(&db, "2027-01-31T03:00:00Z").await;
        db.store.create_task(&actor, repeating("31st", on("2027-01-31"), rule(1, RepeatUnit::Months))).await.unwrap();
        turn_to(&db, "2028-02-29T03:00:00Z").await;
        db.store.create_task(&actor, repeating("leap", on("2028-02-29"), rule(1, RepeatUnit::Years))).await.unwrap();
        let of = async |title: &str| -> Vec<String> {
            all(&db, &actor).await.into_iter().filter(|(_, shown)| shown.title == title).map(|(_, shown)| shown.due).collect()
        };
        for month in ["2028-03-31", "2028-04-30", "2028-05-31"] {
            turn_to(&db, &format!("{month}T03:00:00Z")).await;
            db.store.make_due_occurrences().await.unwrap();
        }
        assert_eq!(of("31st").await, ["2027-01-31", "2028-03-31", "2028-04-30", "2028-05-31"]);
        for year in ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"] {
            turn_to(&db, &format!("{year}T03:00:00Z")).await;
            db.store.make_due_occurrences().await.unwrap();
        }
        assert_eq!(of("leap").await, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]);
    }

    async fn from_completion_the_next_comes_when_it_is_done_and_goes_when_that_is_taken_back(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("Gọi", Due::Time(time("2026-03-02T02:30:00Z")), AFTER_DONE)).await.unwrap();
        turn_to(&db, "2026-03-05T18:00:00Z").await;
        assert_eq!(db.store.make_due_occurrences().await, Ok(0), "not by calendar");
        // It is the 6th there already. The hour is that of the first one, 09:30.
        assert_eq!(set(&db, &actor, first, TaskStatus::Done).await, NextOccurrence::Made(Due::Time(time("2026-03-08T02:30:00Z"))));
        assert_eq!(set(&db, &actor, first, TaskStatus::Done).await, NextOccurrence::None, "pressed twice");
        assert_eq!(dues(&db, &actor).await, ["2026-03-02T02:30Z", "2026-03-08T02:30Z"]);
        assert_whole(&db, &actor).await;
        assert_eq!(set(&db, &actor, first, TaskStatus::Open).await, NextOccurrence::TakenBack);
        assert_eq!(dues(&db, &actor).await, ["2026-03-02T02:30Z"]);
        // Canceling skips it, and makes the next as well.
        assert!(matches!(set(&db, &actor, first, TaskStatus::Canceled).await, NextOccurrence::Made(_)));
        assert_eq!(set(&db, &actor, first, TaskStatus::Done).await, NextOccurrence::None, "it was closed before");
        let second = last(&db, &actor).await;
        db.store.snooze_task(&actor, second, 1, 1).await.unwrap();
        assert_eq!(set(&db, &actor, first, TaskStatus::Open).await, NextOccurrence::Kept, "somebody put it off");
        assert_eq!(all(&db, &actor).await.len(), 2);
        assert_eq!(set(&db, &actor, first, TaskStatus::Done).await, NextOccurrence::None, "its next one is there");
        assert!(matches!(set(&db, &actor, second, TaskStatus::Done).await, NextOccurrence::Made(_)));
        assert_eq!(series(&db, &actor, second).await.previous, Some(first));
        assert_whole(&db, &actor).await;
    }

    async fn a_series_ends_after_its_number_or_its_day(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let three_times = Recurrence { end: RepeatEnd::Times(3), ..WEEKLY };
        let first = db.store.create_task(&actor, repeating("a", on("2026-03-02"), three_times)).await.unwrap();
        for _ in 0..6 {
            db.clock.advance(TimeDelta::days(7));
            db.store.make_due_occurrences().await.unwrap();
        }
        assert_eq!(dues(&db, &actor).await, ["2026-03-02", "2026-03-09", "2026-03-16"]);
        assert_eq!(series(&db, &actor, first).await.state, SeriesState::Finished);
        // From completion, until a day.
        let until = Recurrence { end: RepeatEnd::Until(db.clock.now().date_naive() + TimeDelta::days(3)), ..AFTER_DONE };
        let first = db.store.create_task(&actor, repeating("b", Due::Day(db.clock.now().date_naive()), until)).await.unwrap();
        assert!(matches!(set(&db, &actor, first, TaskStatus::Done).await, NextOccurrence::Made(_)));
        db.clock.advance(TimeDelta::days(2));
        let second = last(&db, &actor).await;
        assert_eq!(set(&db, &actor, second, TaskStatus::Done).await, NextOccurrence::None, "it would be after that day");
        assert_eq!(series(&db, &actor, second).await.state, SeriesState::Finished);
        // Opened again, it goes on as if it had not been done.
        set(&db, &actor, second, TaskStatus::Open).await;
        assert_eq!(series(&db, &actor, second).await.state, SeriesState::Active);
        assert_whole(&db, &actor).await;
    }

    async fn this_one_or_all_later_ones_are_changed(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("Gọi", on("2026-03-02"), WEEKLY)).await.unwrap();
        for _ in 0..2 {
            db.clock.advance(TimeDelta::days(7));
            db.store.make_due_occurrences().await.unwrap();
        }
        let ids: Vec<TaskId> = all(&db, &actor).await.into_iter().map(|(id, _)| id).collect();
        // This one.
        let this = repeating("Gọi Lan", on("2026-03-10"), WEEKLY);
        edit(&db, &actor, ids[1], 1, this).await.unwrap();
        let other_rule = repeating("Gọi Lan", on("2026-03-10"), DAILY);
        match edit(&db, &actor, ids[1], 2, other_rule).await {
            Err(StoreError::Invalid(errors)) => assert!(errors.get("applies_to").is_some()),
            other => panic!("{other:?}"),
        }
        // All later ones: the one after it is there already and keeps its day.
        let later = TaskDraft { applies_to: AppliesTo::Later, priority: Priority::High, ..repeating("Gửi", on("2026-03-10"), WEEKLY) };
        edit(&db, &actor, ids[1], 2, later).await.unwrap();
        let titles: Vec<_> = all(&db, &actor).await.into_iter().map(|(_, shown)| (shown.title, shown.due)).collect();
        let expected = [("Gọi", "2026-03-02"), ("Gửi", "2026-03-10"), ("Gửi", "2026-03-16")];
        assert_eq!(titles, expected.map(|(title, due)| (title.to_owned(), due.to_owned())));
        assert_eq!(db.store.task(&actor, ids[2]).await.unwrap().priority, Priority::High);
        // The days stay, as that of the task was not changed: it was put off by itself.
        db.clock.advance(TimeDelta::days(7));
        db.store.make_due_occurrences().await.unwrap();
        assert_eq!(all(&db, &actor).await.last().map(|(_, shown)| (shown.title.clone(), shown.due.clone())), Some(("Gửi".to_owned(), "2026-03-23".to_owned())));
        // Another rule and another day, from the last one on.
        let fourth = last(&db, &actor).await;
        let every_three_days = Recurrence { end: RepeatEnd::Until(day("2026-04-01")), ..rule(3, RepeatUnit::Days) };
        let later = TaskDraft { applies_to: AppliesTo::Later, ..repeating("Gửi", on("2026-03-24"), every_three_days) };
        edit(&db, &actor, fourth, 1, later.clone()).await.unwrap();
        assert_eq!(edit(&db, &actor, fourth, 1, later).await, Err(StoreError::Conflict), "sent by two");
        assert_eq!(series(&db, &actor, first).await.comes_on, Some(day("2026-03-27")));
        turn_to(&db, "2026-03-27T03:00:00Z").await;
        db.store.make_due_occurrences().await.unwrap();
        turn_to(&db, "2026-03-30T03:00:00Z").await;
        db.store.make_due_occurrences().await.unwrap();
        assert_eq!(dues(&db, &actor).await[3..], ["2026-03-24", "2026-03-27", "2026-03-30"]);
        assert_eq!(series(&db, &actor, first).await.state, SeriesState::Finished);
        let history = db.store.task_history(&actor, fourth).await.unwrap();
        assert!(format!("{history:?}").contains("3 days calendar until 2026-04-01"), "{history:?}");
        assert_whole(&db, &actor).await;
    }

    async fn a_series_on_the_31st_that_is_renamed_in_february_stays_on_the_31st(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        turn_to(&db, "2027-01-31T03:00:00Z").await;
        let monthly = rule(1, RepeatUnit::Months);
        db.store.create_task(&actor, repeating("a", on("2027-01-31"), monthly)).await.unwrap();
        turn_to(&db, "2027-02-28T03:00:00Z").await;
        db.store.make_due_occurrences().await.unwrap();
        let february = last(&db, &actor).await;
        let later = TaskDraft { applies_to: AppliesTo::Later, ..repeating("b", on("2027-02-28"), monthly) };
        edit(&db, &actor, february, 1, later).await.unwrap();
        assert_eq!(series(&db, &actor, february).await.comes_on, Some(day("2027-03-31")));
    }

    async fn a_series_from_completion_becomes_one_by_calendar_from_its_last_task_on(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("a", on("2026-03-02"), AFTER_DONE)).await.unwrap();
        turn_to(&db, "2026-03-20T03:00:00Z").await;
        set(&db, &actor, first, TaskStatus::Done).await;
        let second = last(&db, &actor).await;
        let by_calendar = TaskDraft { applies_to: AppliesTo::Later, ..repeating("a", on("2026-03-22"), Recurrence { mode: RepeatMode::Calendar, ..AFTER_DONE }) };
        edit(&db, &actor, second, 1, by_calendar).await.unwrap();
        assert_eq!(series(&db, &actor, second).await.comes_on, Some(day("2026-03-24")));
        let back = TaskDraft { applies_to: AppliesTo::Later, ..repeating("a", on("2026-03-22"), AFTER_DONE) };
        edit(&db, &actor, second, 2, back).await.unwrap();
        assert_eq!(db.store.set_task_status(&actor, second, TaskStatus::Done).await.unwrap().next, NextOccurrence::Made(on("2026-03-22")));
        assert_whole(&db, &actor).await;
    }

    async fn a_task_begins_to_repeat_stops_and_goes_on(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let single = TaskDraft { repeat: RepeatChoice::Never, ..repeating("Gọi", on("2026-03-02"), WEEKLY) };
        let id = db.store.create_task(&actor, single.clone()).await.unwrap();
        assert_eq!(db.store.stop_repeating(&actor, id).await, Err(StoreError::NotFound), "it doesn't repeat");
        let undated = TaskDraft { due: None, ..repeating("Gọi", on("2026-03-02"), WEEKLY) };
        assert!(matches!(edit(&db, &actor, id, 1, undated).await, Err(StoreError::Invalid(errors)) if errors.get("due_on").is_some()));
        edit(&db, &actor, id, 1, repeating("Gọi", on("2026-03-02"), WEEKLY)).await.unwrap();
        assert_eq!(series(&db, &actor, id).await.rule, WEEKLY);
        // An edit that says nothing about it leaves it.
        edit(&db, &actor, id, 2, TaskDraft { repeat: RepeatChoice::Unchanged, ..single.clone() }).await.unwrap();
        for _ in 0..2 {
            assert_eq!(db.store.stop_repeating(&actor, id).await.as_deref(), Ok("Gọi"));
        }
        assert_eq!(series(&db, &actor, id).await.state, SeriesState::Stopped);
        db.clock.advance(TimeDelta::days(10));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        for _ in 0..2 {
            db.store.repeat_again(&actor, id).await.unwrap();
        }
        assert_eq!(series(&db, &actor, id).await.comes_on, Some(day("2026-03-16")), "nothing of the time between");
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        // In the form: all later ones don't repeat.
        let now = version(&db, &actor, id).await;
        edit(&db, &actor, id, now, TaskDraft { applies_to: AppliesTo::Later, ..single.clone() }).await.unwrap();
        assert_eq!(series(&db, &actor, id).await.state, SeriesState::Stopped);
        // And again, from this one on: another series.
        let now = version(&db, &actor, id).await;
        edit(&db, &actor, id, now, repeating("Gọi", on("2026-03-19"), AFTER_DONE)).await.unwrap();
        assert_eq!((series(&db, &actor, id).await.next, series(&db, &actor, id).await.rule), (None, AFTER_DONE));
        assert!(matches!(set(&db, &actor, id, TaskStatus::Done).await, NextOccurrence::Made(_)));
        // From completion, taken up again with nothing open, it makes the next one.
        let second = last(&db, &actor).await;
        db.store.stop_repeating(&actor, second).await.unwrap();
        assert_eq!(set(&db, &actor, second, TaskStatus::Done).await, NextOccurrence::None);
        let before = all(&db, &actor).await.len();
        db.store.repeat_again(&actor, second).await.unwrap();
        assert_eq!(all(&db, &actor).await.len(), before + 1);
        assert_whole(&db, &actor).await;
    }

    async fn deleting_this_one_skips_it_and_deleting_all_later_ones_ends_the_series(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("Gọi", on("2026-03-02"), AFTER_DONE)).await.unwrap();
        let deleted = db.store.delete_task(&actor, first, 1).await;
        assert_eq!(deleted, Ok(("Gọi".to_owned(), NextOccurrence::Made(on("2026-03-04")))));
        assert_eq!(dues(&db, &actor).await, ["2026-03-04"], "the next is there");
        // What somebody put off or dismissed of it goes with it.
        let next = last(&db, &actor).await;
        let raw = db.raw().await;
        db.store.snooze_action(&actor, next.0, 7).await.unwrap();
        let dismissed = format!(
            "INSERT INTO action_dismissals (workspace_id, user_id, record_id, rule, since_ms, reason, dismissed_at)
             SELECT workspace_id, user_id, record_id, 'task-overdue', 0, '', until FROM action_snoozes WHERE record_id = {}",
            raw.id(next.0)
        );
        raw.run(&dismissed).await.unwrap();
        assert_eq!(db.store.restore_task(&actor, first).await, Ok(("Gọi".to_owned(), NextOccurrence::TakenBack)));
        for table in ["action_snoozes", "action_dismissals"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        assert_eq!(dues(&db, &actor).await, ["2026-03-02"], "and was taken back");
        let (title, with_it) = db.store.delete_later_tasks(&actor, first, version(&db, &actor, first).await).await.unwrap();
        assert_eq!((title.as_str(), with_it, all(&db, &actor).await.len()), ("Gọi", 0, 0));
        db.store.restore_task(&actor, first).await.unwrap();
        assert_eq!((dues(&db, &actor).await, series(&db, &actor, first).await.state), (vec!["2026-03-02".to_owned()], SeriesState::Active));
        db.store.delete_later_tasks(&actor, first, version(&db, &actor, first).await).await.unwrap();
        // By calendar, with later ones that are open, and one that is done.
        let weekly = db.store.create_task(&actor, repeating("Gửi", on("2026-03-02"), WEEKLY)).await.unwrap();
        for _ in 0..3 {
            db.clock.advance(TimeDelta::days(7));
            db.store.make_due_occurrences().await.unwrap();
        }
        let ids: Vec<TaskId> = all(&db, &actor).await.into_iter().map(|(id, _)| id).collect();
        set(&db, &actor, ids[2], TaskStatus::Done).await;
        assert_eq!(series(&db, &actor, weekly).await.later_open, 2);
        assert_eq!(db.store.delete_later_tasks(&actor, ids[1], 7).await, Err(StoreError::Conflict));
        let (_, with_it) = db.store.delete_later_tasks(&actor, ids[1], 1).await.unwrap();
        assert_eq!((with_it, dues(&db, &actor).await), (1, vec!["2026-03-02".to_owned(), "2026-03-16".to_owned()]));
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        assert_whole(&db, &actor).await;
        db.store.restore_task(&actor, ids[1]).await.unwrap();
        assert_eq!(dues(&db, &actor).await, ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"]);
        assert_eq!(series(&db, &actor, weekly).await.comes_on, Some(day("2026-03-30")));
        assert_whole(&db, &actor).await;
    }

    async fn an_old_form_neither_starts_a_series_nor_takes_back_what_another_form_changed(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let three_times = Recurrence { end: RepeatEnd::Times(3), ..WEEKLY };
        db.store.create_task(&actor, repeating("a", on("2026-03-02"), three_times)).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        db.store.make_due_occurrences().await.unwrap();
        let second = last(&db, &actor).await;
        let old = TaskDraft { series_version: shown_series(&db, &actor, second).await, ..repeating("b", on("2026-03-09"), three_times) };
        let old_later = TaskDraft { applies_to: AppliesTo::Later, ..old.clone() };
        db.clock.advance(TimeDelta::days(7));
        db.store.make_due_occurrences().await.unwrap();
        assert_eq!(series(&db, &actor, second).await.state, SeriesState::Finished);
        // Of this task alone it is saved; all later ones are over.
        assert_eq!(db.store.update_task(&actor, second, 1, old_later).await, Err(StoreError::Conflict));
        db.store.update_task(&actor, second, 1, old).await.unwrap();
        assert_eq!(db.raw().await.number("SELECT count(*) FROM task_series").await, 1);
        assert!(series(&db, &actor, second).await.previous.is_some(), "it is where it was");

        // Stopped with another task.
        let first = db.store.create_task(&actor, repeating("c", on("2026-03-16"), WEEKLY)).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        db.store.make_due_occurrences().await.unwrap();
        let second = last(&db, &actor).await;
        let old = TaskDraft { series_version: shown_series(&db, &actor, first).await, ..repeating("d", on("2026-03-16"), WEEKLY) };
        db.store.stop_repeating(&actor, second).await.unwrap();
        db.store.update_task(&actor, first, 1, old.clone()).await.unwrap();
        assert_eq!(series(&db, &actor, first).await.state, SeriesState::Stopped);
        let daily = TaskDraft { repeat: RepeatChoice::By(DAILY), ..old };
        assert_eq!(db.store.update_task(&actor, first, 2, daily).await, Err(StoreError::Conflict));

        // Changed with another task.
        db.store.repeat_again(&actor, second).await.unwrap();
        let old = TaskDraft { series_version: shown_series(&db, &actor, first).await, ..repeating("e", on("2026-03-16"), WEEKLY) };
        let monthly = TaskDraft { applies_to: AppliesTo::Later, ..repeating("f", on("2026-03-23"), rule(1, RepeatUnit::Months)) };
        let now = version(&db, &actor, second).await;
        edit(&db, &actor, second, now, monthly).await.unwrap();
        let now = version(&db, &actor, first).await;
        let later = TaskDraft { applies_to: AppliesTo::Later, ..old.clone() };
        for of_before in [later.clone(), old, TaskDraft { series_version: None, ..later }] {
            assert_eq!(db.store.update_task(&actor, first, now, of_before).await, Err(StoreError::Conflict));
        }
        assert_eq!(series(&db, &actor, first).await.rule, rule(1, RepeatUnit::Months));
        assert_whole(&db, &actor).await;
    }

    async fn a_series_by_calendar_becomes_one_from_completion_and_goes_on_if_its_last_task_is_done(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("a", on("2026-03-02"), WEEKLY)).await.unwrap();
        turn_to(&db, "2026-03-09T03:00:00Z").await;
        db.store.make_due_occurrences().await.unwrap();
        set(&db, &actor, last(&db, &actor).await, TaskStatus::Done).await;
        let later = TaskDraft { applies_to: AppliesTo::Later, ..repeating("a", on("2026-03-02"), AFTER_DONE) };
        edit(&db, &actor, first, 1, later).await.unwrap();
        assert_eq!(dues(&db, &actor).await, ["2026-03-02", "2026-03-09", "2026-03-11"]);
        set(&db, &actor, first, TaskStatus::Done).await;
        assert!(matches!(set(&db, &actor, last(&db, &actor).await, TaskStatus::Done).await, NextOccurrence::Made(_)));
        assert_whole(&db, &actor).await;
    }

    async fn another_rule_is_counted_from_the_days_of_the_series(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        turn_to(&db, "2027-01-31T03:00:00Z").await;
        db.store.create_task(&actor, repeating("a", on("2027-01-31"), rule(1, RepeatUnit::Months))).await.unwrap();
        turn_to(&db, "2027-02-28T03:00:00Z").await;
        db.store.make_due_occurrences().await.unwrap();
        let february = last(&db, &actor).await;
        // It is put off by itself first.
        edit(&db, &actor, february, 1, repeating("a", on("2027-03-03"), rule(1, RepeatUnit::Months))).await.unwrap();
        let later = |every| TaskDraft { applies_to: AppliesTo::Later, ..repeating("a", on("2027-03-03"), rule(every, RepeatUnit::Months)) };
        edit(&db, &actor, february, 2, later(2)).await.unwrap();
        assert_eq!(series(&db, &actor, february).await.comes_on, Some(day("2027-04-30")));
        edit(&db, &actor, february, version(&db, &actor, february).await, later(3)).await.unwrap();
        assert_eq!(series(&db, &actor, february).await.comes_on, Some(day("2027-05-31")));
        edit(&db, &actor, february, version(&db, &actor, february).await, later(1)).await.unwrap();
        assert_eq!(series(&db, &actor, february).await.comes_on, Some(day("2027-03-31")));
        assert_whole(&db, &actor).await;
    }

    async fn all_later_ones_are_in_the_log_also_if_the_task_itself_stays(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("a", on("2026-03-02"), WEEKLY)).await.unwrap();
        let this = repeating("b", on("2026-03-02"), WEEKLY);
        edit(&db, &actor, first, 1, this.clone()).await.unwrap();
        let later = TaskDraft { applies_to: AppliesTo::Later, ..this };
        edit(&db, &actor, first, 2, later.clone()).await.unwrap();
        let history = db.store.task_history(&actor, first).await.unwrap();
        assert!(format!("{:?}", history[0]).contains("applies_to"), "{history:?}");
        // Nothing is left to change.
        let before = (version(&db, &actor, first).await, series(&db, &actor, first).await.version);
        edit(&db, &actor, first, before.0, later).await.unwrap();
        assert_eq!((version(&db, &actor, first).await, series(&db, &actor, first).await.version), before);
        db.store.delete_later_tasks(&actor, first, before.0).await.unwrap();
        db.store.restore_task(&actor, first).await.unwrap();
        assert_eq!(repeats_in_history(&db, &actor, first).await, [" → 1 weeks calendar", "1 weeks calendar → "]);
        assert_whole(&db, &actor).await;
    }

    async fn later_ones_at_another_company_stay_there_if_that_of_the_task_is_archived(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let archived = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let other = db.store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let at = |id, title: &str, due| TaskDraft { company_id: Some(id), ..repeating(title, on(due), WEEKLY) };
        let first = db.store.create_task(&actor, at(archived, "a", "2026-03-02")).await.unwrap();
        for _ in 0..2 {
            db.clock.advance(TimeDelta::days(7));
            db.store.make_due_occurrences().await.unwrap();
        }
        let ids: Vec<TaskId> = all(&db, &actor).await.into_iter().map(|(id, _)| id).collect();
        edit(&db, &actor, ids[1], 1, at(other, "a", "2026-03-09")).await.unwrap();
        db.store.archive_company(&actor, archived, 1, "Đóng".to_owned()).await.unwrap();
        edit(&db, &actor, first, 1, TaskDraft { applies_to: AppliesTo::Later, ..at(archived, "b", "2026-03-02") }).await.unwrap();
        for (id, company) in ids.into_iter().zip([archived, other, archived]) {
            let task = db.store.task(&actor, id).await.unwrap();
            assert_eq!((task.title.as_str(), task.company.map(|company| company.id)), ("b", Some(company)));
        }
    }

    async fn restoring_a_task_restores_no_later_ones_of_others_that_the_user_may_not_change(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (lan, minh) = (member(&db, &owner, "lan", Role::Member).await, member(&db, &owner, "minh", Role::Member).await);
        let first = db.store.create_task(&minh, repeating("a", on("2026-03-02"), WEEKLY)).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        db.store.make_due_occurrences().await.unwrap();
        let of_lan = TaskDraft { owner_id: Some(lan.user_id), ..repeating("a", on("2026-03-02"), WEEKLY) };
        edit(&db, &owner, first, 1, of_lan).await.unwrap();
        let (_, with_it) = db.store.delete_later_tasks(&owner, first, 2).await.unwrap();
        assert_eq!(with_it, 1);
        let number = db.store.workspace(&owner).await.unwrap().version;
        db.store.set_switches(&owner, number, Switches { owners_only_edit: true, ..Switches::default() }).await.unwrap();
        let bound = Actor { owners_only_edit: true, ..lan };
        db.store.restore_task(&bound, first).await.unwrap();
        assert_eq!(dues(&db, &owner).await, ["2026-03-02"], "that of another member stays in the bin");
        assert_eq!(series(&db, &owner, first).await.state, SeriesState::Stopped);
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        assert_whole(&db, &owner).await;
    }

    async fn undoing_that_tasks_were_opened_again_counts_from_when_they_were_done(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let first = db.store.create_task(&actor, repeating("a", on("2026-03-02"), AFTER_DONE)).await.unwrap();
        set(&db, &actor, first, TaskStatus::Done).await;
        db.clock.advance(TimeDelta::days(5));
        let version = version(&db, &actor, first).await;
        let selected = BulkSelection::Records(RecordKind::Tasks, vec![SelectedRecord { id: first.0, version }]);
        let change = NewBulkChange { selection: selected, change: BulkChange::TaskStatus(TaskStatus::Open), shown: None };
        let id = db.store.begin_bulk_change(&actor, change).await.unwrap();
        assert_eq!(dues(&db, &actor).await, ["2026-03-02"]);
        db.store.undo_bulk_change(&actor, id).await.unwrap();
        assert_eq!(dues(&db, &actor).await, ["2026-03-02", "2026-03-04"]);
        assert_whole(&db, &actor).await;
    }

    /// The job runs every minute over the series of all workspaces.
    async fn what_is_due_is_found_in_an_index(db: TestDb) {
        let raw = db.raw().await;
        let indexes = if raw.is_postgres() { "SELECT indexdef FROM pg_indexes" } else { "SELECT sql FROM sqlite_master" };
        let (column, of) = if raw.is_postgres() { ("indexdef", "tablename") } else { ("sql", "tbl_name") };
        let found = format!("{indexes} WHERE {of} = 'task_series' AND {column} LIKE '%next_at%workspace_id%id%' AND {column} LIKE '%INDEX%'");
        assert_eq!(raw.column::<String>(&found).await.len(), 1);
    }

    async fn a_company_that_is_archived_or_in_the_bin_gets_nothing_and_one_that_is_purged_ends_the_series(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let of_company = |title: &str, rule| TaskDraft { company_id: Some(id), ..repeating(title, on("2026-03-02"), rule) };
        let weekly = db.store.create_task(&actor, of_company("weekly", WEEKLY)).await.unwrap();
        let after_done = db.store.create_task(&actor, of_company("after done", AFTER_DONE)).await.unwrap();
        db.store.archive_company(&actor, id, 1, "Đóng".to_owned()).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        assert_eq!(set(&db, &actor, after_done, TaskStatus::Done).await, NextOccurrence::Stopped);
        assert_eq!(series(&db, &actor, after_done).await.state, SeriesState::Stopped);
        assert_eq!(repeats_in_history(&db, &actor, after_done).await, ["2 days completion → "], "the log has it");
        assert_eq!(db.store.repeat_again(&actor, after_done).await, Err(StoreError::Conflict), "still archived");
        // Taken back, it repeats again.
        assert_eq!(set(&db, &actor, after_done, TaskStatus::Open).await, NextOccurrence::None);
        assert_eq!(series(&db, &actor, after_done).await.state, SeriesState::Active);
        assert_eq!(repeats_in_history(&db, &actor, after_done).await, [" → 2 days completion", "2 days completion → "]);
        // Also after it was deleted.
        let (_, next) = db.store.delete_task(&actor, after_done, version(&db, &actor, after_done).await).await.unwrap();
        assert_eq!(next, NextOccurrence::Stopped);
        db.store.restore_task(&actor, after_done).await.unwrap();
        assert_eq!(series(&db, &actor, after_done).await.state, SeriesState::Active);
        assert_eq!(set(&db, &actor, after_done, TaskStatus::Done).await, NextOccurrence::Stopped);
        db.store.bring_back_company(&actor, id).await.unwrap();
        assert_eq!(db.store.make_due_occurrences().await, Ok(0), "nothing of the time between");
        assert_eq!(series(&db, &actor, weekly).await.comes_on, Some(day("2026-03-16")));
        db.store.delete_company(&actor, id, 3, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        db.store.restore_company(&actor, id).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        // A task of the series that is somewhere else by now stays.
        let latest = db.store.task(&actor, weekly).await.unwrap().series.unwrap().next.unwrap();
        edit(&db, &actor, latest, 1, TaskDraft { company_id: None, ..of_company("weekly", WEEKLY) }).await.unwrap();
        db.store.delete_company(&actor, id, 5, ALL_SHOWN).await.unwrap();
        let purge = db.store.purge_question(&actor, id.0).await.unwrap();
        db.store.purge_record(&actor, id.0, purge.version, purge.goes_along).await.unwrap();
        assert_eq!(series(&db, &actor, latest).await.state, SeriesState::Stopped);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM task_series").await, 1, "the other one has no task left");
        // Of a contact alone.
        let alone = db.store.create_contact(&actor, support::person("Một mình", None)).await.unwrap();
        db.store.create_task(&actor, TaskDraft { contact_id: Some(alone), ..repeating("c", Due::Day(db.clock.now().date_naive()), WEEKLY) }).await.unwrap();
        db.store.delete_contact(&actor, alone, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(0));
        let purge = db.store.purge_question(&actor, alone.0).await.unwrap();
        db.store.purge_record(&actor, alone.0, purge.version, purge.goes_along).await.unwrap();
        assert_eq!(db.raw().await.number("SELECT count(*) FROM task_series").await, 1);
        assert_whole(&db, &actor).await;
    }

    async fn a_members_series_goes_on_with_somebody_else(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (lan, minh) = (member(&db, &owner, "lan", Role::Member).await, member(&db, &owner, "minh", Role::Member).await);
        db.store.create_task(&lan, repeating("a", on("2026-03-02"), WEEKLY)).await.unwrap();
        db.store.remove_member(&owner, lan.user_id, RecordsGoTo::Member(minh.user_id)).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        let owners = async || -> Vec<_> { db.store.tasks(&owner, &TaskQuery::default()).await.unwrap().rows.into_iter().map(|row| row.owner_id).collect() };
        assert_eq!(owners().await, [minh.user_id, minh.user_id]);
        // Whose records stay under the name of somebody who left gives what comes to the workspace's owner.
        db.store.remove_member(&owner, minh.user_id, RecordsGoTo::Nobody).await.unwrap();
        db.clock.advance(TimeDelta::days(7));
        assert_eq!(db.store.make_due_occurrences().await, Ok(1));
        assert_eq!(owners().await, [minh.user_id, minh.user_id, owner.user_id]);
        assert_whole(&db, &owner).await;
    }

    /// D15: each once, whoever runs the job, and wherever one of them stops.
    async fn two_processes_make_each_occurrence_once_also_after_a_crash(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        const SERIES: u64 = 130;
        let mut first = None;
        for number in 0..SERIES {
            let who = if number % 10 == 0 { &other } else { &actor };
            let id = db.store.create_task(who, repeating(&format!("t{number}"), on("2026-03-02"), DAILY)).await.unwrap();
            if number == 1 {
                first = Some(id);
            }
        }
        let expected = async |days: u64| {
            let raw = db.raw().await;
            assert_eq!(raw.number("SELECT count(*) FROM tasks").await.unsigned_abs(), SERIES * (days + 1));
            let each = "SELECT count(*) FROM (SELECT series_id FROM task_occurrences GROUP BY series_id HAVING count(*) = ";
            assert_eq!(raw.number(&format!("{each}{}) AS x", days + 1)).await.unsigned_abs(), SERIES);
        };
        let second_store = db.another_store().await;
        for days in 1..=3 {
            db.clock.advance(TimeDelta::days(1));
            let (one, two) = tokio::join!(db.store.make_due_occurrences(), second_store.make_due_occurrences());
            assert_eq!(one.unwrap() + two.unwrap(), SERIES);
            expected(days).await;
        }
        // In the middle of a batch, which has 100, the database refuses a row: nothing of the batch stays, and the other workspace gets its own.
        db.clock.advance(TimeDelta::days(1));
        let raw = db.raw().await;
        let dummy = db.store.create_task(&other, TaskDraft { repeat: RepeatChoice::Never, ..repeating("x", on("2026-03-02"), DAILY) }).await.unwrap();
        let moved = format!("UPDATE tasks SET workspace_id = {}, owner_id = {} WHERE id = {}", raw.id(actor.workspace_id.0), raw.id(actor.user_id.0), raw.id(dummy.0));
        raw.run(&moved).await.unwrap();
        occupy(&raw, first.unwrap(), 4, dummy).await;
        assert!(db.store.make_due_occurrences().await.is_err());
        let of_workspace = |actor: &Actor| format!("SELECT count(*) FROM task_occurrences WHERE position = 4 AND workspace_id = {}", raw.id(actor.workspace_id.0));
        let whole_batches = [1, 101];
        assert!(whole_batches.contains(&raw.number(&of_workspace(&actor)).await));
        assert_eq!(raw.number(&of_workspace(&other)).await, 13);
        raw.run(&format!("DELETE FROM tasks WHERE id = {}", raw.id(dummy.0))).await.unwrap();
        // A process that stops anywhere, while another one goes on.
        for wait in 0..12 {
            let store = second_store.clone();
            let stopped = tokio::spawn(async move { store.make_due_occurrences().await });
            for _ in 0..wait {
                tokio::task::yield_now().await;
            }
            stopped.abort();
            db.store.make_due_occurrences().await.unwrap();
        }
        // What the stopped one had begun is over once its lock is free.
        db.store.make_due_occurrences().await.unwrap();
        expected(4).await;
    }

    /// D7: sent 50 times at once, it is one task with one series.
    async fn a_form_sent_many_times_makes_one_series(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = Arc::new(db.store.with_idempotency(b"form-1".to_vec()));
        let sent = (0..50).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.create_task(&actor, repeating("Gọi", on("2026-03-02"), WEEKLY)).await.unwrap() })
        });
        let mut ids = Vec::new();
        for sent in sent.collect::<Vec<_>>() {
            ids.push(sent.await.unwrap());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM task_series").await, 1);
        // Done 20 times at once, the next one comes once.
        edit(&db, &actor, ids[0], 1, TaskDraft { applies_to: AppliesTo::Later, ..repeating("Gọi", on("2026-03-02"), AFTER_DONE) }).await.unwrap();
        let done = (0..20).map(|_| {
            let store = db.store.clone();
            let id = ids[0];
            tokio::spawn(async move { store.set_task_status(&actor, id, TaskStatus::Done).await.unwrap().next })
        });
        let mut made = 0;
        for done in done.collect::<Vec<_>>() {
            made += u32::from(matches!(done.await.unwrap(), NextOccurrence::Made(_)));
        }
        assert_eq!((made, all(&db, &actor).await.len()), (1, 2));
        assert_whole(&db, &actor).await;
    }

    async fn any_changes_at_once_leave_each_position_once(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let customer = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let xe = db.store.create_deal(&actor, deal("Xe tải", customer, "proposal", 100)).await.unwrap();
        let mut seed = 0x9e37_79b9_u64;
        let mut dice = |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % sides
        };
        let rules = [DAILY, WEEKLY, AFTER_DONE, Recurrence { end: RepeatEnd::Times(4), ..AFTER_DONE }, Recurrence { end: RepeatEnd::Times(3), ..DAILY }];
        for rule in rules {
            db.store.create_task(&actor, TaskDraft { deal_id: Some(xe), ..repeating("t", on("2026-03-02"), rule) }).await.unwrap();
        }
        let mut known: Vec<TaskId> = all(&db, &actor).await.into_iter().map(|(id, _)| id).collect();
        for step in 0..60 {
            db.clock.advance(TimeDelta::hours(7));
            let mut running = Vec::new();
            for _ in 0..3 {
                let id = known[usize::try_from(dice(known.len() as u64)).unwrap()];
                let version = db.store.task(&actor, id).await.map(|task| task.version).unwrap_or_default();
                let series_version = shown_series(&db, &actor, id).await;
                let (what, rule, later, store) = (dice(9), rules[usize::try_from(dice(5)).unwrap()], dice(2) == 0, db.store.clone());
                running.push(tokio::spawn(async move {
                    let applies_to = if later { AppliesTo::Later } else { AppliesTo::This };
                    match what {
                        0 | 1 => store.set_task_status(&actor, id, TaskStatus::Done).await.map(drop),
                        2 => store.set_task_status(&actor, id, TaskStatus::Open).await.map(drop),
                        3 => store.set_task_status(&actor, id, TaskStatus::Canceled).await.map(drop),
                        4 => store.delete_task(&actor, id, version).await.map(drop),
                        5 => store.restore_task(&actor, id).await.map(drop),
                        6 => store.delete_later_tasks(&actor, id, version).await.map(drop),
                        7 if later => store.stop_repeating(&actor, id).await.map(drop),
                        7 => store.repeat_again(&actor, id).await.map(drop),
                        _ => store.update_task(&actor, id, version, TaskDraft { applies_to, series_version, ..repeating(&format!("t{step}"), on("2026-03-05"), rule) }).await,
                    }
                }));
            }
            db.store.make_due_occurrences().await.unwrap();
            for done in running {
                let done = done.await.unwrap();
                assert!(matches!(done, Ok(()) | Err(StoreError::NotFound | StoreError::Conflict | StoreError::Invalid(_))), "{done:?}");
            }
            for (id, _) in all(&db, &actor).await {
                if !known.contains(&id) {
                    known.push(id);
                }
            }
            assert_next_tasks(&db.raw().await).await;
        }
        assert!(known.len() > 20, "{}", known.len());
        assert_whole(&db, &actor).await;
    }

    async fn the_list_says_what_repeats(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_task(&actor, repeating("a", on("2026-03-02"), WEEKLY)).await.unwrap();
        db.store.create_task(&actor, support::task("b", None)).await.unwrap();
        let shown = async || -> Vec<_> { db.store.tasks(&actor, &TaskQuery::default()).await.unwrap().rows.into_iter().map(|row| row.repeats).collect() };
        assert_eq!(shown().await, [true, false]);
        db.store.stop_repeating(&actor, id).await.unwrap();
        assert_eq!(shown().await, [false, false]);
    }
}
