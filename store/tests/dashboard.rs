//! Figures of the dashboard: each equals the count and the sum of the list that it leads to.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "support/random_records.rs"]
mod random_records;
mod support;

use chrono::{NaiveDate, TimeDelta};
use common::TestDb;
use domain::{
    access::{Actor, Role},
    activities::{ActivityDraft, ActivityQuery},
    clock::Clock,
    companies::CompanyQuery,
    contacts::ContactQuery,
    dashboard::{DashboardDays, DashboardLists},
    day_range::DayRange,
    deals::{DealDraft, DealFilter, DealQuery},
    ids::UserId,
    money::Money,
};
use random_records::{Dice, fill};
use std::{sync::Arc, time::Duration};
use store::{
    DbConfig, Store, SystemRandom, TimeRange, Total,
    dashboard::{Dashboard, DashboardTimes},
    deals::DealTotals,
};
use support::{ALL_SHOWN, About, HANOI, call, company, deal, member, person, range_of, start_of};

fn today(db: &TestDb) -> NaiveDate {
    (db.clock.now() + HANOI).date_naive()
}

async fn dashboard(db: &TestDb, store: &Store, actor: &Actor, owner: Option<UserId>) -> (Arc<Dashboard>, DashboardLists, DashboardDays) {
    let days = DashboardDays::at(today(db));
    let lists = DashboardLists::of(owner, days, start_of);
    let range = |days: DayRange| range_of(days.from, days.to);
    let times = DashboardTimes { today: days.today, week_utc: range(days.week), month_utc: range(days.month) };
    (store.dashboard(actor, &lists, times).await.unwrap(), lists, days)
}

/// Follows each figure, and returns them by name.
async fn follow(db: &TestDb, actor: &Actor, owner: Option<UserId>) -> Vec<(&'static str, u64)> {
    let store = &db.store;
    let (dashboard, lists, days) = dashboard(db, store, actor, owner).await;
    let (figures, records) = (&dashboard.figures, &dashboard.records);
    let mut seen = Vec::new();
    let companies = [
        ("companies", figures.companies, &lists.companies),
        ("companies lately", figures.companies_lately, &lists.companies_lately),
        ("companies before", figures.companies_before, &lists.companies_before),
        ("undecided", figures.undecided, &lists.undecided),
    ];
    for (name, figure, query) in companies {
        let list = store.companies(actor, query).await.unwrap();
        assert_eq!(figure, list.total, "{name} {owner:?}");
        if name == "undecided" {
            let first: Vec<_> = list.rows.iter().take(5).map(|row| row.id).collect();
            assert_eq!(records.undecided.iter().map(|company| company.id).collect::<Vec<_>>(), first, "{owner:?}");
        }
        seen.push((name, figure.count));
    }
    let contacts = [
        ("contacts", figures.contacts, &lists.contacts),
        ("contacts lately", figures.contacts_lately, &lists.contacts_lately),
        ("contacts before", figures.contacts_before, &lists.contacts_before),
        ("not contacted", figures.not_contacted, &lists.not_contacted),
    ];
    for (name, figure, query) in contacts {
        let list = store.contacts(actor, query).await.unwrap();
        assert_eq!(figure, list.total, "{name} {owner:?}");
        if name == "not contacted" {
            let first: Vec<_> = list.rows.iter().take(5).map(|row| row.id).collect();
            assert_eq!(records.not_contacted.iter().map(|contact| contact.id).collect::<Vec<_>>(), first, "{owner:?}");
        }
        seen.push((name, figure.count));
    }
    let mut deals: Vec<(&str, DealTotals, DealQuery)> = vec![
        ("open", figures.open(), lists.open.clone()),
        ("closing", figures.closing, lists.closing.clone()),
        ("overdue", figures.overdue, lists.overdue.clone()),
        ("promised", figures.promised, lists.promised.clone()),
    ];
    deals.extend(figures.stages.iter().map(|stage| ("stage", stage.deals, lists.stage(&stage.slug))));
    for (name, figure, query) in deals {
        let list = store.deals(actor, &query).await.unwrap();
        assert_eq!(figure, list.all, "{name} {owner:?}");
        let first: Vec<_> = list.rows.iter().take(5).map(|row| row.id).collect();
        match name {
            "closing" => assert_eq!(records.closing.iter().map(|deal| deal.id).collect::<Vec<_>>(), first, "{owner:?}"),
            "overdue" => assert_eq!(records.overdue.iter().map(|deal| deal.id).collect::<Vec<_>>(), first, "{owner:?}"),
            "promised" => {
                let listed: Vec<_> = list.rows.iter().map(|row| row.id).collect();
                let shown: Vec<_> = records.promised.iter().filter_map(|activity| Some(activity.deal.as_ref()?.id)).collect();
                assert_eq!(shown.len() as u64, figure.count.min(5));
                // The list's page has twenty of them.
                assert!(figure.count > 20 || shown.iter().all(|id| listed.contains(id)), "{owner:?}");
            }
            _ => {}
        }
        seen.push((name, figure.count));
    }
    let counts = [
        ("no value", figures.no_value, &lists.no_value),
        ("opened", figures.opened, &lists.opened),
        ("closed", figures.closed, &lists.closed),
    ];
    for (name, figure, query) in counts {
        assert_eq!(figure, store.deals(actor, query).await.unwrap().all.count, "{name} {owner:?}");
        seen.push((name, figure));
    }
    let mut activities: Vec<(&str, Total, ActivityQuery)> = vec![
        ("coming", figures.coming, lists.coming.clone()),
        ("missed", figures.missed, lists.missed.clone()),
        ("week", figures.all_activities.week, lists.activities(None, days.week)),
        ("month", figures.all_activities.month, lists.activities(None, days.month)),
    ];
    for of in &figures.activities {
        activities.push(("of a type this week", of.totals.week, lists.activities(Some(of.kind), days.week)));
        activities.push(("of a type this month", of.totals.month, lists.activities(Some(of.kind), days.month)));
    }
    for (name, figure, query) in activities {
        let list = store.activities(actor, &query, range_of(query.date.from, query.date.to)).await.unwrap();
        assert_eq!(figure, list.total, "{name} {owner:?}");
        let first: Vec<_> = list.rows.iter().take(5).map(|row| row.id).collect();
        match name {
            "coming" => assert_eq!(records.coming.iter().map(|activity| activity.id).collect::<Vec<_>>(), first, "{owner:?}"),
            "missed" => assert_eq!(records.missed.iter().map(|activity| activity.id).collect::<Vec<_>>(), first, "{owner:?}"),
            _ => {}
        }
        seen.push((name, figure.count));
    }
    let of_owner = ActivityQuery { owner_id: owner.into_iter().collect(), ..ActivityQuery::default() };
    let happened = store.activities(actor, &of_owner, TimeRange { from: None, until: Some(db.clock.now() + TimeDelta::milliseconds(1)) });
    let happened: Vec<_> = happened.await.unwrap().rows.into_iter().map(|row| row.id).collect();
    assert_eq!(records.recent.iter().map(|activity| activity.id).collect::<Vec<_>>(), happened, "{owner:?}");
    seen
}

fn totals(count: u64, value: i64, weighted: i64) -> DealTotals {
    DealTotals { count, value: Money::from_hundredths(value), weighted: Money::from_hundredths(weighted) }
}

on_both_databases! {
    async fn each_figure_is_the_count_and_sum_of_its_list(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let others = [member(&db, &owner, "lan", Role::Member).await, member(&db, &owner, "mai", Role::Viewer).await];
        let mut dice = Dice::new();
        fill(&db, &outsider, &[None], &mut dice).await;
        fill(&db, &owner, &[None, Some(others[0].user_id)], &mut dice).await;
        let mut most = Vec::new();
        for _ in 0..4 {
            for actor in [owner, others[0], others[1]] {
                for scope in [None, Some(actor.user_id)] {
                    let seen = follow(&db, &actor, scope).await;
                    most = if most.is_empty() { seen } else { most.iter().zip(seen).map(|((name, one), (_, two))| (*name, two.max(*one))).collect() };
                }
            }
            db.clock.advance(TimeDelta::hours(dice.of(1..100)));
        }
        let empty: Vec<_> = most.iter().filter(|(name, count)| *count < 3 && !name.starts_with("of a type")).collect();
        assert!(empty.is_empty(), "these were never told apart from none: {empty:?}");
        follow(&db, &outsider, None).await;
    }

    async fn a_new_workspace_has_noughts(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        for scope in [None, Some(owner.user_id)] {
            let seen = follow(&db, &owner, scope).await;
            assert!(seen.iter().all(|(_, count)| *count == 0), "{seen:?}");
            let (dashboard, ..) = dashboard(&db, &db.store, &owner, scope).await;
            assert_eq!(dashboard.figures.stages.len(), 4, "the open stages");
        }
    }

    async fn the_edges_of_days_are_those_of_the_zone(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        // Midnight in Ho Chi Minh City is 17:00 in UTC.
        let edge = DashboardDays::at(today(&db)).lately.to.map(start_of).unwrap();
        db.clock.advance(edge + TimeDelta::days(1) - TimeDelta::minutes(1) - db.clock.now());
        assert_eq!(db.clock.now().format("%H:%M").to_string(), "16:59");
        let mut company_id = None;
        for name in ["16:59", "17:00", "17:01"] {
            company_id = Some(store.create_company(&owner, company(name)).await.unwrap());
            let name = format!("{name} deal");
            store.create_deal(&owner, deal(&name, company_id.unwrap(), "closed-won", 100)).await.unwrap();
            store.create_contact(&owner, person(&name, None)).await.unwrap();
            db.clock.advance(TimeDelta::minutes(1));
        }
        let number = |seen: &[(&str, u64)], name: &str| seen.iter().find(|(known, _)| *known == name).unwrap().1;
        // On the 31st day of the first, which is the 30th of the others.
        db.clock.advance(TimeDelta::days(29));
        let seen = follow(&db, &owner, None).await;
        for name in ["companies", "contacts"] {
            assert_eq!((number(&seen, &format!("{name} lately")), number(&seen, &format!("{name} before"))), (2, 1), "{name}");
        }
        assert_eq!((number(&seen, "opened"), number(&seen, "closed")), (2, 2));
        // Deals past their day, on it, and 30 and 31 days ahead.
        for days in [-1, 0, 30, 31] {
            let close = Some(today(&db) + TimeDelta::days(days));
            store.create_deal(&owner, DealDraft { expected_close_date: close, ..deal("Xe", company_id.unwrap(), "proposal", 1) }).await.unwrap();
        }
        let seen = follow(&db, &owner, None).await;
        assert_eq!((number(&seen, "overdue"), number(&seen, "closing")), (1, 2));
    }

    async fn won_and_lost_are_never_pipeline_and_a_missing_value_is_counted(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        for (stage, value) in [("proposal", Some(101)), ("proposal", None), ("negotiation", Some(50)), ("closed-won", Some(7_000)), ("closed-lost", Some(9_000))] {
            let draft = DealDraft { value: value.map(Money::from_hundredths), probability: Some(50), ..deal("Xe", company_id, stage, 0) };
            store.create_deal(&owner, draft).await.unwrap();
        }
        let (dashboard, ..) = dashboard(&db, store, &owner, None).await;
        // 101 at 50 % is 50,5, which rounds to 51; each deal is rounded by itself.
        assert_eq!(dashboard.figures.open(), totals(3, 151, 51 + 25));
        assert_eq!((dashboard.figures.no_value, dashboard.figures.opened, dashboard.figures.closed), (1, 5, 2));
    }

    async fn a_next_step_is_promised_until_something_newer_is_there(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let deal_id = store.create_deal(&owner, deal("Xe", company_id, "proposal", 1)).await.unwrap();
        let about = About { deal: Some(deal_id), ..About::default() };
        let log = async |hours: i64, next_steps: Option<&str>, outcome: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let date = db.clock.now() + TimeDelta::hours(hours);
            let draft = ActivityDraft { date, next_steps: text(next_steps), outcome: text(outcome), ..call("Gọi", about) };
            store.create_activity(&owner, draft).await.unwrap()
        };
        let figures = async || {
            follow(&db, &owner, None).await;
            let figures = dashboard(&db, store, &owner, None).await.0.figures.clone();
            (figures.promised.count, figures.coming.count, figures.missed.count)
        };
        log(-2, Some("Gửi báo giá"), None).await;
        assert_eq!(figures().await, (1, 0, 0));
        let planned = log(3, Some("Ký"), None).await;
        assert_eq!(figures().await, (0, 1, 0), "something is planned");
        db.clock.advance(TimeDelta::hours(4));
        assert_eq!(figures().await, (0, 0, 1), "its time is past, and nobody has written how it went");
        let date = db.clock.now() - TimeDelta::hours(1);
        let draft = ActivityDraft { date, next_steps: Some("Ký".to_owned()), outcome: Some("Đồng ý".to_owned()), ..call("Gọi", about) };
        store.update_activity(&owner, planned, 1, draft).await.unwrap();
        assert_eq!(figures().await, (1, 0, 0), "it has an outcome, and promises the next step");
        let last = log(0, None, None).await;
        assert_eq!(figures().await, (0, 0, 0), "something was logged since");
        store.delete_activity(&owner, last, 1).await.unwrap();
        assert_eq!(figures().await, (1, 0, 0), "what is in the bin is not there");
        store.move_deal(&owner, &support::to(deal_id, 1, "closed-won", domain::deals::Placement::Top)).await.unwrap();
        assert_eq!(figures().await, (0, 0, 0), "the deal is closed");
    }

    async fn promised_next_steps_follow_every_change_of_activities(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let deals = [
            store.create_deal(&owner, deal("Xe", company_id, "proposal", 1)).await.unwrap(),
            store.create_deal(&owner, deal("Kho", company_id, "proposal", 1)).await.unwrap(),
        ];
        let promised = async || {
            support::assert_counters(&raw).await;
            follow(&db, &owner, None).await;
            let query = DealQuery { filter: DealFilter { promised_step: true, ..DealFilter::default() }, ..DealQuery::default() };
            let rows = store.deals(&owner, &query).await.unwrap().rows;
            deals.map(|id| rows.iter().any(|row| row.id == id))
        };
        let draft = |deal: Option<_>, minutes: i64| ActivityDraft {
            date: db.clock.now() - TimeDelta::minutes(minutes),
            next_steps: Some("Gửi báo giá".to_owned()),
            ..call("Gọi", About { company: Some(company_id), deal, ..About::default() })
        };
        let first = store.create_activity(&owner, draft(Some(deals[0]), 10)).await.unwrap();
        assert_eq!(promised().await, [true, false]);
        store.update_activity(&owner, first, 1, draft(Some(deals[1]), 10)).await.unwrap();
        assert_eq!(promised().await, [false, true], "it is about the other deal");
        store.update_activity(&owner, first, 2, draft(None, 10)).await.unwrap();
        assert_eq!(promised().await, [false, false], "it is about no deal");
        store.update_activity(&owner, first, 3, draft(Some(deals[0]), 10)).await.unwrap();
        let second = store.create_activity(&owner, ActivityDraft { next_steps: None, ..draft(Some(deals[0]), 5) }).await.unwrap();
        assert_eq!(promised().await, [false, false], "the newer one promises nothing");
        store.update_activity(&owner, second, 1, ActivityDraft { next_steps: None, ..draft(Some(deals[0]), 15) }).await.unwrap();
        assert_eq!(promised().await, [true, false], "it is the older one now");
        store.delete_activity(&owner, first, 4).await.unwrap();
        assert_eq!(promised().await, [false, false]);
        store.restore_activity(&owner, first).await.unwrap();
        assert_eq!(promised().await, [true, false]);
        store.delete_company(&owner, company_id, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(promised().await, [false, false]);
        store.restore_company(&owner, company_id).await.unwrap();
        assert_eq!(promised().await, [true, false], "all of it came back");
        raw.run("DELETE FROM activities WHERE next_steps IS NOT NULL").await.unwrap();
        support::assert_next_steps(&raw).await;
    }

    async fn the_dashboard_is_cached_until_something_changes_or_comes(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let raw = db.raw().await;
        let company_id = db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        db.store.create_deal(&owner, deal("Xe", company_id, "proposal", 100)).await.unwrap();
        let about = About { company: Some(company_id), ..About::default() };
        let soon = ActivityDraft { date: db.clock.now() + TimeDelta::seconds(20), ..call("Gọi", about) };
        db.store.create_activity(&owner, soon).await.unwrap();
        let reading = async || db.store.with_cache_version(owner.workspace_id, raw.number("SELECT MAX(seq) FROM audit_heads").await);
        let figures = async |scope| dashboard(&db, &reading().await, &owner, scope).await.0.figures.clone();
        let first = figures(None).await;
        raw.run("UPDATE stage_counters SET deals_value = deals_value + 600 WHERE deals > 0").await.unwrap();
        assert_eq!(figures(None).await, first, "read from the cache");
        assert_eq!(figures(Some(owner.user_id)).await.open().count, 1, "another entry for one's own records");
        db.clock.advance(TimeDelta::seconds(25));
        let second = figures(None).await;
        assert_eq!((second.coming.count, second.missed.count), (0, 1), "what was planned has come");
        assert_eq!(second.open().value.hundredths(), 700);
        db.store.create_company(&owner, company("Bình Minh")).await.unwrap();
        assert_eq!(figures(None).await.companies.count, 2);
    }

    async fn two_connections_are_enough_for_many_dashboards_at_once(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        for max_connections in [1, 2] {
            let config = DbConfig { max_connections, min_connections: 1, ..DbConfig::new(&db.url) };
            let store = Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
            let one = || async { dashboard(&db, &store, &owner, None).await.0.figures.companies.count };
            let all = async { tokio::join!(one(), one(), one(), one(), one(), one(), one(), one()) };
            let answers = tokio::time::timeout(Duration::from_secs(30), all).await.unwrap();
            assert_eq!(answers, (1, 1, 1, 1, 1, 1, 1, 1), "{max_connections} connections");
        }
    }

    async fn filters_never_widen(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let nobody = UserId(uuid::Uuid::from_u128(7));
        db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        db.store.create_contact(&owner, person("Lan", None)).await.unwrap();
        let of_nobody = CompanyQuery { owner_id: vec![nobody], ..CompanyQuery::default() };
        assert_eq!(db.store.companies(&owner, &of_nobody).await.unwrap().total.count, 0);
        let of_nobody = ContactQuery { owner_id: vec![nobody], ..ContactQuery::default() };
        assert_eq!(db.store.contacts(&owner, &of_nobody).await.unwrap().total.count, 0);
        let board = db.store.board(&owner, &DealFilter { open: true, ..DealFilter::default() }).await.unwrap();
        assert_eq!(board.columns.len(), 6, "every column stays");
    }
}
