//! Members over HTTP: a change counts from the next request on, open event streams included (A10).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb, place_of};
use domain::access::Role;
use reqwest::{Method, Response};
use std::time::Duration;
use tokio::time::timeout;

/// Longer than anything here takes, and shorter than the heartbeat that also ends a stream.
const WAIT_TIMEOUT: Duration = Duration::from_secs(10);

async fn stream(browser: &Browser) -> Response {
    let mut response = browser.request(Method::GET, "/events/board").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(timeout(WAIT_TIMEOUT, response.chunk()).await.unwrap().unwrap().is_some(), "the first event");
    response
}

/// Whether the server ends the stream before its next heartbeat.
async fn ends(mut stream: Response) -> bool {
    timeout(WAIT_TIMEOUT, async { while stream.chunk().await.unwrap().is_some() {} }).await.is_ok()
}

on_both_databases! {
    async fn a_removed_member_is_out_at_once(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let (id, _) = place_of(&member).await;
        let made = member.post("/companies/new", &[("name", "Of Lan"), ("status", "lead")]).await;
        let company = made.location().unwrap().to_owned();
        let events = stream(&member).await;
        let page = owner.get(&format!("/settings/members/{id}/remove")).await.body;
        assert!(page.contains("Who owns the records from now on"), "{page}");
        let unsaid = owner.post(&format!("/settings/members/{id}/remove"), &[("records_to", "")]).await;
        assert_eq!(unsaid.location(), Some(format!("/settings/members/{id}/remove").as_str()));
        assert_eq!(member.get(&company).await.status, 200, "nothing yet");
        let (heir, _) = place_of(&owner).await;
        let removed = owner.post(&format!("/settings/members/{id}/remove"), &[("records_to", &heir)]).await;
        assert_eq!(removed.location(), Some("/settings/members"), "{}", removed.body);
        assert!(ends(events).await, "the open stream as well");
        for path in [company.as_str(), "/companies", "/deals", "/events/board", "/settings/members"] {
            assert_eq!(member.get(path).await.location(), Some("/workspaces"), "{path}");
        }
        assert_eq!(member.post("/companies/new", &[("name", "Late"), ("status", "lead")]).await.status, 403);
        assert_eq!(member.call("/fn/companies/search", &serde_json::json!({ "q": "" })).await.status, 409, "the script asks for the page again");
        assert!(owner.get(&company).await.body.contains("Of Lan"), "records stay");
        let owners: Vec<uuid::Uuid> = db.raw().await.column("SELECT owner_id FROM companies").await;
        assert_eq!(owners, [heir.parse::<uuid::Uuid>().unwrap()]);
    }

    async fn a_lower_role_counts_from_the_next_request_on(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Admin).await;
        let (id, _) = place_of(&member).await;
        assert_eq!(member.get("/settings/workspace").await.status, 200);
        assert_eq!(owner.post(&format!("/settings/members/{id}/edit"), &[("role", "viewer")]).await.status, 303);
        assert_eq!(member.get("/settings/workspace").await.status, 403);
        assert_eq!(member.post("/companies/new", &[("name", "Late"), ("status", "lead")]).await.status, 403);
        // Nor can they help themselves.
        assert_eq!(member.post(&format!("/settings/members/{id}/edit"), &[("role", "admin")]).await.status, 403);
        let own = place_of(&owner).await.0;
        assert_eq!(owner.post(&format!("/settings/members/{own}/edit"), &[("role", "viewer")]).await.status, 403);
        assert_eq!(owner.post(&format!("/settings/members/{own}/remove"), &[("records_to", "nobody")]).await.status, 403);
        let wrong = owner.post(&format!("/settings/members/{id}/edit"), &[("role", "owner")]).await;
        assert_eq!(wrong.location(), Some(format!("/settings/members/{id}/edit").as_str()));
    }

    async fn a_workspace_that_ends_closes_the_streams_of_its_members(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let events = stream(&member).await;
        assert_eq!(owner.post("/settings/workspace/end", &[("name", "hung’s workspace")]).await.status, 303);
        assert!(ends(events).await);
    }

    async fn ownership_is_handed_over_by_the_owner(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let (id, _) = place_of(&member).await;
        assert!(owner.get(&format!("/settings/members/{id}/hand-over")).await.body.contains("Make lan the owner"));
        assert_eq!(member.post(&format!("/settings/members/{id}/hand-over"), &[]).await.status, 403);
        assert_eq!(owner.post(&format!("/settings/members/{id}/hand-over"), &[]).await.location(), Some("/settings/members"));
        assert_eq!(member.get("/settings/workspace/end").await.status, 200);
        assert_eq!(owner.get("/settings/workspace/end").await.status, 403);
        assert_eq!(owner.post(&format!("/settings/members/{id}/hand-over"), &[]).await.status, 403);
    }
}
