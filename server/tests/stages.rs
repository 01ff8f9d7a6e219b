//! Stages of one's own over HTTP: who may, what a workspace begins with, and what becomes of addresses that name a stage.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use serde_json::json;

/// The path of the settings of a stage.
async fn path_of(browser: &Browser, slug: &str) -> String {
    let page = browser.get("/settings/stages").await.body;
    let item = page.split(&format!("data-stage=\"{slug}\"")).nth(1).unwrap();
    item.split('"').find(|part| part.ends_with("/move")).unwrap().trim_end_matches("/move").to_owned()
}

async fn has_stage(browser: &Browser, slug: &str) -> bool {
    browser.get("/settings/stages").await.body.contains(&format!("data-stage=\"{slug}\""))
}

async fn add_deal(browser: &Browser, stage: &str) -> String {
    let company = browser.post("/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
    let company = company.location().unwrap().rsplit('/').next().unwrap().to_owned();
    let deal = browser.post("/deals/new", &[("name", "Xe"), ("value", "1"), ("stage", stage), ("company_id", &company)]).await;
    assert_eq!(deal.status, 303);
    deal.location().unwrap().to_owned()
}

on_both_databases! {
    async fn a_workspace_without_deals_begins_with_other_stages_by_both_doors(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        assert_eq!(hung.post("/settings/stages", &[("stages", "leads")]).await.location(), Some("/settings/stages"));
        assert!(has_stage(&hung, "qualified").await && !has_stage(&hung, "prospecting").await);
        let called = hung.call("/fn/stages/replace", &json!({ "form": { "stages": "sales" } })).await;
        assert_eq!(called.status, 200, "{}", called.body);
        assert!(has_stage(&hung, "prospecting").await);
        add_deal(&hung, "proposal").await;
        let called = hung.call("/fn/stages/replace", &json!({ "form": { "stages": "leads" } })).await;
        assert_eq!(called.status, 422);
        assert!(called.body.contains("There are deals by now"));
        // The form comes back with its message, once.
        let refused = hung.post("/settings/stages", &[("stages", "leads")]).await;
        assert_eq!(refused.status, 303);
        assert!(hung.get("/settings/stages").await.body.contains("There are deals by now"));
        assert!(!hung.get("/settings/stages").await.body.contains("There are deals by now"));
    }

    async fn a_new_workspace_chooses_its_stages(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        assert_eq!(hung.post("/workspaces/new", &[("name", "Second"), ("stages", "leads")]).await.status, 303);
        assert!(has_stage(&hung, "qualified").await);
        let refused = hung.call("/fn/workspaces/create", &json!({ "form": { "name": "Third", "stages": "x" } })).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Choose the stages to begin with"));
    }

    async fn addresses_of_a_removed_stage_say_so_and_show_nothing(db: TestDb) {
        let site = Site::on(&db).await;
        let hung = site.registered("hung").await;
        let deal = add_deal(&hung, "proposal").await;
        let state = [("name", "Đề xuất"), ("list", "deals"), ("state", "view=list&stage=proposal")];
        let view = hung.post("/views/new", &state).await.location().unwrap().to_owned();
        let removed = path_of(&hung, "proposal").await;
        assert_eq!(hung.get(&format!("{removed}/remove")).await.status, 200);
        let form = [("to", "closed-lost:lost"), ("count", "1"), ("lost_reason", "Giá cao"), ("version", "1")];
        assert_eq!(hung.post(&format!("{removed}/remove"), &form).await.location(), Some("/settings/stages"));
        for page in ["edit", "remove"] {
            assert_eq!(hung.get(&format!("{removed}/{page}")).await.status, 404);
        }
        for address in [view.as_str(), "/deals?view=list&stage=proposal"] {
            let page = hung.get(address).await;
            assert_eq!(page.status, 200, "{address}");
            assert!(page.body.contains("A stage"), "{address}: {}", page.body);
            assert!(!page.body.contains(&deal), "{address}");
        }
        assert_eq!(hung.get("/deals/column?column=proposal").await.status, 404);
        // A form that was open says what to do.
        let late = hung.call("/fn/deals/move", &json!({ "id": deal.rsplit('/').next().unwrap(), "form": { "stage": "proposal", "place": "top", "version": "2" } })).await;
        assert_eq!(late.status, 422);
        assert!(late.body.contains("Choose a stage"));
        assert!(hung.get(&deal).await.body.contains("Giá cao"));
    }
}
