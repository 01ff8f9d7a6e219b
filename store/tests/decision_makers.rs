//! Who decides at a company: the map of who reports to whom, and the lists of where something is amiss.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{TimeDelta, Utc};
use common::TestDb;
use domain::{
    access::{Actor, Role},
    activities::{ActivityDraft, ActivityType},
    columns::Layout,
    companies::CompanyQuery,
    contacts::{AuthorityAt, AuthorityLevel, ContactDraft, PrimaryAnswer},
    decision_makers::{DecisionGap, MAP_MAX},
    ids::{CompanyId, ContactId},
    workspaces::Switches,
};
use store::{Store, StoreError, verify_chain};
use support::{ALL_SHOWN, About, assert_counters, call, company, deal, everything, member, person};

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

/// The draft with this answer to the question that it raises.
async fn answered(store: &Store, actor: &Actor, contact: Option<ContactId>, draft: ContactDraft, answer: PrimaryAnswer) -> ContactDraft {
    let asked = store
        .primary_question(actor, contact, AuthorityAt { level: draft.authority_level, company_id: draft.company_id })
        .await
        .unwrap()
        .unwrap();
    ContactDraft { primary_choice: asked.question.value_of(answer), ..draft }
}

async fn level(store: &Store, actor: &Actor, contact: ContactId) -> Option<AuthorityLevel> {
    store.contact(actor, contact).await.unwrap().authority_level
}

fn primary_at(company: CompanyId) -> AuthorityAt {
    AuthorityAt { level: Some(AuthorityLevel::Primary), company_id: Some(company) }
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
    let query = CompanyQuery { layout: Layout::sorted("name".parse().unwrap()), ..query };
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

    async fn a_second_primary_is_asked_about_and_saved_as_answered(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let raw = db.raw().await;
        let here = selling(store, &actor, "Ánh Dương").await;
        let first = add(store, &actor, "Đức", here, Some(AuthorityLevel::Primary), None).await;
        let second = || with_level("Lan", here, Some(AuthorityLevel::Primary));
        let before = everything(&raw).await;
        let asked = store.create_contact(&actor, second()).await;
        assert!(matches!(&asked, Err(StoreError::Question(errors)) if errors.get("primary_choice").is_some()), "{asked:?}");
        let stale = ContactDraft { primary_choice: format!("keep:{here}:"), ..second() };
        assert!(matches!(store.create_contact(&actor, stale).await, Err(StoreError::Question(_))), "an answer to another question");
        assert_eq!(everything(&raw).await, before, "nothing is saved");

        let kept = answered(store, &actor, None, second(), PrimaryAnswer::Keep).await;
        let kept = store.create_contact(&actor, kept).await.unwrap();
        assert_eq!(store.company(&actor, here).await.unwrap().primary_contacts_count, 2);
        assert_eq!(store.update_contact(&actor, kept, 1, with_level("Lan Anh", here, Some(AuthorityLevel::Primary))).await, Ok(()), "asked once");
        let about = call("Call", About { contact: Some(first), ..About::default() });
        store.create_activity(&actor, about).await.unwrap();

        let third = add(store, &actor, "Minh", here, None, None).await;
        let replacing = with_level("Minh", here, Some(AuthorityLevel::Primary));
        let replacing = answered(store, &actor, Some(third), replacing, PrimaryAnswer::Replace).await;
        let asked_once = store.contact_history(&actor, first).await.unwrap().len();
        store.update_contact(&actor, third, 1, replacing).await.unwrap();
        assert_counters(&raw).await;
        assert_eq!(store.company(&actor, here).await.unwrap().primary_contacts_count, 1);
        for (contact, now) in [(first, AuthorityLevel::Secondary), (kept, AuthorityLevel::Secondary), (third, AuthorityLevel::Primary)] {
            assert_eq!(level(store, &actor, contact).await, Some(now));
        }
        let history = store.contact_history(&actor, first).await.unwrap();
        assert_eq!(history.len(), asked_once + 1, "each change in the log");
        assert_eq!((history[0].changes[0].from.as_deref(), history[0].changes[0].to.as_deref()), (Some("primary"), Some("secondary")));
        let order: Vec<_> = store.company_contacts(&actor, here).await.unwrap().into_iter().map(|person| person.id).collect();
        assert_eq!(order[0], third, "ranked again");
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn a_primary_who_moves_is_asked_about(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (old, new) = (selling(store, &actor, "Ánh Dương").await, selling(store, &actor, "Bình Minh").await);
        let director = add(store, &actor, "Đức", old, Some(AuthorityLevel::Primary), None).await;
        let moved = |company| with_level("Đức", company, Some(AuthorityLevel::Primary));
        assert!(matches!(store.update_contact(&actor, director, 1, moved(new)).await, Err(StoreError::Question(_))));
        let draft = answered(store, &actor, Some(director), moved(new), PrimaryAnswer::StepDown).await;
        store.update_contact(&actor, director, 1, draft).await.unwrap();
        assert_eq!(level(store, &actor, director).await, None);

        let other = add(store, &actor, "Lan", new, Some(AuthorityLevel::Primary), None).await;
        let back = add(store, &actor, "Minh", old, Some(AuthorityLevel::Primary), None).await;
        let both = store.primary_question(&actor, Some(back), primary_at(new)).await.unwrap().unwrap();
        assert_eq!((both.question.moves, both.company_name.as_str(), both.others[0].id), (true, "Bình Minh", other), "both facts");
        let draft = answered(store, &actor, Some(back), moved(new), PrimaryAnswer::Replace).await;
        store.update_contact(&actor, back, 1, draft).await.unwrap();
        assert_eq!((level(store, &actor, back).await, level(store, &actor, other).await), (Some(AuthorityLevel::Primary), Some(AuthorityLevel::Secondary)));
        assert_counters(&db.raw().await).await;

        // A restore asks nothing.
        store.delete_contact(&actor, back, 2, ALL_SHOWN).await.unwrap();
        add(store, &actor, "Hà", new, Some(AuthorityLevel::Primary), None).await;
        store.restore_contact(&actor, back).await.unwrap();
        assert_eq!(store.company(&actor, new).await.unwrap().primary_contacts_count, 2);
    }

    async fn who_may_not_edit_the_present_primary_can_only_keep_both(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let store = &db.store;
        let version = store.workspace(&owner).await.unwrap().version;
        store.set_switches(&owner, version, Switches { owners_only_edit: true, ..Switches::default() }).await.unwrap();
        let lan = Actor { owners_only_edit: true, ..member(&db, &owner, "lan", Role::Member).await };
        let here = selling(store, &owner, "Ánh Dương").await;
        let first = add(store, &owner, "Đức", here, Some(AuthorityLevel::Primary), None).await;
        let second = || with_level("Lan", here, Some(AuthorityLevel::Primary));
        let asked = store.primary_question(&lan, None, primary_at(here)).await.unwrap().unwrap();
        assert!(!asked.may_replace);
        let raw = db.raw().await;
        let before = everything(&raw).await;
        let forged = answered(store, &lan, None, second(), PrimaryAnswer::Replace).await;
        assert_eq!(store.create_contact(&lan, forged).await, Err(StoreError::Denied));
        assert_eq!(everything(&raw).await, before);
        let kept = answered(store, &lan, None, second(), PrimaryAnswer::Keep).await;
        store.create_contact(&lan, kept).await.unwrap();
        assert_eq!(level(store, &owner, first).await, Some(AuthorityLevel::Primary));
        let (_, outsider) = db.register("outsider").await;
        assert_eq!(store.primary_question(&outsider, Some(first), primary_at(here)).await, Ok(None));
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
        let moved = with_level("Đức", other, Some(AuthorityLevel::Primary));
        let moved = answered(store, &actor, Some(director), moved, PrimaryAnswer::Keep).await;
        store.update_contact(&actor, director, 1, moved).await.unwrap();
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
