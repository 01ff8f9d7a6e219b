//! `/search` and `/search/options` over HTTP: the page, the fragment, every role, and whatever is typed.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use domain::access::Role;
use regex::Regex;

async fn add_records(owner: &Browser) {
    let fields = [("name", "Công ty Mẫu Đường"), ("status", "lead"), ("phone", "0903 123 456"), ("notes", "Thích trà sen <b>nóng</b>")];
    let company = owner.post("/companies/new", &fields).await;
    let company = company.location().unwrap().trim_start_matches("/companies/").to_owned();
    assert_eq!(owner.post("/contacts/new", &[("name", "An Vy"), ("company_id", &company)]).await.status, 303);
    let deal = [("name", "Kho mẫu"), ("value", "1000000"), ("stage", "proposal"), ("company_id", company.as_str())];
    assert_eq!(owner.post("/deals/new", &deal).await.status, 303);
    assert_eq!(owner.post("/activities/new", &[("type", "call"), ("subject", "Gửi mẫu"), ("company_id", &company)]).await.status, 303);
    assert_eq!(owner.post("/tasks/new", &[("title", "Đóng gói mẫu")]).await.status, 303);
    assert_eq!(owner.post("/settings/tags/new", &[("name", "Mẫu"), ("color", "#16a34a")]).await.status, 303);
}

/// A `q` for an address.
fn encoded(q: &str) -> String {
    q.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_both_databases! {
    async fn the_page_shows_a_few_of_each_kind_and_all_of_one(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        add_records(&owner).await;
        let page = owner.get("/search?q=mau").await;
        assert_eq!(page.status, 200);
        for shown in ["Công ty <mark>Mẫu</mark> Đường", "An Vy", "Kho <mark>mẫu</mark>", "Gửi <mark>mẫu</mark>", "Đóng gói <mark>mẫu</mark>", "<mark>Mẫu</mark>", "1.000.000", "Proposal", "Not in use"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let tab = Regex::new(r#"<a href="(/search\?q=mau[^"]*)"[^>]*class="tab[^"]*"[^>]*>(\w+)<span class="count">(\d+)<"#).unwrap();
        let tabs: Vec<(String, String, usize)> =
            tab.captures_iter(&page.body).map(|found| (found[1].replace("&amp;", "&"), found[2].to_owned(), found[3].parse().unwrap())).collect();
        let counts: Vec<(&str, usize)> = tabs.iter().map(|(_, label, count)| (label.as_str(), *count)).collect();
        assert_eq!(counts, [("All", 6), ("Companies", 1), ("Contacts", 1), ("Deals", 1), ("Activities", 1), ("Tasks", 1), ("Tags", 1)]);
        for (href, label, count) in tabs {
            let rows = owner.get(&href).await.body.matches("<li class=\"flex items-start").count();
            assert_eq!(rows, count, "{label}");
        }
        // What was found in no part that is shown anyway.
        let page = owner.get("/search?q=tra+sen").await.body;
        assert!(page.contains("Notes: ") && page.contains("<mark>trà</mark> <mark>sen</mark> &lt;b&gt;nóng"), "{page}");
        let page = owner.get("/search?q=%2B84903123456").await.body;
        assert!(page.contains("Phone: <mark>0903 123 456</mark>"), "{page}");
    }

    async fn pages_of_one_kind_are_whole(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        for number in 1..=25 {
            assert_eq!(owner.post("/companies/new", &[("name", format!("Mẫu {number}").as_str()), ("status", "lead")]).await.status, 303);
        }
        let all = owner.get("/search?q=mau").await.body;
        let see_all = Regex::new(r#"<a href="/search\?q=mau&amp;kind=companies"[^>]*>See all 25 companies</a>"#).unwrap();
        assert!(see_all.is_match(&all), "{all}");
        let rows = |body: &str| body.matches("<li class=\"flex items-start").count();
        let first = owner.get("/search?q=mau&kind=companies").await.body;
        assert!(rows(&first) == 20 && first.contains("1-20 of 25"), "{first}");
        let second = owner.get("/search?q=mau&kind=companies&page=2").await.body;
        assert!(rows(&second) == 5 && second.contains("21-25 of 25"), "{second}");
        let past = owner.get("/search?q=mau&kind=companies&page=9").await;
        assert!(past.status == 200 && past.body.contains("There is no page 9") && past.body.contains("page=2"), "{}", past.body);
        let none = owner.get("/search?q=mau&kind=deals").await.body;
        assert!(none.contains("No deals have “mau”, but other records do.") && none.contains("See all kinds"), "{none}");
    }

    async fn without_hits_the_page_says_what_to_try(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let nothing = owner.get("/search?q=khongcogi").await.body;
        assert!(nothing.contains("Nothing has “khongcogi”. Try fewer words") && nothing.contains("Clear search"), "{nothing}");
        let empty = owner.get("/search").await.body;
        assert!(empty.contains("Find companies, contacts, deals, activities, tasks and tags"), "{empty}");
        assert!(!empty.contains("Nothing has"), "{empty}");
    }

    async fn the_options_are_a_fragment(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        add_records(&owner).await;
        let answer = owner.get("/search/options?q=mau").await;
        assert_eq!(answer.status, 200);
        let body = answer.body;
        assert!(!body.contains("<html") && !body.contains("<script"), "{body}");
        assert!(body.starts_with(r#"<div role="presentation" data-status="6 results">"#), "{body}");
        assert_eq!(body.matches(r#"role="group""#).count(), 6, "{body}");
        assert_eq!(body.matches(r#"role="option""#).count(), 7, "{body}");
        for kind in ["companies", "contacts", "deals", "activities", "tasks", "tags"] {
            assert!(body.contains(&format!(r#"aria-labelledby="found-{kind}""#)) && body.contains(&format!(r#"id="found-{kind}""#)), "{kind}: {body}");
        }
        assert!(body.contains(r#"href="/search?q=mau""#) && body.contains("See all results") && body.contains("<mark>Mẫu</mark>"), "{body}");
        let id = Regex::new(r#"id="([^"]+)""#).unwrap();
        let mut ids: Vec<&str> = id.captures_iter(&body).map(|found| found.get(1).unwrap().as_str()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "ids are unique");
        // Every option leads to a page.
        let href = Regex::new(r#"href="([^"]+)""#).unwrap();
        for found in href.captures_iter(&body) {
            assert_eq!(owner.get(&found[1].replace("&amp;", "&")).await.status, 200, "{}", &found[1]);
        }
        let nothing = owner.get("/search/options?q=khongcogi").await.body;
        assert!(nothing.contains(r#"data-status="No results""#) && nothing.contains("Nothing found"), "{nothing}");
        let empty = owner.get("/search/options").await.body;
        assert!(empty.contains(r#"data-status="""#) || empty.contains("data-status>"), "{empty}");
        assert!(!empty.contains("option"), "{empty}");
    }

    async fn recently_opened_records_come_first(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let mut ids = Vec::new();
        for name in ["Mẫu 1", "Mẫu 2"] {
            let made = owner.post("/companies/new", &[("name", name), ("status", "lead")]).await;
            ids.push(made.location().unwrap().trim_start_matches("/companies/").to_owned());
        }
        for (first, second) in [(0, 1), (1, 0)] {
            let body = owner.get(&format!("/search/options?q=mau&recent=x,users:1,companies:{},tags:{}", ids[first], ids[second])).await.body;
            assert!(body.find(&ids[first]).unwrap() < body.find(&ids[second]).unwrap(), "{body}");
        }
    }

    async fn every_role_searches_and_no_one_else(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        add_records(&owner).await;
        for role in [Role::Viewer, Role::Member, Role::Admin] {
            let browser = site.joined(&db, role.slug(), "hung", role).await;
            let page = browser.get("/search?q=mau").await;
            assert!(page.status == 200 && page.body.contains("<mark>Mẫu</mark>"), "{role:?}");
            assert!(browser.get("/companies").await.body.contains(r#"action="/search" role="search""#), "{role:?}");
            assert!(browser.get("/search/options?q=mau").await.body.contains("6 results"), "{role:?}");
        }
        let stranger = site.registered("lan").await;
        let (page, options) = (stranger.get("/search?q=mau").await.body, stranger.get("/search/options?q=mau").await.body);
        assert!(page.contains("Nothing has") && options.contains("No results"), "{page}");
        let nobody = site.browser();
        assert_eq!(nobody.get("/search?q=mau").await.status, 303);
    }

    async fn whatever_is_typed_is_answered(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        add_records(&owner).await;
        for q in ["%_".repeat(100), "\u{6d}\u{61}\u{302}\u{303}\u{75}".to_owned(), "🙂".to_owned(), "<script>alert(1)</script>".to_owned(), "' OR 1=1 --".to_owned(), "\"a\" NEAR *".to_owned(), "\\".repeat(200), "a b c d e f g h i j k l m".to_owned(), "0".repeat(200)] {
            for path in ["/search", "/search/options"] {
                let answer = owner.get(&format!("{path}?q={}", encoded(&q))).await;
                assert_eq!(answer.status, 200, "{path} {q}");
                assert!(!answer.body.contains("<script>alert"), "{path} {q}");
            }
        }
        for q in ["x".repeat(10_000), "%_".repeat(1_000)] {
            for path in ["/search", "/search/options"] {
                assert_eq!(owner.get(&format!("{path}?q={}", encoded(&q))).await.status, 400, "{path}");
            }
        }
        for (query, status) in [("kind=users&q=a", 400), ("page=1000000000&q=mau", 200), ("page=x&q=mau&kind=deals", 200), ("q=mau&utm=1", 200)] {
            assert_eq!(owner.get(&format!("/search?{query}")).await.status, status, "{query}");
        }
        let decomposed = owner.get(&format!("/search?q={}", encoded("ma\u{302}\u{303}u"))).await.body;
        assert!(decomposed.contains("<mark>Mẫu</mark>"), "{decomposed}");
    }
}
