//! The lists that the figures count and lead to.

use super::DashboardDays;
use crate::{
    activities::{ActivityColumn, ActivityQuery, ActivityType, Planned},
    columns::Layout,
    companies::{CompanyColumn, CompanyQuery},
    contacts::ContactQuery,
    day_range::{Calendar, DayRange},
    deals::{DealColumn, DealFilter, DealQuery, DealView},
    decision_makers::{CONTACT_DAYS, DecisionGap},
    ids::{CompanyId, UserId},
    page::Sort,
    record_filter::RecordFilter,
};
use chrono::{DateTime, NaiveDate, Utc};

/// The list of each figure. A figure is what its list counts and sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardLists {
    /// Whose records; `None` for everybody's.
    pub owner: Option<UserId>,
    /// The companies.
    pub companies: CompanyQuery,
    /// Those added lately.
    pub companies_lately: CompanyQuery,
    /// Those added in the period before.
    pub companies_before: CompanyQuery,
    /// The contacts.
    pub contacts: ContactQuery,
    /// Those added lately.
    pub contacts_lately: ContactQuery,
    /// Those added in the period before.
    pub contacts_before: ContactQuery,
    /// The open deals: the pipeline.
    pub open: DealQuery,
    /// Open deals whose value is not known.
    pub no_value: DealQuery,
    /// Deals added lately, whatever became of them.
    pub opened: DealQuery,
    /// Deals won or lost lately.
    pub closed: DealQuery,
    /// Open deals that are expected to close soon.
    pub closing: DealQuery,
    /// Open deals that were expected to close before today.
    pub overdue: DealQuery,
    /// Open deals with a promised next step.
    pub promised: DealQuery,
    /// Planned activities that are to come.
    pub coming: ActivityQuery,
    /// Planned activities that are past.
    pub missed: ActivityQuery,
    /// Companies with open deals and no primary decision-maker.
    pub undecided: CompanyQuery,
    /// Decision-makers whom nobody was in contact with.
    pub not_contacted: ContactQuery,
}

impl DashboardLists {
    /// The lists of an owner's records, or of everybody's. `start_of`: the first moment of a day in the workspace's time zone.
    pub fn of(owner: Option<UserId>, days: DashboardDays, start_of: impl Fn(NaiveDate) -> DateTime<Utc>) -> Self {
        let owner_id: Vec<UserId> = owner.into_iter().collect();
        let calendar = Calendar { today: days.today, start_of: &start_of };
        let [lately, before, closing] = [days.lately, days.before, days.closing].map(|range| range.in_zone(calendar));
        let companies = CompanyQuery { owner_id: owner_id.clone(), ..CompanyQuery::default() };
        let contacts = ContactQuery { owner_id: owner_id.clone(), ..ContactQuery::default() };
        let activities = ActivityQuery { owner_id: owner_id.clone(), ..ActivityQuery::default() };
        let of_owner = DealFilter { owner_id, ..DealFilter::default() };
        let open = DealFilter { open: true, ..of_owner.clone() };
        let closing = DealFilter { close: closing, ..open.clone() };
        let overdue = DealFilter { close: DayRange::limited(None, days.today.pred_opt()), ..open.clone() };
        let closed = DealFilter { closed: lately, ..of_owner.clone() };
        let by_close = Layout::sorted(Sort { by: DealColumn::ExpectedClose, descending: false });
        Self {
            owner,
            companies_lately: CompanyQuery { record: RecordFilter::created(lately), ..companies.clone() },
            companies_before: CompanyQuery { record: RecordFilter::created(before), ..companies.clone() },
            undecided: CompanyQuery {
                decision: vec![DecisionGap::NoPrimary],
                layout: Layout::sorted(Sort { by: CompanyColumn::OpenDeals, descending: true }),
                ..companies.clone()
            },
            companies,
            contacts_lately: ContactQuery { record: RecordFilter::created(lately), ..contacts.clone() },
            contacts_before: ContactQuery { record: RecordFilter::created(before), ..contacts.clone() },
            not_contacted: ContactQuery { decision_makers: true, not_contacted_days: u16::try_from(CONTACT_DAYS).ok(), ..contacts.clone() },
            contacts,
            no_value: deals(DealFilter { no_value: true, ..open.clone() }),
            promised: deals(DealFilter { promised_step: true, ..open.clone() }),
            closing: DealQuery { layout: by_close.clone(), ..deals(closing) },
            overdue: DealQuery { layout: by_close, ..deals(overdue) },
            open: deals(open),
            opened: deals(DealFilter { record: RecordFilter::created(lately), ..of_owner }),
            closed: deals(closed),
            coming: ActivityQuery {
                planned: Some(Planned::Coming),
                layout: Layout::sorted(Sort { by: ActivityColumn::Date, descending: false }),
                ..activities.clone()
            },
            missed: ActivityQuery { planned: Some(Planned::Missed), ..activities },
        }
    }

    /// The open deals of a company, whoever owns them.
    pub fn open_of(company: CompanyId) -> DealQuery {
        deals(DealFilter { company_id: vec![company], open: true, ..DealFilter::default() })
    }

    /// The open deals of a stage. `slug`: the stage's.
    pub fn stage(&self, slug: &str) -> DealQuery {
        let owner_id = self.owner.into_iter().collect();
        deals(DealFilter { owner_id, stage: vec![slug.to_owned()], ..DealFilter::default() })
    }

    /// The activities of a range of days, planned ones included. `kind`: of one type only.
    pub fn activities(&self, kind: Option<ActivityType>, days: DayRange) -> ActivityQuery {
        ActivityQuery {
            kind: kind.into_iter().collect(),
            date: days,
            owner_id: self.owner.into_iter().collect(),
            ..ActivityQuery::default()
        }
    }
}

fn deals(filter: DealFilter) -> DealQuery {
    DealQuery { filter, view: DealView::List, ..DealQuery::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{BadQuery, ListQuery};
    use chrono::NaiveTime;
    use uuid::Uuid;

    fn read<Q: ListQuery>(query: &Q, parse: impl Fn(Vec<(&str, &str)>) -> Result<Q, BadQuery>) -> Vec<(&'static str, String)> {
        let pairs = query.query_pairs();
        parse(pairs.iter().map(|(name, value)| (*name, value.as_str())).collect()).expect("a list of ours").query_pairs()
    }

    #[test]
    fn every_list_reads_back_from_its_url_with_the_owner() {
        let today = "2026-11-27".parse().expect("a day");
        let days = DashboardDays::at(today);
        for owner in [None, Some(UserId(Uuid::from_u128(7)))] {
            let lists = DashboardLists::of(owner, days, |day| day.and_time(NaiveTime::MIN).and_utc());
            let named = |pairs: &[(&str, String)]| pairs.iter().any(|(name, _)| *name == "owner_id") == owner.is_some();
            for query in [&lists.companies, &lists.companies_lately, &lists.companies_before, &lists.undecided] {
                let pairs = read(query, |pairs| CompanyQuery::parse(pairs));
                assert!(pairs == query.query_pairs() && named(&pairs), "{pairs:?}");
            }
            for query in [&lists.contacts, &lists.contacts_lately, &lists.contacts_before, &lists.not_contacted] {
                let pairs = read(query, |pairs| ContactQuery::parse(pairs));
                assert!(pairs == query.query_pairs() && named(&pairs), "{pairs:?}");
            }
            let of_stage = lists.stage("proposal");
            let deals =
                [&lists.open, &lists.no_value, &lists.opened, &lists.closed, &lists.closing, &lists.overdue, &lists.promised, &of_stage];
            for query in deals {
                let pairs = read(query, |pairs| DealQuery::parse(pairs));
                assert!(pairs == query.query_pairs() && named(&pairs), "{pairs:?}");
            }
            let calls = lists.activities(Some(ActivityType::Call), days.week);
            for query in [&lists.coming, &lists.missed, &calls] {
                let pairs = read(query, |pairs| ActivityQuery::parse(pairs));
                assert!(pairs == query.query_pairs() && named(&pairs), "{pairs:?}");
            }
        }
    }
}
