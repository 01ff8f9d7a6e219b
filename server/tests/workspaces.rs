//! Several workspaces over HTTP: switching, the offer to switch, what other tabs show and send meanwhile, leaving, ending.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, PASSWORD, Records, Site, TestDb, place_of, send};
use domain::access::{AccessRule, ENDPOINTS, Role};
use reqwest::Method;

const UNUSED: &str = "0190b2c0-0000-7000-8000-000000000000";

/// What the forms of a browser's pages say now.
async fn shown_to(browser: &Browser) -> String {
    let (user, workspace) = place_of(browser).await;
    format!("{user}.{workspace}")
}

async fn new_workspace(browser: &Browser, name: &str) -> String {
    let answer = browser.post("/workspaces/new", &[("name", name)]).await;
    assert_eq!((answer.status, answer.location()), (303, Some("/")), "{}", answer.body);
    place_of(browser).await.1
}

async fn switch(browser: &Browser, workspace: &str, to: &str) -> Answer {
    browser.post("/workspaces/switch", &[("workspace_id", workspace), ("to", to)]).await
}

async fn new_company(browser: &Browser, name: &str) -> String {
    let made = browser.post("/companies/new", &[("name", name), ("status", "lead")]).await;
    made.location().unwrap().to_owned()
}

/// The answer without what is of it alone, and the id it was asked for.
fn like_unused(answer: &Answer, id: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let body = answer.body.replace(id, UNUSED);
    Answer { body, ..answer.clone() }.lasting()
}

on_both_databases! {
    async fn one_switches_and_sees_the_other_workspace_alone(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let first = place_of(&browser).await.1;
        new_company(&browser, "Ánh Dương").await;
        let second = new_workspace(&browser, "Second <b>").await;
        assert_ne!(first, second);
        let page = browser.get("/companies").await.body;
        assert!(page.contains("Second &lt;b>") || page.contains("Second &lt;b&gt;"), "{page}");
        assert!(!page.contains("Ánh Dương") && page.contains("hung’s workspace"), "the switcher names the other");
        let answer = switch(&browser, &first, "/companies?q=a").await;
        assert_eq!((answer.status, answer.location()), (303, Some("/companies?q=a")));
        assert!(browser.get("/companies").await.body.contains("Ánh Dương"));
        // Nowhere else, nor to another site.
        for wrong in [UNUSED, "x", "", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(switch(&browser, wrong, "/").await.status, 404, "{wrong}");
        }
        for evil in ["//evil.example", "https://evil.example", "/\\evil.example"] {
            assert_eq!(switch(&browser, &first, evil).await.location(), Some("/"), "{evil}");
        }
        let other = site.registered("lan").await;
        assert_eq!(switch(&other, &first, "/").await.status, 404, "no member");
        let list = browser.get("/workspaces").await.body;
        assert!(list.contains("You are here") && list.contains("Switch to Second"), "{list}");
        assert!(!list.contains("Search workspaces"), "few need no search");
    }

    async fn past_seven_there_is_a_search(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for n in 1..=8 {
            new_workspace(&browser, &format!("Công ty Số {n}")).await;
        }
        let page = browser.get("/companies").await.body;
        assert_eq!(page.matches(r#"name="workspace_id""#).count(), 7, "the last entered");
        assert!(page.contains("Search workspaces"));
        let found = browser.get("/workspaces?q=cong+ty+so+3").await.body;
        assert!(found.contains("Switch to Công ty Số 3") && !found.contains("Switch to Công ty Số 4"), "{found}");
        let none = browser.get("/workspaces?q=%3Cscript%3E").await;
        assert!(none.status == 200 && !none.body.contains("“<script>”"), "{}", none.body);
    }

    async fn a_link_into_ones_other_workspace_offers_to_switch_and_any_other_is_404(db: TestDb) {
        let site = Site::on(&db).await;
        let (browser, stranger) = (site.registered("hung").await, site.registered("lan").await);
        let first = place_of(&browser).await.1;
        let records = Records::create(&db, &browser).await;
        new_workspace(&browser, "Second").await;
        for (kind, id) in [("companies", &records.company), ("contacts", &records.contact), ("deals", &records.deal), ("activities", &records.activity)] {
            let path = format!("/{kind}/{id}");
            let offer = browser.get(&path).await;
            assert_eq!(offer.status, 404);
            assert!(offer.body.contains("Switch to hung’s workspace") && offer.body.contains(&format!(r#"name="to" value="{path}""#)), "{}", offer.body);
            assert!(!offer.body.contains(">Own<"), "nothing of the record itself");
            let (theirs, unused) = (stranger.get(&path).await, stranger.get(&path.replace(id.as_str(), UNUSED)).await);
            assert_eq!(theirs.status, 404);
            assert_eq!(like_unused(&theirs, id), unused.lasting(), "{path}");
        }
        // The unused id is no different in the workspaces of the one who has several.
        let unused = browser.get(&format!("/companies/{UNUSED}")).await;
        assert!(unused.status == 404 && unused.body.contains("Page not found"));
        let answer = switch(&browser, &first, &format!("/companies/{}", records.company)).await;
        assert_eq!(browser.get(answer.location().unwrap()).await.status, 200);
    }

    /// A13: two tabs of one browser, switched in one of them.
    async fn another_tab_writes_nothing_into_the_wrong_workspace(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let records = Records::create(&db, &browser).await;
        let other = Records::create(&db, &browser).await;
        let stale = shown_to(&browser).await;
        new_workspace(&browser, "Second").await;
        let raw = db.raw().await;
        for action in app::routes().actions.iter().filter(|action| !matches!(action.form, "/login" | "/register" | "/invitation/register" | "/logout")) {
            let (id, mut fields) = (records.id(action.form), records.fields(action.form, &other));
            fields.push(("shown_to", stale.clone()));
            let before = raw.number("SELECT COUNT(*) FROM audit_log").await;
            let answer = browser.submit(action, id, &fields).await;
            assert_eq!(answer.status, 409, "{}", action.form);
            assert!(answer.body.contains("You are in Second now"), "it says where one is: {}", answer.body);
            assert!(!answer.body.contains("another user"), "{}", answer.body);
            assert_eq!(raw.number("SELECT COUNT(*) FROM audit_log").await, before, "{} wrote", action.form);
        }
        assert_eq!(place_of(&browser).await.1, shown_to(&browser).await.split_once('.').unwrap().1, "still signed in");
    }

    /// What a script of a stale tab asks for is not mixed into its page.
    async fn parts_of_pages_of_another_workspace_are_not_given_out(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let stale = shown_to(&browser).await;
        let get = async |path: &str, shown_to: &str| send(browser.request(Method::GET, path).header("x-shown-to", shown_to)).await.status;
        let paths = ["/companies?q=a", "/deals", "/deals/news?since=0", "/deals/column?column=proposal", "/companies/new"];
        for path in paths {
            assert_eq!(get(path, &stale).await, 200, "{path}");
        }
        assert_eq!(browser.get(&format!("/events/board?shown_to={stale}")).await.status, 200);
        new_workspace(&browser, "Second").await;
        for path in paths {
            assert_eq!(get(path, &stale).await, 409, "{path}");
            assert_eq!(get(path, &shown_to(&browser).await).await, 200, "{path}");
        }
        assert_eq!(browser.get(&format!("/events/board?shown_to={stale}")).await.status, 409);
        assert_eq!(browser.get("/events/board").await.status, 200, "a page of an older version says nothing");
    }

    async fn a_refused_form_is_shown_again_in_its_own_workspace_alone(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let first = place_of(&browser).await.1;
        assert_eq!(browser.post("/companies/new", &[("name", ""), ("status", "lead"), ("notes", "Of the first")]).await.status, 303);
        let second = new_workspace(&browser, "Second").await;
        assert!(!browser.get("/companies/new").await.body.contains("Of the first"));
        assert_eq!(browser.post("/companies/new", &[("name", ""), ("status", "lead"), ("notes", "Of the second")]).await.status, 303);
        switch(&browser, &first, "/").await;
        let page = browser.get("/companies/new").await.body;
        assert!(page.contains("Of the first") && !page.contains("Of the second"), "{page}");
        switch(&browser, &second, "/").await;
        assert!(browser.get("/companies/new").await.body.contains("Of the second"));
    }

    async fn without_a_workspace_one_gets_a_page_that_says_so(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let records = Records::create(&db, &browser).await;
        let stale = shown_to(&browser).await;
        db.raw().await.run("UPDATE memberships SET removed_at = created_at").await.unwrap();
        for endpoint in ENDPOINTS {
            let path = endpoint.path.replace("{id}", records.id(endpoint.path));
            if matches!(endpoint.needs, AccessRule::Public | AccessRule::AnonymousOnly) || endpoint.path.ends_with("/logout") {
                continue;
            }
            // What needs no workspace stays open, but forms of pages that were shown in it are asked about.
            if matches!(endpoint.needs, AccessRule::Account | AccessRule::PlatformAdmin) && (endpoint.method == "GET" || path.starts_with("/fn/")) {
                continue;
            }
            if endpoint.method == "GET" {
                let answer = browser.get(&path).await;
                assert_eq!((answer.status, answer.location()), (303, Some("/workspaces")), "{path}");
            } else {
                let answer = browser.post(&path, &[("name", "Typed <i>"), ("shown_to", &stale), ("password", "secret")]).await;
                assert_eq!(answer.status, if path.starts_with("/fn/") { 409 } else { 403 }, "{path}");
                if path.starts_with("/fn/") {
                    assert_eq!(answer.body, r#"{"OtherUser":"hung"}"#, "the script sends the form again without itself: {path}");
                } else {
                    assert!(answer.body.contains("You are no longer in this workspace") && answer.body.contains("Typed &lt;i"), "{path}: {}", answer.body);
                    assert!(!answer.body.contains("secret"), "{path}");
                }
            }
        }
        let page = browser.get("/workspaces").await;
        assert!(page.status == 200 && page.body.contains("You are in no workspace") && page.body.contains("New workspace"), "{}", page.body);
        assert!(page.body.contains("hung@example.com") && page.body.contains(r#"action="/logout""#));
        assert_eq!(browser.get("/login").await.location(), Some("/"), "signed in");
        // Signing in leads there, too.
        let again = site.browser();
        let answer = again.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(again.follow("/").await.body.contains("You are in no workspace"));
        let refused = again.post("/workspaces/new", &[("name", "")]).await;
        assert_eq!(refused.location(), Some("/workspaces/new"));
        assert!(again.get("/workspaces/new").await.body.contains("Write the workspace&#x27;s name") || again.get("/workspaces/new").await.status == 200);
        new_workspace(&again, "My own").await;
        assert_eq!(again.get("/companies").await.status, 200);
        // From a page that was opened in the workspace. Of another user's page it is no sign-out.
        let strangers = format!("{UNUSED}.{UNUSED}");
        for wrong in [strangers.as_str(), "x", ""] {
            assert_eq!(browser.post("/logout", &[("shown_to", wrong)]).await.status, 403, "{wrong}");
        }
        assert_eq!(browser.post("/logout", &[("shown_to", &stale)]).await.location(), Some("/login"));
        assert!(browser.get("/workspaces").await.location().unwrap().starts_with("/login"));
    }

    /// What was sent from a page that was shown in a workspace that the user has left.
    async fn one_signs_out_by_script_from_a_page_of_a_workspace_one_has_left(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let stale = shown_to(&browser).await;
        db.raw().await.run("UPDATE memberships SET removed_at = created_at").await.unwrap();
        let call = browser.request(Method::POST, "/fn/logout").header("sec-fetch-site", "same-origin").header("content-type", "application/json");
        assert_eq!(send(call.header("x-shown-to", &stale).body("{}")).await.status, 200);
        assert!(browser.get("/workspaces").await.location().unwrap().starts_with("/login"));
    }

    async fn a_form_sent_twice_makes_one_workspace(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for _ in 0..3 {
            assert_eq!(browser.post("/workspaces/new", &[("name", "Once"), ("form_key", "k")]).await.status, 303);
        }
        assert_eq!(db.raw().await.number("SELECT count(*) FROM workspaces").await, 2);
    }

    async fn the_owner_ends_it_and_takes_it_back_and_a_member_leaves(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let id = place_of(&owner).await.1;
        assert!(owner.get("/settings/workspace/leave").await.body.contains("You own this workspace"));
        assert_eq!(member.get("/settings/workspace/end").await.status, 403);
        let refused = owner.post("/settings/workspace/end", &[("name", "hung's workspace")]).await;
        assert_eq!(refused.location(), Some("/settings/workspace/end"));
        assert!(owner.get("/settings/workspace/end").await.body.contains("Type the name of the workspace exactly"));
        let ended = owner.post("/settings/workspace/end", &[("name", "hung’s workspace")]).await;
        assert_eq!(ended.location(), Some("/workspaces"));
        let page = owner.get("/workspaces").await.body;
        assert!(page.contains("Take back hung’s workspace") && page.contains("has ended"), "{page}");
        assert_eq!(member.get("/companies").await.location(), Some("/workspaces"), "gone at the next click");
        let theirs = member.get("/workspaces").await.body;
        assert!(!theirs.contains("hung’s workspace") && theirs.contains("lan’s workspace"), "{theirs}");
        assert_eq!(member.post(&format!("/workspaces/{id}/take-back"), &[]).await.status, 404);
        assert_eq!(owner.post(&format!("/workspaces/{id}/take-back"), &[]).await.location(), Some("/workspaces"));
        assert_eq!(member.get("/companies").await.status, 200, "and back");
        assert!(member.get("/settings/workspace/leave").await.body.contains("Leave workspace"));
        assert_eq!(member.post("/settings/workspace/leave", &[("records_to", "nobody")]).await.location(), Some("/workspaces"));
        assert_eq!(member.get("/companies").await.location(), Some("/workspaces"));
    }

    async fn an_account_is_deleted_with_its_password(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("operator").await;
        let browser = site.registered("hung").await;
        let id = place_of(&browser).await.1;
        let page = browser.get("/settings/account/delete").await.body;
        assert!(page.contains("What becomes of hung’s workspace") && page.contains("It ends"), "{page}");
        let wrong = browser.post("/settings/account/delete", &[("password_current", "wrong one"), ("owned_id", &id), ("becomes", "end")]).await;
        assert_eq!(wrong.location(), Some("/settings/account/delete"));
        let page = browser.get("/settings/account/delete").await.body;
        assert!(page.contains("This is not your current password") && !page.contains("wrong one"), "{page}");
        assert!(page.contains(r#"value="end" selected"#), "the choice stays: {page}");
        let done = browser.post("/settings/account/delete", &[("password_current", PASSWORD), ("owned_id", &id), ("becomes", "end")]).await;
        assert_eq!(done.location(), Some("/login"), "{}", done.body);
        assert_eq!(browser.get("/companies").await.location(), Some("/login?next=/companies"));
        let answer = browser.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")]).await;
        assert_eq!(answer.status, 422);
    }
}
