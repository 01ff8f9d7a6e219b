//! Invitations over HTTP: what a link does for whom, and what opening it doesn't (A14, NX-10).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Options, PASSWORD, Site, TestDb, place_of};
use domain::access::Role;
use reqwest::Method;

/// Invites and returns the path of the link.
async fn invite(browser: &Browser, email: &str, role: &str) -> String {
    let sent = browser.post("/settings/members/invite", &[("email", email), ("role", role)]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    link_on(&browser.get(sent.location().unwrap()).await.body)
}

/// The path of the link that a page shows to copy.
fn link_on(page: &str) -> String {
    let link = page.split("/invitation?token=").nth(1).unwrap().split('"').next().unwrap();
    format!("/invitation?token={link}")
}

fn token(link: &str) -> &str {
    link.split_once('=').unwrap().1
}

async fn closed(db: &TestDb) -> Site {
    Site::with(db, Options { registration: Some(false), ..Options::default() }).await
}

on_both_databases! {
    async fn a_signed_in_user_accepts_by_the_button_and_no_get_does(db: TestDb) {
        let site = Site::on(&db).await;
        let (owner, lan) = (site.registered("hung").await, site.registered("lan").await);
        let link = invite(&owner, "LAN@example.com", "member").await;
        let raw = db.raw().await;
        let members = async || raw.number("SELECT count(*) FROM memberships").await;
        let before = members().await;
        for _ in 0..3 {
            // A mail scanner, a preview, a prefetch.
            let opened = site.browser().get(&link).await;
            assert_eq!((opened.status, opened.header("referrer-policy")), (200, Some("strict-origin")));
            assert_eq!(common::send(lan.request(Method::HEAD, &link)).await.status, 200);
            let page = lan.get(&link).await;
            assert!(page.status == 200 && page.body.contains("Join hung’s workspace") && page.body.contains("Join workspace"), "{}", page.body);
        }
        assert_eq!(members().await, before);
        let joined = lan.post("/invitation", &[("token", token(&link))]).await;
        assert_eq!(joined.location(), Some("/"), "{}", joined.body);
        assert_eq!(place_of(&lan).await.1, place_of(&owner).await.1, "and is there at once");
        let again = lan.get(&link).await;
        assert!(again.status == 410 && again.body.contains("used already"), "{}", again.body);
        let twice = lan.post("/invitation", &[("token", token(&link))]).await;
        assert_eq!(twice.location(), Some(link.as_str()));
    }

    async fn another_user_is_told_whom_it_is_for(db: TestDb) {
        let site = Site::on(&db).await;
        let (owner, other) = (site.registered("hung").await, site.registered("other").await);
        let link = invite(&owner, "lan@example.com", "admin").await;
        let page = other.get(&link).await.body;
        assert!(page.contains("You are signed in as other@example.com") && !page.contains("Join workspace<"), "{page}");
        let refused = other.post("/invitation", &[("token", token(&link))]).await;
        assert_eq!(refused.status, 303);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM memberships").await, 2);
        assert!(owner.get(&link).await.body.contains("You are signed in as hung@example.com"), "nor the inviter");
        assert_eq!(other.post("/invitation", &[("token", "none")]).await.status, 404);
    }

    async fn one_registers_by_it_where_registering_is_closed(db: TestDb) {
        let owner = Site::on(&db).await.registered("hung").await;
        let site = closed(&db).await;
        let owner = owner.at(&format!("http://{}", site.address));
        let link = invite(&owner, "lan@example.com", "viewer").await;
        let lan = site.browser();
        assert!(lan.get("/register").await.body.contains("Registration is closed"));
        let page = lan.get(&link).await.body;
        assert!(page.contains("lan@example.com") && page.contains("Create account and join") && page.contains("/login?next="), "{page}");
        let fields = |name, password| [("token", token(&link)), ("name", name), ("password", password), ("password_confirmation", password)];
        let refused = lan.post("/invitation/register", &fields("", "short")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Use at least 8 characters") && !refused.body.contains("value=\"short\""), "{}", refused.body);
        let other = lan.post("/invitation/register", &[&fields("Lan", PASSWORD)[..], &[("email", "evil@example.com")]].concat()).await;
        assert_eq!(other.status, 400, "the address is the invitation’s");
        let done = lan.post("/invitation/register", &fields("Lan", PASSWORD)).await;
        assert_eq!((done.status, done.location()), (303, Some("/")), "{}", done.body);
        assert_eq!(place_of(&lan).await.1, place_of(&owner).await.1);
        let raw = db.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM workspaces").await, 1, "no workspace of her own");
        assert_eq!(lan.get("/companies/new").await.status, 403, "a viewer");
        let late = site.browser().post("/invitation/register", &fields("Lan", PASSWORD)).await;
        assert!(late.status == 422 || late.status == 410, "{}", late.status);
        assert_eq!(raw.number("SELECT count(*) FROM users").await, 2);
    }

    async fn someone_with_an_account_signs_in_and_comes_back(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        site.registered("lan").await;
        let link = invite(&owner, "lan@example.com", "member").await;
        let lan = site.browser();
        let taken = [("token", token(&link)), ("name", "Lan"), ("password", PASSWORD), ("password_confirmation", PASSWORD)];
        let refused = lan.post("/invitation/register", &taken).await;
        assert!(refused.status == 422 && refused.body.contains("There is already an account with this address"), "{}", refused.body);
        let signed_in = lan.post("/login", &[("email", "lan@example.com"), ("password", PASSWORD), ("next", &link)]).await;
        assert_eq!(signed_in.location(), Some(link.as_str()));
        assert!(lan.get(&link).await.body.contains("Join workspace"));
    }

    async fn revoked_replaced_and_unknown_links_say_so(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let older = invite(&owner, "lan@example.com", "member").await;
        let link = invite(&owner, "lan@example.com", "member").await;
        let list = owner.get("/settings/members").await.body;
        let id = list.split("/settings/members/invitations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        assert!(list.contains("lan@example.com") && !list.contains(token(&link)), "{list}");
        let resent = owner.post(&format!("/settings/members/invitations/{id}/resend"), &[]).await;
        let newest = link_on(&owner.get(resent.location().unwrap()).await.body);
        for old in [&older, &link] {
            let page = site.browser().get(old).await;
            assert!(page.status == 410 && page.body.contains("revoked, or replaced"), "{}", page.body);
        }
        let list = owner.get("/settings/members").await.body;
        let id = list.split("/settings/members/invitations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let shown_once = owner.get(&format!("/settings/members/invitations/{id}?token=none")).await.body;
        assert!(shown_once.contains("shown only once") && !shown_once.contains("/invitation?token="), "{shown_once}");
        assert_eq!(owner.post(&format!("/settings/members/invitations/{id}/revoke"), &[]).await.status, 303);
        assert_eq!(site.browser().get(&newest).await.status, 410);
        assert!(!owner.get("/settings/members").await.body.contains("lan@example.com"));
        for unknown in ["/invitation", "/invitation?token=", "/invitation?token=<script>"] {
            let page = site.browser().get(unknown).await;
            assert!(page.status == 404 && page.body.contains("not right"), "{unknown}: {}", page.status);
        }
    }

    async fn members_see_no_invitations_and_invite_nobody(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        invite(&owner, "lan@example.com", "member").await;
        for role in [Role::Viewer, Role::Member] {
            let browser = site.joined(&db, role.slug(), "hung", role).await;
            let page = browser.get("/settings/members").await;
            assert_eq!(page.status, 200);
            for offered in ["/invite\"", "Revoke", "Change role", "/remove\"", "/hand-over\"", "lan@example.com"] {
                assert!(!page.body.contains(offered), "{role:?}: {offered}");
            }
            assert_eq!(browser.get("/settings/members/invite").await.status, 403);
            assert_eq!(browser.post("/settings/members/invite", &[("email", "x@example.com"), ("role", "viewer")]).await.status, 403);
        }
    }

    async fn a_link_to_copy_begins_with_the_public_address_whatever_the_host(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let sent = owner.post("/settings/members/invite", &[("email", "lan@example.com"), ("role", "viewer")]).await;
        let request = owner.request(Method::GET, sent.location().unwrap()).header("host", "evil.example").header("x-forwarded-host", "evil.example");
        let page = common::send(request).await.body;
        assert!(page.contains(&format!("http://{}/invitation?token=", site.address)) && !page.contains("evil.example"), "{page}");
    }

    /// Without a script nothing keeps a person from pressing the button twice.
    async fn a_form_sent_twice_sends_one_invitation(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let page = owner.get("/settings/members/invite").await.body;
        let key = page.split("name=\"form_key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let fields = [("email", "lan@example.com"), ("role", "viewer"), ("form_key", key.as_str())];
        let invitation = async || {
            let sent = owner.post("/settings/members/invite", &fields).await;
            sent.location().unwrap().split('?').next().unwrap().to_owned()
        };
        assert_eq!(invitation().await, invitation().await);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM invitations").await, 1);
    }
}
