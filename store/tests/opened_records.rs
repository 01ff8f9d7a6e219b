//! Records by their ids: in the given order, with their present names, none of another workspace and none in the bin.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Role},
    search::SearchKind,
};
use store::Store;
use support::{ALL_SHOWN, About, call, company, deal, member, person};
use uuid::Uuid;

async fn names(store: &Store, actor: &Actor, asked: &[(SearchKind, Uuid)]) -> Vec<String> {
    store.opened_records(actor, asked).await.unwrap().into_iter().map(|record| record.name).collect()
}

on_both_databases! {
    async fn what_is_there_is_named_in_order(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let north = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let lan = store.create_contact(&actor, person("Lan", Some(north))).await.unwrap();
        let alone = store.create_contact(&actor, person("Minh", None)).await.unwrap();
        let truck = store.create_deal(&actor, deal("Xe tải", north, "proposal", 100)).await.unwrap();
        let talk = store.create_activity(&actor, call("Báo giá", About { company: Some(north), ..About::default() })).await.unwrap();
        let asked = [
            (SearchKind::Activities, talk.0),
            (SearchKind::Contacts, alone.0),
            (SearchKind::Companies, north.0),
            (SearchKind::Deals, truck.0),
            (SearchKind::Contacts, lan.0),
            // Another kind's id, and one that was never used.
            (SearchKind::Deals, north.0),
            (SearchKind::Tags, north.0),
            (SearchKind::Companies, Uuid::from_u128(7)),
        ];
        assert_eq!(names(store, &actor, &asked).await, ["Báo giá", "Minh", "Ánh Dương", "Xe tải", "Lan"]);
        assert!(names(store, &actor, &[]).await.is_empty() && names(store, &actor, &[(SearchKind::Tags, north.0)]).await.is_empty());
        let opened = store.opened_records(&actor, &asked).await.unwrap();
        let companies: Vec<_> = opened.iter().map(|record| (record.company_id, record.detail.as_deref(), record.is_archived)).collect();
        let of_north = (Some(north), Some("Ánh Dương"), false);
        assert_eq!(companies, [of_north, (None, None, false), (Some(north), None, false), of_north, of_north]);
        assert!(opened.iter().all(|record| record.owner_id == actor.user_id));
        assert_eq!(opened[3].path(), format!("/deals/{truck}"));

        let viewer = member(&db, &actor, "viewer", Role::Viewer).await;
        assert_eq!(names(store, &viewer, &asked).await.len(), 5);
        let (_, stranger) = db.register("lan").await;
        assert!(names(store, &stranger, &asked).await.is_empty());

        store.archive_company(&actor, north, 1, "Closed".to_owned()).await.unwrap();
        let archived: Vec<bool> = store.opened_records(&actor, &asked).await.unwrap().iter().map(|record| record.is_archived).collect();
        assert_eq!(archived, [true, false, true, true, true]);
        let version = store.company(&actor, north).await.unwrap().version;
        store.delete_company(&actor, north, version, ALL_SHOWN).await.unwrap();
        assert_eq!(names(store, &actor, &asked).await, ["Minh"]);
    }
}
