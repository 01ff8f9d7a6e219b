//! Timelines: what belongs in one, its order, its pages, its cost.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::Actor,
    activities::ActivityDraft,
    companies::CompanyForm,
    deals::{DealDraft, Placement},
    ids::CompanyId,
    timeline::TIMELINE_PAGE,
};
use std::time::{Duration, Instant};
use store::{
    demo::SeedCounts,
    timeline::{Timeline, TimelineEntry, TimelineEvent, TimelineOf, TimelineRecord},
};
use support::{About, activity, call, company, contact, deal, to};

/// An entry in a few words.
fn words(entry: &TimelineEntry) -> String {
    match &entry.what {
        TimelineEvent::Activity(activity) => format!("{} {}", activity.kind.slug(), activity.subject),
        TimelineEvent::Change(change) => {
            let name = match &change.record {
                TimelineRecord::Company(company) => &company.name,
                TimelineRecord::Contact(contact) => &contact.name,
                TimelineRecord::Deal(deal) => &deal.name,
                TimelineRecord::Task(deal) => &deal.name,
            };
            format!("{} {name}", change.action)
        }
    }
}

fn all_words(timeline: &Timeline) -> Vec<String> {
    timeline.entries.iter().map(words).collect()
}

/// Every page, one after another.
async fn whole(db: &TestDb, actor: &Actor, of: TimelineOf, changes: bool) -> Vec<TimelineEntry> {
    let (mut entries, mut before) = (Vec::new(), None);
    loop {
        let part = db.store.timeline(actor, of, changes, before).await.unwrap();
        assert!(part.entries.len() as u64 <= TIMELINE_PAGE);
        entries.extend(part.entries);
        match part.next_cursor {
            Some(end) => before = Some(end.to_string().parse().unwrap()),
            None => return entries,
        }
    }
}

on_both_databases! {
    async fn activities_and_changes_are_mixed_newest_first(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let minute = || db.clock.advance(TimeDelta::minutes(1));
        let id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let person = contact(&db, &actor, Some(id), "Đức").await;
        minute();
        let draft = DealDraft { contact_id: Some(person), ..deal("Xe tải", id, "proposal", 100) };
        let sold = store.create_deal(&actor, draft).await.unwrap();
        minute();
        let now = domain::clock::Clock::now(&*db.clock);
        let talk = ActivityDraft { date: now, ..call("Báo giá", About { deal: Some(sold), ..About::default() }) };
        let talk = store.create_activity(&actor, talk).await.unwrap();
        store.add_note(&actor, talk, "Đã gửi".to_owned()).await.unwrap();
        minute();
        store.move_deal(&actor, &to(sold, 1, "negotiation", Placement::Top)).await.unwrap();
        minute();
        store.move_deal(&actor, &to(sold, 2, "negotiation", Placement::Bottom)).await.unwrap();
        minute();
        let active = CompanyForm { name: "Ánh Dương".into(), status: "active".into(), ..CompanyForm::default() };
        store.update_company(&actor, id, 1, active.parse().unwrap()).await.unwrap();
        minute();
        store.update_company(&actor, id, 2, active.parse().unwrap()).await.unwrap();

        let timeline = store.timeline(&actor, TimelineOf::Company(id), true, None).await.unwrap();
        let expected = ["update Ánh Dương", "move Xe tải", "call Báo giá", "create Xe tải", "create Ánh Dương"];
        assert_eq!(all_words(&timeline), expected, "without a card's place in its column and an edit of nothing");
        assert_eq!(timeline.next_cursor, None);
        let TimelineEvent::Change(change) = &timeline.entries[0].what else { panic!("a change") };
        assert_eq!((change.before["status"].as_str(), change.after["status"].as_str()), (Some("lead"), Some("active")));
        let TimelineEvent::Change(change) = &timeline.entries[1].what else { panic!("a change") };
        assert_eq!((change.before["stage"].as_str(), change.after["stage"].as_str()), (Some("Proposal"), Some("Negotiation")));
        let TimelineEvent::Activity(talk) = &timeline.entries[2].what else { panic!("an activity") };
        assert_eq!((talk.notes, talk.contact.as_ref().map(|c| c.name.as_str()), talk.deal.as_ref().map(|d| d.name.as_str())), (1, Some("Đức"), Some("Xe tải")));
        assert_eq!(timeline.entries[2].who.as_deref(), Some("hung"));

        let only = store.timeline(&actor, TimelineOf::Company(id), false, None).await.unwrap();
        assert_eq!(all_words(&only), ["call Báo giá"]);
        let of_deal = store.timeline(&actor, TimelineOf::Deal(sold), true, None).await.unwrap();
        assert_eq!(all_words(&of_deal), ["move Xe tải", "call Báo giá", "create Xe tải"]);
        let of_contact = store.timeline(&actor, TimelineOf::Contact(person), true, None).await.unwrap();
        assert_eq!(all_words(&of_contact), ["move Xe tải", "call Báo giá", "create Xe tải"]);
    }

    async fn pages_follow_each_other_without_gap_or_repeat(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("A")).await.unwrap();
        // Many of the same moment: what is told apart only by id. The helper's calls are all of one millisecond.
        for i in 0..30 {
            activity(&db, &actor, &format!("old {i}"), About { company: Some(id), ..About::default() }).await;
        }
        for i in 0..25 {
            let form = CompanyForm { name: "A".into(), notes: i.to_string(), ..CompanyForm::default() };
            store.update_company(&actor, id, i + 1, form.parse().unwrap()).await.unwrap();
        }
        let now = domain::clock::Clock::now(&*db.clock);
        for i in 0..25 {
            store.create_activity(&actor, ActivityDraft { date: now, ..call(&format!("now {i}"), About { company: Some(id), ..About::default() }) }).await.unwrap();
        }
        for changes in [true, false] {
            let entries = whole(&db, &actor, TimelineOf::Company(id), changes).await;
            assert_eq!(entries.len(), if changes { 30 + 26 + 25 } else { 55 });
            assert!(entries.windows(2).all(|two| two[0].at >= two[1].at), "newest first");
            let mut seen: Vec<String> = entries.iter().map(|entry| format!("{:?}", entry.what)).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), entries.len(), "each once");
        }
    }

    async fn the_timeline_excludes_the_bin_and_other_workspaces(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("lan").await;
        let store = &db.store;
        let id = store.create_company(&actor, company("A")).await.unwrap();
        let other = store.create_company(&actor, company("B")).await.unwrap();
        let lost = store.create_deal(&actor, deal("Binned", id, "proposal", 5)).await.unwrap();
        store.create_deal(&actor, deal("Elsewhere", other, "proposal", 5)).await.unwrap();
        let gone = store.create_activity(&actor, call("Gone", About { deal: Some(lost), ..About::default() })).await.unwrap();
        let kept = store.create_activity(&actor, call("Kept", About { deal: Some(lost), ..About::default() })).await.unwrap();
        store.delete_activity(&actor, gone, 1).await.unwrap();
        store.delete_deal(&actor, lost, 1).await.unwrap();
        let timeline = store.timeline(&actor, TimelineOf::Company(id), true, None).await.unwrap();
        assert_eq!(timeline.entries.len(), 2);
        let talks: Vec<_> = timeline.entries.iter().filter_map(|entry| match &entry.what {
            TimelineEvent::Activity(talk) => Some((talk.id, talk.deal.clone())),
            TimelineEvent::Change(_) => None,
        }).collect();
        assert_eq!(talks, [(kept, None)]);
        for of in [TimelineOf::Company(id), TimelineOf::Deal(lost)] {
            assert_eq!(store.timeline(&outsider, of, true, None).await.unwrap(), Timeline { entries: vec![], next_cursor: None });
        }
    }

    async fn a_large_company_opens_within_the_budget(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.seed_bulk(&actor, SeedCounts { companies: 1, contacts: 40, deals: 60, activities: 2_000, tasks: 0 }).await.unwrap();
        let id: Vec<uuid::Uuid> = db.raw().await.column("SELECT id FROM companies").await;
        let id = CompanyId(id[0]);
        store.seed_bulk(&actor, SeedCounts { companies: 2_000, contacts: 4_000, deals: 1_000, activities: 18_000, tasks: 0 }).await.unwrap();
        // Every one of its deals was moved about, as over a few years.
        let deals: Vec<uuid::Uuid> = {
            let raw = db.raw().await;
            raw.column(&format!("SELECT id FROM deals WHERE company_id = {}", raw.id(id.0))).await
        };
        for deal in deals {
            for (version, stage) in (1..).zip(["prospecting", "qualification", "proposal", "negotiation"]) {
                db.clock.advance(TimeDelta::minutes(1));
                store.move_deal(&actor, &to(domain::ids::DealId(deal), version, stage, Placement::Top)).await.unwrap();
            }
        }
        // As PostgreSQL does by itself some time after a load.
        db.raw().await.run("ANALYZE").await.unwrap();
        let newest = store.timeline(&actor, TimelineOf::Company(id), true, None).await.unwrap();
        assert_eq!(newest.entries.len() as u64, TIMELINE_PAGE);
        for before in [None, newest.next_cursor] {
            let mut times: Vec<Duration> = Vec::new();
            for _ in 0..21 {
                let begin = Instant::now();
                let part = store.timeline(&actor, TimelineOf::Company(id), true, before).await.unwrap();
                times.push(begin.elapsed());
                assert_eq!(part.entries.len() as u64, TIMELINE_PAGE);
            }
            times.sort_unstable();
            println!("timeline of 2,000 activities: p50 {:?}", times[10]);
            assert!(times[10] < Duration::from_millis(10), "p50 {:?}", times[10]);
        }
    }
}
