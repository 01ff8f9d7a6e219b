//! Each role, going by the links and forms of the pages from the first one on, finds nothing that the access table doesn't list,
//! and nothing that is refused (UX contract: no element without a permission).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Answer, Browser, PASSWORD, Site, TestDb};
use domain::{
    access::{AccessRule, ENDPOINTS, Endpoint, Role, allows},
    users::Password,
};
use regex::Regex;
use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::LazyLock,
};
use store::demo::DEMO_EMAIL;

/// How many records of a kind are opened: of several, one may be somebody else's, won or late.
const RECORDS_OF_A_KIND: usize = 4;
/// Names in a query that make a kind of their own.
const FILTERS_OF_A_KIND: usize = 2;

/// Pages that no link leads to, each with what opens it.
const WITHOUT_A_LINK: [&str; 23] = [
    // Forms lead there when they are sent.
    "/settings/members/invitations/{id}",
    "/audit/exports/{id}",
    "/exports/{id}",
    "/exports/{id}/file",
    "/admin/users/{id}/reset-link",
    // The list leads there while it is open with a view.
    "/views/{id}/edit",
    "/views/{id}/delete",
    // It leads on to the first settings.
    "/settings",
    // Programs ask these.
    "/healthz",
    "/readyz",
    // Scripts ask these: of the quick log, of the board and of the search box.
    "/activities/quick",
    "/deals/column",
    "/deals/news",
    "/events/board",
    "/search/options",
    // Visitors without a session, and links in mails.
    "/login",
    "/register",
    "/forgot-password/sent",
    "/reset-password",
    "/reset-password/done",
    "/confirm-email",
    "/confirm-email/done",
    "/invitation",
];

/// Forms that would leave the visitor without session, account, role, workspace or records. They are looked up in the table, not sent.
const NOT_SENT: [&str; 10] = [
    "/admin/users/{id}/disable",
    "/admin/users/{id}/end-sessions",
    "/admin/users/{id}/revoke-admin",
    "/admin/workspaces/{id}/suspend",
    "/logout",
    "/settings/workspace/leave",
    "/settings/members/{id}/hand-over",
    "/settings/workspace/end",
    "/settings/workspace/demo-data/remove",
    "/settings/account/delete",
];

static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"<a\s[^>]*?href="([^"]*)""#).unwrap());
static FORM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<form\s([^>]*)>(.*?)</form>").unwrap());
static INPUT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<input\s([^>]*)>").unwrap());
static TEXT_AREA: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<textarea\s([^>]*)>(.*?)</textarea>").unwrap());
static SELECT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<select\s([^>]*)>(.*?)</select>").unwrap());
static OPTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<option([^>]*)>").unwrap());
static BUTTON: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<button\s([^>]*)>").unwrap());
static ID: LazyLock<Regex> = LazyLock::new(|| Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}").unwrap());

/// Who goes by the links.
#[derive(Debug, Clone, Copy)]
struct Visitor {
    role: Role,
    is_platform_admin: bool,
}

/// A form as a page shows it.
struct Form {
    page: String,
    action: String,
    function: Option<String>,
    fields: Vec<(String, String)>,
}

/// What a visitor found.
#[derive(Default)]
struct Found {
    /// The paths of the pages that were opened, as in the table.
    pages: BTreeSet<&'static str>,
    /// The forms that are sent by POST.
    forms: Vec<Form>,
    faults: Vec<String>,
}

/// An attribute's value, which is empty for one without; `None` if the tag doesn't have it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let starts = tag.match_indices(name).filter(|(at, _)| *at == 0 || tag[..*at].ends_with(char::is_whitespace));
    starts.map(|(at, _)| &tag[at + name.len()..]).find_map(|rest| match rest.strip_prefix("=\"") {
        Some(value) => value.split('"').next().map(unescape),
        None => (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(String::new),
    })
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The endpoint that answers this.
fn endpoint(method: &str, path: &str) -> Option<&'static Endpoint> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // A fixed path goes before one with an id, as in the router.
    let exact = ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.path == path);
    let by_id = ID.replace(path, "{id}");
    exact.or_else(|| ENDPOINTS.iter().find(|endpoint| endpoint.method == method && endpoint.path == by_id))
}

fn may(visitor: Visitor, needs: AccessRule) -> bool {
    match needs {
        AccessRule::Permission(verb, entity) => allows(visitor.role, verb, entity),
        AccessRule::PlatformAdmin => visitor.is_platform_admin,
        AccessRule::AnonymousOnly => false,
        AccessRule::Public | AccessRule::Account | AccessRule::SignIn => true,
    }
}

/// Addresses of one kind differ in ids, numbers and words, and not in path, tab, view or the first of their filters. With every set of
/// filters that links can switch there would be thousands of kinds.
fn kind(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut names: Vec<&str> = query
        .split('&')
        .map(|pair| if pair.starts_with("tab=") || pair.starts_with("view=") { pair } else { pair.split('=').next().unwrap() })
        .collect();
    // What is kept with its value comes first.
    names.sort_unstable_by_key(|name| (!name.contains('='), *name));
    names.dedup();
    names.truncate(FILTERS_OF_A_KIND);
    format!("{}?{}", ID.replace_all(path, "{id}"), names.join("&"))
}

/// The address that a link of a page leads to, if it is one of ours.
fn resolve(page: &str, link: &str) -> Option<String> {
    let link = unescape(link);
    let link = link.split('#').next().unwrap_or_default();
    match link.chars().next()? {
        '/' => Some(link.to_owned()),
        '?' => Some(format!("{}{link}", page.split('?').next().unwrap_or_default())),
        _ => None,
    }
}

/// The fields of a form as the browser would send it by its first button.
fn fields(form: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for input in INPUT.captures_iter(form) {
        let (tag, typed) = (&input[1], attribute(&input[1], "type").unwrap_or_default());
        let unchecked = matches!(typed.as_str(), "checkbox" | "radio") && attribute(tag, "checked").is_none();
        if let Some(name) = attribute(tag, "name").filter(|_| !unchecked && attribute(tag, "disabled").is_none()) {
            fields.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for area in TEXT_AREA.captures_iter(form) {
        fields.extend(attribute(&area[1], "name").map(|name| (name, unescape(&area[2]))));
    }
    for select in SELECT.captures_iter(form) {
        let options: Vec<&str> = OPTION.captures_iter(&select[2]).map(|option| option.get(1).unwrap().as_str()).collect();
        let selected = options.iter().find(|option| attribute(option, "selected").is_some()).or_else(|| options.first());
        let value = selected.and_then(|option| attribute(option, "value")).unwrap_or_default();
        fields.extend(attribute(&select[1], "name").map(|name| (name, value)));
    }
    let button = BUTTON.captures_iter(form).find(|button| attribute(&button[1], "type").is_none_or(|kind| kind == "submit"));
    if let Some(button) = button {
        fields.extend(attribute(&button[1], "name").map(|name| (name, attribute(&button[1], "value").unwrap_or_default())));
    }
    fields
}

/// The forms of a page, with their methods. A button that sends its form elsewhere makes a form of its own.
fn forms(page: &str, body: &str) -> Vec<(String, Form)> {
    let mut found = Vec::new();
    for form in FORM.captures_iter(body) {
        let method = attribute(&form[1], "method").unwrap_or_else(|| "get".to_owned());
        if method == "dialog" {
            continue;
        }
        let (fields, function) = (fields(&form[2]), attribute(&form[1], "data-function"));
        let Some(action) = attribute(&form[1], "action") else {
            // Buttons elsewhere on the page send it, each to its own address.
            let id = attribute(&form[1], "id").unwrap_or_default();
            let of_form = BUTTON.captures_iter(body).filter(|button| attribute(&button[1], "form").is_some_and(|of| of == id));
            found.extend(of_form.map(|button| {
                let (action, function) = (attribute(&button[1], "formaction").unwrap(), attribute(&button[1], "data-function"));
                let own = attribute(&button[1], "name").zip(attribute(&button[1], "value"));
                let fields = fields.iter().cloned().chain(own).collect();
                (method.to_uppercase(), Form { page: page.to_owned(), action, function, fields })
            }));
            continue;
        };
        for button in BUTTON.captures_iter(&form[2]) {
            if let Some(action) = attribute(&button[1], "formaction") {
                let method = attribute(&button[1], "formmethod").unwrap_or_else(|| method.clone());
                found.push((method.to_uppercase(), Form { page: page.to_owned(), action, function: None, fields: fields.clone() }));
            }
        }
        found.push((method.to_uppercase(), Form { page: page.to_owned(), action, function, fields }));
    }
    found
}

/// Opens every page that links lead to, from the first one on.
async fn crawl(browser: &Browser, visitor: Visitor) -> Found {
    let mut found = Found::default();
    let (mut queue, mut opened) = (VecDeque::from([("the start".to_owned(), "/".to_owned())]), HashMap::<String, BTreeSet<String>>::new());
    while let Some((from, address)) = queue.pop_front() {
        let kind = kind(&address);
        let most = if kind.contains("{id}") { RECORDS_OF_A_KIND } else { 1 };
        let of_this_kind = opened.entry(kind).or_default();
        if of_this_kind.len() >= most || !of_this_kind.insert(address.clone()) {
            continue;
        }
        let Some(endpoint) = endpoint("GET", &address) else {
            found.faults.push(format!("{from} links to {address}, which is not listed"));
            continue;
        };
        let answer = browser.get(&address).await;
        found.pages.insert(endpoint.path);
        // Who has a session is led on from the page of those who have none.
        let led_on = endpoint.needs == AccessRule::AnonymousOnly && answer.status == 303;
        if !led_on && (!may(visitor, endpoint.needs) || !matches!(answer.status, 200 | 303)) {
            found.faults.push(format!("{from} links to {address}, which answers {}", answer.status));
            continue;
        }
        queue.extend(answer.location().and_then(|to| resolve(&address, to)).map(|to| (address.clone(), to)));
        queue.extend(LINK.captures_iter(&answer.body).filter_map(|link| resolve(&address, &link[1])).map(|to| (address.clone(), to)));
        look_at_forms(&mut found, visitor, &address, &answer);
    }
    found
}

fn look_at_forms(found: &mut Found, visitor: Visitor, page: &str, answer: &Answer) {
    for (method, form) in forms(page, &answer.body) {
        let functions = form.function.iter().map(|path| ("POST", path.as_str()));
        for (method, path) in std::iter::once((method.as_str(), form.action.as_str())).chain(functions) {
            match endpoint(method, path) {
                None => found.faults.push(format!("{page} has a form to {method} {path}, which is not listed")),
                Some(endpoint) if !may(visitor, endpoint.needs) => {
                    found.faults.push(format!("{page} has a form to {path}, not for {visitor:?}"))
                }
                Some(_) => {}
            }
        }
        if method == "POST" {
            found.forms.push(form);
        } else if let Some(endpoint) = endpoint(&method, &form.action) {
            found.pages.insert(endpoint.path);
        }
    }
}

/// Sends each form as its page shows it. It may be incomplete, or its record gone by an earlier one; it may not be refused.
async fn send_forms(browser: &Browser, visitor: Visitor, found: &mut Found) {
    let mut sent: HashMap<String, usize> = HashMap::new();
    for form in std::mem::take(&mut found.forms) {
        let Some(endpoint) = endpoint("POST", &form.action) else { continue };
        let times = sent.entry(kind(&form.action)).or_default();
        if NOT_SENT.contains(&endpoint.path) || *times == RECORDS_OF_A_KIND {
            continue;
        }
        *times += 1;
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = browser.post(&form.action, &fields).await;
        let signed_out = answer.location().is_some_and(|to| to.starts_with("/login"));
        if signed_out || !matches!(answer.status, 200 | 303 | 404 | 409 | 422) {
            found.faults.push(format!("{visitor:?}: the form of {} to {} answers {}: {fields:?}", form.page, form.action, answer.status));
        }
    }
}

on_both_databases! {
    async fn whatever_a_page_offers_is_listed_and_allowed(db: TestDb) {
        let site = Site::on(&db).await;
        db.store.seed_demo(Password::parse_new(PASSWORD).unwrap(), domain::demo_data::DemoLanguage::Vietnamese).await.unwrap();
        let to = "SET email = 'demo@example.com', email_key = 'demo@example.com'";
        db.raw().await.run(&format!("UPDATE users {to} WHERE email = '{DEMO_EMAIL}'")).await.unwrap();
        let owner = site.browser();
        assert_eq!(owner.post("/login", &[("email", "demo@example.com"), ("password", PASSWORD), ("next", "")]).await.status, 303);
        let mut visitors = Vec::new();
        for role in [Role::Viewer, Role::Member, Role::Admin] {
            let browser = site.joined(&db, role.slug(), "demo", role).await;
            visitors.push((Visitor { role, is_platform_admin: role == Role::Admin }, browser));
        }
        visitors.push((Visitor { role: Role::Owner, is_platform_admin: true }, owner));
        db.raw().await.run("UPDATE users SET is_platform_admin = (email IN ('admin@example.com', 'demo@example.com'))").await.unwrap();
        let owner = &visitors[3].1;
        let elsewhere = site.browser();
        assert_eq!(elsewhere.post("/login", &[("email", "demo@example.com"), ("password", PASSWORD), ("next", "")]).await.status, 303);
        // What has pages of its own: an invitation, an export, a task that repeats, a bulk change, records in the bin, and records that a member owns.
        assert_eq!(owner.post("/settings/members/invite", &[("email", "moi@example.org"), ("role", "viewer")]).await.status, 303);
        assert_eq!(owner.post("/audit/export", &[]).await.status, 303);
        // Due before all others, so that it is among those which are opened.
        let repeating = [("title", "Lặp lại"), ("due_on", "2020-01-01"), ("repeat", "weeks")];
        assert_eq!(owner.post("/tasks/new", &repeating).await.status, 303);
        for name in ["Trong thùng rác", "Của Hưng"] {
            let made = visitors[1].1.post("/companies/new", &[("name", name), ("status", "lead")]).await;
            let company = made.location().unwrap().to_owned();
            if name == "Trong thùng rác" {
                assert_eq!(owner.post(&format!("{company}/delete"), &[("version", "1")]).await.status, 303);
            } else {
                let record = format!("{}.1", company.trim_start_matches("/companies/"));
                let change = [("kind", "companies"), ("selected", record.as_str()), ("action", "status:active"), ("list", "")];
                assert_eq!(owner.post("/bulk-changes", &change).await.status, 303);
            }
        }
        let mut all = Vec::new();
        for switches in [&[][..], &["owners_only_edit"], &["owners_only_edit", "lock_activities"]] {
            let version = db.raw().await.number("SELECT CAST(MAX(version) AS bigint) FROM workspaces").await.to_string();
            let fields: Vec<_> = switches.iter().map(|switch| (*switch, "on")).chain([("version", version.as_str())]).collect();
            assert_eq!(visitors[3].1.post("/settings/workspace", &fields).await.status, 303);
            for (visitor, browser) in &visitors {
                let found = crawl(browser, *visitor).await;
                assert!(found.faults.is_empty(), "{visitor:?} with {switches:?}: {:#?}", found.faults);
                all.push((*visitor, browser, found));
            }
        }
        let reached = &all[3].2.pages;
        let unreached: Vec<&str> = ENDPOINTS
            .iter()
            .filter(|endpoint| endpoint.method == "GET" && !reached.contains(endpoint.path) && !WITHOUT_A_LINK.contains(&endpoint.path))
            .map(|endpoint| endpoint.path)
            .collect();
        assert!(unreached.is_empty(), "an owner finds no link to {unreached:?}");
        // Under both switches.
        for (visitor, browser, mut found) in all.into_iter().skip(8) {
            send_forms(browser, visitor, &mut found).await;
            assert!(found.faults.is_empty(), "{:#?}", found.faults);
        }
    }
}
