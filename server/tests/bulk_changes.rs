//! Bulk changes over HTTP: which records a form is about, the question, the result and the undo.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};

async fn company(browser: &Browser, name: &str) -> String {
    let answer = browser.post("/companies/new", &[("name", name), ("status", "lead")]).await;
    answer.location().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Number of companies that are not in the bin, and have this status.
async fn with_status(db: &TestDb, status: &str) -> i64 {
    let count = format!("SELECT count(*) FROM companies WHERE deleted_at IS NULL AND status = '{status}'");
    db.raw().await.number(&count).await
}

on_both_databases! {
    async fn a_filter_that_no_list_writes_is_a_bad_request_and_changes_nothing(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        company(&browser, "Một").await;
        let gone = "0190c7a0-0000-7000-8000-000000000001";
        for list in ["tag=", "q=", "company_id=", "compnay_id=5", "status[]=lead", "size=7", "q=a&q=b", "tag=null", "page=0"] {
            let form = [("kind", "companies"), ("scope", "matching"), ("action", "delete"), ("count", "1000"), ("list", list)];
            assert_eq!(browser.post("/bulk-changes", &form).await.status, 400, "{list}");
            let query = list.replace('=', "%3D").replace('&', "%26").replace('[', "%5B").replace(']', "%5D");
            let question = format!("/bulk-changes/new?kind=companies&scope=matching&action=delete&list={query}");
            assert_eq!(browser.get(&question).await.status, 400, "{list}");
        }
        for (kind, list) in [("tags", ""), ("", ""), ("companies", "view=list")] {
            let form = [("kind", kind), ("scope", "matching"), ("action", "delete"), ("count", "1000"), ("list", list)];
            assert_eq!(browser.post("/bulk-changes", &form).await.status, 400, "{kind}");
        }
        // A tag that is gone matches nothing.
        let list = format!("tag={gone}");
        let form = [("kind", "companies"), ("scope", "matching"), ("action", "status:active"), ("count", "1000"), ("list", list.as_str())];
        let answer = browser.post("/bulk-changes", &form).await;
        assert_eq!(answer.status, 303);
        let page = browser.get(answer.location().unwrap()).await.body;
        assert!(page.contains("There is nothing left to change") || page.contains("is there any more"), "{page}");
        assert_eq!(with_status(&db, "lead").await, 1);
    }

    async fn all_that_match_are_asked_about_with_their_number_and_again_if_there_are_more(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for name in ["Cty Một", "Cty Hai", "Khác"] {
            company(&browser, name).await;
        }
        // The page takes the notice, which names the last one.
        browser.get("/companies").await;
        // Without the number nothing is done: the question follows.
        let form = |count: &'static str| {
            [("kind", "companies"), ("scope", "matching"), ("action", "status:active"), ("count", count), ("list", "q=cty")]
        };
        let unasked = browser.post("/bulk-changes", &form("")).await;
        let question = unasked.location().unwrap().to_owned();
        assert!(question.starts_with("/bulk-changes/new?kind=companies&scope=matching&action=status%3Aactive&list=q%3Dcty"), "{question}");
        let page = browser.get(&question).await.body;
        assert!(page.contains("Set the status of 2 companies to Active?"), "{page}");
        assert!(page.contains("name=\"count\" value=\"2\"") && page.contains("Cty Hai") && !page.contains("Khác"), "{page}");
        company(&browser, "Cty Ba").await;
        let grown = browser.post("/bulk-changes", &form("2")).await;
        assert_eq!((grown.status, grown.location()), (303, Some(question.as_str())));
        let page = browser.get(&question).await.body;
        assert!(page.contains("There are more now than were shown") && page.contains("of 3 companies"), "{page}");
        assert_eq!(with_status(&db, "active").await, 0);

        let done = browser.post("/bulk-changes", &form("3")).await;
        assert_eq!((done.status, done.location()), (303, Some("/companies?q=cty")));
        assert_eq!(with_status(&db, "active").await, 3);
        let page = browser.get("/companies?q=cty").await.body;
        assert!(page.contains("3 companies changed"), "{page}");
        let undo = page.split("<form method=\"post\" action=\"/bulk-changes/").nth(1).unwrap().split('"').next().unwrap();
        let undone = browser.post(&format!("/bulk-changes/{undo}"), &[]).await;
        assert_eq!(undone.status, 303, "{undo}: {}", undone.body);
        let result = undone.location().unwrap().to_owned();
        assert!(result.starts_with("/bulk-changes/"), "{result}");
        let page = browser.get(&result).await.body;
        assert!(page.contains("3 companies put back") && page.contains("Undo of “Status: Active”"), "{page}");
        assert_eq!(with_status(&db, "lead").await, 4);
    }

    async fn a_deletion_is_confirmed_with_what_goes_along(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let id = company(&browser, "Một").await;
        let record = format!("{id}.1");
        assert_eq!(browser.post("/contacts/new", &[("name", "An"), ("company_id", &id)]).await.status, 303);
        let post = async |count: &str, contacts: &str| {
            let form = [("kind", "companies"), ("selected", record.as_str()), ("action", "delete"), ("count", count), ("contacts", contacts)];
            browser.post("/bulk-changes", &form).await
        };
        let question = format!("/bulk-changes/new?kind=companies&action=delete&selected={record}");
        for (count, contacts) in [("", ""), ("1", ""), ("x", "1")] {
            let answer = post(count, contacts).await;
            assert_eq!((answer.status, answer.location()), (303, Some(question.as_str())), "{count} {contacts}");
            assert_eq!(with_status(&db, "lead").await, 1);
        }
        let page = browser.get(&question).await.body;
        assert!(page.contains("Delete 1 company?") && page.contains("1 contact will be deleted with them."), "{page}");
        assert!(page.contains("name=\"contacts\" value=\"1\""), "{page}");
        assert_eq!(post("1", "1").await.location(), Some("/companies"));
        assert_eq!(with_status(&db, "lead").await, 0);
    }

    async fn the_result_names_what_was_left_and_is_the_starters_alone(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let (one, two) = (company(&browser, "Một").await, company(&browser, "Hai").await);
        assert_eq!(browser.post(&format!("/companies/{two}/edit"), &[("name", "Hai mới"), ("status", "lead"), ("version", "1")]).await.status, 303);
        let (one, two) = (format!("{one}.1"), format!("{two}.1"));
        let form = [("kind", "companies"), ("selected", one.as_str()), ("selected", two.as_str()), ("action", "status:active"), ("list", "sort=-name")];
        let answer = browser.post("/bulk-changes", &form).await;
        let result = answer.location().unwrap().to_owned();
        assert!(result.starts_with("/bulk-changes/"), "{result}");
        let page = browser.get(&result).await.body;
        for expected in ["1 company changed, 1 left: 1 changed by somebody meanwhile", "Hai mới", "/undo\""] {
            assert!(page.contains(expected), "{expected}: {page}");
        }
        let stranger = site.registered("lan").await;
        assert_eq!(stranger.get(&result).await.status, 404);
        assert_eq!(stranger.post(&format!("{result}/undo"), &[]).await.status, 404);
        assert_eq!(with_status(&db, "active").await, 1);
    }

    async fn activities_that_are_locked_offer_no_change(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        assert_eq!(browser.post("/activities/new", &[("type", "call"), ("subject", "Gọi"), ("date", "2026-03-02T09:00")]).await.status, 303);
        assert!(browser.get("/activities").await.body.contains("Choose Gọi"));
        db.raw().await.run("UPDATE workspaces SET lock_activities = true").await.unwrap();
        let page = browser.get("/activities").await.body;
        assert!(!page.contains("Choose Gọi") && !page.contains("/bulk-changes"), "{page}");
    }
}
