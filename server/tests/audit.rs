//! Every change is in the audit log with the address it came from, whichever door it took: form, registration, function.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Site, TestDb};
use serde_json::json;

on_both_databases! {
    async fn each_change_names_its_address(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let made = browser.post("/companies/new", &[("name", "Cty"), ("status", "lead")]).await;
        let company = made.location().unwrap().trim_start_matches("/companies/").to_owned();
        let made = browser.post("/deals/new", &[("name", "Deal"), ("stage", "proposal"), ("company_id", &company)]).await;
        let deal = made.location().unwrap().trim_start_matches("/deals/").to_owned();
        let arguments = json!({ "id": deal, "form": { "version": "1", "stage": "negotiation", "place": "top" } });
        assert_eq!(browser.call("/fn/deals/move", &arguments).await.status, 200);
        let raw = db.raw().await;
        let addresses: Vec<Option<String>> = raw.column("SELECT ip_address FROM audit_log ORDER BY seq").await;
        assert!(addresses.len() >= 4, "{addresses:?}");
        assert!(addresses.iter().all(|address| address.as_deref() == Some("127.0.0.1")), "{addresses:?}");
    }
}
