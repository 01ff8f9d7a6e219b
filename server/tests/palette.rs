//! The palette and the list of shortcuts over HTTP: each role finds the actions of the page it came from and no others, records that it may
//! open, and pages that it may open.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use domain::access::Role;
use regex::Regex;

/// A company with contact, deal, activity and task, by their paths.
struct Made {
    company: String,
    contact: String,
    deal: String,
    activity: String,
    task: String,
}

impl Made {
    async fn by(browser: &Browser) -> Self {
        let company = made(browser, "/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
        let contact = made(browser, "/contacts/new", &[("name", "Đức"), ("company_id", id_of(&company))]).await;
        let deal = [("name", "Xe tải"), ("stage", "proposal"), ("company_id", id_of(&company))];
        let deal = made(browser, "/deals/new", &deal).await;
        let activity = [("type", "call"), ("subject", "Báo giá"), ("company_id", id_of(&company))];
        let activity = made(browser, "/activities/new", &activity).await;
        let task = made(browser, "/tasks/new", &[("title", "Gửi mẫu"), ("company_id", id_of(&company))]).await;
        Self { company, contact, deal, activity, task }
    }

    fn all(&self) -> [&str; 5] {
        [&self.company, &self.contact, &self.deal, &self.activity, &self.task]
    }

    /// The value of `recent=` of a browser that opened all of them, the company last.
    fn recent(&self) -> String {
        self.all().map(|path| path.trim_start_matches('/').replacen('/', ":", 1)).join(",")
    }
}

/// Posts a form that makes a record and returns its path.
async fn made(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(form, fields).await;
    answer.location().unwrap_or_else(|| panic!("{form}: {}", answer.body)).to_owned()
}

fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// The options as groups: each heading with the links below it. The option that searches everything is not among them.
async fn options(browser: &Browser, query: &str) -> Vec<(String, Vec<String>)> {
    let answer = browser.get(&format!("/palette?part=options&{query}")).await;
    assert_eq!(answer.status, 200, "{query}");
    let link = Regex::new(r#"<a id="palette-\d+" [^>]*?href="([^"]*)""#).unwrap();
    let groups = answer.body.split(r#"role="group""#).skip(1).map(|group| {
        let heading = group.split("<p id=").nth(1).unwrap().split(['>', '<']).nth(1).unwrap().to_owned();
        let group = group.split("</div>").next().unwrap();
        (heading, link.captures_iter(group).map(|found| found[1].replace("&amp;", "&")).collect())
    });
    groups.collect()
}

/// The links below a heading; empty if there is no such group.
async fn group(browser: &Browser, query: &str, heading: &str) -> Vec<String> {
    let found = options(browser, query).await;
    found.into_iter().find(|(label, _)| label == heading).map(|(_, links)| links).unwrap_or_default()
}

/// Sorted, without what stands below headings that the page doesn't have.
fn sorted(mut links: Vec<String>) -> Vec<String> {
    links.sort();
    links
}

/// The actions that a record's page offers by links: forms and questions about this record, from its own path or linked to it.
async fn offered(browser: &Browser, path: &str) -> Vec<String> {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    let main = page.body.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned();
    let link = Regex::new(r#"<a [^>]*?href="([^"]*)""#).unwrap();
    let mut links: Vec<String> = link.captures_iter(&main).map(|found| found[1].replace("&amp;", "&")).collect();
    if path.starts_with("/companies") {
        let contacts = browser.get(&format!("{path}?tab=contacts")).await.body;
        links.extend(link.captures_iter(&contacts).map(|found| found[1].replace("&amp;", "&")));
    }
    let (own, linked) = (format!("{path}/"), format!("_id={}", id_of(path)));
    links.retain(|href| (href.starts_with(&own) && !href.contains('?')) || (href.contains("/new?") && href.contains(&linked)));
    links.sort();
    links.dedup();
    links
}

on_both_databases! {
    async fn each_role_finds_exactly_the_actions_of_the_page(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        let mut browsers = vec![(Role::Owner, owner)];
        for role in [Role::Viewer, Role::Member, Role::Admin] {
            browsers.push((role, site.joined(&db, role.slug(), "hung", role).await));
        }
        for (role, browser) in &browsers {
            for path in records.all() {
                let found = sorted(group(browser, &format!("from={path}"), "On this page").await);
                assert_eq!(found, offered(browser, path).await, "{role:?} {path}");
                // Who may only read saves a contact to an address book, and does nothing else.
                let reads_only = found.iter().all(|link| link.ends_with("/contact.vcf"));
                assert_eq!(reads_only, *role == Role::Viewer, "{role:?} {path}");
            }
            for list in ["/companies", "/contacts", "/deals", "/activities", "/tasks"] {
                let new = format!("{list}/new");
                let expected: Vec<&str> = if *role == Role::Viewer { vec![] } else { vec![&new] };
                assert_eq!(group(browser, &format!("from={list}"), "On this page").await, expected, "{role:?} {list}");
                let create = group(browser, &format!("from={list}"), "Create").await;
                assert!(!create.contains(&new), "{list}: what the page has is not offered twice");
                assert_eq!(create.len(), if *role == Role::Viewer { 0 } else { 4 }, "{role:?} {list}");
            }
            // Every link of every group can be followed.
            for (heading, links) in options(browser, &format!("from={}", records.deal)).await {
                for link in links {
                    let answer = browser.get(&link).await;
                    assert!(matches!(answer.status, 200 | 303), "{role:?} {heading} {link}: {}", answer.status);
                }
            }
        }
    }

    async fn whose_record_it_is_counts_where_owners_alone_edit(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let switches = [("owners_only_edit", "on"), ("lock_activities", "on"), ("version", "1")];
        assert_eq!(owner.post("/settings/workspace", &switches).await.status, 303);
        for path in records.all() {
            for browser in [&owner, &member] {
                let found = sorted(group(browser, &format!("from={path}"), "On this page").await);
                assert_eq!(found, offered(browser, path).await, "{path}");
            }
            let edits = group(&member, &format!("from={path}"), "On this page").await;
            assert!(!edits.iter().any(|link| link.ends_with("/edit") || link.ends_with("/delete")), "{edits:?}");
        }
    }

    async fn an_archived_company_takes_no_more(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        let archived = owner.post(&format!("{}/archive", records.company), &[("reason", "Closed"), ("version", "1")]).await;
        assert_eq!(archived.status, 303);
        for path in records.all() {
            let found = sorted(group(&owner, &format!("from={path}"), "On this page").await);
            assert_eq!(found, offered(&owner, path).await, "{path}");
            assert!(!found.iter().any(|link| link.contains("/new?")), "{found:?}");
        }
    }

    async fn a_record_that_is_not_there_has_no_actions_and_no_name(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        let unknown = records.company.replace(|c: char| c.is_ascii_digit(), "7");
        let stranger = site.registered("lan").await;
        let nothing = stranger.get(&format!("/palette?part=options&from={unknown}")).await.body;
        for path in records.all() {
            let answer = stranger.get(&format!("/palette?part=options&from={path}&recent={}", records.recent())).await.body;
            assert_eq!(answer, nothing, "as for an id that was never used");
            for name in ["Ánh Dương", "Đức", "Xe tải", "Báo giá"] {
                assert!(!answer.contains(name), "{name}");
                let found = stranger.get(&format!("/palette?part=options&q={}&recent={}", domain::fold::fold(name).replace(' ', "+"), records.recent())).await;
                assert!(!found.body.contains(path), "{name}");
            }
        }
        assert_eq!(owner.post(&format!("{}/delete", records.deal), &[("version", "1")]).await.status, 303);
        let binned = owner.get(&format!("/palette?part=options&from={}&recent={}", records.deal, records.recent())).await.body;
        assert!(!binned.contains("On this page") && !binned.contains("Xe tải") && binned.contains("Ánh Dương"), "{binned}");
        for from in ["", "x", "//", "/companies/x", "javascript:alert(1)", "%00", "%FF", "https://example.com/companies"] {
            let answer = owner.get(&format!("/palette?part=options&from={from}")).await;
            assert!(matches!(answer.status, 200 | 400) && !answer.body.contains("On this page"), "{from}: {}", answer.status);
        }
    }

    async fn records_opened_last_come_first_with_their_present_names(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        let all: Vec<String> = records.all().map(str::to_owned).into();
        let found = options(&owner, &format!("recent={}", records.recent())).await;
        assert_eq!(found[0], ("Recently opened".to_owned(), all.clone()), "in the browser's order");
        let here = group(&owner, &format!("from={}&recent={}", records.company, records.recent()), "Recently opened").await;
        assert_eq!(here, all[1..], "but for the one that is open");
        let renamed = [("name", "Bình Minh"), ("status", "lead"), ("version", "1")];
        assert_eq!(owner.post(&format!("{}/edit", records.company), &renamed).await.status, 303);
        let answer = owner.get(&format!("/palette?part=options&recent={}", records.recent())).await.body;
        assert!(answer.contains("Bình Minh") && !answer.contains("Ánh Dương"), "{answer}");
        for nonsense in ["x", ",,,", "companies:", "users:1", "tags:0190c7a0-0000-7000-8000-000000000001"] {
            assert!(group(&owner, &format!("recent={nonsense}"), "Recently opened").await.is_empty(), "{nonsense}");
        }
        assert!(group(&owner, &format!("q=new&recent={}", records.recent()), "Recently opened").await.is_empty(), "words find by themselves");
    }

    async fn words_find_commands_and_records_by_rank(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        made(&owner, "/companies/new", &[("name", "Công ty Ánh Dương"), ("status", "lead")]).await;
        let found = options(&owner, &format!("q=anh+duong&from={}", records.deal)).await;
        let company = &found.iter().find(|(heading, _)| heading == "Companies").unwrap().1;
        assert_eq!((company.len(), company.first()), (2, Some(&records.company)), "the exact name first");
        assert!(found.iter().all(|(heading, _)| heading != "On this page"), "{found:?}");

        let found = options(&owner, &format!("q=DEAL&from={}", records.deal)).await;
        let headings: Vec<&str> = found.iter().map(|(heading, _)| heading.as_str()).collect();
        assert_eq!(headings, ["On this page", "Create", "Go to", "Settings"], "{found:?}");
        let call = group(&owner, &format!("q=log+call&from={}", records.company), "On this page").await;
        assert_eq!(call, [format!("/activities/new?company_id={}", id_of(&records.company))]);
        assert_eq!(group(&owner, "q=profile", "Settings").await, ["/settings/profile"]);
        assert_eq!(group(&owner, "q=settings+mail", "Settings").await, ["/settings/email"]);

        let marked = owner.get("/palette?part=options&q=duong").await.body;
        assert!(marked.contains("<mark>Dương</mark>") && marked.contains("href=\"/search?q=duong\""), "{marked}");
        assert!(marked.contains("data-status=\""), "{marked}");
        let none = owner.get("/palette?part=options&q=qqqqqq").await.body;
        assert!(none.contains("data-status=\"No results\"") && !none.contains("role=\"group\"") && none.contains("/search?q=qqqqqq"), "{none}");
        for (q, status) in [("%_".repeat(80), 200), ("x".repeat(10_000), 400), ("%3Cscript%3Ealert(1)".to_owned(), 200), ("%00".to_owned(), 400)] {
            let q = q.replace("%_", "%25_");
            for part in ["&part=options", ""] {
                let answer = owner.get(&format!("/palette?q={q}{part}")).await;
                assert_eq!(answer.status, status, "{part} {}", &q[..20.min(q.len())]);
                assert!(!answer.body.contains("<script>alert"), "{q}");
            }
        }
        for part in ["x", "dialog"] {
            assert_eq!(owner.get(&format!("/palette?part={part}")).await.status, 400);
        }
    }

    async fn the_page_offers_the_same_without_a_script(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let records = Made::by(&owner).await;
        for path in records.all() {
            let page = owner.get(path).await.body;
            assert!(page.contains(&format!("href=\"/palette?from={}\"", path.replace('/', "%2F"))) || page.contains(&format!("href=\"/palette?from={path}\"")), "{page}");
            let palette = owner.get(&format!("/palette?from={path}")).await.body;
            for link in group(&owner, &format!("from={path}"), "On this page").await {
                assert!(palette.contains(&format!("href=\"{}\"", link.replace('&', "&amp;"))), "{link}");
            }
        }
        let viewer = site.joined(&db, "lan", "hung", Role::Viewer).await;
        let page = viewer.get("/palette").await.body;
        for forbidden in ["/companies/new", "/contacts/new", "/deals/new", "/activities/new", "/team", "/audit", "/settings/workspace\"", "/admin"] {
            assert!(!page.contains(&format!("href=\"{forbidden}")) && !page.contains(&format!("{forbidden}\"")), "{forbidden}");
        }
        assert!(page.contains("href=\"/settings/profile\"") && page.contains("href=\"/shortcuts\""));
    }

    async fn the_list_of_shortcuts_has_those_of_the_user(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let viewer = site.joined(&db, "lan", "hung", Role::Viewer).await;
        let page = owner.get("/shortcuts").await.body;
        for words in ["Go to Companies", "Go to Team", "New company", "Log activity", "Ctrl K"] {
            assert!(page.contains(words), "{words}");
        }
        // Each key that the list names is on an element of the page, and the other way round.
        let key = Regex::new(r#"data-key="([^"]+)""#).unwrap();
        let rows = Regex::new("<dd>(.*?)</dd>").unwrap();
        let kbd = Regex::new("<kbd>([^<]+)</kbd>").unwrap();
        let task = made(&owner, "/tasks/new", &[("title", "Gọi lại")]).await;
        for (browser, page) in [(&owner, page), (&viewer, viewer.get("/shortcuts").await.body)] {
            let mut listed: Vec<String> = rows
                .captures_iter(&page)
                .map(|row| kbd.captures_iter(&row[1]).map(|found| found[1].to_lowercase().replace("ctrl k", "mod k")).collect::<Vec<_>>().join(" "))
                .filter(|keys| !["ctrl enter", "esc"].contains(&keys.as_str()))
                .collect();
            // What is done to a task has a key on its page.
            let body = browser.get("/companies").await.body + &browser.get(&task).await.body;
            // C alone opens the menu, whose entries are listed.
            let mut present: Vec<String> = key.captures_iter(&body).map(|found| found[1].to_owned()).filter(|key| key != "c").collect();
            for (mark, key) in [("aria-keyshortcuts=\"/\"", "/"), ("data-opens-palette", "mod k")] {
                present.extend(body.contains(mark).then(|| key.to_owned()));
            }
            listed.sort();
            present.sort();
            present.dedup();
            assert_eq!(listed, present);
        }
        let page = viewer.get("/shortcuts").await.body;
        assert!(!page.contains("New company") && !page.contains("Log activity") && !page.contains("Go to Team"), "{page}");
        let off = [("theme", "system"), ("csv_separator", "comma"), ("time_zone", "")];
        assert_eq!(owner.post("/settings/preferences", &off).await.status, 303);
        let page = owner.get("/shortcuts").await.body;
        assert!(page.contains("switched off") && page.contains("Ctrl K") && !page.contains("Go to Companies"), "{page}");
        let page = owner.get("/companies").await.body;
        assert!(page.contains("data-no-shortcuts") && !page.contains("aria-keyshortcuts=\"/\"") && page.contains("data-opens-palette"));
    }
}
