//! The demo's data and bulk loads: as many records as promised, counted, and readable by every page.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{NaiveDate, TimeDelta};
use common::TestDb;
use domain::{
    access::Role,
    companies::{Archived, CompanyQuery},
    deals::DealFilter,
    demo_data::DemoLanguage,
    users::{Email, Password},
};
use std::collections::BTreeSet;
use store::{
    StoreError,
    demo::{DEMO_EMAIL, SeedCounts},
    timeline::TimelineOf,
    verify_chain,
};
use support::{assert_counters, everything};

const PASSWORD: &str = "demo mật khẩu 2026";
const DEMO_NAME: &str = "Phạm Minh Hưng";
const DEMO_WORKSPACE: &str = "Việt Hưng Logistics";

fn password() -> Password {
    Password::parse_new(PASSWORD).unwrap()
}

on_both_databases! {
    async fn the_demo_has_the_documented_numbers_of_records(db: TestDb) {
        let actor = db.store.seed_demo(password(), DemoLanguage::Vietnamese).await.unwrap();
        let raw = db.raw().await;
        for (table, number) in [("users", 1), ("companies", 6), ("contacts", 15), ("deals", 10), ("activities", 22), ("tasks", 6), ("tags", 5)] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, number, "{table}");
        }
        assert_counters(&raw).await;
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
        assert_eq!(db.store.workspace(&actor).await.unwrap().name, DEMO_WORKSPACE);
        let signed_in = db.sign_in(DEMO_EMAIL, password().expose()).await.unwrap();
        assert_eq!((signed_in.name.as_str(), signed_in.workspace_id), (DEMO_NAME, Some(actor.workspace_id)));
        assert_eq!(Email::parse(DEMO_EMAIL).unwrap().as_str(), DEMO_EMAIL);
        assert_eq!(actor.role, Role::Owner);
    }

    async fn the_demo_has_something_for_every_page(db: TestDb) {
        let actor = db.store.seed_demo(password(), DemoLanguage::Vietnamese).await.unwrap();
        let store = &db.store;
        // The clock stands at 10:04 on 2 March in Viet Nam.
        let (now, today) = (domain::clock::Clock::now(&*db.clock), NaiveDate::from_ymd_opt(2026, 3, 2).unwrap());
        let list = store.companies(&actor, &CompanyQuery::default()).await.unwrap();
        assert_eq!(list.total.count, 5);
        for row in &list.rows {
            assert!(row.last_contact_at.is_some_and(|at| at < now), "{}", row.name);
            assert!(row.contacts_count > 0, "{}", row.name);
            let talks = store.timeline(&actor, TimelineOf::Company(row.id), false, None).await.unwrap().entries;
            assert_eq!(talks.iter().map(|talk| talk.at).find(|at| *at < now), row.last_contact_at, "{}", row.name);
            assert!(talks.iter().all(|talk| talk.at < now + TimeDelta::days(10) && talk.at > now - TimeDelta::days(60)));
            let contacts = store.company_contacts(&actor, row.id).await.unwrap();
            let ids: BTreeSet<_> = contacts.iter().map(|contact| contact.id).collect();
            assert!(contacts.iter().filter_map(|contact| contact.reports_to.as_ref()).all(|boss| ids.contains(&boss.id)));
        }
        let query = CompanyQuery { archived: Archived::Only, ..CompanyQuery::default() };
        let archived = store.companies(&actor, &query).await.unwrap().rows;
        let company = store.company(&actor, archived[0].id).await.unwrap();
        assert_eq!((archived.len(), company.archived.and_then(|archived| archived.by).as_deref()), (1, Some(DEMO_NAME)));
        let search = CompanyQuery { q: "cong ty duong".into(), ..CompanyQuery::default() };
        assert_eq!(store.companies(&actor, &search).await.unwrap().rows[0].name, "CÔNG TY CP Đường Quảng Ngãi");

        let board = store.board(&actor, &DealFilter::default()).await.unwrap();
        let counts: Vec<u64> = board.columns.iter().map(|column| column.totals.count).collect();
        assert_eq!(counts, [2, 2, 2, 2, 1, 1]);
        for card in board.columns.iter().flat_map(|column| &column.cards) {
            let deal = store.deal(&actor, card.id).await.unwrap();
            assert!(deal.contact_name.is_some() && deal.value.is_some_and(|value| value.hundredths() % 100_000_000 == 0), "{}", deal.name);
            assert_eq!(deal.closed_at.is_some(), deal.stage.kind.slug() != "open", "{}", deal.name);
            let history = store.deal_history(&actor, card.id).await.unwrap();
            assert!(history.iter().all(|event| event.at < now), "{}", deal.name);
            assert!(history.is_sorted_by(|newer, older| newer.at >= older.at), "{}", deal.name);
            let closes = deal.expected_close_date.unwrap();
            assert!((closes - today).num_days().abs() <= 60, "{}", deal.name);
            assert_eq!(closes < today, deal.closed_at.is_some(), "{}", deal.name);
        }
        assert!(raw_text(&db).await.iter().all(|row| *row == domain::fold::nfc(row)), "stored composed");
    }

    async fn a_second_demo_is_refused_and_changes_nothing(db: TestDb) {
        db.store.seed_demo(password(), DemoLanguage::Vietnamese).await.unwrap();
        let raw = db.raw().await;
        let before = everything(&raw).await;
        let Err(StoreError::Invalid(errors)) = db.store.seed_demo(password(), DemoLanguage::Vietnamese).await else { panic!("a second demo") };
        assert_eq!(errors.get("email"), Some("The demo data is there already: its user exists"));
        assert!(everything(&raw).await == before);
    }

    async fn generated_records_are_counted_and_the_same_each_time(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let (_, lan) = db.register("lan").await;
        let bulk = SeedCounts { companies: 60, contacts: 90, deals: 120, activities: 80, tasks: 0 };
        let mut names = Vec::new();
        for actor in [hung, lan] {
            db.store.seed_bulk(&actor, bulk).await.unwrap();
            let list = db.store.companies(&actor, &CompanyQuery::default()).await.unwrap();
            assert_eq!(list.total.count, 60);
            names.push(list.rows.into_iter().map(|row| (row.name, row.open_deals_value, row.last_contact_at)).collect::<Vec<_>>());
        }
        assert_eq!(names[0], names[1]);
        let raw = db.raw().await;
        assert_counters(&raw).await;
        // On top of what is there.
        db.store.seed_bulk(&hung, SeedCounts { companies: 1, ..SeedCounts::default() }).await.unwrap();
        assert_eq!(db.store.workspace_counts(&hung).await.unwrap().companies, 61);
        assert_eq!(db.store.tags(&hung).await.unwrap().len(), 5);
        assert_counters(&raw).await;
        db.store.seed_bulk(&lan, SeedCounts { deals: 5, ..SeedCounts::default() }).await.unwrap();
        assert_eq!(db.store.workspace_counts(&lan).await.unwrap().deals, 120, "no company to belong to");
    }
}

async fn raw_text(db: &TestDb) -> Vec<String> {
    let raw = db.raw().await;
    let mut text: Vec<String> = raw.column("SELECT name FROM companies").await;
    text.extend(raw.column::<String>("SELECT name FROM contacts").await);
    text.extend(raw.column::<String>("SELECT subject FROM activities").await);
    text
}
