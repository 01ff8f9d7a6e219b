//! What became of a record that is no longer there, and taking it out of the bin with what it needs.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use common::TestDb;
use domain::{
    access::{Actor, Entity, Role},
    clock::Clock,
    ids::{ActivityId, CompanyId, ContactId, DealId, TagId},
};
use store::{
    Store, StoreError,
    removed::{Removal, RemovedRecord},
    verify_chain,
};
use support::{ALL_SHOWN, About, activity, assert_counters, call, company, contact, deal, everything, member, person, tag};
use uuid::Uuid;

/// An id that no record has.
const NEVER_USED: Uuid = Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001);

/// A company with a contact, a deal, and one activity each with the company, the contact alone and the deal alone.
struct Customer {
    company: CompanyId,
    contact: ContactId,
    deal: DealId,
    with_company: ActivityId,
    with_contact: ActivityId,
    with_deal: ActivityId,
}

async fn customer(db: &TestDb, actor: &Actor) -> Customer {
    let company_id = db.store.create_company(actor, company("Ánh Dương")).await.unwrap();
    let contact_id = contact(db, actor, Some(company_id), "Đức").await;
    let deal_id = db.store.create_deal(actor, deal("Xe tải", company_id, "proposal", 700)).await.unwrap();
    let log = async |subject, about| ActivityId(activity(db, actor, subject, about).await);
    Customer {
        company: company_id,
        contact: contact_id,
        deal: deal_id,
        with_company: log("Gặp", About { company: Some(company_id), ..About::default() }).await,
        with_contact: log("Gọi", About { contact: Some(contact_id), ..About::default() }).await,
        with_deal: log("Báo giá", About { deal: Some(deal_id), ..About::default() }).await,
    }
}

async fn removed(store: &Store, actor: &Actor, id: Uuid) -> RemovedRecord {
    store.removed_record(actor, id).await.unwrap().unwrap()
}

/// How a record went to the bin and what comes with it: its version, the name, whether the actor may restore it.
async fn binned(store: &Store, actor: &Actor, id: Uuid) -> (i64, Option<String>, bool) {
    match removed(store, actor, id).await.removal {
        Removal::Binned { version, comes_with, restorable, .. } => (version, comes_with, restorable),
        other => panic!("{other:?}"),
    }
}

async fn owner_name(store: &Store, actor: &Actor, id: Uuid) -> Option<String> {
    match removed(store, actor, id).await.removal {
        Removal::Binned { owner_name, .. } => owner_name,
        other => panic!("{other:?}"),
    }
}

fn a_second_later(db: &TestDb) -> DateTime<Utc> {
    db.clock.advance(TimeDelta::seconds(1));
    db.clock.now()
}

fn named(name: &str) -> Option<String> {
    Some(name.to_owned())
}

on_both_databases! {
    async fn each_kind_is_found_with_its_name_time_and_user(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: company_id, contact, deal, with_company, .. } = customer(&db, &actor).await;
        for id in [company_id.0, contact.0, deal.0, with_company.0, actor.user_id.0, NEVER_USED] {
            assert_eq!(store.removed_record(&actor, id).await, Ok(None), "still there, or no such record");
        }
        let went = a_second_later(&db);
        store.delete_activity(&actor, with_company, 1).await.unwrap();
        let expected = RemovedRecord {
            entity: Entity::Activity,
            id: with_company.0,
            name: "Gặp".to_owned(),
            removed_at: went,
            removed_by: named("hung"),
            removal: Removal::Binned { version: 2, comes_with: None, restorable: true, owner_name: named("hung") },
        };
        assert_eq!(removed(store, &actor, with_company.0).await, expected);
        a_second_later(&db);
        store.delete_contact(&actor, contact, 1, ALL_SHOWN).await.unwrap();
        let found = removed(store, &actor, contact.0).await;
        assert_eq!((found.entity, found.name.as_str()), (Entity::Contact, "Đức"));
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let went = a_second_later(&db);
        store.delete_company(&lan, company_id, 1, ALL_SHOWN).await.unwrap();
        for (id, entity, name) in [(company_id.0, Entity::Company, "Ánh Dương"), (deal.0, Entity::Deal, "Xe tải")] {
            let found = removed(store, &actor, id).await;
            assert_eq!((found.id, found.entity, found.name.as_str()), (id, entity, name));
            assert_eq!((found.removed_at, found.removed_by), (went, named("lan")));
        }
        assert_eq!(owner_name(store, &actor, company_id.0).await, named("hung"));
        assert_eq!(removed(store, &actor, contact.0).await.removed_by, named("hung"), "it was deleted before");

        db.clock.advance(TimeDelta::days(29));
        assert_eq!(removed(store, &actor, company_id.0).await.removed_at, went);
        db.clock.advance(TimeDelta::days(2));
        for is_purged in [false, true] {
            for (id, name) in [(company_id.0, "Ánh Dương"), (contact.0, "Đức"), (deal.0, "Xe tải"), (with_company.0, "Gặp")] {
                let gone = removed(store, &actor, id).await;
                assert_eq!((gone.name.as_str(), gone.removed_by, gone.removal), (name, None, Removal::Purged { is_expired: true }), "{is_purged}");
                assert!(gone.removed_at > went && gone.removed_at <= db.clock.now());
                assert_eq!(store.restore_removed(&actor, id).await, Err(StoreError::NotFound));
            }
            // The job does it within the hour, and says the same afterwards.
            store.purge_expired_records().await.unwrap();
        }
    }

    async fn a_record_deleted_twice_has_its_latest_removal(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let store = &db.store;
        let id = store.create_contact(&actor, person("Đào", None)).await.unwrap();
        store.delete_contact(&actor, id, 1, ALL_SHOWN).await.unwrap();
        a_second_later(&db);
        assert_eq!(store.restore_removed(&actor, id.0).await, Ok(3));
        assert_eq!(store.removed_record(&actor, id.0).await, Ok(None));
        let went = a_second_later(&db);
        store.delete_contact(&lan, id, 3, ALL_SHOWN).await.unwrap();
        let found = removed(store, &actor, id.0).await;
        assert_eq!((found.removed_at, found.removed_by), (went, named("lan")));
        assert_eq!(binned(store, &actor, id.0).await, (4, None, true));
    }

    async fn a_record_deleted_with_its_company_restores_the_company(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        for asked in 0..6 {
            let these = customer(&db, &actor).await;
            let ids = [these.company.0, these.contact.0, these.deal.0, these.with_company.0, these.with_contact.0, these.with_deal.0];
            a_second_later(&db);
            store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
            for id in ids {
                let first = if id == these.company.0 { None } else { named("Ánh Dương") };
                assert_eq!(binned(store, &actor, id).await, (2, first, true), "{asked}");
            }
            a_second_later(&db);
            for press in ["once", "twice"] {
                assert_eq!(store.restore_removed(&actor, ids[asked]).await, Ok(3), "{asked} {press}");
            }
            for id in ids {
                assert_eq!(store.removed_record(&actor, id).await, Ok(None), "{asked}");
            }
            assert_eq!(store.contact(&actor, these.contact).await.unwrap().company_id, Some(these.company), "{asked}");
            assert_counters(&raw).await;
        }
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn a_deal_deleted_before_its_company_restores_the_company(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let these = customer(&db, &actor).await;
        store.delete_deal(&actor, these.deal, 1).await.unwrap();
        store.delete_activity(&actor, these.with_company, 1).await.unwrap();
        assert_eq!(binned(store, &actor, these.deal.0).await, (2, None, true));
        a_second_later(&db);
        store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(binned(store, &actor, these.deal.0).await, (2, named("Ánh Dương"), true));
        assert_eq!(binned(store, &actor, these.with_company.0).await, (2, named("Ánh Dương"), true));
        a_second_later(&db);
        assert_eq!(store.restore_deal(&actor, these.deal).await, Err(StoreError::Conflict));
        assert_eq!(store.restore_removed(&actor, these.deal.0).await, Ok(3));
        let raw = db.raw().await;
        assert_counters(&raw).await;
        assert_eq!(store.company(&actor, these.company).await.unwrap().version, 3);
        assert_eq!(store.deal(&actor, these.deal).await.unwrap().version, 3);
        assert_eq!(binned(store, &actor, these.with_company.0).await, (2, None, true), "it went by itself and stays there");
        assert_eq!(store.restore_removed(&actor, these.with_company.0).await, Ok(3));
        assert_counters(&raw).await;
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn an_activity_deleted_with_its_contact_restores_the_contact(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let these = customer(&db, &actor).await;
        a_second_later(&db);
        store.delete_contact(&actor, these.contact, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(binned(store, &actor, these.contact.0).await, (2, None, true));
        assert_eq!(binned(store, &actor, these.with_contact.0).await, (2, named("Đức"), true));
        a_second_later(&db);
        assert_eq!(store.restore_removed(&actor, these.with_contact.0).await, Ok(3));
        assert_eq!(store.contact(&actor, these.contact).await.unwrap().version, 3);
        assert_counters(&raw).await;

        // One that was deleted before its contact comes back alone.
        store.delete_activity(&actor, these.with_contact, 3).await.unwrap();
        a_second_later(&db);
        store.delete_contact(&actor, these.contact, 3, ALL_SHOWN).await.unwrap();
        assert_eq!(binned(store, &actor, these.with_contact.0).await, (4, None, true));
        assert_eq!(store.restore_removed(&actor, these.with_contact.0).await, Ok(5));
        assert_eq!(binned(store, &actor, these.contact.0).await, (4, None, true));
        assert_counters(&raw).await;

        // A contact that was deleted before its company comes back without it, and its activity with the contact alone.
        a_second_later(&db);
        store.delete_company(&actor, these.company, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(binned(store, &actor, these.contact.0).await, (4, None, true));
        a_second_later(&db);
        assert_eq!(store.restore_removed(&actor, these.contact.0).await, Ok(5));
        assert_eq!(store.contact(&actor, these.contact).await.unwrap().company_id, None);
        assert_eq!(binned(store, &actor, these.company.0).await, (2, None, true));
        assert_counters(&raw).await;
    }

    async fn restoring_a_live_record_keeps_its_version(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let these = customer(&db, &actor).await;
        let id = store.create_activity(&actor, call("Gọi lại", About { company: Some(these.company), ..About::default() })).await.unwrap();
        let before = everything(&db.raw().await).await;
        for id in [these.company.0, these.contact.0, these.deal.0, id.0] {
            assert_eq!(store.restore_removed(&actor, id).await, Ok(1));
        }
        for id in [NEVER_USED, actor.workspace_id.0] {
            assert_eq!(store.restore_removed(&actor, id).await, Err(StoreError::NotFound));
        }
        assert!(everything(&db.raw().await).await == before, "nothing is written");
    }

    async fn restorable_matches_the_permission_check(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let lan = member(&db, &hung, "lan", Role::Member).await;
        let viewer = member(&db, &hung, "viewer", Role::Viewer).await;
        let these = customer(&db, &hung).await;
        let hers = store.create_deal(&lan, deal("Của Lan", these.company, "proposal", 5)).await.unwrap();
        a_second_later(&db);
        store.delete_company(&hung, these.company, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(binned(store, &viewer, these.deal.0).await, (2, named("Ánh Dương"), false));
        assert_eq!(binned(store, &lan, these.deal.0).await, (2, named("Ánh Dương"), true));
        assert_eq!(owner_name(store, &lan, hers.0).await, named("lan"));
        let before = everything(&raw).await;
        assert_eq!(store.restore_removed(&viewer, these.deal.0).await, Err(StoreError::Denied));

        raw.run(&format!("UPDATE workspaces SET owners_only_edit = true WHERE id = {}", raw.id(hung.workspace_id.0))).await.unwrap();
        let (lan, hung) = (Actor { owners_only_edit: true, ..lan }, Actor { owners_only_edit: true, ..hung });
        for id in [these.company.0, these.deal.0, these.with_contact.0] {
            assert!(!binned(store, &lan, id).await.2);
            assert_eq!(owner_name(store, &lan, id).await, named("hung"));
            assert_eq!(store.restore_removed(&lan, id).await, Err(StoreError::Denied));
        }
        // The deal is hers; the company that has to come back first is not.
        assert!(!binned(store, &lan, hers.0).await.2);
        assert_eq!(owner_name(store, &lan, hers.0).await, named("hung"));
        assert_eq!(store.restore_removed(&lan, hers.0).await, Err(StoreError::Denied));
        assert!(binned(store, &hung, hers.0).await.2, "an owner of the workspace restores every record");
        let switched = |row: &String| !row.starts_with("workspaces:");
        let (before, after) = (before.into_iter().filter(switched), everything(&raw).await.into_iter().filter(switched));
        assert!(after.eq(before), "a denial writes nothing");

        // Her company, with a deal that is his: the company would come back, and goes again as the deal may not.
        let company_of_hers = store.create_company(&lan, company("Bình Minh")).await.unwrap();
        let his = store.create_deal(&hung, deal("Của Hùng", company_of_hers, "proposal", 5)).await.unwrap();
        a_second_later(&db);
        store.delete_company(&lan, company_of_hers, 1, ALL_SHOWN).await.unwrap();
        assert!(!binned(store, &lan, his.0).await.2);
        let before = everything(&raw).await;
        assert_eq!(store.restore_removed(&lan, his.0).await, Err(StoreError::Denied));
        assert!(everything(&raw).await == before, "nothing is restored");
        assert_eq!(store.restore_removed(&hung, his.0).await, Ok(3));
        assert_eq!(store.restore_removed(&lan, company_of_hers.0).await, Ok(3));
        assert_counters(&raw).await;
    }

    async fn a_removed_record_of_another_workspace_is_not_found(db: TestDb) {
        let (_, mine) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        let store = &db.store;
        let these = customer(&db, &mine).await;
        let (one, other) = (store.create_tag(&mine, tag("A")).await.unwrap(), store.create_tag(&mine, tag("B")).await.unwrap());
        store.merge_tags(&mine, one, 1, other).await.unwrap();
        store.delete_tag(&mine, other, 1).await.unwrap();
        store.delete_company(&mine, these.company, 1, ALL_SHOWN).await.unwrap();
        let before = everything(&db.raw().await).await;
        let ids = [these.company.0, these.contact.0, these.deal.0, these.with_company.0, these.with_contact.0, these.with_deal.0, one.0, other.0];
        for id in ids {
            assert!(store.removed_record(&mine, id).await.unwrap().is_some());
            assert_eq!(store.removed_record(&theirs, id).await, Ok(None));
            assert_eq!(store.restore_removed(&theirs, id).await, Err(StoreError::NotFound));
        }
        assert!(everything(&db.raw().await).await == before);
    }

    async fn a_merged_tag_names_its_last_successor(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let admin = member(&db, &actor, "lan", Role::Admin).await;
        let store = &db.store;
        let mut tags = Vec::new();
        for name in ["A", "B", "C", "D"] {
            tags.push(store.create_tag(&actor, tag(name)).await.unwrap());
        }
        let (a, b, c, d) = (tags[0], tags[1], tags[2], tags[3]);
        assert_eq!(store.removed_record(&actor, a.0).await, Ok(None), "still there");
        let merged_into = |into: TagId, name: &str| Removal::Merged { into, name: name.to_owned() };
        let went = a_second_later(&db);
        store.merge_tags(&admin, a, 1, b).await.unwrap();
        let expected = RemovedRecord {
            entity: Entity::Tag,
            id: a.0,
            name: "A".to_owned(),
            removed_at: went,
            removed_by: named("lan"),
            removal: merged_into(b, "B"),
        };
        assert_eq!(removed(store, &actor, a.0).await, expected);
        a_second_later(&db);
        store.merge_tags(&actor, b, 1, c).await.unwrap();
        store.update_tag(&actor, c, 1, tag("Khách quen")).await.unwrap();
        for (id, name) in [(a, "A"), (b, "B")] {
            let found = removed(store, &actor, id.0).await;
            assert_eq!((found.name.as_str(), found.removal), (name, merged_into(c, "Khách quen")), "by its name now");
        }
        assert_eq!(removed(store, &actor, a.0).await.removed_at, went, "when it went itself");
        db.clock.advance(TimeDelta::days(100));
        assert_eq!(removed(store, &actor, a.0).await.removal, merged_into(c, "Khách quen"), "for as long as the log is kept");

        store.delete_tag(&actor, c, 2).await.unwrap();
        for id in [a, b, c] {
            assert_eq!(removed(store, &actor, id.0).await.removal, Removal::Deleted);
            assert_eq!(store.restore_removed(&actor, id.0).await, Err(StoreError::NotFound), "a tag does not come back");
        }
        let found = removed(store, &actor, c.0).await;
        assert_eq!((found.name.as_str(), found.removed_by), ("Khách quen", named("hung")));
        assert_eq!(store.removed_record(&actor, d.0).await, Ok(None));
    }
}
