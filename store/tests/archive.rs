//! Archived companies: out of lists, pickers, search and counts unless asked for; readable, not editable; and back again.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::TestDb;
use domain::{
    access::{Actor, Role},
    activities::ActivityDraft,
    bin::GoesAlong,
    clock::Clock,
    companies::{Archived, CompanyForm, CompanyQuery},
    contacts::{AuthorityLevel, ContactDraft},
    deals::{DealDraft, DealQuery},
    decision_makers::DecisionGap,
    ids::{CompanyId, TagId},
    tags::TagDraft,
    workspaces::Switches,
};
use store::{
    Store, StoreError,
    companies::CompanyDetail,
    timeline::{TimelineEvent, TimelineOf},
    verify_chain,
};
use support::{ALL_SHOWN, About, assert_counters, call, company, deal, everything, member, person, tag, tagged};

const ALL: [Archived; 3] = [Archived::No, Archived::Only, Archived::Any];

async fn archive(store: &Store, actor: &Actor, id: CompanyId) -> CompanyDetail {
    let version = store.company(actor, id).await.unwrap().version;
    store.archive_company(actor, id, version, "Closed".to_owned()).await.unwrap();
    store.company(actor, id).await.unwrap()
}

/// Names that a list shows, which are as many as it says.
async fn listed(store: &Store, actor: &Actor, query: &CompanyQuery) -> Vec<String> {
    let list = store.companies(actor, query).await.unwrap();
    assert_eq!(list.total.count, list.rows.len() as u64, "{query:?}");
    list.rows.into_iter().map(|row| row.name).collect()
}

async fn picked(store: &Store, actor: &Actor, q: Option<&str>) -> Vec<String> {
    store.company_options(actor, q, 20).await.unwrap().into_iter().map(|option| option.name).collect()
}

/// The message at a field, where the change was refused by nothing else.
fn refusal<T: std::fmt::Debug>(outcome: Result<T, StoreError>, field: &str) -> String {
    match outcome {
        Err(StoreError::Invalid(errors)) if errors.iter().count() == 1 => errors.get(field).unwrap_or_default().to_owned(),
        other => panic!("{other:?}"),
    }
}

on_both_databases! {
    async fn an_archived_company_is_left_out_unless_asked_for(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let north = store.create_tag(&actor, tag("North")).await.unwrap();
        let form = |name: &str, industry: &str| CompanyForm { name: name.into(), industry: industry.into(), phone: "0903 123 456".into(), tag_id: vec![north.to_string()], ..CompanyForm::default() };
        let gone = store.create_company(&actor, form("Đường Bình An", "Sugar").parse().unwrap()).await.unwrap();
        store.create_company(&actor, form("Đường Quảng Ngãi", "Food").parse().unwrap()).await.unwrap();
        archive(store, &actor, gone).await;

        let query = |archived, pairs: &[(&'static str, &str)]| CompanyQuery { archived, ..CompanyQuery::parse(pairs.iter().copied()).unwrap() };
        let tag = north.to_string();
        for pairs in [
            &[][..],
            &[("q", "duong")],
            &[("q", "d")],
            &[("q", "an duong 0903")],
            &[("tag", &tag)],
            &[("status", "lead")],
            &[("sort", "-updated_at")],
            &[("sort", "industry")],
            &[("sort", "size")],
            &[("sort", "status")],
            &[("sort", "contacts")],
            &[("sort", "-open_deals")],
            &[("sort", "last_contact_at")],
        ] {
            let [no, mut only, mut any] = ALL.map(|archived| query(archived, pairs));
            // The first word of this search is of one name alone.
            let narrow = pairs.iter().any(|pair| pair.1.starts_with("an "));
            assert_eq!(listed(store, &actor, &no).await, if narrow { &[][..] } else { &["Đường Quảng Ngãi"] }, "{pairs:?}");
            for query in [&mut only, &mut any] {
                // Twice: counted, then from the ids.
                let first = listed(store, &actor, query).await;
                assert_eq!(listed(store, &actor, query).await, first);
            }
            assert_eq!(listed(store, &actor, &only).await, ["Đường Bình An"], "{pairs:?}");
            let mut both = listed(store, &actor, &any).await;
            both.sort();
            assert_eq!(both, if narrow { &["Đường Bình An"][..] } else { &["Đường Bình An", "Đường Quảng Ngãi"] }, "{pairs:?}");
        }
        assert_eq!(listed(store, &actor, &query(Archived::Only, &[("q", "quang ngai")])).await, [""; 0]);
        for q in [None, Some(""), Some("duong"), Some("d"), Some("Đường Bình An"), Some("0903")] {
            assert!(!picked(store, &actor, q).await.contains(&"Đường Bình An".to_owned()), "{q:?}");
        }
        let industries = async |archived| store.company_filters(&actor, archived).await.unwrap().industries.clone();
        assert_eq!(industries(Archived::No).await, ["Food"]);
        assert_eq!(industries(Archived::Only).await, ["Sugar"]);
        assert_eq!(industries(Archived::Any).await, ["Food", "Sugar"]);
        assert_eq!(store.workspace_counts(&actor).await.unwrap().companies, 1);
        assert_eq!(store.tag(&actor, north).await.unwrap().carriers.companies, 1);
        let names = store.company_names(&actor, &[gone]).await.unwrap();
        assert_eq!(names[0].name, "Đường Bình An", "for a list that is filtered by it");
        assert_counters(&db.raw().await).await;

        store.bring_back_company(&actor, gone).await.unwrap();
        assert_eq!(listed(store, &actor, &query(Archived::No, &[("q", "binh an")])).await, ["Đường Bình An"]);
        assert_eq!(listed(store, &actor, &query(Archived::Only, &[])).await, [""; 0]);
        assert_eq!(picked(store, &actor, Some("binh an")).await, ["Đường Bình An"]);
        assert_eq!(store.workspace_counts(&actor).await.unwrap().companies, 2);
        assert_counters(&db.raw().await).await;
    }

    async fn it_says_who_archived_it_when_and_why(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let store = &db.store;
        let id = store.create_company(&owner, company("Ánh Dương")).await.unwrap();
        assert_eq!(store.company(&owner, id).await.unwrap().archived, None);
        db.clock.advance(chrono::TimeDelta::minutes(5));
        let name = store.archive_company(&lan, id, 1, "Giải thể\n2026".to_owned()).await.unwrap();
        assert_eq!(name, "Ánh Dương");
        let shown = store.company(&owner, id).await.unwrap();
        let archived = shown.archived.unwrap();
        assert_eq!((archived.by.as_deref(), archived.reason.as_str()), (Some("lan"), "Giải thể\n2026"));
        assert_eq!((archived.at, shown.updated_at, shown.version), (db.clock.now(), db.clock.now(), 2));

        // Archived again by somebody else, it says so of the last time.
        store.bring_back_company(&lan, id).await.unwrap();
        db.clock.advance(chrono::TimeDelta::minutes(5));
        store.archive_company(&owner, id, 3, "No orders".to_owned()).await.unwrap();
        let archived = store.company(&owner, id).await.unwrap().archived.unwrap();
        assert_eq!((archived.by.as_deref(), archived.reason.as_str(), archived.at), (Some("hung"), "No orders", db.clock.now()));

        let entries = store.timeline(&owner, TimelineOf::Company(id), true, None).await.unwrap().entries;
        let actions: Vec<String> = entries
            .into_iter()
            .filter_map(|entry| match entry.what {
                TimelineEvent::Change(change) => Some(change.action),
                TimelineEvent::Activity(_) => None,
            })
            .collect();
        assert_eq!(actions, ["archive", "bring-back", "archive", "create"]);
        let raw = db.raw().await;
        let log: Vec<String> = raw.column("SELECT after FROM audit_log WHERE action = 'archive' ORDER BY seq").await;
        assert_eq!(log, [r#"{"name":"Ánh Dương","reason":"Giải thể\n2026"}"#, r#"{"name":"Ánh Dương","reason":"No orders"}"#]);
        assert_eq!(verify_chain(store, owner.workspace_id).await, Ok(None));
    }

    async fn it_is_read_and_not_edited(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let north = store.create_tag(&actor, tag("North")).await.unwrap();
        let id = store.create_company(&actor, tagged("Ánh Dương", &[north])).await.unwrap();
        let version = archive(store, &actor, id).await.version;
        let before = everything(&db.raw().await).await;
        let words = "Ánh Dương is archived. Bring it back to change it.";
        assert_eq!(refusal(store.update_company(&actor, id, version, company("Bình Minh")).await, ""), words);
        assert_eq!(refusal(store.update_company(&actor, id, version, tagged("Ánh Dương", &[])).await, ""), words, "nor its tags");
        // Whoever had the form open before is told the same, not of another version.
        assert_eq!(refusal(store.update_company(&actor, id, 1, company("Bình Minh")).await, ""), words);
        assert_eq!(refusal(store.archive_company(&actor, id, version, "Again".to_owned()).await, ""), words, "it keeps its first reason");
        assert_eq!(refusal(store.archive_company(&actor, id, 1, "Again".to_owned()).await, ""), words);
        assert_eq!(everything(&db.raw().await).await, before);

        store.bring_back_company(&actor, id).await.unwrap();
        let back = store.company(&actor, id).await.unwrap();
        assert_eq!((back.archived, back.version), (None, version + 1));
        store.update_company(&actor, id, version + 1, company("Bình Minh")).await.unwrap();
        let before = everything(&db.raw().await).await;
        assert_eq!(store.bring_back_company(&actor, id).await, Ok("Bình Minh".to_owned()), "twice changes nothing");
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn an_edit_in_between_is_a_conflict(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("A")).await.unwrap();
        store.update_company(&actor, id, 1, company("B")).await.unwrap();
        let before = everything(&db.raw().await).await;
        assert_eq!(store.archive_company(&actor, id, 1, "Closed".to_owned()).await, Err(StoreError::Conflict));
        assert_eq!(everything(&db.raw().await).await, before);
        // One of two at once wins.
        let (one, other) = tokio::join!(
            store.archive_company(&actor, id, 2, "One".to_owned()),
            store.archive_company(&actor, id, 2, "Other".to_owned())
        );
        assert_eq!([&one, &other].iter().filter(|outcome| outcome.is_ok()).count(), 1, "{one:?} {other:?}");
        assert_counters(&db.raw().await).await;
    }

    async fn who_may_edit_it_archives_it_and_brings_it_back(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let (_, stranger) = db.register("ai").await;
        let lan = member(&db, &owner, "lan", Role::Member).await;
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        let admin = Actor { owners_only_edit: true, ..member(&db, &owner, "mai", Role::Admin).await };
        let store = &db.store;
        let id = store.create_company(&owner, company("A")).await.unwrap();
        let archived = store.create_company(&owner, company("B")).await.unwrap();
        archive(store, &owner, archived).await;
        let binned = store.create_company(&owner, company("C")).await.unwrap();
        store.delete_company(&owner, binned, 1, ALL_SHOWN).await.unwrap();
        store.set_switches(&owner, 1, Switches { owners_only_edit: true, ..Switches::default() }).await.unwrap();
        let before = everything(&db.raw().await).await;
        let bound = Actor { owners_only_edit: true, ..lan };
        for (actor, error) in [(bound, StoreError::Denied), (viewer, StoreError::Denied), (stranger, StoreError::NotFound)] {
            assert_eq!(store.archive_company(&actor, id, 1, "Closed".to_owned()).await, Err(error.clone()));
            assert_eq!(store.archive_company(&actor, archived, 2, "Closed".to_owned()).await, Err(error.clone()));
            assert_eq!(store.bring_back_company(&actor, archived).await, Err(error));
        }
        assert_eq!(store.archive_company(&owner, binned, 2, "Closed".to_owned()).await, Err(StoreError::NotFound));
        assert_eq!(store.bring_back_company(&owner, binned).await, Err(StoreError::NotFound));
        assert_eq!(everything(&db.raw().await).await, before);
        store.archive_company(&admin, id, 1, "Closed".to_owned()).await.unwrap();
        store.set_switches(&owner, 2, Switches::default()).await.unwrap();
        store.bring_back_company(&lan, archived).await.unwrap();
    }

    async fn an_activity_of_a_contact_who_came_to_it_later_can_be_edited(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let contact = store.create_contact(&actor, person("Đức", None)).await.unwrap();
        let with = call("Call", About { contact: Some(contact), ..About::default() });
        let logged = store.create_activity(&actor, with.clone()).await.unwrap();
        let id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        store.update_contact(&actor, contact, 1, person("Đức", Some(id))).await.unwrap();
        archive(store, &actor, id).await;
        store.update_activity(&actor, logged, 1, ActivityDraft { subject: "Gọi lại".to_owned(), ..with }).await.unwrap();
        assert_eq!(store.activity(&actor, logged).await.unwrap().company, None, "it is not linked to what is archived");
        assert_eq!(store.company(&actor, id).await.unwrap().activities_count, 0);
    }

    async fn nothing_new_is_linked_to_it(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let other = store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let here = store.create_contact(&actor, person("Đức", Some(id))).await.unwrap();
        let elsewhere = store.create_contact(&actor, person("Đào", Some(other))).await.unwrap();
        let its_deal = store.create_deal(&actor, deal("Xe", id, "proposal", 100)).await.unwrap();
        let other_deal = store.create_deal(&actor, deal("Tàu", other, "proposal", 100)).await.unwrap();
        let at = |company| call("Call", About { company: Some(company), ..About::default() });
        let its_call = store.create_activity(&actor, at(id)).await.unwrap();
        let other_call = store.create_activity(&actor, at(other)).await.unwrap();
        archive(store, &actor, id).await;

        let before = everything(&db.raw().await).await;
        let words = |noun: &str| format!("Ánh Dương is archived. Bring it back to add {noun} there.");
        let primary = ContactDraft { authority_level: Some(AuthorityLevel::Primary), ..person("Lan", Some(id)) };
        assert_eq!(refusal(store.create_contact(&actor, primary).await, "company_id"), words("contacts"));
        assert_eq!(refusal(store.update_contact(&actor, elsewhere, 1, person("Đào", Some(id))).await, "company_id"), words("contacts"));
        assert_eq!(refusal(store.create_deal(&actor, deal("Mới", id, "proposal", 1)).await, "company_id"), words("deals"));
        assert_eq!(refusal(store.update_deal(&actor, other_deal, 1, deal("Tàu", id, "proposal", 1)).await, "company_id"), words("deals"));
        let with = call("Call", About { contact: Some(here), ..About::default() });
        let about = call("Call", About { deal: Some(its_deal), ..About::default() });
        for draft in [at(id), with.clone(), about] {
            assert_eq!(refusal(store.create_activity(&actor, draft).await, "company_id"), words("activities"));
        }
        for draft in [at(id), with] {
            assert_eq!(refusal(store.update_activity(&actor, other_call, 1, draft).await, "company_id"), words("activities"));
        }
        assert_eq!(everything(&db.raw().await).await, before);
        let offered: Vec<String> = store.deal_options(&actor, None, None).await.unwrap().into_iter().map(|deal| deal.name).collect();
        assert_eq!(offered, ["Tàu"]);
        let chosen = store.deal_options(&actor, Some(id), Some(its_deal)).await.unwrap();
        assert_eq!(chosen[0].id, its_deal, "for the form of what is linked to it");

        // What is there stays, is counted, and can be edited.
        store.update_contact(&actor, here, 1, person("Đức Anh", Some(id))).await.unwrap();
        store.update_deal(&actor, its_deal, 1, DealDraft { contact_id: Some(here), ..deal("Xe tải", id, "negotiation", 200) }).await.unwrap();
        store.update_activity(&actor, its_call, 1, ActivityDraft { subject: "Rang lại".to_owned(), ..at(id) }).await.unwrap();
        let shown = store.company(&actor, id).await.unwrap();
        assert_eq!((shown.contacts_count, shown.deals_count, shown.activities_count), (1, 1, 1));
        assert_eq!(store.company_contacts(&actor, id).await.unwrap()[0].name, "Đức Anh");
        assert!(store.contact(&actor, here).await.unwrap().is_company_archived);
        assert!(store.deal(&actor, its_deal).await.unwrap().is_company_archived);
        assert!(!store.contact(&actor, elsewhere).await.unwrap().is_company_archived);
        let counts = store.workspace_counts(&actor).await.unwrap();
        assert_eq!((counts.companies, counts.contacts, counts.open_deals, counts.activities), (1, 2, 2, 2));
        assert_eq!(store.deals(&actor, &DealQuery::default()).await.unwrap().all.count, 2);
        store.delete_contact(&actor, here, 2, ALL_SHOWN).await.unwrap();
        store.restore_contact(&actor, here).await.unwrap();
        assert_counters(&db.raw().await).await;

        store.bring_back_company(&actor, id).await.unwrap();
        store.create_contact(&actor, person("Lan", Some(id))).await.unwrap();
        store.create_deal(&actor, deal("Mới", id, "proposal", 1)).await.unwrap();
        store.create_activity(&actor, at(id)).await.unwrap();
        assert_counters(&db.raw().await).await;
    }

    async fn its_gaps_do_not_count(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        store.create_deal(&actor, deal("Xe", id, "proposal", 100)).await.unwrap();
        let gaps = |archived| CompanyQuery { decision: DecisionGap::ALL.to_vec(), archived, ..CompanyQuery::default() };
        let deals = DealQuery::parse([("decision", "no-primary")]).unwrap();
        assert_eq!(listed(store, &actor, &gaps(Archived::No)).await, ["Ánh Dương"]);
        assert_eq!(store.deals(&actor, &deals).await.unwrap().all.count, 1);
        archive(store, &actor, id).await;
        for archived in ALL {
            assert_eq!(listed(store, &actor, &gaps(archived)).await, [""; 0], "{archived:?}");
        }
        assert_eq!(store.deals(&actor, &deals).await.unwrap().all.count, 0);
        store.bring_back_company(&actor, id).await.unwrap();
        assert_eq!(listed(store, &actor, &gaps(Archived::No)).await, ["Ánh Dương"]);
    }

    async fn it_comes_out_of_the_bin_archived(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let north = store.create_tag(&actor, tag("North")).await.unwrap();
        let id = store.create_company(&actor, tagged("Ánh Dương", &[north])).await.unwrap();
        store.create_contact(&actor, person("Đức", Some(id))).await.unwrap();
        let version = archive(store, &actor, id).await.version;
        let raw = db.raw().await;
        let along = store.company_deletion(&actor, id).await.unwrap().goes_along;
        assert_eq!(along, GoesAlong { contacts: 1, ..GoesAlong::default() });
        store.delete_company(&actor, id, version, along).await.unwrap();
        assert_counters(&raw).await;
        for archived in ALL {
            assert_eq!(listed(store, &actor, &CompanyQuery { archived, ..CompanyQuery::default() }).await, [""; 0]);
        }
        store.restore_company(&actor, id).await.unwrap();
        assert_counters(&raw).await;
        let back = store.company(&actor, id).await.unwrap();
        assert_eq!(back.archived.map(|archived| archived.reason).as_deref(), Some("Closed"));
        let query = CompanyQuery { q: "anh duong".into(), archived: Archived::Only, ..CompanyQuery::default() };
        assert_eq!(listed(store, &actor, &query).await, ["Ánh Dương"]);
        store.bring_back_company(&actor, id).await.unwrap();
        assert_counters(&raw).await;
    }

    async fn changes_of_a_tag_reach_it(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let new = async |name: &str| -> TagId { store.create_tag(&actor, tag(name)).await.unwrap() };
        let (north, partner) = (new("North").await, new("Partner").await);
        let id = store.create_company(&actor, tagged("Ánh Dương", &[north])).await.unwrap();
        archive(store, &actor, id).await;
        let found = async |q: &str, archived| listed(store, &actor, &CompanyQuery { q: q.into(), archived, ..CompanyQuery::default() }).await;
        store.update_tag(&actor, north, 1, TagDraft::parse("Miền Bắc", "").unwrap()).await.unwrap();
        assert_eq!(found("mien bac", Archived::Only).await, ["Ánh Dương"]);
        assert_eq!(found("mien bac", Archived::No).await, [""; 0]);
        store.merge_tags(&actor, north, 2, partner).await.unwrap();
        assert_eq!(found("partner", Archived::Any).await, ["Ánh Dương"]);
        assert_eq!(found("partner", Archived::No).await, [""; 0]);
        assert_eq!(store.tag(&actor, partner).await.unwrap().carriers.companies, 0);
        assert_counters(&db.raw().await).await;
    }
}
