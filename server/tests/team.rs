//! `/team`: who sees it, and that its figures lead to lists of as many records.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Site, TestDb};
use domain::access::Role;
use regex::Regex;

on_both_databases! {
    async fn owners_and_admins_see_it_and_nobody_else(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let admin = site.joined(&db, "admin", "hung", Role::Admin).await;
        for browser in [&owner, &admin] {
            assert!(browser.get("/companies").await.body.contains(r#"href="/team""#));
            assert_eq!(browser.get("/team").await.status, 200);
        }
        for role in [Role::Viewer, Role::Member] {
            let browser = site.joined(&db, role.slug(), "hung", role).await;
            assert!(!browser.get("/companies").await.body.contains(r#"href="/team""#), "{role:?}");
            let denied = browser.get("/team").await;
            assert_eq!(denied.status, 403, "{role:?}");
            assert!(!denied.body.contains("Overdue"), "{role:?}");
        }
    }

    async fn every_figure_leads_to_as_many_records(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        site.joined(&db, "lan", "hung", Role::Member).await;
        let company = owner.post("/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        let company = company.location().unwrap().rsplit('/').next().unwrap().to_owned();
        for (stage, close) in [("proposal", "2020-01-01"), ("negotiation", "2199-01-01"), ("closed-won", "2020-01-01"), ("proposal", "")] {
            let fields = [("name", "Xe tải"), ("value", "1000000"), ("stage", stage), ("company_id", company.as_str()), ("expected_close_date", close)];
            assert_eq!(owner.post("/deals/new", &fields).await.status, 303, "{stage} {close}");
        }
        assert_eq!(owner.post("/activities/new", &[("type", "call"), ("subject", "Gọi"), ("company_id", &company)]).await.status, 303);
        let page = owner.get("/team").await.body;
        let figure = Regex::new(r#"<a [^>]*href="(/(?:activities|deals)\?[^"]*)"[^>]*>(\d+)<"#).unwrap();
        let figures: Vec<(String, String)> = figure.captures_iter(&page).map(|found| (found[1].replace("&amp;", "&"), found[2].to_owned())).collect();
        let numbers: Vec<&str> = figures.iter().map(|(_, number)| number.as_str()).collect();
        assert_eq!(numbers, ["1", "3", "1", "0", "0", "0"], "of the owner, then of the member");
        for (href, number) in figures {
            let list = owner.get(&href).await;
            assert_eq!(list.status, 200, "{href}");
            let count = list.body.split(r#"id="count""#).nth(1).and_then(|rest| rest.split('>').nth(1)).and_then(|rest| rest.split('<').next()).unwrap();
            assert_eq!(count, number, "{href}");
        }
        assert!(page.contains("3.000.000") && page.contains("Last seen here"), "value and last seen");
        for words in ["planned ones too", "In stages neither won nor lost", "expected to close before today"] {
            assert!(page.contains(words), "{words}");
        }
    }
}
