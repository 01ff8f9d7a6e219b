//! One change to many deals: each held to its version and owner, all in one transaction.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Role},
    deals::{BulkChange, DealFilter, Placement, SelectedDeal},
    ids::{CompanyId, DealId, TagId, UserId},
};
use store::{
    FieldChange, StoreError,
    deals::{BulkOutcome, DealChange, SkippedDeal},
    verify_chain,
};
use support::{assert_counters, company, deal, everything, member, names_in, tag, to};
use uuid::Uuid;

const NOT_THERE: Uuid = Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001);

async fn three_deals(db: &TestDb, actor: &Actor) -> (CompanyId, [DealId; 3]) {
    let id = db.store.create_company(actor, company("Ánh Dương")).await.unwrap();
    let mut deals = [DealId(NOT_THERE); 3];
    for (place, name) in deals.iter_mut().zip(["c", "b", "a"]) {
        *place = db.store.create_deal(actor, deal(name, id, "proposal", 101)).await.unwrap();
    }
    deals.reverse();
    (id, deals)
}

fn selected(id: DealId, version: i64) -> SelectedDeal {
    SelectedDeal { id, version }
}

fn stage(slug: &str) -> BulkChange {
    BulkChange::Stage { stage: slug.to_owned(), lost_reason: None }
}

on_both_databases! {
    async fn changeable_deals_are_changed_and_the_rest_are_skipped(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (_, [a, b, c]) = three_deals(&db, &actor).await;
        store.move_deal(&actor, &to(b, 1, "proposal", Placement::Bottom)).await.unwrap();
        let chosen = vec![selected(a, 1), selected(b, 1), selected(c, 1), selected(DealId(NOT_THERE), 1)];
        let done = store.change_deals(&actor, chosen, stage("negotiation")).await.unwrap();
        let refused = |name: Option<&str>, reason| SkippedDeal { name: name.map(str::to_owned), reason };
        let expected = vec![refused(Some("b"), StoreError::Conflict), refused(None, StoreError::NotFound)];
        assert_eq!(done, BulkOutcome { changed: 2, skipped: expected });
        assert_eq!(names_in(store, &actor, "negotiation").await, ["a", "c"], "in the order they had");
        assert_eq!(names_in(store, &actor, "proposal").await, ["b"]);
        assert_eq!(store.deal(&actor, a).await.unwrap().probability, 75);
        assert_counters(&db.raw().await).await;
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));

        // Sent twice, the second finds other versions.
        let again = store.change_deals(&actor, vec![selected(a, 1), selected(c, 1)], stage("negotiation")).await.unwrap();
        assert_eq!((again.changed, again.skipped.len()), (0, 2));
        let deleted = store.change_deals(&actor, vec![selected(a, 2), selected(b, 2)], BulkChange::Delete).await.unwrap();
        assert_eq!(deleted, BulkOutcome { changed: 2, skipped: vec![] });
        assert_eq!(store.deal(&actor, a).await, Err(StoreError::NotFound));
        assert_counters(&db.raw().await).await;
    }

    async fn a_lost_stage_without_a_reason_changes_no_deal(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, [a, b, _]) = three_deals(&db, &actor).await;
        let before = everything(&db.raw().await).await;
        let refused = db.store.change_deals(&actor, vec![selected(a, 1), selected(b, 1)], stage("closed-lost")).await;
        assert_eq!(refused, Err(StoreError::field("lost_reason", "Say why it was lost")));
        assert_eq!(db.store.change_deals(&actor, vec![selected(a, 1)], stage("none")).await, Err(StoreError::field("stage", "Choose a stage")));
        assert_eq!(everything(&db.raw().await).await, before);
        let why = BulkChange::Stage { stage: "closed-lost".into(), lost_reason: Some("Giá cao".into()) };
        assert_eq!(db.store.change_deals(&actor, vec![selected(a, 1), selected(b, 1)], why).await.unwrap().changed, 2);
        let lost = db.store.deal(&actor, b).await.unwrap();
        assert_eq!((lost.lost_reason.as_deref(), lost.closed_at.is_some()), (Some("Giá cao"), true));
    }

    async fn a_new_owner_is_a_member_and_the_history_names_both_owners(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let (_, [a, _, _]) = three_deals(&db, &actor).await;
        for nobody in [outsider.user_id, UserId(NOT_THERE)] {
            let refused = db.store.change_deals(&actor, vec![selected(a, 1)], BulkChange::Owner(nobody)).await;
            assert_eq!(refused, Err(StoreError::field("owner_id", domain::members::OWNER_UNKNOWN)));
        }
        db.store.change_deals(&actor, vec![selected(a, 1)], BulkChange::Owner(lan.user_id)).await.unwrap();
        let deal = db.store.deal(&actor, a).await.unwrap();
        assert_eq!((deal.owner_name.as_str(), deal.version), ("lan", 2));
        let latest = db.store.deal_history(&actor, a).await.unwrap().swap_remove(0);
        assert_eq!(latest.change, DealChange::Field(FieldChange { field: "owner".into(), is_custom: false, from: Some("hung".into()), to: Some("lan".into()) }));
        assert_eq!(latest.actor_name.as_deref(), Some("hung"));
        let again = db.store.change_deals(&actor, vec![selected(a, 2)], BulkChange::Owner(lan.user_id)).await.unwrap();
        assert_eq!((again.changed, db.store.deal(&actor, a).await.unwrap().version), (1, 2), "it is as asked for, and not written");
    }

    async fn under_owners_only_edit_members_change_only_their_own_deals(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let (id, [a, _, _]) = three_deals(&db, &owner).await;
        let mine = db.store.create_deal(&lan, deal("mine", id, "proposal", 7)).await.unwrap();
        let raw = db.raw().await;
        raw.run(&format!("UPDATE workspaces SET owners_only_edit = true WHERE id = {}", raw.id(owner.workspace_id.0))).await.unwrap();
        for change in [stage("negotiation"), BulkChange::Delete] {
            let version = db.store.deal(&lan, mine).await.unwrap().version;
            let done = db.store.change_deals(&lan, vec![selected(a, 1), selected(mine, version)], change).await.unwrap();
            assert_eq!(done, BulkOutcome { changed: 1, skipped: vec![SkippedDeal { name: Some("a".into()), reason: StoreError::Denied }] });
        }
        assert_counters(&raw).await;
    }

    async fn tags_are_added_to_and_removed_from_many_deals(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let theirs = db.store.create_tag(&outsider, tag("Lớn")).await.unwrap();
        let big = db.store.create_tag(&actor, tag("Lớn")).await.unwrap();
        let (_, [a, b, _]) = three_deals(&db, &actor).await;
        for nothing in [theirs, TagId(NOT_THERE)] {
            let refused = db.store.change_deals(&actor, vec![selected(a, 1)], BulkChange::AddTag(nothing)).await;
            assert_eq!(refused, Err(StoreError::field("tag", "Choose a tag from the list")));
        }
        db.store.change_deals(&actor, vec![selected(a, 1), selected(b, 1)], BulkChange::AddTag(big)).await.unwrap();
        let filter = DealFilter { tag: vec![big], ..DealFilter::default() };
        assert_eq!(db.store.board(&actor, &filter).await.unwrap().open_count, 2);
        db.store.change_deals(&actor, vec![selected(a, 2)], BulkChange::AddTag(big)).await.unwrap();
        assert_eq!(db.store.deal(&actor, a).await.unwrap().version, 2, "it had it already");
        db.store.change_deals(&actor, vec![selected(a, 2)], BulkChange::RemoveTag(big)).await.unwrap();
        assert_eq!(db.store.board(&actor, &filter).await.unwrap().open_count, 1);
        let carried = db.raw().await.number("SELECT CAST(SUM(deals) AS bigint) FROM tag_counters").await;
        assert_eq!(carried, 1, "the tag's own page counts the same");
    }

    async fn deals_of_another_workspace_are_skipped_as_not_found(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let (_, [a, b, c]) = three_deals(&db, &actor).await;
        let raw = db.raw().await;
        let before: Vec<String> = everything(&raw).await.into_iter().filter(|row| row.starts_with("deals:")).collect();
        for change in [stage("negotiation"), BulkChange::Owner(outsider.user_id), BulkChange::Delete] {
            let done = db.store.change_deals(&outsider, vec![selected(a, 1), selected(b, 1), selected(c, 1)], change).await.unwrap();
            assert_eq!(done.changed, 0);
            assert!(done.skipped.iter().all(|skipped| skipped.name.is_none() && skipped.reason == StoreError::NotFound));
        }
        assert_eq!(db.store.deal_names(&outsider, &[selected(a, 1), selected(b, 1)]).await, Ok(vec![]));
        assert_eq!(db.store.deal_names(&actor, &[selected(b, 1), selected(a, 1)]).await, Ok(vec!["b".to_owned(), "a".to_owned()]));
        let after: Vec<String> = everything(&raw).await.into_iter().filter(|row| row.starts_with("deals:")).collect();
        assert_eq!(after, before);
    }
}
