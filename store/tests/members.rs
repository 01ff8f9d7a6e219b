//! Members: who may change and remove whom, what becomes of records, and one owner at every time.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{Raw, TestDb, trial_size};
use domain::{
    access::{Actor, Role},
    activities::ActivityDraft,
    companies::CompanyDraft,
    contacts::ContactDraft,
    deals::DealDraft,
    ids::UserId,
    members::{RecordsGoTo, assignable_roles, may_manage},
    workspaces::{EndForm, Switches},
};
use std::time::Duration;
use store::{Store, StoreError, demo::SeedCounts, verify_chain};
use support::{About, activity, assert_counters, assert_unbroken, call, company, deal, everything, member, person};

async fn owners(raw: &Raw, actor: &Actor) -> i64 {
    raw.number(&format!(
        "SELECT count(*) FROM memberships WHERE role = 'owner' AND removed_at IS NULL AND workspace_id = {}",
        raw.id(actor.workspace_id.0)
    ))
    .await
}

async fn role_of(store: &Store, owner: &Actor, user: UserId) -> Option<Role> {
    store.members(owner).await.unwrap().into_iter().find(|member| member.user_id == user).map(|member| member.role)
}

/// Owners of the rows of a table.
async fn owned_by(raw: &Raw, table: &str, user: UserId) -> i64 {
    raw.number(&format!("SELECT count(*) FROM {table} WHERE owner_id = {}", raw.id(user.0))).await
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

on_both_databases! {
    async fn each_role_changes_and_removes_those_below_and_gives_no_more_than_it_has(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let raw = db.raw().await;
        let admin = member(&db, &owner, "admin", Role::Admin).await;
        let plain = member(&db, &owner, "plain", Role::Member).await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        for actor in [owner, admin, plain, viewer] {
            for before in [Role::Viewer, Role::Member, Role::Admin, Role::Owner] {
                for after in Role::ALL {
                    let name = format!("{}-{}-{}", actor.role.slug(), before.slug(), after.slug());
                    let target = if before == Role::Owner { owner } else { member(&db, &owner, &name, before).await };
                    let untouched = everything(&raw).await;
                    let outcome = db.store.change_role(&actor, target.user_id, after).await;
                    if target.user_id != actor.user_id && may_manage(actor.role, before) && assignable_roles(actor.role).contains(&after) {
                        assert_eq!(outcome, Ok(()), "{name}");
                        assert_eq!(role_of(&db.store, &owner, target.user_id).await, Some(after), "{name}");
                    } else {
                        assert_eq!(outcome, Err(StoreError::Denied), "{name}");
                        assert!(everything(&raw).await == untouched, "{name} wrote");
                    }
                }
                let name = format!("{}-removes-{}", actor.role.slug(), before.slug());
                let target = if before == Role::Owner { owner } else { member(&db, &owner, &name, before).await };
                let outcome = db.store.remove_member(&actor, target.user_id, RecordsGoTo::Nobody).await;
                let may = target.user_id != actor.user_id && may_manage(actor.role, before);
                assert_eq!(outcome, if may { Ok(()) } else { Err(StoreError::Denied) }, "{name}");
                assert_eq!(role_of(&db.store, &owner, target.user_id).await, (!may).then_some(before), "{name}");
            }
        }
        assert_eq!(owners(&raw, &owner).await, 1);
        assert_eq!(verify_chain(&db.store, owner.workspace_id).await.unwrap(), None);
    }

    async fn users_of_other_workspaces_are_no_members(db: TestDb) {
        let ((_, owner), (_, other)) = (db.register("owner").await, db.register("other").await);
        let gone = member(&db, &owner, "gone", Role::Member).await;
        db.store.remove_member(&owner, gone.user_id, RecordsGoTo::Nobody).await.unwrap();
        let before = everything(&db.raw().await).await;
        for user in [other.user_id, gone.user_id, UserId(owner.workspace_id.0)] {
            assert_eq!(db.store.change_role(&owner, user, Role::Admin).await, Err(StoreError::NotFound));
            assert_eq!(db.store.remove_member(&owner, user, RecordsGoTo::Nobody).await, Err(StoreError::NotFound));
            assert_eq!(db.store.hand_over_workspace(&owner, user).await, Err(StoreError::NotFound));
            assert_eq!(db.store.member(&owner, user).await, Err(StoreError::NotFound));
        }
        assert!(everything(&db.raw().await).await == before);
        // What they claim to be is read anew.
        for claim in [gone, Actor { role: Role::Owner, ..gone }] {
            assert_eq!(db.store.leave_workspace(&claim, RecordsGoTo::Nobody).await, Err(StoreError::Denied));
        }
    }

    async fn the_owner_hands_over_and_goes_then(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let raw = db.raw().await;
        let heir = member(&db, &owner, "heir", Role::Viewer).await;
        let refused = db.store.leave_workspace(&owner, RecordsGoTo::Nobody).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
        assert_eq!(db.store.hand_over_workspace(&owner, owner.user_id).await, Err(StoreError::Conflict));
        assert_eq!(db.store.hand_over_workspace(&Actor { role: Role::Owner, ..heir }, heir.user_id).await, Err(StoreError::Denied));
        db.store.hand_over_workspace(&owner, heir.user_id).await.unwrap();
        assert_eq!(role_of(&db.store, &owner, heir.user_id).await, Some(Role::Owner));
        assert_eq!(role_of(&db.store, &owner, owner.user_id).await, Some(Role::Admin));
        assert_eq!(db.store.hand_over_workspace(&owner, heir.user_id).await, Err(StoreError::Denied), "an admin by now");
        db.store.leave_workspace(&owner, RecordsGoTo::Nobody).await.unwrap();
        assert_eq!(owners(&raw, &owner).await, 1);
        assert_eq!(db.store.members(&heir).await.unwrap().len(), 1);
        assert_eq!(verify_chain(&db.store, owner.workspace_id).await.unwrap(), None);
    }

    /// Hand-overs, role changes and removals at the same time, from both sides.
    async fn there_is_exactly_one_owner_whatever_races(db: TestDb) {
        let raw = db.raw().await;
        for round in 0..trial_size(8, 60) {
            let (_, owner) = db.register(&format!("owner{round}")).await;
            let one = member(&db, &owner, &format!("one{round}"), Role::Admin).await;
            let two = member(&db, &owner, &format!("two{round}"), Role::Admin).await;
            let (store, as_owner) = (&db.store, |actor: Actor| Actor { role: Role::Owner, ..actor });
            let (one_as_owner, once_owner) = (as_owner(one), owner);
            let outcomes = tokio::join!(
                store.hand_over_workspace(&owner, one.user_id),
                store.hand_over_workspace(&owner, two.user_id),
                store.remove_member(&owner, one.user_id, RecordsGoTo::Nobody),
                store.change_role(&one_as_owner, once_owner.user_id, Role::Viewer),
                store.leave_workspace(&one, RecordsGoTo::Nobody),
                store.hand_over_workspace(&one_as_owner, two.user_id),
            );
            assert_eq!(owners(&raw, &owner).await, 1, "round {round}: {outcomes:?}");
            assert_eq!(verify_chain(store, owner.workspace_id).await.unwrap(), None);
        }
        let (_, owner) = db.register("last").await;
        let second = member(&db, &owner, "second", Role::Admin).await;
        let refused = raw.run(&format!("UPDATE memberships SET role = 'owner' WHERE user_id = {} AND workspace_id = {}", raw.id(second.user_id.0), raw.id(owner.workspace_id.0))).await;
        assert!(refused.is_err(), "nor does the database take a second one");
    }

    async fn records_stay_or_go_to_whom_was_said(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let raw = db.raw().await;
        let stays = member(&db, &owner, "stays", Role::Member).await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        for (name, to) in [("nobody", RecordsGoTo::Nobody), ("heir", RecordsGoTo::Member(stays.user_id))] {
            let gone = member(&db, &owner, name, Role::Member).await;
            let id = db.store.create_company(&gone, company(name)).await.unwrap();
            db.store.create_contact(&gone, person("An", Some(id))).await.unwrap();
            let deal = db.store.create_deal(&gone, deal("Xe", id, "proposal", 100)).await.unwrap();
            activity(&db, &gone, "Call", About { company: Some(id), ..About::default() }).await;
            let binned = db.store.create_company(&gone, company("Binned")).await.unwrap();
            db.store.delete_company(&gone, binned, 1, support::ALL_SHOWN).await.unwrap();
            assert_eq!(db.store.owned_records(&owner, gone.user_id).await, Ok(5));
            let before = everything(&raw).await;
            for wrong in [viewer.user_id, gone.user_id, UserId(id.0)] {
                let refused = db.store.remove_member(&owner, gone.user_id, RecordsGoTo::Member(wrong)).await;
                assert!(matches!(&refused, Err(StoreError::Invalid(errors)) if errors.get("records_to").is_some()), "{refused:?}");
            }
            assert!(everything(&raw).await == before);
            db.store.remove_member(&owner, gone.user_id, to).await.unwrap();
            let kept = if to == RecordsGoTo::Nobody { gone.user_id } else { stays.user_id };
            for (table, rows) in [("companies", 2), ("contacts", 1), ("deals", 1), ("activities", 1)] {
                assert_eq!(owned_by(&raw, table, kept).await, rows, "{table} of {name}");
            }
            let detail = db.store.deal(&owner, deal).await.unwrap();
            assert_eq!((detail.owner_id, detail.owner_name.as_str()), (kept, if to == RecordsGoTo::Nobody { name } else { "stays" }));
        }
        assert_counters(&raw).await;
        assert_unbroken(&raw).await;
        assert_eq!(verify_chain(&db.store, owner.workspace_id).await.unwrap(), None);
    }

    async fn locked_activities_keep_their_owner(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let raw = db.raw().await;
        let gone = member(&db, &owner, "gone", Role::Member).await;
        activity(&db, &gone, "Call", About::default()).await;
        db.store.create_company(&gone, company("Ánh Dương")).await.unwrap();
        db.store.set_switches(&owner, 1, Switches { lock_activities: true, owners_only_edit: false }).await.unwrap();
        db.store.remove_member(&owner, gone.user_id, RecordsGoTo::Member(owner.user_id)).await.unwrap();
        assert_eq!((owned_by(&raw, "activities", gone.user_id).await, owned_by(&raw, "companies", gone.user_id).await), (1, 0));
    }

    async fn a_form_gives_a_record_to_a_member_who_may_own_it(db: TestDb) {
        let (store, (_, owner)) = (&db.store, db.register("owner").await);
        let raw = db.raw().await;
        let plain = member(&db, &owner, "plain", Role::Member).await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        let (_, stranger) = db.register("stranger").await;
        let of = |user: UserId| Some(user);
        let company_of = |owner_id| CompanyDraft { owner_id, ..company("Ánh Dương") };
        for wrong in [viewer.user_id, stranger.user_id, UserId(owner.workspace_id.0)] {
            let refused = store.create_company(&owner, company_of(of(wrong))).await;
            assert!(matches!(&refused, Err(StoreError::Invalid(errors)) if errors.get("owner_id").is_some()), "{refused:?}");
        }
        let id = store.create_company(&owner, company_of(of(plain.user_id))).await.unwrap();
        let contact = store.create_contact(&owner, ContactDraft { owner_id: of(plain.user_id), ..person("An", Some(id)) }).await.unwrap();
        let deal_id = store.create_deal(&owner, DealDraft { owner_id: of(plain.user_id), ..deal("Xe", id, "proposal", 100) }).await.unwrap();
        let about = About { company: Some(id), ..About::default() };
        let call_id = store.create_activity(&owner, ActivityDraft { owner_id: of(plain.user_id), ..call("Call", about) }).await.unwrap();
        for table in ["companies", "contacts", "deals", "activities"] {
            assert_eq!(owned_by(&raw, table, plain.user_id).await, 1, "{table}");
        }
        // Without a choice the owner stays; with one it changes, as any other field.
        store.update_company(&owner, id, 1, CompanyDraft { notes: Some("x".to_owned()), ..company_of(None) }).await.unwrap();
        assert_eq!(store.company(&owner, id).await.unwrap().owner_id, plain.user_id);
        store.update_company(&owner, id, 2, CompanyDraft { notes: Some("x".to_owned()), ..company_of(of(owner.user_id)) }).await.unwrap();
        assert_eq!(store.company(&owner, id).await.unwrap().owner_id, owner.user_id);
        assert_eq!(store.update_company(&owner, id, 2, company_of(of(plain.user_id))).await, Err(StoreError::Conflict));
        store.update_contact(&owner, contact, 1, ContactDraft { owner_id: of(owner.user_id), ..person("An", Some(id)) }).await.unwrap();
        let history = store.contact_history(&owner, contact).await.unwrap();
        let change = &history[0].changes[0];
        assert_eq!((change.field.as_str(), change.from.as_deref(), change.to.as_deref()), ("owner", Some("plain"), Some("owner")));
        store.update_deal(&owner, deal_id, 1, DealDraft { owner_id: of(owner.user_id), ..deal("Xe", id, "proposal", 100) }).await.unwrap();
        assert_eq!(store.deal(&owner, deal_id).await.unwrap().owner_id, owner.user_id);
        // The author stays, whoever owns the activity, and through every way an owner changes.
        let authors = async || { let found = store.activity(&owner, call_id).await.unwrap(); (found.owner_name, found.author_name) };
        let both = |owner: &str, author: &str| (owner.to_owned(), author.to_owned());
        assert_eq!(authors().await, both("plain", "owner"));
        let heir = member(&db, &owner, "heir", Role::Member).await;
        store.remove_member(&owner, plain.user_id, RecordsGoTo::Member(heir.user_id)).await.unwrap();
        assert_eq!(authors().await, both("heir", "owner"));
        store.update_activity(&owner, call_id, 2, ActivityDraft { owner_id: of(owner.user_id), ..call("Call", about) }).await.unwrap();
        assert_eq!(authors().await, both("owner", "owner"));
        // Somebody who has gone can stay the owner, and can't become it.
        let left = store.create_company(&heir, company("Theirs")).await.unwrap();
        store.remove_member(&owner, heir.user_id, RecordsGoTo::Nobody).await.unwrap();
        let kept = CompanyDraft { owner_id: of(heir.user_id), notes: Some("y".to_owned()), ..company("Theirs") };
        store.update_company(&owner, left, 1, kept).await.unwrap();
        assert!(store.update_company(&owner, id, 3, company_of(of(heir.user_id))).await.is_err());
        assert_counters(&raw).await;
        assert_eq!(verify_chain(store, owner.workspace_id).await.unwrap(), None);
    }

    /// Who is to have the rest goes, or may only read, before the job runs; the workspace may end meanwhile.
    async fn what_an_heir_cannot_have_goes_to_the_workspaces_owner(db: TestDb) {
        let raw = db.raw().await;
        for (n, ends) in ["leaves", "reads", "ended"].into_iter().enumerate() {
            let (_, owner) = db.register(&format!("owner{n}")).await;
            let gone = member(&db, &owner, &format!("gone{n}"), Role::Member).await;
            let heir = member(&db, &owner, &format!("heir{n}"), Role::Member).await;
            db.store.seed_bulk(&gone, SeedCounts { companies: 250, contacts: 0, deals: 0, activities: 0, tasks: 0 }).await.unwrap();
            db.store.remove_member(&owner, gone.user_id, RecordsGoTo::Member(heir.user_id)).await.unwrap();
            match ends {
                "leaves" => db.store.leave_workspace(&heir, RecordsGoTo::Nobody).await.unwrap(),
                "reads" => db.store.change_role(&owner, heir.user_id, Role::Viewer).await.unwrap(),
                _ => drop(db.store.end_workspace(&owner, EndForm { name: format!("owner{n}’s workspace") }).await.unwrap()),
            }
            run_jobs(&db.store).await;
            assert_eq!(owned_by(&raw, "companies", gone.user_id).await, 0, "{ends}");
            let rest_of = if ends == "ended" { heir.user_id } else { owner.user_id };
            assert!(owned_by(&raw, "companies", rest_of).await >= 50, "{ends}");
            assert_eq!(verify_chain(&db.store, owner.workspace_id).await.unwrap(), None);
        }
    }

    /// More than one batch of each kind: the rest is a job's, which may be interrupted and done again.
    async fn a_large_number_of_records_is_handed_over_in_batches(db: TestDb) {
        let (_, owner) = db.register("owner").await;
        let raw = db.raw().await;
        let gone = member(&db, &owner, "gone", Role::Member).await;
        db.store.seed_bulk(&gone, SeedCounts { companies: 450, contacts: 210, deals: 401, activities: 199, tasks: 0 }).await.unwrap();
        let seeded = db.store.owned_records(&owner, gone.user_id).await.unwrap();
        assert_eq!(seeded, 450 + 210 + 401 + 199);
        db.store.remove_member(&owner, gone.user_id, RecordsGoTo::Member(owner.user_id)).await.unwrap();
        let left = db.store.owned_records(&owner, gone.user_id).await.unwrap();
        assert!(left > 0 && left < seeded, "{left} of {seeded}");
        // Somebody else writes meanwhile.
        let writes = async {
            for n in 0..5 {
                tokio::time::timeout(Duration::from_secs(5), db.store.create_company(&owner, company(&format!("Meanwhile {n}")))).await.unwrap().unwrap();
            }
        };
        tokio::join!(run_jobs(&db.store), writes);
        assert_eq!(db.store.owned_records(&owner, gone.user_id).await, Ok(0));
        for table in ["companies", "contacts", "deals", "activities"] {
            assert_eq!(owned_by(&raw, table, gone.user_id).await, 0, "{table}");
        }
        let noted = raw.number("SELECT count(*) FROM audit_log WHERE action = 'update' AND after LIKE '%owner_id%'").await;
        assert_eq!(noted, i64::try_from(seeded).unwrap(), "each has its row in the log");
        assert_counters(&raw).await;
        assert_eq!(verify_chain(&db.store, owner.workspace_id).await.unwrap(), None);
    }
}
