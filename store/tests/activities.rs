//! Activities: logging and reading them, what they are linked to, their notes, their list, the lock, the bin.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use common::TestDb;
use domain::{
    access::{Actor, Role},
    activities::{ActivityColumn, ActivityDraft, ActivityForm, ActivityQuery, ActivityType},
    collation::{person_sort_key, sort_key},
    columns::{Columns, Layout, TableQuery},
    companies::CompanyQuery,
    contacts::{ContactDraft, ContactForm},
    deals::DealDraft,
    ids::{ActivityId, CompanyId, ContactId, DealId},
    page::{ListColumn, ListQuery, Sort},
    workspaces::Switches,
};
use store::{StoreError, TimeRange, activities::ActivityRow, companies::Total, demo::SeedCounts};
use support::{ALL_SHOWN, About, assert_counters, call, company, contact, deal, everything, member, missing_last};

const NOT_THERE: uuid::Uuid = uuid::Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001);

/// Ho Chi Minh City: seven hours ahead, all year.
fn utc(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    local.and_local_timezone(FixedOffset::east_opt(7 * 3_600)?).single().map(|time| time.to_utc())
}

fn full_form() -> ActivityForm {
    ActivityForm {
        kind: "meeting".into(),
        // `Đường` decomposed: o, horn, grave.
        subject: "Gặp ở Đu\u{31b}o\u{31b}\u{300}ng Quảng Ngãi 🙂 <script>alert(1)</script>".into(),
        description: "Dòng một\r\nDòng hai".into(),
        date: "2026-03-01T23:30".into(),
        duration_minutes: "45".into(),
        outcome: "Đồng ý giá".into(),
        next_steps: "Gửi hợp đồng".into(),
        ..ActivityForm::default()
    }
}

/// A company, one of its people, and a deal with both.
struct Customer {
    company: CompanyId,
    contact: ContactId,
    deal: DealId,
}

async fn customer(db: &TestDb, actor: &Actor, name: &str) -> Customer {
    let id = db.store.create_company(actor, company(name)).await.unwrap();
    let person = contact(db, actor, Some(id), "Đức").await;
    let draft = DealDraft { contact_id: Some(person), ..deal("Xe", id, "proposal", 100) };
    Customer { company: id, contact: person, deal: db.store.create_deal(actor, draft).await.unwrap() }
}

fn person_without_company() -> ContactDraft {
    ContactForm { name: "Một mình".to_owned(), ..ContactForm::default() }.parse().unwrap()
}

fn search(q: &str) -> ActivityQuery {
    ActivityQuery { q: q.to_owned(), ..ActivityQuery::default() }
}

/// The subjects that a search finds, newest first.
async fn found(db: &TestDb, actor: &Actor, query: &ActivityQuery) -> Vec<String> {
    let list = db.store.activities(actor, query, TimeRange::default()).await.unwrap();
    assert_eq!(list.total, Total { count: list.rows.len() as u64, capped: false }, "{query:?}");
    list.rows.into_iter().map(|row| row.subject).collect()
}

fn about(company: Option<CompanyId>, contact: Option<ContactId>, deal: Option<DealId>) -> About {
    About { company, contact, deal }
}

async fn subjects(db: &TestDb, actor: &Actor, query: &ActivityQuery, range_utc: TimeRange) -> Vec<String> {
    let list = db.store.activities(actor, query, range_utc).await.unwrap();
    assert_eq!(list.total, Total { count: list.rows.len() as u64, capped: false }, "{query:?}");
    list.rows.into_iter().map(|row| row.subject).collect()
}

on_both_databases! {
    async fn a_search_finds_what_was_written_until_it_is_deleted(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let Customer { company: of, contact: person, .. } = customer(&db, &actor, "Ánh Dương").await;
        let alone = about(None, Some(person), None);
        let draft = |subject: &str, about: About| ActivityDraft {
            description: Some("Hỏi về kho lạnh\nở Đồng Nai".into()),
            outcome: Some("Đồng ý giá".into()),
            next_steps: Some("Gửi hợp đồng 100%".into()),
            ..call(subject, about)
        };
        let store = &db.store;
        let first = store.create_activity(&actor, draft("Gặp chị Lan", about(Some(of), None, None))).await.unwrap();
        let second = store.create_activity(&actor, call("Gọi lại", alone)).await.unwrap();
        for words in ["chi lan", "KHO LẠNH", "dong nai hoi", "đồng ý", "hop dong", "100%", "%", "ga"] {
            assert_eq!(found(&db, &actor, &search(words)).await, ["Gặp chị Lan"], "{words}");
        }
        for words in ["_", "lan goi", "anh duong", "xyzzy"] {
            assert_eq!(found(&db, &actor, &search(words)).await, [""; 0], "{words}");
        }
        let narrowed = ActivityQuery { kind: vec![ActivityType::Email], ..search("lan") };
        assert_eq!(found(&db, &actor, &narrowed).await, [""; 0]);
        let (_, outsider) = db.register("outsider").await;
        assert_eq!(found(&db, &outsider, &search("lan")).await, [""; 0]);

        // Edited, deleted and restored, by itself, with its company and with its contact.
        store.update_activity(&actor, first, 1, call("Đặt hàng", about(Some(of), None, None))).await.unwrap();
        assert_eq!(found(&db, &actor, &search("dat hang")).await, ["Đặt hàng"]);
        assert_eq!(found(&db, &actor, &search("kho lanh")).await, [""; 0]);
        store.delete_activity(&actor, first, 2).await.unwrap();
        assert_eq!(found(&db, &actor, &search("dat hang")).await, [""; 0]);
        store.restore_activity(&actor, first).await.unwrap();
        assert_eq!(found(&db, &actor, &search("dat hang")).await, ["Đặt hàng"]);
        store.delete_company(&actor, of, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(found(&db, &actor, &search("dat hang")).await, [""; 0]);
        store.restore_company(&actor, of).await.unwrap();
        assert_eq!(found(&db, &actor, &search("dat hang")).await, ["Đặt hàng"]);

        // Its contact's company took it along, there and back.
        let lone = store.create_contact(&actor, person_without_company()).await.unwrap();
        store.update_activity(&actor, second, 3, call("Gọi lại", about(None, Some(lone), None))).await.unwrap();
        store.delete_contact(&actor, lone, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(found(&db, &actor, &search("goi lai")).await, [""; 0]);
        store.restore_contact(&actor, lone).await.unwrap();
        assert_eq!(found(&db, &actor, &search("goi lai")).await, ["Gọi lại"]);
    }

    async fn a_search_among_many_has_its_own_total(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 3, activities: 700, ..SeedCounts::default() }).await.unwrap();
        let total = async |q: &str| db.store.activities(&actor, &search(q), TimeRange::default()).await.unwrap().total.count;
        assert_eq!((total("trao doi").await, total("trao doi 7").await, total("700").await), (700, 12, 1));
    }

    async fn an_activity_is_kept_as_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let of = customer(&db, &actor, "Ánh Dương").await;
        let form = ActivityForm { deal_id: of.deal.to_string(), ..full_form() };
        let id = db.store.create_activity(&actor, form.parse(DateTime::UNIX_EPOCH, utc).unwrap()).await.unwrap();
        let activity = db.store.activity(&actor, id).await.unwrap();
        assert_eq!(activity.subject, "Gặp ở Đường Quảng Ngãi 🙂 <script>alert(1)</script>", "composed");
        assert_eq!(activity.date.to_rfc3339(), "2026-03-01T16:30:00+00:00");
        assert_eq!((activity.kind, activity.duration_minutes), (ActivityType::Meeting, Some(45)));
        assert_eq!(activity.description.as_deref(), Some("Dòng một\nDòng hai"));
        assert_eq!((activity.outcome.as_deref(), activity.next_steps.as_deref()), (Some("Đồng ý giá"), Some("Gửi hợp đồng")));
        assert_eq!((activity.owner_id, activity.owner_name.as_str(), activity.version), (actor.user_id, "hung", 1));
        assert_eq!(activity.deal.map(|deal| (deal.id, deal.name)), Some((of.deal, "Xe".to_owned())));
        assert_eq!((activity.notes, activity.edits), (vec![], vec![]));
        assert_counters(&db.raw().await).await;
    }

    async fn missing_links_are_filled_from_deal_and_contact(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (of, other) = (customer(&db, &actor, "Ánh Dương").await, customer(&db, &actor, "Bình Minh").await);
        let linked = async |about| {
            let id = db.store.create_activity(&actor, call("Call", about)).await?;
            let activity = db.store.activity(&actor, id).await?;
            Ok::<_, StoreError>((activity.company.map(|c| c.id), activity.contact.map(|c| c.id), activity.deal.map(|d| d.id)))
        };
        let all = (Some(of.company), Some(of.contact), Some(of.deal));
        assert_eq!(linked(about(None, None, Some(of.deal))).await, Ok(all));
        assert_eq!(linked(about(Some(of.company), None, Some(of.deal))).await, Ok(all));
        assert_eq!(linked(about(None, Some(of.contact), None)).await, Ok((Some(of.company), Some(of.contact), None)));
        // Somebody of another company may be at the table; the deal's company stays.
        assert_eq!(linked(about(None, Some(other.contact), Some(of.deal))).await, Ok((Some(of.company), Some(other.contact), Some(of.deal))));
        assert_eq!(linked(About::default()).await, Ok((None, None, None)));
        let wrong = linked(about(Some(other.company), None, Some(of.deal))).await;
        assert_eq!(wrong, Err(StoreError::field("deal_id", "This deal is with another company")));
        assert_counters(&db.raw().await).await;
    }

    async fn a_link_to_a_missing_record_is_invalid_at_its_field(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, outsider) = db.register("lan").await;
        let theirs = customer(&db, &outsider, "Theirs").await;
        let binned = db.store.create_company(&actor, company("Binned")).await.unwrap();
        db.store.delete_company(&actor, binned, 1, ALL_SHOWN).await.unwrap();
        let before = everything(&db.raw().await).await;
        for (about, field) in [
            (about(Some(theirs.company), None, None), "company_id"),
            (about(Some(binned), None, None), "company_id"),
            (about(Some(CompanyId(NOT_THERE)), None, None), "company_id"),
            (about(None, Some(theirs.contact), None), "contact_id"),
            (about(None, Some(ContactId(NOT_THERE)), None), "contact_id"),
            (about(None, None, Some(theirs.deal)), "deal_id"),
            (about(None, None, Some(DealId(NOT_THERE))), "deal_id"),
        ] {
            match db.store.create_activity(&actor, call("Call", about)).await {
                Err(StoreError::Invalid(errors)) => assert!(errors.get(field).is_some(), "{field}: {errors:?}"),
                other => panic!("{field}: {other:?}"),
            }
        }
        assert_eq!(everything(&db.raw().await).await, before);
    }

    async fn an_edit_moves_the_counters_and_is_kept_in_the_history(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (from, to) = (customer(&db, &actor, "From").await, customer(&db, &actor, "To").await);
        let early = call("Early", about(Some(from.company), None, None));
        db.store.create_activity(&actor, domain::activities::ActivityDraft { date: early.date - TimeDelta::days(9), ..early }).await.unwrap();
        let id = db.store.create_activity(&actor, call("Báo giá", about(Some(from.company), None, None))).await.unwrap();
        db.clock.advance(TimeDelta::minutes(1));
        db.store.update_activity(&actor, id, 1, call("Báo giá 2", about(Some(to.company), None, None))).await.unwrap();
        assert_counters(&db.raw().await).await;
        let activity = db.store.activity(&actor, id).await.unwrap();
        assert_eq!((activity.version, activity.subject.as_str()), (2, "Báo giá 2"));
        assert_eq!(activity.company.map(|company| company.name).as_deref(), Some("To"));
        assert_eq!(activity.edits.len(), 1);
        assert_eq!(activity.edits[0].fields[1], ("subject".to_owned(), "Báo giá".to_owned(), "Báo giá 2".to_owned()));
        assert_eq!(activity.edits[0].actor_name.as_deref(), Some("hung"));

        // Earlier than the rest: the company's last contact goes back to the one before.
        let company = async |id| db.store.company(&actor, id).await.unwrap();
        assert_eq!(company(from.company).await.activities_count, 1);
        let back = call("Báo giá 3", about(Some(from.company), None, None));
        let back = domain::activities::ActivityDraft { date: back.date - TimeDelta::days(30), ..back };
        db.store.update_activity(&actor, id, 2, back.clone()).await.unwrap();
        assert_eq!(company(from.company).await.last_contact_at, Some(back.date + TimeDelta::days(21)));
        assert_eq!(company(to.company).await.last_contact_at, None);
        assert_counters(&db.raw().await).await;
        assert_eq!(db.store.update_activity(&actor, id, 1, back.clone()).await, Err(StoreError::Conflict));
        assert_eq!(db.store.update_activity(&actor, ActivityId(NOT_THERE), 1, back).await, Err(StoreError::NotFound));
        assert_eq!(store::verify_chain(&db.store, actor.workspace_id).await, Ok(None));
    }

    async fn last_contact_is_what_has_happened_with_somebody(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, of) = (&db.store, customer(&db, &actor, "Ánh Dương").await);
        let now = domain::clock::Clock::now(&*db.clock);
        let at = async |kind, date| {
            let draft = call("Gặp", about(Some(of.company), Some(of.contact), Some(of.deal)));
            store.create_activity(&actor, domain::activities::ActivityDraft { kind, date, ..draft }).await.unwrap()
        };
        let shown = async || {
            let company = store.company(&actor, of.company).await.unwrap();
            let contact = store.contact(&actor, of.contact).await.unwrap();
            let deal = store.deal(&actor, of.deal).await.unwrap();
            let row = store.companies(&actor, &CompanyQuery::default()).await.unwrap().rows.remove(0);
            let shown = (company.last_contact_at, company.next_contact_at);
            assert_eq!(row.last_contact_at, shown.0);
            assert_eq!((contact.last_contact_at, contact.next_contact_at), shown);
            assert_eq!((deal.last_contact_at, deal.next_contact_at), shown);
            shown
        };
        at(ActivityType::Note, now - TimeDelta::hours(1)).await;
        at(ActivityType::Note, now + TimeDelta::hours(1)).await;
        assert_eq!(shown().await, (None, None), "a note is to oneself");
        let (first, second) = (now + TimeDelta::days(2), now + TimeDelta::days(4));
        at(ActivityType::Meeting, second).await;
        let sms = at(ActivityType::Sms, first).await;
        assert_eq!(shown().await, (None, Some(first)));

        db.clock.advance(TimeDelta::days(2) - TimeDelta::milliseconds(1));
        assert_eq!(shown().await, (None, Some(first)));
        db.clock.advance(TimeDelta::milliseconds(1));
        assert_eq!(shown().await, (Some(first), Some(second)), "at its very moment, and nobody wrote");
        db.clock.advance(TimeDelta::days(3));
        assert_eq!(shown().await, (Some(second), None), "both have come since the last write");
        let raw = db.raw().await;
        let counted = "SELECT last_contact_ms FROM company_counters";
        assert_eq!(raw.number(counted).await, 0);
        assert_eq!((store.refresh_due_contacts().await, store.refresh_due_contacts().await), (Ok(1), Ok(0)));
        assert_eq!(raw.number(counted).await, second.timestamp_millis());
        assert_eq!(shown().await, (Some(second), None));
        store.delete_activity(&actor, sms, 1).await.unwrap();
        assert_eq!(shown().await, (Some(second), None));
        assert_counters(&raw).await;
    }

    async fn planned_contacts_of_every_workspace_are_refreshed(db: TestDb) {
        let now = domain::clock::Clock::now(&*db.clock);
        let mut actors = Vec::new();
        for name in ["hung", "lan"] {
            let (_, actor) = db.register(name).await;
            for day in [1, 2, 9] {
                let of = customer(&db, &actor, "Ánh Dương").await;
                let draft = call("Gặp", about(Some(of.company), None, None));
                let draft = domain::activities::ActivityDraft { date: now + TimeDelta::days(day), ..draft };
                db.store.create_activity(&actor, draft).await.unwrap();
            }
            actors.push(actor);
        }
        assert_eq!(db.store.refresh_due_contacts().await, Ok(0));
        db.clock.advance(TimeDelta::days(2));
        assert_eq!(db.store.refresh_due_contacts().await, Ok(4));
        for actor in actors {
            let query = CompanyQuery { layout: Layout::sorted("-last_contact_at".parse().unwrap()), ..CompanyQuery::default() };
            let rows = db.store.companies(&actor, &query).await.unwrap().rows;
            let days = rows.iter().map(|row| row.last_contact_at.map(|at| (at - now).num_days())).collect::<Vec<_>>();
            assert_eq!(days, [Some(2), Some(1), None]);
        }
        assert_counters(&db.raw().await).await;
    }

    async fn no_edit_is_lost_among_sixteen_writers(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_activity(&actor, call("A", About::default())).await.unwrap();
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..16 {
            let store = db.store.clone();
            clients.spawn(async move {
                let mut successes = 0;
                for round in 0..8 {
                    let version = store.activity(&actor, id).await.unwrap().version;
                    match store.update_activity(&actor, id, version, call(&format!("{client} {round}"), About::default())).await {
                        Ok(()) => successes += 1,
                        Err(error) => assert_eq!(error, StoreError::Conflict),
                    }
                }
                successes
            });
        }
        let successes: i64 = clients.join_all().await.into_iter().sum();
        assert!(successes > 0);
        assert_eq!(db.store.activity(&actor, id).await.unwrap().version, 1 + successes);
    }

    async fn a_deleted_activity_can_be_restored_for_thirty_days(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let of = customer(&db, &actor, "Ánh Dương").await;
        let id = db.store.create_activity(&actor, call("Call", about(None, None, Some(of.deal)))).await.unwrap();
        db.store.add_note(&actor, id, "Đã gửi".to_owned()).await.unwrap();
        assert_eq!(db.store.restore_activity(&actor, id).await, Ok(()), "not in the bin: it stays as it is");
        assert_eq!(db.store.delete_activity(&actor, id, 2).await, Err(StoreError::Conflict));
        db.store.delete_activity(&actor, id, 1).await.unwrap();
        assert_counters(&db.raw().await).await;
        assert_eq!(db.store.activity(&actor, id).await, Err(StoreError::NotFound));
        assert_eq!(db.store.add_note(&actor, id, "Late".to_owned()).await, Err(StoreError::NotFound));
        assert_eq!(subjects(&db, &actor, &ActivityQuery::default(), TimeRange::default()).await, [""; 0]);
        assert_eq!(db.store.company(&actor, of.company).await.unwrap().last_contact_at, None);

        db.clock.advance(TimeDelta::days(29));
        assert_eq!((db.store.restore_activity(&actor, id).await, db.store.restore_activity(&actor, id).await), (Ok(()), Ok(())), "pressed twice");
        assert_counters(&db.raw().await).await;
        let activity = db.store.activity(&actor, id).await.unwrap();
        assert_eq!((activity.version, activity.notes.len(), activity.company.map(|company| company.id)), (3, 1, Some(of.company)));

        // It goes with its company, and doesn't come back without it.
        db.store.delete_company(&actor, of.company, 1, ALL_SHOWN).await.unwrap();
        assert_eq!(db.store.restore_activity(&actor, id).await, Err(StoreError::Conflict));
        assert_counters(&db.raw().await).await;
        db.clock.advance(TimeDelta::days(31));
        assert_eq!(db.store.restore_activity(&actor, id).await, Err(StoreError::NotFound), "gone for good");
    }

    async fn a_locked_activity_takes_notes_and_no_edits(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let admin = member(&db, &owner, "admin", Role::Admin).await;
        let clerk = member(&db, &owner, "clerk", Role::Member).await;
        let id = db.store.create_activity(&clerk, call("Call", About::default())).await.unwrap();
        db.store.set_switches(&owner, 1, Switches { lock_activities: true, owners_only_edit: false }).await.unwrap();
        for actor in [owner, admin, clerk] {
            assert_eq!(db.store.update_activity(&actor, id, 1, call("Changed", About::default())).await, Err(StoreError::Denied));
            assert_eq!(db.store.delete_activity(&actor, id, 1).await, Err(StoreError::Denied));
            db.store.add_note(&actor, id, "Added".to_owned()).await.unwrap();
            db.store.create_activity(&actor, call("Another", About::default())).await.unwrap();
        }
        let activity = db.store.activity(&owner, id).await.unwrap();
        assert_eq!((activity.subject.as_str(), activity.version, activity.notes.len()), ("Call", 1, 3));
        assert_eq!(db.store.set_switches(&owner, 1, Switches::default()).await, Err(StoreError::Conflict));
        db.store.set_switches(&owner, 2, Switches::default()).await.unwrap();
        db.store.update_activity(&clerk, id, 1, call("Changed", About::default())).await.unwrap();
        let log: Vec<String> = db.raw().await.column("SELECT after FROM audit_log WHERE entity = 'workspace' ORDER BY seq").await;
        assert_eq!(log[log.len() - 2..], [r#"{"lock_activities":true}"#, r#"{"lock_activities":false}"#]);
    }

    async fn notes_are_added_in_order_by_whoever_may(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let clerk = member(&db, &owner, "clerk", Role::Member).await;
        let id = db.store.create_activity(&owner, call("Call", About::default())).await.unwrap();
        for (actor, body) in [(owner, "Một 🙂"), (clerk, "<script>alert(2)</script>"), (owner, "Ba\nbốn")] {
            db.clock.advance(TimeDelta::minutes(1));
            db.store.add_note(&Actor { owners_only_edit: true, ..actor }, id, body.to_owned()).await.unwrap();
        }
        let activity = db.store.activity(&clerk, id).await.unwrap();
        let notes: Vec<_> = activity.notes.iter().map(|note| (note.author_name.as_str(), note.body.as_str())).collect();
        assert_eq!(notes, [("hung", "Một 🙂"), ("clerk", "<script>alert(2)</script>"), ("hung", "Ba\nbốn")]);
        assert_eq!(activity.version, 1, "a note is no edit");
        assert!(activity.notes[0].at < activity.notes[1].at);
        let viewer = member(&db, &owner, "viewer", Role::Viewer).await;
        assert_eq!(db.store.add_note(&viewer, id, "No".to_owned()).await, Err(StoreError::Denied));
    }

    async fn filters_narrow_together(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (a, b) = (customer(&db, &actor, "A").await, customer(&db, &actor, "B").await);
        for (kind, subject, date, about) in [
            // In Ho Chi Minh City this is 23:30 on 1 March, and half an hour into 2 March.
            ("call", "one", "2026-03-01T23:30", about(Some(a.company), None, None)),
            ("email", "two", "2026-03-02T00:30", about(None, Some(a.contact), None)),
            ("call", "three", "2026-03-03T09:00", about(None, None, Some(b.deal))),
            ("note", "four", "2026-03-04T09:00", About::default()),
        ] {
            let form = ActivityForm { kind: kind.into(), subject: subject.into(), date: date.into(), ..ActivityForm::default() };
            let links = call("links", about);
            let draft = form.parse(DateTime::UNIX_EPOCH, utc).unwrap();
            let draft = domain::activities::ActivityDraft { company_id: links.company_id, contact_id: links.contact_id, deal_id: links.deal_id, ..draft };
            db.store.create_activity(&actor, draft).await.unwrap();
        }
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap().and_hms_opt(0, 0, 0).and_then(utc);
        for (pairs, expected) in [
            (vec![], &["four", "three", "two", "one"][..]),
            (vec![("sort", "date".to_owned())], &["one", "two", "three", "four"]),
            (vec![("type", "call".to_owned())], &["three", "one"]),
            (vec![("type", "call".to_owned()), ("type", "note".to_owned())], &["four", "three", "one"]),
            (vec![("company_id", a.company.to_string())], &["two", "one"]),
            (vec![("company_id", a.company.to_string()), ("company_id", b.company.to_string())], &["three", "two", "one"]),
            (vec![("contact_id", a.contact.to_string())], &["two"]),
            (vec![("deal_id", b.deal.to_string())], &["three"]),
            (vec![("deal_id", b.deal.to_string()), ("type", "email".to_owned())], &[]),
            (vec![("to", "2026-03-01".to_owned())], &["one"]),
            (vec![("from", "2026-03-02".to_owned()), ("to", "2026-03-02".to_owned())], &["two"]),
            (vec![("from", "2026-03-02".to_owned())], &["four", "three", "two"]),
            (vec![("from", "2026-03-05".to_owned()), ("to", "2026-03-01".to_owned())], &[]),
            (vec![("company_id", NOT_THERE.to_string())], &[]),
        ] {
            let query = ActivityQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
            let range_utc = TimeRange {
                from: query.date.from.and_then(|from| day(&from.to_string())),
                until: query.date.to.and_then(|to| day(&to.succ_opt()?.to_string())),
            };
            assert_eq!(subjects(&db, &actor, &query, range_utc).await, expected, "{pairs:?}");
        }
        let query = ActivityQuery { company_id: vec![a.company, CompanyId(NOT_THERE)], deal_id: vec![b.deal], ..ActivityQuery::default() };
        assert_eq!(db.store.activity_filters(&actor, &query).await.unwrap(), [(a.company.0, "A".to_owned()), (b.deal.0, "Xe".to_owned())]);
    }

    async fn the_list_sorts_by_every_column_on_every_page(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 9, contacts: 8, deals: 7, activities: 130, tasks: 0 }).await.unwrap();
        for by in ActivityColumn::ALL.iter().copied() {
            for descending in [false, true] {
                let layout = Layout { columns: Columns::of(ActivityColumn::ALL.iter().copied()), ..Layout::sorted(Sort { by, descending }) };
                let mut query = ActivityQuery { layout, ..ActivityQuery::default() };
                query.layout_mut().page_size = "50".parse().unwrap();
                let mut rows: Vec<ActivityRow> = Vec::new();
                for page in ["1", "2", "3"] {
                    rows.extend(db.store.activities(&actor, &query.with_page(page.parse().unwrap()), TimeRange::default()).await.unwrap().rows);
                }
                let ids: std::collections::BTreeSet<ActivityId> = rows.iter().map(|row| row.id).collect();
                assert_eq!((rows.len(), ids.len()), (130, 130), "{by:?}: each once");
                let ordered = |key: fn(&ActivityRow) -> Option<String>| {
                    rows.is_sorted_by(|one, other| {
                        let by_key = missing_last(key(one), key(other), descending);
                        by_key.then(missing_last(Some(one.id), Some(other.id), descending)) == std::cmp::Ordering::Less
                    })
                };
                assert!(
                    match by {
                        ActivityColumn::Subject => ordered(|row| Some(sort_key(&row.subject))),
                        ActivityColumn::Type => ordered(|row| Some(row.kind.slug().to_owned())),
                        ActivityColumn::Company => ordered(|row| row.company.as_ref().map(|linked| sort_key(&linked.name))),
                        ActivityColumn::Contact => ordered(|row| row.contact.as_ref().map(|linked| person_sort_key(&linked.name))),
                        ActivityColumn::Deal => ordered(|row| row.deal.as_ref().map(|linked| sort_key(&linked.name))),
                        ActivityColumn::Outcome => ordered(|row| row.outcome.as_deref().map(sort_key)),
                        ActivityColumn::NextSteps => ordered(|row| row.next_steps.as_deref().map(sort_key)),
                        ActivityColumn::Duration => ordered(|row| row.duration_minutes.map(|minutes| format!("{minutes:09}"))),
                        ActivityColumn::Owner => ordered(|row| Some(person_sort_key(&row.owner_name))),
                        ActivityColumn::Date => ordered(|row| Some(row.date.to_rfc3339())),
                        ActivityColumn::CreatedAt => ordered(|row| Some(row.created_at.to_rfc3339())),
                        ActivityColumn::UpdatedAt => ordered(|row| Some(row.updated_at.to_rfc3339())),
                    },
                    "{by:?} {descending}"
                );
            }
        }
    }

    async fn every_page_has_its_rows_and_a_far_one_is_the_same_from_the_end(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 30, contacts: 0, deals: 0, activities: 5_050, tasks: 0 }).await.unwrap();
        let mut all: Vec<ActivityRow> = Vec::new();
        let mut query = ActivityQuery::default();
        loop {
            let list = db.store.activities(&actor, &query, TimeRange::default()).await.unwrap();
            assert_eq!(list.total, Total { count: 5_050, capped: false });
            all.extend(list.rows);
            match query.page().next(5_050, query.page_size()) {
                Some(page) => query = query.with_page(page),
                None => break,
            }
        }
        let ids: std::collections::BTreeSet<ActivityId> = all.iter().map(|row| row.id).collect();
        assert_eq!((all.len(), ids.len()), (5_050, 5_050), "each once");
        assert!(all.windows(2).all(|two| (two[0].date, two[0].id) > (two[1].date, two[1].id)), "newest first");
        let last = ActivityQuery { layout: Layout::sorted("date".parse().unwrap()).at_page("253".parse().unwrap()), ..ActivityQuery::default() };
        let rows = db.store.activities(&actor, &last, TimeRange::default()).await.unwrap().rows;
        let expected: Vec<ActivityRow> = all[..10].iter().rev().cloned().collect();
        assert_eq!(rows, expected);
        let past = ActivityQuery::default().with_page("10000".parse().unwrap());
        let past = db.store.activities(&actor, &past, TimeRange::default()).await.unwrap();
        assert_eq!((past.rows.len(), past.total.count), (0, 5_050));
    }

    async fn the_total_of_a_filter_is_capped(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 3, contacts: 0, deals: 0, activities: 10_050, tasks: 0 }).await.unwrap();
        let query = ActivityQuery { kind: ActivityType::ALL.to_vec(), ..ActivityQuery::default() };
        let list = db.store.activities(&actor, &query, TimeRange::default()).await.unwrap();
        assert_eq!((list.total, list.rows.len()), (Total { count: 10_000, capped: true }, 20));
    }

    async fn an_activity_of_another_workspace_is_not_found(db: TestDb) {
        let (_, mine) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        let of = customer(&db, &mine, "Ánh Dương").await;
        let id = db.store.create_activity(&mine, call("Call", about(None, None, Some(of.deal)))).await.unwrap();
        let before = everything(&db.raw().await).await;
        for id in [id, ActivityId(NOT_THERE)] {
            assert_eq!(db.store.activity(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(db.store.update_activity(&theirs, id, 1, call("X", About::default())).await, Err(StoreError::NotFound));
            assert_eq!(db.store.delete_activity(&theirs, id, 1).await, Err(StoreError::NotFound));
            assert_eq!(db.store.restore_activity(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(db.store.add_note(&theirs, id, "X".to_owned()).await, Err(StoreError::NotFound));
        }
        let query = ActivityQuery { company_id: vec![of.company], contact_id: vec![of.contact], deal_id: vec![of.deal], ..ActivityQuery::default() };
        assert_eq!(subjects(&db, &theirs, &query, TimeRange::default()).await, [""; 0]);
        assert_eq!(db.store.activity_filters(&theirs, &query).await, Ok(vec![]));
        assert_eq!(subjects(&db, &theirs, &ActivityQuery::default(), TimeRange::default()).await, [""; 0]);
        assert_eq!(everything(&db.raw().await).await, before);
    }
}
