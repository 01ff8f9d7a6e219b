//! Random records of every kind, alike at every run.

use crate::{
    common::TestDb,
    support::{ALL_SHOWN, About, HANOI, call, company, deal, person},
};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    activities::{ActivityDraft, ActivityType},
    clock::Clock,
    companies::CompanyDraft,
    contacts::{AuthorityLevel, ContactDraft},
    deals::DealDraft,
    ids::UserId,
    money::Money,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::ops::Range;

const STAGES: [&str; 6] = ["prospecting", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"];
const RECORDS: usize = 60;

/// Random numbers below a bound.
pub struct Dice(TestRunner);

impl Dice {
    pub fn new() -> Self {
        Self(TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha)))
    }

    pub fn of(&mut self, range: Range<i64>) -> i64 {
        range.new_tree(&mut self.0).unwrap().current()
    }

    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.of(0..i64::try_from(of.len()).unwrap()) as usize].clone()
    }
}

/// Records of three owners over some fifty days: binned, archived, closed, without a value, planned, promised.
pub async fn fill(db: &TestDb, actor: &Actor, owners: &[Option<UserId>], dice: &mut Dice) {
    let store = &db.store;
    let (mut companies, mut contacts, mut deals) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..RECORDS {
        db.clock.advance(TimeDelta::minutes(dice.of(0..36 * 60)));
        let day = (db.clock.now() + HANOI).date_naive();
        let draft = CompanyDraft { owner_id: dice.pick(owners), ..company(&format!("Công ty {number}")) };
        let company_id = store.create_company(actor, draft).await.unwrap();
        companies.push(company_id);
        let decides = dice.of(0..3) > 0;
        let level = dice.pick(&[None, Some(AuthorityLevel::Primary), Some(AuthorityLevel::Influencer)]);
        // A company that has a primary contact already asks which one stays.
        let at = if level == Some(AuthorityLevel::Primary) { company_id } else { dice.pick(&companies) };
        let draft = ContactDraft {
            owner_id: dice.pick(owners),
            is_decision_maker: decides,
            authority_level: level,
            ..person(&format!("Người {number}"), Some(at))
        };
        contacts.push(store.create_contact(actor, draft).await.unwrap());
        for _ in 0..2 {
            let value = (dice.of(0..5) > 0).then(|| Money::from_hundredths(dice.of(0..2_000_000_000)));
            let close = (dice.of(0..4) > 0).then(|| day + TimeDelta::days(dice.of(-20..50)));
            let owner_id = dice.pick(owners);
            let draft = deal(&format!("Xe {number}"), dice.pick(&companies), dice.pick(&STAGES), 0);
            let draft = DealDraft { owner_id, value, expected_close_date: close, probability: Some(dice.of(0..101) as i16), ..draft };
            let id = store.create_deal(actor, draft).await.unwrap();
            match dice.of(0..8) {
                0 => drop(store.delete_deal(actor, id, 1).await.unwrap()),
                _ => deals.push(id),
            }
        }
        for _ in 0..3 {
            let deal = (dice.of(0..2) > 0 && !deals.is_empty()).then(|| dice.pick(&deals));
            let about = About { contact: Some(dice.pick(&contacts)), deal, ..About::default() };
            let text = |dice: &mut Dice, text: &str| (dice.of(0..2) > 0).then(|| text.to_owned());
            let draft = ActivityDraft {
                owner_id: dice.pick(owners),
                kind: dice.pick(&ActivityType::ALL),
                date: db.clock.now() + TimeDelta::minutes(dice.of(-40 * 24 * 60..12 * 24 * 60)),
                outcome: text(dice, "Xong"),
                next_steps: text(dice, "Gửi báo giá"),
                ..call(&format!("Gọi {number}"), about)
            };
            let Ok(id) = store.create_activity(actor, draft).await else { continue };
            if dice.of(0..8) == 0 {
                store.delete_activity(actor, id, 1).await.unwrap();
            }
        }
    }
    for company_id in companies.iter().step_by(9) {
        store.archive_company(actor, *company_id, 1, "Closed".to_owned()).await.unwrap();
    }
    for company_id in companies.iter().skip(5).step_by(23) {
        store.delete_company(actor, *company_id, 1, ALL_SHOWN).await.unwrap();
    }
}
