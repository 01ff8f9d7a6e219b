//! Deals under a filter: the board's figures, the list's order and totals, and what another workspace sees of it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use common::TestDb;
use domain::{
    access::{Actor, Role},
    bulk_changes::BulkChange,
    collation::{person_sort_key, sort_key},
    columns::Layout,
    day_range::{Calendar, DayRange},
    deals::{DealColumn, DealDraft, DealFilter, DealMove, DealQuery, DealView, Placement},
    ids::{CompanyId, ContactId, DealId},
    money::Money,
    page::{ListColumn, PageNumber, Sort},
    record_kinds::RecordKind,
};
use std::cmp::Ordering;
use store::{
    StoreError,
    deals::{DealRow, DealTotals},
    demo::SeedCounts,
};
use support::{ALL_SHOWN, bulk_change, company, contact, deal, member, missing_last, person, tag, to};

fn list(filter: DealFilter) -> DealQuery {
    DealQuery { filter, view: DealView::List, ..DealQuery::default() }
}

fn money(hundredths: i64) -> Option<Money> {
    Some(Money::from_hundredths(hundredths))
}

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 12, day)
}

/// Three deals of two companies and two people, one of them tagged.
struct Fixture {
    actor: Actor,
    lan: Actor,
    companies: [CompanyId; 2],
    contact: ContactId,
    deals: [DealId; 3],
    tag: domain::ids::TagId,
}

async fn fixture(db: &TestDb) -> Fixture {
    let (_, actor) = db.register("hung").await;
    let lan = member(db, &actor, "lan", Role::Member).await;
    let store = &db.store;
    let one = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
    let two = store.create_company(&actor, company("Bình Minh")).await.unwrap();
    let person = contact(db, &actor, Some(two), "Phạm Thị Đào").await;
    let a = DealDraft { expected_close_date: day(1), ..deal("Xe tải đông lạnh", one, "proposal", 333) };
    let b = DealDraft { expected_close_date: day(15), contact_id: Some(person), ..deal("Kho lạnh", two, "proposal", 1_000) };
    let c = DealDraft { probability: Some(33), ..deal("Máy MRI", two, "negotiation", 555) };
    let deals = [
        store.create_deal(&actor, a).await.unwrap(),
        store.create_deal(&actor, b).await.unwrap(),
        store.create_deal(&lan, c).await.unwrap(),
    ];
    let tag = store.create_tag(&actor, tag("Lớn")).await.unwrap();
    bulk_change(db, &actor, RecordKind::Deals, &[(deals[1].0, 1)], BulkChange::AddTag(tag)).await.unwrap();
    Fixture { actor, lan, companies: [one, two], contact: person, deals, tag }
}

on_both_databases! {
    async fn each_filter_narrows_board_and_list_alike(db: TestDb) {
        let fixture = fixture(&db).await;
        let none = DealFilter::default;
        for (filter, expected) in [
            (none(), "Kho lạnh, Máy MRI, Xe tải đông lạnh"),
            (DealFilter { q: "lanh".into(), ..none() }, "Kho lạnh, Xe tải đông lạnh"),
            (DealFilter { q: "dong xe".into(), ..none() }, "Xe tải đông lạnh"),
            (DealFilter { q: "%".into(), ..none() }, ""),
            (DealFilter { stage: vec!["proposal".into()], ..none() }, "Kho lạnh, Xe tải đông lạnh"),
            (DealFilter { stage: vec!["proposal".into(), "negotiation".into()], ..none() }, "Kho lạnh, Máy MRI, Xe tải đông lạnh"),
            (DealFilter { stage: vec!["no-such-stage".into()], ..none() }, ""),
            (DealFilter { company: "anh d".into(), ..none() }, "Xe tải đông lạnh"),
            (DealFilter { company: "_".into(), ..none() }, ""),
            // Inside a word, and too short for the search index.
            (DealFilter { company: "uo".into(), ..none() }, "Xe tải đông lạnh"),
            (DealFilter { company: "binh m".into(), ..none() }, "Kho lạnh, Máy MRI"),
            (DealFilter { contact: "ao".into(), ..none() }, "Kho lạnh"),
            (DealFilter { contact: "dao".into(), ..none() }, "Kho lạnh"),
            (DealFilter { company_id: vec![fixture.companies[1]], ..none() }, "Kho lạnh, Máy MRI"),
            (DealFilter { contact_id: vec![fixture.contact], ..none() }, "Kho lạnh"),
            (DealFilter { owner_id: vec![fixture.lan.user_id], ..none() }, "Máy MRI"),
            (DealFilter { tag: vec![fixture.tag], ..none() }, "Kho lạnh"),
            (DealFilter { value_min: money(555), ..none() }, "Kho lạnh, Máy MRI"),
            (DealFilter { value_max: money(555), ..none() }, "Máy MRI, Xe tải đông lạnh"),
            (DealFilter { value_min: money(334), value_max: money(999), ..none() }, "Máy MRI"),
            (DealFilter { close: DayRange::limited(day(1), None), ..none() }, "Kho lạnh, Xe tải đông lạnh"),
            (DealFilter { close: DayRange::limited(day(2), day(15)), ..none() }, "Kho lạnh"),
            (DealFilter { close: DayRange::limited(None, day(14)), tag: vec![fixture.tag], ..none() }, ""),
        ] {
            let list = db.store.deals(&fixture.actor, &list(filter.clone())).await.unwrap();
            let names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(names.join(", "), expected, "{filter:?}");
            let value: i64 = list.rows.iter().map(|row| row.value.unwrap_or_default().hundredths()).sum();
            let weighted: i64 = list.rows.iter().map(|row| (row.value.unwrap_or_default().hundredths() * i64::from(row.probability) + 50) / 100).sum();
            let totals = DealTotals { count: names.len() as u64, value: Money::from_hundredths(value), weighted: Money::from_hundredths(weighted) };
            assert_eq!((list.all, list.page), (totals, totals), "{filter:?}");

            let board = db.store.board(&fixture.actor, &filter).await.unwrap();
            let mut shown: Vec<&str> = board.columns.iter().flat_map(|column| &column.cards).map(|card| card.name.as_str()).collect();
            shown.sort_unstable();
            assert_eq!(shown.join(", "), expected, "{filter:?}");
            assert_eq!((board.open_count, board.open_value, board.weighted), (totals.count, totals.value, totals.weighted), "{filter:?}");
            for column in &board.columns {
                assert_eq!(column.totals.count, column.cards.len() as u64);
                assert_eq!(column.totals.value, column.cards.iter().map(|card| card.value.unwrap_or_default()).sum());
            }
        }
    }

    async fn closed_deals_are_filtered_by_source_reason_and_day(db: TestDb) {
        let fixture = fixture(&db).await;
        let (store, actor) = (&db.store, &fixture.actor);
        let company_id = store.create_company(actor, company("Cửu Long")).await.unwrap();
        let draft = |name: &str, source: &str| DealDraft { source: Some(source.to_owned()), ..deal(name, company_id, "proposal", 1) };
        let a = store.create_deal(actor, draft("A", "Giới thiệu")).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        let b = store.create_deal(actor, draft("B", "GIOI THIEU")).await.unwrap();
        store.create_deal(actor, draft("C", "Website")).await.unwrap();
        let lost = |deal_id| DealMove { lost_reason: Some("Giá cao".to_owned()), ..to(deal_id, 1, "closed-lost", Placement::Top) };
        store.move_deal(actor, &lost(a)).await.unwrap();
        // Ten in the evening in Hanoi, two days later.
        db.clock.advance(TimeDelta::days(2) + TimeDelta::hours(12));
        let won = store.move_deal(actor, &to(b, 1, "closed-won", Placement::Top)).await.unwrap();
        let hanoi = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(7);
        let march = |day| NaiveDate::from_ymd_opt(2026, 3, day);
        let none = || DealFilter { company_id: vec![company_id], ..DealFilter::default() };
        let names = async |filter: DealFilter| {
            let list = store.deals(actor, &list(filter.clone().in_zone(Calendar { today: march(9).unwrap(), start_of: &hanoi }))).await.unwrap();
            assert_eq!(list.all.count, list.rows.len() as u64, "{filter:?}");
            list.rows.into_iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
        };
        for (filter, expected) in [
            (DealFilter { source: vec!["giới thiệu".into()], ..none() }, "A, B"),
            (DealFilter { source: vec!["Gioi thieu".into(), "website".into()], ..none() }, "A, B, C"),
            (DealFilter { source: vec!["Hội chợ".into()], ..none() }, ""),
            (DealFilter { lost_reason: vec!["gia CAO".into()], ..none() }, "A"),
            (DealFilter { closed: DayRange::limited(march(2), march(2)), ..none() }, "A"),
            (DealFilter { closed: DayRange::limited(march(4), march(4)), ..none() }, "B"),
            (DealFilter { closed: DayRange::limited(march(3), None), ..none() }, "B"),
            (DealFilter { closed: DayRange::limited(None, march(3)), ..none() }, "A"),
            (DealFilter { closed: DayRange::limited(march(5), None), ..none() }, ""),
            (DealFilter { no_primary: true, ..none() }, "A, B, C"),
            (DealFilter { no_primary: true, company_id: vec![fixture.companies[1]], ..none() }, ""),
        ] {
            assert_eq!(names(filter.clone()).await, expected, "{filter:?}");
        }
        let values = store.deal_filter_values(actor).await.unwrap();
        assert_eq!((values.sources.join(", "), values.lost_reasons.join(", ")), ("Giới thiệu, Website".into(), "Giá cao".into()), "as the first of them spells it");
        let (_, outsider) = db.register("outsider").await;
        let theirs = store.deal_filter_values(&outsider).await.unwrap();
        assert!(theirs.sources.is_empty() && theirs.lost_reasons.is_empty());

        // Open again, it has neither reason nor day; a changed source is found by its new name.
        store.move_deal(actor, &to(a, 2, "proposal", Placement::Top)).await.unwrap();
        store.update_deal(actor, b, won.version, DealDraft { stage: "closed-won".into(), ..draft("B", "Triển lãm") }).await.unwrap();
        assert_eq!(names(DealFilter { lost_reason: vec!["Giá cao".into()], ..none() }).await, "");
        assert_eq!(names(DealFilter { closed: DayRange::limited(None, march(9)), ..none() }).await, "B");
        assert_eq!(names(DealFilter { source: vec!["trien lam".into()], ..none() }).await, "B");
        assert_eq!(names(DealFilter { source: vec!["gioi thieu".into()], ..none() }).await, "A");
    }

    async fn a_move_returns_totals_under_the_filter_of_the_board(db: TestDb) {
        let fixture = fixture(&db).await;
        let filter = DealFilter { company_id: vec![fixture.companies[1]], ..DealFilter::default() };
        let moved = db.store.move_deal_under(&fixture.actor, &to(fixture.deals[1], 2, "negotiation", Placement::Top), &filter).await.unwrap();
        let totals: Vec<_> = moved.columns.iter().map(|c| (c.stage.as_str(), c.count, c.value.hundredths(), c.weighted.hundredths())).collect();
        assert_eq!(totals, [("proposal", 0, 0, 0), ("negotiation", 2, 1_555, 750 + 183)]);
    }

    async fn filters_match_nothing_of_another_workspace(db: TestDb) {
        let fixture = fixture(&db).await;
        let (_, outsider) = db.register("outsider").await;
        let theirs = db.store.create_company(&outsider, company("Ánh Dương")).await.unwrap();
        db.store.create_deal(&outsider, deal("Xe tải", theirs, "proposal", 77)).await.unwrap();
        for filter in [
            DealFilter { company_id: vec![fixture.companies[1]], ..DealFilter::default() },
            DealFilter { contact_id: vec![fixture.contact], ..DealFilter::default() },
            DealFilter { owner_id: vec![fixture.actor.user_id], ..DealFilter::default() },
            DealFilter { tag: vec![fixture.tag], ..DealFilter::default() },
            DealFilter { contact: "dao".into(), ..DealFilter::default() },
            DealFilter { q: "kho".into(), ..DealFilter::default() },
            DealFilter { source: vec!["Website".into()], ..DealFilter::default() },
        ] {
            let list = db.store.deals(&outsider, &list(filter.clone())).await.unwrap();
            assert_eq!((list.rows.len(), list.all), (0, DealTotals::default()), "{filter:?}");
            let menus = db.store.deal_filters(&outsider, &filter).await.unwrap();
            assert_eq!((menus.companies.len(), menus.contacts.len(), menus.tags.len(), menus.owners.len()), (0, 0, 0, 1));
        }
        let mine = db.store.deals(&fixture.actor, &list(DealFilter { q: "xe".into(), ..DealFilter::default() })).await.unwrap();
        assert_eq!((mine.rows.len(), mine.all.value.hundredths()), (1, 333));
    }

    async fn the_list_sorts_by_every_column_on_every_page(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 7, contacts: 5, deals: 65, ..SeedCounts::default() }).await.unwrap();
        let stages = db.store.stages(&actor).await.unwrap();
        let place = |row: &DealRow| stages.iter().find(|stage| stage.slug == row.stage).unwrap().position;
        for by in DealColumn::ALL.iter().copied() {
            for descending in [false, true] {
                let mut rows = Vec::new();
                for page in ["1", "2", "3", "4", "5"] {
                    let page: PageNumber = page.parse().unwrap();
                    let query = DealQuery { layout: Layout::sorted(Sort { by, descending }).at_page(page), ..list(DealFilter::default()) };
                    let list = db.store.deals(&actor, &query).await.unwrap();
                    assert_eq!(list.all.count, 65);
                    assert_eq!(list.page.value, list.rows.iter().map(|row| row.value.unwrap_or_default()).sum());
                    rows.extend(list.rows);
                }
                let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!((rows.len(), ids.len()), (65, 65), "{by:?}: each once");
                let in_order = |one: &DealRow, other: &DealRow| -> Ordering {
                    let ascending = match by {
                        DealColumn::Name => sort_key(&one.name).cmp(&sort_key(&other.name)),
                        DealColumn::Company => sort_key(&one.company_name).cmp(&sort_key(&other.company_name)),
                        DealColumn::Contact => {
                            let key = |row: &DealRow| row.contact_name.as_deref().map(person_sort_key);
                            return missing_last(key(one), key(other), descending);
                        }
                        DealColumn::Stage => place(one).cmp(&place(other)),
                        DealColumn::Value => return missing_last(one.value, other.value, descending),
                        DealColumn::Probability => one.probability.cmp(&other.probability),
                        DealColumn::Weighted => return missing_last(one.weighted, other.weighted, descending),
                        DealColumn::ExpectedClose => return missing_last(one.expected_close_date, other.expected_close_date, descending),
                        DealColumn::Owner => person_sort_key(&one.owner_name).cmp(&person_sort_key(&other.owner_name)),
                        DealColumn::Tags => {
                            let key = |row: &DealRow| row.tags.first().map(|tag| sort_key(&tag.name));
                            return missing_last(key(one), key(other), descending);
                        }
                        DealColumn::Source => {
                            let key = |row: &DealRow| row.source.as_deref().map(sort_key);
                            return missing_last(key(one), key(other), descending);
                        }
                        DealColumn::LostReason => {
                            let key = |row: &DealRow| row.lost_reason.as_deref().map(sort_key);
                            return missing_last(key(one), key(other), descending);
                        }
                        DealColumn::ClosedAt => return missing_last(one.closed_at, other.closed_at, descending),
                        DealColumn::CreatedAt => one.created_at.cmp(&other.created_at),
                        DealColumn::UpdatedAt => one.updated_at.cmp(&other.updated_at),
                    };
                    if descending { ascending.reverse() } else { ascending }
                };
                assert!(rows.is_sorted_by(|one, other| in_order(one, other) != Ordering::Greater), "{by:?} {descending}");
            }
        }
    }

    async fn what_other_records_are_called_is_sorted_by_as_it_is_now(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (one, two) = (
            store.create_company(&actor, company("Bình Minh")).await.unwrap(),
            store.create_company(&actor, company("Cửu Long")).await.unwrap(),
        );
        let an = store.create_contact(&actor, person("Trần Văn An", Some(one))).await.unwrap();
        let bich = store.create_contact(&actor, person("Lê Bích", Some(two))).await.unwrap();
        let of = |name: &str, at, with| DealDraft { contact_id: Some(with), ..deal(name, at, "proposal", 1) };
        let first = store.create_deal(&actor, of("1", one, an)).await.unwrap();
        store.create_deal(&actor, of("2", two, bich)).await.unwrap();
        let names = async |by, descending| {
            let query = DealQuery { layout: Layout::sorted(Sort { by, descending }), ..list(DealFilter::default()) };
            store.deals(&actor, &query).await.unwrap().rows.into_iter().map(|row| row.name).collect::<String>()
        };
        assert_eq!((names(DealColumn::Company, false).await, names(DealColumn::Contact, false).await), ("12".into(), "12".into()));
        store.update_company(&actor, one, 1, company("Đại Phát")).await.unwrap();
        assert_eq!((names(DealColumn::Company, false).await, names(DealColumn::Company, true).await), ("21".into(), "12".into()));
        store.update_contact(&actor, an, 1, person("Trần Văn Chi", Some(one))).await.unwrap();
        assert_eq!(names(DealColumn::Contact, false).await, "21");
        store.delete_contact(&actor, bich, 1, ALL_SHOWN).await.unwrap();
        assert_eq!((names(DealColumn::Contact, false).await, names(DealColumn::Contact, true).await), ("12".into(), "12".into()));
        store.restore_contact(&actor, bich).await.unwrap();
        assert_eq!(names(DealColumn::Contact, false).await, "21");
        store.move_deal(&actor, &to(first, 1, "prospecting", Placement::Top)).await.unwrap();
        assert_eq!((names(DealColumn::Stage, false).await, names(DealColumn::Stage, true).await), ("12".into(), "21".into()));
    }

    async fn deals_without_a_closing_day_come_last(db: TestDb) {
        let fixture = fixture(&db).await;
        let names = async |descending| {
            let query = DealQuery { layout: Layout::sorted(Sort { by: DealColumn::ExpectedClose, descending }), ..list(DealFilter::default()) };
            let list = db.store.deals(&fixture.actor, &query).await.unwrap();
            list.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(names(false).await, ["Xe tải đông lạnh", "Kho lạnh", "Máy MRI"]);
        assert_eq!(names(true).await, ["Kho lạnh", "Xe tải đông lạnh", "Máy MRI"]);
    }

    async fn a_deal_without_a_value_is_counted_and_in_no_range_of_values(db: TestDb) {
        let fixture = fixture(&db).await;
        for (name, value) in [("Chưa rõ", None), ("Biếu", Some(Money::ZERO))] {
            let draft = DealDraft { value, ..deal(name, fixture.companies[0], "proposal", 0) };
            db.store.create_deal(&fixture.actor, draft).await.unwrap();
        }
        let found = async |min: Option<i64>, max: Option<i64>| {
            let of = |hundredths: Option<i64>| hundredths.map(Money::from_hundredths);
            let filter = DealFilter { value_min: of(min), value_max: of(max), stage: vec!["proposal".to_owned()], ..DealFilter::default() };
            let found = db.store.deals(&fixture.actor, &list(filter.clone())).await.unwrap();
            let board = db.store.board(&fixture.actor, &filter).await.unwrap();
            let column = board.columns.into_iter().find(|column| column.stage.slug == "proposal").unwrap();
            assert_eq!((column.totals.count, column.totals.value, column.totals.weighted), (found.all.count, found.all.value, found.all.weighted));
            let mut names: Vec<String> = found.rows.into_iter().map(|row| row.name).collect();
            names.sort_unstable();
            names
        };
        assert!(found(None, None).await.contains(&"Chưa rõ".to_owned()));
        for range in [(Some(0), None), (None, Some(0)), (None, Some(Money::MAX.hundredths())), (Some(0), Some(0))] {
            let names = found(range.0, range.1).await;
            assert!(names.contains(&"Biếu".to_owned()) && !names.contains(&"Chưa rõ".to_owned()), "{range:?}: {names:?}");
        }
    }

    async fn a_filtered_column_continues_after_its_last_card(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        for index in 0..120 {
            let name = if index % 2 == 0 { format!("Xe {index}") } else { format!("Kho {index}") };
            db.store.create_deal(&actor, deal(&name, id, "proposal", 1)).await.unwrap();
        }
        let filter = DealFilter { q: "xe".into(), ..DealFilter::default() };
        let board = db.store.board(&actor, &filter).await.unwrap();
        let column = board.columns.into_iter().find(|column| column.stage.slug == "proposal").unwrap();
        assert_eq!((column.totals.count, column.cards.len()), (60, 50));
        let rest = db.store.board_column(&actor, "proposal", Some(column.cards[49].id), &filter).await.unwrap();
        assert_eq!(rest.len(), 10);
        assert!(rest.iter().all(|card| card.name.starts_with("Xe")));
        assert_eq!(db.store.board_column(&actor, "proposal", rest.last().map(|card| card.id), &filter).await, Ok(vec![]));
        assert_eq!(db.store.board_column(&actor, "x", None, &filter).await, Err(StoreError::NotFound));
    }
}
