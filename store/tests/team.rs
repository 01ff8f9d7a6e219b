//! Figures of members: each equals the count and the sum of the list that it leads to.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{Days, TimeDelta};
use common::TestDb;
use domain::{
    access::{Actor, Role},
    activities::{ActivityDraft, ActivityQuery},
    clock::Clock,
    deals::{DealDraft, DealQuery},
    page::ListQuery,
    team::{TeamDays, activities_this_week, open_deals, overdue_deals},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use store::{SessionContent, Store, StoreError, TimeRange, TokenHash, team::Team};
use support::{About, HANOI, call, company, deal, member, range_of, start_of};

const STAGES: [&str; 6] = ["prospecting", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"];
const RECORDS: usize = 60;

/// The figures of today, or of a day so many days from it.
async fn team(db: &TestDb, store: &Store, actor: &Actor, later: i64) -> (Team, TeamDays) {
    let days = TeamDays::at((db.clock.now() + HANOI + TimeDelta::days(later)).date_naive());
    (store.team(actor, days, range_of(Some(days.monday), Some(days.sunday))).await.unwrap(), days)
}

/// A list's query, as its page reads it from the URL of a link.
fn followed<Q: ListQuery + std::fmt::Debug + PartialEq>(query: Q, parse: impl Fn(Vec<(&'static str, String)>) -> Q) -> Q {
    let read = parse(query.query_pairs());
    assert_eq!(read, query);
    read
}

fn deals_at(query: DealQuery) -> DealQuery {
    followed(query, |pairs| DealQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))).unwrap())
}

/// Follows each figure of each member. Returns the sums of the figures: activities, open deals, overdue ones.
async fn follow(db: &TestDb, actor: &Actor, later: i64) -> [u64; 3] {
    let store = &db.store;
    let (team, days) = team(db, store, actor, later).await;
    let mut sums = [0; 3];
    for member in &team.members {
        let (id, figures) = (member.user_id, member.figures);
        let query = followed(activities_this_week(id, days), |pairs| {
            ActivityQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))).unwrap()
        });
        let list = store.activities(actor, &query, range_of(query.date.from, query.date.to)).await.unwrap();
        assert_eq!(list.total.count, figures.activities, "{}", member.name);
        let open = store.deals(actor, &deals_at(open_deals(id, &team.open_stages).unwrap())).await.unwrap().all;
        assert_eq!((open.count, open.value), (figures.open_deals, figures.open_deals_value), "{}", member.name);
        let overdue = store.deals(actor, &deals_at(overdue_deals(id, &team.open_stages, days).unwrap())).await.unwrap().all;
        assert_eq!(overdue.count, figures.overdue_deals, "{}", member.name);
        for (sum, figure) in sums.iter_mut().zip([figures.activities, figures.open_deals, figures.overdue_deals]) {
            *sum += figure;
        }
    }
    sums
}

on_both_databases! {
    async fn each_figure_is_the_count_and_sum_of_its_list(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let members = [owner, member(&db, &owner, "lan", Role::Member).await, member(&db, &owner, "mai", Role::Admin).await];
        member(&db, &owner, "viewer", Role::Viewer).await;
        let (store, today) = (&db.store, (db.clock.now() + HANOI).date_naive());
        let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let any = (0..3_usize, 0..6_usize, proptest::option::of(0_i64..2_000_000_000), proptest::option::of(-9_i64..9), -9 * 24 * 60..9 * 24 * 60_i64, 0..8_usize);
        for actor in [owner, outsider] {
            let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
            for _ in 0..RECORDS {
                let (who, stage, value, close, minutes, fate) = any.new_tree(&mut runner).unwrap().current();
                let owner_id = (actor == owner).then(|| members[who].user_id);
                let draft = DealDraft {
                    owner_id,
                    value: value.map(domain::money::Money::from_hundredths),
                    expected_close_date: close.map(|days| today + TimeDelta::days(days)),
                    ..deal("Xe tải", company_id, STAGES[stage], 0)
                };
                let deal_id = store.create_deal(&actor, draft).await.unwrap();
                let about = About { company: Some(company_id), ..About::default() };
                let activity = ActivityDraft { owner_id, date: db.clock.now() + TimeDelta::minutes(minutes), ..call("Gọi", about) };
                let activity_id = store.create_activity(&actor, activity).await.unwrap();
                // Some are in the bin.
                if fate == 0 {
                    store.delete_deal(&actor, deal_id, 1).await.unwrap();
                    store.delete_activity(&actor, activity_id, 1).await.unwrap();
                }
            }
        }
        let mut seen = [0; 3];
        for later in -9..9 {
            let sums = follow(&db, &owner, later).await;
            seen = [0, 1, 2].map(|place| seen[place].max(sums[place]));
        }
        assert!(seen.iter().all(|sum| *sum > 5), "the lists were not empty: {seen:?}");
        let (team, _) = team(&db, store, &owner, 0).await;
        assert_eq!(team.members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["hung", "lan", "mai", "viewer"]);
        assert_eq!(team.members[3].figures, store::team::MemberFigures::default());
        assert_eq!(team.open_stages.len(), 4);
    }

    async fn the_edges_of_the_week_and_of_today_are_those_of_the_zone(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let days = TeamDays::at((db.clock.now() + HANOI).date_naive());
        let edges = [start_of(days.monday), start_of(days.sunday + Days::new(1))];
        for date in edges.into_iter().flat_map(|edge| [edge - TimeDelta::milliseconds(1), edge]) {
            let about = About { company: Some(company_id), ..About::default() };
            store.create_activity(&owner, ActivityDraft { date, ..call("Gọi", about) }).await.unwrap();
        }
        for close in [days.today - Days::new(1), days.today] {
            store.create_deal(&owner, DealDraft { expected_close_date: Some(close), ..deal("Xe", company_id, "proposal", 1) }).await.unwrap();
        }
        assert_eq!(follow(&db, &owner, 0).await, [2, 2, 1]);
        assert_eq!(follow(&db, &owner, 1).await[2], 2, "tomorrow it is overdue");
    }

    async fn figures_are_cached_until_something_changes(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let raw = db.raw().await;
        let company_id = db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        db.store.create_deal(&owner, deal("Xe", company_id, "proposal", 100)).await.unwrap();
        let reading = async || db.store.with_cache_version(owner.workspace_id, raw.number("SELECT MAX(seq) FROM audit_heads").await);
        let figures = async |store: Store| team(&db, &store, &owner, 0).await.0.members[0].figures;
        let first = figures(reading().await).await;
        raw.run("UPDATE deals SET value = 700").await.unwrap();
        assert_eq!(figures(reading().await).await, first, "read from the cache");
        db.store.create_deal(&owner, deal("Xe hai", company_id, "proposal", 100)).await.unwrap();
        let second = figures(reading().await).await;
        assert_eq!((second.open_deals, second.open_deals_value.hundredths()), (2, 800));
    }

    async fn last_seen_is_of_this_workspace(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, elsewhere) = db.register("elsewhere").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let seen = async || team(&db, &db.store, &owner, 0).await.0.members.into_iter().map(|member| member.last_seen_at).collect::<Vec<_>>();
        assert_eq!(seen().await, [None, None]);
        let session = async |token: &[u8], workspace| {
            let content = SessionContent { data: serde_json::json!({}), user_id: Some(lan.user_id), workspace_id: Some(workspace) };
            assert!(db.store.create_session(TokenHash::of(token), content, None).await.unwrap());
            db.clock.now()
        };
        let first = session(b"one", owner.workspace_id).await;
        db.clock.advance(TimeDelta::hours(1));
        session(b"two", elsewhere.workspace_id).await;
        assert_eq!(seen().await, [None, Some(first)], "not what she does elsewhere");
        db.clock.advance(TimeDelta::hours(1));
        let third = session(b"three", owner.workspace_id).await;
        assert_eq!(seen().await, [None, Some(third)]);
    }

    async fn members_and_viewers_get_no_figures(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let days = TeamDays::at(db.clock.now().date_naive());
        for role in [Role::Viewer, Role::Member] {
            let actor = member(&db, &owner, role.slug(), role).await;
            assert_eq!(db.store.team(&actor, days, TimeRange::default()).await, Err(StoreError::Denied));
        }
    }
}
