//! Tags: one of a name, made by itself or with a company, put on and taken off.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    companies::{CompanyDraft, CompanyForm, CompanyQuery},
    ids::TagId,
    tags::TagDraft,
};
use store::{StoreError, tags::Tag};
use support::{company, everything, tag, tagged};

fn with_new_tag(name: &str, new_tag: &str, color: &str) -> CompanyDraft {
    CompanyForm { name: name.into(), new_tag: new_tag.into(), new_tag_color: color.into(), ..CompanyForm::default() }.parse().unwrap()
}

on_both_databases! {
    async fn a_tag_name_is_unique_however_it_is_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let made = db.store.create_tag(&actor, TagDraft::parse("Khách VIP", "#0284c7").unwrap()).await.unwrap();
        let tags = db.store.tags(&actor).await.unwrap();
        assert_eq!(tags, [Tag { id: made, name: "Khách VIP".into(), color: "#0284c7".into() }]);
        let before = everything(&db.raw().await).await;
        for taken in ["Khách VIP", "KHÁCH vip", "kha\u{301}ch Vip", " khách  vip ", "khach vip", "Khách ＶＩＰ", "Khách VІР"] {
            let refused = db.store.create_tag(&actor, tag(taken)).await;
            assert_eq!(refused, Err(StoreError::field("name", "A tag of this name exists already")), "{taken}");
        }
        assert_eq!(everything(&db.raw().await).await, before);
        db.store.create_tag(&actor, tag("Khách VIP 2")).await.unwrap();
    }

    async fn tags_with_one_key_since_an_upgrade_are_kept_apart(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        let raw = db.raw().await;
        // As they were when an accent made another name.
        let mut ids = vec![];
        for (n, name) in ["Bò", "Bo", "Đối tác", "Bơ", "VIP"].into_iter().enumerate() {
            db.clock.advance(TimeDelta::seconds(1));
            let id = db.store.create_tag(&actor, tag(&format!("old{n}"))).await.unwrap();
            let old_key = name.to_lowercase();
            raw.run(&format!("UPDATE tags SET name = '{name}', name_key = '{old_key}' WHERE name = 'old{n}'")).await.unwrap();
            ids.push(id);
        }
        db.store.create_tag(&other, tag("Đối tác")).await.unwrap();
        assert_eq!(db.store.recompute_tag_keys().await.unwrap(), 1);
        assert_eq!(db.store.recompute_tag_keys().await.unwrap(), 0, "again");
        let keys: Vec<String> = raw.column("SELECT name_key FROM tags WHERE name <> 'Đối tác' ORDER BY id").await;
        assert_eq!(keys, ["bò", "bo", "bơ", "vip"]);
        for taken in ["bò", "BO", "Đoi tac"] {
            assert!(db.store.create_tag(&actor, tag(taken)).await.is_err(), "{taken}");
        }
        // Its colour changes as before; the name of the one that has the key becomes free.
        db.store.update_tag(&actor, ids[0], 1, TagDraft::parse("Bò", "#0284c7").unwrap()).await.unwrap();
        db.store.update_tag(&actor, ids[1], 1, tag("Khác")).await.unwrap();
        assert_eq!(db.store.recompute_tag_keys().await.unwrap(), 1);
        let keys: Vec<String> = raw.column("SELECT name_key FROM tags WHERE name <> 'Đối tác' ORDER BY id").await;
        assert_eq!(keys, ["bo", "khac", "bơ", "vip"]);
    }

    async fn a_tag_that_was_merged_since_it_was_chosen_is_the_one_it_was_merged_into(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        let store = &db.store;
        let tags = [store.create_tag(&actor, tag("A")).await.unwrap(), store.create_tag(&actor, tag("B")).await.unwrap()];
        store.merge_tags(&actor, tags[0], 1, tags[1]).await.unwrap();
        let id = store.create_company(&actor, tagged("Both", &tags)).await.unwrap();
        let names: Vec<String> = store.company(&actor, id).await.unwrap().tags.into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["B"], "once, though both were chosen");
        let refused = Err(StoreError::field("tag_id", "Choose tags from the list"));
        assert_eq!(store.create_company(&other, tagged("Theirs", &tags[..1])).await.map(drop), refused, "another workspace's");
        store.delete_tag(&actor, tags[1], 1).await.unwrap();
        assert_eq!(store.create_company(&actor, tagged("Gone", &tags[..1])).await.map(drop), refused, "merged into one that was deleted");
    }

    async fn the_same_name_is_free_in_another_workspace(db: TestDb) {
        let (_, mine) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        let made = db.store.create_tag(&mine, tag("VIP")).await.unwrap();
        let other = db.store.create_tag(&theirs, tag("VIP")).await.unwrap();
        assert_ne!(made, other);
        assert_eq!(db.store.tags(&theirs).await.unwrap()[0].id, other);
    }

    async fn a_tag_made_with_a_company_is_used_again_by_its_name(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let first = store.create_company(&actor, with_new_tag("A", "Ưu tiên", "#dc2626")).await.unwrap();
        let second = store.create_company(&actor, with_new_tag("B", "ưu TIÊN", "#16a34a")).await.unwrap();
        let tags = store.tags(&actor).await.unwrap();
        assert_eq!((tags.len(), tags[0].name.as_str(), tags[0].color.as_str()), (1, "Ưu tiên", "#dc2626"), "used as it is");
        for id in [first, second] {
            assert_eq!(store.company(&actor, id).await.unwrap().tags, tags);
        }
        // Chosen and named at once: on it once.
        let both = CompanyDraft { tags: vec![tags[0].id], ..with_new_tag("C", "ưu tiên", "") };
        let third = store.create_company(&actor, both).await.unwrap();
        assert_eq!(store.company(&actor, third).await.unwrap().tags, tags);
    }

    async fn a_failed_company_creates_no_tag(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let before = everything(&db.raw().await).await;
        let refused = CompanyDraft { tags: vec![TagId(uuid::Uuid::from_u128(7))], ..with_new_tag("A", "Mới", "") };
        assert!(matches!(db.store.create_company(&actor, refused).await, Err(StoreError::Invalid(_))));
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn an_edit_adds_and_removes_tags(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        for name in ["A", "B", "C"] {
            store.create_tag(&actor, tag(name)).await.unwrap();
        }
        let tags = store.tags(&actor).await.unwrap();
        let id = store.create_company(&actor, tagged("X", &[tags[0].id, tags[1].id])).await.unwrap();
        store.update_company(&actor, id, 1, tagged("X", &[tags[1].id, tags[2].id])).await.unwrap();
        assert_eq!(store.company(&actor, id).await.unwrap().tags, tags[1..]);
        store.update_company(&actor, id, 2, company("X")).await.unwrap();
        assert_eq!(store.company(&actor, id).await.unwrap().tags, []);
        assert_eq!(store.tags(&actor).await.unwrap().len(), 3, "taken off, not deleted");
        let by_tag = CompanyQuery { tag: vec![tags[0].id], ..CompanyQuery::default() };
        assert_eq!(store.companies(&actor, &by_tag).await.unwrap().total.count, 0);
    }
}
