//! A second primary decision-maker, or one who changes company: the form comes back with the choice, with and without a script.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Raw, Site, TestDb};
use serde_json::json;

async fn company(browser: &Browser, name: &str) -> String {
    let made = browser.post("/companies/new", &[("name", name), ("status", "lead")]).await;
    made.location().unwrap().trim_start_matches("/companies/").to_owned()
}

/// The values of the answers that a page offers, with their labels.
fn answers(page: &str) -> Vec<(String, String)> {
    let answer = |input: &str| {
        let (value, rest) = input.split_once('"').unwrap();
        let label = rest.split_once("break-words\">").unwrap().1.split_once('<').unwrap().0;
        (value.to_owned(), label.to_owned())
    };
    page.split("name=\"primary_choice\" value=\"").skip(1).map(answer).collect()
}

async fn primaries(raw: &Raw) -> Vec<String> {
    raw.column("SELECT name FROM contacts WHERE authority_level = 'primary' ORDER BY name").await
}

on_both_databases! {
    async fn a_second_primary_comes_back_with_a_choice(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let raw = db.raw().await;
        let here = company(&hung, "Ánh Dương").await;
        let primary = |name| [("name", name), ("company_id", here.as_str()), ("authority_level", "primary")];
        let first = hung.post("/contacts/new", &primary("Đức")).await;
        let first = first.location().unwrap().to_owned();

        let called = hung.call("/fn/contacts/create", &json!({ "form": { "name": "Lan", "company_id": here, "authority_level": "primary" } })).await;
        assert_eq!((called.status, called.body.as_str()), (409, "\"Conflict\""), "the script then sends the form itself");
        let asked = hung.post("/contacts/new", &primary("Lan")).await;
        assert_eq!((asked.status, asked.location()), (303, Some("/contacts/new")));
        let page = hung.get("/contacts/new").await.body;
        assert!(page.contains(&format!("href=\"{first}\"")) && page.contains(">Đức</a>") && page.contains("already."), "{page}");
        assert!(page.contains("value=\"Lan\""), "what was typed is there");
        let offered = answers(&page);
        assert_eq!(offered.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>(), ["Make Đức secondary", "Keep both as primary"]);
        assert_eq!(primaries(&raw).await, ["Đức"], "nothing is saved");

        let mut fields = primary("Lan").to_vec();
        fields.push(("primary_choice", &offered[0].0));
        let saved = hung.post("/contacts/new", &fields).await;
        assert!(saved.location().unwrap().starts_with("/contacts/0"), "{saved:?}");
        assert_eq!(primaries(&raw).await, ["Lan"]);

        // The answer was about Đức: it answers nothing about Lan.
        fields[0].1 = "Minh";
        assert_eq!(hung.post("/contacts/new", &fields).await.location(), Some("/contacts/new"));
        let offered = answers(&hung.get("/contacts/new").await.body);
        assert_eq!(offered[0].1, "Make Lan secondary");
        let form = json!({ "name": "Minh", "company_id": here, "authority_level": "primary", "primary_choice": offered[1].0 });
        assert_eq!(hung.call("/fn/contacts/create", &json!({ "form": form })).await.status, 200);
        assert_eq!(primaries(&raw).await, ["Lan", "Minh"]);
    }

    async fn a_primary_who_changes_company_comes_back_with_a_choice(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let raw = db.raw().await;
        let (old, new) = (company(&hung, "Ánh Dương").await, company(&hung, "Bình Minh").await);
        let made = hung.post("/contacts/new", &[("name", "Đức"), ("company_id", &old), ("authority_level", "primary")]).await;
        let edit = format!("{}/edit", made.location().unwrap());
        let moved = [("name", "Đức"), ("company_id", new.as_str()), ("authority_level", "primary"), ("version", "1")];
        assert_eq!(hung.post(&edit, &moved).await.location(), Some(edit.as_str()));
        let page = hung.get(&edit).await.body;
        let labels: Vec<String> = answers(&page).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["Primary at Bình Minh", "No longer primary"]);

        hung.post("/contacts/new", &[("name", "Lan"), ("company_id", &new), ("authority_level", "primary")]).await;
        let page = hung.get(&edit).await.body;
        let labels: Vec<String> = answers(&page).iter().map(|(_, label)| label.clone()).collect();
        assert_eq!(labels, ["Make Lan secondary", "Keep both as primary", "No longer primary"], "both facts, as they are now");
        assert!(page.contains("comes to ") && page.contains(">Lan</a>"), "{page}");
        let mut fields = moved.to_vec();
        let offered = answers(&page);
        fields.push(("primary_choice", &offered[2].0));
        assert!(hung.post(&edit, &fields).await.location().is_some_and(|to| !to.ends_with("/edit")));
        assert_eq!(primaries(&raw).await, ["Lan"]);
    }
}
