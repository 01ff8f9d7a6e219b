//! A form and a call say to whom, and in which workspace, their page was shown. Sent by another user, or after a switch,
//! they write nothing; what was typed is kept, and going on is one button (threat A13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Records, Site, TestDb, arguments};
use regex::Regex;
use reqwest::Method;

/// What the forms of a browser's pages say.
async fn shown_to(browser: &Browser) -> String {
    let page = browser.get("/companies").await.body;
    Regex::new(r#"name="shown_to" value="([^"]+)""#).unwrap().captures(&page).unwrap()[1].to_owned()
}

on_both_databases! {
    async fn a_form_shown_to_another_user_is_not_taken_as_this_ones(db: TestDb) {
        let site = Site::on(&db).await;
        let (first, second) = (site.registered("hung").await, site.registered("b").await);
        let stale = shown_to(&first).await;
        let (records, other) = (Records::create(&db, &second).await, Records::create(&db, &second).await);
        let raw = db.raw().await;
        // The other user may send each of the forms, those of platform admins as well.
        raw.run("UPDATE users SET is_platform_admin = true").await.unwrap();
        for action in app::routes().actions.iter().filter(|action| !matches!(action.form, "/login" | "/register" | "/invitation/register")) {
            let (id, mut fields) = (records.id(action.form), records.fields(action.form, &other));
            let before = raw.number("SELECT COUNT(*) FROM audit_log").await;

            let call = second.request(Method::POST, action.function).header("sec-fetch-site", "same-origin").header("content-type", "application/json");
            let call = call.header("x-shown-to", &stale).body(arguments(action, id, &fields).to_string());
            let answer = common::send(call).await;
            assert_eq!((answer.status, answer.body.as_str()), (409, r#"{"OtherUser":"b"}"#), "{}", action.function);

            fields.push(("shown_to", stale.clone()));
            let answer = second.submit(action, id, &fields).await;
            assert_eq!(answer.status, 409, "{}", action.form);
            assert!(answer.body.contains("You are signed in as b now") && answer.body.contains("Go on as b"), "{}", answer.body);
            for (name, value) in fields.iter().filter(|(name, _)| *name != "shown_to" && !name.starts_with("password")) {
                assert!(answer.body.contains(&format!(r#"name="{name}" value="{value}""#)), "{}: {name} is lost in {}", action.form, answer.body);
            }
            assert_eq!(raw.number("SELECT COUNT(*) FROM audit_log").await, before, "{} wrote", action.form);
        }
        assert_eq!(second.get("/companies").await.status, 200, "nor is anybody signed out");
    }

    async fn going_on_is_one_button(db: TestDb) {
        let site = Site::on(&db).await;
        let (first, second) = (site.registered("hung").await, site.registered("b").await);
        let stale = shown_to(&first).await;
        let notes = "Ghi chú <script>\nhai dòng";
        let fields = [("name", "Đường Việt"), ("status", "lead"), ("tag_id", ""), ("notes", notes), ("shown_to", stale.as_str())];
        let question = second.post("/companies/new", &fields).await;
        assert!(question.body.contains("<dd class=\"break-words whitespace-pre-line\">Đường Việt</dd>"), "{}", question.body);
        assert!(!question.body.contains("<script>\nhai"), "what was typed stays text");
        let own = shown_to(&second).await;
        assert!(question.body.contains(&own) && !question.body.contains(&stale));
        let fields = [("name", "Đường Việt"), ("status", "lead"), ("notes", notes), ("shown_to", own.as_str())];
        assert_eq!(second.post("/companies/new", &fields).await.status, 303);
        let names: Vec<String> = db.raw().await.column("SELECT name FROM companies").await;
        assert_eq!(names, ["Đường Việt"]);
    }

    async fn a_switch_of_the_workspace_is_another_place(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let own = shown_to(&browser).await;
        let (user, _) = own.split_once('.').unwrap();
        let elsewhere = format!("{user}.0190b2c0-0000-7000-8000-000000000000");
        for said in [elsewhere.as_str(), "", "nonsense", user] {
            let answer = browser.post("/companies/new", &[("name", "A"), ("status", "lead"), ("shown_to", said)]).await;
            assert_eq!(answer.status, 409, "{said}");
        }
        let twice = [("name", "A"), ("status", "lead"), ("shown_to", own.as_str()), ("shown_to", own.as_str())];
        assert_eq!(browser.post("/companies/new", &twice).await.status, 400);
        assert_eq!(browser.post("/companies/new", &[("name", "A"), ("status", "lead"), ("shown_to", &own)]).await.status, 303);
        // A page of an older version, open during an upgrade, says nothing.
        assert_eq!(browser.post("/companies/new", &[("name", "B"), ("status", "lead")]).await.status, 303);
    }
}
