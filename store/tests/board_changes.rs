//! Changes of the board: notifications of the own workspace only, and none missed after a lost connection.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Role},
    deals::{DealFilter, Placement},
    ids::DealId,
};
use std::{sync::Arc, time::Duration};
use store::{BoardSubscription, DbConfig, SUBSCRIPTIONS_PER_USER, Store, StoreError, SystemRandom};
use support::{company, contact, deal, member, to};
use tokio::time::timeout;

/// The sequence number of the next notification; `None` if none comes within a second.
async fn notified(subscription: &mut BoardSubscription) -> Option<i64> {
    timeout(Duration::from_secs(1), subscription.next()).await.ok().flatten()
}

/// Whether no notification comes within 200 ms.
async fn not_notified(subscription: &mut BoardSubscription) -> bool {
    timeout(Duration::from_millis(200), subscription.next()).await.is_err()
}

async fn seq(db: &TestDb, actor: &Actor) -> i64 {
    db.store.board(actor, &DealFilter::default()).await.unwrap().seq
}

on_both_databases! {
    async fn a_change_notifies_subscribers_of_its_workspace_only(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let (mut mine, mut theirs) = (db.store.subscribe_to_board(&actor).await.unwrap(), db.store.subscribe_to_board(&outsider).await.unwrap());
        assert_eq!(mine.seq(), seq(&db, &actor).await, "where the log ends is known at once");
        theirs.seq();
        let deal_id = db.store.create_deal(&actor, deal("Xe", id, "proposal", 1)).await.unwrap();
        assert_eq!(notified(&mut mine).await, Some(seq(&db, &actor).await));
        db.store.move_deal(&actor, &to(deal_id, 1, "negotiation", Placement::Top)).await.unwrap();
        assert_eq!(notified(&mut mine).await, Some(seq(&db, &actor).await));
        assert!(not_notified(&mut theirs).await);
        // What no board shows is no news, nor is what was refused.
        contact(&db, &actor, Some(id), "Lan").await;
        db.store.create_company(&actor, company("Bình Minh")).await.unwrap();
        assert_eq!(db.store.delete_deal(&actor, deal_id, 1).await, Err(StoreError::Conflict));
        assert!(not_notified(&mut mine).await);
        db.store.update_company(&actor, id, 1, company("Ánh Dương Mới")).await.unwrap();
        assert!(notified(&mut mine).await.is_some(), "a card shows its company's name");
    }

    async fn subscriptions_per_user_are_limited_and_end_with_the_server(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let mut subscriptions = Vec::new();
        for _ in 0..SUBSCRIPTIONS_PER_USER {
            subscriptions.push(db.store.subscribe_to_board(&actor).await.unwrap());
        }
        assert_eq!(db.store.subscribe_to_board(&actor).await.map(drop), Err(StoreError::Unavailable));
        subscriptions.pop();
        subscriptions.push(db.store.subscribe_to_board(&actor).await.unwrap());
        db.store.close_subscriptions();
        for mut subscription in subscriptions {
            subscription.seq();
            assert_eq!(timeout(Duration::from_secs(1), subscription.next()).await, Ok(None));
        }
    }

    async fn board_changes_list_changed_cards_with_their_predecessors(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let mut deals = Vec::new();
        for name in ["d", "c", "b", "a"] {
            deals.push(store.create_deal(&actor, deal(name, id, "proposal", 100)).await.unwrap());
        }
        let [d, c, b, a] = deals[..] else { panic!("four") };
        let since = seq(&db, &actor).await;
        let filter = DealFilter::default();
        let nothing = store.board_changes(&actor, since, &filter).await.unwrap();
        assert_eq!((nothing.seq, nothing.full_reload, nothing.cards.len(), nothing.removed.len()), (since, false, 0, 0));

        store.move_deal(&actor, &to(a, 1, "proposal", Placement::After(c))).await.unwrap();
        store.move_deal(&actor, &to(b, 1, "negotiation", Placement::Top)).await.unwrap();
        store.delete_deal(&actor, d, 1).await.unwrap();
        let news = store.board_changes(&actor, since, &filter).await.unwrap();
        assert_eq!((news.seq, news.full_reload), (seq(&db, &actor).await, false));
        let cards: Vec<(&str, &str, Option<DealId>)> =
            news.cards.iter().map(|news| (news.card.name.as_str(), news.stage.as_str(), news.above)).collect();
        assert_eq!(cards, [("a", "proposal", Some(c)), ("b", "negotiation", None)]);
        assert_eq!(news.removed, [d]);
        let totals = |slug: &str| news.columns.iter().find(|(stage, _)| stage.slug == slug).map(|(_, totals)| totals.clone()).unwrap();
        assert_eq!((totals("proposal").count, totals("proposal").value.hundredths()), (2, 200));
        assert_eq!((totals("negotiation").count, totals("negotiation").weighted.hundredths()), (1, 75));

        {
            // A task is what comes next on the cards of its deal now, and of the one before.
            let since = seq(&db, &actor).await;
            let of = |deal_id| domain::tasks::TaskDraft { deal_id: Some(deal_id), ..support::task("Gọi", None) };
            let task = store.create_task(&actor, of(a)).await.unwrap();
            let changed = async |since: i64| {
                let news = store.board_changes(&actor, since, &DealFilter::default()).await.unwrap();
                assert!(!news.full_reload && news.removed.is_empty());
                news.cards.into_iter().map(|news| (news.card.name, news.card.next_task_due_by.is_some())).collect::<Vec<_>>()
            };
            assert_eq!(changed(since).await, [("a".to_owned(), true)]);
            let since = seq(&db, &actor).await;
            store.update_task(&actor, task, 1, of(b)).await.unwrap();
            assert_eq!(changed(since).await, [("a".to_owned(), false), ("b".to_owned(), true)]);
            let since = seq(&db, &actor).await;
            store.set_task_status(&actor, task, domain::tasks::TaskStatus::Done).await.unwrap();
            assert_eq!(changed(since).await, [("b".to_owned(), false)]);
        }

        // Under a filter a card that matches no longer is gone.
        let only = DealFilter { stage: vec!["proposal".into()], ..DealFilter::default() };
        let news = store.board_changes(&actor, since, &only).await.unwrap();
        assert_eq!(news.cards.iter().map(|news| news.card.name.as_str()).collect::<Vec<_>>(), ["a"]);
        assert!(news.removed.contains(&b) && news.removed.contains(&d));
    }

    async fn too_many_changes_request_a_full_reload(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let since = seq(&db, &actor).await;
        let whole = async |since| store.board_changes(&actor, since, &DealFilter::default()).await.unwrap().full_reload;
        for index in 0..100 {
            store.create_deal(&actor, deal(&format!("{index}"), id, "proposal", 1)).await.unwrap();
        }
        assert!(!whole(since).await);
        store.create_deal(&actor, deal("100", id, "proposal", 1)).await.unwrap();
        assert!(whole(since).await);
        assert!(!whole(since + 1).await);
        assert!(whole(seq(&db, &actor).await + 1).await, "a number of another log");
        assert!(whole(i64::MIN / 2).await);
        let now = seq(&db, &actor).await;
        store.update_company(&actor, id, 1, company("Bình Minh")).await.unwrap();
        assert!(whole(now).await, "every card of the company shows its name");
    }

    async fn board_changes_exclude_other_workspaces(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let viewer = member(&db, &actor, "viewer", Role::Viewer).await;
        let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        db.store.create_deal(&actor, deal("Xe", id, "proposal", 100)).await.unwrap();
        let theirs = db.store.board_changes(&outsider, 0, &DealFilter::default()).await.unwrap();
        assert_eq!((theirs.cards.len(), theirs.removed.len()), (0, 0));
        assert!(theirs.columns.iter().all(|(_, totals)| totals.count == 0));
        assert_eq!(db.store.board_changes(&viewer, 0, &DealFilter::default()).await.unwrap().cards.len(), 1);
    }
}

/// Another process on the same database.
async fn another_process(db: &TestDb) -> Store {
    let config = DbConfig { max_connections: 2, min_connections: 1, ..DbConfig::new(&db.url) };
    Store::connect(config, db.clock.clone(), Arc::new(SystemRandom)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_by_another_process_notifies_on_postgres() {
    let db = TestDb::postgres().await;
    let (_, actor) = db.register("hung").await;
    let other = another_process(&db).await;
    let mut subscription = other.subscribe_to_board(&actor).await.unwrap();
    subscription.seq();
    let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
    db.store.create_deal(&actor, deal("Xe", id, "proposal", 1)).await.unwrap();
    assert_eq!(notified(&mut subscription).await, Some(seq(&db, &actor).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disconnected_listener_reconnects_and_misses_no_change() {
    let db = TestDb::postgres().await;
    let (_, actor) = db.register("hung").await;
    let other = another_process(&db).await;
    let mut subscription = other.subscribe_to_board(&actor).await.unwrap();
    subscription.seq();
    let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
    let raw = db.raw().await;
    let listening = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    assert_eq!(raw.number(&format!("SELECT count(pg_terminate_backend(pid)) {listening}")).await, 1);
    // Written while nobody listens, most likely; told all the same.
    db.store.create_deal(&actor, deal("Xe", id, "proposal", 1)).await.unwrap();
    let now = seq(&db, &actor).await;
    assert_eq!(timeout(Duration::from_secs(10), subscription.next()).await, Ok(Some(now)));
    db.store.create_deal(&actor, deal("Kho", id, "proposal", 1)).await.unwrap();
    assert_eq!(timeout(Duration::from_secs(10), subscription.next()).await, Ok(Some(now + 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polling_finds_a_change_by_another_process_on_sqlite() {
    let db = TestDb::sqlite().await;
    let (_, actor) = db.register("hung").await;
    let other = another_process(&db).await;
    let mut subscription = other.subscribe_to_board(&actor).await.unwrap();
    subscription.seq();
    let id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
    db.store.create_deal(&actor, deal("Xe", id, "proposal", 1)).await.unwrap();
    other.poll_changes(&actor).await.unwrap();
    assert_eq!(notified(&mut subscription).await, Some(seq(&db, &actor).await));
}
