//! Registering, signing in and out, and what a session is worth afterwards (threats A2, A6, A7, A9).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "../../store/tests/support/mod.rs"]
mod support;

use chrono::TimeDelta;
use common::{Answer, Browser, Options, PASSWORD, Site, TestDb};
use reqwest::{Method, header::COOKIE};

async fn sign_in(browser: &Browser, email: &str, password: &str, next: &str) -> Answer {
    browser.post("/login", &[("email", email), ("password", password), ("next", next)]).await
}

/// Whether a browser that holds just this token is signed in.
async fn is_alive(site: &Site, token: &str) -> bool {
    let home = site.browser().request(Method::GET, "/").header(COOKIE, format!("minicrm={token}"));
    !leads_to_sign_in(&common::send(home).await)
}

fn leads_to_sign_in(answer: &Answer) -> bool {
    answer.location().is_some_and(|location| location.starts_with("/login"))
}

/// A password that is not anybody's.
const OTHER: &str = "mighty unusual phrase";

on_both_databases! {
    async fn a_visitor_registers_signs_out_and_in_again(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        assert_eq!(browser.get("/login").await.location(), Some("/"), "who is signed in needs no sign-in page");

        assert_eq!(browser.post("/logout", &[]).await.location(), Some("/login"));
        assert!(leads_to_sign_in(&browser.get("/").await));

        let back = sign_in(&browser, "HUNG@Example.com", PASSWORD, "").await;
        assert_eq!((back.status, back.location()), (303, Some("/")));
        assert!(!leads_to_sign_in(&browser.get("/").await));
    }

    async fn an_anonymous_visitor_returns_to_the_requested_page_after_sign_in(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        browser.post("/logout", &[]).await;
        let asked = browser.get("/companies?q=cong+ty&tag=a").await;
        assert_eq!((asked.status, asked.location()), (303, Some("/login?next=/companies%3Fq%3Dcong%2Bty%26tag%3Da")));
        let form = browser.get(asked.location().unwrap()).await;
        assert!(form.body.contains("value=\"/companies?q=cong+ty&amp;tag=a\""), "{}", form.body);
        assert_eq!(sign_in(&browser, "hung@example.com", PASSWORD, "/companies?q=cong+ty&tag=a").await.location(), Some("/companies?q=cong+ty&tag=a"));
    }

    async fn a_wrong_password_keeps_the_address_and_never_the_password(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let browser = site.browser();
        let form = sign_in(&browser, "hung@example.com", "a wrong secret", "/deals").await;
        assert_eq!((form.status, form.session_token()), (422, None));
        assert!(form.body.contains("value=\"hung@example.com\"") && form.body.contains("value=\"/deals\""), "{}", form.body);
        assert!(form.body.contains("Email and password do not match") && !form.body.contains("a wrong secret"), "{}", form.body);
        assert!(!browser.get("/login").await.body.contains("do not match"), "the message is shown once");
        let kept = support::everything(&db.raw().await).await.join("\n");
        assert!(!kept.contains("a wrong secret"), "nor is it in the database");
    }

    async fn known_and_unknown_addresses_get_the_same_bytes(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let (known, unknown) = (site.browser(), site.browser());
        let to_known = sign_in(&known, "hung@example.com", "a wrong secret", "").await;
        let to_unknown = sign_in(&unknown, "nobody@example.com", "a wrong secret", "").await;
        let shown = |page: &Answer| page.body.replace("nobody@example.com", "hung@example.com");
        assert_eq!((to_known.status, shown(&to_known)), (to_unknown.status, shown(&to_unknown)));
        assert_eq!(to_known.headers.len(), to_unknown.headers.len());
    }

    async fn an_address_is_taken_once_however_it_is_typed(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let browser = site.browser();
        let fields = [("name", "Phạm Hùng"), ("email", "Hung@EXAMPLE.com"), ("password", OTHER), ("password_confirmation", OTHER), ("next", "")];
        let form = browser.post("/register", &fields).await;
        assert_eq!((form.status, form.session_token()), (422, None));
        assert!(form.body.contains("There is already an account with this address"), "{}", form.body);
        assert!(form.body.contains("value=\"Phạm Hùng\"") && !form.body.contains(OTHER), "{}", form.body);
        assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM users").await, 1);
    }

    /// Pressed twice, the button makes one account, and both answers lead into it.
    async fn a_registration_sent_twice_makes_one_account(db: TestDb) {
        let site = Site::on(&db).await;
        let fields = [("name", "Phạm Hùng"), ("email", "hung@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "/deals")];
        let (first, second) = (site.browser(), site.browser());
        let (one, two) = tokio::join!(first.post("/register", &fields), second.post("/register", &fields));
        for (browser, answer) in [(first, one), (second, two)] {
            assert_eq!((answer.status, answer.location()), (303, Some("/deals")));
            assert_eq!(browser.get("/deals").await.status, 200);
            // Signed in meanwhile, the same form neither complains nor signs out.
            assert_eq!(browser.post("/register", &fields).await.status, 303);
            assert_eq!(browser.get("/deals").await.status, 200);
        }
        let raw = db.raw().await;
        assert_eq!((raw.number("SELECT COUNT(*) FROM users").await, raw.number("SELECT COUNT(*) FROM workspaces").await), (1, 1));
    }

    /// The registration form is no way around the limits of failed sign-ins.
    async fn guesses_by_registering_are_counted_as_sign_ins(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let guesser = site.browser();
        let guess = async |password: &str| {
            let fields = [("name", "H"), ("email", "hung@example.com"), ("password", password), ("password_confirmation", password), ("next", "")];
            guesser.post("/register", &fields).await.status
        };
        for round in 0..10 {
            assert_eq!(guess(&format!("{OTHER} {round}")).await, 422);
        }
        assert_eq!(guess(PASSWORD).await, 422, "the right one, but too late");
    }

    async fn registration_can_be_closed(db: TestDb) {
        let site = Site::with(&db, Options { registration: Some(false), ..Options::default() }).await;
        let browser = site.browser();
        assert!(browser.get("/register").await.body.contains("Registration is closed"));
        assert!(!browser.get("/login").await.body.contains("/register"));
        let fields = [("name", "Hùng"), ("email", "hung@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
        assert_eq!(browser.post("/register", &fields).await.status, 403);
        assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM users").await, 0);
    }

    async fn every_sign_in_has_an_id_of_its_own(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("a").await;
        site.registered("b").await;
        let browser = site.browser();
        // Planted by somebody who knows it: a browser has it before it signs in.
        let planted = "AAAAAAAAAAAAAAAAAAAAAA";
        let form = [("email", "a@example.com"), ("password", PASSWORD), ("next", "")];
        let request = browser.request(Method::POST, "/login").header("sec-fetch-site", "same-origin").header(COOKIE, format!("minicrm={planted}"));
        let first = common::send(request.form(&form)).await.session_token().unwrap();
        assert!(first != planted && !is_alive(&site, planted).await, "an id planted before signing in is worth nothing");
        assert!(is_alive(&site, &first).await);
        browser.post("/logout", &[]).await;
        let second = sign_in(&browser, "b@example.com", PASSWORD, "").await.session_token().unwrap();
        assert!(!is_alive(&site, &first).await, "signing out ends the session, not just the cookie");
        assert!(is_alive(&site, &second).await);
        assert_ne!(first, second);
    }

    async fn the_database_never_sees_the_token(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        browser.post("/logout", &[]).await;
        let token = sign_in(&browser, "hung@example.com", PASSWORD, "").await.session_token().unwrap();
        let raw = db.raw().await;
        let dump: Vec<String> = raw.column("SELECT CAST(data AS text) FROM sessions").await;
        assert!(dump.iter().all(|data| !data.contains(&token)));
        let hashes: Vec<Vec<u8>> = raw.column("SELECT token_hash FROM sessions").await;
        assert!(!hashes.is_empty() && hashes.iter().all(|hash| hash.len() == 32));
    }

    async fn a_request_in_flight_does_not_revive_a_session(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("flight").await;
        for round in 0..100 {
            let browser = site.browser();
            let token = sign_in(&browser, "flight@example.com", PASSWORD, "").await.session_token().unwrap();
            // A refused form writes to the session; at the same time the session is signed out.
            let refused = browser.post("/companies/new", &[("name", "")]);
            let (_, out) = tokio::join!(refused, browser.post("/logout", &[]));
            assert_eq!(out.location(), Some("/login"));
            assert!(!is_alive(&site, &token).await, "round {round}");
        }
    }

    async fn a_session_ends_30_days_after_its_last_use_and_90_after_its_beginning(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        browser.post("/logout", &[]).await;
        let token = sign_in(&browser, "hung@example.com", PASSWORD, "").await.session_token().unwrap();
        for day in [29, 58, 87] {
            db.clock.advance(TimeDelta::days(29));
            assert!(is_alive(&site, &token).await, "used every 29 days, on day {day}");
        }
        db.clock.advance(TimeDelta::days(4));
        assert!(!is_alive(&site, &token).await, "on day 91");

        let token = sign_in(&site.browser(), "hung@example.com", PASSWORD, "").await.session_token().unwrap();
        db.clock.advance(TimeDelta::days(31));
        assert!(!is_alive(&site, &token).await, "31 days unused");
    }

    async fn a_page_view_renews_the_session_at_most_every_ten_minutes(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        assert_eq!(browser.get("/").await.session_token(), None, "nothing to write");
        db.clock.advance(TimeDelta::minutes(11));
        assert!(browser.get("/").await.session_token().is_some(), "renewed");
        assert_eq!(browser.get("/").await.session_token(), None, "and not again");
    }

    async fn a_session_notes_where_it_began(db: TestDb) {
        let site = Site::with(&db, Options { trusted_proxies: &["127.0.0.0/8"], ..Options::default() }).await;
        site.registered("hung").await;
        let request = site.browser().request(Method::POST, "/login").header("sec-fetch-site", "same-origin");
        let request = request.header("x-forwarded-for", "1.2.3.4, 203.0.113.7").header("user-agent", "Browser 1");
        common::send(request.form(&[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")])).await;
        let raw = db.raw().await;
        assert_eq!(raw.column::<String>("SELECT ip_address FROM sessions WHERE user_agent = 'Browser 1'").await, ["203.0.113.7"]);
    }

    async fn an_anonymous_visitor_gets_no_session(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.browser();
        for path in ["/", "/login", "/register", "/nowhere", "/companies"] {
            assert!(browser.get(path).await.header("set-cookie").is_none(), "{path}");
        }
        assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_changed_auth_stamp_ends_every_session(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        assert!(!leads_to_sign_in(&browser.get("/").await));
        let sql = if db.raw().await.is_postgres() { "UPDATE users SET auth_stamp = decode('00', 'hex')" } else { "UPDATE users SET auth_stamp = X'00'" };
        db.raw().await.run(sql).await.unwrap();
        assert!(leads_to_sign_in(&browser.get("/").await));
    }

    async fn a_removed_member_is_out_at_once(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        assert!(!leads_to_sign_in(&browser.get("/").await));
        let raw = db.raw().await;
        raw.run("UPDATE memberships SET removed_at = updated_at").await.unwrap();
        assert_eq!(browser.get("/").await.location(), Some("/workspaces"), "they are in none");
        let again = site.browser();
        assert_eq!(sign_in(&again, "hung@example.com", PASSWORD, "").await.status, 303);
        assert_eq!(again.get("/companies").await.location(), Some("/workspaces"), "nor does signing in lead to one");
    }

    async fn the_cookie_is_as_strict_as_the_address_allows(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        let cookie = sign_in(&site.browser(), "hung@example.com", PASSWORD, "").await.cookie("minicrm").unwrap();
        assert!(cookie.starts_with("minicrm=") && !cookie.contains("Secure"), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }

        let behind_tls = Site::with(&db, Options { base_url: Some("https://crm.example.com"), ..Options::default() }).await;
        let cookie = sign_in(&behind_tls.browser(), "hung@example.com", PASSWORD, "").await.cookie("__Host-minicrm").unwrap();
        assert!(cookie.starts_with("__Host-minicrm=") && !cookie.contains("Domain"), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let name_and_token = cookie.split(';').next().unwrap();
        let request = behind_tls.browser().request(Method::POST, "/logout").header(COOKIE, name_and_token).header("sec-fetch-site", "same-origin");
        let removal = common::send(request).await.header("set-cookie").unwrap().to_owned();
        assert!(removal.starts_with("__Host-minicrm=;") && removal.contains("Secure") && removal.contains("Path=/"), "{removal}");
    }
}
