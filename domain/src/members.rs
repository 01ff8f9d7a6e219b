//! Members of a workspace: what each role may do, in words, and who may change whom.

use crate::{access::Role, forms::FormErrors, ids::UserId};
use serde::{Deserialize, Serialize};

/// The name of a user whose account was deleted, wherever their records and changes are shown.
pub const FORMER_MEMBER: &str = "Former member";

impl Role {
    /// The role's name on pages.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }

    /// What the role may do, as a sentence.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Viewer => "Reads everything, changes nothing.",
            Self::Member => "Also adds and changes companies, contacts, deals, activities and tasks.",
            Self::Admin => "Also changes everybody’s records, tags, settings and members.",
            Self::Owner => "Also names, hands over and ends the workspace. Exactly one.",
        }
    }

    /// Whether users in this role own records: whoever may create one.
    pub fn can_own_records(self) -> bool {
        self >= Self::Member
    }
}

/// Roles that a member in role `actor` may give, from least to most. The owner's role is handed over, never given.
pub fn assignable_roles(actor: Role) -> &'static [Role] {
    match actor {
        Role::Viewer | Role::Member => &[],
        Role::Admin | Role::Owner => &[Role::Viewer, Role::Member, Role::Admin],
    }
}

/// Whether a member in role `actor` may change the role of another member in role `target`, or remove them: an admin those below, the
/// owner everybody else.
pub fn may_manage(actor: Role, target: Role) -> bool {
    actor >= Role::Admin && target < actor
}

/// The id of the chosen owner; `None` if the form leaves it as it is.
pub(crate) fn parse_owner(text: &str) -> Result<Option<UserId>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| OWNER_UNKNOWN)
}

/// The message for an owner who is no member, or may not own records.
pub const OWNER_UNKNOWN: &str = "Choose a member from the list";

/// The submitted form of `/settings/members/{id}/edit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleForm {
    /// The slug of the role.
    pub role: String,
}

impl RoleForm {
    /// Parses the form.
    pub fn parse(&self) -> Result<Role, FormErrors> {
        let role = Role::from_slug(&self.role).filter(|role| *role < Role::Owner);
        role.ok_or_else(|| FormErrors::of("role", "Choose one of the roles"))
    }
}

/// What becomes of the records of a member who goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordsGoTo {
    /// They stay under the name of the member.
    Nobody,
    /// Another member owns them from now on.
    Member(UserId),
}

/// The submitted form of `/settings/members/{id}/remove` and `/settings/workspace/leave`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemovalForm {
    /// Who owns the records from now on: a user id, or `nobody`.
    pub records_to: String,
}

impl RemovalForm {
    /// The value of [`RecordsGoTo::Nobody`].
    pub const NOBODY: &'static str = "nobody";

    /// Parses the form. The store checks whether the user is a member.
    pub fn parse(&self) -> Result<RecordsGoTo, FormErrors> {
        if self.records_to == Self::NOBODY {
            return Ok(RecordsGoTo::Nobody);
        }
        let user = self.records_to.parse().map_err(|_| FormErrors::of("records_to", "Choose who owns the records from now on"))?;
        Ok(RecordsGoTo::Member(user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_or_takes_more_than_they_have() {
        for actor in Role::ALL {
            for role in assignable_roles(actor) {
                assert!(*role <= actor && *role < Role::Owner, "{actor:?} gives {role:?}");
            }
            for target in Role::ALL {
                assert!(!may_manage(actor, target) || (target < actor && actor >= Role::Admin), "{actor:?} changes {target:?}");
            }
            assert!(!may_manage(actor, Role::Owner), "the owner stays until they hand over");
        }
        assert!(may_manage(Role::Owner, Role::Admin) && may_manage(Role::Admin, Role::Member));
        assert!(!may_manage(Role::Admin, Role::Admin) && !may_manage(Role::Member, Role::Viewer));
    }

    #[test]
    fn a_role_is_one_of_three() {
        let parse = |role: &str| RoleForm { role: role.to_owned() }.parse();
        assert_eq!(parse("viewer"), Ok(Role::Viewer));
        assert_eq!(parse("admin"), Ok(Role::Admin));
        for wrong in ["owner", "Admin", "", "root"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_is_said_who_gets_the_records() {
        let parse = |to: &str| RemovalForm { records_to: to.to_owned() }.parse();
        assert_eq!(parse("nobody"), Ok(RecordsGoTo::Nobody));
        let id = UserId(uuid::Uuid::from_u128(7));
        assert_eq!(parse(&id.to_string()), Ok(RecordsGoTo::Member(id)));
        assert!(parse("").is_err() && parse("everybody").is_err());
    }

    #[test]
    fn each_role_says_what_it_may() {
        for role in Role::ALL {
            assert!(role.description().ends_with('.') && !role.label().is_empty());
        }
        assert!(!Role::Viewer.can_own_records() && Role::Member.can_own_records());
    }
}
