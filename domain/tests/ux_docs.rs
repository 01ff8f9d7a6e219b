//! Holds `docs/ux/*.md` to the access table: each file is printed from it. After a change of the table,
//! `UPDATE_DOCS=1 cargo test -p domain --test ux_docs` writes them anew.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use domain::access::{AccessRule, ENDPOINTS, Endpoint, Entity, Role, Verb, allows, platform_admin_sees};
use std::{env, fmt::Write, fs, path::PathBuf};

const FROM: &str =
    "Printed from `domain/src/access.rs`; a test compares. Change the table, then run `UPDATE_DOCS=1 cargo test -p domain --test ux_docs`.";

fn hold(file: &str, title: &str, body: String) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/ux").join(file);
    let printed = format!("# {title}\n\n{FROM}\n\n{body}");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &printed).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), printed, "{file} is not what the access table says");
}

fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for row in rows {
        writeln!(text, "| {} |", row.join(" | ")).unwrap();
    }
    text
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "read",
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

fn needs(endpoint: &Endpoint) -> String {
    match endpoint.needs {
        AccessRule::Public => "nothing".to_owned(),
        AccessRule::AnonymousOnly => "nobody signed in".to_owned(),
        AccessRule::Account => "a session, in a workspace or not".to_owned(),
        AccessRule::SignIn => "a session".to_owned(),
        AccessRule::Permission(what, entity) => format!("{} {}", verb(what), entity.noun()),
        AccessRule::PlatformAdmin => "platform admin".to_owned(),
    }
}

fn roles(endpoint: &Endpoint) -> String {
    let who =
        |what, entity| Role::ALL.into_iter().filter(|role| allows(*role, what, entity)).map(Role::slug).collect::<Vec<_>>().join(", ");
    match endpoint.needs {
        AccessRule::Public => "anybody".to_owned(),
        AccessRule::AnonymousOnly => "anonymous only".to_owned(),
        AccessRule::Account => format!("{}, users without a workspace", Role::ALL.map(Role::slug).join(", ")),
        AccessRule::SignIn => Role::ALL.map(Role::slug).join(", "),
        AccessRule::Permission(what, entity) => who(what, entity),
        AccessRule::PlatformAdmin => "platform admins".to_owned(),
    }
}

fn yes(allowed: bool) -> String {
    if allowed { "yes" } else { "-" }.to_owned()
}

#[test]
fn routes() {
    let rows = ENDPOINTS.iter().map(|endpoint| vec![endpoint.method.to_owned(), format!("`{}`", endpoint.path), needs(endpoint)]);
    hold("routes.md", "Routes", table(&["Method", "Path", "Needs"], rows));
}

#[test]
fn access_control_matrix() {
    let rows = Entity::ALL.into_iter().flat_map(|entity| {
        Verb::ALL.into_iter().map(move |what| {
            let mut row = vec![entity.noun().to_owned(), verb(what).to_owned()];
            row.extend(Role::ALL.map(|role| yes(allows(role, what, entity))));
            row
        })
    });
    let mut body = table(&["Record", "Verb", "Viewer", "Member", "Admin", "Owner"], rows);
    body.push_str("\nWith the workspace's switch \"Only owners edit their records\", a member updates and deletes only records they own; admins and owners are not bound by it.\n");
    hold("access-control-matrix.md", "Access control", body);
}

#[test]
fn screen_permission_mapping() {
    let screens = ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET" && !endpoint.path.ends_with('z'));
    let rows = screens.map(|endpoint| vec![format!("`{}`", endpoint.path), needs(endpoint), roles(endpoint)]);
    let mut body = table(&["Screen", "Permission", "Who sees it"], rows);
    body.push_str("\nA button shows only to those who may use what it leads to.\n");
    hold("screen-permission-mapping.md", "Screens and permissions", body);
}

#[test]
fn data_visibility_matrix() {
    let rows = Entity::ALL.into_iter().map(|entity| {
        let mut row = vec![entity.noun().to_owned()];
        let seen = if entity == Entity::Account { "their own" } else { "all of the workspace" };
        row.extend(Role::ALL.map(|role| if allows(role, Verb::Read, entity) { seen } else { "-" }.to_owned()));
        row.push("does not exist (404)".to_owned());
        row.push(platform_admin_sees(entity).unwrap_or("-").to_owned());
        row
    });
    let mut body = table(&["Record", "Viewer", "Member", "Admin", "Owner", "Another workspace", "Platform admin, under `/admin`"], rows);
    body.push_str("\nA platform admin opens no workspace that they are not a member of: administering the install shows that it exists and how large it is, and no record of it. The content of a mail, and whom it goes to, is shown to nobody.\n");
    hold("data-visibility-matrix.md", "Who sees which records", body);
}

#[test]
fn api_exposure_matrix() {
    let functions = ENDPOINTS.iter().filter(|endpoint| endpoint.path.starts_with("/fn/") || endpoint.path.starts_with("/api/"));
    let rows = functions.map(|endpoint| vec![endpoint.method.to_owned(), format!("`{}`", endpoint.path), needs(endpoint), roles(endpoint)]);
    let mut body = table(&["Method", "Path", "Permission", "Who may call it"], rows);
    body.push_str("\nPaths under `/fn` serve the pages' own islands and may change with them; they refuse requests from other sites.\n");
    hold("api-exposure-matrix.md", "What programs may call", body);
}
