//! Tags as the settings manage them: what carries each, renaming, merging two, deleting.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::{Raw, TestDb};
use domain::{
    access::Actor,
    companies::{CompanyDraft, CompanyQuery},
    custom_fields::CustomFields,
    ids::{CompanyId, ContactId, DealId, TagId},
    tags::{PALETTE, TagDraft},
};
use sea_orm::prelude::Uuid;
use store::{Store, StoreError, tags::Carriers, verify_chain};
use support::{ALL_SHOWN, assert_counters, company, contact, deal, everything, tag, tagged};

async fn make(store: &Store, actor: &Actor, name: &str) -> TagId {
    store.create_tag(actor, tag(name)).await.unwrap()
}

async fn carriers(store: &Store, actor: &Actor, id: TagId) -> (u64, u64, u64) {
    let Carriers { companies, contacts, deals } = store.tag(actor, id).await.unwrap().carriers;
    (companies, contacts, deals)
}

/// Puts a tag on a contact or a deal past the store, counted.
async fn put_on(raw: &Raw, actor: &Actor, table: &str, column: &str, record: Uuid, tag: TagId) {
    let (workspace, tag) = (raw.id(actor.workspace_id.0), raw.id(tag.0));
    let counter = column.trim_end_matches("_id");
    raw.run(&format!("INSERT INTO {table} (workspace_id, {column}, tag_id) VALUES ({workspace}, {}, {tag})", raw.id(record)))
        .await
        .unwrap();
    raw.run(&format!("UPDATE tag_counters SET {counter}s = {counter}s + 1 WHERE workspace_id = {workspace} AND tag_id = {tag}"))
        .await
        .unwrap();
}

/// Two companies, a contact and a deal: the first company with both tags, the second with the first one, contact and deal
/// with the first.
struct Tagged {
    one: TagId,
    other: TagId,
    companies: [CompanyId; 2],
    contact: ContactId,
    deal: DealId,
}

async fn tagged_records(db: &TestDb, actor: &Actor) -> Tagged {
    let store = &db.store;
    let (one, other) = (make(store, actor, "Khách quen").await, make(store, actor, "VIP").await);
    let first = store.create_company(actor, tagged("Ánh Dương", &[one, other])).await.unwrap();
    let second = store.create_company(actor, tagged("Bình Minh", &[one])).await.unwrap();
    let person = contact(db, actor, Some(second), "Đức").await;
    let deal = store.create_deal(actor, deal("Xe", first, "proposal", 100)).await.unwrap();
    let raw = db.raw().await;
    put_on(&raw, actor, "contact_tags", "contact_id", person.0, one).await;
    put_on(&raw, actor, "deal_tags", "deal_id", deal.0, one).await;
    Tagged { one, other, companies: [first, second], contact: person, deal }
}

async fn found(store: &Store, actor: &Actor, q: &str) -> Vec<String> {
    let query = CompanyQuery { q: q.to_owned(), ..CompanyQuery::default() };
    store.companies(actor, &query).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

on_both_databases! {
    async fn tags_have_the_counts_of_their_records(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let these = tagged_records(&db, &actor).await;
        let store = &db.store;
        assert_eq!(carriers(store, &actor, these.one).await, (2, 1, 1));
        assert_eq!(carriers(store, &actor, these.other).await, (1, 0, 0));
        let names: Vec<_> = store.tags_in_use(&actor).await.unwrap().into_iter().map(|tag| (tag.tag.name, tag.carriers.companies)).collect();
        assert_eq!(names, [("Khách quen".to_owned(), 2), ("VIP".to_owned(), 1)]);
        let raw = db.raw().await;
        assert_counters(&raw).await;

        store.update_company(&actor, these.companies[0], 1, tagged("Ánh Dương", &[these.other])).await.unwrap();
        assert_eq!(carriers(store, &actor, these.one).await, (1, 1, 1));
        store.delete_deal(&actor, these.deal, 1).await.unwrap();
        assert_eq!(carriers(store, &actor, these.one).await, (1, 1, 0), "what is in the bin is not counted");
        store.delete_company(&actor, these.companies[1], 1, ALL_SHOWN).await.unwrap();
        assert_eq!(carriers(store, &actor, these.one).await, (0, 0, 0), "its contact went with it");
        assert_counters(&raw).await;
    }

    async fn archived_companies_that_carry_a_tag_are_counted_by_themselves(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, stranger) = db.register("stranger").await;
        let these = tagged_records(&db, &actor).await;
        let store = &db.store;
        assert_eq!(store.archived_carriers(&actor, these.one).await, Ok(0));
        store.archive_company(&actor, these.companies[0], 1, "Closed".to_owned()).await.unwrap();
        assert_eq!((carriers(store, &actor, these.one).await, store.archived_carriers(&actor, these.one).await), ((1, 1, 1), Ok(1)));
        assert_eq!(store.archived_carriers(&stranger, these.one).await, Ok(0));
        store.delete_company(&actor, these.companies[0], 2, ALL_SHOWN).await.unwrap();
        assert_eq!(store.archived_carriers(&actor, these.one).await, Ok(0), "it is in the bin");
    }

    async fn a_renamed_tag_is_found_by_its_new_name(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let these = tagged_records(&db, &actor).await;
        let store = &db.store;
        let fields = CustomFields::parse(&["Kho".to_owned()], &["khach quen".to_owned()]).unwrap();
        let kept = CompanyDraft { custom_fields: fields, tags: vec![these.one], ..company("Đông Á") };
        store.create_company(&actor, kept).await.unwrap();
        store.update_tag(&actor, these.one, 1, TagDraft::parse("Đối tác", PALETTE[3].0).unwrap()).await.unwrap();
        let renamed = store.tag(&actor, these.one).await.unwrap();
        assert_eq!((renamed.tag.name.as_str(), renamed.tag.color.as_str(), renamed.version), ("Đối tác", PALETTE[3].0, 2));
        assert_eq!(found(store, &actor, "doi tac").await, ["Ánh Dương", "Bình Minh", "Đông Á"]);
        assert_eq!(found(store, &actor, "khach quen").await, ["Đông Á"], "by a field that says the same");
        assert_eq!(found(store, &actor, "vip duong").await, ["Ánh Dương"], "the rest of what it is found by is there");
        assert_eq!(store.company(&actor, these.companies[0]).await.unwrap().version, 1, "nobody edited the company");
        let raw = db.raw().await;
        let log: Vec<String> = raw.column("SELECT before || after FROM audit_log WHERE entity = 'tag' AND action = 'update'").await;
        assert_eq!(log, [format!(r##"{{"color":"{}","name":"Khách quen"}}{{"color":"{}","name":"Đối tác"}}"##, PALETTE[0].0, PALETTE[3].0)]);
    }

    async fn a_name_in_use_is_refused_however_it_is_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let these = tagged_records(&db, &actor).await;
        let before = everything(&db.raw().await).await;
        for taken in ["vip", "VIP", " Vip ", "Víp"] {
            let refused = db.store.update_tag(&actor, these.one, 1, tag(taken)).await;
            assert_eq!(refused, Err(StoreError::field("name", "A tag of this name exists already")), "{taken}");
        }
        assert_eq!(db.store.update_tag(&actor, these.one, 2, tag("Mới")).await, Err(StoreError::Conflict));
        assert_eq!(db.store.delete_tag(&actor, these.one, 2).await, Err(StoreError::Conflict));
        assert_eq!(db.store.merge_tags(&actor, these.one, 2, these.other).await, Err(StoreError::Conflict));
        assert_eq!(everything(&db.raw().await).await, before);
        db.store.update_tag(&actor, these.one, 1, tag("KHÁCH QUEN")).await.unwrap();
        db.store.update_tag(&actor, these.one, 2, tag("Khach quèn")).await.unwrap();
    }

    async fn merged_tags_are_on_each_record_once(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let these = tagged_records(&db, &actor).await;
        let store = &db.store;
        let merged = store.merge_tags(&actor, these.one, 1, these.other).await.unwrap();
        assert_eq!((merged.from.as_str(), merged.into.as_str()), ("Khách quen", "VIP"));
        assert_eq!(merged.carried, Carriers { companies: 2, contacts: 1, deals: 1 });
        assert_eq!(store.tag(&actor, these.one).await, Err(StoreError::NotFound));
        assert_eq!(carriers(store, &actor, these.other).await, (2, 1, 1));
        for id in these.companies {
            let names: Vec<_> = store.company(&actor, id).await.unwrap().tags.into_iter().map(|tag| tag.name).collect();
            assert_eq!(names, ["VIP"]);
        }
        assert_eq!(found(store, &actor, "vip").await, ["Ánh Dương", "Bình Minh"]);
        assert_eq!(found(store, &actor, "khach").await, Vec::<String>::new());
        let raw = db.raw().await;
        for (table, count) in [("company_tags", 2), ("contact_tags", 1), ("deal_tags", 1)] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, count, "{table}");
        }
        assert_eq!(raw.number(&format!("SELECT count(*) FROM contact_tags WHERE contact_id = {}", raw.id(these.contact.0))).await, 1);
        assert_counters(&raw).await;
        let log: Vec<String> = raw.column("SELECT before || after FROM audit_log WHERE action = 'merge'").await;
        let before = format!(r##"{{"color":"{}","companies":2,"contacts":1,"deals":1,"name":"Khách quen"}}"##, PALETTE[0].0);
        assert_eq!(log, [format!(r#"{before}{{"id":"{}","name":"VIP"}}"#, these.other)]);
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn a_merge_includes_records_in_the_bin(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let these = tagged_records(&db, &actor).await;
        db.store.delete_company(&actor, these.companies[1], 1, ALL_SHOWN).await.unwrap();
        let merged = db.store.merge_tags(&actor, these.one, 1, these.other).await.unwrap();
        assert_eq!(merged.carried, Carriers { companies: 1, contacts: 0, deals: 1 });
        let raw = db.raw().await;
        let carried = format!("SELECT count(*) FROM company_tags WHERE company_id = {}", raw.id(these.companies[1].0));
        assert_eq!(raw.number(&carried).await, 1, "it comes back with the tag that stayed");
        let search: Vec<String> = raw.column("SELECT search FROM companies WHERE deleted_at IS NOT NULL").await;
        assert_eq!(search, [""], "and is not found meanwhile");
        assert_counters(&raw).await;
    }

    async fn a_deleted_tag_is_removed_from_all_records(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let these = tagged_records(&db, &actor).await;
        let store = &db.store;
        assert_eq!(store.delete_tag(&actor, these.one, 1).await.as_deref(), Ok("Khách quen"));
        assert_eq!(store.company(&actor, these.companies[1]).await.unwrap().tags, []);
        assert_eq!(found(store, &actor, "khach quen").await, Vec::<String>::new());
        assert_eq!(found(store, &actor, "vip").await, ["Ánh Dương"]);
        let raw = db.raw().await;
        assert_counters(&raw).await;
        assert_eq!(raw.number("SELECT count(*) FROM contacts").await, 1, "the records themselves stay");
        let log: Vec<String> = raw.column("SELECT before FROM audit_log WHERE action = 'delete' AND entity = 'tag'").await;
        assert_eq!(log, [format!(r##"{{"color":"{}","companies":2,"contacts":1,"deals":1,"name":"Khách quen"}}"##, PALETTE[0].0)]);
    }

    async fn a_tag_merges_only_into_another_of_its_workspace(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("lan").await;
        let these = tagged_records(&db, &actor).await;
        let theirs = make(&db.store, &outsider, "VIP").await;
        let before = everything(&db.raw().await).await;
        for into in [theirs, these.one, TagId(Uuid::from_u128(7))] {
            assert!(matches!(db.store.merge_tags(&actor, these.one, 1, into).await, Err(StoreError::Invalid(_))), "{into}");
        }
        assert_eq!(db.store.merge_tags(&outsider, these.one, 1, theirs).await, Err(StoreError::NotFound));
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn renaming_a_tag_reindexes_all_its_companies(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let tag_id = make(&db.store, &actor, "Cũ").await;
        // More than are written at once.
        for number in 0..503 {
            db.store.create_company(&actor, tagged(&format!("Công ty {number}"), &[tag_id])).await.unwrap();
        }
        db.store.update_tag(&actor, tag_id, 1, tag("Hoàn toàn mới")).await.unwrap();
        let query = CompanyQuery { q: "hoan toan moi".to_owned(), ..CompanyQuery::default() };
        assert_eq!(db.store.companies(&actor, &query).await.unwrap().total.count, 503);
        assert_eq!(carriers(&db.store, &actor, tag_id).await, (503, 0, 0));
    }
}
