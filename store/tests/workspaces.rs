//! A workspace's name, currency and time zone.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::{Actor, Role},
    collation::NameOrder,
    contacts::ContactQuery,
    deals::DealDraft,
    ids::CompanyId,
    money::{Currency, Money},
    time_zones::TimeZone,
    workspaces::WorkspaceDraft,
};
use store::{Store, StoreError, verify_chain};
use support::{ALL_SHOWN, company, deal, everything, member, person};

fn draft(name: &str, currency: Currency) -> WorkspaceDraft {
    WorkspaceDraft {
        name: name.to_owned(),
        currency,
        time_zone: TimeZone::from_name("Asia/Tokyo").unwrap(),
        name_order: NameOrder::GivenName,
    }
}

/// A deal whose value is not known.
fn without_value(company_id: CompanyId) -> DealDraft {
    DealDraft { value: None, ..deal("Unknown", company_id, "proposal", 0) }
}

async fn set_currency(store: &Store, actor: &Actor, currency: Currency) -> Result<(), StoreError> {
    let version = store.workspace(actor).await.unwrap().version;
    store.update_workspace(actor, version, draft("Ánh Dương", currency)).await
}

fn is_refused(outcome: &Result<(), StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Invalid(errors)) if errors.get("currency").is_some_and(|message| message.contains("VND") && message.contains("bin")))
}

/// Runs the jobs that are due, as a worker does.
async fn run_jobs(store: &Store) {
    for handler in store::job_handlers().into_iter().filter(|handler| handler.interval.is_none()) {
        for job in store.take_jobs(vec![handler.kind], 10, TimeDelta::minutes(1)).await.unwrap() {
            let outcome = handler.run(store.clone(), job.clone()).await;
            assert_eq!(outcome, Ok(()));
            assert!(store.finish_job(&job, &outcome).await.unwrap());
        }
    }
}

async fn contacts_in_order(store: &Store, actor: &Actor) -> Vec<String> {
    store.contacts(actor, &ContactQuery::default()).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

on_both_databases! {
    async fn contacts_are_sorted_by_given_name_or_as_written(db: TestDb) {
        let (store, (_, owner)) = (&db.store, db.register("hung").await);
        let (_, other) = db.register("lan").await;
        let company_id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let mut ids = Vec::new();
        for name in ["Trần Thị An", "Đỗ Văn Bình", "Bùi Chi"] {
            ids.push(store.create_contact(&owner, person(name, Some(company_id))).await.unwrap());
            store.create_contact(&other, person(name, None)).await.unwrap();
        }
        let written = ["Bùi Chi", "Đỗ Văn Bình", "Trần Thị An"];
        let by_given_name = ["Trần Thị An", "Đỗ Văn Bình", "Bùi Chi"];
        assert_eq!(contacts_in_order(store, &owner).await, by_given_name);
        for (version, order, expected) in [(1, NameOrder::AsWritten, written), (2, NameOrder::GivenName, by_given_name), (3, NameOrder::AsWritten, written)] {
            store.update_workspace(&owner, version, WorkspaceDraft { name_order: order, ..draft("Ánh Dương", Currency::Vnd) }).await.unwrap();
            run_jobs(store).await;
            assert_eq!(contacts_in_order(store, &owner).await, expected);
            assert_eq!(contacts_in_order(store, &other).await, by_given_name, "another workspace’s stay");
        }
        // What is written afterwards has the workspace's order.
        store.create_contact(&owner, person("Cao Ân", Some(company_id))).await.unwrap();
        store.update_contact(&owner, ids[0], 1, person("Ung Thị An", Some(company_id))).await.unwrap();
        store.delete_contact(&owner, ids[1], 1, ALL_SHOWN).await.unwrap();
        store.restore_contact(&owner, ids[1]).await.unwrap();
        assert_eq!(contacts_in_order(store, &owner).await, ["Bùi Chi", "Cao Ân", "Đỗ Văn Bình", "Ung Thị An"]);
        let key = format!("SELECT count(*) FROM contacts WHERE workspace_id = {} AND sort_key = ''", db.raw().await.id(owner.workspace_id.0));
        assert_eq!(db.raw().await.number(&key).await, 0);
    }

    async fn an_owner_sets_name_currency_and_zone(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        db.store.update_workspace(&owner, 1, draft("Ánh Dương", Currency::Usd)).await.unwrap();
        let workspace = db.store.workspace(&owner).await.unwrap();
        assert_eq!((workspace.name.as_str(), workspace.currency.as_str(), workspace.time_zone.as_str()), ("Ánh Dương", "USD", "Asia/Tokyo"));
        assert_eq!(workspace.version, 2);
        let noted: Vec<String> = db.raw().await.column("SELECT after FROM audit_log WHERE action = 'update'").await;
        assert_eq!(noted, [r#"{"currency":"USD","name":"Ánh Dương","time_zone":"Asia/Tokyo"}"#]);
        assert!(verify_chain(&db.store, owner.workspace_id).await.unwrap().is_none());

        let before = everything(&db.raw().await).await;
        assert_eq!(db.store.update_workspace(&owner, 1, draft("Bình Minh", Currency::Usd)).await, Err(StoreError::Conflict));
        db.store.update_workspace(&owner, 2, draft("Ánh Dương", Currency::Usd)).await.unwrap();
        let admin = Actor { role: Role::Admin, ..owner };
        assert_eq!(db.store.update_workspace(&admin, 2, draft("Bình Minh", Currency::Usd)).await, Err(StoreError::Denied));
        assert!(everything(&db.raw().await).await == before, "an older version, no change, a role that may not");
    }

    async fn the_currency_is_fixed_while_a_deal_has_a_value(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        let id = db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        let theirs = db.store.create_company(&other, company("Bình Minh")).await.unwrap();
        db.store.create_deal(&other, deal("Theirs", theirs, "proposal", 100)).await.unwrap();
        db.store.create_deal(&owner, without_value(id)).await.unwrap();
        set_currency(&db.store, &owner, Currency::Eur).await.unwrap();
        set_currency(&db.store, &owner, Currency::Vnd).await.unwrap();
        assert!(!db.store.has_deal_values(&owner).await.unwrap());

        // Nought is a value.
        let free = db.store.create_deal(&owner, deal("Free", id, "closed-won", 0)).await.unwrap();
        assert!(is_refused(&set_currency(&db.store, &owner, Currency::Eur).await));
        db.store.delete_deal(&owner, free, 1).await.unwrap();
        assert!(is_refused(&set_currency(&db.store, &owner, Currency::Eur).await), "in the bin it still has one");
        assert!(db.store.has_deal_values(&owner).await.unwrap());
        db.store.restore_deal(&owner, free).await.unwrap();
        let version = db.raw().await.number("SELECT CAST(version AS bigint) FROM deals WHERE name = 'Free'").await;
        db.store.update_deal(&owner, free, version, DealDraft { value: None, ..deal("Free", id, "closed-won", 0) }).await.unwrap();
        set_currency(&db.store, &owner, Currency::Eur).await.unwrap();

        // The name can always change.
        db.store.create_deal(&owner, deal("Xe", id, "proposal", 100)).await.unwrap();
        let version = db.store.workspace(&owner).await.unwrap().version;
        db.store.update_workspace(&owner, version, draft("Tên mới", Currency::Eur)).await.unwrap();
    }

    /// The check and the change are one transaction: no deal gets a value in between.
    async fn a_deal_made_at_the_same_time_is_in_the_new_currency_or_holds_the_old_one(db: TestDb) {
        let raw = db.raw().await;
        for round in 0..common::trial_size(10, 100) {
            let (_, owner) = db.register(&format!("hung{round}")).await;
            let id = db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
            let draft = DealDraft { value: Some(Money::from_hundredths(100)), ..without_value(id) };
            let (created, changed) = tokio::join!(db.store.create_deal(&owner, draft), set_currency(&db.store, &owner, Currency::Usd));
            created.unwrap();
            let of = |entity: &str| {
                format!("SELECT CAST(MAX(seq) AS bigint) FROM audit_log WHERE entity = '{entity}' AND workspace_id = {}", raw.id(owner.workspace_id.0))
            };
            let (workspace, deal) = (raw.number(&of("workspace")).await, raw.number(&of("deal")).await);
            match changed {
                Ok(()) => assert!(workspace < deal, "round {round}: changed after a deal had a value"),
                refused => assert!(is_refused(&refused) && deal > workspace, "round {round}: {refused:?}"),
            }
        }
    }

    async fn members_of_other_roles_change_nothing_of_it(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        for role in [Role::Viewer, Role::Member, Role::Admin] {
            let actor = member(&db, &owner, role.slug(), role).await;
            let before = everything(&db.raw().await).await;
            // The session may be older than the role.
            for claim in [actor, Actor { role: Role::Owner, ..actor }] {
                assert_eq!(db.store.update_workspace(&claim, 1, draft("Theirs", Currency::Vnd)).await, Err(StoreError::Denied), "{role:?}");
            }
            assert!(everything(&db.raw().await).await == before);
        }
    }
}
