//! A filter of lists by the day of a time.

use crate::{
    dates,
    page::{self, BadQuery},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// A range of days in the workspace's time zone. An end that is not set does not limit the range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayRange {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// The days as times in UTC: see [`DayRange::in_zone`].
    times: [Option<DateTime<Utc>>; 2],
}

impl DayRange {
    /// From one day to another.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Self {
        Self { from: Some(from), to: Some(to), times: [None; 2] }
    }

    /// Whether an end is set.
    pub fn is_set(self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// The range in a time zone. `start_of`: the first moment of a day there.
    #[must_use]
    pub fn in_zone(self, start_of: impl Fn(NaiveDate) -> DateTime<Utc>) -> Self {
        Self { times: [self.from, self.to.and_then(|day| day.succ_opt())].map(|day| day.map(&start_of)), ..self }
    }

    /// The times of the range: the first is part of it, the second is not. Days in UTC without [`DayRange::in_zone`].
    pub fn utc(self) -> [Option<DateTime<Utc>>; 2] {
        if self.times == [None; 2] { self.in_zone(|day| day.and_time(NaiveTime::MIN).and_utc()).times } else { self.times }
    }

    /// Parses a day of a URL's query.
    ///
    /// # Errors
    /// [`BadQuery`] for anything but a day.
    pub(crate) fn parse_day(value: &str) -> Result<Option<NaiveDate>, BadQuery> {
        dates::day(value).map(Some).ok_or(BadQuery)
    }

    /// The pairs of the URL's query. `names`: those of the first and the last day.
    pub(crate) fn query_pairs(self, names: [&'static str; 2]) -> impl Iterator<Item = page::Pair> {
        names.into_iter().zip([self.from, self.to]).filter_map(|(name, day)| Some((name, day?.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn days_are_those_of_the_zone() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let times = |texts: [&str; 2]| texts.map(|text| text.parse::<DateTime<Utc>>().ok());
        let month = DayRange::between(day("2026-11-01"), day("2026-11-30"));
        assert_eq!(month.utc(), times(["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"]), "days in UTC without a zone");
        let hanoi = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(7);
        assert_eq!(month.in_zone(hanoi).utc(), times(["2026-10-31T17:00:00Z", "2026-11-30T17:00:00Z"]));
        assert_eq!(DayRange::default().in_zone(hanoi).utc(), [None; 2]);
        assert!(month.is_set() && !DayRange::default().is_set());
    }
}
