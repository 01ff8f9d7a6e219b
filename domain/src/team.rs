//! Figures of the members of a workspace, each with the list of exactly the records that it counts.

use crate::{
    activities::ActivityQuery,
    day_range::DayRange,
    deals::{DealFilter, DealQuery, DealView},
    ids::UserId,
};
use chrono::{Datelike, Days, NaiveDate};

/// The days that the figures are about, in the workspace's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamDays {
    /// Today.
    pub today: NaiveDate,
    /// Monday of this week.
    pub monday: NaiveDate,
    /// Sunday of this week.
    pub sunday: NaiveDate,
}

impl TeamDays {
    /// The days at a given one. A week begins on Monday.
    pub fn at(today: NaiveDate) -> Self {
        let monday = today - Days::new(today.weekday().num_days_from_monday().into());
        Self { today, monday, sunday: monday + Days::new(6) }
    }
}

/// The activities of a member that are dated this week, planned ones included.
pub fn activities_this_week(owner: UserId, days: TeamDays) -> ActivityQuery {
    ActivityQuery { owner_id: vec![owner], date: DayRange::between(days.monday, days.sunday), ..ActivityQuery::default() }
}

/// The open deals of a member. `open_stages`: slugs of the stages that are neither won nor lost. `None` without such a stage, and so without
/// such a deal.
pub fn open_deals(owner: UserId, open_stages: &[String]) -> Option<DealQuery> {
    let filter = DealFilter { owner_id: vec![owner], stage: open_stages.to_vec(), ..DealFilter::default() };
    (!open_stages.is_empty()).then(|| DealQuery { filter, view: DealView::List, ..DealQuery::default() })
}

/// The open deals of a member whose expected close date was before today. `open_stages`: as for [`open_deals`].
pub fn overdue_deals(owner: UserId, open_stages: &[String], days: TeamDays) -> Option<DealQuery> {
    let query = open_deals(owner, open_stages)?;
    let filter = DealFilter { close: DayRange::limited(None, days.today.pred_opt()), ..query.filter };
    Some(DealQuery { filter, ..query })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::ListQuery;
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_week_goes_from_monday_to_sunday() {
        for (today, monday, sunday) in [
            ("2026-11-23", "2026-11-23", "2026-11-29"),
            ("2026-11-27", "2026-11-23", "2026-11-29"),
            ("2026-11-29", "2026-11-23", "2026-11-29"),
            ("2027-01-01", "2026-12-28", "2027-01-03"),
        ] {
            let days = TeamDays::at(day(today));
            assert_eq!((days.today, days.monday, days.sunday), (day(today), day(monday), day(sunday)));
        }
    }

    #[test]
    fn the_lists_read_back_from_their_urls() {
        let (owner, stages) = (UserId(Uuid::from_u128(7)), ["proposal".to_owned(), "negotiation".to_owned()]);
        let days = TeamDays::at(day("2026-11-27"));
        let activities = activities_this_week(owner, days);
        let pairs = activities.query_pairs();
        assert_eq!(ActivityQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), Ok(activities));
        for deals in [open_deals(owner, &stages), overdue_deals(owner, &stages, days)] {
            let deals = deals.expect("there are open stages");
            let pairs = deals.query_pairs();
            assert_eq!(DealQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), Ok(deals));
        }
        assert_eq!(overdue_deals(owner, &stages, days).and_then(|deals| deals.filter.close.to), Some(day("2026-11-26")));
    }

    #[test]
    fn without_an_open_stage_no_deal_is_open() {
        let owner = UserId(Uuid::from_u128(7));
        assert_eq!((open_deals(owner, &[]), overdue_deals(owner, &[], TeamDays::at(day("2026-11-27")))), (None, None));
    }
}
