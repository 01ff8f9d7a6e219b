//! Whatever is done, in whatever order, by more than one workspace: the counters equal what they count.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod operations;
mod support;

use common::{Raw, TestDb};
use domain::{access::Actor, companies::CompanyQuery, decision_makers::DecisionGap};
use operations::{ActorRecords, operation};
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use store::{StoreError, verify_chain};
use support::{assert_counters, contacts_sql};

const OPERATIONS: usize = 400;

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
                assert_last_contacts(&db, &raw, &actors[*who].actor).await;
            }
        }
        assert_counters(&raw).await;
        let now = now_ms(&db);
        let due = format!("SELECT count(*) FROM company_counters WHERE next_contact_ms > 0 AND next_contact_ms <= {now}");
        db.store.refresh_due_contacts().await.unwrap();
        assert_eq!(raw.number(&due).await, 0);
        assert_counters(&raw).await;
        assert!(done > 100 && refused > 0, "{done} done, {refused} refused: both are tested");
        for entity in ["company", "contact", "deal", "activity"] {
            let restored = raw.number(&format!("SELECT count(*) FROM audit_log WHERE action = 'restore' AND entity = '{entity}'")).await;
            assert!(restored > 0, "no {entity} came out of the bin");
        }
        for action in ["archive", "bring-back"] {
            let number = raw.number(&format!("SELECT count(*) FROM audit_log WHERE action = '{action}'")).await;
            assert!(number > 0, "{action}");
        }
        for actor in actors {
            assert_eq!(verify_chain(&db.store, actor.actor.workspace_id).await, Ok(None));
        }
    }
}

fn now_ms(db: &TestDb) -> i64 {
    domain::clock::Clock::now(&*db.clock).timestamp_millis()
}

/// What is read of each company's last contacts is what the rows say at this moment, whenever its counters were written.
async fn assert_last_contacts(db: &TestDb, raw: &Raw, actor: &Actor) {
    let (store, now) = (&db.store, now_ms(db));
    let contacts = contacts_sql(raw);
    let query = |decision| CompanyQuery { decision, ..CompanyQuery::default() };
    let listed = store.companies(actor, &query(vec![])).await.unwrap().rows;
    let gaps = store.companies(actor, &query(vec![DecisionGap::NotContacted])).await.unwrap().rows;
    for row in listed {
        let company = store.company(actor, row.id).await.unwrap();
        let id = raw.id(row.id.0);
        let last = raw.number(&format!("SELECT COALESCE(max(ms), 0) FROM {contacts} AS x WHERE company_id = {id} AND ms <= {now}")).await;
        let of_primary = format!(
            "SELECT COALESCE(max(ms), 0) FROM {contacts} AS x WHERE ms <= {now} AND contact_id IN
             (SELECT id FROM contacts WHERE company_id = {id} AND authority_level = 'primary' AND deleted_at IS NULL)"
        );
        let of_primary = raw.number(&of_primary).await;
        let ms = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or(0, |at| at.timestamp_millis());
        assert_eq!((ms(row.last_contact_at), ms(company.last_contact_at)), (last, last));
        assert_eq!(ms(company.last_primary_contact_at), of_primary);
        let now = domain::clock::Clock::now(&*db.clock);
        let gap = DecisionGap::detect(company.open_deals_count, company.primary_contacts_count, company.last_primary_contact_at, now);
        assert_eq!(gap == Some(DecisionGap::NotContacted), gaps.iter().any(|gap| gap.id == row.id));
    }
}
