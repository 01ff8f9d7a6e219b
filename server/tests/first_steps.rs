//! First steps and demo data over HTTP: who sees what, what is ticked, and what a removal lists.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::{Browser, Site, TestDb};
use domain::access::Role;
use regex::Regex;

const STEPS: [&str; 5] = ["Add a company", "Add a contact who decides", "Add a deal", "Log a call", "Invite somebody"];
const DEMO: &str = "/settings/workspace/demo-data";

/// The start page of a workspace.
async fn start(browser: &Browser) -> String {
    browser.follow("/").await.body
}

/// The card of the first steps; nothing if the page has none.
async fn card(browser: &Browser) -> String {
    let page = start(browser).await;
    let Some((_, card)) = page.split_once(r#"aria-labelledby="first-steps""#) else { return String::new() };
    card.split("</section>").next().unwrap().to_owned()
}

on_both_databases! {
    async fn a_new_workspace_shows_each_role_the_steps_that_it_may_do(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let of_owner = card(&owner).await;
        assert!(STEPS.iter().all(|step| of_owner.contains(step)), "{of_owner}");
        assert!(of_owner.contains("0 of 5 done") && of_owner.contains("Dismiss") && of_owner.contains(DEMO), "{of_owner}");
        for href in ["/companies/new", "/contacts/new", "/deals/new", "/activities/new", "/settings/members/invite"] {
            assert!(of_owner.contains(&format!(r#"href="{href}""#)), "{href}");
            assert_eq!(owner.get(href).await.status, 200, "{href}");
        }
        let member = site.joined(&db, "member", "hung", Role::Member).await;
        let of_member = card(&member).await;
        assert!(of_member.contains("0 of 4 done") && !of_member.contains("Invite somebody"), "{of_member}");
        assert!(!of_member.contains("Dismiss") && !of_member.contains(DEMO), "{of_member}");
        let viewer = site.joined(&db, "viewer", "hung", Role::Viewer).await;
        assert_eq!(card(&viewer).await, "");
        assert_eq!(owner.post("/settings/members/invite", &[("email", "lan@example.org"), ("role", "viewer")]).await.status, 303);
        assert!(card(&owner).await.contains("1 of 5 done"));
    }

    async fn dismissed_they_are_gone_for_everybody_until_settings_show_them_again(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let member = site.joined(&db, "member", "hung", Role::Member).await;
        for role in [Role::Member, Role::Viewer] {
            let browser = site.joined(&db, &format!("x{}", role.slug()), "hung", role).await;
            assert_eq!(browser.post("/first-steps", &[("shown", "no")]).await.status, 403, "{role:?}");
        }
        assert_eq!(owner.post("/first-steps", &[("shown", "no")]).await.status, 303);
        assert_eq!((card(&owner).await, card(&member).await), (String::new(), String::new()));
        assert!(owner.get("/settings/workspace").await.body.contains("Show first steps"));
        assert_eq!(owner.post("/first-steps", &[("shown", "yes")]).await.status, 303);
        assert!(card(&member).await.contains("Add a company"));
        assert!(owner.get("/settings/workspace").await.body.contains("Dismiss first steps"));
    }

    async fn demo_data_are_filled_in_marked_and_removed(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        assert!(owner.get(DEMO).await.body.contains("Fill with demo data"));
        assert!(owner.get(&format!("{DEMO}/remove")).await.body.contains("has no demo data"));
        let refused = owner.post(DEMO, &[("language", "fr")]).await;
        assert!(owner.follow(refused.location().unwrap()).await.body.contains("Choose one of the languages"));
        assert_eq!(owner.post(DEMO, &[("language", "en"), ("form_key", "k")]).await.status, 303);
        assert_eq!(owner.post(DEMO, &[("language", "en"), ("form_key", "k")]).await.status, 303, "sent twice");
        let list = owner.get("/companies").await.body;
        assert!(list.contains("Acme Corp") && list.contains("</svg>Demo</span>"), "{list}");
        // Each kind of record says in its list and on its page that it is of the demo.
        for path in ["/companies", "/contacts", "/deals?view=list", "/activities"] {
            let list = owner.get(path).await.body;
            let links = Regex::new(r#"<div class="marked"><a "#).unwrap().find_iter(&list).count();
            assert!(links > 0 && links == list.matches("</svg>Demo</span>").count(), "{path}: {links}");
            let kind = path.split('?').next().unwrap();
            let record = Regex::new(&format!(r#"href="({kind}/[0-9a-f-]{{36}})""#)).unwrap();
            let record = record.captures(&list).unwrap()[1].to_owned();
            assert!(owner.get(&record).await.body.contains("</svg>Demo</span>"), "{record}");
        }
        let board = owner.get("/deals?view=board").await.body;
        assert_eq!(board.matches("<article").count(), board.matches("</svg>Demo</span>").count());
        let settings = owner.get(DEMO).await.body;
        assert!(settings.contains("This workspace has demo data.") && !settings.contains(r#"name="language""#));
        let own = owner.post("/companies/new", &[("name", "Own"), ("status", "lead")]).await;
        assert!(!owner.get(own.location().unwrap()).await.body.contains("</svg>Demo</span>"));
        let list = owner.get("/companies").await.body;
        let row = list.split("<tr>").find(|row| row.contains(r#"title="Own""#)).unwrap();
        assert!(!row.contains("</svg>Demo</span>"), "{row}");

        let list = owner.get("/companies?q=globex").await.body;
        let globex = Regex::new(r#"href="(/companies/[0-9a-f-]{36})""#).unwrap().captures(&list).unwrap()[1].to_owned();
        let edited = owner.post(&format!("{globex}/edit"), &[("name", "Globex, edited"), ("status", "lead"), ("version", "1")]).await;
        assert_eq!(edited.status, 303);
        let question = owner.get(&format!("{DEMO}/remove")).await.body;
        assert!(question.contains("Globex, edited") && question.contains(&format!(r#"href="{globex}""#)), "{question}");
        assert!(question.contains("5 companies") && question.contains("Remove the changed ones too"), "{question}");
        let changed = Regex::new(r#"name="changed" value="([^"]*)""#).unwrap().captures(&question).unwrap()[1].to_owned();
        assert_eq!(owner.post(&format!("{DEMO}/remove"), &[("changed_too", "on"), ("changed", &changed)]).await.status, 303);
        let left = owner.get("/companies").await.body;
        assert!(left.contains("Own") && !left.contains("Globex") && !left.contains("</svg>Demo</span>"), "{left}");
        assert!(owner.get("/settings/bin").await.body.contains("Globex, edited"));
        assert!(owner.get("/audit").await.body.contains("Removed demo data"));
    }

    async fn members_and_viewers_get_neither_page_nor_form(db: TestDb) {
        let site = Site::on(&db).await;
        site.registered("hung").await;
        for role in [Role::Member, Role::Viewer] {
            let browser = site.joined(&db, role.slug(), "hung", role).await;
            for path in [DEMO.to_owned(), format!("{DEMO}/remove")] {
                assert_eq!(browser.get(&path).await.status, 403, "{role:?} {path}");
                assert_eq!(browser.post(&path, &[("language", "en")]).await.status, 403, "{role:?} {path}");
            }
        }
    }
}
