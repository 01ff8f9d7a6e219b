//! `/`: who sees it, and that each of its numbers is the one that the list of it prints.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use chrono::{NaiveDate, TimeDelta};
use common::{Answer, Browser, Site, TestDb};
use domain::{access::Role, clock::Clock};
use regex::Regex;

/// A number of the page: where it leads, and what it says.
struct Figure {
    href: String,
    shown: String,
}

fn figures(page: &str) -> Vec<Figure> {
    let link = Regex::new(r"<a ([^>]*data-figure[^>]*)>([^<]*)<").unwrap();
    let href = Regex::new(r#"href="([^"]*)""#).unwrap();
    let figure = |found: regex::Captures<'_>| Figure {
        href: href.captures(&found[1]).unwrap()[1].replace("&amp;", "&"),
        shown: found[2].to_owned(),
    };
    link.captures_iter(page).map(figure).collect()
}

/// What a screen reader says of each number's link alone.
fn texts_of_figures(page: &str) -> Vec<String> {
    let link = Regex::new(r"<a [^>]*data-figure[^>]*>(.*?)</a>").unwrap();
    let tag = Regex::new(r"<[^>]*>").unwrap();
    link.captures_iter(page).map(|link| tag.replace_all(&link[1], "").into_owned()).collect()
}

/// The count that a list's page prints beside its title.
fn count_of(page: &str) -> String {
    let after = page.split(r#"id="count""#).nth(1).unwrap();
    after.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Follows every number of the dashboard at this address. Returns how many of them are not nought.
async fn follow(browser: &Browser, address: &str) -> usize {
    let page = browser.get(address).await;
    assert_eq!(page.status, 200, "{address}");
    let figures = figures(&page.body);
    assert!(figures.len() > 30, "{address}: {} numbers", figures.len());
    let mut some = 0;
    for Figure { href, shown } in figures {
        let list = browser.get(&href).await;
        assert_eq!(list.status, 200, "{href}");
        if shown.contains('₫') {
            let sum = list.body.split(r#"id="all-total""#).nth(1).map(|rest| rest.split("</div>").next().unwrap().to_owned());
            // A list without rows has no sums.
            assert!(
                sum.as_ref().map_or(shown.starts_with("0\u{a0}"), |sum| sum.contains(&format!(">{shown}<"))
                    || sum.contains(&format!("weighted {shown}"))
                    || sum.replace("<!>", "").contains(&shown)),
                "{href}: {shown} in {sum:?}"
            );
        } else {
            assert_eq!(count_of(&list.body), shown, "{href}");
        }
        some += usize::from(!matches!(shown.trim(), "0" | "0\u{a0}₫"));
        // The value of a company's deals is of everybody's.
        assert_eq!(href.contains("owner_id="), address.contains("owner=me") && !href.contains("company_id="), "{href}");
    }
    some
}

/// A company with a contact who decides, deals of every kind, and activities past and to come, owned by whoever this is.
async fn fill(browser: &Browser, today: NaiveDate, name: &str) {
    let id_of = |response: &Answer| response.location().unwrap().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    let company = id_of(&browser.post("/companies/new", &[("name", name), ("status", "lead")]).await);
    let contact = [("name", "Lan"), ("company_id", company.as_str()), ("is_decision_maker", "true")];
    assert_eq!(browser.post("/contacts/new", &contact).await.status, 303);
    let day = |days: i64| (today + TimeDelta::days(days)).to_string();
    let mut deal = String::new();
    for (stage, value, close) in [
        ("proposal", "1000000,01", day(-5)),
        ("negotiation", "2000000", day(7)),
        ("closed-won", "4000000", day(7)),
        ("closed-lost", "8000000", day(-5)),
        ("prospecting", "", day(300)),
    ] {
        let mut fields = vec![
            ("name", "Xe tải"),
            ("value", value),
            ("stage", stage),
            ("company_id", company.as_str()),
            ("expected_close_date", close.as_str()),
        ];
        if stage == "closed-lost" {
            fields.push(("lost_reason", "Giá cao"));
        }
        let made = browser.post("/deals/new", &fields).await;
        assert_eq!(made.status, 303, "{stage}");
        deal = id_of(&made);
    }
    for (days, next) in [(-1, "Gửi báo giá"), (2, "")] {
        let date = format!("{}T09:00", day(days));
        // The planned one is about the company alone, so that the deal's next step stays promised.
        let of_deal = if days < 0 { deal.as_str() } else { "" };
        let fields = [
            ("type", "call"),
            ("subject", "Gọi"),
            ("date", date.as_str()),
            ("company_id", company.as_str()),
            ("deal_id", of_deal),
            ("next_steps", next),
        ];
        assert_eq!(browser.post("/activities/new", &fields).await.status, 303, "{days}");
    }
}

on_both_databases! {
    async fn every_number_is_the_one_of_its_list_for_each_role(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        // The same day in UTC and in the workspace's zone.
        let today = db.clock.now().date_naive();
        fill(&owner, today, "Ánh Dương").await;
        let member = site.joined(&db, "lan", "hung", Role::Member).await;
        fill(&member, today, "Bình Minh").await;
        for (browser, own) in [(&owner, true), (&member, true), (&site.joined(&db, "an", "hung", Role::Admin).await, false), (&site.joined(&db, "vy", "hung", Role::Viewer).await, false)] {
            let everybody = follow(browser, "/").await;
            let mine = follow(browser, "/?owner=me").await;
            assert!(everybody > 15 && (mine > 15) == own && (own || mine == 0), "{everybody} {mine}");
        }
        let page = owner.get("/").await.body;
        for words in ["never pipeline", "without a value", "5 days late", "In 7 days", "A week begins on Monday", "Gửi báo giá", "rounded half up", "No primary decision-maker", "Not contacted for 30 days"] {
            assert!(page.contains(words), "{words}");
        }
        let heard = [
            ("/", ["2 companies", "2 companies added in 30 days", "0 companies added in the 30 before", "10 deals opened", "2 open deals without a value", "2 deals past their day"]),
            ("/?owner=me", ["1 company", "1 company added in 30 days", "0 contacts added in the 30 before", "5 deals opened", "1 open deal without a value", "1 deal past its day"]),
        ];
        for (address, phrases) in heard {
            let links = texts_of_figures(&owner.get(address).await.body);
            for words in phrases {
                assert!(links.iter().any(|link| link == words), "{words} in {links:?}");
            }
        }
    }

    async fn it_is_the_first_page_and_offers_what_one_may_do(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        let page = owner.get("/").await;
        assert_eq!(page.status, 200);
        let nav = page.body.split(r#"aria-label="Main""#).nth(1).unwrap();
        assert!(nav.find("Dashboard").unwrap() < nav.find("Companies").unwrap());
        for href in ["/companies/new", "/contacts/new", "/deals/new", "/activities/new"] {
            assert!(page.body.contains(&format!(r#"href="{href}""#)), "{href}");
        }
        assert!(page.body.contains("No open deal is past its day.") && page.body.contains("Nothing has happened yet."));
        assert!(!page.body.contains("style="), "the content policy blocks style attributes");
        let viewer = site.joined(&db, "vy", "hung", Role::Viewer).await;
        let page = viewer.get("/").await.body;
        for href in ["/companies/new", "/contacts/new", "/deals/new", "/activities/new"] {
            assert!(!page.contains(&format!(r#"href="{href}""#)), "{href}");
        }
        follow(&owner, "/").await;
    }

    async fn an_owner_that_cannot_be_read_shows_nothing(db: TestDb) {
        let site = Site::on(&db).await;
        let owner = site.registered("hung").await;
        for address in ["/?owner=all", "/?owner=0190c7a0-0000-7000-8000-000000000001"] {
            let page = owner.get(address).await;
            assert_eq!(page.status, 400, "{address}");
            assert!(!page.body.contains("data-figure"), "{address}");
        }
        assert_eq!(owner.get("/?owner=&utm=x").await.status, 200);
    }
}
