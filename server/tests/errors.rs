//! Nonsense is refused with a page that leads back, faults are ours to know and nobody else's (threats C3, C11, C12).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use axum::{Router, body::Body, http::Response, routing::get};
use common::{Answer, Browser, Options, Site, TestDb, send};
use domain::access::ENDPOINTS;
use reqwest::Method;
use std::time::{Duration, Instant};

const UNUSED: &str = "0190b2c0-0000-7000-8000-000000000000";

/// Words that only our insides use.
const INSIDES: [&str; 14] = [
    "SELECT",
    "INSERT INTO",
    "no such table",
    "does not exist",
    "sqlx",
    "sea_orm",
    "DbErr",
    "StoreError",
    "PageError",
    "panicked",
    ".rs",
    "/root",
    "rusqlite",
    "tokio",
];

fn leaks_nothing(what: &str, answer: &Answer) {
    let headers = format!("{:?}", answer.headers);
    for word in INSIDES {
        assert!(!answer.body.contains(word) && !headers.contains(word), "{what}: {word} in {headers}\n{}", answer.body);
    }
}

fn is_a_page_with_a_way_back(what: &str, answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{what}");
    assert!(answer.body.contains("<!DOCTYPE html>") && answer.body.contains("href=\"/\""), "{what}: {}", answer.body);
    leaks_nothing(what, answer);
}

async fn refused(browser: &Browser, path: &str) {
    let answer = browser.get(path).await;
    assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
    is_a_page_with_a_way_back(path, &answer);
}

on_both_databases! {
    async fn ids_that_make_no_sense_are_refused(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let long = "9".repeat(5_000);
        refused(&browser, &format!("/{long}")).await;
        let ids = ["x", "0", "-1", "1e9", "0190b2c0", UNUSED, "0190B2C0-0000-7000-8000-00000000000G", "%00", "%ff%fe", "..", "%2e%2e", "'%20OR%201=1--", "{id}", "null", &long];
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path.contains("{id}")) {
            for id in ids {
                let path = endpoint.path.replace("{id}", id);
                // A client resolves `..` itself and asks for another page.
                if path.contains("..") || path.contains("%2e") {
                    continue;
                }
                match endpoint.method {
                    "GET" => refused(&browser, &path).await,
                    _ => {
                        let answer = browser.post(&path, &[("version", "1"), ("name", "x")]).await;
                        // A form that is not filled in may be sent back to its page, which then isn't there.
                        assert!((300..500).contains(&answer.status), "POST {path}: {}", answer.status);
                        leaks_nothing(&path, &answer);
                    }
                }
            }
        }
    }

    async fn an_unreadable_filter_shows_no_rows_and_offers_the_list_without_it(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = browser.post("/companies/new", &[("name", "Cty Hiện"), ("status", "lead")]).await;
        assert_eq!(company.status, 303);
        // Its page takes the notice, which names it.
        browser.get(company.location().unwrap()).await;
        for (path, part) in [
            ("/companies?status=nonsense", "status=nonsense"),
            ("/companies?q=cty&size=7", "size=7"),
            ("/companies?tag=x", "tag=x"),
            ("/companies?tag=%27", "tag='"),
            ("/contacts?authority_level=boss", "authority_level=boss"),
            ("/contacts?company_id=x", "company_id=x"),
            ("/deals?stage=No%20Such", "stage=No Such"),
            ("/deals?view=list&close_from=20225-01-01", "close_from=20225-01-01"),
            ("/activities?from=yesterday", "from=yesterday"),
            ("/activities?to=2026-13-01", "to=2026-13-01"),
        ] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 400, "{path}");
            leaks_nothing(path, &answer);
            assert!(answer.body.contains("aria-label=\"Sidebar\"") && answer.body.contains("Show the list without it"), "{path}: {}", answer.body);
            assert!(answer.body.contains(part) && !answer.body.contains("Cty Hiện"), "{path}: {}", answer.body);
        }
        let rest = browser.get("/companies?q=cty&size=7").await;
        assert!(rest.body.contains("href=\"/companies?q=cty\""), "{}", rest.body);
    }

    async fn a_page_that_is_no_number_is_the_nearest_one(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        browser.post("/companies/new", &[("name", "Cty Hiện"), ("status", "lead")]).await;
        for query in ["page=x", "page=0", "page=-1", "page=1.5", "page=", "sort=nothing", "sort=--name", "sort=name%3Bdrop"] {
            let answer = browser.get(&format!("/companies?{query}")).await;
            assert!(answer.status == 200 && answer.body.contains("Cty Hiện"), "{query}: {} {}", answer.status, answer.body);
        }
        for (query, said, last) in [
            ("page=2", "There is no page 2; the list has 1 page.", "/companies"),
            ("q=cty&page=9&sort=-name", "There is no page 9; the search has 1 page.", "/companies?q=cty&amp;sort=-name"),
            ("page=1000000000", "There is no page 10.000; the list has 1 page.", "/companies"),
            ("page=999999999999999999999", "There is no page 10.000; the list has 1 page.", "/companies"),
            ("q=nobody&page=9", "No company matches this search", "/companies"),
        ] {
            let answer = browser.get(&format!("/companies?{query}")).await;
            assert!(answer.status == 200 && answer.body.contains(said), "{query}: {} {}", answer.status, answer.body);
            assert!(answer.body.contains(&format!("href=\"{last}\"")), "{query}: {}", answer.body);
        }
        for path in ["/companies?industry=%00", "/deals?q=%ff"] {
            let answer = browser.get(path).await;
            assert!(matches!(answer.status, 200 | 400), "{path}: {}", answer.status);
            leaks_nothing(path, &answer);
        }
    }

    async fn client_errors_of_a_signed_in_user_stand_in_the_shell(db: TestDb) {
        let site = Site::on(&db).await;
        let (anonymous, browser) = (site.browser(), site.registered("hung").await);
        for path in ["/nowhere", "/companies/x", &format!("/companies/{UNUSED}"), "/favicon.png", "/deals/news?since=x"] {
            let answer = browser.get(path).await;
            assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
            is_a_page_with_a_way_back(path, &answer);
            assert!(answer.body.contains("aria-label=\"Sidebar\""), "{path}: {}", answer.body);
        }
        let answer = send(browser.request(Method::PUT, "/companies").header("sec-fetch-site", "same-origin")).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET")));
        assert!(answer.body.contains("Not possible here") && answer.body.contains("aria-label=\"Sidebar\""), "{}", answer.body);
        let answer = anonymous.get("/nowhere").await;
        assert!(answer.status == 404 && !answer.body.contains("aria-label=\"Sidebar\""), "{}", answer.body);
    }

    async fn patterns_and_far_pages_cost_nothing(db: TestDb) {
        let site = Site::on(&db).await;
        db.store.seed_demo(domain::users::Password::parse_new(common::PASSWORD).unwrap(), domain::demo_data::DemoLanguage::Vietnamese).await.unwrap();
        let browser = site.browser();
        browser.post("/login", &[("email", "demo@minicrm.local"), ("password", common::PASSWORD), ("next", "")]).await;
        let patterns = "%25_".repeat(1_000);
        for path in [format!("/companies?q={patterns}"), format!("/companies?q={}", "%25_".repeat(60)), format!("/deals?q={patterns}"), "/companies?page=10000".into()] {
            let start = Instant::now();
            let answer = browser.get(&path).await;
            assert!(answer.status < 500 && start.elapsed() < Duration::from_millis(500), "{path}: {} after {:?}", answer.status, start.elapsed());
        }
        // `%` and `_` are looked for as themselves.
        for wildcard in ["%25%25%25", "___"] {
            let answer = browser.get(&format!("/companies?q={wildcard}")).await;
            assert!(answer.status == 200 && !answer.body.contains("/companies/0"), "{wildcard} finds what has it in its name: {}", answer.body);
        }
    }

    async fn forms_that_make_no_sense_save_nothing(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let bodies: [&[u8]; 6] = [b"%", b"=", b"&&&&", b"name=a&name=b", b"\xff\xfe\x00", b"name=x&unknown=1"];
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "POST" && endpoint.path != "/logout") {
            let path = endpoint.path.replace("{id}", UNUSED);
            for body in bodies {
                for content_type in ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "multipart/form-data"] {
                    let request = browser.request(Method::POST, &path).header("sec-fetch-site", "same-origin").header("content-type", content_type);
                    let answer = send(request.body(body)).await;
                    assert!((300..500).contains(&answer.status), "{path} {content_type} {:?}: {} {}", String::from_utf8_lossy(body), answer.status, answer.body);
                    leaks_nothing(&path, &answer);
                }
            }
        }
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM companies").await + raw.number("SELECT COUNT(*) FROM deals").await, 0);
        assert_eq!(raw.number("SELECT COUNT(*) FROM users").await, 1);
    }

    async fn a_database_that_fails_is_not_described(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = browser.post("/companies/new", &[("name", "Cty A"), ("status", "lead")]).await;
        let company = company.location().unwrap().trim_start_matches("/companies/").to_owned();
        let raw = db.raw().await;
        for table in ["companies", "deals", "stages", "tags", "workspace_counters", "company_counters", "stage_counters", "audit_log", "memberships", "sessions"] {
            raw.run(&format!("ALTER TABLE {table} RENAME TO {table}_away")).await.unwrap();
            for endpoint in ENDPOINTS.iter().filter(|endpoint| !matches!(endpoint.path, "/logout" | "/readyz" | "/healthz")) {
                let path = endpoint.path.replace("{id}", &company);
                let answer = match endpoint.method {
                    "GET" => browser.get(&path).await,
                    _ => browser.post(&path, &[("name", "Cty A"), ("version", "1"), ("status", "lead"), ("company_id", &company), ("stage", "prospecting")]).await,
                };
                leaks_nothing(&format!("without {table}, {} {path}", endpoint.method), &answer);
                if answer.status >= 500 && !path.starts_with("/fn/") {
                    is_a_page_with_a_way_back(&path, &answer);
                }
            }
            if table == "sessions" {
                assert!(browser.get("/companies").await.status >= 500, "without sessions nobody is let in");
            }
            raw.run(&format!("ALTER TABLE {table}_away RENAME TO {table}")).await.unwrap();
        }
        assert_eq!(browser.get("/companies").await.status, 200, "and everything works again");
    }
}

#[tokio::test]
async fn a_panic_is_one_requests_fault() {
    let db = TestDb::sqlite().await;
    let more = Router::new()
        .route("/panic", get(async || -> &'static str { panic!("SELECT secret FROM insides") }))
        .route("/bare", get(async || Response::builder().status(502).body(Body::from("sqlx: insides")).unwrap()));
    let site = Site::with(&db, Options { more, ..Options::default() }).await;
    for _ in 0..3 {
        let answer = site.browser().get("/panic").await;
        assert_eq!(answer.status, 500);
        assert!(answer.body.contains("Something went wrong"), "{}", answer.body);
        is_a_page_with_a_way_back("/panic", &answer);
        assert_eq!(site.browser().get("/login").await.status, 200, "the server lives");
    }
    let bare = site.browser().get("/bare").await;
    assert_eq!(bare.status, 502);
    is_a_page_with_a_way_back("/bare", &bare);
}

#[tokio::test]
async fn without_its_database_the_server_says_busy() {
    for db in [TestDb::sqlite().await, TestDb::postgres().await] {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        db.store.close().await;
        for path in ["/companies", "/", "/login"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 503, "{path}");
            is_a_page_with_a_way_back(path, &answer);
        }
        let answer = browser.post("/fn/deals/move", &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (503, "\"Unavailable\""));
        assert_eq!(site.browser().get("/login").await.status, 200, "the sign-in page needs no database");
    }
}
