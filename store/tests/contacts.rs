//! Contacts: writing and reading them, finding them, turning the pages of the list, who reports to whom, the bin.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::TestDb;
use domain::{
    access::Actor,
    activities::{ActivityDraft, ActivityType},
    bin::GoesAlong,
    clock::Clock,
    collation::{person_sort_key, sort_key},
    columns::{Columns, Layout},
    contacts::{AuthorityLevel, ContactColumn, ContactDraft, ContactForm, ContactQuery, authority_rank},
    fold::fold,
    ids::{CompanyId, ContactId, TagId},
    page::{ListColumn, ListQuery, Sort},
    phones,
};
use std::time::Instant;
use store::{Action, Store, StoreError, Total, contacts::ContactRow, demo::SeedCounts, timeline::TimelineOf};
use support::{ALL_SHOWN, About, activity, assert_counters, call, company, deal, everything, missing_last, person, tag};

const NOT_THERE: ContactId = ContactId(uuid::Uuid::from_u128(0x0190_c7a0_0000_7000_8000_0000_0000_0001));

fn search(q: &str) -> ContactQuery {
    ContactQuery { q: q.to_owned(), ..ContactQuery::default() }
}

async fn found(store: &Store, actor: &Actor, query: &ContactQuery) -> Vec<String> {
    let list = store.contacts(actor, query).await.unwrap();
    assert_eq!(list.total, Total { count: list.rows.len() as u64, capped: false }, "{query:?}");
    list.rows.into_iter().map(|row| row.name).collect()
}

async fn all_pages(store: &Store, actor: &Actor, sort: Sort<ContactColumn>) -> Vec<ContactRow> {
    let mut rows = Vec::new();
    let layout = Layout { columns: Columns::of(ContactColumn::ALL.iter().copied()), ..Layout::sorted(sort) };
    let mut query = ContactQuery { layout, ..ContactQuery::default() };
    loop {
        let list = store.contacts(actor, &query).await.unwrap();
        rows.extend(list.rows);
        match query.page().next(list.total.count, query.page_size()) {
            Some(page) => query = query.with_page(page),
            None => return rows,
        }
    }
}

fn full_form(company_id: CompanyId, boss: ContactId) -> ContactForm {
    ContactForm {
        // Decomposed.
        name: "Nguye\u{302}\u{303}n Thị Đa\u{300}o".into(),
        email: "Dao@QNS.com.vn".into(),
        phone: "+84 903.123.456".into(),
        job_title: "Kế toán trưởng".into(),
        company_id: company_id.to_string(),
        authority_level: "secondary".into(),
        reports_to_id: boss.to_string(),
        notes: "Gọi trước 10 giờ\n<script>alert(1)</script> 🙂".into(),
        new_tag: "Ưu tiên".into(),
        ..ContactForm::default()
    }
}

fn reporting_to(name: &str, boss: ContactId) -> ContactDraft {
    ContactDraft { reports_to_id: Some(boss), ..person(name, None) }
}

on_both_databases! {
    async fn a_contact_is_kept_as_written(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Đường Quảng Ngãi")).await.unwrap();
        let boss = store.create_contact(&actor, person("Nguyễn Văn Đức", Some(at))).await.unwrap();
        let id = store.create_contact(&actor, full_form(at, boss).parse().unwrap()).await.unwrap();
        let contact = store.contact(&actor, id).await.unwrap();
        assert_eq!(contact.name, "Nguyễn Thị Đào", "composed");
        assert_eq!((contact.email.as_deref(), contact.phone.as_deref()), (Some("Dao@QNS.com.vn"), Some("+84 903.123.456")), "as typed");
        assert_eq!(contact.job_title.as_deref(), Some("Kế toán trưởng"));
        assert_eq!((contact.authority_level, contact.is_decision_maker), (Some(AuthorityLevel::Secondary), true));
        assert_eq!((contact.company_id, contact.company_name.as_deref()), (Some(at), Some("Đường Quảng Ngãi")));
        assert_eq!(contact.reports_to.as_ref().map(|boss| (boss.id, boss.name.as_str())), Some((boss, "Nguyễn Văn Đức")));
        assert_eq!(contact.notes.as_deref(), Some("Gọi trước 10 giờ\n<script>alert(1)</script> 🙂"));
        assert_eq!(contact.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>(), ["Ưu tiên"]);
        assert_eq!((contact.owner_id, contact.owner_name.as_str(), contact.version), (actor.user_id, "hung", 1));
        let reports = store.contact(&actor, boss).await.unwrap().reports;
        assert_eq!(reports.iter().map(|report| report.id).collect::<Vec<_>>(), [id]);

        let emptied = ContactForm { name: "Đào".into(), ..ContactForm::default() };
        store.update_contact(&actor, id, 1, emptied.parse().unwrap()).await.unwrap();
        let contact = store.contact(&actor, id).await.unwrap();
        assert_eq!((contact.name.as_str(), contact.version, contact.email, contact.phone, contact.job_title), ("Đào", 2, None, None, None));
        assert_eq!((contact.company_id, contact.reports_to, contact.tags, contact.is_decision_maker), (None, None, vec![], false));
        assert_counters(&db.raw().await).await;

        let history = store.contact_history(&actor, id).await.unwrap();
        assert_eq!(history.iter().map(|event| event.action).collect::<Vec<_>>(), [Action::Changed, Action::Created]);
        let told: Vec<_> = history[0].changes.iter().map(|c| (c.field.as_str(), c.from.as_deref(), c.to.as_deref())).collect();
        assert!(told.contains(&("company", Some("Đường Quảng Ngãi"), None)) && told.contains(&("is_decision_maker", Some("yes"), Some("no"))), "{told:?}");
        assert!(told.contains(&("name", Some("Nguyễn Thị Đào"), Some("Đào"))) && told.iter().all(|(field, ..)| !field.ends_with("_id")), "{told:?}");
        assert_eq!(store::verify_chain(store, actor.workspace_id).await, Ok(None));
    }

    async fn of_two_edits_of_one_version_one_is_a_conflict(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let id = db.store.create_contact(&actor, person("Đức", None)).await.unwrap();
        let saves = (0..16).map(|n| {
            let store = db.store.clone();
            tokio::spawn(async move { store.update_contact(&actor, id, 1, person(&format!("Đức {n}"), None)).await })
        });
        let mut outcomes = Vec::new();
        for save in saves.collect::<Vec<_>>() {
            outcomes.push(save.await.unwrap());
        }
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(StoreError::Conflict))));
        assert_eq!(db.store.contact(&actor, id).await.unwrap().version, 2);
        assert_eq!(db.store.delete_contact(&actor, id, 1, ALL_SHOWN).await, Err(StoreError::Conflict));
    }

    async fn a_form_sent_fifty_times_makes_one_contact(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, other) = db.register("lan").await;
        let key = db.store.form_key();
        assert_ne!(key, db.store.form_key());
        let form = ContactForm { form_key: key, ..ContactForm { name: "Đức".into(), ..ContactForm::default() } };
        let sent = |name: &str| serde_json::to_vec(&ContactForm { name: name.into(), ..form.clone() }).unwrap();
        let sends = (0..50).map(|_| {
            let store = db.store.with_idempotency(sent("Đức"));
            tokio::spawn(async move { store.create_contact(&actor, person("Đức", None)).await.unwrap() })
        });
        let mut made = std::collections::BTreeSet::new();
        for send in sends.collect::<Vec<_>>() {
            made.insert(send.await.unwrap());
        }
        assert_eq!(made.len(), 1, "the same answer each time");
        assert_eq!(found(&db.store, &actor, &ContactQuery::default()).await, ["Đức"]);

        // Going back and typing another name is another contact; so is the same form of somebody else, or of another kind.
        db.store.with_idempotency(sent("Đào")).create_contact(&actor, person("Đào", None)).await.unwrap();
        db.store.with_idempotency(sent("Đức")).create_contact(&other, person("Đức", None)).await.unwrap();
        db.store.with_idempotency(sent("Đức")).create_company(&actor, company("Đức")).await.unwrap();
        assert_eq!(found(&db.store, &actor, &ContactQuery::default()).await, ["Đào", "Đức"]);
        assert_eq!(found(&db.store, &other, &ContactQuery::default()).await, ["Đức"]);
        assert_counters(&db.raw().await).await;

        // A form that was refused was never sent.
        let bad = ContactDraft { reports_to_id: Some(NOT_THERE), ..person("Huy", None) };
        assert!(matches!(db.store.with_idempotency(sent("Huy")).create_contact(&actor, bad).await, Err(StoreError::Invalid(_))));
        db.store.with_idempotency(sent("Huy")).create_contact(&actor, person("Huy", None)).await.unwrap();

        // After a day nothing is kept of it.
        assert_eq!(db.store.delete_old_forms().await, Ok(0));
        db.clock.advance(TimeDelta::hours(25));
        db.store.with_idempotency(sent("Linh")).create_contact(&actor, person("Linh", None)).await.unwrap();
        db.store.delete_old_forms().await.unwrap();
        assert_eq!(db.raw().await.number("SELECT count(*) FROM sent_forms").await, 1);
    }

    async fn nobody_reports_to_themselves_however_far_round(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let top = store.create_contact(&actor, person("Top", None)).await.unwrap();
        let mut line = vec![top];
        for n in 1..6 {
            line.push(store.create_contact(&actor, reporting_to(&format!("Level {n}"), line[n - 1])).await.unwrap());
        }
        let refused = async |boss: ContactId| {
            match store.update_contact(&actor, top, 1, reporting_to("Top", boss)).await {
                Err(StoreError::Invalid(errors)) => errors.get("reports_to_id").unwrap().to_owned(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(top).await, "Nobody reports to themselves");
        for (n, below) in line.iter().enumerate().skip(1) {
            assert_eq!(refused(*below).await, format!("Level {n} reports to this contact already, directly or through others"));
        }
        assert_eq!(refused(NOT_THERE).await, "Choose a contact from the list");
        // Whoever is in the bin may come back: the circle would close then.
        store.delete_contact(&actor, line[2], 1, ALL_SHOWN).await.unwrap();
        assert!(refused(line[3]).await.contains("reports to this contact already"));
        assert_eq!(refused(line[2]).await, "Choose a contact from the list");
        assert_eq!(store.contact(&actor, line[3]).await.unwrap().reports_to, None, "in the bin is nobody");
        // Someone of another company is a boss like any other.
        let at = store.create_company(&actor, company("Other")).await.unwrap();
        let elsewhere = store.create_contact(&actor, person("Elsewhere", Some(at))).await.unwrap();
        store.update_contact(&actor, top, 1, reporting_to("Top", elsewhere)).await.unwrap();
    }

    async fn search_finds_by_any_part_in_any_spelling(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let sugar = store.create_company(&actor, company("CÔNG TY CP Đường Quảng Ngãi")).await.unwrap();
        let freight = store.create_company(&actor, company("Vận tải Ánh Dương")).await.unwrap();
        for (name, job, email, phone, at) in [
            ("Nguyễn Văn Đức", "Tổng giám đốc", "duc@qns.com.vn", "0903 123 456", Some(sugar)),
            ("Trần Thị Đào", "Kế toán trưởng", "dao@qns.com.vn", "+84 28 3822 1234", Some(sugar)),
            ("Lê Quang Huy", "Chief <b>Buyer</b>", "huy@anhduong.vn", "84912000111 / 024 3825 4411", Some(freight)),
            ("100%_\\ 🙂", "", "", "", None),
        ] {
            let form = ContactForm { name: name.into(), job_title: job.into(), email: email.into(), phone: phone.into(), ..ContactForm::default() };
            store.create_contact(&actor, ContactDraft { company_id: at, ..form.parse().unwrap() }).await.unwrap();
        }
        for (typed, expected) in [
            ("nguyen", &["Nguyễn Văn Đức"][..]),
            ("ĐỨC", &["Nguyễn Văn Đức"]),
            ("đư\u{301}c", &["Nguyễn Văn Đức"]),
            ("giam doc", &["Nguyễn Văn Đức"]),
            ("qns.com", &["Trần Thị Đào", "Nguyễn Văn Đức"]),
            ("duong", &["Trần Thị Đào", "Nguyễn Văn Đức", "Lê Quang Huy"]),
            ("duc quang ngai", &["Nguyễn Văn Đức"]),
            ("anh duong huy", &["Lê Quang Huy"]),
            ("0903", &["Nguyễn Văn Đức"]),
            ("0903123456", &["Nguyễn Văn Đức"]),
            ("0903 123 456", &["Nguyễn Văn Đức"]),
            ("+84 903 123 456", &["Nguyễn Văn Đức"]),
            ("+84903.123.456", &["Nguyễn Văn Đức"]),
            ("84903123456", &["Nguyễn Văn Đức"]),
            ("+84 903", &["Nguyễn Văn Đức"]),
            ("duc +84 903 123 ngai", &["Nguyễn Văn Đức"]),
            ("(028) 3822-1234", &["Trần Thị Đào"]),
            ("0084 28 3822 1234", &["Trần Thị Đào"]),
            ("0912000111", &["Lê Quang Huy"]),
            ("+84 24 3825 4411", &["Lê Quang Huy"]),
            ("<b>buyer", &["Lê Quang Huy"]),
            ("100%_\\", &["100%_\\ 🙂"]),
            ("🙂", &["100%_\\ 🙂"]),
            ("0999", &[]),
            ("+84 999 123 456", &[]),
            ("%", &["100%_\\ 🙂"]),
            ("' OR 1=1 --", &[]),
        ] {
            assert_eq!(found(store, &actor, &search(typed)).await, expected, "{typed}");
            let offered: Vec<String> = store.found_contacts(&actor, typed, 20).await.unwrap().into_iter().map(|found| found.name).collect();
            assert_eq!(offered, expected, "{typed}, as one types");
        }
        let offered = store.found_contacts(&actor, "huy", 5).await.unwrap();
        assert_eq!((offered[0].job_title.as_deref(), offered[0].company_name.as_deref()), (Some("Chief <b>Buyer</b>"), Some("Vận tải Ánh Dương")));
        assert_eq!(store.found_contacts(&actor, "", 2).await.unwrap().len(), 2);
    }

    async fn invisible_characters_are_no_part_of_a_word(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let form = |name: &str, email: &str, phone: &str| ContactForm { name: name.into(), email: email.into(), phone: phone.into(), ..ContactForm::default() };
        let pasted = form("\u{feff}La\u{200b}n\u{2800}Bình", "lan\u{200b}@qns.com.vn\u{a0}", "\u{202a}０９０３\u{a0}123\u{2011}456\u{202c}");
        let id = store.create_contact(&actor, pasted.parse().unwrap()).await.unwrap();
        for typed in ["lan binh", "Lan Bình", "l\u{ad}an", "lan@qns.com.vn", "0903123456"] {
            assert_eq!(found(store, &actor, &search(typed)).await.len(), 1, "{typed:?}");
        }
        let contact = store.contact(&actor, id).await.unwrap();
        assert_eq!((contact.email.as_deref(), contact.phone.as_deref()), (Some("lan@qns.com.vn"), Some("0903 123-456")));
        for unseen in ["\u{200b}", "\u{180e}", "\u{2800}", "\u{3164}"] {
            assert_eq!(form(unseen, "", "").parse().unwrap_err().get("name"), Some("Write the contact's name"), "{unseen:?}");
        }
    }

    async fn a_companys_telephone_number_finds_it(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let form = domain::companies::CompanyForm { name: "Ánh Dương".into(), phone: "024 3825 4411".into(), ..Default::default() };
        let id = db.store.create_company(&actor, form.parse().unwrap()).await.unwrap();
        let found = async |q: &str| {
            let query = domain::companies::CompanyQuery { q: q.into(), ..Default::default() };
            db.store.companies(&actor, &query).await.unwrap().rows.len()
        };
        for typed in ["024 3825 4411", "+84 24 3825 4411", "842438254411", "3825 44", "duong 0243825"] {
            assert_eq!(found(typed).await, 1, "{typed}");
        }
        db.store.update_company(&actor, id, 1, company("Ánh Dương")).await.unwrap();
        assert_eq!(found("024 3825 4411").await, 0);
    }

    async fn a_renamed_companys_contacts_are_found_by_its_new_name(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let id = store.create_contact(&actor, person("Đức", Some(at))).await.unwrap();
        let gone = store.create_contact(&actor, person("Đào", Some(at))).await.unwrap();
        store.delete_contact(&actor, gone, 1, ALL_SHOWN).await.unwrap();
        for (version, name) in ["Bình Minh 🙂", "\u{301}", "Cửu Long"].into_iter().enumerate() {
            store.update_company(&actor, at, version as i64 + 1, company(name)).await.unwrap();
            assert_eq!(found(store, &actor, &search(name.split(' ').next().unwrap().trim_matches('\u{301}'))).await.len(), 1, "{name}");
            assert_eq!(found(store, &actor, &search(&format!("duc {}", fold(name)))).await, ["Đức"], "{name}");
            assert_eq!(found(store, &actor, &search("duong")).await, [""; 0]);
        }
        assert_eq!(found(store, &actor, &search("binh")).await, [""; 0]);
        assert_eq!(store.contact(&actor, id).await.unwrap().version, 1, "their own data is as it was");
        store.restore_contact(&actor, gone).await.unwrap();
        assert_eq!(found(store, &actor, &search("cuu long")).await, ["Đào", "Đức"]);
        let moved = store.create_company(&actor, company("Đại Phát")).await.unwrap();
        store.update_contact(&actor, id, 1, person("Đức", Some(moved))).await.unwrap();
        assert_eq!(found(store, &actor, &search("dai phat")).await, ["Đức"]);
        let raw = db.raw().await;
        let texts: Vec<String> = raw.column("SELECT search FROM contacts ORDER BY name_key").await;
        assert_eq!(texts, ["\ndao\ncuu long", "\nduc\ndai phat"]);
        assert_counters(&raw).await;
    }

    async fn contacts_without_a_recent_call_are_found(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let mut ids = Vec::new();
        for name in ["Ngọc", "Lan", "Minh", "Đào"] {
            ids.push(store.create_contact(&actor, person(name, None)).await.unwrap());
        }
        let now = db.clock.now();
        let log = async |contact_id, kind, ago: TimeDelta| {
            let about = About { contact: Some(contact_id), ..About::default() };
            store.create_activity(&actor, ActivityDraft { kind, date: now - ago, ..call("x", about) }).await.unwrap()
        };
        // Ngọc was called thirty days ago to the millisecond, Lan the moment before, Minh got a note alone, and Đào has a meeting tomorrow.
        log(ids[0], ActivityType::Call, TimeDelta::days(30)).await;
        let email = log(ids[1], ActivityType::Email, TimeDelta::days(30) + TimeDelta::milliseconds(1)).await;
        log(ids[2], ActivityType::Note, TimeDelta::days(1)).await;
        log(ids[3], ActivityType::Meeting, TimeDelta::days(-1)).await;
        let names = async |days| {
            let query = ContactQuery { not_contacted_days: Some(days), ..ContactQuery::default() };
            let list = store.contacts(&actor, &query).await.unwrap();
            assert_eq!(list.total.count, list.rows.len() as u64);
            list.rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(names(30).await, ["Đào", "Lan", "Minh"]);
        assert_eq!(names(31).await, ["Đào", "Minh"]);
        assert_eq!(names(3_650).await, ["Đào", "Minh"]);
        assert_eq!(names(1).await, ["Đào", "Lan", "Minh", "Ngọc"]);
        store.delete_activity(&actor, email, 1).await.unwrap();
        assert_eq!(names(31).await, ["Đào", "Lan", "Minh"], "what is in the bin does not count");
        db.clock.advance(TimeDelta::days(1));
        assert_eq!(names(30).await, ["Lan", "Minh", "Ngọc"], "the meeting has happened, and Ngọc's call is a day older");
    }

    async fn filters_narrow_the_list(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let (one, two) = (store.create_company(&actor, company("One")).await.unwrap(), store.create_company(&actor, company("Two")).await.unwrap());
        let vip = store.create_tag(&actor, tag("VIP")).await.unwrap();
        for (name, at, level, box_ticked, job, tags) in [
            ("A", Some(one), "primary", "", "Giám đốc", vec![vip]),
            ("B", Some(one), "", "true", "Kế toán", vec![]),
            ("C", Some(two), "influencer", "", "giám đốc", vec![vip]),
            ("D", None, "", "", "", vec![]),
        ] {
            let form = ContactForm { name: name.into(), authority_level: level.into(), is_decision_maker: box_ticked.into(), job_title: job.into(), ..ContactForm::default() };
            store.create_contact(&actor, ContactDraft { company_id: at, tags, ..form.parse().unwrap() }).await.unwrap();
            db.clock.advance(TimeDelta::seconds(1));
        }
        for (pairs, expected) in [
            (vec![("company_id", one.to_string())], &["A", "B"][..]),
            (vec![("company_id", one.to_string()), ("company_id", two.to_string())], &["A", "B", "C"]),
            (vec![("is_decision_maker", "true".to_owned())], &["A", "B"]),
            (vec![("authority_level", "primary".to_owned()), ("authority_level", "influencer".to_owned())], &["A", "C"]),
            (vec![("job_title", "giám đốc".to_owned())], &["A", "C"]),
            (vec![("tag", vip.to_string())], &["A", "C"]),
            (vec![("tag", vip.to_string()), ("is_decision_maker", "true".to_owned())], &["A"]),
            (vec![("q", "one".to_owned()), ("is_decision_maker", "true".to_owned())], &["A", "B"]),
            (vec![("tag", NOT_THERE.to_string())], &[]),
            (vec![("company_id", NOT_THERE.to_string())], &[]),
        ] {
            let query = ContactQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))).unwrap();
            assert_eq!(found(store, &actor, &query).await, expected, "{pairs:?}");
        }
        let filters = store.contact_filters(&actor).await.unwrap();
        assert_eq!(filters.job_titles, ["Giám đốc", "Kế toán"], "as the first of them spells it");
        let named = store.company_names(&actor, &[two, CompanyId(NOT_THERE.0)]).await.unwrap();
        assert_eq!(named.into_iter().map(|company| (company.id, company.name)).collect::<Vec<_>>(), [(two, "Two".to_owned())]);
        assert_eq!(filters.tags.iter().map(|tag| tag.id).collect::<Vec<TagId>>(), [vip]);
        let rows = store.contacts(&actor, &ContactQuery::default()).await.unwrap().rows;
        assert_eq!((rows[0].tags.len(), rows[0].company_name.as_deref(), rows[3].company_id), (1, Some("One"), None));
    }

    async fn every_column_sorts_both_ways_with_ties_by_id(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.seed_bulk(&actor, SeedCounts { companies: 30, contacts: 130, deals: 0, activities: 0, tasks: 0 }).await.unwrap();
        for name in ["Đ", "d", "Ánh", "zebra", "Ớt", "10", "2"] {
            db.store.create_contact(&actor, person(name, None)).await.unwrap();
        }
        for by in ContactColumn::ALL {
            for descending in [false, true] {
                let sort = Sort { by: *by, descending };
                let rows = all_pages(&db.store, &actor, sort).await;
                assert_eq!(rows.len(), 137, "{sort}");
                let mut expected = rows.clone();
                expected.sort_by(|a, b| {
                    let phone = |row: &ContactRow| row.phone.as_deref().map(phones::search_key);
                    let tag = |row: &ContactRow| row.tags.first().map(|tag| sort_key(&tag.name));
                    let superior = |row: &ContactRow| row.reports_to.as_ref().map(|(_, name)| person_sort_key(name));
                    let owner = |row: &ContactRow| row.owner_name.as_deref().map(person_sort_key);
                    let by_key = |one: Option<String>, other: Option<String>| {
                        missing_last(one, other, descending).then(missing_last(Some(a.id), Some(b.id), descending))
                    };
                    let order = match by {
                        ContactColumn::Name => person_sort_key(&a.name).cmp(&person_sort_key(&b.name)),
                        ContactColumn::JobTitle => return by_key(a.job_title.as_deref().map(sort_key), b.job_title.as_deref().map(sort_key)),
                        ContactColumn::Company => {
                            return by_key(a.company_name.as_deref().map(sort_key), b.company_name.as_deref().map(sort_key));
                        }
                        ContactColumn::Authority => {
                            authority_rank(a.is_decision_maker, a.authority_level).cmp(&authority_rank(b.is_decision_maker, b.authority_level))
                        }
                        ContactColumn::Phone => return by_key(phone(a), phone(b)),
                        ContactColumn::Email => return by_key(a.email.as_deref().map(fold), b.email.as_deref().map(fold)),
                        ContactColumn::Tags => return by_key(tag(a), tag(b)),
                        ContactColumn::ReportsTo => return by_key(superior(a), superior(b)),
                        ContactColumn::Owner => return by_key(owner(a), owner(b)),
                        ContactColumn::CreatedAt => a.created_at.cmp(&b.created_at),
                        ContactColumn::UpdatedAt => a.updated_at.cmp(&b.updated_at),
                    }
                    .then(a.id.cmp(&b.id));
                    if descending { order.reverse() } else { order }
                });
                assert!(rows == expected, "{sort}");
            }
        }
    }

    async fn a_contact_is_deleted_and_restored_with_exactly_the_records_shown(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let id = store.create_contact(&actor, full_form(at, store.create_contact(&actor, person("Boss", None)).await.unwrap()).parse().unwrap()).await.unwrap();
        let below = store.create_contact(&actor, reporting_to("Below", id)).await.unwrap();
        let with = domain::deals::DealDraft { contact_id: Some(id), ..deal("Xe", at, "proposal", 700) };
        let with = store.create_deal(&actor, with).await.unwrap();
        activity(&db, &actor, "alone", About { contact: Some(id), ..About::default() }).await;
        activity(&db, &actor, "at the company", About { contact: Some(id), company: Some(at), ..About::default() }).await;
        activity(&db, &actor, "on the deal", About { contact: Some(id), deal: Some(with), ..About::default() }).await;
        let raw = db.raw().await;
        let before = store.contact(&actor, id).await.unwrap();
        assert_eq!((before.deals_count, before.open_deals_count, before.open_deals_value.hundredths()), (1, 1, 700));
        assert_eq!((before.activities_count, before.last_contact_at.is_some()), (3, true));
        assert_eq!((store.contact_deals(&actor, id).await.unwrap().len(), store.timeline(&actor, TimelineOf::Contact(id), false, None).await.unwrap().entries.len()), (1, 3));

        let deletion = store.contact_deletion(&actor, id).await.unwrap();
        assert_eq!((deletion.name.as_str(), deletion.version), ("Nguyễn Thị Đào", 1));
        assert_eq!(deletion.goes_along, GoesAlong { activities: 1, ..GoesAlong::default() });
        assert_eq!((deletion.activities_left, deletion.deals_left, deletion.reports), (2, 1, 1));
        assert_eq!(store.delete_contact(&actor, id, 1, deletion.goes_along).await, Ok("Nguyễn Thị Đào".to_owned()));
        assert_counters(&raw).await;
        for gone in [store.contact(&actor, id).await.map(drop), store.contact_deletion(&actor, id).await.map(drop), store.delete_contact(&actor, id, 2, ALL_SHOWN).await.map(drop), store.update_contact(&actor, id, 2, person("X", None)).await] {
            assert_eq!(gone, Err(StoreError::NotFound));
        }
        assert_eq!(raw.number("SELECT count(*) FROM activities WHERE deleted_at IS NULL").await, 2);
        assert_eq!(found(store, &actor, &search("dao")).await, [""; 0]);
        assert_eq!(store.contact(&actor, below).await.unwrap().reports_to, None);
        assert_eq!(store.deal(&actor, with).await.unwrap().contact_name, None);

        db.clock.advance(TimeDelta::days(29));
        assert_eq!(store.restore_contact(&actor, id).await, Ok("Nguyễn Thị Đào".to_owned()));
        assert_eq!(store.restore_contact(&actor, id).await, Ok("Nguyễn Thị Đào".to_owned()), "pressed twice");
        assert_counters(&raw).await;
        let after = store.contact(&actor, id).await.unwrap();
        assert_eq!((after.version, after.updated_at > before.updated_at), (3, true));
        assert_eq!(store::contacts::ContactDetail { version: 1, updated_at: before.updated_at, ..after }, before, "all as it was");
        assert_eq!(found(store, &actor, &search("0903123456 duong")).await, ["Nguyễn Thị Đào"]);
        assert_eq!(store.contact(&actor, below).await.unwrap().reports_to.unwrap().id, id);
        assert_eq!(store.deal(&actor, with).await.unwrap().contact_name.as_deref(), Some("Nguyễn Thị Đào"));
        let history: Vec<Action> = store.contact_history(&actor, id).await.unwrap().into_iter().map(|event| event.action).collect();
        assert_eq!(history, [Action::Restored, Action::Deleted, Action::Created]);
        assert_eq!(store::verify_chain(store, actor.workspace_id).await, Ok(None));

        store.delete_contact(&actor, id, 3, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::days(31));
        assert_eq!(store.restore_contact(&actor, id).await, Err(StoreError::NotFound), "gone for good");
    }

    async fn a_contact_is_restored_without_a_company_in_the_bin(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let at = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let first = store.create_contact(&actor, person("Đức", Some(at))).await.unwrap();
        let with_it = store.create_contact(&actor, person("Đào", Some(at))).await.unwrap();
        store.delete_contact(&actor, first, 1, ALL_SHOWN).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        store.delete_company(&actor, at, 1, ALL_SHOWN).await.unwrap();
        for id in [first, with_it] {
            store.restore_contact(&actor, id).await.unwrap();
            let contact = store.contact(&actor, id).await.unwrap();
            assert_eq!((contact.company_id, contact.company_name), (None, None));
        }
        assert_counters(&db.raw().await).await;
    }

    async fn a_contact_of_another_workspace_is_not_found(db: TestDb) {
        let (_, mine) = db.register("hung").await;
        let (_, theirs) = db.register("lan").await;
        let store = &db.store;
        let my_tag = store.create_tag(&mine, tag("Mine")).await.unwrap();
        let at = store.create_company(&mine, company("Đường Quảng Ngãi")).await.unwrap();
        let id = store.create_contact(&mine, ContactDraft { tags: vec![my_tag], ..person("Đức", Some(at)) }).await.unwrap();
        let binned = store.create_contact(&mine, person("Đào", Some(at))).await.unwrap();
        store.delete_contact(&mine, binned, 1, ALL_SHOWN).await.unwrap();
        activity(&db, &mine, "Call", About { contact: Some(id), ..About::default() }).await;
        let before = everything(&db.raw().await).await;
        for id in [id, binned, NOT_THERE] {
            assert_eq!(store.contact(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(store.update_contact(&theirs, id, 1, person("X", None)).await, Err(StoreError::NotFound));
            assert_eq!(store.contact_deletion(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(store.delete_contact(&theirs, id, 1, ALL_SHOWN).await, Err(StoreError::NotFound));
            assert_eq!(store.restore_contact(&theirs, id).await, Err(StoreError::NotFound));
            assert_eq!(store.contact_deals(&theirs, id).await, Ok(vec![]));
            assert_eq!(store.timeline(&theirs, TimelineOf::Contact(id), true, None).await.unwrap().entries, []);
            assert_eq!(store.contact_history(&theirs, id).await, Ok(vec![]));
            let refused = store.create_contact(&theirs, reporting_to("X", id)).await;
            assert_eq!(refused, Err(StoreError::field("reports_to_id", "Choose a contact from the list")));
        }
        for q in ["", "duc", "d", "duong", "mine"] {
            let list = store.contacts(&theirs, &search(q)).await.unwrap();
            assert_eq!((list.rows, list.total.count), (vec![], 0), "{q}");
            assert_eq!(store.found_contacts(&theirs, q, 10).await.unwrap(), []);
        }
        let refused = store.create_contact(&theirs, person("X", Some(at))).await;
        assert_eq!(refused, Err(StoreError::field("company_id", "Choose a company from the list")));
        let refused = store.create_contact(&theirs, ContactDraft { tags: vec![my_tag], ..person("X", None) }).await;
        assert_eq!(refused, Err(StoreError::field("tag_id", "Choose tags from the list")));
        let filters = store.contact_filters(&theirs).await.unwrap();
        assert!(filters.job_titles.is_empty() && filters.tags.is_empty());
        assert_eq!(store.company_names(&theirs, &[at]).await.unwrap(), []);
        assert_eq!(everything(&db.raw().await).await, before);
    }

    /// 20,000 contacts: any order, any far page and any search is read by an index and not by sorting the table. The bounds
    /// are wide, for a machine that does other things too; without the indexes these take ten times as long.
    async fn a_list_of_twenty_thousand_is_read_by_its_indexes(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        store.seed_bulk(&actor, SeedCounts { companies: 2_000, contacts: 20_000, deals: 0, activities: 0, tasks: 0 }).await.unwrap();
        let query = |pairs: &[(&'static str, &str)]| ContactQuery::parse(pairs.iter().copied()).unwrap();
        let mut queries: Vec<ContactQuery> = vec![];
        for column in ContactColumn::ALL {
            for (descending, page) in [(false, "1"), (true, "1"), (false, "700")] {
                let sort = Sort { by: *column, descending }.to_string();
                queries.push(query(&[("sort", &sort), ("page", page)]));
            }
        }
        for q in ["nguyen", "duc", "0912 123", "+84 912 1", "buyer anh duong", "nguyen van duc ha noi", "xyzzy", "d"] {
            queries.push(query(&[("q", q)]));
        }
        queries.push(query(&[("is_decision_maker", "true")]));
        queries.push(query(&[("authority_level", "primary"), ("sort", "-updated_at")]));
        let raw = db.raw().await;
        let seq = raw.number(&format!("SELECT seq FROM audit_heads WHERE workspace_id = {}", raw.id(actor.workspace_id.0))).await;
        let store = store.with_cache_version(actor.workspace_id, seq);
        let mut times = vec![];
        for query in &queries {
            // The best of three: what the statement costs, not what else ran meanwhile.
            let mut best = u128::MAX;
            // An order without an index is sorted once, and its ids are cached.
            store.contacts(&actor, query).await.unwrap();
            for _ in 0..3 {
                let start = Instant::now();
                store.contacts(&actor, query).await.unwrap();
                best = best.min(start.elapsed().as_micros());
            }
            times.push((best, list_of(query)));
        }
        times.sort();
        let (slowest, which) = times.last().unwrap();
        let told: Vec<String> = times.iter().rev().take(8).map(|(micros, which)| format!("{micros} µs {which}")).collect();
        eprintln!("20,000 contacts on {}: median {} µs; slowest {}", if raw.is_postgres() { "postgres" } else { "sqlite" }, times[times.len() / 2].0, told.join("; "));
        assert!(*slowest < 150_000, "{which} took {slowest} µs");
    }
}

fn list_of(query: &ContactQuery) -> String {
    query.query_pairs().into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
