//! What each role gets at each endpoint is what the access table says, and a refusal writes nothing (threats B2, B3).

mod common;

use common::{Answer, Browser, Records, Site, TestDb, arguments};
use domain::access::{AccessRule, ENDPOINTS, Endpoint, Role, allows};
use serde_json::json;

/// A right request for each endpoint, so that only the role can stand in its way.
async fn ask(browser: &Browser, endpoint: &Endpoint, records: &Records, other: &Records) -> Answer {
    if endpoint.method == "GET" {
        let query = match endpoint.path {
            "/deals/column" => "?column=proposal",
            "/deals/news" => "?since=0",
            "/bulk-changes/new" => "?kind=companies&scope=matching&action=delete",
            "/views/new" => "?list=companies",
            _ => "",
        };
        return browser.get(&format!("{}{query}", endpoint.path.replace("{id}", records.id(endpoint.path)))).await;
    }
    let actions = app::routes().actions;
    let Some(action) = actions.iter().find(|action| endpoint.path == action.form || endpoint.path == action.function) else {
        return browser.call(endpoint.path, &json!({ "q": "" })).await;
    };
    let (id, mut fields) = (records.id(action.form), records.fields(action.form, other));
    if action.form == "/settings/workspace/leave" {
        // Whoever left is asked for nothing more: the records go to somebody who isn't there.
        fields[0].1 = other.workspace.clone();
    }
    if endpoint.path == action.form {
        browser.submit(action, id, &fields).await
    } else {
        browser.call(action.function, &arguments(action, id, &fields)).await
    }
}

on_both_databases! {
    async fn the_table_is_what_happens(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let (records, other) = (Records::create(&db, &browser).await, Records::create(&db, &browser).await);
        let raw = db.raw().await;
        // By id: one of the requests changes the address.
        let users: Vec<uuid::Uuid> = raw.column("SELECT id FROM users WHERE email = 'hung@example.com'").await;
        let of_user = format!("WHERE user_id = {}", raw.id(users[0]));
        for role in Role::ALL {
            raw.run(&format!("UPDATE memberships SET role = '{}' {of_user}", role.slug())).await.expect("the role is changed");
            for endpoint in ENDPOINTS {
                let AccessRule::Permission(verb, entity) = endpoint.needs else { continue };
                let before = raw.number("SELECT COUNT(*) FROM audit_log").await;
                let answer = ask(&browser, endpoint, &records, &other).await;
                let what = format!("{role:?} {} {}", endpoint.method, endpoint.path);
                if allows(role, verb, entity) {
                    // Earlier writes change the records: a later one may find an older version, the record gone, or its name in use.
                    assert!(matches!(answer.status, 200 | 303 | 404 | 409 | 422), "{what}: {}", answer.status);
                } else {
                    assert_eq!(answer.status, 403, "{what}");
                    assert_eq!(raw.number("SELECT COUNT(*) FROM audit_log").await, before, "{what} wrote");
                    assert!(!answer.body.contains("Own"), "{what}: {}", answer.body);
                }
            }
        }
    }

    async fn a_viewer_is_offered_nothing_to_change(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let made = browser.post("/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
        let company = made.location().unwrap_or_default().to_owned();
        assert_eq!(browser.post("/settings/tags/new", &[("name", "Tag"), ("color", "#16a34a")]).await.status, 303);
        let page = browser.get(&company).await;
        assert!(page.body.contains(&format!("{company}/edit")), "an owner edits");
        let gone = browser.post("/companies/new", &[("name", "Gone"), ("status", "lead")]).await;
        let gone = gone.location().unwrap_or_default().to_owned();
        assert_eq!(browser.post(&format!("{gone}/delete"), &[("version", "1")]).await.status, 303);
        let bin = browser.get("/settings/bin").await;
        assert!(bin.body.contains(&format!("{gone}/restore\"")), "an owner restores");
        let archived = browser.post("/companies/new", &[("name", "Archived"), ("status", "lead")]).await;
        let archived = archived.location().unwrap_or_default().to_owned();
        assert_eq!(browser.post(&format!("{archived}/archive"), &[("reason", "Closed"), ("version", "1")]).await.status, 303);
        let page = browser.get(&archived).await;
        assert!(page.body.contains(&format!("{archived}/bring-back\"")), "an owner brings it back");
        db.raw().await.run("UPDATE memberships SET role = 'viewer'").await.expect("the role is changed");
        for path in [company.as_str(), &archived, "/companies", "/companies?archived=any", "/deals", "/deals?view=list", "/activities", "/settings/tags", "/settings/bin"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            let offered = ["/companies/new", "/deals/new", "/move\"", "/merge\"", "/tags/new", "/activities/new", "/settings/workspace", "/bulk-changes"];
            for offered in ["/edit\"", "/delete\"", "/restore\"", "/archive\"", "/bring-back\""].into_iter().chain(offered) {
                assert!(!page.body.contains(offered), "{path} offers {offered}");
            }
        }
    }
}
