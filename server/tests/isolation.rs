//! Another workspace's record does not exist: not by its address, not by a form's field, not by a filter (threats B2-B5).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, PASSWORD, Records, Site, TestDb, arguments};
use domain::{
    access::{AccessRule, ENDPOINTS},
    users::Password,
};
use serde_json::json;
use uuid::Uuid;

/// An id that nothing ever had.
const UNUSED: &str = "0190b2c0-0000-7000-8000-000000000000";

/// Tables whose rows a refused request might have touched.
const TABLES: [&str; 13] = [
    "companies",
    "contacts",
    "deals",
    "tags",
    "company_tags",
    "contact_tags",
    "deal_tags",
    "activities",
    "stages",
    "memberships",
    "sent_forms",
    "activity_notes",
    "audit_log",
];

/// A's workspace is full of records; B is signed in to their own.
struct Two {
    site: Site,
    b: Browser,
    /// Ids of A's records, by table.
    theirs: Vec<(&'static str, String)>,
}

async fn two(db: &TestDb) -> Two {
    let a = db.store.seed_demo(Password::parse_new(PASSWORD).unwrap(), domain::demo_data::DemoLanguage::Vietnamese).await.unwrap();
    let raw = db.raw().await;
    let mut theirs = Vec::new();
    for table in ["companies", "contacts", "deals", "tags", "stages", "activities", "tasks"] {
        let ids: Vec<Uuid> =
            raw.column(&format!("SELECT id FROM {table} WHERE workspace_id = {} ORDER BY id LIMIT 3", raw.id(a.workspace_id.0))).await;
        assert!(!ids.is_empty(), "{table}");
        theirs.extend(ids.into_iter().map(|id| (table, id.to_string())));
    }
    theirs.push(("users", a.user_id.to_string()));
    theirs.push(("workspaces", a.workspace_id.to_string()));
    let site = Site::on(db).await;
    let b = site.registered("b").await;
    Two { site, b, theirs }
}

impl Two {
    fn of(&self, table: &str) -> Vec<&str> {
        self.theirs.iter().filter(|(of, _)| *of == table).map(|(_, id)| id.as_str()).collect()
    }
}

/// What every table holds, so that a write anywhere shows.
async fn fingerprint(db: &TestDb) -> Vec<i64> {
    let raw = db.raw().await;
    let mut numbers = Vec::new();
    for table in TABLES {
        numbers.push(raw.number(&format!("SELECT COUNT(*) FROM {table}")).await);
    }
    for table in ["companies", "contacts", "deals", "stages", "tags", "activities", "tasks", "workspaces"] {
        numbers.push(raw.number(&format!("SELECT CAST(COALESCE(SUM(version), 0) AS bigint) FROM {table}")).await);
    }
    for table in ["companies", "contacts", "deals", "activities", "tasks"] {
        numbers.push(raw.number(&format!("SELECT COUNT(*) FROM {table} WHERE deleted_at IS NOT NULL")).await);
    }
    numbers
}

/// Makes a company of B's own.
async fn own_company(b: &Browser) -> String {
    let made = b.post("/companies/new", &[("name", "B's own"), ("status", "lead")]).await;
    made.location().unwrap().trim_start_matches("/companies/").to_owned()
}

/// The same to the last byte, but for what is of each answer alone, and the id it was asked for.
fn same(theirs: &Answer, id: &str, unused: &Answer) {
    let unused = Answer { body: unused.body.replace(UNUSED, id), ..unused.clone() };
    assert_eq!(theirs.lasting(), unused.lasting());
}

on_both_databases! {
    async fn their_pages_and_forms_are_404_like_an_id_never_used(db: TestDb) {
        let two = two(&db).await;
        let own = Records::create(&db, &two.b).await;
        let before = fingerprint(&db).await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET" && endpoint.path.contains("{id}") && endpoint.needs != AccessRule::PlatformAdmin) {
            let at = |id: &str| endpoint.path.replace("{id}", id);
            for (table, id) in &two.theirs {
                let answer = two.b.get(&at(id)).await;
                assert_eq!(answer.status, 404, "{} of {table}", at(id));
                same(&answer, id, &two.b.get(&at(UNUSED)).await);
            }
        }
        for action in app::routes().actions.iter().filter(|action| action.form.contains("{id}") && !action.form.starts_with("/admin/")) {
            let fields = own.fields(action.form, &own);
            for (table, id) in &two.theirs {
                let answer = two.b.submit(action, id, &fields).await;
                assert_eq!(answer.status, 404, "{} of {table}", action.form);
                same(&answer, id, &two.b.submit(action, UNUSED, &fields).await);
                let answer = two.b.call(action.function, &arguments(action, id, &fields)).await;
                assert_eq!((answer.status, answer.body.as_str()), (404, "\"NotFound\""), "{} of {table}", action.function);
                same(&answer, id, &two.b.call(action.function, &arguments(action, UNUSED, &fields)).await);
            }
        }
        assert_eq!(fingerprint(&db).await, before, "nothing was written");
    }

    async fn their_deals_can_not_be_moved(db: TestDb) {
        let two = two(&db).await;
        let before = fingerprint(&db).await;
        for id in two.theirs.iter().map(|(_, id)| id) {
            for place in ["top".to_owned(), "bottom".to_owned(), format!("after:{id}")] {
                let movement = |deal: &str| json!({ "id": deal, "form": { "version": "1", "stage": "proposal", "place": place } });
                let answer = two.b.call("/fn/deals/move", &movement(id)).await;
                assert_eq!((answer.status, answer.body.as_str()), (404, "\"NotFound\""));
                same(&answer, id, &two.b.call("/fn/deals/move", &movement(UNUSED)).await);
            }
        }
        assert_eq!(fingerprint(&db).await, before, "nothing was written");
    }

    async fn a_picker_finds_nothing_of_theirs(db: TestDb) {
        let two = two(&db).await;
        let before = fingerprint(&db).await;
        for path in ["/fn/companies/search", "/fn/contacts/search", "/fn/whom/search"] {
            for q in ["", "n", "nguyen", "duong", "0903"] {
                let answer = two.b.call(path, &json!({ "q": q })).await;
                assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"found":[],"more":false}"#), "{path} {q}");
            }
            assert_eq!(two.b.call(path, &json!({ "q": "x".repeat(201) })).await.status, 422, "{path}");
            assert_eq!(two.b.call(path, &json!({ "q": 1 })).await.status, 422, "{path}");
        }
        let own = two.b.post("/contacts/new", &[("name", "Đào")]).await;
        let id = own.location().unwrap().trim_start_matches("/contacts/").to_owned();
        let found = two.b.call("/fn/whom/search", &json!({ "q": "dao" })).await;
        assert!(found.body.contains(&format!(r#""value":"contact:{id}""#)), "{}", found.body);
        assert_eq!(before.len(), fingerprint(&db).await.len());
    }

    async fn their_ids_in_a_form_are_refused_at_the_field(db: TestDb) {
        let two = two(&db).await;
        let own_company = own_company(&two.b).await;
        let made = two.b.post("/deals/new", &[("name", "B's deal"), ("value", "1"), ("stage", "proposal"), ("company_id", &own_company)]).await;
        assert_eq!(made.status, 303);
        let raw = db.raw().await;
        let own_deal: Vec<Uuid> = raw.column("SELECT id FROM deals WHERE name = 'B''s deal'").await;
        let own_deal = own_deal[0].to_string();
        assert_eq!(two.b.post("/settings/tags/new", &[("name", "B's tag"), ("color", "#16a34a")]).await.status, 303);
        let own_tag: Vec<Uuid> = raw.column("SELECT id FROM tags WHERE name = 'B''s tag'").await;
        let own_tag = own_tag[0].to_string();
        let made = two.b.post("/contacts/new", &[("name", "B's contact")]).await;
        let own_contact = made.location().unwrap().trim_start_matches("/contacts/").to_owned();
        let before = fingerprint(&db).await;

        for (_, id) in &two.theirs {
            let foreign: [(&str, Vec<(&str, &str)>); 18] = [
                ("/contacts/new", vec![("name", "x"), ("company_id", id)]),
                ("/contacts/new", vec![("name", "x"), ("reports_to_id", id)]),
                ("/contacts/new", vec![("name", "x"), ("tag_id", id)]),
                (&format!("/contacts/{own_contact}/edit"), vec![("name", "x"), ("company_id", id), ("version", "1")]),
                (&format!("/contacts/{own_contact}/edit"), vec![("name", "x"), ("reports_to_id", id), ("version", "1")]),
                ("/tasks/new", vec![("title", "x"), ("company_id", id)]),
                ("/tasks/new", vec![("title", "x"), ("contact_id", id)]),
                ("/tasks/new", vec![("title", "x"), ("deal_id", id)]),
                ("/activities/new", vec![("type", "call"), ("subject", "x"), ("company_id", id)]),
                ("/activities/new", vec![("type", "call"), ("subject", "x"), ("contact_id", id)]),
                ("/activities/new", vec![("type", "call"), ("subject", "x"), ("deal_id", id)]),
                ("/deals/new", vec![("name", "x"), ("value", "1"), ("stage", "proposal"), ("company_id", id)]),
                ("/deals/new", vec![("name", "x"), ("value", "1"), ("stage", "proposal"), ("company_id", &own_company), ("contact_id", id)]),
                (&format!("/deals/{own_deal}/edit"), vec![("name", "x"), ("value", "1"), ("stage", "proposal"), ("company_id", id), ("version", "1")]),
                (&format!("/deals/{own_deal}/edit"), vec![("name", "x"), ("value", "1"), ("stage", "proposal"), ("company_id", &own_company), ("contact_id", id), ("version", "1")]),
                ("/companies/new", vec![("name", "x"), ("status", "lead"), ("tag_id", id)]),
                (&format!("/companies/{own_company}/edit"), vec![("name", "x"), ("status", "lead"), ("tag_id", id), ("version", "1")]),
                (&format!("/settings/tags/{own_tag}/merge"), vec![("into", id), ("version", "1")]),
            ]
            .map(|(path, fields)| (path.to_owned().leak() as &str, fields));
            for (path, fields) in foreign {
                let answer = two.b.post(path, &fields).await;
                let back_to_the_form = answer.status == 303 && answer.location() == Some(path);
                assert!(back_to_the_form || matches!(answer.status, 404 | 422), "{path} {fields:?}: {} {:?}", answer.status, answer.location());
                two.b.get(path).await;
            }
        }
        // A card can't be put after another workspace's: that card has left the column, as far as B can know.
        for deal in two.of("deals") {
            let movement = json!({ "id": own_deal, "form": { "version": "1", "stage": "proposal", "place": format!("after:{deal}") } });
            let unused = json!({ "id": own_deal, "form": { "version": "1", "stage": "proposal", "place": format!("after:{UNUSED}") } });
            let (answer, unused) = (two.b.call("/fn/deals/move", &movement).await, two.b.call("/fn/deals/move", &unused).await);
            assert_eq!(answer.status == 200, unused.status == 200 || unused.status == 409, "{} {}", answer.body, unused.body);
            raw.run(&format!("UPDATE deals SET version = 1 WHERE id = {}", raw.id(own_deal.parse().unwrap()))).await.unwrap();
        }
        let mut after = fingerprint(&db).await;
        // Those moves are B's own, and noted.
        let log = TABLES.len() - 1;
        after[log] = before[log];
        assert_eq!(after, before, "nothing of the refused was written");
    }

    async fn a_call_that_logs_an_activity_knows_nothing_of_theirs(db: TestDb) {
        let two = two(&db).await;
        let before = fingerprint(&db).await;
        for id in two.theirs.iter().map(|(_, id)| id) {
            for field in ["company_id", "contact_id", "deal_id"] {
                let entry = |id: &str| json!({ "form": { "form_key": "k", "type": "call", "subject": "x", field: id } });
                let answer = two.b.call("/fn/activities/create", &entry(id)).await;
                assert!(answer.status == 422 && answer.body.contains("from the list"), "{} {}", answer.status, answer.body);
                same(&answer, id, &two.b.call("/fn/activities/create", &entry(UNUSED)).await);
            }
            for (field, kind, words) in [("whom", "contact:", "from the list"), ("whom", "company:", "from the list"), ("deal_id", "", "no longer there")] {
                let entry = |id: &str| json!({ "form": { "form_key": "k", "type": "call", "subject": "x", field: format!("{kind}{id}") } });
                let answer = two.b.call("/fn/activities/quick-log", &entry(id)).await;
                assert!(answer.status == 422 && answer.body.contains(words), "{} {}", answer.status, answer.body);
                same(&answer, id, &two.b.call("/fn/activities/quick-log", &entry(UNUSED)).await);
            }
        }
        assert_eq!(fingerprint(&db).await, before, "nothing was written");
    }

    async fn filters_and_links_find_nothing_of_theirs(db: TestDb) {
        let two = two(&db).await;
        let raw = db.raw().await;
        raw.run("UPDATE companies SET deleted_at = (SELECT max(at) FROM audit_log) WHERE name LIKE 'Northwind%'").await.expect("one in the bin");
        raw.run("INSERT INTO bin_entries (workspace_id, record_id, entity, deleted_at) SELECT workspace_id, id, 'company', deleted_at FROM companies WHERE deleted_at IS NOT NULL").await.expect("with its entry");
        let names: Vec<String> = raw.column("SELECT name FROM companies UNION SELECT name FROM deals UNION SELECT name FROM contacts UNION SELECT name FROM tags UNION SELECT subject FROM activities UNION SELECT title FROM tasks").await;
        // The demo's tag "Export" is called as the button is.
        let names: Vec<String> = names.into_iter().filter(|name| name != "Export").collect();
        let pages = ["/contacts?company_id={id}", "/contacts?tag={id}", "/contacts?q=nguyen", "/contacts", "/contacts/new", "/contacts/new?company_id={id}", "/contacts/new?reports_to_id={id}", "/companies?tag={id}", "/deals?company_id={id}", "/deals?tag={id}", "/deals/new?company_id={id}", "/deals/new?contact_id={id}", "/companies?q=C%C3%B4ng", "/search?q=C%C3%B4ng", "/search?q=nguyen&kind=contacts", "/search/options?q=C%C3%B4ng&recent=companies:{id}", "/settings/tags", "/settings/bin", "/settings/bin?person={id}", "/settings/bin/empty", "/deals?view=list", "/companies", "/deals", "/companies/new", "/deals/column?column=proposal&company_id={id}", "/deals/news?since=0&company_id={id}", "/deals?view=list&company_id={id}", "/deals?view=list&contact_id={id}&owner_id={id}", "/bulk-changes/new?kind=deals&action=delete&selected={id}.1", "/bulk-changes/new?kind=companies&action=delete&selected={id}.1", "/activities", "/tasks", "/tasks?company_id={id}", "/tasks?contact_id={id}", "/tasks?deal_id={id}", "/tasks/new?company_id={id}", "/tasks/new?contact_id={id}", "/tasks/new?deal_id={id}", "/activities?company_id={id}", "/activities?contact_id={id}", "/activities?deal_id={id}", "/activities/new?company_id={id}", "/activities/new?contact_id={id}", "/activities/new?deal_id={id}", "/activities/quick?company_id={id}", "/activities/quick?contact_id={id}", "/activities/quick?deal_id={id}"];
        for page in pages {
            for (_, id) in &two.theirs {
                let answer = two.b.get(&page.replace("{id}", id)).await;
                let unused = two.b.get(&page.replace("{id}", UNUSED)).await;
                assert!(answer.status < 500, "{page}: {}", answer.status);
                assert_eq!((answer.status, answer.location()), (unused.status, unused.location()), "{page}");
                for name in names.iter().filter(|name| name.chars().count() > 3) {
                    assert!(!answer.body.contains(name.as_str()), "{page} tells of {name}");
                }
            }
        }
        drop(two.site);
    }
}
