//! Deals: writing and reading one, the board, moving its cards.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{NaiveDate, TimeDelta};
use common::TestDb;
use domain::{
    access::Actor,
    activities::ActivityType,
    custom_fields::CustomFields,
    deals::{DealDraft, DealFilter, DealForm, DealMove, POSITION_GAP, Placement},
    forms::FormErrors,
    ids::{CompanyId, ContactId, DealId},
    money::Money,
};
use std::collections::BTreeMap;
use store::{
    FieldChange, Store, StoreError,
    deals::{DealChange, DealEvent},
    demo::SeedCounts,
    verify_chain,
};
use support::{ALL_SHOWN, About, assert_counters, company, contact, deal, everything, names_in, to};
use uuid::Uuid;

const NOT_THERE: Uuid = Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001);

fn fields(refused: Result<impl std::fmt::Debug, StoreError>) -> Vec<(String, String)> {
    let Err(StoreError::Invalid(errors)) = refused else { panic!("{refused:?} is not Invalid") };
    let errors: FormErrors = errors;
    errors.iter().map(|error| (error.field.clone(), error.message.clone())).collect()
}

fn field(name: &str, from: Option<&str>, to: Option<&str>) -> DealChange {
    DealChange::Field(FieldChange { field: name.into(), is_custom: false, from: from.map(Into::into), to: to.map(Into::into) })
}

async fn with_company(db: &TestDb) -> (Actor, CompanyId) {
    let (_, actor) = db.register("hung").await;
    let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
    (actor, id)
}

/// Cards of these names in a column, the first on top.
async fn stack(store: &Store, actor: &Actor, company_id: CompanyId, stage: &str, names: &[&str]) -> BTreeMap<String, DealId> {
    let mut cards = BTreeMap::new();
    for name in names.iter().rev() {
        cards.insert((*name).to_owned(), store.create_deal(actor, deal(name, company_id, stage, 100)).await.unwrap());
    }
    assert_eq!(names_in(store, actor, stage).await, names, "a new deal goes on top");
    cards
}

on_both_databases! {
    async fn a_deal_is_kept_as_written(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let contact_id = contact(&db, &actor, Some(company_id), "Phạm Thị Ánh").await;
        let form = DealForm {
            name: "Xe ta\u{309}i đông lạnh".into(),
            value: "1,5 tỷ".into(),
            stage: "qualification".into(),
            company_id: company_id.to_string(),
            contact_id: contact_id.to_string(),
            expected_close_date: "2026-12-12".into(),
            source: "Referral".into(),
            lost_reason: "not lost".into(),
            notes: "Trước Tết".into(),
            ..DealForm::default()
        };
        let id = db.store.create_deal(&actor, form.parse().unwrap()).await.unwrap();
        let deal = db.store.deal(&actor, id).await.unwrap();
        assert_eq!(deal.name, "Xe tải đông lạnh", "composed");
        assert_eq!((deal.value.unwrap_or_default().hundredths(), deal.probability, deal.weighted_value.unwrap_or_default().hundredths()), (150_000_000_000, 25, 37_500_000_000));
        assert_eq!((deal.stage.slug.as_str(), deal.stage.name.as_str(), deal.stage.idle_days), ("qualification", "Qualification", Some(14)));
        assert_eq!((deal.company_id, deal.company_name.as_str()), (company_id, "Ánh Dương"));
        assert_eq!((deal.contact_id, deal.contact_name.as_deref()), (Some(contact_id), Some("Phạm Thị Ánh")));
        assert_eq!(deal.expected_close_date, NaiveDate::from_ymd_opt(2026, 12, 12));
        assert_eq!((deal.source.as_deref(), deal.notes.as_deref()), (Some("Referral"), Some("Trước Tết")));
        assert_eq!((deal.lost_reason, deal.closed_at), (None, None), "an open deal has neither");
        assert_eq!((deal.owner_id, deal.owner_name.as_str(), deal.version), (actor.user_id, "hung", 1));
        assert_eq!(db.store.deal_history(&actor, id).await.unwrap().len(), 1);
        assert_counters(&db.raw().await).await;
    }

    async fn every_wrong_field_of_a_deal_is_named(db: TestDb) {
        let (actor, _) = with_company(&db).await;
        let (_, outsider) = db.register("lan").await;
        let theirs = db.store.create_company(&outsider, company("Theirs")).await.unwrap();
        let their_contact = contact(&db, &outsider, Some(theirs), "Lan").await;
        let binned = db.store.create_company(&actor, company("Gone")).await.unwrap();
        let binned_contact = contact(&db, &actor, Some(binned), "Gone").await;
        db.store.delete_company(&actor, binned, 1, ALL_SHOWN).await.unwrap();
        let before = everything(&db.raw().await).await;
        for (company_id, contact_id) in [(theirs, their_contact), (CompanyId(NOT_THERE), ContactId(NOT_THERE)), (binned, binned_contact)] {
            let draft = DealDraft { contact_id: Some(contact_id), ..deal("X", company_id, "no-such-stage", 1) };
            let expected = [
                ("stage".to_owned(), "Choose a stage".to_owned()),
                ("company_id".to_owned(), "Choose a company from the list".to_owned()),
                ("contact_id".to_owned(), "Choose a contact from the list".to_owned()),
            ];
            assert_eq!(fields(db.store.create_deal(&actor, draft).await), expected);
        }
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn an_edit_is_validated_like_a_new_deal(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let (_, outsider) = db.register("lan").await;
        let theirs = db.store.create_company(&outsider, company("Theirs")).await.unwrap();
        let their_contact = contact(&db, &outsider, Some(theirs), "Lan").await;
        let id = db.store.create_deal(&actor, deal("X", company_id, "proposal", 1)).await.unwrap();
        let before = everything(&db.raw().await).await;
        assert_eq!(fields(db.store.update_deal(&actor, id, 1, deal("X", theirs, "proposal", 1)).await)[0].0, "company_id");
        let contact = DealDraft { contact_id: Some(their_contact), ..deal("X", company_id, "proposal", 1) };
        assert_eq!(fields(db.store.update_deal(&actor, id, 1, contact).await)[0].0, "contact_id");
        let lost = DealDraft { lost_reason: None, ..deal("X", company_id, "closed-lost", 1) };
        let why = [("lost_reason".to_owned(), "Say why it was lost".to_owned())];
        assert_eq!(fields(db.store.update_deal(&actor, id, 1, lost.clone()).await), why);
        assert_eq!(fields(db.store.create_deal(&actor, lost).await), why);
        assert_eq!(db.store.update_deal(&actor, id, 2, deal("X", company_id, "proposal", 1)).await, Err(StoreError::Conflict));
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn an_edit_moves_a_deal_between_companies_and_stages(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let other = store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let id = store.create_deal(&actor, deal("X", company_id, "proposal", 101)).await.unwrap();
        store.create_deal(&actor, deal("Y", other, "closed-won", 7)).await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
        let won = DealDraft { probability: Some(90), ..deal("X", other, "closed-won", 203) };
        store.update_deal(&actor, id, 1, won.clone()).await.unwrap();
        assert_counters(&db.raw().await).await;
        let deal = store.deal(&actor, id).await.unwrap();
        assert_eq!((deal.probability, deal.weighted_value.unwrap_or_default().hundredths(), deal.version), (90, 183, 2), "203 x 0.9 = 182.7");
        let closed = deal.closed_at.unwrap();
        let history = store.deal_history(&actor, id).await.unwrap();
        assert_eq!(history.into_iter().map(|event| event.change).collect::<Vec<_>>(), [
            DealChange::Stage { from: "Proposal".into(), to: "Closed Won".into() },
            DealChange::Value { from: Some(Money::from_hundredths(101)), to: Some(Money::from_hundredths(203)) },
            field("company", Some("Ánh Dương"), Some("Bình Minh")),
            DealChange::Created { stage: "Proposal".into(), value: Some(Money::from_hundredths(101)) },
        ]);
        assert_eq!(names_in(store, &actor, "closed-won").await, ["X", "Y"], "on top of its new column");

        db.clock.advance(TimeDelta::hours(1));
        store.update_deal(&actor, id, 2, DealDraft { notes: Some("paid".into()), ..won }).await.unwrap();
        assert_eq!(store.deal(&actor, id).await.unwrap().closed_at, Some(closed), "still closed when it was");
        store.update_deal(&actor, id, 3, support::deal("X", other, "negotiation", 203)).await.unwrap();
        let deal = store.deal(&actor, id).await.unwrap();
        assert_eq!((deal.closed_at, deal.probability), (None, 75));
        assert_counters(&db.raw().await).await;
    }

    async fn a_deleted_deal_is_in_no_list_and_no_total(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let id = db.store.create_deal(&actor, deal("X", company_id, "proposal", 5)).await.unwrap();
        assert_eq!(db.store.delete_deal(&actor, id, 2).await, Err(StoreError::Conflict));
        db.store.delete_deal(&actor, id, 1).await.unwrap();
        assert_counters(&db.raw().await).await;
        assert_eq!(db.store.deal(&actor, id).await, Err(StoreError::NotFound));
        assert_eq!(db.store.update_deal(&actor, id, 2, deal("X", company_id, "proposal", 5)).await, Err(StoreError::NotFound));
        assert_eq!(db.store.move_deal(&actor, &to(id, 2, "proposal", Placement::Top)).await, Err(StoreError::NotFound));
        assert_eq!(db.store.delete_deal(&actor, id, 2).await, Err(StoreError::NotFound));
        assert_eq!(names_in(&db.store, &actor, "proposal").await, [""; 0]);
        let board = db.store.board(&actor, &DealFilter::default()).await.unwrap();
        assert_eq!((board.open_count, board.open_value, board.weighted), (0, Money::ZERO, Money::ZERO));
    }

    async fn the_board_shows_first_cards_and_figures_over_all(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.seed_bulk(&actor, SeedCounts { companies: 10, deals: 700, ..SeedCounts::default() }).await.unwrap();
        assert_counters(&db.raw().await).await;
        let board = store.board(&actor, &DealFilter::default()).await.unwrap();
        let slugs: Vec<&str> = board.columns.iter().map(|column| column.stage.slug.as_str()).collect();
        assert_eq!(slugs, ["prospecting", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"]);
        let (mut count, mut value, mut weighted) = (0, 0, 0);
        for column in &board.columns {
            assert_eq!(column.cards.len(), 50.min(column.totals.count as usize), "{}", column.stage.slug);
            let mut cards = column.cards.clone();
            loop {
                let next = store.board_column(&actor, &column.stage.slug, cards.last().map(|card| card.id), &DealFilter::default()).await.unwrap();
                assert!(next.len() <= 50);
                if next.is_empty() {
                    break;
                }
                cards.extend(next);
            }
            assert_eq!(cards.len() as u64, column.totals.count, "{}", column.stage.slug);
            assert_eq!(cards.iter().map(|card| card.value.unwrap_or_default()).sum::<Money>(), column.totals.value);
            let exact: i64 = cards.iter().map(|card| (card.value.unwrap_or_default().hundredths() * i64::from(card.probability) + 50) / 100).sum();
            assert_eq!(column.totals.weighted.hundredths(), exact, "{}", column.stage.slug);
            if column.stage.kind.slug() == "open" {
                count += column.totals.count;
                value += column.totals.value.hundredths();
                weighted += exact;
            }
        }
        assert_eq!((board.open_count, board.open_value.hundredths(), board.weighted.hundredths()), (count, value, weighted));
        assert_eq!(store.board_column(&actor, "no-such-stage", None, &DealFilter::default()).await, Err(StoreError::NotFound));
        assert_eq!(store.board_column(&actor, "proposal", Some(DealId(NOT_THERE)), &DealFilter::default()).await, Err(StoreError::NotFound));
        let elsewhere = board.columns[0].cards[0].id;
        assert_eq!(store.board_column(&actor, "proposal", Some(elsewhere), &DealFilter::default()).await, Err(StoreError::NotFound), "it has left the column");
    }

    async fn a_card_moves_to_top_bottom_or_after_another_card(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let cards = stack(store, &actor, company_id, "proposal", &["a", "b", "c", "d"]).await;
        let mut version = 1;
        for (stage, place, proposal, negotiation) in [
            ("proposal", Placement::Bottom, "b c d a", ""),
            ("proposal", Placement::Top, "a b c d", ""),
            ("proposal", Placement::After(cards["b"]), "b a c d", ""),
            ("proposal", Placement::After(cards["d"]), "b c d a", ""),
            ("proposal", Placement::After(cards["a"]), "a b c d", ""),
            ("negotiation", Placement::After(cards["b"]), "b c d", "a"),
            ("negotiation", Placement::Bottom, "b c d", "a"),
            ("proposal", Placement::After(cards["c"]), "b c a d", ""),
        ] {
            let moved = store.move_deal(&actor, &to(cards["a"], version, stage, place)).await.unwrap();
            version += 1;
            assert_eq!(moved.version, version);
            assert_eq!(names_in(store, &actor, "proposal").await.join(" "), proposal, "{stage} {place:?}");
            assert_eq!(names_in(store, &actor, "negotiation").await.join(" "), negotiation, "{stage} {place:?}");
        }
        assert_counters(&db.raw().await).await;
        let history = store.deal_history(&actor, cards["a"]).await.unwrap();
        let stage = |from: &str, to: &str| DealChange::Stage { from: from.into(), to: to.into() };
        assert_eq!(history.into_iter().map(|DealEvent { change, .. }| change).collect::<Vec<_>>(), [
            stage("Negotiation", "Proposal"),
            stage("Proposal", "Negotiation"),
            DealChange::Created { stage: "Proposal".into(), value: Some(Money::from_hundredths(100)) },
        ], "moves within a column are no news");
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn the_history_of_a_deal_names_each_changed_field(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let person = contact(&db, &actor, Some(company_id), "Phạm Thị Ánh").await;
        let id = store.create_deal(&actor, deal("X", company_id, "proposal", 101)).await.unwrap();
        let custom = |value: &str| CustomFields::from_stored([("Kho".to_owned(), value.to_owned())]);
        let edited = DealDraft {
            contact_id: Some(person),
            expected_close_date: NaiveDate::from_ymd_opt(2026, 12, 12),
            source: Some("Referral".into()),
            custom_fields: custom("Quận 7"),
            probability: Some(90),
            ..deal("Y", company_id, "proposal", 101)
        };
        store.update_deal(&actor, id, 1, edited.clone()).await.unwrap();
        store.update_deal(&actor, id, 2, DealDraft { contact_id: None, custom_fields: custom("Quận 8"), ..edited }).await.unwrap();
        store.delete_deal(&actor, id, 3).await.unwrap();
        store.restore_deal(&actor, id).await.unwrap();
        let changes: Vec<DealChange> = store.deal_history(&actor, id).await.unwrap().into_iter().map(|event| event.change).collect();
        assert_eq!(changes, [
            DealChange::Restored,
            DealChange::Deleted,
            field("contact", Some("Phạm Thị Ánh"), None),
            DealChange::Field(FieldChange { is_custom: true, field: "Kho".into(), from: Some("Quận 7".into()), to: Some("Quận 8".into()) }),
            field("contact", None, Some("Phạm Thị Ánh")),
            DealChange::Field(FieldChange { is_custom: true, field: "Kho".into(), from: None, to: Some("Quận 7".into()) }),
            field("expected_close_date", None, Some("2026-12-12")),
            field("name", Some("X"), Some("Y")),
            field("probability", Some("50"), Some("90")),
            field("source", None, Some("Referral")),
            DealChange::Created { stage: "Proposal".into(), value: Some(Money::from_hundredths(101)) },
        ]);
    }

    async fn a_move_returns_the_totals_of_both_columns(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let cards = stack(store, &actor, company_id, "proposal", &["a", "b"]).await;
        let moved = store.move_deal(&actor, &to(cards["a"], 1, "negotiation", Placement::Top)).await.unwrap();
        let totals: Vec<_> = moved.columns.iter().map(|column| (column.stage.as_str(), column.count, column.value.hundredths())).collect();
        assert_eq!(totals, [("proposal", 1, 100), ("negotiation", 1, 100)]);
        let within = store.move_deal(&actor, &to(cards["a"], 2, "negotiation", Placement::Bottom)).await.unwrap();
        assert_eq!(within.columns.len(), 1);
        assert_eq!(within.columns[0].weighted.hundredths(), 75);
        // Out of a lost stage it tells why it was lost, for whoever moves it back.
        let lost = DealMove { lost_reason: Some("Giá cao".into()), ..to(cards["a"], 3, "closed-lost", Placement::Top) };
        assert_eq!(store.move_deal(&actor, &lost).await.unwrap().lost_reason, None);
        let back = store.move_deal(&actor, &to(cards["a"], 4, "proposal", Placement::Top)).await.unwrap();
        assert_eq!(back.lost_reason.as_deref(), Some("Giá cao"));
        assert_eq!(back.seq, store.board(&actor, &DealFilter::default()).await.unwrap().seq);
    }

    async fn a_move_updates_probability_lost_reason_and_closing_time(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let id = store.create_deal(&actor, deal("X", company_id, "proposal", 100)).await.unwrap();
        let set = store.create_deal(&actor, DealDraft { probability: Some(66), ..deal("Y", company_id, "proposal", 100) }).await.unwrap();
        for deal in [id, set] {
            store.move_deal(&actor, &to(deal, 1, "negotiation", Placement::Top)).await.unwrap();
        }
        assert_eq!(store.deal(&actor, id).await.unwrap().probability, 75, "the stage's own follows");
        assert_eq!(store.deal(&actor, set).await.unwrap().probability, 66, "a person's own stays");

        let refused = store.move_deal(&actor, &to(id, 2, "closed-lost", Placement::Top)).await;
        assert_eq!(fields(refused), [("lost_reason".to_owned(), "Say why it was lost".to_owned())]);
        assert_eq!(fields(store.move_deal(&actor, &to(id, 2, "no-such-stage", Placement::Top)).await)[0].0, "stage");
        let why = DealMove { lost_reason: Some("Too expensive".into()), ..to(id, 2, "closed-lost", Placement::Top) };
        store.move_deal(&actor, &why).await.unwrap();
        let lost = store.deal(&actor, id).await.unwrap();
        assert_eq!((lost.lost_reason.as_deref(), lost.probability, lost.closed_at.is_some()), (Some("Too expensive"), 0, true));
        store.move_deal(&actor, &to(id, 3, "closed-lost", Placement::Bottom)).await.unwrap();
        assert_eq!(store.deal(&actor, id).await.unwrap().lost_reason.as_deref(), Some("Too expensive"), "still lost for that");
        store.move_deal(&actor, &to(id, 4, "closed-won", Placement::Bottom)).await.unwrap();
        let won = store.deal(&actor, id).await.unwrap();
        assert_eq!((won.lost_reason, won.probability, won.closed_at.is_some()), (None, 100, true));
        store.move_deal(&actor, &to(id, 5, "prospecting", Placement::Bottom)).await.unwrap();
        assert_eq!(store.deal(&actor, id).await.unwrap().closed_at, None);
        assert_counters(&db.raw().await).await;
    }

    async fn stage_time_and_idle_days_follow_moves_and_activities(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let id = store.create_deal(&actor, deal("X", company_id, "negotiation", 100)).await.unwrap();
        let idle = async || {
            let deal = store.deal(&actor, id).await.unwrap();
            let board = store.board(&actor, &DealFilter::default()).await.unwrap();
            let column = board.columns.into_iter().find(|column| column.stage.slug == deal.stage.slug).unwrap();
            let card = &column.cards[0];
            let now = domain::clock::Clock::now(&*db.clock);
            let of_card = domain::deals::idle_days(column.stage.idle_days, card.touched_at, card.is_planned, now);
            assert_eq!(deal.idle_days(now), of_card, "card and page agree");
            of_card
        };
        let made = store.deal(&actor, id).await.unwrap();
        assert_eq!(made.stage_since, made.created_at);
        db.clock.advance(TimeDelta::days(8));
        assert_eq!(idle().await, Some(8));
        // Moving within the column is not dealing with it; an activity is, and one that lies ahead is better still.
        store.move_deal(&actor, &to(id, 1, "negotiation", Placement::Bottom)).await.unwrap();
        assert_eq!(idle().await, Some(8));
        let now = domain::clock::Clock::now(&*db.clock);
        let about = About { company: Some(company_id), deal: Some(id), ..About::default() };
        let planned = domain::activities::ActivityDraft { date: now + TimeDelta::days(2), ..support::call("Call them", about) };
        store.create_activity(&actor, planned).await.unwrap();
        assert_eq!(idle().await, None);
        db.clock.advance(TimeDelta::days(5));
        assert_eq!(idle().await, None, "three days after it");
        db.clock.advance(TimeDelta::days(5));
        assert_eq!(idle().await, Some(8));
        // A note is neither a contact nor, for a day to come, a plan.
        for days in [0, 1] {
            let date = domain::clock::Clock::now(&*db.clock) + TimeDelta::days(days);
            let note = domain::activities::ActivityDraft { kind: ActivityType::Note, date, ..support::call("Idea", about) };
            store.create_activity(&actor, note).await.unwrap();
        }
        assert_eq!(idle().await, Some(8));
        let moved = store.move_deal(&actor, &to(id, 2, "proposal", Placement::Top)).await.unwrap();
        let deal = store.deal(&actor, id).await.unwrap();
        assert_eq!((deal.version, deal.stage_since, idle().await), (moved.version, domain::clock::Clock::now(&*db.clock), None));
        assert_eq!((deal.activities, deal.last_contact_at.is_some(), deal.next_contact_at), (3, true, None));
    }

    async fn an_unknown_value_stays_unknown_until_somebody_writes_one(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let worth = |hundredths: Option<i64>| DealDraft { value: hundredths.map(Money::from_hundredths), ..deal("X", company_id, "proposal", 0) };
        let id = store.create_deal(&actor, worth(None)).await.unwrap();
        store.create_deal(&actor, deal("Y", company_id, "proposal", 700)).await.unwrap();
        let value = async || {
            let deal = store.deal(&actor, id).await.unwrap();
            let board = store.board(&actor, &DealFilter::default()).await.unwrap();
            let column = board.columns.into_iter().find(|column| column.stage.slug == "proposal").unwrap();
            assert_eq!(column.cards[1].value, deal.value);
            let of_company = store.company_deals(&actor, company_id).await.unwrap();
            assert_eq!(of_company[0].value, deal.value);
            assert_eq!(deal.weighted_value.is_some(), deal.value.is_some());
            assert_eq!((column.totals.count, column.totals.value), (2, [deal.value.unwrap_or_default(), Money::from_hundredths(700)].into_iter().sum()));
            assert_counters(&db.raw().await).await;
            deal.value
        };
        assert_eq!(value().await, None);
        store.update_deal(&actor, id, 1, DealDraft { notes: Some("gọi lại".into()), ..worth(None) }).await.unwrap();
        assert_eq!(value().await, None, "another field was edited");
        for (version, written) in [(2, Some(0)), (3, Some(900)), (4, None)] {
            store.update_deal(&actor, id, version, worth(written)).await.unwrap();
            assert_eq!(value().await, written.map(Money::from_hundredths));
        }
        let money = |hundredths| Some(Money::from_hundredths(hundredths));
        let history = store.deal_history(&actor, id).await.unwrap();
        let not_notes = history.into_iter().map(|event| event.change).filter(|change| !matches!(change, DealChange::Field(_)));
        assert_eq!(not_notes.collect::<Vec<_>>(), [
            DealChange::Value { from: money(900), to: None },
            DealChange::Value { from: money(0), to: money(900) },
            DealChange::Value { from: None, to: money(0) },
            DealChange::Created { stage: "Proposal".into(), value: None },
        ]);
        store.move_deal(&actor, &to(id, 5, "closed-won", Placement::Top)).await.unwrap();
        let company = store.company(&actor, company_id).await.unwrap();
        assert_eq!((company.won_deals_count, company.won_deals_value), (1, Money::ZERO));
        store.delete_deal(&actor, id, 6).await.unwrap();
        store.restore_deal(&actor, id).await.unwrap();
        assert_eq!(store.deal(&actor, id).await.unwrap().value, None);
        assert_counters(&db.raw().await).await;
    }

    async fn the_second_of_two_moves_of_one_version_is_a_conflict(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let id = db.store.create_deal(&actor, deal("X", company_id, "proposal", 100)).await.unwrap();
        let (one, two) = (to(id, 1, "negotiation", Placement::Top), to(id, 1, "qualification", Placement::Top));
        let (first, second) = tokio::join!(db.store.move_deal(&actor, &one), db.store.move_deal(&actor, &two));
        assert_eq!([first, second].into_iter().filter(|moved| *moved == Err(StoreError::Conflict)).count(), 1);
        assert_eq!(db.store.deal(&actor, id).await.unwrap().version, 2);
    }

    async fn a_move_writes_one_row_of_the_column(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let cards = stack(&db.store, &actor, company_id, "proposal", &["a", "b", "c", "d", "e"]).await;
        let raw = db.raw().await;
        let rows = async || -> Vec<String> {
            let all = everything(&raw).await;
            all.into_iter().filter(|row| row.starts_with("deals: ")).collect()
        };
        for (version, place) in [(1, Placement::After(cards["c"])), (2, Placement::Top), (3, Placement::Bottom)] {
            let before = rows().await;
            db.clock.advance(TimeDelta::seconds(1));
            db.store.move_deal(&actor, &to(cards["a"], version, "proposal", place)).await.unwrap();
            let after = rows().await;
            assert_eq!(after.iter().filter(|row| !before.contains(row)).count(), 1, "{place:?}");
        }
    }

    async fn a_column_without_room_is_renumbered_and_keeps_its_order(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let store = &db.store;
        let cards = stack(store, &actor, company_id, "proposal", &["a", "b", "c"]).await;
        // Each drag right below `a` halves the gap there: the twenty-first finds none.
        let (mut versions, mut order) = (BTreeMap::from([("b", 1), ("c", 1)]), vec!["a", "b", "c"]);
        for round in 0..45 {
            let name = if round % 2 == 0 { "c" } else { "b" };
            let moved = store.move_deal(&actor, &to(cards[name], versions[name], "proposal", Placement::After(cards["a"]))).await.unwrap();
            versions.insert(name, moved.version);
            order.retain(|card| *card != name);
            order.insert(1, name);
            assert_eq!(names_in(store, &actor, "proposal").await, order, "round {round}");
        }
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT version FROM deals WHERE name = 'a'").await, 1, "its neighbour's version is untouched");
        assert_ne!(raw.number("SELECT position FROM deals WHERE name = 'a'").await, -2 * POSITION_GAP, "it was renumbered");
        // At the ends of the numbers.
        for (place, position, expected) in [(Placement::Top, i64::MIN, "c a b"), (Placement::Bottom, i64::MAX, "a b c")] {
            raw.run(&format!("UPDATE deals SET position = {position} WHERE name = '{}'", if place == Placement::Top { "a" } else { "b" })).await.unwrap();
            let moved = store.move_deal(&actor, &to(cards["c"], versions["c"], "proposal", place)).await.unwrap();
            versions.insert("c", moved.version);
            assert_eq!(names_in(store, &actor, "proposal").await.join(" "), expected);
        }
        assert_counters(&raw).await;
    }

    async fn the_largest_amounts_add_up_exactly(db: TestDb) {
        let (actor, company_id) = with_company(&db).await;
        let most = Money::MAX.hundredths();
        for index in 0..5 {
            let draft = DealDraft { probability: Some(99), ..deal(&format!("{index}"), company_id, "proposal", most - index) };
            db.store.create_deal(&actor, draft).await.unwrap();
        }
        let board = db.store.board(&actor, &DealFilter::default()).await.unwrap();
        assert_eq!(board.open_value.hundredths(), 5 * most - 10);
        assert_eq!(board.columns[2].totals.value, board.open_value);
        let weighted: i128 = (0..5).map(|index| (i128::from(most - index) * 99 + 50) / 100).sum();
        assert_eq!(i128::from(board.weighted.hundredths()), weighted);
        assert_counters(&db.raw().await).await;
        let before = everything(&db.raw().await).await;
        for value in [most + 1, -1] {
            let refused = db.store.create_deal(&actor, deal("X", company_id, "proposal", value)).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{value}");
        }
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn a_deal_of_another_workspace_is_not_found(db: TestDb) {
        let (mine, company_id) = with_company(&db).await;
        let (_, theirs) = db.register("lan").await;
        let id = db.store.create_deal(&mine, deal("Xe", company_id, "proposal", 5)).await.unwrap();
        let their_company = db.store.create_company(&theirs, company("Theirs")).await.unwrap();
        let their_deal = db.store.create_deal(&theirs, deal("Y", their_company, "proposal", 7)).await.unwrap();
        let before = everything(&db.raw().await).await;
        for id in [id, DealId(NOT_THERE)] {
            assert_eq!(db.store.deal(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(db.store.update_deal(&theirs, id, 1, deal("X", their_company, "proposal", 1)).await, Err(StoreError::NotFound));
            assert_eq!(db.store.delete_deal(&theirs, id, 1).await, Err(StoreError::NotFound));
            assert_eq!(db.store.restore_deal(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(db.store.move_deal(&theirs, &to(id, 1, "proposal", Placement::Top)).await, Err(StoreError::NotFound));
            assert_eq!(db.store.board_column(&theirs, "proposal", Some(id), &DealFilter::default()).await, Err(StoreError::NotFound));
        }
        assert_eq!(everything(&db.raw().await).await, before);
        // Put after a card of another workspace: as after one that has left, first.
        db.store.move_deal(&theirs, &to(their_deal, 1, "negotiation", Placement::After(id))).await.unwrap();
        assert_eq!(names_in(&db.store, &theirs, "negotiation").await, ["Y"]);
        let board = db.store.board(&theirs, &DealFilter::default()).await.unwrap();
        assert_eq!((board.open_count, board.open_value.hundredths()), (1, 7));
        assert_eq!(names_in(&db.store, &mine, "proposal").await, ["Xe"]);
    }
}
