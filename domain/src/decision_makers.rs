//! Decision-makers of a company: decision gaps and the org chart.

use crate::ids::ContactId;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A contact counts as not contacted after this many days without a call, email, meeting or message.
pub const CONTACT_DAYS: i64 = 30;
/// Maximum number of people on an org chart.
pub const MAP_MAX: usize = 200;

/// A gap in the decision-makers of a company with open deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionGap {
    /// No primary decision-maker is known.
    NoPrimary,
    /// No primary decision-maker was contacted for [`CONTACT_DAYS`] days.
    NotContacted,
}

impl DecisionGap {
    /// Every gap.
    pub const ALL: [Self; 2] = [Self::NoPrimary, Self::NotContacted];

    /// The value in URLs.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NoPrimary => "no-primary",
            Self::NotContacted => "not-contacted",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gap| gap.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoPrimary => "No primary decision-maker",
            Self::NotContacted => "Primary not contacted for 30 days",
        }
    }

    /// Detects the gap of a company; `None` if there is none.
    ///
    /// - `open_deals`: the number of open deals.
    /// - `primaries`: the number of primary decision-makers.
    /// - `last_contact`: the last time that one of them was contacted.
    pub fn detect(open_deals: u64, primaries: u64, last_contact: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Self> {
        match (open_deals, primaries) {
            (0, _) => None,
            (_, 0) => Some(Self::NoPrimary),
            _ if last_contact.is_some_and(|at| at >= not_contacted_before(now)) => None,
            _ => Some(Self::NotContacted),
        }
    }
}

/// The start of the last [`CONTACT_DAYS`] days: an earlier last contact counts as not contacted.
pub fn not_contacted_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(CONTACT_DAYS)
}

/// A node of the org chart: a person with the people who report to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgNode<P> {
    /// The person.
    pub person: P,
    /// The people who report to the person, in the given order.
    pub reports: Vec<Self>,
}

impl<P> OrgNode<P> {
    /// Whether the predicate holds for the person or anyone below.
    pub fn any(&self, holds: &impl Fn(&P) -> bool) -> bool {
        holds(&self.person) || self.reports.iter().any(|node| node.any(holds))
    }

    /// The number of people in the subtree.
    pub fn count(&self) -> usize {
        1 + self.reports.iter().map(Self::count).sum::<usize>()
    }
}

/// The org chart of people, in the given order. `ids`: returns a person's own id and their manager's id. People whose manager is
/// not in the list are roots. So is the first person of a cycle; forms accept no cycles.
pub fn org_tree<P>(people: Vec<P>, ids: impl Fn(&P) -> (ContactId, Option<ContactId>)) -> Vec<OrgNode<P>> {
    let keys: Vec<_> = people.iter().map(ids).collect();
    let place: BTreeMap<ContactId, usize> = keys.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
    let above: Vec<Option<usize>> = keys.iter().map(|(_, manager)| manager.and_then(|manager| place.get(&manager).copied())).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); keys.len()];
    let mut tops = Vec::new();
    for person in 0..keys.len() {
        match above[person] {
            Some(manager) if !is_cycle_root(person, &above) => below[manager].push(person),
            _ => tops.push(person),
        }
    }
    let mut people: Vec<Option<P>> = people.into_iter().map(Some).collect();
    tops.into_iter().filter_map(|top| take_subtree(top, &below, &mut people)).collect()
}

/// Whether the person is in a cycle and is its first person in list order.
fn is_cycle_root(person: usize, above: &[Option<usize>]) -> bool {
    let mut seen = BTreeSet::from([person]);
    let mut at = above[person];
    while let Some(manager) = at {
        if manager == person {
            return seen.first() == Some(&person);
        }
        if !seen.insert(manager) {
            return false;
        }
        at = above[manager];
    }
    false
}

fn take_subtree<P>(person: usize, below: &[Vec<usize>], people: &mut [Option<P>]) -> Option<OrgNode<P>> {
    let own = people[person].take()?;
    Some(OrgNode { person: own, reports: below[person].iter().filter_map(|report| take_subtree(*report, below, people)).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(number: usize) -> ContactId {
        ContactId(Uuid::from_u128(number as u128))
    }

    /// `0(1(2))`, from pairs of a person and their manager.
    fn drawn(people: &[(usize, Option<usize>)]) -> String {
        fn draw(nodes: &[OrgNode<(usize, Option<usize>)>]) -> String {
            let one = |node: &OrgNode<(usize, Option<usize>)>| {
                let below = draw(&node.reports);
                if below.is_empty() { node.person.0.to_string() } else { format!("{}({below})", node.person.0) }
            };
            nodes.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        draw(&org_tree(people.to_vec(), |(own, manager)| (id(*own), manager.map(id))))
    }

    #[test]
    fn who_reports_to_whom() {
        assert_eq!(drawn(&[]), "");
        assert_eq!(drawn(&[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1)), (5, None)]), "1(2(3) 4) 5");
        assert_eq!(drawn(&[(2, Some(1)), (1, None)]), "1(2)", "whatever their order");
        assert_eq!(drawn(&[(1, Some(9)), (2, Some(1))]), "1(2)", "a superior who is elsewhere");
        assert_eq!(drawn(&[(1, Some(3)), (2, Some(1)), (3, Some(2)), (4, Some(3))]), "1(2(3(4)))", "a circle is cut open once");
        assert_eq!(drawn(&[(4, Some(2)), (1, Some(2)), (2, Some(1))]), "1(2(4))", "one hangs on a circle");
    }

    #[test]
    fn a_gap_needs_an_open_deal() {
        let now: DateTime<Utc> = "2026-11-21T03:00:00Z".parse().expect("a time");
        let days = |days| Some(now - TimeDelta::days(days));
        assert_eq!(DecisionGap::detect(0, 0, None, now), None);
        assert_eq!(DecisionGap::detect(1, 0, days(1), now), Some(DecisionGap::NoPrimary));
        assert_eq!(DecisionGap::detect(1, 1, None, now), Some(DecisionGap::NotContacted));
        assert_eq!(DecisionGap::detect(1, 1, days(30), now), None, "thirty days ago to the moment is not past them");
        assert_eq!(DecisionGap::detect(1, 2, days(31), now), Some(DecisionGap::NotContacted));
        assert!(DecisionGap::ALL.iter().all(|gap| DecisionGap::from_slug(gap.slug()) == Some(*gap)));
    }

    proptest! {
        #[test]
        fn everybody_is_on_the_map_once(bosses in proptest::collection::vec(proptest::option::of(0_usize..40), 0..40)) {
            let people: Vec<_> = bosses.iter().enumerate().map(|(own, manager)| (own, *manager)).collect();
            let nodes = org_tree(people.clone(), |(own, manager)| (id(*own), manager.map(id)));
            prop_assert_eq!(nodes.iter().map(OrgNode::count).sum::<usize>(), people.len());
            for person in people {
                prop_assert!(nodes.iter().any(|node| node.any(&|other| *other == person)));
            }
        }
    }
}
