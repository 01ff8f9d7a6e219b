//! The query of Today.

use crate::{
    access::{Actor, Entity, Verb},
    ids::UserId,
    page::{BadQuery, ListQuery, PageNumber},
};

/// The value of `owner` for everybody's work.
const ALL: &str = "all";
/// Number of next best actions that the page shows, and by which "Show more" adds.
pub const SHOWN_ACTIONS: u64 = 20;
/// Number of next best actions that the page shows at most.
pub const SHOWN_ACTIONS_MAX: u64 = 200;

/// The query of Today: whose work it shows, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TodayQuery {
    /// Everybody's work; for admins.
    pub everybody: bool,
    /// Number of next best actions, a multiple of [`SHOWN_ACTIONS`] up to [`SHOWN_ACTIONS_MAX`].
    pub actions: u64,
}

impl Default for TodayQuery {
    fn default() -> Self {
        Self { everybody: false, actions: SHOWN_ACTIONS }
    }
}

impl TodayQuery {
    /// Parses the pairs of a URL's query. An empty value sets nothing. Unknown names are ignored.
    ///
    /// # Errors
    /// [`BadQuery`] for an invalid value of a known name.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match (name, value) {
                ("owner", ALL) => query.everybody = true,
                ("owner", _) => return Err(BadQuery),
                ("actions", number) => {
                    let number: u64 = number.parse().map_err(|_| BadQuery)?;
                    let shown = (SHOWN_ACTIONS..=SHOWN_ACTIONS_MAX).contains(&number) && number.is_multiple_of(SHOWN_ACTIONS);
                    query.actions = if shown { number } else { return Err(BadQuery) };
                }
                _ => {}
            }
        }
        Ok(query)
    }

    /// Whether this user may see everybody's work.
    pub fn may_see_everybody(actor: &Actor) -> bool {
        actor.may(Verb::Read, Entity::Team)
    }

    /// The owner whose work is shown; `None` for everybody's, which only admins see.
    pub fn owner(self, actor: &Actor) -> Option<UserId> {
        (!self.everybody || !Self::may_see_everybody(actor)).then_some(actor.user_id)
    }
}

impl ListQuery for TodayQuery {
    const PATH: &'static str = "/today";

    fn query_pairs(&self) -> Vec<(&'static str, String)> {
        let owner = self.everybody.then(|| ("owner", ALL.to_owned()));
        let actions = (self.actions != SHOWN_ACTIONS).then(|| ("actions", self.actions.to_string()));
        owner.into_iter().chain(actions).collect()
    }

    fn is_filtered(&self) -> bool {
        !self.everybody
    }

    fn page(&self) -> PageNumber {
        PageNumber::FIRST
    }

    fn with_page(&self, _: PageNumber) -> Self {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Role, ids::WorkspaceId};
    use uuid::Uuid;

    #[test]
    fn a_query_reads_back_as_written_and_nonsense_is_refused() {
        for query in [TodayQuery::default(), TodayQuery { everybody: true, actions: SHOWN_ACTIONS_MAX }] {
            let pairs = query.query_pairs();
            assert_eq!(TodayQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
        }
        assert_eq!(TodayQuery::parse([("owner", ""), ("utm", "x")]), Ok(TodayQuery::default()));
        for pair in [("owner", "me"), ("actions", "0"), ("actions", "30"), ("actions", "220"), ("actions", "-20"), ("actions", "x")] {
            assert_eq!(TodayQuery::parse([pair]), Err(BadQuery), "{pair:?}");
        }
    }

    #[test]
    fn everybodys_work_is_for_admins() {
        let everybody = TodayQuery { everybody: true, ..TodayQuery::default() };
        for (role, all) in [(Role::Viewer, false), (Role::Member, false), (Role::Admin, true), (Role::Owner, true)] {
            let user_id = UserId(Uuid::from_u128(1));
            let actor = Actor { user_id, workspace_id: WorkspaceId(Uuid::from_u128(2)), role, owners_only_edit: false };
            assert_eq!(everybody.owner(&actor), (!all).then_some(user_id), "{role:?}");
            assert_eq!(TodayQuery::default().owner(&actor), Some(user_id));
        }
    }
}
