//! Exports of lists over HTTP: what is asked, the files, whose they are, and how long (C7, C11), and contacts as vCards.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use app::exports::{ExportFiles, job_handlers};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use chrono::TimeDelta;
use common::{Answer, Browser, LIMITS, Process, Site, TestDb, eventually, place_of};
use domain::{
    access::{Actor, Role},
    csv::unescape_cell,
    exports::DIRECT_ROWS_MAX,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{fs, io::Cursor};
use store::demo::SeedCounts;

/// Asks for an export. Returns where it leads to.
async fn asked(browser: &Browser, list: &str, query: &str, format: &str, columns: &str) -> String {
    let answer = browser.post("/exports", &[("list", list), ("query", query), ("format", format), ("columns", columns)]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.location().unwrap().to_owned()
}

/// The octets of a file.
async fn octets(browser: &Browser, path: &str) -> Vec<u8> {
    let answer = browser.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let length = answer.content_length();
    let octets = answer.bytes().await.unwrap().to_vec();
    assert!(length.is_none_or(|length| length == octets.len() as u64));
    octets
}

async fn text(browser: &Browser, path: &str) -> String {
    String::from_utf8(octets(browser, path).await).unwrap()
}

async fn exports_in_log(db: &TestDb) -> i64 {
    db.raw().await.number("SELECT COUNT(*) FROM audit_log WHERE action = 'export'").await
}

async fn add_company(browser: &Browser, fields: &[(&str, &str)]) -> String {
    let made = browser.post("/companies/new", &[&[("status", "lead")], fields].concat()).await;
    assert_eq!(made.status, 303, "{}", made.body);
    made.location().unwrap().to_owned()
}

/// The columns that stay on a spreadsheet's side, and what they hold.
const PHONE: &str = "+84 903 123 456";
const TAX_CODE: &str = "0101243150";

async fn workspace_with_companies(site: &Site) -> Browser {
    let owner = site.registered("hung").await;
    add_company(
        &owner,
        &[("name", "Ắt Đường"), ("phone", PHONE), ("tax_code", TAX_CODE), ("metadata_name", "Số hợp đồng"), ("metadata_value", "=HD-1")],
    )
    .await;
    add_company(&owner, &[("name", "=1+1"), ("phone", "0903123456")]).await;
    owner
}

on_both_databases! {
    async fn a_small_file_comes_at_once_in_each_format(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = workspace_with_companies(&site).await;
        let page = owner.get("/companies/export").await;
        assert!(page.status == 200 && page.body.contains("2 rows of this list"), "{}", page.body);
        assert!(owner.get("/companies/export?q=duong").await.body.contains("1 row of this list"));

        let path = asked(&owner, "companies", "", "csv", "all").await;
        assert!(path.ends_with("/file"), "{path}");
        let answer: Answer = owner.get(&path).await;
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), (Some("no-store"), Some("nosniff")));
        let disposition = answer.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment; filename=\"export.csv\"; filename*=UTF-8''Companies%20of%20"), "{disposition}");
        let file = text(&owner, &path).await;
        let lines: Vec<Vec<&str>> = file.strip_prefix('\u{feff}').unwrap().lines().map(|line| line.split(',').collect()).collect();
        assert_eq!((lines.len(), lines[0][0], lines[0].last()), (3, "Name", Some(&"Số hợp đồng")));
        let name = lines[0].iter().position(|head| *head == "Phone").unwrap();
        let of = |row: usize, column: usize| unescape_cell(lines[row][column]);
        assert_eq!([of(1, 0), of(1, name), of(2, 0), of(2, name)], ["=1+1", "0903123456", "Ắt Đường", PHONE]);
        assert_eq!(unescape_cell(lines[2].last().unwrap()), "=HD-1");
        assert!(lines.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{file}");

        let path = asked(&owner, "companies", "q=duong", "json", "all").await;
        let rows: Vec<Value> = serde_json::from_str(&text(&owner, &path).await).unwrap();
        assert_eq!(rows.len(), 1);
        let row = &rows[0];
        assert_eq!((&row["name"], &row["tax_code"], &row["industry"]), (&json!("Ắt Đường"), &json!(TAX_CODE), &Value::Null));
        assert_eq!((&row["metadata"], &row["status"], &row["tags"]), (&json!({ "Số hợp đồng": "=HD-1" }), &json!("lead"), &json!([])));
        assert_eq!((&row["open_deals_value"], &row["created_at"], &row["owner"]), (&json!("0"), &json!("2026-03-02T03:04:05.678Z"), &json!("hung")));

        let path = asked(&owner, "companies", "sort=-name", "xlsx", "shown").await;
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(octets(&owner, &path).await)).unwrap();
        let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
        let names: Vec<&Data> = sheet.rows().map(|row| &row[0]).collect();
        assert_eq!(names, [&Data::String("Name".to_owned()), &Data::String("Ắt Đường".to_owned()), &Data::String("=1+1".to_owned())]);

        for list in ["contacts", "deals", "activities"] {
            let path = asked(&owner, list, "", "json", "all").await;
            assert_eq!(serde_json::from_str::<Value>(&text(&owner, &path).await).unwrap(), json!([]), "{list}");
        }
        assert_eq!(exports_in_log(&db).await, 6);
        assert!(fs::read_dir(site.data.path().join("exports")).unwrap().next().is_none(), "no file is left");
        let log = owner.get("/audit?action=export").await.body;
        assert!(log.contains("companies") && log.contains("q=duong"), "{log}");
    }

    async fn what_can_not_be_read_is_refused_and_never_widens(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = workspace_with_companies(&site).await;
        for query in ["q=", "owner_id=null", "tag=x", "compnay_id=5", "status=", "sort=password", "page=0", "q=a&q=b", "owner_id[]=1", "q a\r\nX: y"] {
            if !query.contains(' ') {
                assert_eq!(owner.get(&format!("/companies/export?{query}")).await.status, 400, "{query}");
            }
            let sent = owner.post("/exports", &[("list", "companies"), ("query", query), ("format", "csv"), ("columns", "all")]).await;
            // The page of the form is the one above.
            let back = sent.location().map(str::to_owned);
            assert!(sent.status == 303 && back.as_ref().is_some_and(|to| to.starts_with("/companies/export?")), "{query}: {} {back:?}", sent.status);
            assert_eq!(owner.get(&back.unwrap()).await.status, 400, "{query}");
        }
        for (field, value) in [("format", "pdf"), ("format", ""), ("columns", "some")] {
            let mut fields = vec![("list", "companies"), ("query", "q=duong"), ("format", "csv"), ("columns", "all")];
            fields.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = value);
            let sent = owner.post("/exports", &fields).await;
            assert_eq!((sent.status, sent.location()), (303, Some("/companies/export?q=duong")));
            let page = owner.get("/companies/export?q=duong").await.body;
            assert!(page.contains("One field needs another look."), "{page}");
        }
        let gone_tag = "tag=0190b2c0-0000-7000-8000-000000000000";
        let path = asked(&owner, "companies", gone_tag, "json", "all").await;
        assert_eq!(serde_json::from_str::<Value>(&text(&owner, &path).await).unwrap(), json!([]), "a tag that is gone matches nothing");
        assert_eq!(exports_in_log(&db).await, 1);
    }

    async fn a_file_is_the_persons_own_and_viewers_get_none(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = workspace_with_companies(&site).await;
        let path = asked(&owner, "companies", "", "csv", "all").await;
        let page = path.trim_end_matches("/file");
        let admin = site.joined(&db, "lan", "hung", Role::Admin).await;
        let viewer = site.joined(&db, "vy", "hung", Role::Viewer).await;
        for path in [path.as_str(), page] {
            assert_eq!(owner.get(path).await.status, 200);
            assert_eq!((admin.get(path).await.status, site.registered("outsider").await.get(path).await.status), (404, 404));
            assert_eq!(viewer.get(path).await.status, 403);
            assert_eq!(site.browser().get(path).await.status, 303);
        }
        assert_eq!(viewer.get("/companies/export").await.status, 403);
        assert_eq!(viewer.post("/exports", &[("list", "companies"), ("format", "csv"), ("columns", "all")]).await.status, 403);
        assert_eq!(exports_in_log(&db).await, 1);
        db.clock.advance(TimeDelta::hours(2));
        let gone = owner.get(&path).await;
        assert!(gone.status == 410 && gone.body.contains("The file is gone") && gone.body.contains("Export again"), "{}", gone.body);
    }

    async fn a_large_file_is_written_by_a_job_and_kept_for_a_day(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let many = DIRECT_ROWS_MAX + 1;
        let (user, workspace) = place_of(&owner).await;
        let actor = Actor {
            user_id: user.parse().unwrap(),
            workspace_id: workspace.parse().unwrap(),
            role: Role::Owner,
            owners_only_edit: false,
        };
        db.store.seed_bulk(&actor, SeedCounts { companies: many as usize, contacts: 0, deals: 0, activities: 0, tasks: 0 }).await.unwrap();
        let page = asked(&owner, "companies", "", "csv", "shown").await;
        assert!(page.starts_with("/exports/") && !page.ends_with("/file"), "{page}");
        let waiting = owner.get(&page).await;
        assert_eq!((waiting.status, waiting.header("refresh")), (200, Some("3")));
        assert!(waiting.body.contains("Waits to be written"), "{}", waiting.body);
        let file = format!("{page}/file");
        assert!(owner.get(&file).await.body.contains("Waits to be written"), "not before it is written");

        let files = ExportFiles::in_data_dir(site.data.path());
        let worker = Process::start(&db, job_handlers(&files), LIMITS).await;
        eventually("the file is written", async || owner.get(&page).await.body.contains("Ready.")).await;
        let ready = owner.get(&page).await;
        assert!(ready.header("refresh").is_none() && ready.body.contains("download"), "{}", ready.body);
        assert!(owner.get("/companies/export").await.body.contains("Your files of this list"));
        let lines = text(&owner, &file).await.lines().count() as u64;
        assert_eq!(lines, many + 1, "a head and each row");
        let path = site.data.path().join("exports").join(page.trim_start_matches("/exports/"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let admin = site.joined(&db, "lan", "hung", Role::Admin).await;
        assert_eq!((admin.get(&file).await.status, admin.get(&page).await.status), (404, 404));

        // A crash left a part of another file.
        fs::write(path.with_file_name("0190b2c0-0000-7000-8000-000000000000.part"), "left").unwrap();
        db.clock.advance(TimeDelta::hours(24));
        let gone = owner.get(&file).await;
        assert!(gone.status == 410 && gone.body.contains("exported files are kept for a day"), "{}", gone.body);
        eventually("files are deleted", async || fs::read_dir(path.parent().unwrap()).unwrap().next().is_none()).await;
        assert!(worker.stop().await);
    }

    async fn a_contact_is_saved_to_an_address_book(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let company = add_company(&owner, &[("name", "Mẫu, Thử"), ("address", "12 Lê Lợi")]).await;
        let company = company.trim_start_matches("/companies/");
        let fields = [("name", "Nguyễn Văn An"), ("phone", PHONE), ("email", "an@example.com"), ("job_title", "Giám đốc"), ("company_id", company), ("notes", "Dòng 1\nDòng 2")];
        let contact = owner.post("/contacts/new", &fields).await.location().unwrap().to_owned();
        assert!(owner.get(&contact).await.body.contains(&format!("{contact}/contact.vcf")));
        let card = owner.get(&format!("{contact}/contact.vcf")).await;
        assert_eq!((card.status, card.header("content-type")), (200, Some("text/vcard; charset=utf-8")));
        assert!(card.header("content-disposition").unwrap().contains("filename=\"contact.vcf\""));
        for line in ["N:Nguyễn;An;Văn;;", "FN:Nguyễn Văn An", "ORG:Mẫu\\, Thử", "TITLE:Giám đốc", "TEL;TYPE=WORK,VOICE:+84 903 123 456", "ADR;TYPE=WORK:;;12 Lê Lợi;;;;", "NOTE:Dòng 1\\nDòng 2"] {
            assert!(card.body.contains(&format!("{line}\r\n")), "{line}: {}", card.body);
        }
        assert_eq!(site.registered("outsider").await.get(&format!("{contact}/contact.vcf")).await.status, 404);
        assert_eq!(owner.post(&format!("{contact}/delete"), &[("version", "1")]).await.status, 303);
        assert_eq!(owner.get(&format!("{contact}/contact.vcf")).await.status, 404);
    }
}
