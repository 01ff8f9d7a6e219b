//! A form sets the fields it shows and no others (threat B6).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, PASSWORD, Site, TestDb};
use domain::access::ENDPOINTS;

/// Columns that no form shows.
const HIDDEN: [&str; 16] = [
    "id",
    "workspace_id",
    "owner_id",
    "user_id",
    "role",
    "created_at",
    "updated_at",
    "deleted_at",
    "archived_at",
    "position",
    "metadata",
    "is_platform_admin",
    "password_hash",
    "auth_stamp",
    "closed_at",
    "search",
];

/// What each form takes when nothing is slipped in.
fn fields(path: &str, company: &str) -> Vec<(&'static str, String)> {
    let text = |fields: &[(&'static str, &str)]| fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    match path {
        "/login" => text(&[("email", "b@example.com"), ("password", PASSWORD), ("next", "")]),
        "/register" => {
            text(&[("name", "C"), ("email", "c@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")])
        }
        "/companies/new" => text(&[("name", "Slipped in"), ("status", "lead")]),
        "/companies/{id}/edit" => text(&[("name", "Slipped in"), ("status", "lead"), ("version", "1")]),
        "/deals/new" => text(&[("name", "Slipped in"), ("value", "1"), ("stage", "proposal"), ("company_id", company)]),
        "/deals/{id}/edit" => {
            text(&[("name", "Slipped in"), ("value", "1"), ("stage", "proposal"), ("company_id", company), ("version", "1")])
        }
        "/deals/{id}/move" => text(&[("stage", "negotiation"), ("place", "top"), ("version", "1")]),
        "/deals/bulk" => text(&[("deal", "0190b2c0-0000-7000-8000-000000000000.1"), ("action", "stage:negotiation")]),
        path if path.ends_with("/delete") => text(&[("version", "1")]),
        other => panic!("what does {other} take? A new form needs a row here"),
    }
}

async fn own_records(db: &TestDb, browser: &Browser) -> (String, String) {
    let company = browser.post("/companies/new", &[("name", "Own"), ("status", "lead")]).await;
    let company = company.location().unwrap().trim_start_matches("/companies/").to_owned();
    let deal = browser.post("/deals/new", &[("name", "Own"), ("value", "1"), ("stage", "proposal"), ("company_id", &company)]).await;
    assert_eq!(deal.status, 303);
    let deals: Vec<sea_orm::prelude::Uuid> = db.raw().await.column("SELECT id FROM deals").await;
    (company, deals[0].to_string())
}

both! {
    async fn a_field_that_is_not_on_the_form_is_refused(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let (company, deal) = own_records(&db, &member).await;
        let raw = db.raw().await;
        let state = async || {
            let mut rows: Vec<String> = raw.column("SELECT name FROM companies WHERE deleted_at IS NULL ORDER BY name").await;
            rows.extend(raw.column::<String>("SELECT name FROM deals WHERE deleted_at IS NULL ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT email FROM users ORDER BY email").await);
            (rows, raw.number("SELECT COUNT(*) FROM audit_log").await)
        };
        let before = state().await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "POST" && !endpoint.path.starts_with("/fn/") && endpoint.path != "/logout") {
            let path = endpoint.path.replace("{id}", if endpoint.path.starts_with("/companies") { &company } else { &deal });
            let stranger = site.browser();
            let browser = if matches!(endpoint.path, "/login" | "/register") { &stranger } else { &member };
            let fields = fields(endpoint.path, &company);
            for hidden in HIDDEN {
                let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                sent.push((hidden, "owner"));
                let answer = browser.post(&path, &sent).await;
                assert!(matches!(answer.status, 400 | 422), "{path} took {hidden}: {} {:?}", answer.status, answer.location());
                assert!(answer.body.contains("Go to the start page"), "{path}");
            }
        }
        assert_eq!(state().await, before, "nothing was written");
    }
}
