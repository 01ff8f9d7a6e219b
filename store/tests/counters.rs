//! Whatever is done, in whatever order, by more than one workspace: the counters equal what they count.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod operations;
mod support;

use common::TestDb;
use operations::{ActorRecords, operation};
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use store::{StoreError, verify_chain};
use support::assert_counters;

const OPERATIONS: usize = 300;

on_both_databases! {
    async fn counters_equal_counts_after_any_operations(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let (_, lan) = db.register("lan").await;
        let mut actors = [ActorRecords::new(&db, hung).await, ActorRecords::new(&db, lan).await];
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"counters equal what they count..");
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let operations = vec((operation(), 0_usize..2), OPERATIONS).new_tree(&mut runner).unwrap().current();
        let raw = db.raw().await;
        let (mut done, mut refused) = (0, 0);
        for (step, (operation, who)) in operations.iter().enumerate() {
            db.clock.advance(chrono::TimeDelta::seconds(1));
            match actors[*who].run(operation).await {
                None => continue,
                Some(Ok(())) => done += 1,
                Some(Err(StoreError::NotFound | StoreError::Conflict | StoreError::Invalid(_))) => refused += 1,
                Some(Err(error)) => panic!("{operation:?}: {error}"),
            }
            if step % 5 == 0 {
                assert_counters(&raw).await;
            }
        }
        assert_counters(&raw).await;
        assert!(done > 100 && refused > 0, "{done} done, {refused} refused: both are tested");
        for entity in ["company", "contact", "deal", "activity"] {
            let restored = raw.number(&format!("SELECT count(*) FROM audit_log WHERE action = 'restore' AND entity = '{entity}'")).await;
            assert!(restored > 0, "no {entity} came out of the bin");
        }
        for actor in actors {
            assert_eq!(verify_chain(&db.store, actor.actor.workspace_id).await, Ok(None));
        }
    }
}
