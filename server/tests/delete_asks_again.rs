//! The question before a company or contact is deleted is asked again if more would go along than it showed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Raw, Site, TestDb};
use regex::Regex;
use serde_json::json;

const OVERTAKEN: &str = "Somebody else changed it meanwhile";

/// Creates a record by its form and answers its path.
async fn create(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    browser.post(form, fields).await.location().unwrap().to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// The fields of the question that a page shows, as its button sends them.
fn question(page: &str) -> Vec<(String, String)> {
    let form = Regex::new(r#"(?s)<form[^>]*action="[^"]*/delete".*?</form>"#).unwrap();
    let input = Regex::new(r#"<input type="hidden" name="([^"]+)" value="([^"]*)""#).unwrap();
    let form = form.find(page).unwrap().as_str();
    input.captures_iter(form).map(|found| (found[1].to_owned(), found[2].to_owned())).collect()
}

/// Sends what the question showed.
async fn answer(browser: &Browser, path: &str, fields: &[(String, String)]) -> Option<String> {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post(path, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().map(str::to_owned)
}

/// What is there and how long the audit log is: the same as long as nothing is written.
async fn written(raw: &Raw) -> Vec<i64> {
    let mut counts = vec![raw.number("SELECT count(*) FROM audit_log").await];
    for table in ["companies", "contacts", "deals", "activities"] {
        counts.push(raw.number(&format!("SELECT count(*) FROM {table} WHERE deleted_at IS NULL")).await);
    }
    counts
}

on_both_databases! {
    async fn a_company_with_more_than_was_shown_is_asked_for_again(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let raw = db.raw().await;
        let company = create(&browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        let add_contact = async |name: &str| create(&browser, "/contacts/new", &[("name", name), ("company_id", id_of(&company))]).await;
        add_contact("Đức").await;
        let delete = format!("{company}/delete");
        let page = browser.get(&delete).await.body;
        assert!(page.contains("1 contact of this company will be deleted with it.") && !page.contains("Since you were asked"), "{page}");
        let shown = question(&page);
        assert!(shown.contains(&("contacts".to_owned(), "1".to_owned())), "{shown:?}");

        add_contact("Đào").await;
        add_contact("Lan").await;
        create(&browser, "/deals/new", &[("name", "Xe tải"), ("value", "1"), ("stage", "proposal"), ("company_id", id_of(&company))]).await;
        let before = written(&raw).await;
        assert_eq!(answer(&browser, &delete, &shown).await.as_deref(), Some(delete.as_str()));
        assert_eq!(written(&raw).await, before, "nothing is written");
        let page = browser.get(&delete).await.body;
        assert!(page.contains("Since you were asked, 2 contacts and 1 deal were added."), "{page}");
        assert!(page.contains("3 contacts and 1 deal of this company will be deleted with it."), "{page}");
        assert!(!page.contains(OVERTAKEN), "{page}");
        assert!(!browser.get(&delete).await.body.contains("Since you were asked"), "said once");

        let shown = question(&page);
        assert_eq!(answer(&browser, &delete, &shown).await.as_deref(), Some("/companies"));
        let left = written(&raw).await;
        assert_eq!(left[1..], [0, 0, 0, 0]);
        assert_eq!(browser.get(&company).await.status, 404);
    }

    async fn counts_that_were_not_sent_were_not_shown(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let raw = db.raw().await;
        let company = create(&browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        create(&browser, "/contacts/new", &[("name", "Đức"), ("company_id", id_of(&company))]).await;
        let delete = format!("{company}/delete");
        let before = written(&raw).await;
        for fields in [&[("version", "1")][..], &[("version", "1"), ("contacts", "")], &[("version", "1"), ("contacts", "many"), ("deals", "9")]] {
            let answer = browser.post(&delete, fields).await;
            assert_eq!((answer.status, answer.location()), (303, Some(delete.as_str())), "{fields:?}");
            let page = browser.get(&delete).await.body;
            assert!(page.contains("Since you were asked, 1 contact was added."), "{fields:?}: {page}");
        }
        // A record that was changed is one reason, what was added another.
        let answer = browser.post(&delete, &[("version", "7")]).await;
        assert_eq!(answer.location(), Some(delete.as_str()));
        let page = browser.get(&delete).await.body;
        assert!(page.contains(OVERTAKEN) && page.contains("Since you were asked, 1 contact was added."), "{page}");
        let answer = browser.post(&delete, &[("version", "7"), ("contacts", "1")]).await;
        assert_eq!(answer.location(), Some(delete.as_str()));
        let page = browser.get(&delete).await.body;
        assert!(page.contains(OVERTAKEN) && !page.contains("Since you were asked"), "{page}");
        assert_eq!(written(&raw).await, before, "nothing is written");
        // More than there is deletes: something went meanwhile.
        let answer = browser.post(&delete, &[("version", "1"), ("contacts", "2"), ("activities", "1")]).await;
        assert_eq!((answer.status, answer.location()), (303, Some("/companies")));
    }

    async fn a_contact_with_more_than_was_shown_is_asked_for_again(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let raw = db.raw().await;
        let contact = create(&browser, "/contacts/new", &[("name", "Đức")]).await;
        let log = async || create(&browser, "/activities/new", &[("type", "call"), ("subject", "Gọi"), ("contact_id", id_of(&contact))]).await;
        let delete = format!("{contact}/delete");
        let page = browser.get(&delete).await.body;
        assert!(page.contains("Nothing else goes with it."), "{page}");
        let shown = question(&page);
        log().await;
        let before = written(&raw).await;
        assert_eq!(answer(&browser, &delete, &shown).await.as_deref(), Some(delete.as_str()));
        assert_eq!(written(&raw).await, before, "nothing is written");
        let page = browser.get(&delete).await.body;
        assert!(page.contains("Since you were asked, 1 activity was added."), "{page}");
        assert!(page.contains("1 activity of this contact alone goes with it."), "{page}");
        assert_eq!(answer(&browser, &delete, &question(&page)).await.as_deref(), Some("/contacts"));
        assert_eq!(written(&raw).await[1..], [0, 0, 0, 0]);
    }

    async fn a_script_is_answered_that_there_is_more(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let raw = db.raw().await;
        let company = create(&browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        let contact = create(&browser, "/contacts/new", &[("name", "Đức"), ("company_id", id_of(&company))]).await;
        let alone = create(&browser, "/contacts/new", &[("name", "Đào")]).await;
        create(&browser, "/activities/new", &[("type", "call"), ("subject", "Gọi"), ("contact_id", id_of(&alone))]).await;
        let before = written(&raw).await;
        for (function, path) in [("/fn/companies/delete", &company), ("/fn/contacts/delete", &alone)] {
            let answer = browser.call(function, &json!({ "id": id_of(path), "form": { "version": "1" } })).await;
            assert_eq!((answer.status, answer.body.as_str()), (409, "\"Conflict\""), "{function}");
        }
        assert_eq!(written(&raw).await, before, "nothing is written");
        let counted = json!({ "id": id_of(&company), "form": { "version": "1", "contacts": "1" } });
        assert_eq!(browser.call("/fn/companies/delete", &counted).await.status, 200);
        assert_eq!(browser.get(&contact).await.status, 404);
        let counted = json!({ "id": id_of(&alone), "form": { "version": "1", "activities": "1" } });
        assert_eq!(browser.call("/fn/contacts/delete", &counted).await.status, 200);
    }
}
