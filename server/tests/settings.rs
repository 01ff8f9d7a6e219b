//! Settings of users and of the workspace over HTTP: two browsers at once, and what ends where (threats A6, A8, B2).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Answer, Browser, NEW_PASSWORD, Options, PASSWORD, Site, TestDb};
use domain::{access::Role, sessions::SessionLifetime};
use regex::Regex;
use reqwest::{Method, Response, header::COOKIE};
use std::time::Duration;
use tokio::time::timeout;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// Signs in with a browser of this kind. Returns the answer, which sets the session's cookie.
async fn sign_in(browser: &Browser, name: &str, password: &str, user_agent: &str) -> Answer {
    let email = format!("{name}@example.com");
    let request = browser.request(Method::POST, "/login").header("sec-fetch-site", "same-origin").header("user-agent", user_agent);
    common::send(request.form(&[("email", email.as_str()), ("password", password), ("next", "")])).await
}

async fn signed_in(site: &Site, name: &str, user_agent: &str) -> Browser {
    let browser = site.browser();
    assert_eq!(sign_in(&browser, name, PASSWORD, user_agent).await.status, 303);
    browser
}

async fn is_out(browser: &Browser) -> bool {
    browser.get("/companies").await.status == 303
}

/// Whether a browser that holds just this token is signed in.
async fn is_alive(site: &Site, token: &str) -> bool {
    common::send(site.browser().request(Method::GET, "/companies").header(COOKIE, format!("minicrm={token}"))).await.status == 200
}

async fn open_events(browser: &Browser) -> Response {
    let mut events = browser.request(Method::GET, "/events/board").send().await.unwrap();
    assert_eq!(events.status(), 200);
    assert!(events.chunk().await.unwrap().is_some(), "the first event");
    events
}

/// Whether the stream ends without another event, once something happens in the workspace.
async fn ends(mut events: Response, other: &Browser) -> bool {
    let company = other.post("/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
    let company = company.location().unwrap().rsplit('/').next().unwrap().to_owned();
    let deal = [("name", "Xe"), ("value", ""), ("stage", "proposal"), ("company_id", company.as_str())];
    assert_eq!(other.post("/deals/new", &deal).await.status, 303);
    matches!(timeout(Duration::from_secs(10), events.chunk()).await.unwrap(), Ok(None) | Err(_))
}

fn session_ids(page: &str) -> Vec<String> {
    let form = Regex::new(r#"action="/settings/sessions/([0-9a-f-]{36})/end""#).unwrap();
    form.captures_iter(page).map(|found| found[1].to_owned()).collect()
}

const PREFERENCES: [(&str, &str); 3] = [("theme", "dark"), ("time_zone", "Asia/Tokyo"), ("csv_separator", "semicolon")];

on_both_databases! {
    async fn settings_are_those_of_every_browser_of_the_user(db: TestDb) {
        let site = Site::on(&db).await;
        let here = site.registered("hung").await;
        let there = signed_in(&site, "hung", FIREFOX).await;
        let lan = site.registered("lan").await;
        let page = there.get("/companies").await.body;
        assert!(page.contains("<html lang=\"en\">") && page.contains("aria-keyshortcuts=\"L\""), "{page}");

        let saved = here.post("/settings/preferences", &PREFERENCES).await;
        assert_eq!((saved.status, saved.location()), (303, Some("/settings/preferences")));
        assert_eq!(here.post("/settings/sidebar", &[("folded", "on")]).await.status, 303);
        let page = there.get("/companies").await.body;
        assert!(page.contains("<html lang=\"en\" data-theme=\"dark\" data-no-shortcuts>"), "{page}");
        assert!(!page.contains("aria-keyshortcuts=\"L\"") && page.contains("title=\"Log activity\""), "shortcuts are off");
        let fold = Regex::new("<input id=\"fold\"[^>]*>").unwrap();
        assert!(fold.find(&page).unwrap().as_str().contains("checked"), "{page}");
        let form = there.get("/settings/preferences").await.body;
        for chosen in ["value=\"dark\" selected", "value=\"Asia/Tokyo\" selected", "value=\"semicolon\" selected"] {
            assert!(form.contains(chosen), "{chosen} in {form}");
        }
        assert!(form.contains("Expand sidebar"), "{form}");

        let hers = lan.get("/companies").await.body;
        assert!(hers.contains("<html lang=\"en\">") && hers.contains("aria-keyshortcuts=\"L\""), "nobody else's");
        assert!(there.get("/no/such/page").await.body.contains("data-theme=\"dark\""), "error pages too");
        there.post("/logout", &[]).await;
        assert!(!there.get("/login").await.body.contains("data-theme"), "nobody is signed in");
    }

    /// The style sheet alone makes the theme: no script on a page that has none otherwise, no style attribute, the policy stays.
    async fn a_theme_needs_no_script(db: TestDb) {
        let site = Site::on(&db).await;
        let user = site.registered("hung").await;
        user.post("/settings/preferences", &PREFERENCES).await;
        let page = user.get("/no/such/page").await;
        assert!(page.body.contains("data-theme=\"dark\"") && !page.body.contains("<script") && !page.body.contains("style=\""), "{}", page.body);
        assert!(!page.header("content-security-policy").unwrap().contains("unsafe-inline"));
    }

    async fn a_refused_setting_saves_nothing_and_says_what_to_choose(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let wrong = [("theme", "dark"), ("time_zone", "Moon/Tycho"), ("csv_separator", "semicolon")];
        let answer = browser.post("/settings/preferences", &wrong).await;
        assert_eq!(answer.location(), Some("/settings/preferences"));
        let page = browser.get("/settings/preferences").await.body;
        assert!(page.contains("Choose one of the time zones") && page.contains("value=\"semicolon\" selected"), "{page}");
        assert!(!page.contains("data-theme"));
        assert_eq!(browser.post("/settings/sidebar", &[("folded", "perhaps")]).await.status, 422);
        assert_eq!(browser.post("/settings/profile", &[("name", " ")]).await.status, 303);
        let page = browser.get("/settings/profile").await.body;
        assert!(page.contains("Write your name") && page.contains("Account of hung"), "{page}");
    }

    /// A6, A8: the other browsers are out, this one goes on under another token, and who held the old one has nothing.
    async fn a_new_password_ends_the_other_browsers(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let (here, there) = (site.browser(), signed_in(&site, "hung", FIREFOX).await);
        let token = sign_in(&here, "hung", PASSWORD, CHROME).await.session_token().unwrap();
        let events = open_events(&there).await;
        let form = [("password_current", PASSWORD), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)];
        let changed = here.post("/settings/password", &form).await;
        assert_eq!((changed.status, changed.location()), (303, Some("/settings/password")));
        let renewed = changed.session_token().unwrap();
        assert!(here.get("/settings/password").await.body.contains("Your password was changed"), "and it says so");
        assert!(renewed != token && !is_alive(&site, &token).await && is_alive(&site, &renewed).await);
        assert!(is_out(&there).await);
        assert!(ends(events, &here).await);
        assert_eq!(sign_in(&site.browser(), "hung", PASSWORD, CHROME).await.status, 422);
        assert_eq!(sign_in(&site.browser(), "hung", NEW_PASSWORD, CHROME).await.status, 303);
        assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM sessions").await, 2, "the two that are open");
    }

    async fn a_script_changes_the_password_in_place(db: TestDb) {
        let site = Site::on(&db).await;
        let (here, there) = (site.registered("hung").await, signed_in(&site, "hung", FIREFOX).await);
        let form = serde_json::json!({ "form": { "password_current": PASSWORD, "password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD } });
        let answer = here.call("/fn/account/change-password", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.session_token().is_some() && !answer.body.contains(NEW_PASSWORD));
        assert!(!is_out(&here).await && is_out(&there).await);
        let again = here.call("/fn/account/change-password", &form).await;
        assert_eq!(again.status, 422);
        assert!(again.body.contains("password_current") && !again.body.contains(PASSWORD), "{}", again.body);
    }

    async fn a_refused_password_is_told_at_its_field_and_never_given_back(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for (form, message) in [
            ([("password_current", "wrong secret"), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)], "This is not your current password"),
            ([("password_current", PASSWORD), ("password", "hung1234"), ("password_confirmation", "hung1234")], "first that anybody would guess"),
            ([("password_current", PASSWORD), ("password", NEW_PASSWORD), ("password_confirmation", "other")], "Type the same password again"),
        ] {
            assert_eq!(browser.post("/settings/password", &form).await.location(), Some("/settings/password"));
            let page = browser.get("/settings/password").await.body;
            assert!(page.contains(message), "{message} in {page}");
            assert!(form.iter().all(|(_, value)| !page.contains(&format!("value=\"{value}\""))), "{page}");
            assert!(!browser.get("/settings/password").await.body.contains(message), "said once");
        }
        let kept: Vec<String> = db.raw().await.column("SELECT CAST(data AS text) FROM sessions").await;
        assert!(kept.iter().all(|data| !data.contains("wrong secret") && !data.contains(NEW_PASSWORD)), "{kept:?}");
    }

    async fn guesses_at_an_open_session_are_limited_in_words(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let form = |current| serde_json::json!({ "form": { "password_current": current, "password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD } });
        for _ in 0..10 {
            assert_eq!(browser.call("/fn/account/change-password", &form("wrong")).await.status, 422);
        }
        let limited = browser.call("/fn/account/change-password", &form(PASSWORD)).await;
        assert_eq!((limited.status, limited.header("retry-after")), (429, Some("900")));
        let fields = [("password_current", PASSWORD), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)];
        let page = match browser.post("/settings/password", &fields).await {
            answer if answer.status == 303 => browser.get("/settings/password").await,
            answer => answer,
        };
        assert!(page.body.contains("Try again in 15 minutes"), "{}", page.body);
    }

    async fn sessions_are_listed_in_words_and_ended_one_by_one(db: TestDb) {
        let site = Site::with(&db, Options { trusted_proxies: &["127.0.0.0/8"], ..Options::default() }).await;
        site.registered("hung").await;
        let here = signed_in(&site, "hung", CHROME).await;
        let there = site.browser();
        let request = there.request(Method::POST, "/login").header("sec-fetch-site", "same-origin").header("user-agent", FIREFOX);
        let form = [("email", "hung@example.com"), ("password", PASSWORD), ("next", "")];
        assert_eq!(common::send(request.header("x-forwarded-for", "203.0.113.7").form(&form)).await.status, 303);
        db.clock.advance(TimeDelta::minutes(11));
        let page = here.get("/settings/sessions").await.body;
        for words in ["Chrome on Windows", "This browser", "Firefox on Linux", "203.0.113.7", "11 min ago"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        assert_eq!(page.matches("This browser").count(), 1);
        let ids = session_ids(&page);
        assert_eq!(ids.len(), 2, "the registration's and the other one, not this");
        let events = open_events(&there).await;
        for id in &ids {
            assert_eq!(here.post(&format!("/settings/sessions/{id}/end"), &[]).await.location(), Some("/settings/sessions"));
        }
        assert!(is_out(&there).await, "at its next request");
        assert!(ends(events, &here).await);
        let page = here.get("/settings/sessions").await.body;
        assert!(session_ids(&page).is_empty() && !page.contains("Sign out all others"), "{page}");
        assert_eq!(here.post(&format!("/settings/sessions/{}/end", ids[0]), &[]).await.status, 404);
    }

    async fn all_others_end_after_a_question(db: TestDb) {
        let site = Site::on(&db).await;
        let here = site.registered("hung").await;
        let others = [signed_in(&site, "hung", FIREFOX).await, signed_in(&site, "hung", CHROME).await];
        let lan = site.registered("lan").await;
        let question = here.get("/settings/sessions/end-others").await.body;
        assert!(question.contains("2 other browsers must sign in again"), "{question}");
        assert!(!is_out(&others[0]).await, "asking ends nothing");
        assert_eq!(here.post("/settings/sessions/end-others", &[]).await.location(), Some("/settings/sessions"));
        assert!(here.get("/settings/sessions").await.body.contains("Signed out: 2 other browsers"));
        assert!(is_out(&others[0]).await && is_out(&others[1]).await);
        assert!(!is_out(&here).await && !is_out(&lan).await);
    }

    /// B2: an id of somebody else's session is an id never used.
    async fn nobody_ends_another_users_session(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let (hung, lan) = (signed_in(&site, "hung", CHROME).await, site.joined(&db, "lan", "hung", Role::Admin).await);
        let id = session_ids(&hung.get("/settings/sessions").await.body).remove(0);
        assert!(!lan.get("/settings/sessions").await.body.contains(&id));
        let theirs = lan.post(&format!("/settings/sessions/{id}/end"), &[]).await;
        let unused = lan.post("/settings/sessions/0190b2c0-0000-7000-8000-000000000000/end", &[]).await;
        assert_eq!((theirs.status, theirs.lasting()), (404, unused.lasting()));
        assert_eq!(lan.post("/settings/sessions/x/end", &[]).await.status, 404);
        assert_eq!(session_ids(&hung.get("/settings/sessions").await.body), [id], "it is still open");
    }

    async fn users_see_who_tried_to_get_in(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        assert_eq!(sign_in(&site.browser(), "hung", "wrong", FIREFOX).await.status, 422);
        assert_eq!(sign_in(&site.browser(), "nobody", "wrong", "Unheard of").await.status, 422);
        let hung = signed_in(&site, "hung", CHROME).await;
        let lan = site.registered("lan").await;
        let page = hung.get("/settings/sessions").await.body;
        let log = &page[page.find(">Sign-ins<").unwrap()..];
        for words in ["Wrong password", "Firefox on Linux", "Chrome on Windows", "New device"] {
            assert!(log.contains(words), "{words} in {log}");
        }
        let hers = lan.get("/settings/sessions").await.body;
        assert!(!hers.contains("Wrong password") && !hers.contains("Firefox"), "{hers}");
        assert!(![&page, &hers].iter().any(|page| page.contains("nobody") || page.contains("Unheard")), "an address of nobody's is told to nobody");
    }

    async fn a_header_of_markup_is_text(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        assert_eq!(sign_in(&site.browser(), "hung", "wrong", "<script>alert(1)</script>Firefox/1").await.status, 422);
        let page = browser.get("/settings/sessions").await.body;
        assert!(!page.contains("<script>alert") && page.contains("Firefox"), "{page}");
    }

    async fn a_viewer_changes_own_settings_alone(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let viewer = site.joined(&db, "lan", "hung", Role::Viewer).await;
        for path in ["/settings/profile", "/settings/preferences", "/settings/password", "/settings/sessions", "/settings/sessions/end-others"] {
            assert_eq!(viewer.get(path).await.status, 200, "{path}");
        }
        assert_eq!(viewer.get("/settings").await.location(), Some("/settings/profile"));
        assert_eq!(viewer.post("/settings/profile", &[("name", "Lan Anh")]).await.status, 303);
        assert!(viewer.get("/settings/profile").await.body.contains("Account of Lan Anh"));
        assert_eq!(viewer.post("/settings/preferences", &PREFERENCES).await.status, 303);
        assert_eq!(viewer.post("/settings/sidebar", &[("folded", "on")]).await.status, 303);
        let before = db.raw().await.column::<String>("SELECT name FROM workspaces ORDER BY name").await;
        let workspace = [("name", "Hers"), ("currency", "USD"), ("time_zone", "UTC"), ("name_order", "given-name"), ("version", "1")];
        assert_eq!(viewer.get("/settings/workspace/edit").await.status, 403);
        assert_eq!(viewer.post("/settings/workspace/edit", &workspace).await.status, 403);
        assert_eq!(db.raw().await.column::<String>("SELECT name FROM workspaces ORDER BY name").await, before);
    }

    async fn an_owner_edits_the_workspace_and_an_admin_sees_it(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let admin = site.joined(&db, "lan", "hung", Role::Admin).await;
        assert!(owner.get("/settings/workspace").await.body.contains("href=\"/settings/workspace/edit\""));
        let page = admin.get("/settings/workspace").await;
        assert!(page.status == 200 && !page.body.contains("/settings/workspace/edit"), "{}", page.body);
        let form = [("name", "Ánh Dương"), ("currency", "USD"), ("time_zone", "Asia/Tokyo"), ("name_order", "given-name"), ("version", "1")];
        assert_eq!(admin.post("/settings/workspace/edit", &form).await.status, 403);
        assert_eq!(owner.post("/settings/workspace/edit", &form).await.location(), Some("/settings/workspace"));
        for browser in [&owner, &admin] {
            assert!(browser.get("/companies").await.body.contains("title=\"Ánh Dương\""), "the sidebar says so at once");
        }
        // Two owners' windows: the later one sees both.
        assert_eq!(owner.post("/settings/workspace/edit", &[("name", "Bình Minh"), ("currency", "USD"), ("time_zone", "UTC"), ("name_order", "given-name"), ("version", "1")]).await.location(), Some("/settings/workspace/edit"));
        let page = owner.get("/settings/workspace/edit").await.body;
        assert!(page.contains("Somebody else saved this record") && page.contains("Bình Minh") && page.contains("Ánh Dương"), "{page}");
        for (field, value, message) in [("time_zone", "Tokyo", "Choose one of the time zones"), ("currency", "XXX", "Choose one of the currencies"), ("name", " ", "Write the workspace")] {
            let mut form = [("name", "Bình Minh"), ("currency", "USD"), ("time_zone", "UTC"), ("name_order", "given-name"), ("version", "2")];
            form.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = value);
            assert_eq!(owner.post("/settings/workspace/edit", &form).await.status, 303);
            assert!(owner.get("/settings/workspace/edit").await.body.contains(message), "{message}");
        }
    }

    /// Days are the zone's: what was cached before the change is not shown after it.
    async fn another_time_zone_is_shown_at_once(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        // 03:04 UTC on 2 March: 10:04 that day in Ho Chi Minh City, 17:04 the day before in Honolulu.
        assert_eq!(browser.post("/activities/new", &[("type", "call"), ("subject", "Gọi"), ("date", "2026-03-02T09:30")]).await.status, 303);
        let path = "/activities?from=2026-03-02&to=2026-03-02";
        for _ in 0..2 {
            let page = browser.get(path).await.body;
            assert!(page.contains("Gọi") && page.contains("09:30") && page.contains("Today"), "{page}");
        }
        let form = [("name", "Hawaii"), ("currency", "VND"), ("time_zone", "Pacific/Honolulu"), ("name_order", "given-name"), ("version", "1")];
        assert_eq!(browser.post("/settings/workspace/edit", &form).await.status, 303);
        assert!(!browser.get(path).await.body.contains("Gọi"), "it was on 1 March there");
        let page = browser.get("/activities?from=2026-03-01&to=2026-03-01").await.body;
        assert!(page.contains("Gọi") && page.contains("16:30") && page.contains("Today"), "{page}");
    }

    async fn the_page_says_why_the_currency_is_fixed(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let page = owner.get("/settings/workspace/edit").await.body;
        assert!(page.contains("USD, US dollar") && page.contains("until the first deal has a value"), "{page}");
        let records = common::Records::create(&db, &owner).await;
        assert_eq!(owner.post(&format!("/deals/{}/delete", records.deal), &[("version", "1")]).await.status, 303);
        let page = owner.get("/settings/workspace/edit").await.body;
        assert!(!page.contains("US dollar") && page.contains("perhaps some in the bin"), "{page}");
        // From a page that was open before.
        let form = [("name", "Hùng"), ("currency", "USD"), ("time_zone", "Asia/Ho_Chi_Minh"), ("name_order", "given-name"), ("version", "1")];
        assert_eq!(owner.post("/settings/workspace/edit", &form).await.status, 303);
        let page = owner.get("/settings/workspace/edit").await.body;
        assert!(page.contains("Deals have values in VND") && page.contains("value=\"Hùng\""), "{page}");
    }

    async fn the_operator_sets_how_long_a_sign_in_lasts(db: TestDb) {
        db.store.configure_session_lifetime(SessionLifetime::new(2, 3).unwrap());
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let browser = site.browser();
        let answer = sign_in(&browser, "hung", PASSWORD, CHROME).await;
        assert!(answer.cookie("minicrm").unwrap().contains("Max-Age=172800"), "two days");
        db.clock.advance(TimeDelta::hours(47));
        assert!(!is_out(&browser).await);
        db.clock.advance(TimeDelta::hours(24));
        assert!(!is_out(&browser).await, "used within two days");
        db.clock.advance(TimeDelta::hours(2));
        assert!(is_out(&browser).await, "three days after it began");
    }
}
