//! The days that the figures are about.

use crate::{day_range::DayRange, team::TeamDays};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Days of the figures of what was added, today included, and of those before them.
pub const GROWTH_DAYS: u64 = 30;
/// Days ahead within which a deal closes soon.
pub const CLOSING_DAYS: u64 = 30;

/// Ranges of days, in the workspace's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DashboardDays {
    /// Today.
    pub today: NaiveDate,
    /// This week, from Monday to Sunday.
    pub week: DayRange,
    /// This month, from its first to its last day.
    pub month: DayRange,
    /// The last [`GROWTH_DAYS`] days, today included.
    pub lately: DayRange,
    /// As many days before those.
    pub before: DayRange,
    /// Today and the next [`CLOSING_DAYS`] days.
    pub closing: DayRange,
}

impl DashboardDays {
    /// The ranges at a given day.
    pub fn at(today: NaiveDate) -> Self {
        let team = TeamDays::at(today);
        let first = today - Days::new(today.day0().into());
        let back = |days| today - Days::new(days);
        Self {
            today,
            week: DayRange::between(team.monday, team.sunday),
            month: DayRange::between(first, first + Months::new(1) - Days::new(1)),
            lately: DayRange::between(back(GROWTH_DAYS - 1), today),
            before: DayRange::between(back(2 * GROWTH_DAYS - 1), back(GROWTH_DAYS)),
            closing: DayRange::between(today, today + Days::new(CLOSING_DAYS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn range(from: &str, to: &str) -> DayRange {
        DayRange::between(day(from), day(to))
    }

    #[test]
    fn ranges_follow_the_calendar() {
        let days = DashboardDays::at(day("2026-11-27"));
        assert_eq!(days.week, range("2026-11-23", "2026-11-29"));
        assert_eq!(days.month, range("2026-11-01", "2026-11-30"));
        assert_eq!((days.lately, days.before), (range("2026-10-29", "2026-11-27"), range("2026-09-29", "2026-10-28")));
        assert_eq!(days.closing, range("2026-11-27", "2026-12-27"));
        for (today, first, last) in [
            ("2026-12-31", "2026-12-01", "2026-12-31"),
            ("2027-01-01", "2027-01-01", "2027-01-31"),
            ("2028-02-29", "2028-02-01", "2028-02-29"),
        ] {
            assert_eq!(DashboardDays::at(day(today)).month, range(first, last), "{today}");
        }
    }

    #[test]
    fn the_two_periods_are_equally_long_and_touch() {
        let days = DashboardDays::at(day("2026-03-05"));
        let length = |range: DayRange| range.from.zip(range.to).map(|(from, to)| (to - from).num_days() + 1);
        assert_eq!((length(days.lately), length(days.before)), (Some(30), Some(30)));
        assert_eq!(days.before.to.and_then(|day| day.succ_opt()), days.lately.from);
    }
}
