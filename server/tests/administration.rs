//! `/admin` over HTTP: who gets in, what an admin sees, and what stops when they stop it (A8, A11, B1, B3, B7, C13, D13).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::TimeDelta;
use common::{Answer, Browser, NEW_PASSWORD, Options, PASSWORD, Records, Site, TestDb, arguments, outbox, place_of};
use domain::access::{AccessRule, ENDPOINTS, Role};
use reqwest::{Method, Response};
use serde_json::json;
use std::time::Duration;
use store::{JobError, NewJob};
use tokio::time::timeout;

/// Longer than anything here takes, and shorter than the heartbeat that also ends a stream.
const WAIT_TIMEOUT: Duration = Duration::from_secs(10);

/// An id that nothing ever had.
const UNUSED: &str = "0190b2c0-0000-7000-8000-000000000000";

async fn stream(browser: &Browser) -> Response {
    let mut response = browser.request(Method::GET, "/events/board").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(timeout(WAIT_TIMEOUT, response.chunk()).await.unwrap().unwrap().is_some(), "the first event");
    response
}

async fn ends(mut stream: Response) -> bool {
    timeout(WAIT_TIMEOUT, async { while stream.chunk().await.unwrap().is_some() {} }).await.is_ok()
}

async fn sign_in(site: &Site, email: &str, password: &str) -> (Browser, Answer) {
    let browser = site.browser();
    let answer = browser.post("/login", &[("email", email), ("password", password), ("next", "")]).await;
    (browser, answer)
}

/// A job that was given up, with this error; its id.
async fn failed_job(db: &TestDb, kind: &'static str, error: &str) -> String {
    db.store.enqueue_job(NewJob::new(kind, json!({}))).await.unwrap();
    let job = db.store.take_jobs(vec![kind], 1, TimeDelta::minutes(1)).await.unwrap().pop().unwrap();
    assert!(db.store.finish_job(&job, &Err(JobError::Permanent(error.to_owned()))).await.unwrap());
    job.id.to_string()
}

fn admin_endpoints() -> impl Iterator<Item = &'static domain::access::Endpoint> {
    ENDPOINTS.iter().filter(|endpoint| endpoint.needs == AccessRule::PlatformAdmin)
}

on_both_databases! {
    async fn only_platform_admins_get_in_whatever_their_role_elsewhere(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("boss").await;
        let owner = site.registered("hung").await;
        let mut others = vec![("owner", owner)];
        for role in [Role::Admin, Role::Member, Role::Viewer] {
            others.push((role.slug(), site.joined(&db, &format!("team-{}", role.slug()), "hung", role).await));
        }
        let alone = site.registered("alone").await;
        let raw = db.raw().await;
        raw.run("UPDATE memberships SET removed_at = created_at WHERE user_id = (SELECT id FROM users WHERE email = 'alone@example.com')").await.unwrap();
        others.push(("in no workspace", alone));
        let records = Records::create(&db, &others[0].1).await;
        let count = async || raw.number("SELECT COUNT(*) FROM audit_log").await + raw.number("SELECT COUNT(*) FROM jobs").await + raw.number("SELECT COUNT(*) FROM users WHERE disabled_at IS NOT NULL").await;
        let before = count().await;
        let actions = app::routes().actions;
        for endpoint in admin_endpoints() {
            let path = endpoint.path.replace("{id}", records.id(endpoint.path));
            let action = actions.iter().find(|action| endpoint.method == "POST" && [action.form, action.function].contains(&endpoint.path));
            for (who, browser) in &others {
                let answer = match action {
                    None => browser.get(&path).await,
                    Some(action) if endpoint.path == action.form => browser.submit(action, records.id(action.form), &records.fields(action.form, &records)).await,
                    Some(action) => browser.call(action.function, &arguments(action, records.id(action.form), &records.fields(action.form, &records))).await,
                };
                assert_eq!(answer.status, 403, "{who}: {} {path}", endpoint.method);
                assert!(!answer.body.contains("boss@example.com"), "{who}: {path}");
            }
            let (status, location) = { let answer = if endpoint.method == "GET" { site.browser().get(&path).await } else { site.browser().post(&path, &[]).await }; (answer.status, answer.location().map(str::to_owned)) };
            if path.starts_with("/fn/") {
                assert_eq!(status, 401, "{path}");
            } else {
                assert!(status == 303 && location.unwrap().starts_with("/login"), "{path}");
            }
        }
        assert_eq!(count().await, before, "nothing was written");
        for (who, browser) in &others {
            let page = browser.follow("/companies").await.body;
            assert!(!page.contains("href=\"/admin\""), "{who} is offered it");
        }
        assert!(admin.get("/companies").await.body.contains("href=\"/admin\""));
        for endpoint in admin_endpoints().filter(|endpoint| endpoint.method == "GET") {
            let status = admin.get(&endpoint.path.replace("{id}", records.id(endpoint.path))).await.status;
            assert!(matches!(status, 200 | 303), "{}: {status}", endpoint.path);
            if endpoint.path.contains("{id}") {
                assert_eq!(admin.get(&endpoint.path.replace("{id}", UNUSED)).await.status, 404, "{}", endpoint.path);
            }
        }
        // Admins need no workspace.
        raw.run("UPDATE memberships SET removed_at = created_at WHERE user_id = (SELECT id FROM users WHERE email = 'boss@example.com')").await.unwrap();
        for path in ["/admin/workspaces", "/admin/users", "/admin/registration", "/admin/jobs", "/admin/mail", "/admin/log", "/admin/diagnostics"] {
            let page = admin.get(path).await;
            assert!(page.status == 200 && page.body.contains("aria-label=\"Administration\""), "{path}: {}", page.body);
        }
        assert!(admin.get("/workspaces").await.body.contains("href=\"/admin\""));
        assert_eq!(admin.post("/admin/registration", &[("registration", "closed")]).await.location(), Some("/admin/registration"));
    }

    /// The data-visibility matrix: administering shows no record.
    async fn an_admin_asks_every_page_and_gets_nothing_of_a_record(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let owner = site.registered("hung").await;
        let company = owner.post("/companies/new", &[("name", "Zirkon Verzy"), ("status", "lead"), ("notes", "Zirkon notes")]).await;
        let company = company.location().unwrap().trim_start_matches("/companies/").to_owned();
        assert_eq!(owner.post("/contacts/new", &[("name", "Zirkon Person"), ("company_id", &company)]).await.status, 303);
        assert_eq!(owner.post("/deals/new", &[("name", "Zirkon Deal"), ("value", "1"), ("stage", "proposal"), ("company_id", &company)]).await.status, 303);
        assert_eq!(owner.post("/activities/new", &[("type", "call"), ("subject", "Zirkon Call"), ("company_id", &company)]).await.status, 303);
        assert_eq!(owner.post("/settings/tags/new", &[("name", "Zirkon Tag"), ("color", "#16a34a")]).await.status, 303);
        let (user, workspace) = place_of(&owner).await;
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET" && !endpoint.path.starts_with("/events")) {
            for id in [company.as_str(), user.as_str(), workspace.as_str()] {
                let query = match endpoint.path {
                    "/deals/column" => "?column=proposal",
                    "/deals/news" => "?since=0",
                    "/companies" | "/contacts" | "/deals" | "/admin/workspaces" | "/admin/users" | "/search" | "/search/options" => "?q=zirkon",
                    _ => "",
                };
                // The search repeats what was asked for.
                for query in [query, ""] {
                    let path = format!("{}{query}", endpoint.path.replace("{id}", id));
                    let body = admin.get(&path).await.body;
                    assert!(!body.contains("Zirkon"), "{path}: {body}");
                }
            }
        }
        let page = admin.get("/admin/workspaces").await.body;
        assert!(page.contains("hung’s workspace") && page.contains("hung@example.com") && page.contains("1 member · 1 company, 1 contact, 1 deal, 1 activity"), "{page}");
        let text = admin.get("/admin/diagnostics").await.body;
        assert!(text.contains("companies: 1") && text.contains("SECRET_KEY: set") && text.contains("Writes: succeed") && text.contains("Schema: m00"), "{text}");
    }

    async fn a_suspended_workspace_says_so_on_every_kind_of_page(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        let records = Records::create(&db, &owner).await;
        let events = stream(&member).await;
        let path = format!("/admin/workspaces/{}", records.workspace);
        let question = admin.get(&format!("{path}/suspend")).await.body;
        assert!(question.contains("Suspend hung’s workspace?") && question.contains("Nothing is lost"), "{question}");
        assert_eq!(admin.post(&format!("{path}/suspend"), &[]).await.location(), Some("/admin/workspaces"));
        assert!(ends(events).await, "the open stream as well");
        for endpoint in ENDPOINTS.iter().filter(|endpoint| matches!(endpoint.needs, AccessRule::SignIn | AccessRule::Permission(..))) {
            let path = endpoint.path.replace("{id}", records.id(endpoint.path));
            let answer = if endpoint.method == "GET" { owner.get(&path).await } else { owner.post(&path, &[("name", "Typed <i>")]).await };
            match endpoint.method {
                "GET" => assert_eq!((answer.status, answer.location()), (303, Some("/workspaces")), "{path}"),
                _ if path.starts_with("/fn/") => assert_eq!(answer.status, 409, "{path}"),
                _ => assert!(answer.status == 403 && answer.body.contains("is suspended") && answer.body.contains("Typed &lt;i"), "{path}: {}", answer.body),
            }
        }
        let theirs = owner.get("/workspaces").await.body;
        assert!(theirs.contains("id=\"suspended\"") && theirs.contains("An administrator of this server suspended it"), "{theirs}");
        assert!(!theirs.contains("Switch to hung’s workspace"), "{theirs}");
        let theirs = member.get("/workspaces").await.body;
        assert!(theirs.contains("Switch to lan’s workspace") && theirs.contains("id=\"suspended\""), "{theirs}");
        let own: Vec<uuid::Uuid> = db.raw().await.column("SELECT id FROM workspaces WHERE name = 'lan’s workspace'").await;
        assert_eq!(member.post("/workspaces/switch", &[("workspace_id", &own[0].to_string())]).await.status, 303);
        assert_eq!(member.get("/companies").await.status, 200, "their other workspace");
        assert_eq!(member.post("/workspaces/switch", &[("workspace_id", &records.workspace)]).await.status, 404);
        assert_eq!(member.get(&format!("/companies/{}", records.company)).await.status, 404, "and no offer to switch");
        let (again, answer) = sign_in(&site, "hung@example.com", PASSWORD).await;
        assert_eq!(answer.status, 303);
        assert!(again.follow("/").await.body.contains("id=\"suspended\""));
        let list = admin.get("/admin/workspaces?state=suspended").await.body;
        assert!(list.contains("Resume hung’s workspace") && !list.contains("Suspend hung"), "{list}");
        assert_eq!(admin.get(&format!("{path}/suspend")).await.location(), Some("/admin/workspaces"), "nothing to ask");
        assert_eq!(admin.post(&format!("{path}/resume"), &[]).await.location(), Some("/admin/workspaces"));
        assert_eq!(owner.get("/companies").await.status, 200, "where it was");
        let log = owner.get("/audit").await.body;
        assert!(log.contains("Suspended") && log.contains("Resumed"), "its members read who did it: {log}");
        let log = admin.get("/admin/log").await.body;
        assert!(log.contains("Suspended") && log.contains("hung’s workspace") && log.contains("127.0.0.1"), "{log}");
    }

    async fn a_disabled_user_is_out_and_is_told_after_the_right_password_alone(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let lan = site.registered("lan").await;
        let (id, _) = place_of(&lan).await;
        let path = format!("/admin/users/{id}");
        let question = admin.get(&format!("{path}/disable")).await.body;
        assert!(question.contains("Disable the account of lan?"), "{question}");
        assert_eq!(admin.post(&format!("{path}/disable"), &[]).await.location(), Some(path.as_str()));
        assert!(lan.get("/companies").await.location().unwrap().starts_with("/login"), "at once");
        assert_eq!(lan.call("/fn/companies/search", &json!({ "q": "" })).await.status, 401);
        let wrong = sign_in(&site, "lan@example.com", "not the password").await.1;
        let unknown = sign_in(&site, "nobody@example.com", "not the password").await.1;
        assert_eq!((wrong.status, wrong.body.replace("lan@", "nobody@")), (unknown.status, unknown.body.clone()), "the same bytes as without an account");
        let right = sign_in(&site, "lan@example.com", PASSWORD).await.1;
        assert!(right.status == 422 && right.body.contains("This account was disabled by an administrator"), "{}", right.body);
        assert!(right.session_token().is_none() && !right.body.contains(PASSWORD));
        let again = site.browser().post("/register", &[("name", "lan"), ("email", "lan@example.com"), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")]).await;
        assert!(again.status == 422 && again.session_token().is_none(), "registering again is no way around");
        let page = admin.get(&path).await.body;
        assert!(page.contains("Enable account") && !page.contains("Make a password link"), "{page}");
        assert_eq!(admin.post(&format!("{path}/reset-link"), &[]).await.location(), Some(path.as_str()));
        assert!(admin.get(&path).await.body.contains("The account is disabled. Enable it first"));
        assert_eq!(admin.post(&format!("{path}/enable"), &[]).await.location(), Some(path.as_str()));
        assert_eq!(sign_in(&site, "lan@example.com", PASSWORD).await.1.status, 303);
        assert!(lan.get("/companies").await.location().unwrap().starts_with("/login"), "the old session stays over");
    }

    async fn an_admin_helps_with_passwords_sessions_and_other_admins(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let lan = site.registered("lan").await;
        let ((own, _), (id, _)) = (place_of(&admin).await, place_of(&lan).await);
        let path = format!("/admin/users/{id}");
        let made = admin.post(&format!("{path}/reset-link"), &[]).await;
        let page = admin.get(made.location().unwrap()).await;
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"), "the address holds a token");
        let link = page.body.split("/reset-password?token=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let unshown = admin.get(&format!("{path}/reset-link")).await.body;
        assert!(unshown.contains("shown only once") && !unshown.contains("/reset-password?"), "{unshown}");
        let others = admin.get(&format!("/admin/users/{own}/reset-link?token={link}")).await.body;
        assert!(!others.contains("/reset-password?"), "of another user it is no link");
        let fields = [("token", link.as_str()), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)];
        assert_eq!(site.browser().post("/reset-password", &fields).await.status, 303);
        let (lan, answer) = sign_in(&site, "lan@example.com", NEW_PASSWORD).await;
        assert_eq!(answer.status, 303);
        assert!(lan.get("/companies").await.body.contains("An administrator made a link"), "she is told");
        assert_eq!(admin.post(&format!("{path}/end-sessions"), &[]).await.location(), Some(path.as_str()));
        assert!(admin.get(&path).await.body.contains("Ended: 1 session"));
        assert!(lan.get("/companies").await.location().unwrap().starts_with("/login"));

        let (lan, _) = sign_in(&site, "lan@example.com", NEW_PASSWORD).await;
        assert_eq!(lan.get("/admin").await.status, 403);
        assert_eq!(admin.post(&format!("{path}/make-admin"), &[]).await.location(), Some(path.as_str()));
        assert_eq!(lan.get("/admin").await.location(), Some("/admin/workspaces"), "from the next request on");
        for change in ["revoke-admin", "disable"] {
            let refused = admin.post(&format!("/admin/users/{own}/{change}"), &[]).await;
            let question = format!("/admin/users/{own}/{change}");
            assert_eq!(refused.location(), Some(question.as_str()));
            assert!(admin.get(&question).await.body.contains("Ask another platform admin"), "nobody locks themselves out");
        }
        assert!(!admin.get(&format!("/admin/users/{own}")).await.body.contains("Disable account"));
        assert_eq!(lan.post(&format!("/admin/users/{own}/revoke-admin"), &[]).await.status, 303);
        assert_eq!(admin.get("/admin/users").await.status, 403);
        let page = admin.get("/companies").await.body;
        assert!(!page.contains("href=\"/admin\""), "{page}");
        let log = lan.get("/admin/log?check=1").await.body;
        assert!(log.contains("Made a platform admin") && log.contains("Took platform admin away") && log.contains("The log is intact"), "{log}");
        assert!(!log.contains(&link), "no token is in it");
    }

    async fn registering_is_closed_and_opened_unless_the_operator_says_so(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let register = async |site: &Site, name: &str| {
            let email = format!("{name}@example.com");
            let fields = [("name", name), ("email", email.as_str()), ("password", PASSWORD), ("password_confirmation", PASSWORD), ("next", "")];
            site.browser().post("/register", &fields).await.status
        };
        assert!(site.browser().get("/login").await.body.contains("Create an account"));
        let wrong = admin.post("/admin/registration", &[("registration", "maybe")]).await;
        assert_eq!(wrong.location(), Some("/admin/registration"));
        assert!(admin.get("/admin/registration").await.body.contains("Choose one of the two"));
        assert_eq!(admin.post("/admin/registration", &[("registration", "closed")]).await.status, 303);
        assert_eq!(register(&site, "one").await, 403);
        assert!(!site.browser().get("/login").await.body.contains("Create an account"));
        assert!(site.browser().get("/register").await.body.contains("Registration is closed"));
        // Who is invited registers all the same, and gets no workspace of their own.
        let invited = admin.post("/settings/members/invite", &[("email", "two@example.com"), ("role", "viewer")]).await;
        let token = invited.location().unwrap().split("token=").nth(1).unwrap().to_owned();
        let fields = [("token", token.as_str()), ("name", "two"), ("password", PASSWORD), ("password_confirmation", PASSWORD)];
        assert_eq!(site.browser().post("/invitation/register", &fields).await.status, 303);
        assert_eq!(db.raw().await.number("SELECT count(*) FROM workspaces").await, 1);

        let set = Site::with(&db, Options { registration: Some(true), ..Options::default() }).await;
        let (there, _) = sign_in(&set, "admin@example.com", PASSWORD).await;
        let page = there.get("/admin/registration").await.body;
        assert!(page.contains("REGISTRATION is set") && !page.contains("type=\"radio\""), "{page}");
        assert_eq!(register(&set, "three").await, 303, "what the operator sets wins");
        assert_eq!(there.post("/admin/registration", &[("registration", "open")]).await.location(), Some("/admin/registration"));
        assert_eq!(register(&site, "four").await, 403, "and nothing was saved");
        assert_eq!(admin.post("/admin/registration", &[("registration", "open")]).await.status, 303);
        assert_eq!(register(&site, "five").await, 303);
    }

    async fn a_workspace_is_made_for_somebody_who_has_no_account(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let form = |name: &'static str, email: &'static str, owner: &'static str| [("name", name), ("email", email), ("owner_name", owner)];
        let refused = admin.post("/admin/workspaces/new", &form("Ánh Dương", "moi@example.com", "")).await;
        assert_eq!(refused.location(), Some("/admin/workspaces/new"));
        let page = admin.get("/admin/workspaces/new").await.body;
        assert!(page.contains("This address has no account yet") && page.contains("value=\"moi@example.com\""), "{page}");
        let made = admin.post("/admin/workspaces/new", &form("Ánh Dương", "moi@example.com", "Mới")).await;
        let page = admin.get(made.location().unwrap()).await.body;
        let token = page.split("/reset-password?token=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(site.browser().post("/reset-password", &[("token", &token), ("password", NEW_PASSWORD), ("password_confirmation", NEW_PASSWORD)]).await.status, 303);
        let (moi, answer) = sign_in(&site, "moi@example.com", NEW_PASSWORD).await;
        assert_eq!(answer.status, 303);
        assert!(moi.get("/companies").await.body.contains("Ánh Dương"));
        assert_eq!(moi.get("/settings/workspace/edit").await.status, 200, "an owner");
        assert_eq!(moi.get("/admin").await.status, 403);
        let page = admin.get(&format!("/companies?x={}", place_of(&moi).await.1)).await;
        assert!(!page.body.contains("Ánh Dương"), "the admin is not in it");
    }

    async fn jobs_and_mail_show_errors_without_addresses_and_are_tried_again(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        let job = failed_job(&db, "test", "550 5.1.1 <lan@example.com>: no such user").await;
        let page = admin.get("/admin/jobs").await.body;
        assert!(page.contains("no such user") && page.contains("…@example.com") && !page.contains("lan@"), "{page}");
        assert!(page.contains(&format!("/admin/jobs/{job}/retry")));
        assert!(admin.get("/admin/mail").await.body.contains("This server sends no mail"));
        assert_eq!(admin.post("/admin/mail/test", &[]).await.location(), Some("/admin/mail"));
        assert!(admin.get("/admin/mail").await.body.contains("This server sends no mail. Ask the person who runs it."));
        assert_eq!(admin.post(&format!("/admin/jobs/{job}/retry"), &[]).await.location(), Some("/admin/jobs"));
        assert_eq!(admin.post(&format!("/admin/jobs/{job}/retry"), &[]).await.status, 303, "it waits still, and failed before");
        db.store.enable_mail();
        let failed = failed_job(&db, "mail", "connection refused").await;
        let page = admin.get("/admin/mail").await.body;
        assert!(page.contains("connection refused") && page.contains("Send a test mail to me"), "{page}");
        assert_eq!(admin.post(&format!("/admin/jobs/{failed}/retry"), &[]).await.location(), Some("/admin/mail"));
        db.raw().await.run("DELETE FROM jobs").await.unwrap();
        assert_eq!(admin.post("/admin/mail/test", &[]).await.location(), Some("/admin/mail"));
        let page = admin.get("/admin/mail").await.body;
        assert!(page.contains("A test mail is on its way to you") && page.contains("Queued"), "{page}");
        assert_eq!(page.matches("admin@example.com").count(), admin.get("/admin/jobs").await.body.matches("admin@example.com").count(), "no recipient");
        assert_eq!(outbox::envelopes(&outbox::deliver(&db).await), [("admin@example.com", "Test mail")]);
        assert_eq!(admin.post(&format!("/admin/jobs/{UNUSED}/retry"), &[]).await.status, 404);
    }

    async fn an_unreadable_state_shows_nobody(db: TestDb) {
        let site = Site::on(&db).await;
        let admin = site.registered("admin").await;
        for list in ["users", "workspaces"] {
            let answer = admin.get(&format!("/admin/{list}?state=x")).await;
            assert!(answer.status == 400 && answer.body.contains("state=x") && !answer.body.contains("href=\"/admin/users/"), "{}", answer.body);
            assert_eq!(admin.get(&format!("/admin/{list}?page=99")).await.status, 200);
        }
        assert_eq!(admin.get("/admin/log?before=x").await.status, 200);
    }
}
