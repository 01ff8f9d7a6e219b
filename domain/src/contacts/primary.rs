//! Who is primary at a company: the question that is asked if a contact becomes primary beside another one, or comes to another company
//! as primary.

use super::AuthorityLevel;
use crate::ids::{CompanyId, ContactId};

/// A contact's authority, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuthorityAt {
    /// The level; `None` if it is not known.
    pub level: Option<AuthorityLevel>,
    /// The company; `None` for a contact without one.
    pub company_id: Option<CompanyId>,
}

/// A question about the primary decision-makers of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrimaryQuestion {
    /// The company at which the contact is to be primary.
    pub company_id: CompanyId,
    /// The other primary contacts there.
    pub others: Vec<ContactId>,
    /// Whether the contact was primary before and comes to this company.
    pub moves: bool,
}

/// An answer to a [`PrimaryQuestion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimaryAnswer {
    /// The contact is primary, and the others become secondary.
    Replace,
    /// The contact is primary, and so are the others.
    Keep,
    /// The contact is primary no longer.
    StepDown,
}

impl PrimaryAnswer {
    const ALL: [Self; 3] = [Self::Replace, Self::Keep, Self::StepDown];

    const fn slug(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Keep => "keep",
            Self::StepDown => "step-down",
        }
    }
}

impl PrimaryQuestion {
    /// The question that saving a contact raises; `None` if it raises none.
    ///
    /// - `before`: as it is saved; `None` for a new contact.
    /// - `after`: as it is to be saved.
    /// - `others`: the other primary contacts of the company of `after`.
    pub fn of(before: Option<AuthorityAt>, after: AuthorityAt, others: Vec<ContactId>) -> Option<Self> {
        let is_primary = |at: &AuthorityAt| at.level == Some(AuthorityLevel::Primary);
        let company_id = after.company_id.filter(|_| is_primary(&after))?;
        let primary_at = before.filter(is_primary).map(|before| before.company_id);
        let moves = primary_at.is_some_and(|company| company != Some(company_id));
        let is_asked = moves || (primary_at.is_none() && !others.is_empty());
        is_asked.then_some(Self { company_id, others, moves })
    }

    /// The answers that the question has.
    pub fn answers(&self) -> impl Iterator<Item = PrimaryAnswer> {
        PrimaryAnswer::ALL.into_iter().filter(|answer| match answer {
            PrimaryAnswer::Replace => !self.others.is_empty(),
            PrimaryAnswer::Keep => true,
            PrimaryAnswer::StepDown => self.moves,
        })
    }

    /// An answer as a form has it. It contains what was asked about, so that it answers no other question.
    pub fn value_of(&self, answer: PrimaryAnswer) -> String {
        let mut others: Vec<String> = self.others.iter().map(ContactId::to_string).collect();
        others.sort_unstable();
        format!("{}:{}:{}", answer.slug(), self.company_id, others.join(","))
    }

    /// The answer that a form gives; `None` if it answers another question, or none.
    pub fn answer_in(&self, value: &str) -> Option<PrimaryAnswer> {
        self.answers().find(|answer| self.value_of(*answer) == value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const PRIMARY: Option<AuthorityLevel> = Some(AuthorityLevel::Primary);
    const SECONDARY: Option<AuthorityLevel> = Some(AuthorityLevel::Secondary);

    fn company(number: u128) -> Option<CompanyId> {
        Some(CompanyId(Uuid::from_u128(number)))
    }

    fn contact(number: u128) -> ContactId {
        ContactId(Uuid::from_u128(number))
    }

    /// Whether something is asked, and whether about a move.
    fn asked(before: Option<AuthorityAt>, to: Option<CompanyId>, others: &[ContactId]) -> Option<bool> {
        PrimaryQuestion::of(before, at(PRIMARY, to), others.to_vec()).map(|question| question.moves)
    }

    fn at(level: Option<AuthorityLevel>, company_id: Option<CompanyId>) -> AuthorityAt {
        AuthorityAt { level, company_id }
    }

    #[test]
    fn becoming_primary_beside_another_one_is_asked_about() {
        let other = [contact(9)];
        assert_eq!(asked(None, company(1), &[]), None, "the first one");
        assert_eq!(asked(None, company(1), &other), Some(false));
        assert_eq!(asked(Some(at(SECONDARY, company(1))), company(1), &other), Some(false));
        assert_eq!(asked(Some(at(SECONDARY, company(2))), company(1), &[]), None);
        assert_eq!(asked(Some(at(PRIMARY, company(1))), company(1), &other), None, "both were kept before");
        assert_eq!(asked(None, None, &other), None, "primary nowhere");
        assert_eq!(PrimaryQuestion::of(None, at(SECONDARY, company(1)), other.to_vec()), None);
    }

    #[test]
    fn a_primary_who_changes_company_is_asked_about() {
        for before in [company(2), None] {
            assert_eq!(asked(Some(at(PRIMARY, before)), company(1), &[]), Some(true));
            assert_eq!(asked(Some(at(PRIMARY, before)), company(1), &[contact(9)]), Some(true));
        }
        assert_eq!(asked(Some(at(PRIMARY, company(2))), None, &[]), None);
        assert_eq!(PrimaryQuestion::of(Some(at(PRIMARY, company(2))), at(SECONDARY, company(1)), vec![]), None);
    }

    #[test]
    fn an_answer_is_read_for_its_own_question_alone() {
        let question =
            |moves, others: &[ContactId]| PrimaryQuestion { company_id: CompanyId(Uuid::from_u128(1)), others: others.to_vec(), moves };
        let both = question(true, &[contact(8), contact(9)]);
        for answer in PrimaryAnswer::ALL {
            assert_eq!(both.answer_in(&both.value_of(answer)), Some(answer));
            assert_eq!(question(true, &[contact(9), contact(8)]).answer_in(&both.value_of(answer)), Some(answer), "in any order");
            assert_eq!(question(true, &[contact(9)]).answer_in(&both.value_of(answer)), None, "another person");
            let elsewhere = PrimaryQuestion { company_id: CompanyId(Uuid::from_u128(2)), ..both.clone() };
            assert_eq!(elsewhere.answer_in(&both.value_of(answer)), None, "another company");
        }
        let (moved, beside) = (question(true, &[]), question(false, &[contact(9)]));
        assert_eq!(moved.answer_in(&moved.value_of(PrimaryAnswer::Replace)), None, "nobody to replace");
        assert_eq!(beside.answer_in(&beside.value_of(PrimaryAnswer::StepDown)), None);
        assert!(["", "keep", "keep:", "x"].iter().all(|value| both.answer_in(value).is_none()));
    }
}
