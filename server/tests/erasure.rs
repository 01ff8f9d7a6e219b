//! `/contacts/{id}/erase`: who may, what the page says, and what is left in sessions, in the log and in the bin.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Browser, Site, TestDb};
use domain::access::Role;

const NAME: &str = "Quỳnh Zxwkở";

async fn created(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    browser.post(form, fields).await.location().unwrap().to_owned()
}

async fn contact(browser: &Browser) -> String {
    created(browser, "/contacts/new", &[("name", NAME), ("phone", "0903 987 654"), ("email", "quynh.zx@example.vn")]).await
}

/// Whether a text has a value of the contact. The number is looked for as people and rows write it: a part of its digits alone may stand
/// in a random id.
fn has_value(text: &str) -> bool {
    ["Zxwk", "903 987", "903987654", "quynh"].iter().any(|value| text.contains(value))
}

/// Whether a session has a value of the contact.
async fn is_in_sessions(db: &TestDb) -> bool {
    let raw = db.raw().await;
    let data: Vec<String> = raw.column("SELECT CAST(data AS text) FROM sessions").await;
    data.iter().any(|data| has_value(data))
}

on_both_databases! {
    async fn only_owners_and_admins_are_offered_it(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let path = contact(&owner).await;
        let erase = format!("{path}/erase");
        let raw = db.raw().await;
        for role in [Role::Viewer, Role::Member] {
            let browser = site.joined(&db, role.slug(), "hung", role).await;
            let before = raw.number("SELECT COUNT(*) FROM audit_log").await;
            assert!(!browser.get(&path).await.body.contains("/erase"), "{role:?}: no link that is denied");
            assert_eq!(browser.get(&erase).await.status, 403, "{role:?}");
            assert_eq!(browser.post(&erase, &[("name", NAME)]).await.status, 403, "{role:?}");
            assert_eq!(raw.number("SELECT COUNT(*) FROM audit_log").await, before);
        }
        let outsider = site.registered("outsider").await;
        assert_eq!((outsider.get(&erase).await.status, outsider.post(&erase, &[("name", NAME)]).await.status), (404, 404));
        let admin = site.joined(&db, "admin", "hung", Role::Admin).await;
        for browser in [&owner, &admin] {
            assert!(browser.get(&path).await.body.contains(&erase));
            assert_eq!(browser.get(&erase).await.status, 200);
        }
        assert_eq!(admin.post(&erase, &[("name", NAME)]).await.location(), Some(path.as_str()));
        assert!(owner.get(&path).await.body.contains("Erased contact"));
    }

    async fn the_question_names_what_stays_and_asks_for_the_name(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let path = contact(&owner).await;
        let id = path.rsplit('/').next().unwrap();
        let activity = created(&owner, "/activities/new", &[("type", "call"), ("subject", "Báo giá"), ("contact_id", id)]).await;
        let company = created(&owner, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        let of = company.rsplit('/').next().unwrap();
        let deal = created(&owner, "/deals/new", &[("name", "Xe tải"), ("stage", "proposal"), ("company_id", of), ("contact_id", id)]).await;
        let page = owner.get(&format!("{path}/erase")).await.body;
        for text in ["Nobody can undo this", "What goes", "What stays", "Backups", "in the browsers of members", activity.as_str(), "Báo giá", deal.as_str(), "Xe tải"] {
            assert!(page.contains(text), "{text}");
        }
        let wrong = owner.post(&format!("{path}/erase"), &[("name", "Quỳnh")]).await;
        assert_eq!(wrong.status, 303);
        let again = owner.get(wrong.location().unwrap()).await.body;
        assert!(again.contains("Type the name of the contact exactly as it is") && again.contains(r#"value="Quỳnh""#));
        assert!(owner.get(&path).await.body.contains(NAME));
    }

    async fn forms_that_wait_for_correction_go_as_well_also_of_who_erases(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let path = contact(&owner).await;
        let colleague = site.joined(&db, "lan", "hung", Role::Member).await;
        for browser in [&owner, &colleague] {
            let refused = browser.post(&format!("{path}/edit"), &[("name", ""), ("phone", "0903 987 654"), ("version", "1")]).await;
            assert_eq!(refused.location(), Some(format!("{path}/edit").as_str()));
            let refused = browser.post("/companies/new", &[("name", ""), ("status", "lead"), ("notes", "Về xe tải")]).await;
            assert_eq!(refused.status, 303);
        }
        assert!(is_in_sessions(&db).await);
        let done = owner.post(&format!("{path}/erase"), &[("name", NAME)]).await;
        assert_eq!(done.location(), Some(path.as_str()));
        assert!(!is_in_sessions(&db).await);
        let shown = owner.get(&path).await.body;
        assert!(shown.contains("The personal data of this contact is erased") && !has_value(&shown));
        for browser in [&owner, &colleague] {
            assert!(!has_value(&browser.get(&format!("{path}/edit")).await.body));
            assert!(browser.get("/companies/new").await.body.contains("Về xe tải"), "another form stays");
        }
        assert!(!is_in_sessions(&db).await, "no later answer brings it back");
    }

    async fn the_log_says_who_erased_and_is_intact(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let path = contact(&owner).await;
        owner.post(&format!("{path}/erase"), &[("name", NAME)]).await;
        for page in ["/audit", &format!("{path}?tab=history"), &path] {
            let body = owner.get(page).await.body;
            assert!(body.contains("rased") && !has_value(&body), "{page}");
        }
        let log = owner.get("/audit?kind=contact").await.body;
        assert!(log.contains("Erased by hung") && log.contains("Erased personal data") && log.contains("Emptied"));
        assert!(owner.get("/audit/check").await.body.contains("The log is intact"));
        let filtered = owner.get("/audit?action=erase").await.body;
        assert!(filtered.contains("1 entry"));
    }

    async fn a_contact_in_the_bin_is_erased_from_there(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let path = contact(&owner).await;
        assert_eq!(owner.post(&format!("{path}/delete"), &[("version", "1")]).await.status, 303);
        let erase = format!("{path}/erase");
        assert!(owner.get("/settings/bin").await.body.contains(&erase));
        let colleague = site.joined(&db, "lan", "hung", Role::Member).await;
        assert!(!colleague.get("/settings/bin").await.body.contains("/erase"));
        assert_eq!(owner.get(&erase).await.status, 200);
        let wrong = owner.post(&erase, &[("name", "x")]).await;
        assert_eq!(wrong.location(), Some(erase.as_str()));
        assert!(owner.get(&erase).await.body.contains("Type the name of the contact exactly"));
        assert_eq!(owner.post(&erase, &[("name", NAME)]).await.location(), Some("/settings/bin"));
        let bin = owner.get("/settings/bin").await.body;
        assert!(bin.contains("Erased contact") && !bin.contains("Zxwk"));
        assert_eq!(owner.post(&format!("{path}/restore"), &[]).await.status, 303);
        assert!(owner.get(&path).await.body.contains("Erased contact"));
    }

    async fn a_contact_that_left_the_bin_is_erased_from_the_log(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let path = contact(&owner).await;
        let erase = format!("{path}/erase");
        assert!(!owner.get("/audit").await.body.contains(&erase), "its own page has the link");
        assert_eq!(owner.post(&format!("{path}/delete"), &[("version", "1")]).await.status, 303);
        // Sessions end after 30 days without use.
        for _ in 0..2 {
            db.clock.advance(TimeDelta::days(16));
            assert_eq!(owner.get("/settings/bin").await.status, 200);
        }
        assert!(!owner.get("/settings/bin").await.body.contains(&erase));
        assert!(owner.get("/audit").await.body.contains(&erase));
        assert_eq!(owner.get(&erase).await.status, 200);
        assert_eq!(owner.post(&erase, &[("name", NAME)]).await.status, 303);
        assert!(!has_value(&owner.get("/audit").await.body));
    }
}
