//! `/events/board`: who is told, what, and for how long.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use reqwest::{Method, Response};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Longer than anything here takes.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);

/// An open connection.
struct Events(Response);

impl Events {
    async fn of(browser: &Browser) -> Self {
        let request = browser.request(Method::GET, "/events/board").header("accept-encoding", "gzip, br");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self(response)
    }

    /// The number of the next event; `None` when the server has ended it.
    async fn next(&mut self) -> Option<i64> {
        loop {
            let chunk = timeout(WAIT_TIMEOUT, self.0.chunk()).await.unwrap().unwrap()?;
            let text = String::from_utf8(chunk.to_vec()).unwrap();
            if let Some(seq) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
                assert!(text.contains(&format!("id: {seq}\n")), "{text}");
                assert!(
                    text.lines().all(|line| ["data: ", "id: ", "retry: "].iter().any(|field| line.starts_with(field)) || line.is_empty()),
                    "{text}"
                );
                return Some(seq.parse().unwrap());
            }
        }
    }
}

/// Makes a company; its id.
async fn company(browser: &Browser) -> String {
    let made = browser.post("/companies/new", &[("name", "Ánh Dương"), ("status", "lead")]).await;
    made.location().unwrap().trim_start_matches("/companies/").to_owned()
}

async fn new_deal(browser: &Browser, company: &str) -> String {
    let made = browser.post("/deals/new", &[("name", "Xe tải"), ("value", "1"), ("stage", "proposal"), ("company_id", company)]).await;
    assert_eq!(made.status, 303);
    made.location().unwrap().trim_start_matches("/deals/").to_owned()
}

on_both_databases! {
    async fn a_change_is_told_within_a_second_and_read_as_news(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = company(&browser).await;
        let mut events = Events::of(&browser).await;
        let header = |name: &str| events.0.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert_eq!((header("content-type").as_str(), header("content-encoding").as_str()), ("text/event-stream", ""));
        assert_eq!((header("cache-control").as_str(), header("x-accel-buffering").as_str()), ("no-store", "no"));
        let since = events.next().await.unwrap();
        let begun = Instant::now();
        let deal = new_deal(&browser, &company).await;
        assert_eq!(events.next().await, Some(since + 1));
        assert!(begun.elapsed() < Duration::from_secs(1));
        let news = browser.get(&format!("/deals/news?since={since}")).await;
        assert!(news.body.contains(&format!("data-id=\"{deal}\"")) && news.body.contains("data-in=\"proposal\""), "{}", news.body);
        assert!(news.body.contains(&format!("data-seq=\"{}\"", since + 1)));
        for nonsense in ["/deals/news", "/deals/news?since=x", "/deals/news?since=0&tag=x", "/deals/news?since=99999999999999999999"] {
            assert_eq!(browser.get(nonsense).await.status, 400, "{nonsense}");
        }
    }

    async fn nothing_is_told_of_another_workspace(db: TestDb) {
        let site = Site::on(&db).await;
        let (hung, lan) = (site.registered("hung").await, site.registered("lan").await);
        let mut events = Events::of(&lan).await;
        let since = events.next().await.unwrap();
        let company_id = company(&hung).await;
        new_deal(&hung, &company_id).await;
        // The next that comes is of her own.
        let own = company(&lan).await;
        new_deal(&lan, &own).await;
        assert_eq!(events.next().await, Some(since + 2));
    }

    async fn it_ends_with_the_session(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let elsewhere = site.browser();
        let signed_in = elsewhere.post("/login", &[("email", "hung@example.com"), ("password", common::PASSWORD), ("next", "")]).await;
        assert_eq!(signed_in.status, 303);
        let company = company(&elsewhere).await;
        let mut events = Events::of(&browser).await;
        assert!(events.next().await.is_some());
        assert_eq!(browser.post("/logout", &[]).await.status, 303);
        new_deal(&elsewhere, &company).await;
        assert_eq!(events.next().await, None, "signed out: not even that there is news");
    }

    async fn it_ends_when_the_membership_does(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let company = company(&browser).await;
        let mut events = Events::of(&browser).await;
        assert!(events.next().await.is_some());
        let form = [("name", "Xe"), ("value", "1"), ("stage", "proposal"), ("company_id", company.as_str())];
        let raw = db.raw().await;
        let actor: Vec<(domain::ids::UserId, domain::ids::WorkspaceId)> = raw
            .column::<uuid::Uuid>("SELECT user_id FROM memberships")
            .await
            .into_iter()
            .zip(raw.column::<uuid::Uuid>("SELECT workspace_id FROM memberships").await)
            .map(|(user, workspace)| (domain::ids::UserId(user), domain::ids::WorkspaceId(workspace)))
            .collect();
        assert_eq!(actor.len(), 1);
        assert_eq!(browser.post("/deals/new", &form).await.status, 303);
        assert!(events.next().await.is_some());
        raw.run("UPDATE memberships SET removed_at = created_at").await.unwrap();
        // Something that was under way when they were removed.
        let actor = domain::access::Actor { user_id: actor[0].0, workspace_id: actor[0].1, role: domain::access::Role::Owner, owners_only_edit: false };
        raw.run("UPDATE audit_heads SET seq = seq + 1").await.unwrap();
        db.store.poll_changes(&actor).await.unwrap();
        assert_eq!(events.next().await, None);
        assert_eq!(browser.request(Method::GET, "/events/board").send().await.unwrap().status(), 303, "to sign in");
    }

    async fn a_person_may_have_so_many_and_the_server_stops_at_once(db: TestDb) {
        let site = Site::on(&db).await;
        let browser = site.registered("hung").await;
        let mut open = Vec::new();
        for _ in 0..store::SUBSCRIPTIONS_PER_USER {
            let mut events = Events::of(&browser).await;
            assert!(events.next().await.is_some());
            open.push(events);
        }
        assert_eq!(browser.request(Method::GET, "/events/board").send().await.unwrap().status(), 503);
        let begun = Instant::now();
        assert!(site.stop().await, "everything finished");
        assert!(begun.elapsed() < Duration::from_secs(5));
        for mut events in open {
            assert_eq!(events.next().await, None);
        }
    }
}
