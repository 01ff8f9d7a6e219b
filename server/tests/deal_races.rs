//! Sixteen people move the deals of one board about over HTTP, in `make trial` for a minute. The totals are the sums, every
//! history is whole, and nobody meets an error but a told conflict (threats D6, D8).

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
#[path = "../../store/tests/support/mod.rs"]
mod support;

use app::deals::actions::DealMoved;
use common::{Browser, PASSWORD, Site, TestDb, trial_size};
use domain::{
    access::{Actor, Role},
    deals::{MoveForm, Placement},
    ids::DealId,
    random::Random,
};
use serde_json::json;
use std::{collections::HashMap, time::Duration};
use store::{SystemRandom, verify_chain};
use support::{assert_counters, assert_unbroken, company, deal, member};
use tokio::{task::JoinSet, time::Instant};

const PEOPLE: usize = 16;
const DEALS: usize = 48;
const STAGES: [&str; 6] = ["prospecting", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"];

/// What one person did.
#[derive(Default)]
struct Done {
    /// The moves that went through: which deal, and the version it got.
    made: Vec<(DealId, i64)>,
    /// How many were refused since somebody else was faster.
    conflicts: usize,
}

/// One of so many, by chance.
fn any(of: usize) -> usize {
    let mut bytes = [0; 4];
    SystemRandom.fill(&mut bytes);
    usize::try_from(u32::from_ne_bytes(bytes)).unwrap() % of
}

/// The deals and versions that the board shows.
async fn look(browser: &Browser) -> Vec<(DealId, i64)> {
    let page = browser.get("/deals").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let cards = page.body.split("<li data-id=\"").skip(1).map(|card| {
        let (id, rest) = card.split_once("\" data-v=\"").unwrap();
        (id.parse().unwrap(), rest.split_once('"').unwrap().0.parse().unwrap())
    });
    cards.collect()
}

/// Moves any deal anywhere, as fast as the server answers. As a person does, it goes by what it saw, and looks at the board
/// anew only when it was told of a conflict.
async fn move_about(browser: Browser, until: Instant) -> Done {
    let mut done = Done::default();
    let mut board = look(&browser).await;
    while Instant::now() < until {
        let place = [Placement::Top, Placement::Bottom, Placement::After(board[any(DEALS)].0)][any(3)];
        let stage = STAGES[any(STAGES.len())];
        let (deal_id, version) = &mut board[any(DEALS)];
        let lost_reason = if stage == "closed-lost" { "Giá cao".to_owned() } else { String::new() };
        let form =
            MoveForm { version: version.to_string(), stage: stage.to_owned(), place: place.into(), lost_reason, ..MoveForm::default() };
        let answer = browser.call("/fn/deals/move", &json!({ "id": deal_id, "form": form })).await;
        if answer.status == 200 {
            let DealMoved { moved, .. } = serde_json::from_str(&answer.body).unwrap();
            *version = moved.version;
            done.made.push((*deal_id, moved.version));
        } else {
            assert_eq!((answer.status, answer.body.as_str()), (409, "\"Conflict\""));
            done.conflicts += 1;
            board = look(&browser).await;
        }
    }
    done
}

/// A board, who owns it, and a signed-in browser for each of the people of its workspace.
async fn people_at_a_board(db: &TestDb, site: &Site) -> (Actor, Vec<Browser>) {
    let (_, owner) = db.register("p0").await;
    let company_id = db.store.create_company(&owner, company("Ánh Dương")).await.unwrap();
    for (index, stage) in (0..DEALS).zip(STAGES.into_iter().cycle()) {
        let worth = i64::try_from(index * 1_000_003 + 1).unwrap();
        db.store.create_deal(&owner, deal(&format!("{index}"), company_id, stage, worth)).await.unwrap();
    }
    let mut browsers = Vec::new();
    for index in 0..PEOPLE {
        if index > 0 {
            member(db, &owner, &format!("p{index}"), Role::Member).await;
        }
        let browser = site.browser();
        let email = format!("p{index}@example.com");
        assert_eq!(browser.post("/login", &[("email", &email), ("password", PASSWORD), ("next", "")]).await.status, 303);
        browsers.push(browser);
    }
    // Each signed in to the workspace of their own.
    let raw = db.raw().await;
    raw.run(&format!("UPDATE sessions SET workspace_id = {}", raw.id(owner.workspace_id.0))).await.unwrap();
    (owner, browsers)
}

on_both_databases! {
    async fn random_moves_leave_totals_and_history_right(db: TestDb) {
        let site = Site::on(&db).await;
        let (owner, browsers) = people_at_a_board(&db, &site).await;
        let until = Instant::now() + Duration::from_secs(trial_size(15, 60));
        let mut people = JoinSet::new();
        for browser in browsers {
            people.spawn(move_about(browser, until));
        }
        let done = people.join_all().await;
        let moves: usize = done.iter().map(|person| person.made.len()).sum();
        let conflicts: usize = done.iter().map(|person| person.conflicts).sum();
        println!("{moves} moves, {conflicts} told conflicts");
        assert!(moves > trial_size(100, 500) && conflicts > 0, "{moves} moves, {conflicts} told conflicts");

        let raw = db.raw().await;
        assert_counters(&raw).await;
        assert_unbroken(&raw).await;
        assert_eq!(verify_chain(&db.store, owner.workspace_id).await, Ok(None));
        // Whoever was told that a move went through made one version of the deal, and nobody else the same.
        let mut versions: HashMap<DealId, Vec<i64>> = HashMap::new();
        for (deal_id, version) in done.into_iter().flat_map(|person| person.made) {
            versions.entry(deal_id).or_default().push(version);
        }
        for (deal_id, mut made) in versions {
            made.sort_unstable();
            let last = raw.number(&format!("SELECT version FROM deals WHERE id = {}", raw.id(deal_id.0))).await;
            assert_eq!(made, (2..=last).collect::<Vec<_>>(), "{deal_id}");
        }
    }
}
