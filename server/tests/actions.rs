//! Every change is one server function with two doors: its form, and a script's call. Both come to the same.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use app::routing::ActionRoute;
use common::{Answer, Browser, Fields, NEW_PASSWORD, PASSWORD, Raw, Records, Site, TestDb, arguments, outbox};
use domain::{access::ENDPOINTS, users::Email};
use regex::Regex;
use serde_json::Value;
use std::{collections::BTreeSet, env, fmt::Write, fs, path::PathBuf};

/// Forms after which the user is elsewhere, or somebody else in the workspace, those of links, each of which is another one, and one for a
/// workspace without deals: `workspaces.rs`, `members.rs`, `invitations.rs`, `administration.rs` and `stages.rs` test them.
const CHANGES_PLACE: [&str; 16] = [
    "/settings/stages",
    "/admin/workspaces/{id}/suspend",
    "/admin/workspaces/{id}/resume",
    "/admin/users/{id}/reset-link",
    "/admin/jobs/{id}/retry",
    "/settings/members/invite",
    "/settings/members/invitations/{id}/resend",
    "/invitation",
    "/invitation/register",
    "/settings/workspace/leave",
    "/settings/workspace/end",
    "/settings/account/delete",
    "/settings/members/{id}/hand-over",
    "/workspaces/new",
    "/workspaces/switch",
    "/workspaces/{id}/take-back",
];

/// Fields of a form with something wrong in them; none for a form in which nothing can be.
fn wrong(form: &str, records: &Records) -> Option<Fields> {
    let other_than = |name: &str, value: &str| {
        let mut fields = records.fields(form, records);
        fields.iter_mut().filter(|(field, _)| *field == name).for_each(|field| field.1 = value.to_owned());
        Some(fields)
    };
    match form {
        "/login" => other_than("password", "not the password"),
        "/register" => other_than("password", "short"),
        "/forgot-password" => other_than("email", "b"),
        "/reset-password" | "/confirm-email" => other_than("token", "x"),
        "/settings/email" => other_than("password_current", "not the password"),
        "/companies/new"
        | "/contacts/new"
        | "/deals/new"
        | "/settings/tags/new"
        | "/settings/stages/new"
        | "/views/new"
        | "/views/{id}/edit" => other_than("name", " "),
        "/companies/{id}/edit" | "/contacts/{id}/edit" | "/deals/{id}/edit" | "/settings/tags/{id}/edit" => other_than("name", ""),
        "/companies/{id}/archive" => other_than("reason", " "),
        "/companies/{id}/bring-back" => None,
        "/contacts/{id}/erase" => other_than("name", "Another name"),
        "/activities/new" | "/activities/quick" | "/activities/{id}/edit" => other_than("subject", ""),
        "/activities/{id}/notes" => other_than("body", ""),
        "/tasks/new" | "/tasks/{id}/edit" => other_than("title", " "),
        "/tasks/{id}/done"
        | "/tasks/{id}/reopen"
        | "/tasks/{id}/cancel"
        | "/tasks/{id}/snooze"
        | "/tasks/{id}/undo-snooze"
        | "/tasks/{id}/stop-repeating"
        | "/tasks/{id}/repeat-again" => None,
        "/today/snooze" | "/today/undo-snooze" | "/today/undo-dismiss" => None,
        "/today/dismiss" => other_than("reason", " "),
        "/settings/next-actions" => None,
        "/deals/{id}/move" => other_than("place", "left"),
        "/bulk-changes" => other_than("action", "nothing"),
        "/bulk-changes/{id}/undo" => None,
        "/settings/tags/{id}/merge" => other_than("into", &records.tag),
        "/settings/stages" => other_than("stages", "x"),
        "/settings/deal-lists" => other_than("sources", &"x".repeat(101)),
        "/settings/stages/{id}/edit" => other_than("probability", "101"),
        "/settings/stages/{id}/move" => None,
        "/settings/stages/{id}/remove" => other_than("to", "A b"),
        "/settings/workspace" => other_than("version", "x"),
        "/settings/workspace/edit" => other_than("time_zone", "Moon/Tycho"),
        "/settings/workspace/demo-data" => other_than("language", "latin"),
        "/settings/workspace/demo-data/remove" => other_than("changed_too", "yes"),
        "/settings/bin/empty" => other_than("kind", "car"),
        "/settings/profile" => other_than("name", " "),
        "/exports" => other_than("format", "pdf"),
        "/settings/preferences" => other_than("theme", "pink"),
        "/settings/password" => other_than("password_current", "not the password"),
        // A button: its values are the page's own.
        "/settings/sidebar"
        | "/views/{id}/save"
        | "/views/default"
        | "/first-steps"
        | "/settings/email/send-link"
        | "/audit/export"
        | "/settings/members/{id}/hand-over"
        | "/workspaces/switch"
        | "/workspaces/{id}/take-back" => None,
        // A link that was never given out is not found.
        "/invitation" | "/invitation/register" => None,
        path if path.starts_with("/settings/members/invitations") => None,
        "/settings/members/invite" => other_than("email", "nobody"),
        "/settings/members/{id}/edit" => other_than("role", "owner"),
        "/settings/members/{id}/remove" => other_than("records_to", &records.member),
        "/workspaces/new" | "/admin/workspaces/new" => other_than("name", " "),
        "/admin/registration" => other_than("registration", "maybe"),
        path if path.starts_with("/admin/") => None,
        // The owner, whom this asks, gets no form.
        "/settings/workspace/leave" => None,
        // The usual fields are wrong: see there.
        "/settings/workspace/end" | "/settings/account/delete" => Some(records.fields(form, records)),
        // A page of no form is refused as a whole: there is nothing to show again.
        "/forms/discard" => None,
        path if path.ends_with("/delete") || path.ends_with("/delete-later") => other_than("version", "x"),
        path if path.ends_with("/restore") || path.starts_with("/settings/sessions") || path == "/logout" => None,
        path => panic!("what is wrong in {path}? A new form needs a row here"),
    }
}

/// The newest entry of the log, without what is of one record or one moment alone.
async fn last_change(raw: &Raw, records: &Records) -> String {
    let column = async |name: &str| {
        let sql = format!(
            "SELECT COALESCE(CAST({name} AS text), '') FROM audit_log WHERE workspace_id = (SELECT workspace_id FROM companies LIMIT 1) ORDER BY seq DESC LIMIT 1"
        );
        raw.column::<String>(&sql).await.into_iter().next().unwrap_or_default()
    };
    let mut change = String::new();
    for name in ["action", "entity", "before", "after"] {
        change.push_str(&column(name).await);
    }
    for (id, kind) in [
        (&records.company, "company"),
        (&records.contact, "contact"),
        (&records.deal, "deal"),
        (&records.tag, "tag"),
        (&records.stage, "stage"),
        (&records.activity, "activity"),
        (&records.task, "task"),
        (&records.view, "view"),
    ] {
        change = change.replace(id.as_str(), kind);
    }
    let of_this_record =
        Regex::new(r#"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|Own \d+|"position": ?-?\d+|\d{4}-\d\d-\d\d[T ][0-9:.]+Z?|[a-z]@example.com|"[0-9a-f]{64}"|"emptied": ?\[[\d,]*\]"#)
            .unwrap();
    of_this_record.replace_all(&change, "…").into_owned()
}

/// What an action needs done before it, and whether it is sent by somebody signed in.
async fn prepare(site: &Site, member: &Browser, action: &ActionRoute, records: &Records) -> Option<Browser> {
    match action.form {
        "/login" | "/register" => return Some(site.browser()),
        path if path.ends_with("/restore") => {
            let delete = path.replace("/restore", "/delete");
            let fields = records.fields(&delete, records);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(member.post(&delete.replace("{id}", records.id(path)), &fields).await.status, 303);
        }
        "/tasks/{id}/reopen" | "/tasks/{id}/undo-snooze" | "/tasks/{id}/repeat-again" => {
            let before = match action.form {
                "/tasks/{id}/reopen" => "/tasks/{id}/done",
                "/tasks/{id}/repeat-again" => "/tasks/{id}/stop-repeating",
                _ => "/tasks/{id}/snooze",
            };
            let fields = records.fields(before, records);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(member.post(&before.replace("{id}", records.id(before)), &fields).await.status, 303);
        }
        "/settings/next-actions" => assert_eq!(member.post(action.form, &[("switch", "on.idle")]).await.status, 303),
        "/today/undo-snooze" | "/today/undo-dismiss" => {
            let before = action.form.replace("undo-", "");
            let fields = records.fields(&before, records);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(member.post(&before, &fields).await.status, 303);
        }
        "/companies/{id}/bring-back" => {
            let archive = "/companies/{id}/archive";
            let fields = records.fields(archive, records);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(member.post(&archive.replace("{id}", &records.company), &fields).await.status, 303);
        }
        // What it is already is no change.
        "/first-steps" => assert_eq!(member.post("/first-steps", &[("shown", "yes")]).await.status, 303),
        "/settings/workspace/demo-data" => {
            assert_eq!(member.post("/settings/workspace/demo-data/remove", &[]).await.status, 303);
        }
        "/settings/workspace/demo-data/remove" => {
            assert_eq!(member.post("/settings/workspace/demo-data", &[("language", "vi")]).await.status, 303);
        }
        "/settings/profile" => assert_eq!(member.post("/settings/profile", &[("name", "b")]).await.status, 303),
        _ => {}
    }
    None
}

/// Where a done change leads, whichever door it came by.
fn target(answer: &Answer) -> String {
    let outcome: Value = serde_json::from_str(&answer.body).unwrap();
    outcome.get("outcome").unwrap_or(&outcome)["to"].as_str().unwrap().to_owned()
}

fn without_ids(path: &str) -> String {
    Regex::new("[0-9a-f]{8}-[0-9a-f-]{27}").unwrap().replace_all(path, "{id}").into_owned()
}

on_both_databases! {
    async fn both_doors_make_the_same_change(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        db.store.enable_mail();
        let raw = db.raw().await;
        // The forms of links have their own tests: each link works once.
        let has_own_test =
            |form: &str| ["/logout", "/reset-password", "/confirm-email"].contains(&form) || CHANGES_PLACE.contains(&form);
        for action in app::routes().actions.iter().filter(|action| !has_own_test(action.form)) {
            let mut changes = Vec::new();
            // A list has only so many.
            raw.run("DELETE FROM views").await.unwrap();
            for by_script in [false, true] {
                let (records, other) = (Records::create(&db, &member).await, Records::create(&db, &member).await);
                let anonymous = prepare(&site, &member, action, &records).await;
                let browser = anonymous.as_ref().unwrap_or(&member);
                let (id, mut fields) = (records.id(action.form), records.fields(action.form, &other));
                if action.form == "/settings/workspace" {
                    let version = raw.number("SELECT CAST(MAX(version) AS bigint) FROM workspaces").await;
                    fields = vec![("lock_activities", if by_script { "" } else { "on" }.to_owned()), ("version", version.to_string())];
                    fields.retain(|(_, value)| !value.is_empty());
                }
                if action.form == "/settings/deal-lists" {
                    // What it is already is no change.
                    raw.run("UPDATE workspaces SET deal_sources = '', lost_reasons = ''").await.unwrap();
                    let version = raw.number("SELECT CAST(MAX(version) AS bigint) FROM workspaces").await;
                    fields[0].1 = format!("Own {}", if by_script { 90_000 } else { 95_000 });
                    fields[2].1 = version.to_string();
                }
                if action.form == "/settings/workspace/edit" {
                    let version = raw.number("SELECT CAST(MAX(version) AS bigint) FROM workspaces").await;
                    fields[0].1 = format!("Sent {by_script}");
                    fields[4].1 = version.to_string();
                }
                if action.form == "/settings/password" && by_script {
                    // Back to the first one.
                    fields = vec![
                        ("password_current", NEW_PASSWORD.to_owned()),
                        ("password", PASSWORD.to_owned()),
                        ("password_confirmation", PASSWORD.to_owned()),
                    ];
                }
                if action.form == "/register" && by_script {
                    fields[1].1 = "d@example.com".to_owned();
                }
                let named = ["/settings/tags/new", "/settings/tags/{id}/edit", "/views/new", "/views/{id}/edit", "/settings/stages/new", "/settings/stages/{id}/edit"];
                if named.contains(&action.form) {
                    fields[0].1 = format!("Own {}", if by_script { 90_000 } else { 95_000 } + action.form.len());
                }
                let to = if by_script {
                    let answer = browser.call(action.function, &arguments(action, id, &fields)).await;
                    assert_eq!(answer.status, 200, "{}: {}", action.function, answer.body);
                    assert_eq!(answer.header("content-type"), Some("application/json"));
                    target(&answer)
                } else {
                    let answer = browser.submit(action, id, &fields).await;
                    assert_eq!(answer.status, 303, "{}: {}", action.form, answer.body);
                    answer.location().unwrap().to_owned()
                };
                let signed_in = browser.get("/companies").await.status == 200;
                changes.push((without_ids(&to), last_change(&raw, &records).await, signed_in));
            }
            // The switches go on by one door and off by the other; the name is another one.
            if !action.form.starts_with("/settings/workspace") {
                assert_eq!(changes[0], changes[1], "{}", action.name);
            }
            assert!(changes.iter().all(|(_, _, signed_in)| *signed_in), "{}", action.name);
        }
    }

    async fn both_doors_refuse_for_the_same_reasons(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        db.store.enable_mail();
        let raw = db.raw().await;
        let records = Records::create(&db, &member).await;
        for action in &app::routes().actions {
            let Some(fields) = wrong(action.form, &records) else { continue };
            let before = raw.number("SELECT COUNT(*) FROM audit_log").await;
            let anonymous = matches!(action.form, "/login" | "/register" | "/invitation/register").then(|| site.browser());
            let browser = anonymous.as_ref().unwrap_or(&member);
            let id = records.id(action.form);

            let called = browser.call(action.function, &arguments(action, id, &fields)).await;
            assert_eq!(called.status, 422, "{}: {}", action.function, called.body);
            let errors: Value = serde_json::from_str(&called.body).unwrap();
            let errors = errors["Invalid"].as_array().unwrap();
            assert!(!errors.is_empty(), "{}", action.function);

            let submitted = browser.submit(action, id, &fields).await;
            let page = match submitted.location() {
                Some(location) => browser.get(location).await,
                None => submitted,
            };
            let shown = page.body.replace("&quot;", "\"").replace("&amp;", "&");
            for error in errors {
                assert!(shown.contains(error["message"].as_str().unwrap()), "{}: {error} is not on {shown}", action.form);
            }
            for (name, value) in &fields {
                assert!(!name.starts_with("password") || !shown.contains(&format!("value=\"{value}\"")), "{} gives a password back", action.form);
            }
            assert_eq!(raw.number("SELECT COUNT(*) FROM audit_log").await, before, "{} wrote", action.name);
        }
    }

    async fn what_only_helps_to_fill_in_a_form_is_left_out_at_both_doors(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let records = Records::create(&db, &member).await;
        let fields = [("name", "Sent"), ("value", "1"), ("stage", "proposal"), ("company_id", records.company.as_str()), ("company_q", "own")];
        assert_eq!(member.post("/deals/new", &fields).await.status, 303);
        let form: serde_json::Map<String, Value> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        assert_eq!(member.call("/fn/deals/create", &serde_json::json!({ "form": form })).await.status, 200);
    }

    /// A browser sends line breaks as CRLF, a script as LF.
    async fn sent_by_the_browser_and_again_by_the_script_a_form_makes_one_record(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let by_form = member.post("/companies/new", &[("name", "Once"), ("status", "lead"), ("notes", "a\r\nb"), ("form_key", "k")]).await;
        let form = serde_json::json!({ "form": { "name": "Once", "status": "lead", "notes": "a\nb", "form_key": "k" } });
        let by_script = member.call("/fn/companies/create", &form).await;
        assert_eq!(by_form.location(), Some(target(&by_script).as_str()));
        assert_eq!(db.raw().await.number("SELECT COUNT(*) FROM companies").await, 1);
    }

    async fn a_call_signs_out(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let answer = member.call("/fn/logout", &serde_json::json!({})).await;
        assert_eq!((answer.status, target(&answer).as_str()), (200, "/login"));
        assert_eq!(member.get("/companies").await.status, 303);
    }

    /// Every form on every page, by its address.
    async fn every_form_is_posted_to_an_action(db: TestDb) {
        let site = Site::on(&db).await;
        let member = site.registered("b").await;
        let records = Records::create(&db, &member).await;
        assert_eq!(member.post(&format!("/contacts/{}/delete", records.contact), &[("version", "1")]).await.status, 303);
        let kept = Records::create(&db, &member).await;
        db.store.enable_mail();
        assert_eq!(member.post("/settings/email/send-link", &[]).await.status, 303);
        let confirm_email = outbox::token_in(&outbox::deliver(&db).await[0]);
        let reset_password = db.store.make_reset_link(&Email::parse("b@example.com").unwrap(), None).await.unwrap();
        let actions = app::routes().actions;
        let form = Regex::new(r#"<form[^>]*method="post"[^>]*action="([^"]+)"|<form[^>]*action="([^"]+)"[^>]*method="post""#).unwrap();
        // Of a form beside a list, which has no action of its own.
        let form_of_button = Regex::new(r#"<button[^>]* form="task-buttons"[^>]* formaction="([^"]+)""#).unwrap();
        let mut found = BTreeSet::new();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET" && !endpoint.path.starts_with("/events") && !["/deals/news", "/invitation"].contains(&endpoint.path)) {
            let query = match endpoint.path {
                "/deals/column" => "?column=proposal".to_owned(),
                "/bulk-changes/new" => format!("?kind=deals&action=delete&list=view%3Dlist&selected={}.1", kept.deal),
                "/deals" => "?view=list".to_owned(),
                // A view, and the list in another order than the view's.
                "/companies" => format!("?view_id={}&status=active&sort=-name", kept.view),
                "/views/new" => "?list=companies&state=status%3Dactive".to_owned(),
                "/today/dismiss" => format!("?record_id={}&rule=idle&since=1", kept.deal),
                "/reset-password" => format!("?token={}", reset_password.expose()),
                "/confirm-email" => format!("?token={}", confirm_email.expose()),
                _ => String::new(),
            };
            let path = format!("{}{query}", endpoint.path.replace("{id}", kept.id(endpoint.path)));
            let anonymous = matches!(endpoint.path, "/login" | "/register").then(|| site.browser());
            let page = anonymous.as_ref().unwrap_or(&member).get(&path).await;
            assert!(matches!(page.status, 200 | 303), "{path}: {}", page.status);
            for posted in form_of_button.captures_iter(&page.body) {
                let to = without_ids(&posted[1]);
                assert!(actions.iter().any(|action| action.form == to), "a button of {path} posts to {to}, which is no action's door");
                found.insert(to);
            }
            for posted in form.captures_iter(&page.body) {
                let to = without_ids(posted.get(1).or(posted.get(2)).unwrap().as_str());
                assert!(actions.iter().any(|action| action.form == to), "a form of {path} is posted to {to}, which is no action's door");
                found.insert(to);
                let whole = posted.get(0).unwrap().end();
                let whole = &page.body[whole..page.body[whole..].find("</form>").unwrap() + whole];
                // Switching means the same wherever it was shown.
                let says = anonymous.is_none() && !whole.contains("name=\"workspace_id\"");
                assert_eq!(whole.matches(r#"name="shown_to""#).count(), usize::from(says), "{path}: {whole}");
            }
        }
        let shown_elsewhere = |form: &str| form.ends_with("/restore")
            || ["/companies/{id}/bring-back", "/tasks/{id}/reopen", "/tasks/{id}/undo-snooze", "/tasks/{id}/repeat-again", "/today/undo-snooze", "/today/undo-dismiss", "/forms/discard", "/workspaces/switch", "/workspaces/{id}/take-back", "/settings/workspace/leave", "/settings/workspace/demo-data/remove", "/invitation", "/invitation/register"].contains(&form)
            // Of a view that is open as it was saved.
            || form == "/views/default"
            // Of a workspace without deals.
            || form == "/settings/stages"
            // Of what is suspended, disabled, failed, or an admin.
            || form.starts_with("/admin/") && ["/resume", "/enable", "/retry", "/revoke-admin"].iter().any(|end| form.ends_with(end));
        for action in actions.iter().filter(|action| !shown_elsewhere(action.form)) {
            assert!(found.contains(action.form), "no page has the form of {}", action.name);
        }
    }
}

/// Holds `docs/ux/actions.md` to the router. After a change of it, `UPDATE_DOCS=1 cargo test -p server --test actions` writes
/// the file anew.
#[test]
fn the_table_of_actions_is_printed() {
    let mut table = "# Actions\n\nPrinted from `app/src/routing.rs`; a test compares. After a change of the routes: \
        `UPDATE_DOCS=1 cargo test -p server --test actions`.\n\nEvery change is one server function. Its form is posted to the second \
        column's path, a script calls the third.\n\n| function | form | script | needs |\n|---|---|---|---|\n"
        .to_owned();
    for action in app::routes().actions {
        let needs = |path: &str| ENDPOINTS.iter().find(|endpoint| (endpoint.method, endpoint.path) == ("POST", path)).unwrap().needs;
        assert_eq!(needs(action.form), needs(action.function), "{}: both doors need the same", action.name);
        writeln!(table, "| {} | `{}` | `{}` | {:?} |", action.name, action.form, action.function, needs(action.form)).unwrap();
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/ux/actions.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &table).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), table, "actions.md is not what the router says");
}
