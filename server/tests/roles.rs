//! What each role gets at each endpoint is what the access table says, and a refusal writes nothing (threats B2, B3).

mod common;

use common::{Answer, Browser, Site, TestDb, send};
use domain::access::{ENDPOINTS, Endpoint, Needs, Role, allows};
use reqwest::Method;

/// A right request for each endpoint, so that only the role can stand in its way.
async fn ask(browser: &Browser, endpoint: &Endpoint, [company, contact, deal, tag, activity]: [&str; 5]) -> Answer {
    let id = match endpoint.path {
        path if path.starts_with("/companies") => company,
        path if path.starts_with("/contacts") => contact,
        path if path.starts_with("/settings/tags") => tag,
        path if path.starts_with("/activities") => activity,
        _ => deal,
    };
    let path = endpoint.path.replace("{id}", id);
    let function = async |body: String| {
        let request = browser.request(Method::POST, &path).header("sec-fetch-site", "same-origin");
        send(request.header("content-type", "application/json").body(body)).await
    };
    let fields: &[(&str, &str)] = match endpoint.path {
        "/deals/column" => return browser.get("/deals/column?column=proposal").await,
        "/deals/news" => return browser.get("/deals/news?since=0").await,
        _ if endpoint.method == "GET" => return browser.get(&path).await,
        "/fn/deals/move" => {
            let body = format!(r#"{{"movement":{{"deal_id":"{deal}","version":1,"stage":"proposal","place":"top","lost_reason":null}}}}"#);
            return function(body).await;
        }
        "/deals/bulk" => &[("deal", &format!("{deal}.1")), ("action", "stage:negotiation")],
        "/settings/tags/new" => &[("name", "Made"), ("color", "#16a34a")],
        "/settings/tags/{id}/edit" => &[("name", "Own tag"), ("color", "#0284c7"), ("version", "1")],
        "/settings/tags/{id}/merge" => &[("into", company), ("version", "1")],
        "/fn/activities/log" => {
            let body = r#"{"entry":{"form_key":"","kind":"call","subject":"X","whom":"","deal_id":""}}"#;
            return function(body.to_owned()).await;
        }
        path if path.starts_with("/fn/") => return function(r#"{"q":""}"#.to_owned()).await,
        "/settings/workspace" => &[("version", "1")],
        path if path.ends_with("/notes") => &[("body", "X")],
        path if path.ends_with("/restore") => &[],
        "/contacts/new" | "/contacts/{id}/edit" => &[("name", "X"), ("version", "1")],
        path if path.starts_with("/companies") && !path.ends_with("/delete") => &[("name", "X"), ("status", "lead"), ("version", "1")],
        path if path.ends_with("/delete") => &[("version", "1")],
        path if path.starts_with("/activities") => &[("type", "call"), ("subject", "X"), ("version", "1")],
        path if path.ends_with("/move") => &[("stage", "negotiation"), ("place", "top"), ("version", "1")],
        _ => &[("name", "X"), ("value", "1"), ("stage", "proposal"), ("company_id", company), ("version", "1")],
    };
    browser.post(&path, fields).await
}

both! {
    async fn the_table_is_what_happens(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let made = browser.post("/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
        let company = made.location().unwrap_or_default().trim_start_matches("/companies/").to_owned();
        let made = browser.post("/deals/new", &[("name", "Deal"), ("value", "1"), ("stage", "proposal"), ("company_id", &company)]).await;
        let deal = made.location().unwrap_or_default().trim_start_matches("/deals/").to_owned();
        let made = browser.post("/contacts/new", &[("name", "Cty Đức")]).await;
        let contact = made.location().unwrap_or_default().trim_start_matches("/contacts/").to_owned();
        assert_eq!(browser.post("/settings/tags/new", &[("name", "Own tag"), ("color", "#16a34a")]).await.status, 303);
        let made = browser.post("/activities/new", &[("type", "call"), ("subject", "Talk"), ("company_id", &company)]).await;
        let activity = made.location().unwrap_or_default().trim_start_matches("/activities/").to_owned();
        let raw = db.raw().await;
        let tags: Vec<uuid::Uuid> = raw.column("SELECT id FROM tags").await;
        let tag = tags[0].to_string();
        for role in Role::ALL {
            raw.run(&format!("UPDATE memberships SET role = '{}'", role.slug())).await.expect("the role is changed");
            for endpoint in ENDPOINTS {
                let Needs::May(verb, entity) = endpoint.needs else { continue };
                let before = raw.number("SELECT COUNT(*) FROM audit_log").await;
                let answer = ask(&browser, endpoint, [&company, &contact, &deal, &tag, &activity]).await;
                let what = format!("{role:?} {} {}", endpoint.method, endpoint.path);
                if allows(role, verb, entity) {
                    // Members' writes change the records: a later one may find an older version, or the record gone.
                    assert!(matches!(answer.status, 200 | 303 | 404 | 409), "{what}: {}", answer.status);
                } else {
                    assert_eq!(answer.status, 403, "{what}");
                    assert_eq!(raw.number("SELECT COUNT(*) FROM audit_log").await, before, "{what} wrote");
                    assert!(!answer.body.contains("Cty") && !answer.body.contains("Deal\""), "{what}: {}", answer.body);
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
        db.raw().await.run("UPDATE memberships SET role = 'viewer'").await.expect("the role is changed");
        for path in [company.as_str(), "/companies", "/deals", "/activities", "/settings/tags", "/settings/bin"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            let offered = ["/companies/new", "/deals/new", "/move\"", "/merge\"", "/tags/new", "/activities/new", "/settings/workspace"];
            for offered in ["/edit\"", "/delete\"", "/restore\""].into_iter().chain(offered) {
                assert!(!page.body.contains(offered), "{path} offers {offered}");
            }
        }
    }
}
