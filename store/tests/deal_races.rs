//! Many people at the same deals at once: nothing is lost, every figure is right, every history unbroken (threats D6, D8).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::{TestDb, trial_size};
use domain::{
    access::Actor,
    deals::{DealDraft, Placement},
    ids::DealId,
    money::Money,
};
use std::collections::HashMap;
use store::{Store, StoreError, verify_chain};
use support::{assert_counters, assert_unbroken, company, deal, to};

const PEOPLE: usize = 8;
const STAGES: [&str; 5] = ["prospecting", "qualification", "proposal", "negotiation", "closed-won"];

/// Drags of each person.
fn drags() -> usize {
    trial_size(100, 500)
}

/// Twelve deals in three columns.
async fn board(store: &Store, actor: &Actor) -> Vec<DealId> {
    let company_id = store.create_company(actor, company("Ánh Dương")).await.unwrap();
    let mut ids = Vec::new();
    for (index, stage) in (0..12).zip(["prospecting", "proposal", "negotiation"].into_iter().cycle()) {
        ids.push(store.create_deal(actor, deal(&format!("{index}"), company_id, stage, 1_000_003 * (index + 1))).await.unwrap());
    }
    ids
}

/// Drags about. How many drags went through; each of the others was told of a conflict.
async fn drag(store: Store, actor: Actor, ids: Vec<DealId>, person: usize) -> i64 {
    // Each person goes by what they saw, as one does: versions are read when a drag is refused, not before each.
    let mut versions = HashMap::new();
    let mut moves = 0;
    for round in 0..drags() {
        let id = ids[(person * 5 + round * 7) % ids.len()];
        let stage = STAGES[(person + round * 3) % STAGES.len()];
        let place = [Placement::Top, Placement::Bottom, Placement::After(ids[(round + 1) % ids.len()])][round % 3];
        let version = match versions.get(&id) {
            Some(version) => *version,
            None => store.deal(&actor, id).await.unwrap().version,
        };
        match store.move_deal(&actor, &to(id, version, stage, place)).await {
            Ok(moved) => {
                moves += 1;
                versions.insert(id, moved.version);
            }
            Err(error) => {
                assert_eq!(error, StoreError::Conflict);
                versions.remove(&id);
            }
        }
    }
    moves
}

on_both_databases! {
    async fn totals_are_sums_after_racing_drags(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let ids = board(store, &actor).await;
        let mut people = tokio::task::JoinSet::new();
        for person in 0..PEOPLE {
            people.spawn(drag(store.clone(), actor, ids.clone(), person));
        }
        let moves: i64 = people.join_all().await.into_iter().sum();
        assert!(moves > i64::try_from(drags()).unwrap(), "{moves} of them went through");
        let raw = db.raw().await;
        assert_counters(&raw).await;
        assert_eq!(raw.number("SELECT count(*) FROM audit_log WHERE action IN ('move', 'reorder')").await, moves, "each has its audit row");
        assert_eq!(raw.number("SELECT CAST(SUM(version) - 12 AS bigint) FROM deals").await, moves);
        assert_eq!(raw.number("SELECT count(*) FROM (SELECT stage_id, position FROM deals GROUP BY stage_id, position) AS places").await, 12, "no two in one place");
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
        assert_unbroken(&raw).await;
    }

    async fn of_sixteen_who_edit_one_deal_none_overwrites_another(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let company_id = db.store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let id = db.store.create_deal(&actor, deal("Xe", company_id, "proposal", 0)).await.unwrap();
        let edits = trial_size(25, 200);
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let store = db.store.clone();
            clients.spawn(async move {
                let mut saved = 0;
                for _ in 0..edits {
                    // Each adds one to what it read: a lost update would show in the sum.
                    let now = store.deal(&actor, id).await.unwrap();
                    let next = DealDraft { value: Some(Money::from_hundredths(now.value.unwrap_or_default().hundredths() + 1)), ..deal("Xe", company_id, "proposal", 0) };
                    match store.update_deal(&actor, id, now.version, next).await {
                        Ok(()) => saved += 1,
                        Err(error) => assert_eq!(error, StoreError::Conflict),
                    }
                }
                saved
            });
        }
        let saved: i64 = clients.join_all().await.into_iter().sum();
        let now = db.store.deal(&actor, id).await.unwrap();
        assert!(saved >= edits);
        assert_eq!((now.version, now.value.unwrap_or_default().hundredths()), (saved + 1, saved));
        assert_counters(&db.raw().await).await;
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }
}
