//! A form sets the fields it shows and no others (threat B6).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, PASSWORD, Site, TestDb};
use domain::access::ENDPOINTS;

/// Columns that no form shows.
const HIDDEN: [&str; 18] = [
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
    "company_key",
    "standing",
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
        "/contacts/new" => text(&[("name", "Slipped in"), ("company_id", company)]),
        "/contacts/{id}/edit" => text(&[("name", "Slipped in"), ("company_id", company), ("version", "1")]),
        "/deals/new" => text(&[("name", "Slipped in"), ("value", "1"), ("stage", "proposal"), ("company_id", company)]),
        "/deals/{id}/edit" => {
            text(&[("name", "Slipped in"), ("value", "1"), ("stage", "proposal"), ("company_id", company), ("version", "1")])
        }
        "/deals/{id}/move" => text(&[("stage", "negotiation"), ("place", "top"), ("version", "1")]),
        "/settings/tags/new" => text(&[("name", "Slipped in"), ("color", "#16a34a")]),
        "/settings/tags/{id}/edit" => text(&[("name", "Slipped in"), ("color", "#16a34a"), ("version", "1")]),
        "/settings/tags/{id}/merge" => text(&[("into", company), ("version", "1")]),
        "/activities/new" => text(&[("type", "call"), ("subject", "Slipped in"), ("company_id", company)]),
        "/activities/{id}/edit" => text(&[("type", "call"), ("subject", "Slipped in"), ("version", "1")]),
        "/activities/{id}/notes" => text(&[("body", "Slipped in")]),
        "/settings/workspace" => text(&[("lock_activities", "on"), ("version", "1")]),
        path if path.ends_with("/restore") => vec![],
        "/deals/bulk" => text(&[("deal", "0190b2c0-0000-7000-8000-000000000000.1"), ("action", "stage:negotiation")]),
        path if path.ends_with("/delete") => text(&[("version", "1")]),
        other => panic!("what does {other} take? A new form needs a row here"),
    }
}

/// A company, a contact, a deal, a tag and an activity.
async fn own_records(db: &TestDb, browser: &Browser) -> [String; 5] {
    let company = browser.post("/companies/new", &[("name", "Own"), ("status", "lead")]).await;
    let company = company.location().unwrap().trim_start_matches("/companies/").to_owned();
    let deal = browser.post("/deals/new", &[("name", "Own"), ("value", "1"), ("stage", "proposal"), ("company_id", &company)]).await;
    assert_eq!(deal.status, 303);
    let deals: Vec<uuid::Uuid> = db.raw().await.column("SELECT id FROM deals").await;
    let contact = browser.post("/contacts/new", &[("name", "Own")]).await;
    let contact = contact.location().unwrap().trim_start_matches("/contacts/").to_owned();
    assert_eq!(browser.post("/settings/tags/new", &[("name", "Own"), ("color", "#16a34a")]).await.status, 303);
    let tags: Vec<uuid::Uuid> = db.raw().await.column("SELECT id FROM tags").await;
    let activity = browser.post("/activities/new", &[("type", "call"), ("subject", "Own"), ("company_id", &company)]).await;
    let activity = activity.location().unwrap().trim_start_matches("/activities/").to_owned();
    [company, contact, deals[0].to_string(), tags[0].to_string(), activity]
}

both! {
    async fn a_field_that_is_not_on_the_form_is_refused(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let [company, contact, deal, tag, activity] = own_records(&db, &member).await;
        let raw = db.raw().await;
        let state = async || {
            let mut rows: Vec<String> = raw.column("SELECT name FROM companies WHERE deleted_at IS NULL ORDER BY name").await;
            rows.extend(raw.column::<String>("SELECT name FROM deals WHERE deleted_at IS NULL ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT name FROM contacts WHERE deleted_at IS NULL ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT name FROM tags ORDER BY name").await);
            rows.extend(raw.column::<String>("SELECT subject FROM activities WHERE deleted_at IS NULL ORDER BY subject").await);
            rows.extend(raw.column::<String>("SELECT email FROM users ORDER BY email").await);
            (rows, raw.number("SELECT COUNT(*) FROM audit_log").await)
        };
        let before = state().await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "POST" && !endpoint.path.starts_with("/fn/") && endpoint.path != "/logout") {
            let own = match endpoint.path {
                path if path.starts_with("/companies") => &company,
                path if path.starts_with("/contacts") => &contact,
                path if path.starts_with("/settings/tags") => &tag,
                path if path.starts_with("/activities") => &activity,
                _ => &deal,
            };
            let path = endpoint.path.replace("{id}", own);
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
