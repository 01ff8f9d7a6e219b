//! A form that is sent after its session has ended: the sign-in page carries what was typed, nothing of it is stored, and the same
//! user finds it again.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, NEW_PASSWORD, PASSWORD, Site, TestDb};
use regex::Regex;

async fn shown_to(browser: &Browser) -> String {
    let page = browser.get("/companies").await.body;
    Regex::new(r#"name="shown_to" value="([^"]+)""#).unwrap().captures(&page).unwrap()[1].to_owned()
}

/// What the sign-in page carries.
fn carried(page: &Answer) -> Option<String> {
    Some(Regex::new(r#"name="interrupted" value="([^"]+)""#).unwrap().captures(&page.body)?[1].to_owned())
}

async fn sign_in(browser: &Browser, email: &str, password: &str, interrupted: &str) -> Answer {
    browser.post("/login", &[("email", email), ("password", password), ("next", "/deals"), ("interrupted", interrupted)]).await
}

on_both_databases! {
    async fn what_was_typed_is_shown_after_the_sign_in_and_saved_once(db: TestDb) {
        let site = Site::on(&db).await;
        let own = shown_to(&site.registered("hung").await).await;
        let browser = site.browser();
        let raw = db.raw().await;
        let sessions = raw.number("SELECT COUNT(*) FROM sessions").await;
        let notes = "Ghi chú <b>dài</b> & \u{1f31e}\0 ".repeat(2_000);
        let fields = [("name", "Ánh Dương"), ("status", "lead"), ("notes", notes.as_str()), ("form_key", "one"), ("shown_to", own.as_str())];
        let page = browser.post("/companies/new", &fields).await;
        assert_eq!((page.status, page.session_token()), (401, None));
        assert!(page.body.contains("You were signed out before this was sent") && page.body.contains("<title>Sign in"), "{}", page.body);
        assert!(!page.body.contains("Ghi chú"), "what is carried is sealed");
        assert_eq!(raw.number("SELECT COUNT(*) FROM sessions").await, sessions, "nothing is stored");

        let wrong = sign_in(&browser, "hung@example.com", "not the password", &carried(&page).unwrap()).await;
        assert_eq!(wrong.status, 422);
        let entered = sign_in(&browser, "hung@example.com", PASSWORD, &carried(&wrong).unwrap()).await;
        assert_eq!((entered.status, entered.location()), (303, Some("/companies/new")));
        let form = browser.get("/companies/new").await;
        assert!(form.body.contains("nothing is saved yet") && form.body.contains("value=\"Ánh Dương\""), "{}", form.body);
        assert!(form.body.contains("Ghi chú &lt;b") && !form.body.contains("<b>dài") && form.body.contains("value=\"one\""), "{}", form.body);
        for _ in 0..2 {
            let fields = [("name", "Ánh Dương"), ("status", "lead"), ("form_key", "one"), ("shown_to", own.as_str())];
            assert_eq!(browser.post("/companies/new", &fields).await.status, 303);
        }
        assert_eq!(raw.number("SELECT COUNT(*) FROM companies").await, 1);
        assert!(!browser.get("/companies/new").await.body.contains("nothing is saved yet"));
    }

    async fn an_edit_and_a_note_come_back_to_their_pages(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("hung").await;
        let own = shown_to(&member).await;
        let made = member.post("/activities/new", &[("type", "call"), ("subject", "Báo giá")]).await;
        let activity = made.location().unwrap().to_owned();
        for (path, fields, back) in [
            (format!("{activity}/edit"), vec![("type", "call"), ("subject", "Đổi"), ("version", "1")], format!("{activity}/edit")),
            (format!("{activity}/notes"), vec![("body", "Đổi")], activity.clone()),
        ] {
            let browser = site.browser();
            let fields: Vec<_> = fields.into_iter().chain([("shown_to", own.as_str())]).collect();
            let page = browser.post(&path, &fields).await;
            let entered = sign_in(&browser, "hung@example.com", PASSWORD, &carried(&page).unwrap()).await;
            assert_eq!(entered.location(), Some(back.as_str()));
            assert!(browser.get(&back).await.body.contains("Đổi"), "{path}");
        }
    }

    async fn nobody_else_is_shown_it(db: TestDb) {
        let site = Site::on(&db).await;
        let own = shown_to(&site.registered("hung").await).await;
        site.registered("b").await;
        let fields = [("name", "Bí mật"), ("status", "lead"), ("shown_to", own.as_str())];
        let sealed = carried(&site.browser().post("/companies/new", &fields).await).unwrap();
        let other = site.browser();
        assert_eq!(sign_in(&other, "b@example.com", PASSWORD, &sealed).await.location(), Some("/deals"));
        assert!(!other.get("/companies/new").await.body.contains("Bí mật"));
        for nonsense in ["x", &sealed[1..], &format!("{sealed}A")] {
            let browser = site.browser();
            assert_eq!(sign_in(&browser, "hung@example.com", PASSWORD, nonsense).await.location(), Some("/deals"), "{nonsense}");
        }
        db.clock.advance(chrono::TimeDelta::hours(13));
        let late = site.browser();
        assert_eq!(sign_in(&late, "hung@example.com", PASSWORD, &sealed).await.location(), Some("/deals"), "half a day is enough");
    }

    async fn what_can_not_be_carried_leads_to_the_sign_in(db: TestDb) {
        let site = Site::on(&db).await;
        let own = shown_to(&site.registered("hung").await).await;
        let anonymous = site.browser();
        let carried_in_full = "x".repeat(250_000);
        let page = anonymous.post("/companies/new", &[("name", "A"), ("notes", &carried_in_full), ("shown_to", &own)]).await;
        assert_eq!(page.status, 401);
        let entered = sign_in(&anonymous, "hung@example.com", PASSWORD, &carried(&page).unwrap()).await;
        assert_eq!(entered.location(), Some("/companies/new"), "250 kB and the sign-in fit into one form");
        assert!(anonymous.get("/companies/new").await.body.contains(&carried_in_full));
        let too_large = "x".repeat(270_000);
        for fields in [vec![("name", "A"), ("notes", too_large.as_str()), ("shown_to", own.as_str())], vec![("name", "A")], vec![]] {
            let answer = site.browser().post("/companies/new", &fields).await;
            assert_eq!((answer.status, answer.location()), (303, Some("/login")));
        }
    }

    /// C13: a password is typed again; not even sealed does a page carry it.
    async fn a_password_is_not_carried(db: TestDb) {
        let site = Site::on(&db).await;
        let own = shown_to(&site.registered("hung").await).await;
        let fields = [("password_current", PASSWORD), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD), ("shown_to", own.as_str())];
        let page = site.browser().post("/settings/password", &fields).await;
        assert_eq!(page.status, 401);
        let sealed = carried(&page).unwrap();
        let opened = String::from_utf8(db.store.unseal("interrupted-form", &sealed).await.unwrap().unwrap()).unwrap();
        assert!(opened.contains("/settings/password") && !opened.contains(PASSWORD) && !opened.contains(NEW_PASSWORD), "{opened}");
    }
}
