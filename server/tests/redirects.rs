//! No address typed by somebody else decides where a person lands (threat C2).

mod common;

use common::{PASSWORD, Site, TestDb, send};
use reqwest::Method;

const ELSEWHERE: [&str; 27] = [
    "https://evil.vn",
    "http://evil.vn/companies",
    "//evil.vn",
    "///evil.vn",
    "////evil.vn",
    "/\\evil.vn",
    "\\\\evil.vn",
    "\\/evil.vn",
    "/\\/evil.vn",
    "http:evil.vn",
    "https:/evil.vn",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%5cevil.vn",
    "/%5C%5Cevil.vn",
    "/%2f/evil.vn",
    "/%2Fevil.vn",
    "/\t/evil.vn",
    "/\n/evil.vn",
    "/%09/evil.vn",
    "/%0d%0aLocation:%20https://evil.vn",
    "/companies\r\nLocation: https://evil.vn",
    "//user@evil.vn",
    "//127.0.0.1@evil.vn",
    "@evil.vn",
    "/../../evil.vn",
    " https://evil.vn",
];

on_both_databases! {
    async fn signing_in_leads_to_pages_of_ours(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        for target in ELSEWHERE {
            let browser = site.browser();
            let answer = browser.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", target)]).await;
            assert_eq!((answer.status, answer.location()), (303, Some("/")), "{target:?}");
        }
        let browser = site.browser();
        let answer = browser.post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", "/deals?view=list")]).await;
        assert_eq!(answer.location(), Some("/deals?view=list"));
    }

    async fn a_planted_address_is_dropped_from_registration_too(db: TestDb) {
        let site = Site::on(&db).await;
        for (number, target) in ELSEWHERE.into_iter().enumerate().step_by(5) {
            let email = format!("a{number}@example.com");
            let fields = [("name", "A"), ("email", email.as_str()), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", target)];
            assert_eq!(site.browser().post("/register", &fields).await.location(), Some("/"), "{target:?}");
        }
    }

    async fn the_page_that_sent_somebody_here_is_not_where_they_are_sent(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("hung").await;
        for browser in [site.browser(), member] {
            for (path, fields) in [("/login", vec![("email", "x"), ("password", "y"), ("next", "")]), ("/fn/deals/move", vec![("id", "x")]), ("/fn/none", vec![])] {
                let request = browser.request(Method::POST, path).header("sec-fetch-site", "same-origin");
                let request = request.header("referer", "https://evil.vn/").header("accept", "text/html").form(&fields);
                let answer = send(request).await;
                assert!(answer.location().is_none_or(|location| location.starts_with('/') && !location.contains("evil")), "{path}: {answer:?}");
                assert!(!path.starts_with("/fn/") || (answer.location().is_none() && answer.header("content-type") == Some("application/json")), "{path}: {answer:?}");
            }
        }
    }

    async fn every_redirect_is_relative(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("hung").await;
        for path in ["/", "/login", "/register", "/companies", "//evil.vn", "/%5cevil.vn", "/companies?next=//evil.vn"] {
            for browser in [&site.browser(), &member] {
                if let Some(location) = browser.get(path).await.location() {
                    assert!(location.starts_with('/') && !location.starts_with("//") && !location.contains('\\'), "{path} leads to {location}");
                }
            }
        }
    }
}
