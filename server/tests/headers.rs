//! What every answer tells the browser (threat C5).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Options, Site, TestDb, send};
use domain::access::ENDPOINTS;
use reqwest::Method;

/// A path of every kind, known and unknown.
fn paths() -> Vec<String> {
    let id = "0190b2c0-0000-7000-8000-000000000000";
    let known = ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET").map(|endpoint| endpoint.path.replace("{id}", id));
    known.chain(["/nowhere", "/pkg/minicrm.css", "/pkg/none.js", "/companies/x", "/deals?page=x"].map(str::to_owned)).collect()
}

fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy").unwrap();
    policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned()
}

fn expect_headers(path: &str, answer: &Answer) {
    let nonce = nonce(answer);
    let policy = format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    assert_eq!(answer.header("content-security-policy"), Some(policy.as_str()), "{path}");
    assert!(nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}: {nonce}");
    // Pages whose address holds a token.
    let is_of_a_link = answer.status == 200 && ["/reset-password", "/confirm-email"].contains(&path);
    let referrer_policy = if is_of_a_link { "strict-origin" } else { "same-origin" };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", referrer_policy),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{path}");
    }
    assert!(answer.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{path}");
    assert!(answer.header("x-request-id").is_some_and(|id| id.len() == 16), "{path}");
    let is_file = path.starts_with("/pkg/") && answer.status == 200;
    assert_eq!(answer.header("cache-control"), Some(if is_file { "public, no-cache" } else { "no-store" }), "{path}");
    assert!(answer.header("server").is_none() && answer.header("x-powered-by").is_none(), "{path}");
}

on_both_databases! {
    async fn every_answer_carries_them(db: TestDb) {
        let site = Site::on(&db).await;
        let (anonymous, member) = (site.browser(), site.registered("hung").await);
        for path in paths() {
            for browser in [&anonymous, &member] {
                let answer = browser.get(&path).await;
                expect_headers(&path, &answer);
                assert!(answer.header("strict-transport-security").is_none(), "no TLS, no promise of it");
            }
        }
        for path in ["/login", "/logout", "/nowhere", "/fn/deals/move", "/fn/none"] {
            expect_headers(path, &anonymous.post(path, &[]).await);
            expect_headers(path, &send(anonymous.request(Method::POST, path)).await);
        }
    }

    async fn behind_tls_browsers_are_held_to_it(db: TestDb) {
        let site = Site::with(&db, Options { base_url: Some("https://crm.example.com"), ..Options::default() }).await;
        for path in paths() {
            assert_eq!(site.browser().get(&path).await.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
        }
    }

    async fn scripts_carry_a_nonce_of_their_own_answer(db: TestDb) {
        let site = Site::on(&db).await;
        let (first, second) = (site.browser().get("/register").await, site.browser().get("/register").await);
        assert_ne!(nonce(&first), nonce(&second));
        for page in [first, second] {
            let scripts = page.body.matches("<script").count();
            let with_nonce = page.body.matches(&format!("nonce=\"{}\"", nonce(&page))).count();
            assert!(scripts > 0 && with_nonce >= scripts, "{}", page.body);
            assert!(!page.body.contains(" style=\"") && !page.body.contains(" onclick="), "the policy would block it: {}", page.body);
        }
    }

    async fn a_client_can_not_name_its_request(db: TestDb) {
        let site = Site::on(&db).await;
        let request = site.browser().request(Method::GET, "/login").header("x-request-id", "forged");
        assert_ne!(send(request).await.header("x-request-id"), Some("forged"));
    }

    async fn a_foreign_host_is_never_repeated(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("hung").await;
        for path in paths() {
            for browser in [&site.browser(), &member] {
                let request = browser.request(Method::GET, &path).header("host", "evil.vn").header("x-forwarded-host", "evil.vn");
                let answer = send(request).await;
                assert!(!answer.body.contains("evil.vn") && !format!("{:?}", answer.headers).contains("evil.vn"), "{path}");
            }
        }
    }
}
