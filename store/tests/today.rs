//! Next best actions: they are those that the rules of the domain say, in their order; putting off, dismissing, rules switched off.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "support/random_records.rs"]
mod random_records;
mod support;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::{Raw, TestDb};
use domain::{
    access::{Actor, Role},
    activities::{ActivityDraft, ActivityType},
    clock::Clock,
    contacts::ContactDraft,
    deals::{DealDraft, Placement},
    ids::{CompanyId, ContactId, DealId, TaskId, UserId},
    tasks::{Due, TaskDraft, TaskStatus},
    today::{ActionRule, DealFacts, Dismissal},
};
use random_records::{Dice, fill};
use sea_orm::{FromQueryResult, Statement, prelude::Uuid};
use std::cmp::Reverse;
use store::{
    StoreError,
    today::{ActionsQuery, NextAction},
};
use support::{ALL_SHOWN, About, HANOI, assert_counters, assert_unbroken, call, company, contact, deal, member, person, task, to};

/// All that there are.
const ALL: u64 = 100_000;

fn today(db: &TestDb) -> NaiveDate {
    (db.clock.now() + HANOI).date_naive()
}

async fn actions(db: &TestDb, actor: &Actor, owner: Option<UserId>) -> Vec<NextAction> {
    let read = db.store.next_actions(actor, ActionsQuery { owner, today: today(db), most: ALL }).await.unwrap();
    assert!(!read.has_more);
    read.actions.clone()
}

/// Rule and record of each action of the actor's own records.
async fn of_own(db: &TestDb, actor: &Actor) -> Vec<(ActionRule, Uuid)> {
    actions(db, actor, Some(actor.user_id)).await.into_iter().map(|action| (action.rule, action.record_id)).collect()
}

/// A deal with all that its rules are decided by, found without what the store keeps for them.
#[derive(FromQueryResult)]
struct DealFound {
    id: Uuid,
    owner_id: Uuid,
    created_at: DateTime<Utc>,
    stage_since: Option<DateTime<Utc>>,
    idle_days: Option<i16>,
    kind: String,
    closed_at: Option<DateTime<Utc>>,
    lost_reason: Option<String>,
    expected_close_date: Option<NaiveDate>,
    value: Option<i64>,
    probability: i16,
    archived_at: Option<DateTime<Utc>>,
    latest_contact_at: Option<DateTime<Utc>>,
    latest_activity_at: Option<DateTime<Utc>>,
    tasks_since_close: i64,
    tasks: i64,
    last_task: Option<DateTime<Utc>>,
    primaries: i64,
    promised_at: Option<DateTime<Utc>>,
    tasks_since: i64,
}

#[derive(FromQueryResult)]
struct TaskFound {
    id: Uuid,
    owner_id: Uuid,
    due_by: DateTime<Utc>,
    deal_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    company_id: Option<Uuid>,
    value: Option<i64>,
    probability: Option<i16>,
}

/// A contact or company that the rules are asked about, with when somebody was last in contact with it.
#[derive(FromQueryResult)]
struct Contacted {
    id: Uuid,
    owner_id: Uuid,
    contacted_at: DateTime<Utc>,
}

async fn found<T: FromQueryResult>(raw: &Raw, text: &str) -> Vec<T> {
    T::find_by_statement(Statement::from_string(raw.0.get_database_backend(), text)).all(&raw.0).await.unwrap()
}

/// Rule, record and order of an action.
type Expected = (ActionRule, Reverse<i64>, i64, Uuid);

/// The actions as the domain's rules say, one record at a time.
async fn expected(db: &TestDb, actor: &Actor, owner: Option<UserId>, enabled: &[ActionRule]) -> Vec<(ActionRule, Uuid)> {
    let (raw, now, today) = (db.raw().await, db.clock.now(), today(db));
    let workspace = raw.id(actor.workspace_id.0);
    let newest = |column: &str, alias: &str| {
        format!(
            "(SELECT a.date FROM activities a WHERE a.workspace_id = {alias}.workspace_id AND a.{column} = {alias}.id AND a.deleted_at IS NULL
               AND a.type IN ('call', 'email', 'meeting', 'sms') ORDER BY a.date DESC LIMIT 1)"
        )
    };
    let open_tasks = "FROM tasks t WHERE t.workspace_id = d.workspace_id AND t.deal_id = d.id AND t.deleted_at IS NULL";
    let deals: Vec<DealFound> = found(
        &raw,
        &format!(
            "SELECT d.id, d.owner_id, d.created_at, d.stage_since, s.idle_days, s.kind, d.closed_at, d.lost_reason, d.expected_close_date,
               d.value, d.probability, c.archived_at, {} AS latest_contact_at,
               (SELECT a.date FROM activities a WHERE a.workspace_id = d.workspace_id AND a.deal_id = d.id AND a.deleted_at IS NULL
                ORDER BY a.date DESC LIMIT 1) AS latest_activity_at,
               (SELECT count(*) {open_tasks} AND t.created_at >= d.closed_at) AS tasks_since_close,
               (SELECT count(*) {open_tasks} AND t.status = 'open') AS tasks,
               (SELECT t.due_by {open_tasks} AND t.status = 'open' ORDER BY t.due_by DESC LIMIT 1) AS last_task,
               (SELECT count(*) FROM contacts p WHERE p.workspace_id = d.workspace_id AND p.company_id = d.company_id
                  AND p.authority_level = 'primary' AND p.deleted_at IS NULL) AS primaries,
               d.next_step_date AS promised_at, (SELECT count(*) {open_tasks} AND t.created_at >= d.next_step_date
                 AND t.created_at >= (SELECT a.created_at FROM activities a WHERE a.workspace_id = d.workspace_id AND a.id = d.next_step_activity_id)
               ) AS tasks_since
             FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id
             JOIN companies c ON c.workspace_id = d.workspace_id AND c.id = d.company_id
             WHERE d.workspace_id = {workspace} AND d.deleted_at IS NULL",
            newest("deal_id", "d")
        ),
    )
    .await;
    let is_of = |of: Uuid| owner.is_none_or(|owner| owner.0 == of);
    let weighted = |value: Option<i64>, probability: i16| value.map_or(-1, |value| (value * i64::from(probability) + 50) / 100);
    let start_ms = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    let mut all: Vec<Expected> = Vec::new();
    for deal in deals.iter().filter(|deal| is_of(deal.owner_id)) {
        let contacted = deal.latest_contact_at.unwrap_or(deal.created_at);
        let since = deal.stage_since.unwrap_or(deal.created_at);
        let facts = DealFacts {
            created_at: deal.created_at,
            stage_since: deal.stage_since,
            stage_idle_days: deal.idle_days,
            closed_at: deal.closed_at,
            lost_reason: deal.lost_reason.clone().filter(|_| deal.kind == "lost"),
            expected_close_date: deal.expected_close_date,
            latest_contact_at: deal.latest_contact_at,
            has_task: deal.tasks > 0,
            has_task_ahead: deal.last_task.is_some_and(|at| at >= now),
            has_decision_maker: deal.primaries > 0,
            promised_at: deal.promised_at,
            has_task_since_promise: deal.tasks_since > 0,
            latest_activity_at: deal.latest_activity_at,
            has_task_since_close: deal.tasks_since_close > 0,
        };
        for rule in ActionRule::ALL.into_iter().filter(|rule| deal.archived_at.is_none() && facts.fits(*rule, now, today)) {
            let since_ms = match rule {
                ActionRule::ClosePassed => start_ms(deal.expected_close_date.unwrap()),
                ActionRule::Idle => deal.latest_contact_at.map_or(since, |at| at.max(since)).timestamp_millis(),
                ActionRule::NoDecisionMaker => deal.created_at.timestamp_millis(),
                ActionRule::PromisedStep => deal.promised_at.unwrap().timestamp_millis(),
                ActionRule::ClosesSoon => deal.latest_activity_at.unwrap_or(deal.created_at).timestamp_millis(),
                ActionRule::LostEarlier => deal.closed_at.unwrap().timestamp_millis(),
                _ => contacted.timestamp_millis(),
            };
            let lost = rule == ActionRule::LostEarlier;
            let weight = if lost { deal.value.unwrap_or(-1) } else { weighted(deal.value, deal.probability) };
            all.push((rule, Reverse(weight), since_ms, deal.id));
        }
    }
    let tasks: Vec<TaskFound> = found(
        &raw,
        &format!(
            "SELECT t.id, t.owner_id, t.due_by, d.id AS deal_id, p.id AS contact_id, c.id AS company_id, d.value, d.probability
             FROM tasks t LEFT JOIN deals d ON d.workspace_id = t.workspace_id AND d.id = t.deal_id AND d.deleted_at IS NULL
             LEFT JOIN contacts p ON p.workspace_id = t.workspace_id AND p.id = t.contact_id AND p.deleted_at IS NULL
             LEFT JOIN companies c ON c.workspace_id = t.workspace_id AND c.id = t.company_id AND c.deleted_at IS NULL
             WHERE c.archived_at IS NULL AND t.workspace_id = {workspace} AND t.deleted_at IS NULL AND t.status = 'open'"
        ),
    )
    .await;
    for task in tasks.iter().filter(|task| is_of(task.owner_id) && task.due_by < now) {
        let record = task.deal_id.or(task.contact_id).or(task.company_id).unwrap_or(task.id);
        let weight = task.probability.map_or(-1, |probability| weighted(task.value, probability));
        all.push((ActionRule::TaskOverdue, Reverse(weight), task.due_by.timestamp_millis(), record));
    }
    let not_archived = "LEFT JOIN companies c ON c.workspace_id = p.workspace_id AND c.id = p.company_id AND c.deleted_at IS NULL";
    for (rule, days, text) in [
        (
            ActionRule::NotContacted,
            30,
            format!(
                "SELECT p.id, p.owner_id, COALESCE({}, p.created_at) AS contacted_at FROM contacts p {not_archived}
                 WHERE p.workspace_id = {workspace} AND p.deleted_at IS NULL AND p.is_decision_maker AND c.archived_at IS NULL",
                newest("contact_id", "p")
            ),
        ),
        (
            ActionRule::CustomerNotContacted,
            60,
            format!(
                "SELECT c.id, c.owner_id, COALESCE({}, c.created_at) AS contacted_at FROM companies c
                 WHERE c.workspace_id = {workspace} AND c.deleted_at IS NULL AND c.archived_at IS NULL AND c.status = 'active'",
                newest("company_id", "c")
            ),
        ),
    ] {
        let records: Vec<Contacted> = found(&raw, &text).await;
        let late = records.iter().filter(|record| is_of(record.owner_id) && record.contacted_at < now - TimeDelta::days(days));
        all.extend(late.map(|record| (rule, Reverse(-1), record.contacted_at.timestamp_millis(), record.id)));
    }
    all.retain(|(rule, ..)| enabled.contains(rule));
    all.sort();
    let mut seen = std::collections::HashSet::new();
    all.into_iter().filter(|(.., record)| seen.insert(*record)).map(|(rule, .., record)| (rule, record)).collect()
}

/// Tasks of the records, some of them overdue, some finished; customers; deals that were lost for a reason.
async fn add_work(db: &TestDb, actor: &Actor, owners: &[Option<UserId>], dice: &mut Dice) {
    let (store, raw) = (&db.store, db.raw().await);
    let workspace = raw.id(actor.workspace_id.0);
    // In an order that is alike at every run, which that of ids made at one time is not.
    let ids = async |table: &str, order: &str| {
        let live = format!("deleted_at IS NULL ORDER BY {order}");
        raw.column::<Uuid>(&format!("SELECT id FROM {table} WHERE workspace_id = {workspace} AND {live}")).await
    };
    let companies = ids("companies", "name").await;
    let contacts = ids("contacts", "name").await;
    let deals = ids("deals", "name, COALESCE(value, -1), probability").await;
    for number in 0..70 {
        let due = match dice.of(0..3) {
            0 => None,
            1 => Some(Due::Day(today(db) + TimeDelta::days(dice.of(-20..60)))),
            _ => Some(Due::Time(db.clock.now() + TimeDelta::minutes(dice.of(-30_000..90_000)))),
        };
        let none = task(&format!("Việc {number}"), None);
        let linked = match dice.of(0..6) {
            0 => none,
            1 => TaskDraft { company_id: Some(CompanyId(dice.pick(&companies))), ..none },
            2 => TaskDraft { contact_id: Some(ContactId(dice.pick(&contacts))), ..none },
            _ => TaskDraft { deal_id: Some(DealId(dice.pick(&deals))), ..none },
        };
        // An archived company takes no task.
        let Ok(id) = store.create_task(actor, TaskDraft { due, owner_id: dice.pick(owners), ..linked }).await else { continue };
        match dice.of(0..9) {
            0 => drop(store.set_task_status(actor, id, TaskStatus::Done).await.unwrap()),
            1 => drop(store.delete_task(actor, id, 1).await.unwrap()),
            _ => {}
        }
    }
    let customers: Vec<String> = companies.iter().step_by(2).map(|id| raw.id(*id)).collect();
    raw.run(&format!("UPDATE companies SET status = 'active' WHERE id IN ({})", customers.join(", "))).await.unwrap();
    for (part, reason) in [(0, "Giá cao"), (1, "Bad timing"), (2, "Đối thủ")] {
        let some: Vec<String> = deals.iter().skip(part).step_by(3).map(|id| raw.id(*id)).collect();
        let text = format!(
            "UPDATE deals SET lost_reason = '{reason}', lost_reason_key = '{}' WHERE stage_id IN (SELECT id FROM stages WHERE kind = 'lost') AND id IN ({})",
            domain::deals::lost_reason_key(reason),
            some.join(", ")
        );
        raw.run(&text).await.unwrap();
    }
}

on_both_databases! {
    async fn the_actions_are_those_of_the_rules_in_their_order(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let mut dice = Dice::new();
        fill(&db, &outsider, &[None], &mut dice).await;
        fill(&db, &owner, &[None, Some(lan.user_id)], &mut dice).await;
        add_work(&db, &outsider, &[None], &mut dice).await;
        add_work(&db, &owner, &[None, Some(lan.user_id)], &mut dice).await;
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..9 {
            for (actor, scope) in [(owner, None), (owner, Some(owner.user_id)), (lan, Some(lan.user_id))] {
                let wanted = expected(&db, &actor, scope, &ActionRule::ALL).await;
                let found = actions(&db, &actor, scope).await;
                assert_eq!(found.iter().map(|action| (action.rule, action.record_id)).collect::<Vec<_>>(), wanted, "{scope:?}");
                seen.extend(wanted.iter().map(|(rule, _)| *rule));
                for action in &found {
                    let linked = action.deal.is_some() || action.contact.is_some() || action.company.is_some() || action.task.is_some();
                    assert!(linked && (action.rule != ActionRule::PromisedStep || action.promise.is_some()), "{action:?}");
                }
                for most in [1, 7, 40] {
                    let query = ActionsQuery { owner: scope, today: today(&db), most };
                    let first = db.store.next_actions(&actor, query).await.unwrap();
                    let most = usize::try_from(most).unwrap();
                    assert_eq!(first.actions, found[..most.min(found.len())], "the first {most}");
                    assert_eq!(first.has_more, found.len() > most);
                }
            }
            db.clock.advance(TimeDelta::hours(dice.of(1..24 * 25)));
        }
        // With rules switched off, those after them come to light.
        let mut enabled = ActionRule::ALL.to_vec();
        for rule in ActionRule::ALL {
            db.store.set_action_rule(&owner, rule, false).await.unwrap();
            enabled.retain(|other| *other != rule);
            let wanted = expected(&db, &owner, None, &enabled).await;
            let found = actions(&db, &owner, None).await;
            assert_eq!(found.iter().map(|action| (action.rule, action.record_id)).collect::<Vec<_>>(), wanted, "after {rule:?}");
            seen.extend(wanted.iter().map(|(rule, _)| *rule));
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ActionRule::ALL, "every rule was met");
        assert_counters(&db.raw().await).await;
    }

    async fn a_record_has_one_action_at_a_time(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let close = Some(today(&db) - TimeDelta::days(3));
        let id = store.create_deal(&owner, DealDraft { expected_close_date: close, ..deal("Xe", company_id, "proposal", 1) }).await.unwrap();
        let of_deal = Some(id);
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::ClosePassed, id.0)]);
        let draft = TaskDraft { deal_id: of_deal, due: Some(Due::Day(today(&db) - TimeDelta::days(1))), ..task("Gọi", None) };
        let first = store.create_task(&owner, draft.clone()).await.unwrap();
        store.create_task(&owner, TaskDraft { due: Some(Due::Day(today(&db) - TimeDelta::days(2))), title: "Gửi".to_owned(), ..draft }).await.unwrap();
        let shown = actions(&db, &owner, None).await;
        assert_eq!(shown.len(), 1);
        let (rule, title) = (shown[0].rule, shown[0].task.as_ref().map(|task| task.title.as_str()));
        assert_eq!((rule, shown[0].tasks, title), (ActionRule::TaskOverdue, 2, Some("Gửi")), "the one that is overdue for longest");
        // Dismissed, it is shown again once another task is overdue.
        let dismissal = Dismissal { record_id: id.0, rule, since_ms: shown[0].dismissal_ms, reason: "Chờ".to_owned() };
        store.dismiss_action(&owner, dismissal).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::ClosePassed, id.0)]);
        let soon = Due::Time(db.clock.now() + TimeDelta::minutes(5));
        let third = store.create_task(&owner, TaskDraft { deal_id: of_deal, due: Some(soon), ..task("Ký", None) }).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::ClosePassed, id.0)]);
        db.clock.advance(TimeDelta::minutes(6));
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::TaskOverdue, id.0)]);
        store.set_task_status(&owner, third, TaskStatus::Done).await.unwrap();
        store.undo_action_dismissal(&owner, id.0, rule).await.unwrap();
        for task in [first, TaskId(shown[0].task.as_ref().unwrap().id.0)] {
            store.set_task_status(&owner, task, TaskStatus::Done).await.unwrap();
        }
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::ClosePassed, id.0)]);
        store.update_deal(&owner, id, 1, deal("Xe", company_id, "proposal", 1)).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::NothingPlanned, id.0)]);
        let planned = ActivityDraft { date: db.clock.now() + TimeDelta::days(1), ..call("Gặp", About { deal: of_deal, ..About::default() }) };
        store.create_activity(&owner, planned).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::NoDecisionMaker, id.0)]);
        db.clock.advance(TimeDelta::days(2));
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::NothingPlanned, id.0)], "the meeting is past");
        store.delete_company(&owner, company_id, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, []);
    }

    async fn a_task_of_the_same_minute_answers_a_promise_only_if_it_was_added_after_it(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let signs = ContactDraft { authority_level: Some(domain::contacts::AuthorityLevel::Primary), ..person("Đức", Some(company_id)) };
        store.create_contact(&owner, signs).await.unwrap();
        let id = store.create_deal(&owner, deal("Xe", company_id, "proposal", 1)).await.unwrap();
        let planned = TaskDraft { deal_id: Some(id), due: Some(Due::Day(today(&db) + TimeDelta::days(5))), ..task("Khảo sát", None) };
        store.create_task(&owner, planned.clone()).await.unwrap();
        let minute = db.clock.now();
        db.clock.advance(TimeDelta::seconds(20));
        let about = About { deal: Some(id), ..About::default() };
        let promise = ActivityDraft { date: minute, next_steps: Some("Gửi hợp đồng".to_owned()), ..call("Gọi", about) };
        store.create_activity(&owner, promise).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, [(ActionRule::PromisedStep, id.0)]);
        db.clock.advance(TimeDelta::seconds(20));
        store.create_task(&owner, planned).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, []);
    }

    async fn what_is_put_off_comes_back_on_its_day_and_is_the_users_own(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Admin).await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let id = store.create_deal(&owner, deal("Xe", company_id, "proposal", 1)).await.unwrap();
        let shown = [(ActionRule::NothingPlanned, id.0)];
        for days in [1, 3, 7] {
            let until = store.snooze_action(&owner, id.0, days).await.unwrap();
            assert_eq!(until, today(&db) + TimeDelta::days(days.into()));
            assert_eq!(store.snooze_action(&owner, id.0, days).await.unwrap(), until, "sent twice");
            assert_eq!(of_own(&db, &owner).await, []);
            let everybodys = actions(&db, &lan, None).await;
            assert_eq!(everybodys.len(), 1, "others see it all the same");
            let start = support::start_of(until);
            db.clock.advance(start - db.clock.now() - TimeDelta::milliseconds(1));
            assert_eq!(of_own(&db, &owner).await, []);
            db.clock.advance(TimeDelta::milliseconds(1));
            assert_eq!(of_own(&db, &owner).await, shown);
        }
        store.snooze_action(&owner, id.0, 7).await.unwrap();
        store.undo_action_snooze(&owner, id.0).await.unwrap();
        store.undo_action_snooze(&owner, id.0).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, shown);
        store.snooze_action(&owner, id.0, 1).await.unwrap();
        db.clock.advance(TimeDelta::days(2));
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM action_snoozes").await, 1);
        assert_eq!(store.delete_ended_snoozes().await.unwrap(), 1);
        assert_eq!(raw.number("SELECT count(*) FROM action_snoozes").await, 0, "over");
        assert_unbroken(&raw).await;
    }

    async fn what_is_dismissed_stays_away_until_its_reason_is_another(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let decides = ContactDraft { is_decision_maker: true, ..person("Đức", Some(company_id)) };
        let contact_id = store.create_contact(&owner, decides).await.unwrap();
        db.clock.advance(TimeDelta::days(31));
        let not_contacted = [(ActionRule::NotContacted, contact_id.0)];
        assert_eq!(of_own(&db, &owner).await, not_contacted);
        let dismissal = |action: &NextAction| Dismissal {
            record_id: action.record_id,
            rule: action.rule,
            since_ms: action.dismissal_ms,
            reason: "Đã nghỉ hưu".to_owned(),
        };
        let shown = actions(&db, &owner, None).await;
        store.dismiss_action(&owner, dismissal(&shown[0])).await.unwrap();
        store.dismiss_action(&owner, dismissal(&shown[0])).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, []);
        store.undo_action_dismissal(&owner, contact_id.0, ActionRule::Idle).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, [], "another rule");
        store.undo_action_dismissal(&owner, contact_id.0, ActionRule::NotContacted).await.unwrap();
        assert_eq!(of_own(&db, &owner).await, not_contacted);
        store.dismiss_action(&owner, dismissal(&shown[0])).await.unwrap();
        db.clock.advance(TimeDelta::days(400));
        assert_eq!(of_own(&db, &owner).await, []);
        let about = About { contact: Some(contact_id), ..About::default() };
        store.create_activity(&owner, ActivityDraft { date: db.clock.now(), ..call("Gọi", about) }).await.unwrap();
        db.clock.advance(TimeDelta::days(31));
        assert_eq!(of_own(&db, &owner).await, not_contacted, "since another day");

        // A deal that is dismissed by one rule has the action of the next that fits.
        let id = store.create_deal(&owner, deal("Xe", company_id, "proposal", 1)).await.unwrap();
        db.clock.advance(TimeDelta::days(20));
        for rule in [ActionRule::NothingPlanned, ActionRule::Idle, ActionRule::NoDecisionMaker] {
            let action = actions(&db, &owner, None).await.into_iter().find(|action| action.record_id == id.0).unwrap();
            assert_eq!(action.rule, rule);
            store.dismiss_action(&owner, dismissal(&action)).await.unwrap();
        }
        assert!(actions(&db, &owner, None).await.iter().all(|action| action.record_id != id.0));
        let reasons = db.raw().await.number("SELECT count(*) FROM audit_log WHERE after LIKE '%hưu%' OR before LIKE '%hưu%'").await;
        assert_eq!(reasons, 0, "the log outlives the record");
    }

    async fn records_of_others_and_in_the_bin_are_not_found(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let viewer = member(&db, &owner, "mai", Role::Viewer).await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let dismissal = |record_id| Dismissal { record_id, rule: ActionRule::Idle, since_ms: 1, reason: "x".to_owned() };
        assert_eq!(store.snooze_action(&outsider, company_id.0, 1).await, Err(StoreError::NotFound));
        assert_eq!(store.dismiss_action(&outsider, dismissal(company_id.0)).await, Err(StoreError::NotFound));
        store.snooze_action(&viewer, company_id.0, 1).await.unwrap();
        assert_eq!(store.set_action_rule(&viewer, ActionRule::Idle, false).await, Err(StoreError::Denied));
        store.delete_company(&owner, company_id, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(store.snooze_action(&owner, company_id.0, 1).await, Err(StoreError::NotFound));
        assert_eq!(store.dismiss_action(&owner, dismissal(company_id.0)).await, Err(StoreError::NotFound));
    }

    async fn who_leaves_takes_along_what_they_put_off_and_dismissed(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let (store, raw) = (&db.store, db.raw().await);
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        for actor in [owner, lan] {
            store.snooze_action(&actor, company_id.0, 3).await.unwrap();
            let dismissal = Dismissal { record_id: company_id.0, rule: ActionRule::Idle, since_ms: 1, reason: "x".to_owned() };
            store.dismiss_action(&actor, dismissal).await.unwrap();
        }
        store.leave_workspace(&lan, domain::members::RecordsGoTo::Nobody).await.unwrap();
        for table in ["action_snoozes", "action_dismissals"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 1, "{table}");
        }
        let (tasks_done, before) = (db.store.tasks_done_since(&owner, None, db.clock.now()).await.unwrap(), db.clock.now());
        assert!(tasks_done.is_empty());
        let id = store.create_task(&owner, task("Gọi", None)).await.unwrap();
        store.set_task_status(&owner, id, TaskStatus::Done).await.unwrap();
        assert_eq!(store.tasks_done_since(&owner, Some(owner.user_id), before).await.unwrap().len(), 1);
        assert!(store.tasks_done_since(&owner, Some(lan.user_id), before).await.unwrap().is_empty());
    }

    async fn a_rule_is_switched_off_for_one_workspace(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let store = &db.store;
        for actor in [owner, outsider] {
            let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
            store.create_deal(&actor, deal("Xe", company_id, "proposal", 1)).await.unwrap();
        }
        let rules = async |actor: &Actor| of_own(&db, actor).await.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
        for on in [false, false] {
            store.set_action_rule(&owner, ActionRule::NothingPlanned, on).await.unwrap();
        }
        assert_eq!((rules(&owner).await, rules(&outsider).await), (vec![ActionRule::NoDecisionMaker], vec![ActionRule::NothingPlanned]));
        assert!(!store.enabled_action_rules(&owner).await.unwrap().contains(&ActionRule::NothingPlanned));
        store.set_action_rule(&owner, ActionRule::NothingPlanned, true).await.unwrap();
        assert_eq!(rules(&owner).await, [ActionRule::NothingPlanned]);
        for rule in ActionRule::ALL {
            store.set_action_rule(&owner, rule, false).await.unwrap();
        }
        assert_eq!(rules(&owner).await, []);
        assert_eq!(store::verify_chain(store, owner.workspace_id).await.unwrap(), None);
    }

    async fn the_newest_contact_follows_every_change_of_activities(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        let companies = [store.create_company(&owner, company("Ánh Dương")).await.unwrap(), store.create_company(&owner, company("Bình Minh")).await.unwrap()];
        let person = contact(&db, &owner, Some(companies[0]), "Đức").await;
        let deal_id = store.create_deal(&owner, deal("Xe", companies[0], "proposal", 1)).await.unwrap();
        let whole = About { company: Some(companies[0]), contact: Some(person), deal: Some(deal_id) };
        let check = async || support::assert_latest_contacts(&raw).await;
        let first = store.create_activity(&owner, call("Gọi", whole)).await.unwrap();
        let planned = ActivityDraft { date: db.clock.now() + TimeDelta::days(3), ..call("Gặp", whole) };
        let second = store.create_activity(&owner, planned.clone()).await.unwrap();
        check().await;
        assert_eq!(raw.number("SELECT count(*) FROM deals WHERE latest_contact_at IS NOT NULL").await, 1);
        store.update_activity(&owner, second, 1, ActivityDraft { kind: ActivityType::Note, ..planned.clone() }).await.unwrap();
        check().await;
        let moved = About { company: Some(companies[1]), ..About::default() };
        store.update_activity(&owner, second, 2, ActivityDraft { date: planned.date, ..call("Gặp", moved) }).await.unwrap();
        check().await;
        assert_eq!(raw.number("SELECT count(*) FROM companies WHERE latest_contact_at IS NOT NULL").await, 2);
        store.delete_activity(&owner, first, 1).await.unwrap();
        check().await;
        assert_eq!(raw.number("SELECT count(*) FROM deals WHERE latest_contact_at IS NOT NULL").await, 0);
        store.restore_activity(&owner, first).await.unwrap();
        check().await;
        store.move_deal(&owner, &to(deal_id, 1, "closed-won", Placement::Top)).await.unwrap();
        store.delete_company(&owner, companies[0], 1, ALL_SHOWN).await.unwrap();
        store.restore_company(&owner, companies[0]).await.unwrap();
        check().await;
        raw.run("DELETE FROM activities").await.unwrap();
        check().await;
        assert_eq!(raw.number("SELECT count(*) FROM companies WHERE latest_contact_at IS NOT NULL").await, 0);
    }
}
