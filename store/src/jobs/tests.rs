//! A job and the change that causes it are in one transaction.

use super::{JobsShown, NewJob};
use crate::{StoreError, common::TestDb, on_both_databases};
use chrono::TimeDelta;
use domain::{
    access::{Entity, Verb},
    jobs::JobState,
};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

on_both_databases! {
    async fn a_job_exists_if_and_only_if_its_transaction_is_committed(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for outcome in [Err(StoreError::Conflict), Ok(())] {
            let done = db.store.write(&actor, Verb::Create, Entity::Company, |tx| {
                Box::pin(async move {
                    let job = NewJob::new("test", json!({})).in_workspace(tx.actor.workspace_id);
                    tx.store().enqueue(&tx.db, job).await?;
                    outcome
                })
            });
            let committed = done.await.is_ok();
            let jobs = db.store.list_jobs(JobsShown::All).await.expect("listed");
            assert_eq!(jobs.len(), usize::from(committed));
            assert_eq!(timeout(Duration::ZERO, db.store.job_enqueued()).await.is_ok(), committed, "only a commit wakes the worker");
            assert!(jobs.iter().all(|job| job.workspace_id == Some(actor.workspace_id) && job.state == JobState::Queued));
        }
    }

    async fn a_lost_lease_changes_nothing(db: TestDb) {
        let (lease, kinds) = (TimeDelta::seconds(60), || vec!["test"]);
        db.store.enqueue_job(NewJob::new("test", json!({ "secret": 1 }))).await.expect("enqueued");
        let take = async || db.store.take_jobs(kinds(), 10, lease).await.expect("taken").into_iter().next();
        let first = take().await.expect("due");
        assert!(take().await.is_none(), "leased");
        db.clock.advance(lease);
        let second = take().await.expect("the lease has ended");
        assert_eq!((first.attempt, second.attempt), (1, 2));
        assert_eq!(db.store.renew_lease(&first, lease).await, Ok(false));
        assert_eq!(db.store.finish_job(&first, &Ok(())).await, Ok(false));
        assert_eq!(db.store.renew_lease(&second, lease).await, Ok(true));
        assert_eq!(db.store.finish_job(&second, &Ok(())).await, Ok(true));
        assert_eq!(db.store.finish_job(&second, &Ok(())).await, Ok(false), "an outcome is written once");
        db.clock.advance(lease);
        assert!(take().await.is_none(), "done");
        let payload = "SELECT CAST(payload AS text) FROM jobs";
        assert_eq!(db.raw().await.column::<String>(payload).await, ["{}"], "nothing is left of the payload");
        assert!(!format!("{first:?}").contains("secret"));
    }
}
