//! Forms that are refused before a sign-in, while the database takes no writes, or for bytes that are no text: what was
//! typed comes back, and nothing anonymous is stored.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, PASSWORD, Raw, Site, TestDb};
use reqwest::Method;
use std::time::{Duration, Instant};

/// A form sent as bytes that no HTML form would produce.
async fn post_raw(browser: &Browser, path: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = browser.request(Method::POST, path).header("sec-fetch-site", "same-origin");
    common::send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

/// Keeps the database from being written by anybody else, as a backup or a failover does, until released.
struct WriteBlock {
    raw: Raw,
}

impl WriteBlock {
    async fn start(db: &TestDb) -> Self {
        let raw = db.raw().await;
        if raw.is_postgres() {
            raw.run("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$")
                .await
                .unwrap();
            raw.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .await
            .unwrap();
        } else {
            raw.run("BEGIN IMMEDIATE").await.unwrap();
        }
        Self { raw }
    }

    async fn release(self) {
        if self.raw.is_postgres() {
            self.raw
                .run("BEGIN READ WRITE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$; COMMIT")
                .await
                .unwrap();
            self.raw
                .run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                )
                .await
                .unwrap();
        } else {
            self.raw.run("ROLLBACK").await.unwrap();
        }
        self.raw.0.close().await.unwrap();
    }
}

/// The page, as soon as the pools have noticed connections that were ended.
async fn page_with_fresh_connections(browser: &Browser, path: &str) -> Answer {
    let start = Instant::now();
    loop {
        let answer = browser.get(path).await;
        if answer.status != 503 || start.elapsed() > Duration::from_secs(10) {
            return answer;
        }
    }
}

on_both_databases! {
    /// Whatever is sent before a sign-in, and however often, no row is left.
    async fn an_anonymous_form_leaves_nothing_in_the_database(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.browser();
        let name = "Đường ".repeat(400);
        for _ in 0..20 {
            let fields = [("name", name.as_str()), ("email", "a@example.com"), ("password", "short"), ("password_confirmation", "x"), ("next", "/deals")];
            let form = browser.post("/register", &fields).await;
            assert_eq!((form.status, form.session_token()), (422, None));
            assert!(form.body.contains(name.trim()) && form.body.contains("Use at least 8 characters") && form.body.contains("value=\"/deals\""), "{}", form.body);
            assert!(form.body.contains("<title>Create an account") && !form.body.contains("value=\"short\""), "{}", form.body);
            assert_eq!(form.header("cache-control"), Some("no-store"));
        }
        let raw = db.raw().await;
        for table in ["sessions", "users", "sign_in_attempts"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }

    async fn too_many_failed_sign_ins_are_refused_in_words_and_a_known_browser_is_not(db: TestDb) {
        let site = Site::on(&db).await;
        let known = site.registered("hung").await;
        known.post("/logout", &[]).await;
        let guesser = site.browser();
        let form = |password| [("email", "hung@example.com"), ("password", password), ("next", "")];
        for _ in 0..10 {
            assert_eq!(guesser.post("/login", &form("a wrong secret")).await.status, 422);
        }
        let refused = guesser.post("/login", &form(PASSWORD)).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("900")));
        assert!(refused.body.contains("Try again in 15 minutes") && refused.body.contains("value=\"hung@example.com\""), "{}", refused.body);
        assert_eq!(known.post("/login", &form(PASSWORD)).await.status, 303, "the same address, but a browser that signed in before");
    }

    /// Reading goes on while nothing can be written: with a notice unread, a session to renew, or a form refused.
    async fn pages_are_served_while_writes_fail(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let created = browser.post("/companies/new", &[("name", "Công ty Ánh Dương"), ("status", "lead")]).await;
        db.clock.advance(chrono::TimeDelta::minutes(11));
        let block = WriteBlock::start(&db).await;
        for path in [created.location().unwrap(), "/companies", "/deals", "/contacts"] {
            let start = Instant::now();
            let page = page_with_fresh_connections(&browser, path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(start.elapsed() < Duration::from_secs(4), "{path} took {:?}", start.elapsed());
        }
        // The renewal gives up in the background: on SQLite after the five seconds it waits for the lock.
        let start = Instant::now();
        loop {
            let ready = browser.get("/readyz").await;
            assert_eq!(ready.status, 200);
            if ready.body.starts_with("ready\nwrites: failing (") {
                break;
            }
            assert!(start.elapsed() < Duration::from_secs(15), "{}", ready.body);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(browser.get("/readyz?writes").await.status, 503);

        let notes = "Ghi chú rất dài. ".repeat(200);
        let unsaved = browser.post("/companies/new", &[("name", "Bình Minh"), ("status", "lead"), ("notes", &notes), ("form_key", "one")]).await;
        assert_eq!((unsaved.status, unsaved.location()), (503, None));
        assert!(unsaved.body.contains("value=\"Bình Minh\"") && unsaved.body.contains(notes.trim_end()), "{}", unsaved.body);
        assert!(unsaved.body.contains("could not be saved just now") && unsaved.body.contains("value=\"one\""), "{}", unsaved.body);

        let wrong = browser.post("/companies/new", &[("name", ""), ("status", "lead"), ("notes", &notes)]).await;
        assert_eq!(wrong.status, 422, "refused for its fields, and shown in the answer");
        assert!(wrong.body.contains(notes.trim_end()) && wrong.body.contains("Write"), "{}", wrong.body);

        let sign_in = site.browser().post("/login", &[("email", "hung@example.com"), ("password", PASSWORD), ("next", "")]).await;
        assert_eq!((sign_in.status, sign_in.session_token()), (503, None), "nobody is told that they are signed in");
        assert!(sign_in.body.contains("value=\"hung@example.com\"") && sign_in.body.contains("This is not possible just now"), "{}", sign_in.body);

        block.release().await;
        let start = Instant::now();
        while browser.get("/readyz?writes").await.status != 200 {
            assert!(start.elapsed() < Duration::from_secs(20), "writes do not recover");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert_eq!(browser.post("/companies/new", &[("name", "Bình Minh"), ("status", "lead")]).await.status, 303);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM companies").await, 2);
    }

    /// The record is committed before its notice is saved: the user must not be told that nothing was saved.
    async fn a_saved_record_is_acknowledged_without_its_notice(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let raw = db.raw().await;
        if raw.is_postgres() {
            raw.run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$").await.unwrap();
            raw.run("CREATE TRIGGER refuse BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION refuse()").await.unwrap();
        } else {
            raw.run("CREATE TRIGGER refuse BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'refused'); END").await.unwrap();
        }
        let saved = browser.post("/companies/new", &[("name", "Bình Minh"), ("status", "lead")]).await;
        assert_eq!(saved.status, 303, "{}", saved.body);
        assert_eq!(browser.get(saved.location().unwrap()).await.status, 200);
    }

    async fn a_nul_is_taken_out_and_bytes_that_are_no_text_are_refused(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let saved = post_raw(&browser, "/companies/new", "name=B%00%C3%ACnh+Minh&status=lead&notes=a%00b").await;
        assert_eq!(saved.status, 303, "{}", saved.body);
        let raw = db.raw().await;
        assert_eq!(raw.column::<String>("SELECT name FROM companies").await, ["Bình Minh"]);
        assert_eq!(raw.column::<String>("SELECT notes FROM companies").await, ["ab"]);
        let refused = post_raw(&browser, "/companies/new", "name=%00&status=lead&notes=a%00b").await;
        assert_eq!(refused.location(), Some("/companies/new"));
        assert!(browser.get("/companies/new").await.body.contains("ab</textarea>"));

        for path in ["/login", "/register"] {
            let answer = post_raw(&site.browser(), path, "email=h%00ung%40example.com&password=x%00&next=").await;
            assert_eq!(answer.status, 422, "{path}");
            assert!(answer.body.contains("value=\"hung@example.com\""), "{path}: {}", answer.body);
        }
        for body in ["name=%FF&status=lead", "name=%C4&status=lead", "name=%ED%A0%80&status=lead"] {
            assert_eq!(post_raw(&browser, "/companies/new", body).await.status, 400, "{body}");
        }
        assert_eq!(raw.number("SELECT count(*) FROM companies").await, 1, "nothing is saved with replacement characters");
        for path in ["/companies?q=%00", "/companies?q=%FF", "/companies?industry=%00"] {
            assert_eq!(browser.get(path).await.status, 400, "{path}");
        }
        for path in ["/companies/%00", "/%FF"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
        let call = browser.request(Method::POST, "/fn/companies/search").header("sec-fetch-site", "same-origin");
        assert_eq!(common::send(call.header("content-type", "application/json").body("{\"q\":\"B\\u0000inh\"}")).await.status, 200);
    }

    async fn a_refused_form_is_shown_until_it_is_taken(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let refused = browser.post("/companies/new", &[("name", ""), ("status", "lead"), ("notes", "Ghi chú một")]).await;
        assert_eq!(refused.location(), Some("/companies/new"));
        let other = browser.post("/contacts/new", &[("name", ""), ("notes", "Ghi chú hai")]).await;
        assert_eq!(other.location(), Some("/contacts/new"));
        for _ in 0..2 {
            assert!(browser.get("/companies/new").await.body.contains("Ghi chú một"), "a reload shows it again");
            assert!(browser.get("/contacts/new").await.body.contains("Ghi chú hai"), "each form has its own");
            assert_eq!(browser.get("/companies").await.status, 200);
        }
        let company = browser.post("/companies/new", &[("name", "A"), ("status", "lead")]).await;
        assert!(!browser.get("/companies/new").await.body.contains("Ghi chú một"), "taken, it is done with");
        let id = company.location().unwrap().trim_start_matches("/companies/").to_owned();
        let asked = browser.get(&format!("/contacts/new?company_id={id}")).await.body;
        assert!(!asked.contains("Ghi chú hai"), "a form for this company is another one");
        for nowhere in ["/companies", "//evil.vn", "/fn/logout", ""] {
            assert_eq!(browser.post("/forms/discard", &[("page", nowhere)]).await.status, 422, "{nowhere}");
        }
        assert_eq!(browser.post("/forms/discard", &[("page", "/contacts/new")]).await.location(), Some("/contacts/new"));
        assert!(!browser.get("/contacts/new").await.body.contains("Ghi chú hai"), "thrown away");
        browser.post("/contacts/new", &[("name", ""), ("notes", "Ghi chú ba")]).await;
        db.clock.advance(chrono::TimeDelta::hours(12));
        assert!(!browser.get("/contacts/new").await.body.contains("Ghi chú ba"), "half a day later it is gone");
    }

    async fn a_question_that_was_refused_is_shown_once(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = browser.post("/companies/new", &[("name", "A"), ("status", "lead")]).await;
        let path = format!("{}/delete", company.location().unwrap());
        assert_eq!(browser.post(&path, &[("version", "7")]).await.location(), Some(path.as_str()));
        assert!(browser.get(&path).await.body.contains("Somebody else changed it meanwhile"));
        assert!(!browser.get(&path).await.body.contains("Somebody else changed it meanwhile"));
    }

    async fn refused_forms_have_a_limit_in_number_and_in_size(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let mut pages = Vec::new();
        for number in 0..9 {
            let made = browser.post("/companies/new", &[("name", &format!("Cty {number}")), ("status", "lead")]).await;
            let page = format!("{}/edit", made.location().unwrap());
            assert_eq!(browser.post(&page, &[("name", ""), ("status", "lead"), ("notes", &format!("Ghi chú {number}")), ("version", "1")]).await.status, 303);
            pages.push(page);
        }
        for (number, page) in pages.iter().enumerate() {
            let shown = browser.get(page).await.body;
            assert_eq!(shown.contains(&format!("Ghi chú {number}")), number > 0, "the oldest of nine is dropped: {page}");
        }
        // Past 256 kB the older ones go, and one that is larger than that comes in the answer.
        let large = "x".repeat(200_000);
        for page in &pages[..2] {
            assert_eq!(browser.post(page, &[("name", "A"), ("status", "lead"), ("notes", &large), ("version", "1")]).await.location(), Some(page.as_str()));
        }
        assert!(!browser.get(&pages[8]).await.body.contains("Ghi chú 8") && !browser.get(&pages[0]).await.body.contains(&large));
        assert!(browser.get(&pages[1]).await.body.contains(&large));
        let huge = "y".repeat(300_000);
        let answer = browser.post(&pages[2], &[("name", "A"), ("status", "lead"), ("notes", &huge), ("version", "1")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(&huge));
        let raw = db.raw().await;
        let length = if raw.is_postgres() { "octet_length(CAST(data AS text))" } else { "length(CAST(data AS blob))" };
        assert!(raw.number(&format!("SELECT CAST(MAX({length}) AS bigint) FROM sessions")).await < 300_000);
    }
}
