//! The workspace's lists of sources and lost reasons.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{deal_lists::DealLists, deals::DealDraft};
use store::StoreError;
use support::{company, deal};

on_both_databases! {
    async fn lists_are_the_workspaces_own_and_deals_keep_what_they_have(db: TestDb) {
        let (_, hung) = db.register("hung").await;
        let (_, outsider) = db.register("outsider").await;
        let store = &db.store;
        assert_eq!(*store.deal_lists(&hung).await.unwrap(), DealLists::of_new_workspace());
        let company_id = store.create_company(&hung, company("Ánh Dương")).await.unwrap();
        let draft = DealDraft { source: Some("Referral".into()), lost_reason: Some("No budget".into()), ..deal("Xe", company_id, "closed-lost", 1) };
        let id = store.create_deal(&hung, draft).await.unwrap();
        let lists = DealLists { sources: vec!["Hội chợ".into(), "\"a\" <b>".into()], lost_reasons: vec![] };
        store.update_deal_lists(&hung, 1, lists.clone()).await.unwrap();
        assert_eq!(store.deal_lists_to_edit(&hung).await.unwrap(), (lists.clone(), 2));
        assert_eq!(store.update_deal_lists(&hung, 1, DealLists::default()).await, Err(StoreError::Conflict));
        // A change of nothing is none.
        store.update_deal_lists(&hung, 2, lists.clone()).await.unwrap();
        assert_eq!(store.deal_lists_to_edit(&hung).await.unwrap().1, 2);
        assert_eq!(*store.deal_lists(&outsider).await.unwrap(), DealLists::of_new_workspace());
        let kept = store.deal(&hung, id).await.unwrap();
        assert_eq!((kept.source.as_deref(), kept.lost_reason.as_deref()), (Some("Referral"), Some("No budget")));
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM audit_log WHERE entity = 'workspace' AND action = 'update'").await, 1);
    }
}
