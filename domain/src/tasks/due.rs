//! When a task is due: on a day or at a time, and what that is from now.

#[cfg(not(target_arch = "wasm32"))]
use crate::time_zones::TimeZone;
use chrono::{DateTime, NaiveDate, Utc};
#[cfg(not(target_arch = "wasm32"))]
use chrono::{Days, NaiveTime, TimeDelta};

/// Days by which a task can be put off.
pub const SNOOZE_DAYS: [u8; 3] = [1, 3, 7];

/// The end of a task that is not due at any time: the last one in the order of what is due.
pub const NO_DUE_DATE: DateTime<Utc> = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day.and_time(chrono::NaiveTime::MIN).and_utc(),
    None => DateTime::<Utc>::MAX_UTC,
};

/// When a task is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// On a day, at any time of it. Whoever reads it in another time zone reads the same day.
    Day(NaiveDate),
    /// At a time.
    Time(DateTime<Utc>),
}

#[cfg(not(target_arch = "wasm32"))]
impl Due {
    /// The last moment that is not too late, in a time zone: of a day its last millisecond.
    pub fn by(self, zone: TimeZone) -> DateTime<Utc> {
        match self {
            Self::Day(day) => day.succ_opt().map_or(NO_DUE_DATE, |next| zone.start_of(next) - TimeDelta::milliseconds(1)),
            Self::Time(at) => at,
        }
    }

    /// What is due on a day, at a local time of it if there is one. A time that daylight saving skips becomes the one an hour later; of one that
    /// comes twice it is the earlier.
    pub fn on(day: NaiveDate, time: Option<NaiveTime>, zone: TimeZone) -> Self {
        let Some(time) = time else { return Self::Day(day) };
        let local = day.and_time(time);
        let at = zone.to_utc(local).or_else(|| zone.to_utc(local + TimeDelta::hours(1)));
        at.map_or(Self::Day(day), Self::Time)
    }

    /// The local time of the day at which it is due; `None` for any time of it.
    pub fn time(self, zone: TimeZone) -> Option<NaiveTime> {
        match self {
            Self::Day(_) => None,
            Self::Time(at) => Some(zone.local(at).time()),
        }
    }

    /// The day on which it is due, in a time zone.
    pub fn day(self, zone: TimeZone) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Time(at) => zone.day(at),
        }
    }

    /// When a task is due that is put off by a number of days: counted from the day on which it is due, or from today if that is past or there
    /// is none. It keeps its time of the day, as [`Due::on`] has it.
    #[must_use]
    pub fn put_off(due: Option<Self>, days: u8, now: DateTime<Utc>, zone: TimeZone) -> Self {
        let today = zone.day(now);
        let from = due.map_or(today, |due| due.day(zone).max(today));
        let day = from.checked_add_days(Days::new(days.into())).unwrap_or(from);
        Self::on(day, due.and_then(|due| due.time(zone)), zone)
    }
}

/// When open tasks are due, from now: the groups of what is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DueGroup {
    /// The time or the day is past.
    Overdue,
    /// Today, and not past.
    Today,
    /// On one of the seven days after today.
    NextDays,
    /// After them.
    Later,
    /// At no time.
    Undated,
}

#[cfg(not(target_arch = "wasm32"))]
impl DueGroup {
    /// The group of what is due then, at this time in a time zone.
    pub fn of(due: Option<Due>, now: DateTime<Utc>, zone: TimeZone) -> Self {
        due.map_or(Self::Undated, |due| Self::at(due.by(zone), now, zone))
    }

    /// As [`DueGroup::of`], of the last moment that is not too late, which is on the day that something is due.
    pub fn at(due_by: DateTime<Utc>, now: DateTime<Utc>, zone: TimeZone) -> Self {
        match (zone.day(due_by) - zone.day(now)).num_days() {
            _ if due_by == NO_DUE_DATE => Self::Undated,
            _ if due_by < now => Self::Overdue,
            ..=0 => Self::Today,
            1..=7 => Self::NextDays,
            _ => Self::Later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    const HANOI: TimeZone = TimeZone::DEFAULT;

    fn berlin() -> TimeZone {
        TimeZone::from_name("Europe/Berlin").expect("a zone")
    }

    #[test]
    fn a_day_ends_at_midnight_of_the_zone() {
        assert_eq!(Due::Day(day("2026-11-28")).by(HANOI), time("2026-11-28T16:59:59.999Z"));
        assert_eq!(Due::Day(day("2026-10-25")).by(berlin()), time("2026-10-25T22:59:59.999Z"), "the day of 25 hours");
        assert_eq!(Due::Day(day("2026-03-29")).by(berlin()), time("2026-03-29T21:59:59.999Z"), "the day of 23 hours");
        let beirut = TimeZone::from_name("Asia/Beirut").expect("a zone");
        assert_eq!(Due::Day(day("2024-03-30")).by(beirut), time("2024-03-30T21:59:59.999Z"), "midnight is skipped");
        assert!(Due::Day(day("2200-12-31")).by(HANOI) < NO_DUE_DATE);
    }

    #[test]
    fn groups_change_at_midnight_of_the_zone() {
        use DueGroup::{Later, NextDays, Overdue, Today, Undated};
        let at =
            |now: &str| [0, 1, 2, 7, 8, 9].map(|days| DueGroup::of(Some(Due::Day(day("2026-11-28") + Days::new(days))), time(now), HANOI));
        for before in ["2026-11-28T16:59:00Z", "2026-11-28T16:59:59.999Z"] {
            assert_eq!(at(before), [Today, NextDays, NextDays, NextDays, Later, Later], "{before}");
        }
        for after in ["2026-11-28T17:00:00Z", "2026-11-28T17:01:00Z"] {
            assert_eq!(at(after), [Overdue, Today, NextDays, NextDays, NextDays, Later], "{after}");
        }
        assert_eq!(DueGroup::of(None, time("2026-11-28T17:00:00Z"), HANOI), Undated);
    }

    #[test]
    fn groups_follow_a_change_of_the_clocks() {
        let group = |due: &str, now: &str| DueGroup::of(Some(Due::Day(day(due))), time(now), berlin());
        // On 25 October 2026 the clocks go back at 01:00 UTC, on 28 March 2027 forward.
        assert_eq!(group("2026-10-25", "2026-10-24T21:59:59Z"), DueGroup::NextDays);
        assert_eq!(group("2026-10-25", "2026-10-24T22:00:00Z"), DueGroup::Today);
        assert_eq!(group("2026-10-25", "2026-10-25T22:59:59Z"), DueGroup::Today);
        assert_eq!(group("2026-10-25", "2026-10-25T23:00:00Z"), DueGroup::Overdue);
        assert_eq!(group("2027-03-28", "2027-03-28T21:59:59Z"), DueGroup::Today);
        assert_eq!(group("2027-03-28", "2027-03-28T22:00:00Z"), DueGroup::Overdue);
    }

    #[test]
    fn a_time_of_today_is_overdue_once_it_is_past() {
        let due = Some(Due::Time(time("2026-11-28T08:00:00Z")));
        assert_eq!(DueGroup::of(due, time("2026-11-28T08:00:00Z"), HANOI), DueGroup::Today);
        assert_eq!(DueGroup::of(due, time("2026-11-28T08:00:00.001Z"), HANOI), DueGroup::Overdue);
    }

    #[test]
    fn what_is_put_off_is_counted_from_its_day_or_from_today() {
        let now = time("2026-11-28T03:00:00Z");
        let put_off = |due, days| Due::put_off(due, days, now, HANOI);
        assert_eq!(put_off(None, 1), Due::Day(day("2026-11-29")));
        assert_eq!(put_off(Some(Due::Day(day("2026-11-01"))), 3), Due::Day(day("2026-12-01")), "it was overdue");
        assert_eq!(put_off(Some(Due::Day(day("2026-12-10"))), 7), Due::Day(day("2026-12-17")));
        assert_eq!(put_off(Some(Due::Time(time("2026-11-20T23:30:00Z"))), 1), Due::Time(time("2026-11-28T23:30:00Z")), "06:30 there");
    }

    #[test]
    fn what_is_put_off_keeps_its_hour_over_a_change_of_the_clocks() {
        let put_off = |at: &str, now: &str| Due::put_off(Some(Due::Time(time(at))), 1, time(now), berlin());
        assert_eq!(put_off("2027-03-27T20:00:00Z", "2027-03-27T10:00:00Z"), Due::Time(time("2027-03-28T19:00:00Z")), "21:00 both days");
        assert_eq!(put_off("2027-03-27T01:30:00Z", "2027-03-27T01:00:00Z"), Due::Time(time("2027-03-28T01:30:00Z")), "02:30 is skipped");
    }
}
