//! The first steps of a new workspace. Whether one is done is derived from the workspace's records, never from a click.

use crate::{
    access::{Actor, Entity, Verb},
    forms::FormErrors,
};
use serde::{Deserialize, Serialize};

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstStep {
    /// A company exists.
    Company,
    /// A contact who decides exists.
    DecisionMaker,
    /// A deal exists.
    Deal,
    /// An activity exists.
    Activity,
    /// A second member exists, or an invitation is open.
    Invite,
}

impl FirstStep {
    /// Every step, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Company, Self::DecisionMaker, Self::Deal, Self::Activity, Self::Invite];

    /// The text of its link.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Company => "Add a company",
            Self::DecisionMaker => "Add a contact who decides",
            Self::Deal => "Add a deal",
            Self::Activity => "Log a call",
            Self::Invite => "Invite somebody",
        }
    }

    /// What it is for.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Company => "Somebody you do business with, or would like to",
            Self::DecisionMaker => "Tick “Decision-maker” in their form",
            Self::Deal => "What you would like to sell, and what it is worth",
            Self::Activity => "Or an email, a meeting, a note: what was said, and what comes next",
            Self::Invite => "A colleague sees the same companies and deals",
        }
    }

    /// The path of its form.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Company => "/companies/new",
            Self::DecisionMaker => "/contacts/new",
            Self::Deal => "/deals/new",
            Self::Activity => "/activities/new",
            Self::Invite => "/settings/members/invite",
        }
    }

    /// Whether this actor may do it. A step that an actor may not do is not shown to them.
    pub fn is_for(self, actor: &Actor) -> bool {
        let entity = match self {
            Self::Company => Entity::Company,
            Self::DecisionMaker => Entity::Contact,
            Self::Deal => Entity::Deal,
            Self::Activity => Entity::Activity,
            Self::Invite => Entity::Member,
        };
        actor.may(Verb::Create, entity)
    }
}

/// The steps of a workspace that are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepsDone {
    /// [`FirstStep::Company`].
    pub company: bool,
    /// [`FirstStep::DecisionMaker`].
    pub decision_maker: bool,
    /// [`FirstStep::Deal`].
    pub deal: bool,
    /// [`FirstStep::Activity`].
    pub activity: bool,
    /// [`FirstStep::Invite`].
    pub invite: bool,
}

impl StepsDone {
    /// Whether a step is done.
    pub const fn is_done(self, step: FirstStep) -> bool {
        match step {
            FirstStep::Company => self.company,
            FirstStep::DecisionMaker => self.decision_maker,
            FirstStep::Deal => self.deal,
            FirstStep::Activity => self.activity,
            FirstStep::Invite => self.invite,
        }
    }
}

/// The submitted form that dismisses the first steps, or shows them again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FirstStepsForm {
    /// `yes` or `no`.
    pub shown: String,
}

impl FirstStepsForm {
    /// Parses the form: whether the steps are to be shown.
    ///
    /// # Errors
    /// [`FormErrors`] at no field for any other value.
    pub fn parse(&self) -> Result<bool, FormErrors> {
        match self.shown.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(FormErrors::of("", "Reload the page and try again")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::Role,
        ids::{UserId, WorkspaceId},
    };
    use uuid::Uuid;

    fn steps_of(role: Role) -> Vec<FirstStep> {
        let actor = Actor { user_id: UserId(Uuid::nil()), workspace_id: WorkspaceId(Uuid::nil()), role, owners_only_edit: false };
        FirstStep::ALL.into_iter().filter(|step| step.is_for(&actor)).collect()
    }

    #[test]
    fn each_role_is_shown_what_it_may_do() {
        for role in [Role::Owner, Role::Admin] {
            assert_eq!(steps_of(role), FirstStep::ALL);
        }
        assert_eq!(steps_of(Role::Member), FirstStep::ALL[..4], "members invite nobody");
        assert_eq!(steps_of(Role::Viewer), []);
    }

    #[test]
    fn each_step_is_done_by_its_own_flag() {
        let done = StepsDone { deal: true, ..StepsDone::default() };
        let of = |done: StepsDone| FirstStep::ALL.map(|step| done.is_done(step));
        assert_eq!(of(done), [false, false, true, false, false]);
        assert_eq!(of(StepsDone { company: true, invite: true, ..StepsDone::default() }), [true, false, false, false, true]);
        assert_eq!(of(StepsDone { decision_maker: true, activity: true, ..StepsDone::default() }), [false, true, false, true, false]);
    }

    #[test]
    fn the_form_takes_two_words() {
        let parse = |shown: &str| FirstStepsForm { shown: shown.to_owned() }.parse();
        assert_eq!((parse("yes"), parse("no")), (Ok(true), Ok(false)));
        for nonsense in ["", "on", "YES", " no"] {
            assert!(parse(nonsense).is_err(), "{nonsense:?}");
        }
    }
}
