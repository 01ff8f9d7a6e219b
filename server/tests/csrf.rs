//! A change is made only when a page of ours asked for it (threat C1).

mod common;

use common::{Answer, Browser, Options, Site, TestDb, send};
use reqwest::Method;

/// What the sender says of itself.
#[derive(Debug, Clone, Copy)]
struct Case {
    fetch_site: Option<&'static str>,
    /// `OURS` stands for the address the server is reached at.
    origin: Option<&'static str>,
    content_type: Option<&'static str>,
    status: u16,
}

const OURS: &str = "OURS";
const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
/// Taken: what comes after is the form's own answer, a redirect.
const TAKEN: u16 = 303;
/// A sign-in form that was read.
const WRONG_PASSWORD: u16 = 422;
const REFUSED: u16 = 403;
const UNREADABLE: u16 = 415;

const fn case(fetch_site: Option<&'static str>, origin: Option<&'static str>, content_type: Option<&'static str>, status: u16) -> Case {
    Case { fetch_site, origin, content_type, status }
}

const CASES: [Case; 42] = [
    // What browsers send from our own pages, and when the person reloads a form's answer.
    case(Some("same-origin"), None, FORM, TAKEN),
    case(Some("same-origin"), Some(OURS), FORM, TAKEN),
    case(Some("same-origin"), Some("null"), FORM, TAKEN),
    case(Some("none"), None, FORM, TAKEN),
    case(Some("none"), Some(OURS), FORM, TAKEN),
    // Over plain http from another machine: no Sec-Fetch-Site, but an Origin.
    case(None, Some(OURS), FORM, TAKEN),
    // From other sites, whatever else they say.
    case(Some("cross-site"), None, FORM, REFUSED),
    case(Some("cross-site"), Some(OURS), FORM, REFUSED),
    case(Some("cross-site"), Some("https://evil.vn"), FORM, REFUSED),
    case(Some("cross-site"), Some("null"), FORM, REFUSED),
    case(Some("same-site"), None, FORM, REFUSED),
    case(Some("same-site"), Some(OURS), FORM, REFUSED),
    case(Some("same-site"), Some("http://evil.127.0.0.1.nip.io"), FORM, REFUSED),
    case(None, Some("https://evil.vn"), FORM, REFUSED),
    case(None, Some("http://evil.vn"), FORM, REFUSED),
    case(None, Some("null"), FORM, REFUSED),
    case(None, Some(""), FORM, REFUSED),
    case(None, Some("http://127.0.0.1"), FORM, REFUSED),
    case(None, Some("http://127.0.0.1:1"), FORM, REFUSED),
    case(None, Some("http://localhost:1"), FORM, REFUSED),
    case(None, Some("http://127.0.0.1.evil.vn"), FORM, REFUSED),
    case(None, Some("https://OURS"), FORM, REFUSED),
    case(None, None, FORM, REFUSED),
    // Words no browser sends.
    case(Some(""), None, FORM, REFUSED),
    case(Some(""), Some(OURS), FORM, REFUSED),
    case(Some("Same-Origin"), None, FORM, REFUSED),
    case(Some("same-origin, cross-site"), None, FORM, REFUSED),
    case(Some("same-origin "), Some("https://evil.vn"), FORM, TAKEN),
    case(Some("sameorigin"), Some(OURS), FORM, REFUSED),
    case(Some("*"), Some("*"), FORM, REFUSED),
    // Bodies of other kinds: what a foreign form can send without asking, and what nothing here reads.
    case(Some("same-origin"), None, Some("text/plain"), UNREADABLE),
    case(Some("same-origin"), None, Some("text/plain; x=application/x-www-form-urlencoded"), UNREADABLE),
    case(Some("same-origin"), None, Some("application/xml"), UNREADABLE),
    case(Some("same-origin"), None, Some("application/octet-stream"), UNREADABLE),
    case(Some("same-origin"), None, Some("text/html"), UNREADABLE),
    case(Some("same-origin"), None, Some(""), UNREADABLE),
    case(Some("same-origin"), None, None, UNREADABLE),
    case(Some("same-origin"), None, Some("application/x-www-form-urlencoded; charset=UTF-8"), TAKEN),
    case(Some("same-origin"), None, Some("APPLICATION/X-WWW-FORM-URLENCODED"), UNREADABLE),
    case(Some("cross-site"), None, Some("text/plain"), REFUSED),
    case(Some("cross-site"), None, Some("application/json"), REFUSED),
    case(None, Some("https://evil.vn"), Some("application/json"), REFUSED),
];

async fn register(site: &Site, browser: &Browser, number: usize, case: Case) -> Answer {
    let ours = format!("http://{}", site.address);
    let mut request = browser.request(Method::POST, "/register");
    if let Some(fetch_site) = case.fetch_site {
        request = request.header("sec-fetch-site", fetch_site);
    }
    if let Some(origin) = case.origin {
        request = request.header("origin", if origin == OURS { ours } else { origin.replace("OURS", &site.address.to_string()) });
    }
    if let Some(content_type) = case.content_type {
        request = request.header("content-type", content_type);
    }
    send(request.body(format!("name=A&email=a{number}%40example.com&password=correct+horse&password_confirmation=correct+horse&next=")))
        .await
}

on_both_databases! {
    async fn only_our_own_pages_change_anything(db: TestDb) {
        let site = Site::on(&db).await;
        let raw = db.raw().await;
        for (number, case) in CASES.into_iter().enumerate() {
            let before = raw.number("SELECT COUNT(*) FROM users").await;
            let answer = register(&site, &site.browser(), number, case).await;
            assert_eq!(answer.status, case.status, "{case:?}");
            let written = raw.number("SELECT COUNT(*) FROM users").await - before;
            assert_eq!(written, i64::from(case.status == TAKEN), "{case:?}");
            assert!(case.status == TAKEN || answer.body.contains("Go to the start page"), "a refusal is a page of ours: {}", answer.body);
        }
    }

    async fn nobody_is_signed_out_by_another_site(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        for fetch_site in ["cross-site", "same-site"] {
            assert_eq!(send(browser.request(Method::POST, "/logout").header("sec-fetch-site", fetch_site)).await.status, REFUSED);
        }
        assert_eq!(browser.get("/").await.status, 200, "still signed in");
        let alone = send(browser.request(Method::POST, "/logout").header("sec-fetch-site", "same-origin")).await;
        assert_eq!((alone.status, alone.location()), (303, Some("/login")), "a button without fields sends no body");
    }

    async fn other_methods_are_held_to_the_same(db: TestDb) {
        let site = Site::on(&db).await;
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::from_bytes(b"BREW").unwrap_or(Method::PUT)] {
            assert_eq!(send(site.browser().request(method.clone(), "/login")).await.status, REFUSED, "{method}");
            let ours = send(site.browser().request(method.clone(), "/login").header("sec-fetch-site", "same-origin")).await;
            assert_eq!((ours.status, ours.header("allow")), (405, Some("GET, POST")), "{method}");
        }
    }

    async fn this_machine_has_more_than_one_name(db: TestDb) {
        let site = Site::on(&db).await;
        let port = site.address.port();
        for (host, origin, status) in [
            (format!("localhost:{port}"), format!("http://localhost:{port}"), WRONG_PASSWORD),
            (format!("localhost:{port}"), format!("http://127.0.0.1:{}", port - 1), REFUSED),
            // A name that an attacker's server resolves to this machine.
            (format!("evil.vn:{port}"), format!("http://evil.vn:{port}"), REFUSED),
            (format!("localhost.evil.vn:{port}"), format!("http://localhost.evil.vn:{port}"), REFUSED),
        ] {
            let request = site.browser().request(Method::POST, "/login").header("host", &host).header("origin", &origin);
            let answer = send(request.form(&[("email", "a@example.com"), ("password", "x"), ("next", "")])).await;
            assert_eq!(answer.status, status, "{host} {origin}");
        }
    }

    async fn behind_a_proxy_the_public_address_counts(db: TestDb) {
        let site = Site::with(&db, Options { base_url: Some("https://crm.example.com"), ..Options::default() }).await;
        for (origin, status) in [
            ("https://crm.example.com", WRONG_PASSWORD),
            ("http://crm.example.com", REFUSED),
            ("https://crm.example.com.evil.vn", REFUSED),
            ("https://crm.example.com:8443", REFUSED),
        ] {
            let request = site.browser().request(Method::POST, "/login").header("host", "crm.example.com").header("origin", origin);
            let answer = send(request.form(&[("email", "a@example.com"), ("password", "x"), ("next", "")])).await;
            assert_eq!(answer.status, status, "{origin}");
        }
    }
}
