//! A filter of lists by the day of a time.

use crate::{
    dates,
    page::{BadQuery, Pair},
};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

/// The most days of the filter "older than".
pub const OLDER_THAN_MAX: u16 = 3_650;

/// Days that are counted from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelativeDays {
    /// Today.
    Today,
    /// Today and the 6 days before.
    Last7Days,
    /// Today and the 29 days before.
    Last30Days,
    /// From the first to the last day of this month.
    ThisMonth,
    /// Today and the 6 days after.
    Next7Days,
    /// Today and the 29 days after.
    Next30Days,
}

impl RelativeDays {
    /// Those of times that are past.
    pub const PAST: [Self; 4] = [Self::Today, Self::Last7Days, Self::Last30Days, Self::ThisMonth];
    /// Every one.
    pub const ALL: [Self; 6] = [Self::Today, Self::Last7Days, Self::Last30Days, Self::ThisMonth, Self::Next7Days, Self::Next30Days];

    /// The value in URLs.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Last7Days => "last-7-days",
            Self::Last30Days => "last-30-days",
            Self::ThisMonth => "this-month",
            Self::Next7Days => "next-7-days",
            Self::Next30Days => "next-30-days",
        }
    }

    /// Parses a slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|days| days.slug() == slug)
    }

    /// The label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Last7Days => "Last 7 days",
            Self::Last30Days => "Last 30 days",
            Self::ThisMonth => "This month",
            Self::Next7Days => "Next 7 days",
            Self::Next30Days => "Next 30 days",
        }
    }

    /// The first and the last day.
    fn limits(self, today: NaiveDate) -> [Option<NaiveDate>; 2] {
        let (before, after) = (|days| today.checked_sub_days(Days::new(days)), |days| today.checked_add_days(Days::new(days)));
        match self {
            Self::Today => [Some(today); 2],
            Self::Last7Days => [before(6), Some(today)],
            Self::Last30Days => [before(29), Some(today)],
            Self::ThisMonth => {
                let first = today.with_day(1);
                let next = first.and_then(|day| day.checked_add_months(chrono::Months::new(1)));
                [first, next.and_then(|day| day.pred_opt())]
            }
            Self::Next7Days => [Some(today), after(6)],
            Self::Next30Days => [Some(today), after(29)],
        }
    }
}

/// Today, and when days begin, in the workspace's time zone.
#[derive(Clone, Copy)]
pub struct Calendar<'a> {
    /// Today.
    pub today: NaiveDate,
    /// The first moment of a day.
    pub start_of: &'a dyn Fn(NaiveDate) -> DateTime<Utc>,
}

/// The names of a range's parts in URLs.
#[derive(Debug, Clone, Copy)]
pub struct DayNames {
    /// The first day.
    pub from: &'static str,
    /// The last day.
    pub to: &'static str,
    /// Days that are counted from today.
    pub within: &'static str,
    /// More than this many days ago.
    pub older_than: &'static str,
}

/// The names of the days of records that have a day of their own.
pub const DATE: DayNames = DayNames { from: "from", to: "to", within: "within", older_than: "older_than" };

/// A range of days in the workspace's time zone. Each part that is set limits it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DayRange {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// Days that are counted from today.
    pub within: Option<RelativeDays>,
    /// More than this many days ago, 1 to [`OLDER_THAN_MAX`].
    pub older_than: Option<u16>,
    /// The days and times that these are: see [`DayRange::in_zone`].
    resolved: Option<Resolved>,
}

/// The first and the last day of a range, and the times from which on and before which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Resolved {
    days: [Option<NaiveDate>; 2],
    times: [Option<DateTime<Utc>>; 2],
}

impl DayRange {
    /// From one day to another.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Self {
        Self::limited(Some(from), Some(to))
    }

    /// From one day to another. An end that is not set does not limit the range.
    pub fn limited(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Self {
        Self { from, to, ..Self::default() }
    }

    /// Whether a part is set.
    pub fn is_set(self) -> bool {
        self.from.is_some() || self.to.is_some() || self.is_relative()
    }

    /// Whether it is another range tomorrow.
    pub fn is_relative(self) -> bool {
        self.within.is_some() || self.older_than.is_some()
    }

    /// The range with the days and times that it stands for today, in a time zone.
    #[must_use]
    pub fn in_zone(self, calendar: Calendar<'_>) -> Self {
        if !self.is_set() {
            return self;
        }
        let days = self.limits(calendar.today);
        let times = [days[0], days[1].and_then(|day| day.succ_opt())].map(|day| day.map(calendar.start_of));
        Self { resolved: Some(Resolved { days, times }), ..self }
    }

    fn limits(self, today: NaiveDate) -> [Option<NaiveDate>; 2] {
        let [first, last] = self.within.map_or([None; 2], |within| within.limits(today));
        let old = self.older_than.and_then(|days| today.checked_sub_days(Days::new(u64::from(days) + 1)));
        [self.from.into_iter().chain(first).max(), self.to.into_iter().chain(last).chain(old).min()]
    }

    /// The times of the range: the first is part of it, the second is not. Days in UTC without [`DayRange::in_zone`].
    pub fn utc(self) -> [Option<DateTime<Utc>>; 2] {
        self.resolved_or_utc().times
    }

    /// The first and the last day of the range.
    pub fn days(self) -> [Option<NaiveDate>; 2] {
        self.resolved_or_utc().days
    }

    /// Without [`DayRange::in_zone`], a relative range has no days at all.
    fn resolved_or_utc(self) -> Resolved {
        self.resolved.unwrap_or_else(|| {
            let absolute = if self.is_relative() {
                [NaiveDate::from_ymd_opt(2200, 12, 31), NaiveDate::from_ymd_opt(1900, 1, 1)]
            } else {
                [self.from, self.to]
            };
            let start_of = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
            let times = [absolute[0], absolute[1].and_then(|day| day.succ_opt())].map(|day| day.map(start_of));
            Resolved { days: absolute, times }
        })
    }

    /// The times of those of several ranges that are others tomorrow.
    pub(crate) fn relative_times(ranges: impl IntoIterator<Item = Self>) -> Vec<[Option<DateTime<Utc>>; 2]> {
        ranges.into_iter().filter(|range| range.is_relative()).map(Self::utc).collect()
    }

    /// Parses a pair of a URL's query. Returns whether the name is one of the range's.
    ///
    /// # Errors
    /// [`BadQuery`] for anything but a day, days that are counted from today, or a number of them.
    pub(crate) fn parse_pair(&mut self, names: DayNames, name: &str, value: &str) -> Result<bool, BadQuery> {
        if name == names.from {
            self.from = Some(dates::day(value).ok_or(BadQuery)?);
        } else if name == names.to {
            self.to = Some(dates::day(value).ok_or(BadQuery)?);
        } else if name == names.within {
            self.within = Some(RelativeDays::from_slug(value).ok_or(BadQuery)?);
        } else if name == names.older_than {
            let days = value.trim().parse().ok().filter(|days| (1..=OLDER_THAN_MAX).contains(days));
            self.older_than = Some(days.ok_or(BadQuery)?);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// The pairs of the URL's query.
    pub(crate) fn query_pairs(self, names: DayNames) -> impl Iterator<Item = Pair> {
        let day = |name, day: Option<NaiveDate>| Some((name, day?.to_string()));
        let within = self.within.map(|within| (names.within, within.slug().to_owned()));
        let older_than = self.older_than.map(|days| (names.older_than, days.to_string()));
        [day(names.from, self.from), day(names.to, self.to), within, older_than].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    const NAMES: DayNames = DayNames { from: "from", to: "to", within: "within", older_than: "older_than" };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn hanoi(day: NaiveDate) -> DateTime<Utc> {
        day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(7)
    }

    fn read(pairs: &[(&str, &str)]) -> Result<DayRange, BadQuery> {
        let mut range = DayRange::default();
        for (name, value) in pairs {
            assert!(range.parse_pair(NAMES, name, value)?, "{name}");
        }
        Ok(range)
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let times = |texts: [&str; 2]| texts.map(|text| text.parse::<DateTime<Utc>>().ok());
        let month = DayRange::between(day("2026-11-01"), day("2026-11-30"));
        assert_eq!(month.utc(), times(["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"]), "days in UTC without a zone");
        let calendar = Calendar { today: day("2026-11-28"), start_of: &hanoi };
        assert_eq!(month.in_zone(calendar).utc(), times(["2026-10-31T17:00:00Z", "2026-11-30T17:00:00Z"]));
        assert_eq!(DayRange::default().in_zone(calendar).utc(), [None; 2]);
        assert!(month.is_set() && !DayRange::default().is_set());
    }

    #[test]
    fn relative_days_are_counted_from_today() {
        let calendar = Calendar { today: day("2028-02-29"), start_of: &hanoi };
        for (within, from, to) in [
            ("today", "2028-02-29", "2028-02-29"),
            ("last-7-days", "2028-02-23", "2028-02-29"),
            ("last-30-days", "2028-01-31", "2028-02-29"),
            ("this-month", "2028-02-01", "2028-02-29"),
            ("next-7-days", "2028-02-29", "2028-03-06"),
            ("next-30-days", "2028-02-29", "2028-03-29"),
        ] {
            let range = read(&[("within", within)]).expect("relative days");
            assert_eq!(range.in_zone(calendar).days(), [from, to].map(|text| Some(day(text))), "{within}");
            let [first, last] = range.utc();
            assert!(first > last, "{within} has no days while nobody says which day is today");
        }
        let old = read(&[("older_than", "30")]).expect("a number of days").in_zone(calendar);
        assert_eq!(old.days(), [None, Some(day("2028-01-29"))], "30 days ago is not more than 30 days ago");
        assert_eq!(old.utc()[1], Some(hanoi(day("2028-01-30"))));
    }

    #[test]
    fn each_part_limits_the_range() {
        let calendar = Calendar { today: day("2026-11-28"), start_of: &hanoi };
        let range = read(&[("from", "2026-11-10"), ("to", "2027-01-01"), ("within", "this-month"), ("older_than", "7")]).expect("a range");
        assert_eq!(range.in_zone(calendar).days(), [Some(day("2026-11-10")), Some(day("2026-11-20"))]);
    }

    #[test]
    fn nonsense_is_refused() {
        for (name, value) in [
            ("from", "27.11.2026"),
            ("to", "2026-02-30"),
            ("within", "ever"),
            ("older_than", "0"),
            ("older_than", "3651"),
            ("older_than", "-1"),
        ] {
            assert_eq!(read(&[(name, value)]), Err(BadQuery), "{name}={value}");
        }
    }

    proptest! {
        #[test]
        fn a_range_reads_back_as_written(
            days in proptest::array::uniform2(proptest::option::of(0_u64..50_000)),
            within in proptest::option::of(proptest::sample::select(RelativeDays::ALL.to_vec())),
            older_than in proptest::option::of(1..=OLDER_THAN_MAX),
        ) {
            let [from, to] = days.map(|days| days.and_then(|days| NaiveDate::default().checked_add_days(Days::new(days))));
            let range = DayRange { from, to, within, older_than, resolved: None };
            let written: Vec<_> = range.query_pairs(NAMES).collect();
            let pairs: Vec<_> = written.iter().map(|(name, value)| (*name, value.as_str())).collect();
            prop_assert_eq!(read(&pairs), Ok(range));
        }
    }
}
