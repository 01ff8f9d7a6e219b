//! What every action is sent when nothing is wrong with it, by its form and by a script.

use super::{Answer, Browser, NEW_PASSWORD, PASSWORD, TestDb, send};
use app::routing::ActionRoute;
use domain::ids::{SessionId, UserId};
use reqwest::Method;
use serde_json::{Map, Value, json};
use store::{SessionContent, SystemRandom, TokenHash};

/// Fields of forms that come as often as there are values.
const LISTS: [&str; 6] = ["tag_id", "selected", "metadata_name", "metadata_value", "owned_id", "becomes"];

/// The fields of a form.
pub type Fields = Vec<(&'static str, String)>;

/// A record of each kind, at version 1.
pub struct Records {
    pub company: String,
    pub contact: String,
    pub deal: String,
    pub tag: String,
    /// A stage without deals.
    pub stage: String,
    pub activity: String,
    pub task: String,
    /// A contact in the bin, at version 2.
    pub binned: String,
    /// A session of the user in another browser.
    pub session: String,
    /// An export of the audit log.
    pub export: String,
    /// An export of a list.
    pub list_export: String,
    /// A viewer of the user's workspace.
    pub member: String,
    /// The user's workspace.
    pub workspace: String,
    /// An invitation to it.
    pub invitation: String,
    /// A view of the companies.
    pub view: String,
    /// A bulk change of another company.
    pub bulk_change: String,
}

impl Records {
    /// Creates them. The company has nothing but the deal and the activity.
    pub async fn create(db: &TestDb, browser: &Browser) -> Self {
        let raw = db.raw().await;
        let company = created(browser, "/companies/new", &[("name", "Own"), ("status", "lead")]).await;
        let deal =
            created(browser, "/deals/new", &[("name", "Own"), ("value", "1"), ("stage", "proposal"), ("company_id", &company)]).await;
        let contact = created(browser, "/contacts/new", &[("name", "Own")]).await;
        let activity = created(browser, "/activities/new", &[("type", "call"), ("subject", "Own"), ("company_id", &company)]).await;
        let task = created(browser, "/tasks/new", &[("title", "Own"), ("due_on", "2026-11-20"), ("repeat", "weeks")]).await;
        let binned = created(browser, "/contacts/new", &[("name", "Own")]).await;
        assert_eq!(browser.post(&format!("/contacts/{binned}/delete"), &[("version", "1")]).await.status, 303);
        // Its page is the list of tags.
        let name = format!("Own {}", raw.number("SELECT COUNT(*) FROM audit_log").await);
        assert_eq!(browser.post("/settings/tags/new", &[("name", &name), ("color", "#16a34a")]).await.status, 303);
        let tags: Vec<uuid::Uuid> = raw.column(&format!("SELECT id FROM tags WHERE name = '{name}'")).await;
        // A pipeline has only so many stages.
        raw.run("DELETE FROM stages WHERE slug LIKE 'own-%' AND id NOT IN (SELECT id FROM stages WHERE slug LIKE 'own-%' ORDER BY position DESC LIMIT 6)").await.unwrap();
        // Its page is the list of stages.
        assert_eq!(browser.post("/settings/stages/new", &[("name", &name), ("probability", "40")]).await.status, 303);
        let stages: Vec<uuid::Uuid> = raw.column(&format!("SELECT id FROM stages WHERE name = '{name}'")).await;
        // Its page is the list of companies.
        assert_eq!(browser.post("/views/new", &[("name", &name), ("list", "companies"), ("state", "status=active")]).await.status, 303);
        let views: Vec<uuid::Uuid> = raw.column(&format!("SELECT id FROM views WHERE name = '{name}'")).await;
        let session = session_elsewhere(db, browser, &name).await.to_string();
        let workspace = place_of(browser).await.1;
        let member = member_of(db, &workspace, &name).await;
        // A workspace, and a user, may send only so many.
        raw.run("UPDATE invitations SET created_at = '2020-01-01T00:00:00.000+00:00'").await.unwrap();
        raw.run("DELETE FROM link_requests").await.unwrap();
        let email = format!("{member}@example.org");
        let invited = browser.post("/settings/members/invite", &[("email", &email), ("role", "viewer")]).await;
        let invitation = invited.location().unwrap().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        let asked = browser.post("/exports", &[("list", "contacts"), ("format", "csv"), ("columns", "shown")]).await;
        let list_export = asked.location().unwrap().split('/').nth(2).unwrap().to_owned();
        let export = created(browser, "/audit/export", &[]).await;
        let bulk_change = changed_in_bulk(db, browser).await;
        Self {
            company,
            contact,
            deal,
            tag: tags[0].to_string(),
            stage: stages[0].to_string(),
            activity,
            task,
            binned,
            session,
            export,
            list_export,
            member,
            workspace,
            invitation,
            bulk_change,
            view: views[0].to_string(),
        }
    }

    /// The record that an action's form is about.
    pub fn id(&self, form: &str) -> &str {
        match form {
            path if path.starts_with("/companies") => &self.company,
            path if path.starts_with("/contacts") => &self.contact,
            path if path.starts_with("/settings/tags") => &self.tag,
            path if path.starts_with("/settings/stages") => &self.stage,
            path if path.starts_with("/views") => &self.view,
            path if path.starts_with("/settings/bin") => &self.binned,
            path if path.starts_with("/settings/sessions") => &self.session,
            path if path.starts_with("/settings/members/invitations") => &self.invitation,
            path if path.starts_with("/settings/members") => &self.member,
            path if path.starts_with("/workspaces") => &self.workspace,
            path if path.starts_with("/activities") => &self.activity,
            path if path.starts_with("/tasks") => &self.task,
            path if path.starts_with("/audit/exports") => &self.export,
            path if path.starts_with("/bulk-changes") => &self.bulk_change,
            path if path.starts_with("/exports") => &self.list_export,
            path if path.starts_with("/admin/workspaces") => &self.workspace,
            path if path.starts_with("/admin/users") => &self.member,
            _ => &self.deal,
        }
    }

    /// Fields that an action's form takes. A tag is merged into `other`'s.
    pub fn fields(&self, form: &str, other: &Self) -> Fields {
        let text = |fields: &[(&'static str, &str)]| fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let company = self.company.as_str();
        match form {
            "/login" => text(&[("email", "b@example.com"), ("password", PASSWORD), ("next", "")]),
            "/register" => text(&[
                ("name", "C"),
                ("email", "c@example.com"),
                ("password", PASSWORD),
                ("password_confirmation", PASSWORD),
                ("next", ""),
            ]),
            "/forgot-password" => text(&[("email", "b@example.com")]),
            "/reset-password" => text(&[("token", &"a5".repeat(16)), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)]),
            "/confirm-email" => text(&[("token", &"a5".repeat(16))]),
            "/settings/email" => text(&[("email", "other@example.com"), ("password_current", PASSWORD)]),
            "/settings/email/send-link" => vec![],
            "/companies/new" => text(&[("name", "Sent"), ("status", "lead")]),
            "/companies/{id}/edit" => text(&[("name", "Sent"), ("status", "lead"), ("version", "1")]),
            "/companies/{id}/archive" => text(&[("reason", "Sent"), ("version", "1")]),
            "/companies/{id}/bring-back" => vec![],
            "/contacts/new" => text(&[("name", "Sent"), ("company_id", company)]),
            "/contacts/{id}/edit" => text(&[("name", "Sent"), ("company_id", company), ("version", "1")]),
            "/contacts/{id}/erase" => text(&[("name", "Own")]),
            "/deals/new" => text(&[("name", "Sent"), ("value", "1"), ("stage", "proposal"), ("company_id", company)]),
            "/deals/{id}/edit" => {
                text(&[("name", "Sent"), ("value", "1"), ("stage", "proposal"), ("company_id", company), ("version", "1")])
            }
            "/deals/{id}/move" => text(&[("stage", "negotiation"), ("place", "top"), ("version", "1")]),
            "/bulk-changes" => text(&[
                ("kind", "deals"),
                ("selected", &format!("{}.1", self.deal)),
                ("action", "stage:negotiation"),
                ("list", "view=list"),
            ]),
            "/bulk-changes/{id}/undo" => vec![],
            "/settings/tags/new" => text(&[("name", "Sent"), ("color", "#16a34a")]),
            "/settings/tags/{id}/edit" => text(&[("name", "Sent"), ("color", "#0284c7"), ("version", "1")]),
            "/settings/deal-lists" => text(&[("sources", "Sent"), ("lost_reasons", "Sent"), ("version", "1")]),
            // There are deals: the answer is a message.
            "/settings/stages" => text(&[("stages", "leads")]),
            "/settings/stages/new" => {
                text(&[("name", "Sent"), ("kind", "open"), ("color", "teal"), ("probability", "30"), ("idle_days", "5")])
            }
            "/settings/stages/{id}/edit" => {
                text(&[("name", "Sent"), ("kind", "open"), ("color", "pink"), ("probability", "30"), ("version", "1")])
            }
            "/settings/stages/{id}/move" => text(&[("to", "up")]),
            "/settings/stages/{id}/remove" => text(&[("to", "proposal:open"), ("count", "9"), ("version", "1")]),
            "/views/new" => text(&[("name", "Sent"), ("list", "companies"), ("state", "status=lead")]),
            "/views/{id}/edit" => text(&[("name", "Sent"), ("icon", "star"), ("is_shared", "on"), ("version", "1")]),
            "/views/{id}/save" => text(&[("state", "status=lead"), ("version", "1")]),
            "/views/default" => text(&[("list", "companies"), ("view", "")]),
            "/settings/tags/{id}/merge" => text(&[("into", &other.tag), ("version", "1")]),
            "/activities/new" => text(&[("type", "call"), ("subject", "Sent"), ("company_id", company), ("date", "2026-11-20T09:30")]),
            "/activities/quick" => {
                text(&[("type", "call"), ("subject", "Sent"), ("whom", &format!("company:{company}")), ("deal_id", ""), ("deal_whom", "")])
            }
            "/activities/{id}/edit" => text(&[("type", "call"), ("subject", "Sent"), ("date", "2026-11-20T09:30"), ("version", "1")]),
            "/today/snooze" => vec![("put_off", format!("3.{}", self.deal)), ("back", "/today".to_owned())],
            "/today/undo-snooze" => text(&[("record_id", &self.deal), ("back", "/today")]),
            "/today/dismiss" => text(&[("record_id", &self.deal), ("rule", "idle"), ("since", "1"), ("reason", "Sent")]),
            "/today/undo-dismiss" => text(&[("record_id", &self.deal), ("rule", "idle"), ("back", "/today")]),
            "/settings/next-actions" => text(&[("switch", "off.idle")]),
            "/tasks/new" => text(&[("title", "Sent"), ("due_on", "2026-11-20"), ("due_time", "09:30"), ("company_id", company)]),
            "/tasks/{id}/edit" => text(&[("title", "Sent"), ("due_on", "2026-11-20"), ("version", "1")]),
            "/tasks/{id}/done" | "/tasks/{id}/reopen" | "/tasks/{id}/cancel" => text(&[("back", "/tasks")]),
            "/tasks/{id}/delete-later" => text(&[("version", "1")]),
            "/tasks/{id}/stop-repeating" | "/tasks/{id}/repeat-again" => vec![],
            "/tasks/{id}/undo-snooze" => text(&[("version", "2"), ("back", "/tasks")]),
            "/tasks/{id}/snooze" => text(&[("put_off", "3.1"), ("back", "/tasks")]),
            "/activities/{id}/notes" => text(&[("body", "Sent")]),
            "/settings/workspace" => text(&[("version", "1")]),
            "/first-steps" => text(&[("shown", "no")]),
            "/settings/workspace/demo-data" => text(&[("language", "en")]),
            "/settings/workspace/demo-data/remove" => text(&[("changed_too", "on"), ("changed", "")]),
            "/settings/workspace/edit" => text(&[
                ("name", "Sent"),
                ("currency", "VND"),
                ("time_zone", "Asia/Bangkok"),
                ("name_order", "given-name"),
                ("version", "1"),
            ]),
            "/settings/bin/{id}/delete" => text(&[("version", "2")]),
            "/settings/bin/empty" => text(&[("kind", "contact"), ("entries", "999"), ("activities", "999")]),
            "/exports" => {
                let query = format!("company_id={company}");
                text(&[("list", "deals"), ("query", &query), ("format", "json"), ("columns", "all")])
            }
            "/audit/export" => text(&[("kind", "deal"), ("from", "2026-11-01")]),
            "/settings/profile" => text(&[("name", "Sent")]),
            "/settings/preferences" => {
                text(&[("theme", "dark"), ("time_zone", ""), ("csv_separator", "tab"), ("shortcuts", "on"), ("start_page", "today")])
            }
            "/settings/sidebar" => text(&[("folded", "on")]),
            "/settings/password" => {
                text(&[("password_current", PASSWORD), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)])
            }
            "/settings/members/{id}/edit" => text(&[("role", "member")]),
            "/settings/members/{id}/remove" => text(&[("records_to", "nobody")]),
            "/settings/members/{id}/hand-over" => vec![],
            "/settings/members/invite" => text(&[("email", "somebody@example.org"), ("role", "viewer")]),
            path if path.starts_with("/settings/members/invitations") => vec![],
            // A link that was never given out.
            "/invitation" => text(&[("token", "none")]),
            "/invitation/register" => {
                text(&[("token", "none"), ("name", "C"), ("password", PASSWORD), ("password_confirmation", PASSWORD)])
            }
            "/workspaces/new" => text(&[("name", "Sent")]),
            "/workspaces/switch" => text(&[("workspace_id", &self.workspace)]),
            "/admin/workspaces/new" => text(&[("name", "Sent"), ("email", "b@example.com"), ("owner_name", "")]),
            "/admin/registration" => text(&[("registration", "open")]),
            path if path.starts_with("/admin/") => vec![],
            "/workspaces/{id}/take-back" => vec![],
            // Right ones would leave nothing to go on with.
            "/settings/workspace/leave" => text(&[("records_to", "")]),
            "/settings/workspace/end" => text(&[("name", "Another name")]),
            "/settings/account/delete" => {
                text(&[("password_current", "not the password"), ("owned_id", &self.workspace), ("becomes", "end")])
            }
            path if path.starts_with("/settings/sessions") => vec![],
            "/logout" => vec![],
            "/forms/discard" => text(&[("page", "/companies/new")]),
            path if path.ends_with("/restore") => vec![],
            "/companies/{id}/delete" => text(&[("version", "1"), ("deals", "1"), ("activities", "1")]),
            path if path.ends_with("/delete") => text(&[("version", "1")]),
            path => panic!("what does {path} take? A new form needs a row here"),
        }
    }
}

/// The ids of a browser's user and workspace.
pub async fn place_of(browser: &Browser) -> (String, String) {
    let page = browser.get("/companies").await.body;
    let shown_to = page.split(r#"name="shown_to" value=""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let (user, workspace) = shown_to.split_once('.').unwrap();
    (user.to_owned(), workspace.to_owned())
}

/// Adds a viewer to a workspace; their id. `name`: of this one alone.
async fn member_of(db: &TestDb, workspace: &str, name: &str) -> String {
    let (raw, id) = (db.raw().await, UserId::new(&*db.clock, &SystemRandom).0);
    let (user, workspace) = (raw.id(id), raw.id(workspace.parse().unwrap()));
    let at = "'2026-03-02T03:04:05.678+00:00'";
    let stamp = if raw.is_postgres() { "'\\x00'" } else { "X'00'" };
    raw.run(&format!(
        "INSERT INTO users (id, name, sort_key, email, email_key, password_hash, auth_stamp, created_at, updated_at)
         VALUES ({user}, 'Viewer of {name}', '', '{id}@example.net', '{id}@example.net', '', {stamp}, {at}, {at})"
    ))
    .await
    .unwrap();
    let insert = "INSERT INTO memberships (workspace_id, user_id, role, created_at, updated_at)";
    raw.run(&format!("{insert} VALUES ({workspace}, {user}, 'viewer', {at}, {at})")).await.unwrap();
    id.to_string()
}

/// Signs the browser's user in elsewhere; `name` makes the token.
async fn session_elsewhere(db: &TestDb, browser: &Browser, name: &str) -> SessionId {
    let (user, workspace) = place_of(browser).await;
    let (token, user_id, workspace_id) = (TokenHash::of(name.as_bytes()), user.parse().ok(), workspace.parse().ok());
    // As the server stores the session of a user who has signed in.
    let content = SessionContent { data: json!({}), user_id, workspace_id };
    assert!(db.store.create_session(token, content, None).await.unwrap());
    token.session_id()
}

async fn created(browser: &Browser, form: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(form, fields).await;
    let path = answer.location().unwrap_or_else(|| panic!("{form}: {answer:?}"));
    path.rsplit('/').next().unwrap().to_owned()
}

/// Changes a new company in bulk. Returns the id of the change.
async fn changed_in_bulk(db: &TestDb, browser: &Browser) -> String {
    let company = created(browser, "/companies/new", &[("name", "Bulk"), ("status", "lead")]).await;
    let record = format!("{company}.1");
    let form = [("kind", "companies"), ("selected", record.as_str()), ("action", "status:active"), ("list", "")];
    assert_eq!(browser.post("/bulk-changes", &form).await.status, 303);
    let raw = db.raw().await;
    let id = raw.id(company.parse().unwrap());
    let changes: Vec<uuid::Uuid> = raw.column(&format!("SELECT bulk_change_id FROM bulk_change_records WHERE record_id = {id}")).await;
    changes[0].to_string()
}

/// The arguments of a call that does what the form does.
pub fn arguments(action: &ActionRoute, id: &str, fields: &[(&'static str, String)]) -> Value {
    let mut form = Map::new();
    for (name, value) in fields {
        if LISTS.contains(name) {
            form.entry(*name).or_insert_with(|| json!([])).as_array_mut().unwrap().push(json!(value));
        } else {
            form.insert((*name).to_owned(), json!(value));
        }
    }
    let mut arguments = Map::new();
    if action.form.contains("{id}") {
        arguments.insert("id".to_owned(), json!(id));
    }
    if !fields.is_empty() {
        arguments.insert("form".to_owned(), form.into());
    }
    arguments.into()
}

impl Browser {
    /// Calls a function as a script of ours does.
    pub async fn call(&self, path: &str, arguments: &Value) -> Answer {
        let request = self.request(Method::POST, path).header("sec-fetch-site", "same-origin").header("content-type", "application/json");
        send(request.body(arguments.to_string())).await
    }

    /// Sends an action's form.
    pub async fn submit(&self, action: &ActionRoute, id: &str, fields: &[(&'static str, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(&action.form.replace("{id}", id), &fields).await
    }
}
