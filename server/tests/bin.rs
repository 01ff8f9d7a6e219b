//! `/settings/bin`: its filters, and deleting for ever what is in it.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Answer, Browser, PASSWORD, Raw, Site, TestDb};
use domain::access::Role;
use regex::Regex;
use serde_json::{Value, json};

/// An id that nothing ever had.
const UNUSED: &str = "0190b2c0-0000-7000-8000-000000000000";

/// Creates a record by its form and answers its path.
async fn create(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    browser.post(form, fields).await.location().unwrap().to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// A company with one contact, in the bin.
async fn binned_company(db: &TestDb, browser: &Browser, name: &str) -> (String, String) {
    let company = create(browser, "/companies/new", &[("name", name), ("status", "lead")]).await;
    let contact = create(browser, "/contacts/new", &[("name", "Đức"), ("company_id", id_of(&company))]).await;
    bin(db, browser, &company, &[("version", "1"), ("contacts", "1")]).await;
    (company, contact)
}

/// Moves a record to the bin a moment after whatever happened before.
async fn bin(db: &TestDb, browser: &Browser, path: &str, fields: &[(&str, &str)]) {
    db.clock.advance(TimeDelta::seconds(1));
    let answer = browser.post(&format!("{path}/delete"), fields).await;
    assert_eq!((answer.status, answer.location().unwrap().contains("/delete")), (303, false), "{path}");
    db.clock.advance(TimeDelta::seconds(1));
}

fn purge_path(path: &str) -> String {
    format!("/settings/bin/{}/delete", id_of(path))
}

/// The hidden fields of the question that a page asks.
fn question(page: &Answer) -> Vec<(String, String)> {
    let form = Regex::new(r#"(?s)<form[^>]*action="/settings/bin/.*?</form>"#).unwrap();
    let input = Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)""#).unwrap();
    let form = form.find(&page.body).unwrap_or_else(|| panic!("{page:?}")).as_str();
    input.captures_iter(form).map(|found| (found[1].to_owned(), found[2].to_owned())).collect()
}

async fn send(browser: &Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(path, &fields).await
}

async fn entries(raw: &Raw) -> i64 {
    raw.number("SELECT count(*) FROM audit_log").await
}

on_both_databases! {
    async fn admins_delete_a_record_for_ever_and_restoring_it_says_so(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let admin = site.joined(&db, "lan", "hung", Role::Admin).await;
        let member = site.joined(&db, "an", "hung", Role::Member).await;
        let raw = db.raw().await;
        let (company, contact) = binned_company(&db, &owner, "Ánh Dương").await;
        let purge = purge_path(&company);

        let before = entries(&raw).await;
        assert!(!member.get("/settings/bin").await.body.contains("for ever\""), "no link that is denied");
        for path in [&purge, "/settings/bin/empty"] {
            assert_eq!((member.get(path).await.status, member.post(path, &[("version", "2"), ("entries", "1")]).await.status), (403, 403));
        }
        let list = admin.get("/settings/bin").await.body;
        assert!(list.contains(&purge) && list.contains("Empty the bin"), "{list}");
        let page = admin.get(&purge).await;
        assert!(page.body.contains("Delete Ánh Dương for ever?") && page.body.contains("With it goes 1 contact: Đức. Nobody can undo this."), "{}", page.body);
        assert_eq!(entries(&raw).await, before);

        let done = send(&admin, &purge, &question(&page)).await;
        assert_eq!((done.status, done.location()), (303, Some("/settings/bin")), "{}", done.body);
        let list = admin.get("/settings/bin").await.body;
        assert!(list.contains("Ánh Dương was deleted for ever") && list.contains("The bin is empty"), "{list}");
        let log = owner.get("/audit?action=purge").await.body;
        assert!(log.contains("Deleted for ever") && log.contains("lan") && log.contains("2 entries"), "{log}");
        assert!(owner.get("/audit/check").await.body.contains("The log is intact"));

        // Buttons and pages of other tabs. Whoever saw the record is told, of what went along as well.
        for (path, name) in [(&company, "Ánh Dương"), (&contact, "Đức")] {
            for browser in [&member, &owner] {
                let told = browser.post(&format!("{path}/restore"), &[]).await;
                assert_eq!(told.status, 409, "{told:?}");
                assert!(told.body.contains(&format!("“{name}” was deleted for ever")) && told.body.contains("Deleted for ever by lan on Mon 2 Mar 2026"), "{}", told.body);
                assert!(told.body.contains("It can’t be restored."), "{}", told.body);
                let page = browser.get(path).await;
                assert_eq!(page.status, 404);
                assert!(page.body.contains(&format!("“{name}” was deleted for ever")) && page.body.contains("by lan on Mon 2 Mar 2026"), "{}", page.body);
            }
            let function = format!("/fn/{}/restore", if path == &company { "companies" } else { "contacts" });
            let called = owner.call(&function, &json!({ "id": id_of(path) })).await;
            let said: Value = serde_json::from_str(&called.body).unwrap();
            assert!(called.status == 409 && said["Removed"].as_str().unwrap().starts_with(&format!("“{name}” was deleted for ever. Deleted for ever by lan on Mon 2 Mar")), "{said}");
        }
        assert_eq!(send(&owner, &purge, &question(&page)).await.status, 409, "twice");
        assert!(owner.get(&purge).await.body.contains("“Ánh Dương” was deleted for ever"));
        let outsider = site.registered("b").await;
        for (path, unused) in [(company.clone(), format!("/companies/{UNUSED}")), (purge.clone(), purge_path(UNUSED))] {
            let (theirs, never) = (outsider.get(&path).await, outsider.get(&unused).await);
            assert_eq!(theirs.status, 404);
            assert_eq!(theirs.lasting(), Answer { body: never.body.replace(UNUSED, id_of(&company)), ..never }.lasting(), "{path}");
        }
    }

    async fn a_record_that_changed_since_is_asked_about_again(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let raw = db.raw().await;
        let (company, _) = binned_company(&db, &owner, "Ánh Dương").await;
        let purge = purge_path(&company);
        let shown = question(&owner.get(&purge).await);
        owner.post(&format!("{company}/restore"), &[]).await;
        create(&owner, "/contacts/new", &[("name", "Đào"), ("company_id", id_of(&company))]).await;
        assert_eq!(send(&owner, &purge, &shown).await.status, 404, "it is not in the bin");
        bin(&db, &owner, &company, &[("version", "3"), ("contacts", "2")]).await;
        let before = entries(&raw).await;
        assert_eq!(send(&owner, &purge, &shown).await.location(), Some(purge.as_str()));
        let page = owner.get(&purge).await;
        assert!(page.body.contains("Since you were asked, 1 contact was added."), "{}", page.body);
        assert!(page.body.contains("With it go 2 contacts: Đức and Đào."), "{}", page.body);
        assert_eq!(entries(&raw).await, before, "nothing is written");
        assert_eq!(send(&owner, &purge, &question(&page)).await.location(), Some("/settings/bin"));
        assert_eq!(raw.number("SELECT count(*) FROM contacts").await, 0);
    }

    async fn the_bin_is_filtered_and_emptied_of_what_it_shows(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let raw = db.raw().await;
        binned_company(&db, &member, "Bình Minh").await;
        let contact = create(&owner, "/contacts/new", &[("name", "Đào")]).await;
        bin(&db, &owner, &contact, &[("version", "1")]).await;
        let lan: Vec<uuid::Uuid> = raw.column("SELECT id FROM users WHERE name = 'lan'").await;
        for (query, shows) in [
            ("kind=company".to_owned(), "Bình Minh"),
            ("kind=contact".to_owned(), "Đào"),
            (format!("person={}", lan[0]), "Bình Minh"),
            ("from=2026-03-02&to=2026-03-02&kind=contact".to_owned(), "Đào"),
        ] {
            let page = owner.get(&format!("/settings/bin?{query}")).await.body;
            let hidden = if shows == "Đào" { "Restore Bình Minh" } else { "Restore Đào" };
            assert!(page.contains(&format!("Restore {shows}")) && !page.contains(hidden), "{query}: {page}");
            assert!(page.contains("Delete these for ever") && page.contains("Clear all"), "{query}: {page}");
        }
        let nothing = owner.get("/settings/bin?kind=deal").await.body;
        assert!(nothing.contains("Nothing in the bin matches these filters.") && nothing.contains("Clear search and filters"), "{nothing}");
        for unreadable in ["kind=car", "person=x", "from=yesterday"] {
            let page = owner.get(&format!("/settings/bin?{unreadable}")).await;
            assert!(page.status == 400 && page.body.contains("Show the list without it") && !page.body.contains("Restore"), "{}", page.body);
            assert_eq!(owner.get(&format!("/settings/bin/empty?{unreadable}")).await.status, 400, "nothing wider is asked about");
        }

        let empty = format!("/settings/bin/empty?kind=company&person={}", lan[0]);
        let page = owner.get(&empty).await;
        assert!(page.body.contains("1 record is deleted for ever, and with that 1 contact. Nobody can undo this."), "{}", page.body);
        assert!(page.body.contains("Only what is of the kind Company and deleted by lan."), "{}", page.body);
        // More than was shown is asked about again.
        let shown = question(&page);
        binned_company(&db, &member, "Hải Âu").await;
        let before = entries(&raw).await;
        assert_eq!(send(&owner, "/settings/bin/empty", &shown).await.location(), Some(empty.as_str()));
        let page = owner.get(&empty).await;
        assert!(page.body.contains("There is more now than the 2 records that you were asked about."), "{}", page.body);
        assert!(page.body.contains("2 records are deleted for ever, and with that 2 contacts."), "{}", page.body);
        assert_eq!(entries(&raw).await, before, "nothing is written");
        assert_eq!(send(&owner, "/settings/bin/empty", &question(&page)).await.location(), Some("/settings/bin"));
        let list = owner.get("/settings/bin").await.body;
        assert!(list.contains("4 records were deleted for ever") && list.contains("Restore Đào") && !list.contains("Restore Hải"), "{list}");
        let log = owner.get("/audit?action=empty-bin").await.body;
        assert!(log.contains("Emptied the bin") && log.contains("1 entry") && log.contains("lan"), "{log}");
        let none = owner.get(&empty).await;
        assert!(none.status == 200 && none.body.contains("Nothing in the bin matches these filters."), "{}", none.body);
    }

    async fn what_the_job_deleted_is_said_to_be_gone_and_erased_from_the_log(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let contact = create(&owner, "/contacts/new", &[("name", "Quỳnh Zxwkở"), ("phone", "0903 987 654")]).await;
        bin(&db, &owner, &contact, &[("version", "1")]).await;
        let page = owner.get(&contact).await;
        assert!(page.status == 404 && page.body.contains("“Quỳnh Zxwkở” is in the bin") && page.body.contains("Open the bin"), "{}", page.body);
        db.clock.advance(TimeDelta::days(31));
        let browser = site.browser();
        assert_eq!(browser.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")]).await.status, 303);
        for is_purged in [false, true] {
            let page = browser.get(&contact).await;
            assert_eq!(page.status, 404);
            assert!(page.body.contains("“Quỳnh Zxwkở” was deleted for ever") && page.body.contains("after 30 days in the bin"), "{is_purged}: {}", page.body);
            assert_eq!(browser.post(&format!("{contact}/restore"), &[]).await.status, 409, "{is_purged}");
            db.store.purge_expired_records().await.unwrap();
        }
        let log = browser.get("/audit").await.body;
        assert!(log.contains("Nobody signed in") && log.contains("Deleted for ever") && log.contains("Zxwk"), "{log}");

        // The log has the values still, and whoever has to can erase them.
        let erase = format!("{contact}/erase");
        let link = format!(r#"href="{erase}""#);
        assert!(log.contains(&link));
        let page = browser.get(&erase).await;
        assert!(page.status == 200 && page.body.contains("The contact was deleted for ever") && !page.body.contains("Look through"), "{}", page.body);
        assert_eq!(browser.post(&erase, &[("name", "Quỳnh Zxwkở")]).await.location(), Some("/settings/bin"));
        let log = browser.get("/audit").await.body;
        assert!(!log.contains("Zxwk") && !log.contains("0903 987") && !log.contains(&link), "{log}");
        assert!(browser.get("/audit/check").await.body.contains("The log is intact"));
        assert!(browser.get(&contact).await.body.contains("“Erased contact” was deleted for ever"));
        assert_eq!(browser.post(&erase, &[("name", "Quỳnh Zxwkở")]).await.status, 409, "there is nothing left");
    }
}
