//! Demo data in a workspace that has records of its own: filled in, marked, and removed without anything that a user did.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use chrono::TimeDelta;
use common::{Raw, TestDb};
use domain::{
    access::{Actor, Entity, Role},
    activities::ActivityQuery,
    bin::BinQuery,
    companies::{Archived, CompanyQuery},
    contacts::ContactQuery,
    deals::{DealFilter, DealQuery},
    demo_data::{DemoLanguage, RemovedToo},
    ids::{ActivityId, CompanyId, ContactId, DealId},
    stages::StageForm,
    workspaces::Switches,
};
use std::collections::BTreeSet;
use store::{
    StoreError, TimeRange,
    demo::{DemoRemoval, RemainingRecord},
    verify_chain,
};
use support::{About, assert_counters, call, company, deal, everything, member, person, tag, tagged};
use uuid::Uuid;

const TABLES: [&str; 6] = ["companies", "contacts", "deals", "activities", "tasks", "tags"];

/// Numbers of records that are not in the bin, in the order of [`TABLES`].
async fn counts(raw: &Raw, actor: &Actor) -> [i64; 6] {
    let workspace = raw.id(actor.workspace_id.0);
    let mut counts = [0; 6];
    for (count, table) in counts.iter_mut().zip(TABLES) {
        let live = if table == "tags" { "" } else { " AND deleted_at IS NULL" };
        *count = raw.number(&format!("SELECT count(*) FROM {table} WHERE workspace_id = {workspace}{live}")).await;
    }
    counts
}

/// A demo record, by its name.
async fn id_of(raw: &Raw, actor: &Actor, table: &str, name: &str) -> Uuid {
    let column = match table {
        "activities" => "subject",
        "tasks" => "title",
        _ => "name",
    };
    let workspace = raw.id(actor.workspace_id.0);
    raw.column(&format!("SELECT id FROM {table} WHERE workspace_id = {workspace} AND {column} = '{name}'")).await[0]
}

fn names(records: &[RemainingRecord]) -> BTreeSet<&str> {
    records.iter().map(|record| record.name.as_str()).collect()
}

fn all_of(removal: &DemoRemoval) -> RemovedToo {
    removal.changed.iter().map(RemainingRecord::shown).collect()
}

async fn assert_sound(db: &TestDb, raw: &Raw, actor: &Actor) {
    assert_counters(raw).await;
    assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
}

on_both_databases! {
    async fn each_language_has_a_record_of_every_kind_and_marks_it(db: TestDb) {
        let raw = db.raw().await;
        for language in DemoLanguage::ALL {
            let (_, actor) = db.register(language.code()).await;
            db.store.fill_with_demo_data(&actor, language).await.unwrap();
            assert_eq!(counts(&raw, &actor).await, [6, 15, 10, 22, 6, 5], "{language:?}");
            let (store, now) = (&db.store, domain::clock::Clock::now(&*db.clock));
            let archived = CompanyQuery { archived: Archived::Only, ..CompanyQuery::default() };
            assert_eq!(store.companies(&actor, &archived).await.unwrap().rows.len(), 1);
            let board = store.board(&actor, &DealFilter::default()).await.unwrap();
            assert!(board.columns.iter().all(|column| column.totals.count > 0), "a deal in every stage");
            let activities = store.activities(&actor, &ActivityQuery::default(), TimeRange::default()).await.unwrap().rows;
            assert!(activities.iter().any(|row| row.date > now) && activities.iter().any(|row| row.date < now - TimeDelta::days(30)));
            let contacts = store.contacts(&actor, &ContactQuery::default()).await.unwrap().rows;
            assert!(contacts.iter().any(|row| row.is_decision_maker) && contacts.iter().any(|row| !row.is_decision_maker));
            for row in store.companies(&actor, &CompanyQuery::default()).await.unwrap().rows {
                assert!(row.last_contact_at.is_some_and(|at| at < now), "{}: what is planned is no contact yet", row.name);
            }
            assert_eq!(store.demo_ids(&actor).await.unwrap().len(), 6 + 15 + 10 + 22 + 6 + 5);
            assert_sound(&db, &raw, &actor).await;
        }
        let other = raw.column::<String>("SELECT name FROM companies").await;
        assert!(other.contains(&"Acme Corp".to_owned()) && other.contains(&"Bệnh viện Tâm Đức".to_owned()));
        let people = raw.column::<String>("SELECT name FROM contacts").await;
        assert!(people.contains(&"John Doe".to_owned()));
    }

    async fn nobody_has_the_addresses_and_numbers_of_the_english_set(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        db.store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        let raw = db.raw().await;
        for table in ["companies", "contacts"] {
            for email in raw.column::<String>(&format!("SELECT email FROM {table}")).await {
                assert!(email.ends_with(".example.com"), "{email}");
            }
            for phone in raw.column::<String>(&format!("SELECT phone FROM {table}")).await {
                let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
                assert!(digits.starts_with("120255501") && digits.len() == 11, "{phone}");
            }
        }
    }

    async fn a_stage_that_means_something_else_now_is_not_taken_for_the_one_of_its_slug(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let stages = db.store.stages_in_use(&actor).await.unwrap();
        let negotiation = stages.into_iter().find(|row| row.stage.slug == "negotiation").unwrap();
        let form = StageForm { name: "Ruled out".into(), kind: "lost".into(), ..StageForm::default() };
        db.store.update_stage(&actor, negotiation.stage.id, negotiation.version, form.parse().unwrap()).await.unwrap();
        db.store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        let raw = db.raw().await;
        assert_eq!(counts(&raw, &actor).await[2], 10);
        let open_there = "SELECT count(*) FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id
            WHERE s.kind = 'lost' AND d.lost_reason IS NULL";
        assert_eq!(raw.number(open_there).await, 0);
        assert_sound(&db, &raw, &actor).await;
    }

    async fn a_workspace_is_filled_once_and_again_after_a_removal(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let raw = db.raw().await;
        let form = db.store.with_idempotency(b"one form".to_vec());
        let sent = (0..3).map(|_| {
            let form = form.clone();
            tokio::spawn(async move { form.fill_with_demo_data(&actor, DemoLanguage::English).await })
        });
        for outcome in sent.collect::<Vec<_>>() {
            assert_eq!(outcome.await.unwrap(), Ok(()), "the same answer each time");
        }
        assert_eq!(counts(&raw, &actor).await, [6, 15, 10, 22, 6, 5]);
        let before = everything(&raw).await;
        let Err(StoreError::Invalid(errors)) = db.store.fill_with_demo_data(&actor, DemoLanguage::Vietnamese).await else {
            panic!("filled twice")
        };
        assert!(errors.get("language").is_some());
        assert!(everything(&raw).await == before);
        db.store.remove_demo_data(&actor, RemovedToo::new()).await.unwrap();
        db.store.fill_with_demo_data(&actor, DemoLanguage::Vietnamese).await.unwrap();
        assert_eq!(counts(&raw, &actor).await, [6, 15, 10, 22, 6, 5]);
        assert_sound(&db, &raw, &actor).await;
    }

    async fn what_nobody_touched_goes_to_the_bin_with_its_tags(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (_, lan) = db.register("lan").await;
        let (store, raw) = (&db.store, db.raw().await);
        db.store.fill_with_demo_data(&lan, DemoLanguage::English).await.unwrap();
        // A tag of the demo that the workspace had before, and one that a company of its own carries.
        store.create_tag(&actor, tag("Partner")).await.unwrap();
        store.create_company(&actor, company("Own")).await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
        store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        let priority = domain::ids::TagId(id_of(&raw, &actor, "tags", "Priority").await);
        store.create_company(&actor, tagged("Own, with a tag of the demo", &[priority])).await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
        let removal = store.demo_removal(&actor).await.unwrap();
        let [contacts, deals, activities] = [removal.others.contacts, removal.others.deals, removal.others.activities];
        assert_eq!([removal.companies, contacts, deals, activities], [6, 15, 10, 22]);
        assert!(removal.changed.is_empty() && removal.needed_by_own.is_empty());
        store.remove_demo_data(&actor, RemovedToo::new()).await.unwrap();
        assert_eq!(counts(&raw, &actor).await, [2, 0, 0, 0, 0, 2]);
        assert_eq!(counts(&raw, &lan).await, [6, 15, 10, 22, 6, 5], "another workspace");
        assert!(store.demo_ids(&actor).await.unwrap().is_empty());
        // Companies alone are listed: what went with them comes back with them.
        let bin = store.bin(&actor, &BinQuery::default()).await.unwrap();
        assert_eq!(bin.rows.iter().filter(|row| row.entity == Entity::Company).count(), bin.rows.len());
        assert_eq!(bin.rows.len(), 6);
        assert_sound(&db, &raw, &actor).await;
        // Nothing is lost.
        let acme = CompanyId(bin.rows.iter().find(|row| row.name == "Acme Corp").unwrap().id);
        store.restore_company(&actor, acme).await.unwrap();
        assert_eq!(store.company(&actor, acme).await.unwrap().contacts_count, 4);
        assert_sound(&db, &raw, &actor).await;
        // Removing again finds nothing, and writes nothing.
        let before = everything(&raw).await;
        store.remove_demo_data(&actor, RemovedToo::new()).await.unwrap();
        assert!(everything(&raw).await == before);
    }

    async fn what_a_user_changed_or_uses_stays_with_what_it_needs(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
        let [acme, globex, initech] = ["Acme Corp", "Globex Inc", "Initech"].map(str::to_owned);
        let acme = CompanyId(id_of(&raw, &actor, "companies", &acme).await);
        let globex = CompanyId(id_of(&raw, &actor, "companies", &globex).await);
        let initech = CompanyId(id_of(&raw, &actor, "companies", &initech).await);
        // A contact of the user's own reports to a demo contact who reports to another one.
        let robert = ContactId(id_of(&raw, &actor, "contacts", "Robert Lee").await);
        let own = domain::contacts::ContactDraft { reports_to_id: Some(robert), ..person("Own", Some(acme)) };
        store.create_contact(&actor, own).await.unwrap();
        store.update_company(&actor, globex, 1, company("Globex, edited")).await.unwrap();
        // A note is the user's own, too.
        let catalogue = ActivityId(id_of(&raw, &actor, "activities", "Catalogue").await);
        store.add_note(&actor, catalogue, "She called back".to_owned()).await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
        let removal = store.demo_removal(&actor).await.unwrap();
        assert_eq!(names(&removal.needed_by_own), BTreeSet::from(["Acme Corp", "Robert Lee", "John Doe"]));
        assert_eq!(names(&removal.changed), BTreeSet::from(["Globex, edited", "Catalogue"]));
        assert_eq!(names(&removal.needed_by_changed), BTreeSet::from(["Initech", "Peter Novak", "Sarah Brown", "David Kim", "Desk chairs framework"]));
        store.remove_demo_data(&actor, RemovedToo::new()).await.unwrap();
        assert_eq!(counts(&raw, &actor).await[..4], [3, 6, 1, 1]);
        for id in [acme, globex, initech] {
            store.company(&actor, id).await.unwrap();
        }
        assert_eq!(store.contact(&actor, robert).await.unwrap().reports_to.unwrap().name, "John Doe");
        assert_sound(&db, &raw, &actor).await;
        assert!(store.demo_ids(&actor).await.unwrap().is_empty(), "what stays is the user's own");
    }

    async fn changed_records_are_removed_too_if_asked_at_the_versions_that_were_shown(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        let globex = CompanyId(id_of(&raw, &actor, "companies", "Globex Inc").await);
        let northwind = CompanyId(id_of(&raw, &actor, "companies", "Northwind Traders").await);
        let riverside = CompanyId(id_of(&raw, &actor, "companies", "Riverside Hospital").await);
        for (id, name) in [(globex, "Globex, edited"), (northwind, "Northwind, edited"), (riverside, "Riverside, edited")] {
            store.update_company(&actor, id, 1, company(name)).await.unwrap();
        }
        let own = store.create_deal(&actor, deal("Own", riverside, "proposal", 5)).await.unwrap();
        let removal = store.demo_removal(&actor).await.unwrap();
        assert_eq!(names(&removal.needed_by_own), BTreeSet::from(["Riverside, edited"]), "it can't go, and is not asked about");
        // Somebody edits one of the listed records, and one that was not listed, before the answer comes.
        let acme = CompanyId(id_of(&raw, &actor, "companies", "Acme Corp").await);
        store.update_company(&actor, northwind, 2, company("Northwind, edited again")).await.unwrap();
        store.update_company(&actor, acme, 1, company("Acme, edited")).await.unwrap();
        db.clock.advance(TimeDelta::hours(1));
        store.remove_demo_data(&actor, all_of(&removal)).await.unwrap();
        assert_eq!(store.company(&actor, globex).await.err(), Some(StoreError::NotFound));
        for (id, name) in [(northwind, "Northwind, edited again"), (acme, "Acme, edited"), (riverside, "Riverside, edited")] {
            assert_eq!(store.company(&actor, id).await.unwrap().name, name);
        }
        assert_eq!(store.deal(&actor, own).await.unwrap().company_id, riverside);
        assert_eq!(counts(&raw, &actor).await[..4], [3, 0, 1, 0]);
        assert_sound(&db, &raw, &actor).await;
        store.restore_company(&actor, globex).await.unwrap();
        assert_eq!(store.company(&actor, globex).await.unwrap().name, "Globex, edited");
    }

    async fn fifty_removals_at_once_while_somebody_edits(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let raw = db.raw().await;
        db.store.fill_with_demo_data(&actor, DemoLanguage::Vietnamese).await.unwrap();
        let company_id = CompanyId(id_of(&raw, &actor, "companies", "Bệnh viện Tâm Đức").await);
        let store = db.store.clone();
        let edit = tokio::spawn(async move { store.update_company(&actor, company_id, 1, company("Edited")).await });
        let removals: Vec<_> = (0..50)
            .map(|_| {
                let store = db.store.clone();
                tokio::spawn(async move { store.remove_demo_data(&actor, RemovedToo::new()).await })
            })
            .collect();
        for removal in removals {
            assert_eq!(removal.await.unwrap(), Ok(()));
        }
        let stays = match edit.await.unwrap() {
            Ok(()) => 1,
            Err(StoreError::NotFound) => 0,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(counts(&raw, &actor).await[0], stays, "the change stays, or its user was told");
        let removed = raw.number("SELECT count(*) FROM audit_log WHERE action = 'remove-demo-data'").await;
        assert_eq!(removed, 1);
        assert_sound(&db, &raw, &actor).await;
    }

    async fn locked_activities_are_removed_also_where_their_company_stays(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let (store, raw) = (&db.store, db.raw().await);
        store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        let acme = CompanyId(id_of(&raw, &actor, "companies", "Acme Corp").await);
        store.create_activity(&actor, call("Own", About { company: Some(acme), ..About::default() })).await.unwrap();
        let version = store.workspace(&actor).await.unwrap().version;
        store.set_switches(&actor, version, Switches { lock_activities: true, ..Switches::default() }).await.unwrap();
        store.remove_demo_data(&actor, RemovedToo::new()).await.unwrap();
        assert_eq!(counts(&raw, &actor).await[..4], [1, 0, 0, 1]);
        let search = DealQuery { filter: DealFilter { q: "acme".to_owned(), ..DealFilter::default() }, ..DealQuery::default() };
        assert!(store.deals(&actor, &search).await.unwrap().rows.is_empty());
        assert_sound(&db, &raw, &actor).await;
    }

    async fn members_and_viewers_neither_fill_nor_remove(db: TestDb) {
        let (_, owner) = db.register("hung").await;
        let raw = db.raw().await;
        db.store.fill_with_demo_data(&owner, DemoLanguage::English).await.unwrap();
        for role in [Role::Member, Role::Viewer] {
            let actor = member(&db, &owner, role.slug(), role).await;
            let before = everything(&raw).await;
            assert_eq!(db.store.fill_with_demo_data(&actor, DemoLanguage::English).await, Err(StoreError::Denied));
            assert_eq!(db.store.remove_demo_data(&actor, RemovedToo::new()).await, Err(StoreError::Denied));
            assert_eq!(db.store.demo_removal(&actor).await, Err(StoreError::Denied));
            assert!(!db.store.demo_ids(&actor).await.unwrap().is_empty(), "they see which are");
            assert!(everything(&raw).await == before);
        }
        let admin = member(&db, &owner, "admin", Role::Admin).await;
        db.store.remove_demo_data(&admin, RemovedToo::new()).await.unwrap();
        assert_eq!(counts(&raw, &owner).await, [0; 6]);
    }

    async fn values_are_in_the_currency_and_days_in_the_zone_of_the_workspace(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let raw = db.raw().await;
        raw.run("UPDATE workspaces SET currency = 'USD', time_zone = 'America/Los_Angeles'").await.unwrap();
        db.store.fill_with_demo_data(&actor, DemoLanguage::English).await.unwrap();
        let id = DealId(id_of(&raw, &actor, "deals", "Annual supply contract").await);
        let deal = db.store.deal(&actor, id).await.unwrap();
        assert_eq!(deal.value.map(domain::money::Money::hundredths), Some(7_400_000), "74,000 for 1,850 million đồng");
        // The clock stands at 3:04 on 2 March by UTC: there it is still the first.
        assert_eq!(deal.expected_close_date.map(|day| day.to_string()).as_deref(), Some("2026-03-10"));
        assert_sound(&db, &raw, &actor).await;
    }
}
