//! Saved views: who sees and changes them, their names, and which one a list opens with.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Role},
    ids::ViewId,
    record_kinds::RecordKind,
    views::{VIEWS_MAX, ViewDraft, ViewIcon},
};
use store::{Store, StoreError};
use support::{everything, member};

const LIST: RecordKind = RecordKind::Companies;

fn own(name: &str) -> ViewDraft {
    ViewDraft { name: name.to_owned(), icon: ViewIcon::Star, is_shared: false }
}

fn shared(name: &str) -> ViewDraft {
    ViewDraft { is_shared: true, ..own(name) }
}

async fn create(store: &Store, actor: &Actor, draft: ViewDraft) -> Result<ViewId, StoreError> {
    store.create_view(actor, LIST, draft, "status=active".to_owned()).await
}

async fn names(store: &Store, actor: &Actor) -> Vec<String> {
    store.list_views(actor, LIST).await.unwrap().views.iter().map(|view| view.name.clone()).collect()
}

on_both_databases! {
    async fn own_views_are_seen_by_nobody_else_and_shared_ones_by_all(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let [member_, viewer] = [member(&db, &owner, "lan", Role::Member).await, member(&db, &owner, "mai", Role::Viewer).await];
        let (_, outsider) = db.register("dung").await;
        let mine = create(store, &member_, own("Đường dài")).await.unwrap();
        create(store, &member_, shared("Ánh")).await.unwrap();
        create(store, &viewer, own("Zin")).await.unwrap();
        assert_eq!(names(store, &member_).await, ["Ánh", "Đường dài"], "in Vietnamese order");
        assert_eq!(names(store, &owner).await, ["Ánh"], "not an admin's either");
        assert_eq!(names(store, &viewer).await, ["Ánh", "Zin"]);
        assert_eq!(names(store, &outsider).await, Vec::<String>::new());
        assert!(store.list_views(&owner, RecordKind::Deals).await.unwrap().views.is_empty(), "of another list");

        let seen = store.view(&member_, mine).await.unwrap();
        assert_eq!((seen.query.as_str(), seen.icon, seen.version), ("status=active", ViewIcon::Star, 1));
        for stranger in [owner, viewer, outsider] {
            assert_eq!(store.view(&stranger, mine).await, Err(StoreError::NotFound));
            assert_eq!(store.save_view(&stranger, mine, 1, String::new()).await, Err(StoreError::NotFound));
            assert_eq!(store.update_view(&stranger, mine, 1, own("X")).await, Err(StoreError::NotFound));
            assert_eq!(store.delete_view(&stranger, mine, 1).await, Err(StoreError::NotFound));
            assert_eq!(store.set_default_view(&stranger, LIST, Some(mine)).await, Err(StoreError::NotFound));
        }
    }

    async fn a_shared_view_is_changed_by_its_author_and_admins(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let author = member(&db, &owner, "lan", Role::Member).await;
        let [colleague, admin, viewer] = [
            member(&db, &owner, "mai", Role::Member).await,
            member(&db, &owner, "anh", Role::Admin).await,
            member(&db, &owner, "bao", Role::Viewer).await,
        ];
        let id = create(store, &author, shared("Khách VIP")).await.unwrap();
        let before = everything(&db.raw().await).await;
        for other in [colleague, viewer] {
            assert_eq!(store.save_view(&other, id, 1, String::new()).await, Err(StoreError::Denied));
            assert_eq!(store.update_view(&other, id, 1, own("X")).await, Err(StoreError::Denied));
            assert_eq!(store.delete_view(&other, id, 1).await, Err(StoreError::Denied));
        }
        let refused = create(store, &viewer, shared("X")).await;
        assert_eq!(refused, Err(StoreError::field("is_shared", "Your role may not share views")));
        assert_eq!(store.save_view(&author, id, 2, String::new()).await, Err(StoreError::Conflict), "another version");
        assert_eq!(everything(&db.raw().await).await, before, "nothing was written");

        assert_eq!(store.save_view(&admin, id, 1, "tag=x".to_owned()).await.unwrap().query, "tag=x");
        assert_eq!(store.update_view(&author, id, 2, own("Mine again")).await.unwrap().version, 3);
        assert_eq!(names(store, &admin).await, Vec::<String>::new(), "no longer shared");
        store.delete_view(&author, id, 3).await.unwrap();
        assert_eq!(store.view(&author, id).await, Err(StoreError::NotFound));
    }

    async fn a_name_is_unique_among_shared_views_and_among_ones_own(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let other = member(&db, &owner, "lan", Role::Member).await;
        create(store, &owner, shared("Khách VIP")).await.unwrap();
        let id = create(store, &owner, own("Của tôi")).await.unwrap();
        create(store, &other, own("Của tôi")).await.unwrap();
        create(store, &other, own("Khách VIP")).await.unwrap();
        store.create_view(&owner, RecordKind::Deals, shared("Khách VIP"), String::new()).await.unwrap();
        let taken = Err(StoreError::field("name", "A view of this name exists already"));
        for name in ["khách vip", "KHACH VIP", "Kha\u{301}ch  VIP"] {
            assert_eq!(create(store, &other, shared(name)).await.map(drop), taken, "{name}");
            assert_eq!(store.update_view(&owner, id, 1, shared(name)).await.map(drop), taken, "{name}, once it is shared");
        }
        assert_eq!(create(store, &owner, own("cua toi")).await.map(drop), taken);
    }

    async fn a_list_opens_with_the_view_that_a_person_chose(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let other = member(&db, &owner, "lan", Role::Viewer).await;
        let default = async |actor: &Actor| store.list_views(actor, LIST).await.unwrap().default;
        let view = create(store, &owner, shared("A")).await.unwrap();
        let second = create(store, &owner, shared("B")).await.unwrap();
        store.set_default_view(&owner, LIST, Some(view)).await.unwrap();
        store.set_default_view(&owner, LIST, Some(second)).await.unwrap();
        store.set_default_view(&other, LIST, Some(view)).await.unwrap();
        assert_eq!((default(&owner).await, default(&other).await), (Some(second), Some(view)));
        assert_eq!(store.set_default_view(&owner, RecordKind::Deals, Some(view)).await, Err(StoreError::NotFound), "of another list");
        store.set_default_view(&owner, LIST, None).await.unwrap();
        assert_eq!((default(&owner).await, default(&other).await), (None, Some(view)));
        // Made the author's own, or deleted, it opens for nobody else.
        store.update_view(&owner, view, 1, own("A")).await.unwrap();
        assert_eq!(default(&other).await, None);
        store.update_view(&owner, view, 2, shared("A")).await.unwrap();
        store.delete_view(&owner, view, 3).await.unwrap();
        assert_eq!(default(&other).await, None);
    }

    async fn views_of_a_list_are_bounded(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let other = member(&db, &owner, "lan", Role::Member).await;
        for number in 0..VIEWS_MAX {
            create(&db.store, &owner, own(&format!("View {number}"))).await.unwrap();
        }
        assert!(matches!(create(&db.store, &owner, own("One more")).await, Err(StoreError::Invalid(_))));
        create(&db.store, &other, own("Another person's")).await.unwrap();
    }
}
