//! Who decides at a company: the map of who reports to whom, and the lists of where something is amiss.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{TimeDelta, Utc};
use common::TestDb;
use domain::{
    access::Actor,
    activities::{ActivityDraft, ActivityType},
    companies::CompanyQuery,
    contacts::{AuthorityLevel, ContactDraft},
    decision_makers::{DecisionGap, MAP_MAX},
    ids::{CompanyId, ContactId},
};
use store::Store;
use support::{ALL_SHOWN, About, assert_counters, call, company, deal, person};

fn with_level(name: &str, company_id: CompanyId, level: Option<AuthorityLevel>) -> ContactDraft {
    let decides = level.is_some_and(AuthorityLevel::decides);
    ContactDraft { authority_level: level, is_decision_maker: decides, ..person(name, Some(company_id)) }
}

async fn add(
    store: &Store,
    actor: &Actor,
    name: &str,
    company_id: CompanyId,
    level: Option<AuthorityLevel>,
    boss: Option<ContactId>,
) -> ContactId {
    let draft = ContactDraft { reports_to_id: boss, ..with_level(name, company_id, level) };
    store.create_contact(actor, draft).await.unwrap()
}

/// A company with one open deal.
async fn selling(store: &Store, actor: &Actor, name: &str) -> CompanyId {
    let id = store.create_company(actor, company(name)).await.unwrap();
    store.create_deal(actor, deal("Xe", id, "proposal", 100)).await.unwrap();
    id
}

/// Something with somebody, so many days ago.
async fn log(db: &TestDb, actor: &Actor, contact: ContactId, kind: ActivityType, days: i64) -> domain::ids::ActivityId {
    let about = call("Call", About { contact: Some(contact), ..About::default() });
    let now: chrono::DateTime<Utc> = domain::clock::Clock::now(&*db.clock);
    db.store.create_activity(actor, ActivityDraft { kind, date: now - TimeDelta::days(days), ..about }).await.unwrap()
}

async fn listed(store: &Store, actor: &Actor, gaps: &[DecisionGap]) -> Vec<String> {
    let query = CompanyQuery { decision: gaps.to_vec(), ..CompanyQuery::default() };
    let query = CompanyQuery { sort: "name".parse().unwrap(), ..query };
    let list = store.companies(actor, &query).await.unwrap();
    assert_eq!(list.total.count, list.rows.len() as u64);
    list.rows.into_iter().map(|row| row.name).collect()
}

const GAPS: [DecisionGap; 2] = DecisionGap::ALL;

on_both_databases! {
    async fn contacts_of_a_company_name_their_superiors(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let here = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let there = store.create_company(&actor, company("Tập đoàn")).await.unwrap();
        let chair = add(store, &actor, "Chủ tịch", there, Some(AuthorityLevel::Primary), None).await;
        let director = add(store, &actor, "Đức", here, Some(AuthorityLevel::Primary), Some(chair)).await;
        let buyer = add(store, &actor, "An", here, None, Some(director)).await;
        let adviser = add(store, &actor, "Bình", here, Some(AuthorityLevel::Influencer), Some(director)).await;
        let map = store.company_contacts(&actor, here).await.unwrap();
        let ids: Vec<ContactId> = map.iter().map(|person| person.id).collect();
        assert_eq!(ids, [director, adviser, buyer], "those with a say first");
        let boss = map[0].reports_to.clone().unwrap();
        assert_eq!((boss.id, boss.name.as_str(), boss.elsewhere.as_deref()), (chair, "Chủ tịch", Some("Tập đoàn")));
        assert_eq!(map[2].reports_to.as_ref().map(|boss| (boss.id, boss.elsewhere.clone())), Some((director, None)));

        let version = store.contact(&actor, director).await.unwrap().version;
        store.delete_contact(&actor, director, version, ALL_SHOWN).await.unwrap();
        let map = store.company_contacts(&actor, here).await.unwrap();
        assert_eq!((map.len(), &map[0].reports_to), (2, &None), "whoever is in the bin is on no map");
        let (_, outsider) = db.register("lan").await;
        assert_eq!(store.company_contacts(&outsider, here).await.unwrap(), []);
    }

    async fn contacts_of_a_company_are_limited_with_decision_makers_first(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let here = db.store.create_company(&actor, company("Đông")).await.unwrap();
        for number in 0..MAP_MAX + 1 {
            add(&db.store, &actor, &format!("Nhân viên {number:03}"), here, None, None).await;
        }
        let director = add(&db.store, &actor, "Ỷ Lan", here, Some(AuthorityLevel::Primary), None).await;
        let map = db.store.company_contacts(&actor, here).await.unwrap();
        assert_eq!((map.len(), map[0].id), (MAP_MAX, director));
    }

    async fn a_company_with_open_deals_and_no_contacted_primary_has_a_gap(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let (one, other) = (selling(store, &actor, "Ánh Dương").await, selling(store, &actor, "Bình Minh").await);
        let idle = store.create_company(&actor, company("Không bán")).await.unwrap();
        assert_eq!(listed(store, &actor, &[DecisionGap::NoPrimary]).await, ["Ánh Dương", "Bình Minh"]);
        assert_eq!(listed(store, &actor, &[DecisionGap::NotContacted]).await, Vec::<String>::new());

        let director = add(store, &actor, "Đức", one, Some(AuthorityLevel::Primary), None).await;
        add(store, &actor, "Phó", other, Some(AuthorityLevel::Secondary), None).await;
        add(store, &actor, "Lan", idle, Some(AuthorityLevel::Primary), None).await;
        assert_eq!(listed(store, &actor, &[DecisionGap::NoPrimary]).await, ["Bình Minh"], "a second does not sign");
        assert_eq!(listed(store, &actor, &[DecisionGap::NotContacted]).await, ["Ánh Dương"], "never contacted");
        assert_eq!(listed(store, &actor, &GAPS).await, ["Ánh Dương", "Bình Minh"], "either");

        log(&db, &actor, director, ActivityType::Note, 1).await;
        log(&db, &actor, director, ActivityType::Call, 31).await;
        assert_eq!(listed(store, &actor, &[DecisionGap::NotContacted]).await, ["Ánh Dương"], "a note is no contact, and 31 days are too long");
        let meeting = log(&db, &actor, director, ActivityType::Meeting, 30).await;
        assert_eq!(listed(store, &actor, &[DecisionGap::NotContacted]).await, Vec::<String>::new());
        let seen = store.company(&actor, one).await.unwrap();
        assert_eq!(seen.primary_contacts_count, 1);
        assert!(seen.last_primary_contact_at.is_some());
        assert_counters(&raw).await;

        store.delete_activity(&actor, meeting, 1).await.unwrap();
        assert_eq!(listed(store, &actor, &[DecisionGap::NotContacted]).await, ["Ánh Dương"]);
        store.restore_activity(&actor, meeting).await.unwrap();
        db.clock.advance(TimeDelta::days(1));
        assert_eq!(listed(store, &actor, &[DecisionGap::NotContacted]).await, ["Ánh Dương"], "time passes");
        assert_counters(&raw).await;
    }

    async fn a_planned_contact_closes_a_gap_at_its_time_and_not_before(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let one = selling(store, &actor, "Ánh Dương").await;
        let director = add(store, &actor, "Đức", one, Some(AuthorityLevel::Primary), None).await;
        log(&db, &actor, director, ActivityType::Meeting, -2).await;
        log(&db, &actor, director, ActivityType::Note, -1).await;
        let listed = async || listed(store, &actor, &[DecisionGap::NotContacted]).await;
        assert_eq!(listed().await, ["Ánh Dương"]);
        db.clock.advance(TimeDelta::days(2));
        assert_eq!(listed().await, Vec::<String>::new());
        db.clock.advance(TimeDelta::days(30));
        assert_eq!(listed().await, Vec::<String>::new());
        db.clock.advance(TimeDelta::milliseconds(1));
        assert_eq!(listed().await, ["Ánh Dương"], "nobody wrote, and the server did not refresh");
        store.refresh_due_contacts().await.unwrap();
        assert_eq!(listed().await, ["Ánh Dương"]);
        assert_counters(&db.raw().await).await;
    }

    async fn decision_gaps_follow_a_contact_to_another_company_or_level(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let (one, other) = (selling(store, &actor, "Ánh Dương").await, selling(store, &actor, "Bình Minh").await);
        let director = add(store, &actor, "Đức", one, Some(AuthorityLevel::Primary), None).await;
        log(&db, &actor, director, ActivityType::Email, 2).await;
        assert_eq!(listed(store, &actor, &GAPS).await, ["Bình Minh"]);
        store.update_contact(&actor, director, 1, with_level("Đức", other, Some(AuthorityLevel::Primary))).await.unwrap();
        assert_eq!(listed(store, &actor, &GAPS).await, ["Ánh Dương"]);
        assert_counters(&raw).await;
        store.update_contact(&actor, director, 2, with_level("Đức", other, Some(AuthorityLevel::Influencer))).await.unwrap();
        assert_eq!(listed(store, &actor, &[DecisionGap::NoPrimary]).await, ["Ánh Dương", "Bình Minh"]);
        store.update_contact(&actor, director, 3, with_level("Đức", other, Some(AuthorityLevel::Primary))).await.unwrap();
        store.delete_contact(&actor, director, 4, ALL_SHOWN).await.unwrap();
        assert_eq!(listed(store, &actor, &[DecisionGap::NoPrimary]).await, ["Ánh Dương", "Bình Minh"]);
        store.restore_contact(&actor, director).await.unwrap();
        assert_eq!(listed(store, &actor, &GAPS).await, ["Ánh Dương"]);
        assert_counters(&raw).await;

        // A call with the other company's director that is this company's goes to the bin with it.
        let about = About { company: Some(one), contact: Some(director), ..About::default() };
        let now: chrono::DateTime<Utc> = domain::clock::Clock::now(&*db.clock);
        store.create_activity(&actor, ActivityDraft { date: now, ..call("Call", about) }).await.unwrap();
        assert_counters(&raw).await;
        store.delete_company(&actor, one, 1, ALL_SHOWN).await.unwrap();
        assert_counters(&raw).await;
    }
}
