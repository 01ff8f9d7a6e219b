//! Archived companies over HTTP: the filter in the list's address, the page that asks why, and what a company's page then offers.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, Site, TestDb};
use serde_json::json;

/// Posts a form that makes a record and returns its path.
async fn made(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(form, fields).await;
    answer.location().unwrap_or_else(|| panic!("{form}: {}", answer.body)).to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn archive(browser: &Browser, company: &str, reason: &str, version: &str) -> Answer {
    browser.post(&format!("{company}/archive"), &[("reason", reason), ("version", version)]).await
}

/// The page to which a form leads.
async fn page_after(browser: &Browser, answer: Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    browser.get(answer.location().unwrap()).await.body
}

on_both_databases! {
    async fn a_company_is_archived_with_a_reason_and_brought_back(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = made(&browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        made(&browser, "/contacts/new", &[("name", "Đức"), ("company_id", id_of(&company))]).await;
        let page = browser.get(&company).await.body;
        for offered in ["/archive\"", "/edit\"", "/contacts/new?company_id=", "/deals/new?company_id=", "/activities/new?company_id="] {
            assert!(browser.get(&format!("{company}?tab=contacts")).await.body.contains(offered) || page.contains(offered), "{offered}");
        }
        let asked = browser.get(&format!("{company}/archive")).await.body;
        assert!(asked.contains("Archive Ánh Dương?") && asked.contains("What is there (1 contact) stays"), "{asked}");

        let refused = page_after(&browser, archive(&browser, &company, "  ", "1").await).await;
        assert!(refused.contains("Say why it is archived"), "{refused}");
        let long = "x".repeat(501);
        let refused = page_after(&browser, archive(&browser, &company, &long, "1").await).await;
        assert!(refused.contains(&long) && refused.contains("500"), "what was typed stays: {refused}");
        let refused = page_after(&browser, archive(&browser, &company, "Giải thể", "7").await).await;
        assert!(refused.contains("Somebody else changed it meanwhile") && refused.contains("Giải thể"), "{refused}");
        assert!(browser.get("/companies").await.body.contains("Ánh Dương"), "nothing was saved");

        let done = archive(&browser, &company, "Giải thể <2026>", "1").await;
        assert_eq!(done.location(), Some(company.as_str()));
        let page = browser.get(&company).await.body;
        assert!(page.contains("Ánh Dương was archived") && page.contains(&format!("action=\"{company}/bring-back\"")), "{page}");
        assert!(page.contains("Giải thể &lt;2026&gt;") && page.contains("Archived by hung"), "{page}");
        assert!(page.contains("Company archived: Giải thể"), "in its timeline: {page}");
        for tab in ["", "?tab=contacts", "?tab=deals", "?tab=activities"] {
            let page = browser.get(&format!("{company}{tab}")).await.body;
            for refused in ["/archive\"", "/edit\"", "/contacts/new?company_id=", "/deals/new?company_id=", "/activities/new?company_id="] {
                assert!(!page.contains(refused), "{tab} offers {refused}");
            }
            assert!(page.contains("Bring back"), "{tab}");
        }
        for form in ["archive", "edit"] {
            assert_eq!(browser.get(&format!("{company}/{form}")).await.location(), Some(company.as_str()), "{form}");
        }
        assert_eq!(browser.get(&format!("{company}/delete")).await.status, 200, "it can be deleted");

        let back = browser.post(&format!("{company}/bring-back"), &[]).await;
        assert_eq!(back.location(), Some(company.as_str()));
        let page = browser.get(&company).await.body;
        assert!(page.contains("Ánh Dương is back") && page.contains("Company brought back") && !page.contains("Archived by"), "{page}");
        assert!(browser.get("/companies").await.body.contains("Ánh Dương"));
    }

    async fn the_list_has_archived_companies_when_asked(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = made(&browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        made(&browser, "/companies/new", &[("name", "Bình Minh"), ("status", "active")]).await;
        archive(&browser, &company, "Closed", "1").await;
        // The page takes the notice, which names the company.
        browser.get(&company).await;
        for (query, archived, other) in [
            ("", false, true),
            ("?archived=", false, true),
            ("?archived=any", true, true),
            ("?archived=only", true, false),
            ("?archived=only&status=active", false, false),
            ("?archived=any&q=duong", true, false),
            ("?q=duong", false, false),
        ] {
            let page = browser.get(&format!("/companies{query}")).await;
            assert_eq!(page.status, 200, "{query}");
            assert_eq!((page.body.contains("Ánh Dương"), page.body.contains("Bình Minh")), (archived, other), "{query}: {}", page.body);
            assert_eq!(page.body.contains("Clear Archived"), query.contains("=any") || query.contains("=only"), "{query}");
            assert!(!page.body.contains(&format!("{company}/edit")), "{query}");
        }
        let unreadable = browser.get("/companies?archived=all").await;
        assert!(!unreadable.body.contains("Ánh Dương") && !unreadable.body.contains("Bình Minh"), "never wider: {}", unreadable.body);
        let found = browser.call("/fn/companies/search", &json!({ "q": "" })).await.body;
        assert!(found.contains("Bình Minh") && !found.contains("Ánh Dương"), "{found}");
        let picker = browser.get("/contacts/new").await.body;
        assert!(picker.contains("Bình Minh") && !picker.contains("Ánh Dương"), "{picker}");
    }

    async fn forms_and_functions_refuse_it_in_words(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = made(&browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        let contact = made(&browser, "/contacts/new", &[("name", "Đức"), ("company_id", id_of(&company))]).await;
        let deal =
            made(&browser, "/deals/new", &[("name", "Xe"), ("value", "1"), ("stage", "proposal"), ("company_id", id_of(&company))]).await;
        archive(&browser, &company, "Closed", "1").await;
        browser.get(&company).await;
        let (id, raw) = (id_of(&company), db.raw().await);
        let written = async || raw.number("SELECT count(*) FROM audit_log").await;
        let before = written().await;

        let edited = [("name", "Bình Minh"), ("status", "lead"), ("version", "1")];
        let refused = page_after(&browser, browser.post(&format!("{company}/edit"), &edited).await).await;
        assert!(refused.contains("Ánh Dương is archived. Bring it back to change it.") && refused.contains("Bình Minh"), "{refused}");
        let form = json!({ "name": "Bình Minh", "status": "lead", "version": "2" });
        let called = browser.call("/fn/companies/update", &json!({ "id": id, "form": form })).await;
        assert!(called.status == 422 && called.body.contains("is archived"), "{called:?}");

        let whom = format!("contact:{}", id_of(&contact));
        let at_company: [(&str, &str); 2] = [("company_id", id), ("name", "Mới")];
        for (page, function, noun, fields) in [
            ("/contacts/new", "contacts/create", "contacts", at_company.to_vec()),
            ("/deals/new", "deals/create", "deals", [&at_company[..], &[("value", "1"), ("stage", "proposal")]].concat()),
            (
                "/activities/new",
                "activities/create",
                "activities",
                vec![("company_id", id), ("type", "call"), ("subject", "Mới"), ("date", "2026-11-20T09:30")],
            ),
            ("/activities/quick", "activities/quick-log", "activities", vec![("whom", &*whom), ("type", "call"), ("subject", "Mới")]),
        ] {
            let words = format!("Ánh Dương is archived. Bring it back to add {noun} there.");
            let refused = page_after(&browser, browser.post(page, &fields).await).await;
            assert!(refused.contains(&words) && refused.contains("Mới"), "{page}: {refused}");
            let form: serde_json::Map<String, serde_json::Value> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            let called = browser.call(&format!("/fn/{function}"), &json!({ "form": form })).await;
            assert!(called.status == 422 && called.body.contains(&words), "{function}: {called:?}");
        }
        assert_eq!(written().await, before, "nothing was saved");

        // What is there can be edited, and says where it is.
        for (path, offered) in [(&contact, "/deals/new?"), (&deal, "/activities/new?deal_id=")] {
            let page = browser.get(path).await.body;
            assert!(page.contains("Archived") && page.contains("/edit\"") && !page.contains(offered), "{path}: {page}");
        }
        let kept = [("name", "Đức Anh"), ("company_id", id), ("version", "1")];
        assert_eq!(browser.post(&format!("{contact}/edit"), &kept).await.location(), Some(contact.as_str()));
        let edit = browser.get(&format!("{contact}/edit")).await.body;
        assert!(edit.contains("Ánh Dương"), "its company stays chosen: {edit}");
    }
}
