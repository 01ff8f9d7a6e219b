//! Random changes of a workspace, for what must hold whatever is done in whatever order.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use crate::{
    common::TestDb,
    support::{ALL_SHOWN, About, activity, call, deal, person, tag, tagged},
};
use domain::{
    access::Actor,
    activities::{ActivityDraft, ActivityType},
    contacts::{AuthorityAt, AuthorityLevel, ContactDraft},
    deals::{DealDraft, DealMove, Placement},
    ids::{ActivityId, CompanyId, ContactId, DealId, TagId},
    money::Money,
};
use proptest::prelude::*;
use store::StoreError;
use uuid::Uuid;

const STAGES: [&str; 6] = ["prospecting", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"];
/// One change. Numbers choose among the records that exist, modulo their count.
#[derive(Debug, Clone)]
pub enum Operation {
    CreateCompany,
    EditCompany(usize),
    DeleteCompany(usize),
    RestoreCompany(usize),
    ArchiveCompany(usize),
    BringBackCompany(usize),
    AddContact(usize),
    EditContact(usize, Option<usize>),
    DeleteContact(usize),
    RestoreContact(usize),
    LogActivity(usize, usize),
    LogWithContact(usize),
    EditActivity(usize, usize),
    DeleteActivity(usize),
    RestoreActivity(usize),
    CreateDeal {
        company: usize,
        stage: usize,
        value: i64,
        probability: Option<i16>,
    },
    EditDeal {
        deal: usize,
        company: usize,
        stage: usize,
        value: i64,
        probability: Option<i16>,
    },
    MoveDeal {
        deal: usize,
        stage: usize,
        place: usize,
        other: usize,
        stale: bool,
    },
    DeleteDeal(usize),
    RestoreDeal(usize),
    RestoreRemoved(usize),
    /// Hours in which nothing is written.
    PassTime(usize),
    RefreshDueContacts,
}

/// Any operation, the usual ones more often.
pub fn operation() -> impl Strategy<Value = Operation> {
    let (at, value, probability) = (0_usize..64, 0_i64..2_000_000_000_000, proptest::option::of(0_i16..=100));
    prop_oneof![
        2 => Just(Operation::CreateCompany),
        1 => at.clone().prop_map(Operation::EditCompany),
        1 => at.clone().prop_map(Operation::DeleteCompany),
        2 => at.clone().prop_map(Operation::RestoreCompany),
        1 => at.clone().prop_map(Operation::ArchiveCompany),
        2 => at.clone().prop_map(Operation::BringBackCompany),
        3 => at.clone().prop_map(Operation::AddContact),
        2 => (at.clone(), proptest::option::of(at.clone())).prop_map(|(contact, company)| Operation::EditContact(contact, company)),
        2 => at.clone().prop_map(Operation::DeleteContact),
        2 => at.clone().prop_map(Operation::RestoreContact),
        4 => at.clone().prop_map(Operation::LogWithContact),
        2 => (at.clone(), at.clone()).prop_map(|(activity, contact)| Operation::EditActivity(activity, contact)),
        2 => at.clone().prop_map(Operation::DeleteActivity),
        2 => at.clone().prop_map(Operation::RestoreActivity),
        2 => (at.clone(), at.clone()).prop_map(|(company, deal)| Operation::LogActivity(company, deal)),
        6 => (at.clone(), 0_usize..6, value.clone(), probability.clone())
            .prop_map(|(company, stage, value, probability)| Operation::CreateDeal { company, stage, value, probability }),
        4 => (at.clone(), at.clone(), 0_usize..6, value, probability)
            .prop_map(|(deal, company, stage, value, probability)| Operation::EditDeal { deal, company, stage, value, probability }),
        8 => (at.clone(), 0_usize..6, 0_usize..3, at.clone(), prop::bool::weighted(0.1))
            .prop_map(|(deal, stage, place, other, stale)| Operation::MoveDeal { deal, stage, place, other, stale }),
        2 => at.clone().prop_map(Operation::DeleteDeal),
        2 => at.clone().prop_map(Operation::RestoreDeal),
        2 => at.prop_map(Operation::RestoreRemoved),
        3 => (1_usize..72).prop_map(Operation::PassTime),
        1 => Just(Operation::RefreshDueContacts),
    ]
}

/// One actor's records so far.
pub struct ActorRecords<'a> {
    db: &'a TestDb,
    pub actor: Actor,
    /// Tags that go on some of the records written.
    tags: Vec<TagId>,
    companies: Vec<CompanyId>,
    contacts: Vec<ContactId>,
    deals: Vec<DealId>,
    activities: Vec<ActivityId>,
}

impl<'a> ActorRecords<'a> {
    /// An actor with three tags and no record.
    pub async fn new(db: &'a TestDb, actor: Actor) -> Self {
        let mut actor_records = Self { db, actor, tags: vec![], companies: vec![], contacts: vec![], deals: vec![], activities: vec![] };
        for name in ["A", "B", "C"] {
            actor_records.tags.push(db.store.create_tag(&actor, tag(name)).await.unwrap());
        }
        actor_records
    }

    /// None, some or all of the tags.
    fn tags(&self, at: usize) -> Vec<TagId> {
        self.tags[..at % (self.tags.len() + 1)].to_vec()
    }

    fn company(&self, at: usize) -> Option<CompanyId> {
        (!self.companies.is_empty()).then(|| self.companies[at % self.companies.len()])
    }

    fn contact(&self, at: usize) -> Option<ContactId> {
        (!self.contacts.is_empty()).then(|| self.contacts[at % self.contacts.len()])
    }

    fn deal(&self, at: usize) -> Option<DealId> {
        (!self.deals.is_empty()).then(|| self.deals[at % self.deals.len()])
    }

    fn activity(&self, at: usize) -> Option<ActivityId> {
        (!self.activities.is_empty()).then(|| self.activities[at % self.activities.len()])
    }

    /// The id of a company, contact, deal or activity.
    fn of_any_kind(&self, at: usize) -> Option<Uuid> {
        match at % 4 {
            0 => self.company(at).map(|id| id.0),
            1 => self.contact(at).map(|id| id.0),
            2 => self.deal(at).map(|id| id.0),
            _ => self.activity(at).map(|id| id.0),
        }
    }

    /// A call or a note with somebody, on one of several days.
    fn with(&self, contact: ContactId, at: usize) -> ActivityDraft {
        let kind = if at.is_multiple_of(3) { ActivityType::Note } else { ActivityType::Call };
        let about = call("Call", About { contact: Some(contact), ..About::default() });
        ActivityDraft { kind, date: about.date + chrono::TimeDelta::days(at as i64), ..about }
    }

    /// The draft with one of the answers to the question that it raises.
    async fn decided(&self, contact: Option<ContactId>, draft: ContactDraft, at: usize) -> ContactDraft {
        let after = AuthorityAt { level: draft.authority_level, company_id: draft.company_id };
        let asked = self.db.store.primary_question(&self.actor, contact, after).await.unwrap();
        let Some(asked) = asked else { return draft };
        let answers: Vec<_> = asked.question.answers().collect();
        ContactDraft { primary_choice: asked.question.value_of(answers[at / 3 % answers.len()]), ..draft }
    }

    /// Somebody who signs, decides with others, or has no say.
    fn level(at: usize) -> Option<AuthorityLevel> {
        [Some(AuthorityLevel::Primary), None, Some(AuthorityLevel::Secondary)][at % 3]
    }

    /// One in five without a value.
    fn draft(&self, company: CompanyId, stage: usize, value: i64, probability: Option<i16>) -> DealDraft {
        let value = (value % 5 != 0).then(|| Money::from_hundredths(value));
        DealDraft { value, probability, ..deal("Xe", company, STAGES[stage], 0) }
    }

    /// Carries the operation out; `None` if there is no record for it. `NotFound` for a deleted record is an outcome, too.
    pub async fn run(&mut self, operation: &Operation) -> Option<Result<(), StoreError>> {
        let (store, actor) = (&self.db.store, &self.actor);
        Some(match *operation {
            Operation::CreateCompany => {
                let draft = tagged("Ánh Dương", &self.tags(self.companies.len()));
                store.create_company(actor, draft).await.map(|id| self.companies.push(id))
            }
            Operation::EditCompany(at) => {
                let id = self.company(at)?;
                let version = store.company(actor, id).await.map_or(1, |company| company.version);
                store.update_company(actor, id, version, tagged("Bình Minh", &self.tags(at))).await
            }
            Operation::DeleteCompany(at) => {
                let id = self.company(at)?;
                let version = store.company(actor, id).await.map_or(1, |company| company.version);
                store.delete_company(actor, id, version, ALL_SHOWN).await.map(drop)
            }
            Operation::RestoreCompany(at) => store.restore_company(actor, self.company(at)?).await.map(drop),
            Operation::ArchiveCompany(at) => {
                let id = self.company(at)?;
                let version = store.company(actor, id).await.map_or(1, |company| company.version);
                store.archive_company(actor, id, version, "Closed".to_owned()).await.map(drop)
            }
            Operation::BringBackCompany(at) => store.bring_back_company(actor, self.company(at)?).await.map(drop),
            Operation::AddContact(at) => {
                let draft = ContactDraft { tags: self.tags(at), authority_level: Self::level(at), ..person("Đức", self.company(at)) };
                let draft = self.decided(None, draft, at).await;
                store.create_contact(actor, draft).await.map(|id| self.contacts.push(id))
            }
            Operation::EditContact(at, company) => {
                let id = self.contact(at)?;
                let version = store.contact(actor, id).await.map_or(1, |contact| contact.version);
                let company = company.and_then(|at| self.company(at));
                let draft = ContactDraft { tags: self.tags(at), authority_level: Self::level(at), ..person("Đào", company) };
                let draft = self.decided(Some(id), draft, at).await;
                store.update_contact(actor, id, version, draft).await
            }
            Operation::DeleteContact(at) => {
                let id = self.contact(at)?;
                let version = store.contact(actor, id).await.map_or(1, |contact| contact.version);
                store.delete_contact(actor, id, version, ALL_SHOWN).await.map(drop)
            }
            Operation::RestoreContact(at) => store.restore_contact(actor, self.contact(at)?).await.map(drop),
            Operation::LogWithContact(at) => {
                let id = self.contact(at)?;
                store.contact(actor, id).await.ok()?;
                if at.is_multiple_of(4) {
                    // Of no company, though the contact is at one.
                    activity(self.db, actor, "Call", About { contact: Some(id), ..About::default() }).await;
                    return Some(Ok(()));
                }
                store.create_activity(actor, self.with(id, at)).await.map(|id| self.activities.push(id))
            }
            Operation::EditActivity(at, contact) => {
                let (id, contact) = (self.activity(at)?, self.contact(contact)?);
                let version = store.activity(actor, id).await.map_or(1, |activity| activity.version);
                store.update_activity(actor, id, version, self.with(contact, at)).await
            }
            Operation::DeleteActivity(at) => {
                let id = self.activity(at)?;
                let version = store.activity(actor, id).await.map_or(1, |activity| activity.version);
                store.delete_activity(actor, id, version).await
            }
            Operation::RestoreActivity(at) => store.restore_activity(actor, self.activity(at)?).await,
            Operation::LogActivity(at, deal) => {
                let id = self.company(at)?;
                store.company(actor, id).await.ok()?;
                activity(self.db, actor, "Call", About { company: Some(id), deal: self.deal(deal), ..About::default() }).await;
                Ok(())
            }
            Operation::CreateDeal { company, stage, value, probability } => {
                let draft = self.draft(self.company(company)?, stage, value, probability);
                store.create_deal(actor, draft).await.map(|id| self.deals.push(id))
            }
            Operation::EditDeal { deal, company, stage, value, probability } => {
                let (id, draft) = (self.deal(deal)?, self.draft(self.company(company)?, stage, value, probability));
                let version = store.deal(actor, id).await.map_or(1, |deal| deal.version);
                store.update_deal(actor, id, version, draft).await
            }
            Operation::MoveDeal { deal, stage, place, other, stale } => {
                let id = self.deal(deal)?;
                let version = store.deal(actor, id).await.map_or(1, |deal| deal.version) - i64::from(stale);
                let place = [Placement::Top, Placement::Bottom, Placement::After(self.deal(other)?)][place];
                let lost_reason = (stage == 5).then(|| "Too expensive".to_owned());
                let to = DealMove { deal_id: id, version, stage: STAGES[stage].to_owned(), place, lost_reason };
                store.move_deal(actor, &to).await.map(drop)
            }
            Operation::DeleteDeal(at) => {
                let id = self.deal(at)?;
                let version = store.deal(actor, id).await.map_or(1, |deal| deal.version);
                store.delete_deal(actor, id, version).await.map(drop)
            }
            Operation::RestoreDeal(at) => store.restore_deal(actor, self.deal(at)?).await.map(drop),
            Operation::PassTime(hours) => {
                self.db.clock.advance(chrono::TimeDelta::hours(hours as i64));
                Ok(())
            }
            Operation::RefreshDueContacts => store.refresh_due_contacts().await.map(drop),
            Operation::RestoreRemoved(at) => store.restore_removed(actor, self.of_any_kind(at)?).await.map(drop),
        })
    }
}
