//! Stages of one's own: adding, changing, ordering and removing them, while others work with deals.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;
mod support;

use common::{Raw, TestDb, trial_size};
use domain::{
    access::{Actor, Role},
    deals::{DealDraft, DealFilter, DealMove, Placement},
    ids::{CompanyId, DealId, StageId},
    stages::{STAGES_MAX, StageColor, StageDraft, StageForm, StageKind, StageSet, StageStep, StageSuccessor},
};
use std::{collections::HashSet, time::Instant};
use store::{
    Store, StoreError,
    deals::{DealChange, DealDetail},
    demo::SeedCounts,
    stages::{MovedStage, Stage},
    verify_chain,
};
use support::{assert_counters, assert_unbroken, company, deal, member, names_in, new_workspace, stage, to};
use uuid::Uuid;

async fn slugs(store: &Store, actor: &Actor) -> Vec<String> {
    store.stages(actor).await.unwrap().into_iter().map(|stage| stage.slug).collect()
}

async fn by_slug(store: &Store, actor: &Actor, slug: &str) -> Stage {
    store.stages(actor).await.unwrap().into_iter().find(|stage| stage.slug == slug).unwrap()
}

/// Where the deals of a removed stage go, however many they are. The tests name stages by what they mean.
fn into(stage: &str) -> StageSuccessor {
    let kind = match stage {
        "closed-won" | "second-won" => StageKind::Won,
        "closed-lost" | "second-lost" => StageKind::Lost,
        _ => StageKind::Open,
    };
    StageSuccessor { stage: Some((stage.to_owned(), kind)), deals: u64::MAX, ..StageSuccessor::default() }
}

/// The draft that leaves a stage as it is.
fn same(stage: &Stage) -> StageDraft {
    StageDraft {
        name: stage.name.clone(),
        color: stage.color,
        kind: stage.kind,
        probability: stage.probability,
        idle_days: stage.idle_days,
    }
}

fn of_kind(name: &str, kind: &str) -> StageDraft {
    StageForm { name: name.to_owned(), kind: kind.to_owned(), probability: "40".to_owned(), ..StageForm::default() }.parse().unwrap()
}

/// The one message of a refusal, and its field.
fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> (String, String) {
    match result.unwrap_err() {
        StoreError::Invalid(errors) => errors.iter().map(|error| (error.field.clone(), error.message.clone())).next().unwrap(),
        other => panic!("{other:?}"),
    }
}

async fn made(db: &TestDb, actor: &Actor, company_id: CompanyId, name: &str, stage: &str) -> DealId {
    db.store.create_deal(actor, deal(name, company_id, stage, 1_000_003)).await.unwrap()
}

/// No deal is in a stage that is gone, every counter is right, and every history whole.
async fn assert_whole(db: &TestDb, actor: &Actor) {
    let raw = db.raw().await;
    assert_counters(&raw).await;
    let astray = "SELECT count(*) FROM deals d WHERE NOT EXISTS
        (SELECT 1 FROM stages s WHERE s.workspace_id = d.workspace_id AND s.id = d.stage_id)";
    assert_eq!(raw.number(astray).await, 0, "a deal is in a stage that is gone");
    let copied = "SELECT count(*) FROM deals d JOIN stages s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id
        WHERE d.stage_position <> s.position";
    assert_eq!(raw.number(copied).await, 0, "the list sorts by another position than the board");
    assert_eq!(verify_chain(&db.store, actor.workspace_id).await, Ok(None));
}

async fn audited(raw: &Raw, action: &str) -> i64 {
    raw.number(&format!("SELECT count(*) FROM audit_log WHERE entity = 'stage' AND action = '{action}'")).await
}

on_both_databases! {
    async fn a_stage_is_added_after_its_kind_and_keeps_its_slug(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let id = store.create_stage(&actor, stage("Đàm phán giá")).await.unwrap();
        store.create_stage(&actor, of_kind("Won again", "won")).await.unwrap();
        assert_eq!(slugs(store, &actor).await, ["prospecting", "qualification", "proposal", "negotiation", "dam-phan-gia", "closed-won", "won-again", "closed-lost"]);
        let renamed = StageDraft { name: "Giá cuối".into(), color: StageColor::Pink, idle_days: Some(3), ..stage("Any") };
        store.update_stage(&actor, id, 1, renamed.clone()).await.unwrap();
        let saved = by_slug(store, &actor, "dam-phan-gia").await;
        assert_eq!((saved.id, same(&saved)), (id, renamed.clone()));
        assert_eq!(store.update_stage(&actor, id, 1, renamed.clone()).await, Err(StoreError::Conflict));
        // A change of nothing is none.
        store.update_stage(&actor, id, 2, renamed.clone()).await.unwrap();
        store.update_stage(&actor, id, 2, StageDraft { name: "Giá".into(), ..renamed }).await.unwrap();
        for name in ["PROPOSAL", " Gia\u{301} "] {
            let draft = StageForm { name: name.into(), probability: "1".into(), ..StageForm::default() }.parse().unwrap();
            assert_eq!(refused(store.create_stage(&actor, draft).await).0, "name", "{name}");
        }
        // The former name is free, its slug is not.
        store.create_stage(&actor, stage("Đàm phán giá")).await.unwrap();
        assert!(slugs(store, &actor).await.contains(&"dam-phan-gia-2".to_owned()));
        assert_whole(&db, &actor).await;
        let raw = db.raw().await;
        assert_eq!((audited(&raw, "create").await, audited(&raw, "update").await), (3, 2));
    }

    async fn stages_of_a_workspace_are_limited(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        for n in 7..=STAGES_MAX {
            db.store.create_stage(&actor, stage(&format!("Stage {n}"))).await.unwrap();
        }
        let (field, message) = refused(db.store.create_stage(&actor, stage("One more")).await);
        assert_eq!((field.as_str(), message.contains("at most 20")), ("", true));
    }

    async fn stages_are_ordered_and_the_deals_with_them(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        for stage in ["prospecting", "proposal", "closed-won"] {
            made(&db, &actor, company_id, stage, stage).await;
        }
        let proposal = by_slug(store, &actor, "proposal").await.id;
        assert_eq!(store.move_stage(&actor, proposal, StageStep::Up).await.unwrap(), MovedStage { name: "Proposal".into(), place: 1, is_last: false });
        assert_eq!(slugs(store, &actor).await[..3], ["prospecting", "proposal", "qualification"]);
        store.move_stage(&actor, proposal, StageStep::Up).await.unwrap();
        let before = audited(&db.raw().await, "reorder").await;
        store.move_stage(&actor, proposal, StageStep::Up).await.unwrap();
        assert_eq!(audited(&db.raw().await, "reorder").await, before, "the first one stays, and nothing is noted");
        assert_eq!(slugs(store, &actor).await[0], "proposal");
        assert!(store.move_stage(&actor, proposal, StageStep::To(99)).await.unwrap().is_last);
        assert_eq!(slugs(store, &actor).await[5], "proposal");
        store.move_stage(&actor, proposal, StageStep::Down).await.unwrap();
        store.move_stage(&actor, proposal, StageStep::To(2)).await.unwrap();
        assert_eq!(slugs(store, &actor).await, StageSet::Sales.stages().iter().map(|stage| stage.slug).collect::<Vec<_>>());
        assert_eq!(store.move_stage(&actor, StageId(actor.user_id.0), StageStep::Up).await, Err(StoreError::NotFound));
        assert_whole(&db, &actor).await;
    }

    async fn deals_without_a_probability_of_their_own_follow_their_stage(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let follows = made(&db, &actor, company_id, "Follows", "proposal").await;
        let own = store.create_deal(&actor, DealDraft { probability: Some(33), ..deal("Own", company_id, "proposal", 777) }).await.unwrap();
        let binned = made(&db, &actor, company_id, "Binned", "proposal").await;
        store.delete_deal(&actor, binned, 1).await.unwrap();
        let proposal = by_slug(store, &actor, "proposal").await;
        store.update_stage(&actor, proposal.id, 1, StageDraft { probability: 61, ..same(&proposal) }).await.unwrap();
        store.restore_deal(&actor, binned).await.unwrap();
        for (id, expected) in [(follows, 61), (own, 33), (binned, 61)] {
            assert_eq!(store.deal(&actor, id).await.unwrap().probability, expected);
        }
        assert_eq!(store.deal(&actor, follows).await.unwrap().version, 1, "nobody who has it open meets a conflict");
        assert_whole(&db, &actor).await;
    }

    async fn a_kind_changes_only_without_deals_and_one_of_each_stays(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let binned = made(&db, &actor, company_id, "Binned", "proposal").await;
        store.delete_deal(&actor, binned, 1).await.unwrap();
        let proposal = by_slug(store, &actor, "proposal").await;
        assert_eq!(refused(store.update_stage(&actor, proposal.id, 1, of_kind("Proposal", "lost")).await).0, "kind");
        for slug in ["closed-won", "closed-lost"] {
            let last = by_slug(store, &actor, slug).await;
            assert_eq!(refused(store.update_stage(&actor, last.id, 1, of_kind("Another", "open")).await).0, "kind", "{slug}");
            assert_eq!(refused(store.remove_stage(&actor, last.id, 1, into("proposal")).await).0, "", "{slug}");
        }
        let negotiation = by_slug(store, &actor, "negotiation").await;
        store.update_stage(&actor, negotiation.id, 1, of_kind("Handed over", "won")).await.unwrap();
        let won = by_slug(store, &actor, "negotiation").await;
        assert_eq!((won.kind, won.probability, won.idle_days), (StageKind::Won, 100, None));
        // Now there are two won ones.
        let closed_won = by_slug(store, &actor, "closed-won").await;
        store.remove_stage(&actor, closed_won.id, 1, StageSuccessor::default()).await.unwrap();
        for slug in ["prospecting", "qualification"] {
            let id = by_slug(store, &actor, slug).await.id;
            store.remove_stage(&actor, id, 1, StageSuccessor::default()).await.unwrap();
        }
        assert_eq!(refused(store.remove_stage(&actor, proposal.id, 1, into("negotiation")).await).0, "");
        assert_eq!(slugs(store, &actor).await, ["proposal", "negotiation", "closed-lost"]);
        assert_whole(&db, &actor).await;
    }

    async fn removing_moves_every_deal_as_one_by_one_it_would(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        for (from, target) in [("proposal", "negotiation"), ("proposal", "closed-won"), ("proposal", "closed-lost"), ("second-won", "closed-won"), ("second-won", "proposal"), ("second-lost", "closed-lost"), ("second-lost", "closed-won"), ("second-lost", "qualification")] {
            for (name, kind) in [("Second won", "won"), ("Second lost", "lost"), ("Proposal", "open")] {
                // Those of earlier rounds are there; removed ones are made anew.
                let _ = store.create_stage(&actor, StageDraft { probability: StageKind::from_slug(kind).unwrap().fixed_probability().unwrap_or(50), ..of_kind(name, kind) }).await;
            }
            let what = format!("{from} to {target}");
            let reason = (from == "second-lost").then(|| "Their own".to_owned());
            let draft = |name: &str, probability| DealDraft { probability, lost_reason: reason.clone(), ..deal(name, company_id, from, 1_000_003) };
            let mut pairs = Vec::new();
            for probability in [None, Some(33)] {
                let alone = store.create_deal(&actor, draft("Alone", probability)).await.unwrap();
                let along = store.create_deal(&actor, draft("Along", probability)).await.unwrap();
                pairs.push((alone, along));
            }
            let binned = store.create_deal(&actor, draft("Binned", None)).await.unwrap();
            store.delete_deal(&actor, binned, 1).await.unwrap();
            let lost_reason = (target == "closed-lost" && reason.is_none()).then(|| "Told".to_owned());
            for (alone, _) in &pairs {
                store.move_deal(&actor, &DealMove { lost_reason: lost_reason.clone(), ..to(*alone, 1, target, Placement::Bottom) }).await.unwrap();
            }
            let above = names_in(store, &actor, target).await;
            let removed = by_slug(store, &actor, from).await;
            if target == "closed-lost" && reason.is_none() {
                assert_eq!(refused(store.remove_stage(&actor, removed.id, 1, into(target)).await).0, "lost_reason");
            }
            assert_eq!(refused(store.remove_stage(&actor, removed.id, 1, StageSuccessor::default()).await).0, "to");
            assert_eq!(refused(store.remove_stage(&actor, removed.id, 1, into(from)).await).0, "to", "{what}");
            let outcome = store.remove_stage(&actor, removed.id, 1, StageSuccessor { lost_reason, ..into(target) }).await.unwrap();
            assert_eq!((outcome.deals, outcome.moved_to.is_some()), (2, true));
            assert!(!slugs(store, &actor).await.contains(&from.to_owned()));
            store.restore_deal(&actor, binned).await.unwrap();
            let moved = async |id: DealId| {
                let DealDetail { stage, probability, lost_reason, closed_at, version, .. } = store.deal(&actor, id).await.unwrap();
                (stage.slug, probability, lost_reason, closed_at.is_some(), version)
            };
            for (alone, along) in pairs {
                assert_eq!(moved(along).await, moved(alone).await, "{what}");
                let history = store.deal_history(&actor, along).await.unwrap();
                assert!(matches!(&history[0].change, DealChange::Stage { from, .. } if *from == removed.name), "{what}: {history:?}");
            }
            assert_eq!(moved(binned).await.0, target);
            let now = names_in(store, &actor, target).await;
            assert_eq!((&now[..above.len()], &now[above.len()..]), (&above[..], &["Binned", "Along", "Along"].map(str::to_owned)[..]), "{what}: below, in their order");
            assert_whole(&db, &actor).await;
        }
    }

    async fn a_stage_with_a_deal_at_the_end_of_the_numbers_is_removed(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        made(&db, &actor, company_id, "There", "negotiation").await;
        made(&db, &actor, company_id, "B", "proposal").await;
        made(&db, &actor, company_id, "A", "proposal").await;
        let binned = made(&db, &actor, company_id, "Binned", "proposal").await;
        store.delete_deal(&actor, binned, 1).await.unwrap();
        db.raw().await.run(&format!("UPDATE deals SET position = {} WHERE name = 'Binned'", i64::MAX)).await.unwrap();
        let proposal = by_slug(store, &actor, "proposal").await;
        store.remove_stage(&actor, proposal.id, 1, into("negotiation")).await.unwrap();
        assert_eq!(names_in(store, &actor, "negotiation").await, ["There", "A", "B"]);
        store.restore_deal(&actor, binned).await.unwrap();
        assert_eq!(names_in(store, &actor, "negotiation").await.len(), 4);
        assert_whole(&db, &actor).await;
    }

    async fn a_removal_asks_again_if_there_is_more_to_it_than_was_shown(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        made(&db, &actor, company_id, "Shown", "proposal").await;
        let proposal = by_slug(store, &actor, "proposal").await;
        let shown = StageSuccessor { deals: 1, ..into("negotiation") };
        let binned = made(&db, &actor, company_id, "Meanwhile", "proposal").await;
        store.delete_deal(&actor, binned, 1).await.unwrap();
        let asked = |outcome: Result<_, StoreError>| matches!(outcome, Err(StoreError::Question(errors)) if errors.get("to").is_some());
        assert!(asked(store.remove_stage(&actor, proposal.id, 1, shown.clone()).await), "one more, in the bin");
        let negotiation = by_slug(store, &actor, "negotiation").await;
        store.update_stage(&actor, negotiation.id, 1, of_kind("Negotiation", "won")).await.unwrap();
        let shown = StageSuccessor { deals: 2, ..shown };
        assert!(asked(store.remove_stage(&actor, proposal.id, 1, shown).await), "they would be won");
        assert_eq!(names_in(store, &actor, "proposal").await, ["Shown"]);
        let shown = StageSuccessor { stage: Some(("negotiation".to_owned(), StageKind::Won)), deals: 2, lost_reason: None };
        assert_eq!(store.remove_stage(&actor, proposal.id, 1, shown).await.unwrap().deals, 1);
        assert_whole(&db, &actor).await;
    }

    async fn stages_that_somebody_changed_are_not_replaced_by_a_set(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let kept = slugs(store, &actor).await;
        let proposal = by_slug(store, &actor, "proposal").await;
        store.update_stage(&actor, proposal.id, 1, StageDraft { name: "Báo giá".into(), ..same(&proposal) }).await.unwrap();
        assert_eq!(refused(store.replace_stages(&actor, StageSet::Leads).await).0, "stages");
        assert_eq!(slugs(store, &actor).await, kept);
        store.update_stage(&actor, proposal.id, 2, same(&proposal)).await.unwrap();
        store.move_stage(&actor, proposal.id, StageStep::Up).await.unwrap();
        assert_eq!(refused(store.replace_stages(&actor, StageSet::Leads).await).0, "stages", "the order is changed");
        store.move_stage(&actor, proposal.id, StageStep::Down).await.unwrap();
        store.replace_stages(&actor, StageSet::Leads).await.unwrap();
        assert_ne!(slugs(store, &actor).await, kept);
    }

    async fn a_deal_that_is_added_while_its_stage_is_removed_is_in_a_living_stage_or_was_refused(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let (mut added, mut told) = (Vec::new(), 0);
        let raw = db.raw().await;
        let in_negotiation = format!("SELECT id FROM deals WHERE stage_id = {}", raw.id(by_slug(store, &actor, "negotiation").await.id.0));
        for round in 0..trial_size(6, 60) {
            let name = format!("Round {round}");
            let id = store.create_stage(&actor, stage(&name)).await.unwrap();
            let slug = format!("round-{round}");
            let moving = made(&db, &actor, company_id, "Moving", "proposal").await;
            let mut people = tokio::task::JoinSet::new();
            for person in 0..8 {
                let (store, slug) = (store.clone(), slug.clone());
                people.spawn(async move {
                    let (mut added, mut told) = (Vec::new(), 0);
                    for n in 0..4 {
                        let outcome = if person == 0 && n == 0 {
                            store.move_deal(&actor, &to(moving, 1, &slug, Placement::Top)).await.map(|_| moving)
                        } else {
                            store.create_deal(&actor, deal(&format!("{person}.{n}"), company_id, &slug, 1_000_003)).await
                        };
                        match outcome {
                            Ok(id) => added.push(id.0),
                            Err(StoreError::Invalid(errors)) if errors.get("stage").is_some() => told += 1,
                            Err(other) => panic!("{other:?}"),
                        }
                    }
                    (added, told)
                });
            }
            // In one round it comes first, in another after some deals.
            while round % 3 > 0 && by_count(store, &actor, &slug).await < round % 3 * 4 {
                tokio::task::yield_now().await;
            }
            store.remove_stage(&actor, id, 1, into("negotiation")).await.unwrap();
            for (more_added, more_told) in people.join_all().await {
                added.extend(more_added);
                told += more_told;
            }
            let there: HashSet<Uuid> = raw.column::<Uuid>(&in_negotiation).await.into_iter().collect();
            let gone: Vec<&Uuid> = added.iter().filter(|id| !there.contains(*id)).collect();
            assert!(gone.is_empty(), "round {round}: {gone:?} were acknowledged and are not there");
            assert_eq!(there.len(), added.len(), "round {round}: of what was refused, nothing is there");
        }
        let moved_too = "SELECT count(*) FROM deals WHERE name = 'Moving'";
        assert_eq!(raw.number(moved_too).await, trial_size(6, 60) as i64, "each is in its stage or in the other");
        let added = added.len();
        assert!(added > 0 && told > 0, "{added} added, {told} told: the race was none");
        assert_whole(&db, &actor).await;
        assert_unbroken(&db.raw().await).await;
    }

    async fn a_board_hears_of_each_change_and_loads_anew(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        made(&db, &actor, company_id, "Xe", "proposal").await;
        let filter = DealFilter::default();
        let mut since = store.board(&actor, &filter).await.unwrap().seq;
        let mut board = store.subscribe_to_board(&actor).await.unwrap();
        board.seq();
        let mut heard = async || {
            let seq = tokio::time::timeout(std::time::Duration::from_secs(5), board.next()).await.unwrap().unwrap();
            let changes = store.board_changes(&actor, since, &filter).await.unwrap();
            assert!(changes.full_reload && seq > since);
            since = seq;
        };
        let id = store.create_stage(&actor, stage("Demo")).await.unwrap();
        heard().await;
        store.update_stage(&actor, id, 1, stage("Trial")).await.unwrap();
        heard().await;
        store.move_stage(&actor, id, StageStep::Up).await.unwrap();
        heard().await;
        store.remove_stage(&actor, id, 2, StageSuccessor::default()).await.unwrap();
        heard().await;
    }

    async fn a_new_workspace_chooses_its_stages_and_may_choose_again_until_it_has_deals(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        let leads = domain::workspaces::NewWorkspaceDraft { stages: StageSet::Leads, ..new_workspace("Second") };
        let second = store.create_workspace(actor.user_id, leads, "").await.unwrap();
        let second = Actor { workspace_id: second, ..actor };
        let of = |set: StageSet| set.stages().iter().map(|stage| stage.slug.to_owned()).collect::<Vec<_>>();
        assert_eq!((slugs(store, &actor).await, slugs(store, &second).await), (of(StageSet::Sales), of(StageSet::Leads)));
        store.replace_stages(&actor, StageSet::Leads).await.unwrap();
        assert_eq!(slugs(store, &actor).await, of(StageSet::Leads));
        let admin = member(&db, &actor, "lan", Role::Admin).await;
        store.replace_stages(&admin, StageSet::Sales).await.unwrap();
        for role in [Role::Member, Role::Viewer] {
            let other = member(&db, &actor, role.slug(), role).await;
            assert_eq!(store.replace_stages(&other, StageSet::Leads).await, Err(StoreError::Denied));
        }
        assert_eq!(slugs(store, &second).await, of(StageSet::Leads), "another workspace is left alone");
        let company_id = store.create_company(&actor, company("Ánh Dương")).await.unwrap();
        let binned = made(&db, &actor, company_id, "Xe", "proposal").await;
        store.delete_deal(&actor, binned, 1).await.unwrap();
        assert_eq!(refused(store.replace_stages(&actor, StageSet::Leads).await).0, "stages");
        // The demo data fits whatever stages there are.
        store.fill_with_demo_data(&second, domain::demo_data::DemoLanguage::English).await.unwrap();
        store.fill_with_demo_data(&actor, domain::demo_data::DemoLanguage::Vietnamese).await.unwrap();
        assert_whole(&db, &actor).await;
    }

    async fn a_stage_with_many_deals_is_removed_at_once(db: TestDb) {
        let (_, actor) = db.register("hung").await;
        let store = &db.store;
        // Three in five are open.
        let size = trial_size(600, 8_300);
        let records = SeedCounts { companies: 50, contacts: 50, deals: size, activities: 50, tasks: 0 };
        store.seed_bulk(&actor, records).await.unwrap();
        let raw = db.raw().await;
        let (proposal, negotiation) = (by_slug(store, &actor, "proposal").await, by_slug(store, &actor, "negotiation").await);
        // Everything that is open goes to one stage.
        for slug in ["prospecting", "qualification"] {
            let id = by_slug(store, &actor, slug).await.id;
            store.remove_stage(&actor, id, 1, into("proposal")).await.unwrap();
        }
        let deals = by_count(store, &actor, "proposal").await;
        let start = Instant::now();
        let removed = store.remove_stage(&actor, proposal.id, 1, into("negotiation")).await.unwrap();
        eprintln!("{} deals moved in {:?}", removed.deals, start.elapsed());
        assert_eq!(removed.deals, deals);
        assert_eq!(by_slug(store, &actor, "negotiation").await.id, negotiation.id);
        assert_counters(&raw).await;
        assert_eq!(verify_chain(store, actor.workspace_id).await, Ok(None));
    }
}

/// The number of deals in a stage.
async fn by_count(store: &Store, actor: &Actor, slug: &str) -> u64 {
    let board = store.board(actor, &DealFilter::default()).await.unwrap();
    board.columns.into_iter().find(|column| column.stage.slug == slug).map_or(0, |column| column.totals.count)
}
