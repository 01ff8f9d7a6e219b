//! D5: whichever statement of whichever write fails, and however the database ends it, the write leaves nothing, and no
//! later one is lost.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod operations;
mod support;

use common::{Raw, TestDb, trial_size};
use operations::{ActorRecords, Operation, operation};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use store::verify_chain;
use support::{assert_counters, everything};

/// Rows written before the failure comes, at most. Deleting a company with what hangs on it writes more, most operations fewer.
const LAST_ROW: usize = 15;
/// Tables whose writes may fail: those that the operations below write to.
const TABLES: [&str; 15] = [
    "companies",
    "contacts",
    "deals",
    "activities",
    "company_tags",
    "contact_tags",
    "workspace_counters",
    "company_counters",
    "stage_counters",
    "owner_stage_counters",
    "deal_day_counters",
    "tag_counters",
    "audit_log",
    "audit_heads",
    "tags",
];

/// Makes the `n`th row written from now on fail; 0 for none. SQLite: by `mode`, which ends the statement, the transaction,
/// or neither. PostgreSQL: an error, or the end of the connection.
async fn arm(raw: &Raw, n: usize, mode: usize) {
    raw.run(&format!("UPDATE trial_failure SET countdown = {n}, mode = {mode}")).await.unwrap();
}

async fn install(raw: &Raw) {
    raw.run("CREATE TABLE trial_failure (countdown integer NOT NULL, mode integer NOT NULL)").await.unwrap();
    raw.run("INSERT INTO trial_failure VALUES (0, 0)").await.unwrap();
    if raw.is_postgres() {
        raw.run(
            "CREATE FUNCTION trial_fail() RETURNS trigger LANGUAGE plpgsql AS $$
             DECLARE failing trial_failure;
             BEGIN
               UPDATE trial_failure SET countdown = countdown - 1 WHERE countdown > 0 RETURNING * INTO failing;
               IF failing.countdown = 0 THEN
                 IF failing.mode = 0 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); END IF;
                 RAISE EXCEPTION 'a failure of the trial';
               END IF;
               RETURN NULL;
             END $$",
        )
        .await
        .unwrap();
    }
    for table in TABLES {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            let name = format!("trial_{table}_{event}");
            let trigger = if raw.is_postgres() {
                format!("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION trial_fail()")
            } else {
                format!(
                    "CREATE TRIGGER {name} AFTER {event} ON {table} WHEN (SELECT countdown FROM trial_failure) > 0 BEGIN
                       UPDATE trial_failure SET countdown = countdown - 1;
                       SELECT CASE (SELECT mode FROM trial_failure)
                         WHEN 0 THEN RAISE(ROLLBACK, 'a failure of the trial')
                         WHEN 1 THEN RAISE(ABORT, 'a failure of the trial')
                         ELSE RAISE(FAIL, 'a failure of the trial') END
                       WHERE (SELECT countdown FROM trial_failure) = 0;
                     END"
                )
            };
            raw.run(&trigger).await.unwrap();
        }
    }
}

/// Every row but the trial's own.
async fn records(raw: &Raw) -> Vec<String> {
    everything(raw).await.into_iter().filter(|row| !row.starts_with("trial_failure")).collect()
}

/// Operations that go through the store alone: two kinds also write as a test's set-up does.
fn of_the_store(operation: &Operation) -> bool {
    !matches!(operation, Operation::LogActivity(..) | Operation::LogWithContact(_))
}

/// A card moved to where it is, a contact edited to what it is, a record restored that is not deleted or archived, time that passes.
fn may_change_nothing(operation: &Operation) -> bool {
    use Operation::{
        BringBackCompany, EditContact, MoveDeal, PassTime, RefreshDueContacts, RestoreActivity, RestoreCompany, RestoreContact,
        RestoreDeal, RestoreRemoved,
    };
    matches!(
        operation,
        MoveDeal { .. }
            | EditContact(..)
            | PassTime(_)
            | RefreshDueContacts
            | RestoreCompany(_)
            | BringBackCompany(_)
            | RestoreContact(_)
            | RestoreActivity(_)
            | RestoreDeal(_)
            | RestoreRemoved(_)
    )
}

on_both_databases! {
    async fn a_failing_statement_changes_nothing_and_later_writes_succeed(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let raw = db.raw().await;
        let mut actor_records = ActorRecords::new(&db, actor).await;
        install(&raw).await;
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"any statement of any write fails");
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let random = (operation().prop_filter("the store's own", of_the_store), 1..=LAST_ROW, 0..3_usize);
        let (mut failed, mut done, mut before) = (0, 0, records(&raw).await);
        while failed < trial_size(40, 1_000) {
            let (operation, n, mode) = random.new_tree(&mut runner).unwrap().current();
            db.clock.advance(chrono::TimeDelta::seconds(1));
            arm(&raw, n, mode).await;
            let outcome = actor_records.run(&operation).await;
            let fired = outcome.as_ref().is_some_and(|outcome| matches!(outcome, Err(store::StoreError::Internal | store::StoreError::Unavailable)));
            arm(&raw, 0, 0).await;
            let after = records(&raw).await;
            match outcome {
                None => assert_eq!(before, after, "{operation:?}"),
                Some(Ok(())) => {
                    done += 1;
                    assert!(before != after || may_change_nothing(&operation), "{operation:?}: acknowledged and lost");
                }
                Some(Err(error)) => {
                    assert_eq!(before, after, "{operation:?} failed at row {n} with {error} and left something");
                    failed += usize::from(fired);
                }
            }
            before = after;
        }
        assert!(done > 10, "{done} operations went through");
        assert_counters(&raw).await;
        assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
        if raw.is_postgres() {
            raw.assert_no_idle_transaction().await;
        }
    }
}
