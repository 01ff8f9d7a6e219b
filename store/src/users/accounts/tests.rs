//! The race for the first admin, at the point where it is decided.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use super::AccountOrigin;
use crate::{
    common::{TestDb, register_form},
    on_both_databases,
};
use domain::users::RegisterDraft;
use secrecy::SecretString;
use std::sync::Arc;
use tokio::{sync::Barrier, task::JoinSet};

on_both_databases! {
    /// A11. Hashing lets one registration through at a time, so the passwords here are hashed already: all 20 meet.
    async fn of_20_simultaneous_registrations_one_is_first(db: TestDb) {
        let start = Arc::new(Barrier::new(20));
        let mut racers = JoinSet::new();
        for n in 0..20 {
            let (store, start) = (db.store.clone(), start.clone());
            let RegisterDraft { name, email, .. } = register_form(&format!("racer{n}"), "correct horse battery").parse().unwrap();
            racers.spawn(async move {
                start.wait().await;
                let racer = store.clone();
                store
                    .transaction(move |db| Box::pin(async move { racer.insert_user(db, name, email, SecretString::from("hashed"), &AccountOrigin::Registration { user_agent: None }).await }))
                    .await
            });
        }
        assert!(racers.join_all().await.iter().all(Result::is_ok));
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM users").await, 20);
        assert_eq!(raw.number("SELECT count(*) FROM users WHERE is_platform_admin").await, 1);
    }
}
