//! What is in the bin, and companies and deals taken out of it: all is as it was, and nothing else came along. Contacts and
//! activities have theirs beside their other tests.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::{Actor, Entity, Role},
    bin::{BinQuery, GoesAlong},
    companies::CompanyQuery,
    contacts::{ContactDraft, ContactQuery},
    custom_fields::CustomFields,
    day_range::Calendar,
    deals::{DealDraft, DealFilter, DealQuery, Placement},
    ids::{CompanyId, ContactId, DealId},
};
use store::{
    Action, StoreError, Total,
    bin::BinList,
    companies::CompanyDetail,
    deals::DealDetail,
    timeline::{TimelineEvent, TimelineOf},
    verify_chain,
};
use support::{
    ALL_SHOWN, About, activity, assert_counters, call, company, contact, deal, everything, member, names_in, person, tag, tagged, to,
};

/// The names of what a search finds: companies, contacts, deals.
async fn found(db: &TestDb, actor: &Actor, q: &str) -> [Vec<String>; 3] {
    let q = || q.to_owned();
    let companies = db.store.companies(actor, &CompanyQuery { q: q(), ..CompanyQuery::default() }).await.unwrap();
    let contacts = db.store.contacts(actor, &ContactQuery { q: q(), ..ContactQuery::default() }).await.unwrap();
    let filter = DealFilter { q: q(), ..DealFilter::default() };
    let deals = db.store.deals(actor, &DealQuery { filter, ..DealQuery::default() }).await.unwrap();
    [
        companies.rows.into_iter().map(|row| row.name).collect(),
        contacts.rows.into_iter().map(|row| row.name).collect(),
        deals.rows.into_iter().map(|row| row.name).collect(),
    ]
}

/// A company with somebody who signs, a deal, and an activity of each kind that goes with it.
struct Customer {
    company: CompanyId,
    director: ContactId,
    deal: DealId,
}

async fn customer(db: &TestDb, actor: &Actor) -> Customer {
    let store = &db.store;
    let vip = store.create_tag(actor, tag("Khách quen")).await.unwrap();
    let draft = domain::companies::CompanyDraft { industry: Some("Vận tải".to_owned()), ..tagged("Ánh Dương", &[vip]) };
    let company = store.create_company(actor, draft).await.unwrap();
    let director = ContactDraft {
        tags: vec![vip],
        is_decision_maker: true,
        authority_level: Some(domain::contacts::AuthorityLevel::Primary),
        custom_fields: CustomFields::parse(&["Zalo".to_owned()], &["ducgiamdoc".to_owned()]).unwrap(),
        ..person("Đức", Some(company))
    };
    let director = store.create_contact(actor, director).await.unwrap();
    let custom_fields = CustomFields::parse(&["Số hợp đồng".to_owned()], &["HD-77".to_owned()]).unwrap();
    let draft = DealDraft { contact_id: Some(director), custom_fields, ..deal("Xe tải", company, "proposal", 700) };
    let deal = store.create_deal(actor, draft).await.unwrap();
    store
        .create_activity(actor, call("with the company", About { company: Some(company), contact: Some(director), ..About::default() }))
        .await
        .unwrap();
    activity(db, actor, "with the director alone", About { contact: Some(director), ..About::default() }).await;
    activity(db, actor, "on the deal alone", About { deal: Some(deal), ..About::default() }).await;
    Customer { company, director, deal }
}

/// As it was, but that it was written twice since: into the bin and out.
fn ignoring_versions(company: CompanyDetail, was: &CompanyDetail) -> CompanyDetail {
    assert_eq!(company.version, was.version + 2);
    CompanyDetail { version: was.version, updated_at: was.updated_at, ..company }
}

on_both_databases! {
    async fn a_restored_company_has_all_records_deleted_with_it(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let stays = store.create_company(&actor, company("Bình Minh")).await.unwrap();
        let Customer { company: id, director, deal } = customer(&db, &actor).await;
        let raw = db.raw().await;
        let timeline = async || store.timeline(&actor, TimelineOf::Company(id), false, None).await.unwrap().entries.len();
        let before = store.company(&actor, id).await.unwrap();
        let with_it = (store.contact(&actor, director).await.unwrap(), store.deal(&actor, deal).await.unwrap(), timeline().await);
        assert_eq!((before.contacts_count, before.deals_count, before.decision_makers_count), (1, 1, 1));

        assert_eq!(store.delete_company(&actor, id, 1, ALL_SHOWN).await.as_deref(), Ok("Ánh Dương"));
        assert_counters(&raw).await;
        db.clock.advance(TimeDelta::days(29));
        for press in ["once", "twice"] {
            assert_eq!(store.restore_company(&actor, id).await.as_deref(), Ok("Ánh Dương"), "{press}");
        }
        assert_counters(&raw).await;
        assert_eq!(ignoring_versions(store.company(&actor, id).await.unwrap(), &before), before);
        let (contact, shown) = (store.contact(&actor, director).await.unwrap(), store.deal(&actor, deal).await.unwrap());
        let contact = store::contacts::ContactDetail { version: 1, updated_at: with_it.0.updated_at, ..contact };
        assert_eq!(contact, with_it.0);
        assert_eq!(DealDetail { version: 1, updated_at: with_it.1.updated_at, ..shown }, with_it.1);
        assert_eq!(timeline().await, with_it.2);
        assert_eq!(raw.number("SELECT count(*) FROM activities WHERE deleted_at IS NULL").await, 3);

        for q in ["anh duong", "van tai", "khach quen"] {
            assert_eq!(found(&db, &actor, q).await[0], ["Ánh Dương"], "{q}");
        }
        for q in ["duc", "ducgiamdoc", "anh duong"] {
            assert_eq!(found(&db, &actor, q).await[1], ["Đức"], "{q}");
        }
        for q in ["xe tai", "hd-77"] {
            assert_eq!(found(&db, &actor, q).await[2], ["Xe tải"], "{q}");
        }
        // The company's line is still the last one of the contact's text: a rename finds it.
        store.update_company(&actor, id, 3, company("Hải Âu")).await.unwrap();
        assert_eq!((found(&db, &actor, "hai au").await[1].len(), found(&db, &actor, "anh duong").await[1].len()), (1, 0));
        let history: Vec<Action> = store.contact_history(&actor, director).await.unwrap().into_iter().map(|event| event.action).collect();
        assert_eq!(history, [Action::Restored, Action::Deleted, Action::Created]);
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
        assert_eq!(store.company(&actor, stays).await.unwrap().version, 1);

        store.delete_company(&actor, id, 4, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::days(31));
        assert_eq!(store.restore_company(&actor, id).await, Err(StoreError::NotFound), "gone for good");
    }

    async fn records_deleted_or_restored_by_themselves_do_not_follow_the_company(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: id, director, deal: open } = customer(&db, &actor).await;
        let (gone, back) = (contact(&db, &actor, Some(id), "Gone").await, contact(&db, &actor, Some(id), "Back").await);
        let lost = store.create_deal(&actor, deal("Lost", id, "proposal", 5)).await.unwrap();
        let other = store.create_company(&actor, company("Other")).await.unwrap();
        let talk = activity(&db, &actor, "with the director of another", About { company: Some(other), contact: Some(director), ..About::default() }).await;
        store.delete_contact(&actor, gone, 1, ALL_SHOWN).await.unwrap();
        store.delete_deal(&actor, lost, 1).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_company(&actor, id, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(store.restore_deal(&actor, open).await, Err(StoreError::Conflict), "it comes back with its company");
        store.restore_contact(&actor, back).await.unwrap();

        store.restore_company(&actor, id).await.unwrap();
        assert_counters(&db.raw().await).await;
        assert_eq!(store.contact(&actor, back).await.unwrap().company_id, None, "it came back by itself, to no company");
        assert_eq!(store.contact(&actor, gone).await.map(drop), Err(StoreError::NotFound));
        assert_eq!(store.deal(&actor, lost).await.map(drop), Err(StoreError::NotFound));
        assert_eq!(store.deal(&actor, open).await.unwrap().contact_id, Some(director));
        assert_eq!(store.activity(&actor, domain::ids::ActivityId(talk)).await.unwrap().version, 1);
        store.restore_deal(&actor, lost).await.unwrap();
        assert_counters(&db.raw().await).await;
    }

    async fn a_restored_deal_has_its_old_position(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: at, deal: id, .. } = customer(&db, &actor).await;
        for name in ["Under", "Above"] {
            let place = if name == "Above" { Placement::Top } else { Placement::Bottom };
            let made = store.create_deal(&actor, deal(name, at, "proposal", 5)).await.unwrap();
            store.move_deal(&actor, &to(made, 1, "proposal", place)).await.unwrap();
        }
        let order = ["Above", "Xe tải", "Under"];
        assert_eq!(names_in(store, &actor, "proposal").await, order);
        let before = store.deal(&actor, id).await.unwrap();

        assert_eq!(store.delete_deal(&actor, id, 1).await.as_deref(), Ok("Xe tải"));
        assert_eq!(names_in(store, &actor, "proposal").await, ["Above", "Under"]);
        db.clock.advance(TimeDelta::days(29));
        for press in ["once", "twice"] {
            assert_eq!(store.restore_deal(&actor, id).await.as_deref(), Ok("Xe tải"), "{press}");
        }
        assert_counters(&db.raw().await).await;
        assert_eq!(names_in(store, &actor, "proposal").await, order);
        let after = store.deal(&actor, id).await.unwrap();
        assert_eq!(after.version, 3);
        assert_eq!(DealDetail { version: 1, updated_at: before.updated_at, ..after }, before);
        assert_eq!(found(&db, &actor, "hd-77").await[2], ["Xe tải"]);
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));

        store.delete_deal(&actor, id, 3).await.unwrap();
        db.clock.advance(TimeDelta::days(31));
        assert_eq!(store.restore_deal(&actor, id).await, Err(StoreError::NotFound), "gone for good");
    }

    async fn an_edit_keeps_references_to_records_in_the_bin(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: at, director, deal: with } = customer(&db, &actor).await;
        let below = ContactDraft { reports_to_id: Some(director), ..person("Below", Some(at)) };
        let report = store.create_contact(&actor, below).await.unwrap();
        let about = About { company: Some(at), contact: Some(director), deal: Some(with) };
        let talk = store.create_activity(&actor, call("Call", about)).await.unwrap();
        store.delete_contact(&actor, director, 1, ALL_SHOWN).await.unwrap();
        store.delete_deal(&actor, with, 1).await.unwrap();
        let other = store.create_deal(&actor, DealDraft { contact_id: None, ..deal("Other", at, "proposal", 5) }).await.unwrap();
        // As their forms are sent while the two are in the bin: without them.
        store.update_contact(&actor, report, 1, person("Dưới quyền", Some(at))).await.unwrap();
        store.update_activity(&actor, talk, 1, call("Gọi", About { company: Some(at), ..About::default() })).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.restore_deal(&actor, with).await.unwrap();
        store.update_deal(&actor, with, 3, deal("Xe tải", at, "proposal", 900)).await.unwrap();
        store.restore_contact(&actor, director).await.unwrap();

        assert_eq!(store.contact(&actor, report).await.unwrap().reports_to.unwrap().id, director);
        let activity = store.activity(&actor, talk).await.unwrap();
        assert_eq!((activity.contact.map(|contact| contact.id), activity.deal.map(|deal| deal.id)), (Some(director), Some(with)));
        assert_eq!(store.deal(&actor, with).await.unwrap().contact_id, Some(director));
        // Somebody who is there can be taken off.
        store.update_deal(&actor, with, 4, deal("Xe tải", at, "proposal", 900)).await.unwrap();
        store.update_contact(&actor, report, 2, person("Dưới quyền", Some(at))).await.unwrap();
        assert_eq!(store.deal(&actor, with).await.unwrap().contact_id, None);
        assert_eq!(store.contact(&actor, report).await.unwrap().reports_to, None);
        assert_eq!(store.deal(&actor, other).await.unwrap().contact_id, None);
        assert_counters(&db.raw().await).await;
    }

    async fn deletion_and_restoration_with_a_company_are_shown_once(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: id, deal, .. } = customer(&db, &actor).await;
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_company(&actor, id, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.restore_company(&actor, id).await.unwrap();
        let told = async |of: TimelineOf| -> Vec<String> {
            let entries = store.timeline(&actor, of, true, None).await.unwrap().entries;
            entries.into_iter().filter_map(|entry| match entry.what {
                TimelineEvent::Change(change) => Some(change.action),
                TimelineEvent::Activity(_) => None,
            }).collect()
        };
        assert_eq!(told(TimelineOf::Company(id)).await[..2], ["restore", "delete"]);
        assert_eq!(told(TimelineOf::Company(id)).await[2..], ["create"; 3], "of the company, its contact, its deal");
        assert_eq!(told(TimelineOf::Deal(deal)).await, ["restore", "delete", "create"]);
    }

    async fn the_bin_lists_records_deleted_by_themselves(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: id, director, .. } = customer(&db, &actor).await;
        let lost = store.create_deal(&actor, deal("Lost", id, "proposal", 5)).await.unwrap();
        let call = store.create_activity(&actor, call("Call", About { company: Some(id), ..About::default() })).await.unwrap();
        let names = async || -> Vec<(String, bool)> {
            store.bin(&actor, &BinQuery::default()).await.unwrap().rows.into_iter().map(|row| (row.name, row.company_gone)).collect()
        };
        let listed = |names: &[(&str, bool)]| names.iter().map(|(name, held)| ((*name).to_owned(), *held)).collect::<Vec<_>>();
        assert_eq!(names().await, []);
        store.delete_deal(&actor, lost, 1).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_activity(&actor, call, 1).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        assert_eq!(names().await, listed(&[("Call", false), ("Lost", false)]));
        store.delete_contact(&actor, director, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_company(&actor, id, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(names().await, listed(&[("Ánh Dương", false), ("Đức", true), ("Call", true), ("Lost", true)]));
        let rows = store.bin(&actor, &BinQuery::default()).await.unwrap().rows;
        let (company, contact) = (&rows[0], &rows[1]);
        assert_eq!((company.entity, company.id, company.owner_id), (Entity::Company, id.0, actor.user_id));
        assert_eq!(company.goes_along, GoesAlong { contacts: 0, deals: 1, activities: 2, ..GoesAlong::default() });
        assert_eq!((contact.entity, contact.goes_along), (Entity::Contact, GoesAlong { activities: 1, ..GoesAlong::default() }));
        assert!(rows.iter().all(|row| row.deleted_by.as_deref() == Some("hung") && row.owner_name.as_deref() == Some("hung")), "{rows:?}");
        assert_eq!((&company.company_name, contact.company_name.as_deref()), (&None, Some("Ánh Dương")));
        assert_eq!(company.deleted_at - contact.deleted_at, TimeDelta::seconds(1));

        // Deleted once more, it is listed once, as it went the last time.
        store.restore_company(&actor, id).await.unwrap();
        assert_eq!(names().await, listed(&[("Đức", false), ("Call", false), ("Lost", false)]));
        store.restore_contact(&actor, director).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_contact(&actor, director, 3, ALL_SHOWN).await.unwrap();
        assert_eq!(names().await, listed(&[("Đức", false), ("Call", false), ("Lost", false)]));

        let (_, theirs) = db.register("lan").await;
        assert_eq!(store.bin(&theirs, &BinQuery::default()).await, Ok(BinList { rows: vec![], total: Total { count: 0, capped: false } }));
        db.clock.advance(TimeDelta::days(30));
        assert_eq!(names().await, listed(&[("Đức", false)]), "the others are gone for good");
    }

    async fn deleting_a_company_with_more_records_than_shown_is_a_conflict(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { company: id, deal: open, .. } = customer(&db, &actor).await;
        let raw = db.raw().await;
        let shown = store.company_deletion(&actor, id).await.unwrap().goes_along;
        assert_eq!(shown, GoesAlong { contacts: 1, deals: 1, activities: 3, ..GoesAlong::default() });
        let additions: [(&str, GoesAlong); 3] = [
            ("a contact", GoesAlong { contacts: 2, ..shown }),
            ("a deal", GoesAlong { contacts: 2, deals: 2, ..shown }),
            ("an activity of the deal alone", GoesAlong { contacts: 2, deals: 2, activities: 4, ..GoesAlong::default() }),
        ];
        let mut asked = shown;
        for (added, now) in additions {
            match added {
                "a contact" => drop(store.create_contact(&actor, person("Đào", Some(id))).await.unwrap()),
                "a deal" => drop(store.create_deal(&actor, deal("Xe con", id, "proposal", 5)).await.unwrap()),
                _ => drop(activity(&db, &actor, added, About { deal: Some(open), ..About::default() }).await),
            }
            let before = everything(&raw).await;
            for shown in [asked, GoesAlong::default()] {
                assert_eq!(store.delete_company(&actor, id, 1, shown).await, Err(StoreError::Conflict), "{added}");
                assert!(everything(&raw).await == before, "{added}: nothing is written");
            }
            asked = store.company_deletion(&actor, id).await.unwrap().goes_along;
            assert_eq!(asked, now, "{added}");
        }
        // Fewer than were shown is no reason to ask again.
        store.delete_deal(&actor, open, 1).await.unwrap();
        store.delete_company(&actor, id, 1, asked).await.unwrap();
        assert_counters(&raw).await;
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn deleting_a_contact_with_more_activities_than_shown_is_a_conflict(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let Customer { director, company: at, .. } = customer(&db, &actor).await;
        let raw = db.raw().await;
        let shown = store.contact_deletion(&actor, director).await.unwrap().goes_along;
        assert_eq!(shown, GoesAlong { activities: 1, ..GoesAlong::default() });
        activity(&db, &actor, "with the company too", About { company: Some(at), contact: Some(director), ..About::default() }).await;
        assert_eq!(store.contact_deletion(&actor, director).await.unwrap().goes_along, shown, "that one stays");
        activity(&db, &actor, "with the director alone", About { contact: Some(director), ..About::default() }).await;
        let before = everything(&raw).await;
        for shown in [shown, GoesAlong::default()] {
            assert_eq!(store.delete_contact(&actor, director, 1, shown).await, Err(StoreError::Conflict));
            assert!(everything(&raw).await == before, "nothing is written");
        }
        let shown = store.contact_deletion(&actor, director).await.unwrap().goes_along;
        store.delete_contact(&actor, director, 1, shown).await.unwrap();
        assert_counters(&raw).await;
    }

    async fn the_bin_has_pages(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for number in 0..23 {
            db.clock.advance(TimeDelta::seconds(1));
            let id = db.store.create_contact(&actor, person(&format!("{number:02}"), None)).await.unwrap();
            db.store.delete_contact(&actor, id, 1, ALL_SHOWN).await.unwrap();
        }
        let page = async |number: &str| {
            let list = db.store.bin(&actor, &BinQuery { page: number.parse().unwrap(), ..BinQuery::default() }).await.unwrap();
            assert_eq!(list.total, Total { count: 23, capped: false });
            list.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        let (first, second) = (page("1").await, page("2").await);
        assert_eq!((first.len(), first[0].as_str(), second), (20, "22", vec!["02".to_owned(), "01".to_owned(), "00".to_owned()]));
        assert_eq!(page("3").await, [""; 0]);
    }

    async fn filters_narrow_the_bin(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let lan = member(&db, &actor, "lan", Role::Member).await;
        let store = &db.store;
        let Customer { company: id, director, deal } = customer(&db, &actor).await;
        let parse = |pairs: &[(&str, &str)]| BinQuery::parse(pairs.iter().copied()).unwrap();
        let names = async |query: BinQuery| -> Vec<String> {
            let list = store.bin(&actor, &query).await.unwrap();
            assert_eq!(list.total.count, list.rows.len() as u64);
            list.rows.into_iter().map(|row| row.name).collect()
        };
        assert_eq!(store.bin_people(&actor).await.unwrap(), []);
        // 2 March in UTC, and the day after.
        store.delete_deal(&lan, deal, 1).await.unwrap();
        store.delete_contact(&actor, director, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::days(1));
        store.delete_company(&lan, id, 1, ALL_SHOWN).await.unwrap();
        let lan_id = lan.user_id.to_string();
        for (pairs, expected) in [
            (&[("kind", "company")][..], &["Ánh Dương"][..]),
            (&[("kind", "activity")], &[]),
            (&[("person", &lan_id)], &["Ánh Dương", "Xe tải"]),
            (&[("person", &lan_id), ("kind", "deal")], &["Xe tải"]),
            (&[("person", &actor.workspace_id.to_string())], &[]),
            (&[("from", "2026-03-03")], &["Ánh Dương"]),
            (&[("to", "2026-03-02"), ("kind", "contact")], &["Đức"]),
            (&[("from", "2026-03-04")], &[]),
        ] {
            assert_eq!(names(parse(pairs)).await, expected, "{pairs:?}");
        }
        // A day of the workspace's zone begins seven hours sooner.
        let third = parse(&[("from", "2026-03-03"), ("to", "2026-03-03")]);
        let hanoi = |mut query: BinQuery| {
            query.filter.days = query.filter.days.in_zone(Calendar { today: "2026-03-03".parse().unwrap(), start_of: &support::start_of });
            query
        };
        assert_eq!(names(hanoi(third.clone())).await, ["Ánh Dương"]);
        db.clock.advance(TimeDelta::hours(15));
        let late = store.create_contact(&actor, person("Muộn", None)).await.unwrap();
        store.delete_contact(&actor, late, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(names(third).await, ["Muộn", "Ánh Dương"]);
        assert_eq!(names(hanoi(parse(&[("from", "2026-03-04")]))).await, ["Muộn"], "18:04 in UTC is the next day there");
        let people: Vec<String> = store.bin_people(&actor).await.unwrap().into_iter().map(|(_, name)| name).collect();
        assert_eq!(people, ["hung", "lan"]);
    }
}
