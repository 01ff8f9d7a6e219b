//! `/audit`: who sees it, what its pages say, and the file of an export (C7, C14).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, Site, TestDb};
use domain::{access::Role, csv::unescape_cell};

const PAGES: [&str; 3] = ["/audit", "/audit/sign-ins", "/audit/check"];

/// Asks for an export, and downloads it.
async fn exported(browser: &Browser, filters: &[(&str, &str)]) -> Answer {
    let asked = browser.post("/audit/export", filters).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    let file = browser.get(asked.location().unwrap()).await;
    assert_eq!(file.status, 200);
    file
}

/// The cells of a file without its byte order mark; none of them has a separator, a quote or a line break.
fn lines(file: &Answer, separator: char) -> Vec<Vec<String>> {
    let text = file.body.strip_prefix('\u{feff}').unwrap_or(&file.body);
    text.lines().map(|line| line.split(separator).map(str::to_owned).collect()).collect()
}

on_both_databases! {
    async fn members_and_viewers_are_denied_as_on_every_page(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let admin = site.joined(&db, "lan", "hung", Role::Admin).await;
        let asked = owner.post("/audit/export", &[]).await;
        let file = asked.location().unwrap().to_owned();
        for role in [Role::Viewer, Role::Member] {
            let browser = site.joined(&db, role.slug(), "hung", role).await;
            let denied = browser.get("/settings/workspace").await;
            let before = db.raw().await.number("SELECT COUNT(*) FROM audit_log").await;
            for path in PAGES.into_iter().chain([file.as_str()]) {
                let page = browser.get(path).await;
                assert_eq!((page.status, denied.status), (403, 403), "{path}");
                assert!(!page.body.contains("203.0.113") && !page.body.contains("#1"), "{path}");
            }
            assert_eq!(browser.post("/audit/export", &[]).await.status, 403);
            assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM audit_log").await, before);
            assert!(!browser.get("/settings/tags").await.body.contains("\"/audit\""), "no link that is denied");
        }
        for browser in [&owner, &admin] {
            for path in PAGES {
                assert_eq!(browser.get(path).await.status, 200, "{path}");
            }
            assert!(browser.get("/settings/tags").await.body.contains("\"/audit\""));
        }
        assert_eq!(admin.get(&file).await.status, 404, "of whoever asked for it");
        assert_eq!(site.registered("outsider").await.get(&file).await.status, 404);
    }

    async fn filters_that_can_not_be_read_show_nothing_and_offer_to_be_dropped(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        for address in ["/audit?kind=car&action=create", "/audit?person=x", "/audit?record=1", "/audit?from=31.11.2026", "/audit/sign-ins?person=x"] {
            let page = owner.get(address).await;
            assert_eq!(page.status, 400, "{address}");
            assert!(page.body.contains("can’t be read") && !page.body.contains("Registered"), "{address}");
        }
        assert!(owner.get("/audit?kind=car&action=create").await.body.contains("\"/audit?action=create\""));
        let newest = owner.get("/audit").await.body;
        for address in ["/audit?before=x", "/audit?after=99999999999999999999", "/audit?before=1", "/audit/check?after=x"] {
            assert_eq!(owner.get(address).await.status, 200, "{address}");
        }
        assert!(newest.contains("Registered"));
        assert_eq!(owner.post("/audit/export", &[("kind", "car")]).await.status, 422);
        assert_eq!(owner.get("/audit/exports/x").await.status, 404);
    }

    async fn the_file_has_the_persons_separator_and_no_formula(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let names = ["=1+1", "+84", "-1", "@SUM(A1)", "'=1", "Đường"];
        for name in names {
            assert_eq!(owner.post("/companies/new", &[("name", name), ("status", "lead")]).await.status, 303);
        }
        let file = exported(&owner, &[("kind", "company"), ("action", "create")]).await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(file.header("cache-control"), Some("no-store"));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        let disposition = file.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment; filename=\"audit-log.csv\"; filename*=UTF-8''Audit%20log%20of%20"), "{disposition}");
        assert!(disposition.ends_with("2026-03-02.csv"), "{disposition}");

        for (slug, separator) in [("tab", '\t'), ("semicolon", ';')] {
            let preferences = [("theme", "dark"), ("time_zone", ""), ("csv_separator", slug)];
            assert_eq!(owner.post("/settings/preferences", &preferences).await.status, 303);
            let file = exported(&owner, &[("kind", "company"), ("action", "create")]).await;
            let lines = lines(&file, separator);
            assert_eq!(lines[0][..4], ["Number", "Time", "Time (UTC)", "Person"]);
            assert_eq!(lines.len(), 1 + names.len());
            for (line, name) in lines[1..].iter().zip(names) {
                assert_eq!(line[7] != name, name != "Đường", "{line:?}");
                assert_eq!(unescape_cell(&line[7]), name);
                assert_eq!((line[3].as_str(), line[4].as_str(), line[11].as_str()), ("hung", "hung@example.com", "127.0.0.1"));
            }
        }
        let log = owner.get("/audit?action=export").await.body;
        assert!(log.contains("3 entries"), "each export is in the log");
    }

    async fn a_workspaces_name_can_not_break_the_files_name(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let raw = db.raw().await;
        raw.run("UPDATE workspaces SET name = 'Cty \"Á\"; ../x\u{202e}'").await.unwrap();
        let file = exported(&owner, &[]).await;
        let expected = "attachment; filename=\"audit-log.csv\"; filename*=UTF-8''Audit%20log%20of%20Cty%20_%C3%81_%3B%20.._x_%202026-03-02.csv";
        assert_eq!(file.header("content-disposition"), Some(expected));
    }

    async fn a_long_log_is_exported_whole(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let raw = db.raw().await;
        let (numbers, hash, id) = if raw.is_postgres() {
            ("SELECT n FROM generate_series(2, 2500) AS n", "decode(repeat('00', 32), 'hex')", "gen_random_uuid()")
        } else {
            ("WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500) SELECT n FROM numbers", "zeroblob(32)", "randomblob(16)")
        };
        raw.run(&format!(
            "INSERT INTO audit_log (workspace_id, seq, action, entity, entity_id, at, previous_hash, hash)
             SELECT w.id, n, 'update', 'company', {id}, '2026-03-02T03:04:05.678+00:00', {hash}, {hash} FROM ({numbers}) AS numbered, workspaces w"
        )).await.unwrap();
        raw.run("UPDATE audit_heads SET seq = 2500").await.unwrap();
        let file = exported(&owner, &[]).await;
        let lines = lines(&file, ',');
        assert_eq!(lines.len(), 2_501);
        assert!(lines[1..].iter().zip(1..).all(|(line, number): (_, usize)| line[0] == number.to_string()));
        let check = owner.get("/audit/check").await.body;
        assert!(check.contains("Entry #2 is broken"), "the first of those that nobody hashed");
    }

    async fn pages_say_who_did_what_and_that_the_log_is_intact(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let company = owner.post("/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await.location().unwrap().to_owned();
        let fields = [("name", "Ánh Dương"), ("status", "active"), ("phone", "0903 123 456"), ("version", "1")];
        assert_eq!(owner.post(&format!("{company}/edit"), &fields).await.status, 303);
        let deal = [("name", "Xe"), ("value", "1250000"), ("stage", "proposal"), ("company_id", company.trim_start_matches("/companies/"))];
        assert_eq!(owner.post("/deals/new", &deal).await.status, 303);
        let page = owner.get("/audit").await.body;
        for words in ["Registered", "Created", "Changed", "127.0.0.1", "<del>Lead</del>", "<ins>Active</ins>", "1.250.000", &format!("\"{company}\"")] {
            assert!(page.contains(words), "{words}");
        }
        let id = company.trim_start_matches("/companies/");
        let of_one = owner.get(&format!("/audit?kind=company&record={id}")).await.body;
        assert!(of_one.contains("2 entries") && !of_one.contains("Xe"), "{of_one}");
        let check = owner.get("/audit/check").await.body;
        assert!(check.contains("The log is intact") && check.contains("4 entries were checked"), "{check}");
        let sign_ins = owner.get("/audit/sign-ins").await.body;
        assert!(sign_ins.contains("hung") && sign_ins.contains("Signed in"));
    }
}
