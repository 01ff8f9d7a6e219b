//! Filters that every list has: custom fields, days that are counted from today.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::{Actor, Entity},
    clock::Clock,
    columns::TableQuery,
    companies::{CompanyDraft, CompanyQuery},
    contacts::ContactQuery,
    custom_fields::CustomFields,
    day_range::Calendar,
    deals::DealQuery,
};
use store::{Store, demo::SeedCounts};
use support::{ALL_SHOWN, company, deal, person, start_of};

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn fields(pairs: Pairs) -> CustomFields {
    CustomFields::from_stored(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

async fn companies(store: &Store, actor: &Actor, pairs: Pairs<'_>) -> Vec<String> {
    let list = store.companies(actor, &CompanyQuery::parse(pairs.iter().copied()).unwrap()).await.unwrap();
    assert_eq!(list.rows.len() as u64, list.total.count, "{pairs:?}");
    list.rows.into_iter().map(|row| row.name).collect()
}

async fn deals(store: &Store, actor: &Actor, pairs: Pairs<'_>) -> Vec<String> {
    let list = store.deals(actor, &DealQuery::parse(pairs.iter().copied()).unwrap()).await.unwrap();
    assert_eq!(list.rows.len() as u64, list.all.count, "{pairs:?}");
    list.rows.into_iter().map(|row| row.name).collect()
}

on_both_databases! {
    async fn records_are_found_by_a_custom_field(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let with = |name: &str, pairs: Pairs| CompanyDraft { custom_fields: fields(pairs), ..company(name) };
        let a = store.create_company(&actor, with("A", &[("Số hợp đồng", "HĐ-1"), ("Kho lạnh", "có")])).await.unwrap();
        let b = store.create_company(&actor, with("B", &[("SO HOP DONG", "HD-2")])).await.unwrap();
        store.create_company(&actor, company("C")).await.unwrap();
        let named = |value: &'static str| [("field", "so hop dong"), ("field_value", value)];
        for (pairs, expected) in [
            (&[("field", "Số hợp đồng")][..], &["A", "B"][..]),
            (&named("hd-1"), &["A"]),
            (&named("HD-3"), &[]),
            (&[("field", "kho lanh"), ("none_of", "field")], &["B", "C"]),
            (&[("field", "so hop dong"), ("field_value", "hđ-2"), ("none_of", "field")], &["A", "C"]),
            (&[("field", "không có")], &[]),
        ] {
            assert_eq!(companies(store, &actor, pairs).await, expected, "{pairs:?}");
        }
        let names = async || store.custom_field_names(&actor, Entity::Company).await.unwrap().0.clone();
        assert_eq!(names().await, ["Kho lạnh", "Số hợp đồng"]);
        assert!(store.custom_field_names(&actor, Entity::Deal).await.unwrap().0.is_empty());

        // What is changed, deleted, restored.
        store.update_company(&actor, a, 1, with("A", &[("Số hợp đồng", "HD-9")])).await.unwrap();
        assert_eq!(companies(store, &actor, &named("hd-1")).await, [""; 0]);
        assert_eq!(companies(store, &actor, &named("hd-9")).await, ["A"]);
        assert_eq!(names().await, ["SO HOP DONG"], "as the record of the first value has it");
        store.delete_company(&actor, b, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(companies(store, &actor, &[("field", "so hop dong")]).await, ["A"]);
        assert_eq!(names().await, ["Số hợp đồng"], "none of the bin");
        store.restore_company(&actor, b).await.unwrap();
        assert_eq!(companies(store, &actor, &named("hd-2")).await, ["B"]);

        // Those of another workspace, and of other kinds of records, are others.
        let (_, outsider) = db.register("outsider").await;
        assert_eq!(companies(store, &outsider, &[("field", "so hop dong")]).await, [""; 0]);
        let mut lan = person("Lan", Some(a));
        lan.custom_fields = fields(&[("Sinh nhật", "1/2")]);
        let lan = store.create_contact(&actor, lan).await.unwrap();
        let query = ContactQuery::parse([("field", "sinh nhat"), ("field_value", "1/2")]).unwrap();
        let found: Vec<_> = store.contacts(&actor, &query).await.unwrap().rows.iter().map(|row| row.id).collect();
        assert_eq!(found, [lan]);
        let mut draft = deal("Xe tải", a, "proposal", 100);
        draft.custom_fields = fields(&[("Số hợp đồng", "HD-9")]);
        store.create_deal(&actor, draft).await.unwrap();
        assert_eq!(deals(store, &actor, &[("field", "so hop dong"), ("field_value", "hd-9")]).await, ["Xe tải"]);
        assert_eq!(deals(store, &actor, &[("field", "so hop dong"), ("none_of", "field")]).await, [""; 0]);
        assert_eq!(companies(store, &actor, &[("field", "sinh nhat")]).await, [""; 0]);
    }

    async fn relative_days_are_others_tomorrow(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        // Counts are cached under this version, as in requests.
        let raw = db.raw().await;
        store_with(&db.store, &actor, "A").await;
        db.clock.advance(TimeDelta::days(3));
        store_with(&db.store, &actor, "B").await;
        let seq = raw.number(&format!("SELECT seq FROM audit_heads WHERE workspace_id = {}", raw.id(actor.workspace_id.0))).await;
        let store = &db.store.with_cache_version(actor.workspace_id, seq);
        let names = async |pairs: Pairs<'_>| {
            let today = (db.clock.now() + TimeDelta::hours(7)).date_naive();
            let query = CompanyQuery::parse(pairs.iter().copied()).unwrap().in_zone(Calendar { today, start_of: &start_of });
            let list = store.companies(&actor, &query).await.unwrap();
            assert_eq!(list.rows.len() as u64, list.total.count, "{pairs:?}");
            list.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        let today = &[("created_within", "today")];
        assert_eq!(names(today).await, ["B"]);
        assert_eq!(names(today).await, ["B"], "as cached");
        assert_eq!(names(&[("created_within", "last-7-days")]).await, ["A", "B"]);
        assert_eq!(names(&[("created_older_than", "2")]).await, ["A"]);
        assert_eq!(names(&[("changed_within", "today")]).await, ["B"]);
        db.clock.advance(TimeDelta::days(1));
        assert_eq!(names(today).await, [""; 0], "nothing was written since");
        assert_eq!(names(&[("created_older_than", "2")]).await, ["A"]);
        db.clock.advance(TimeDelta::days(4));
        assert_eq!(names(&[("created_within", "last-7-days")]).await, ["B"]);
        assert_eq!(names(&[("created_older_than", "2")]).await, ["A", "B"]);
        let unresolved = CompanyQuery::parse([("created_within", "last-7-days")]).unwrap();
        assert!(store.companies(&actor, &unresolved).await.unwrap().rows.is_empty(), "while nobody says which day is today");
    }

    async fn a_company_deleted_for_ever_leaves_no_custom_fields(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 3, ..SeedCounts::default() }).await.unwrap();
        let draft = CompanyDraft { custom_fields: fields(&[("Kho", "1")]), ..company("A") };
        let id = db.store.create_company(&actor, draft).await.unwrap();
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM custom_field_values").await, 1);
        raw.run(&format!("DELETE FROM companies WHERE id = {}", raw.id(id.0))).await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM custom_field_values").await, 0);
    }
}

async fn store_with(store: &Store, actor: &Actor, name: &str) {
    store.create_company(actor, company(name)).await.unwrap();
}
