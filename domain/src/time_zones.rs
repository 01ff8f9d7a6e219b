//! Time zones: the names of the IANA database, as `chrono-tz` has them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone as _, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::fmt;

/// The areas whose zones are offered. The others are older names of the same zones (`US/Pacific`) and fixed offsets (`Etc/GMT+3`).
const AREAS: [&str; 10] =
    ["Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeZone(Tz);

impl TimeZone {
    /// The zone of a new workspace.
    pub const DEFAULT: Self = Self(Tz::Asia__Ho_Chi_Minh);

    /// The zone of this name, with its very letters; `None` for an unknown one.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().map(Self).ok()
    }

    /// The name, the value in the database: `Asia/Ho_Chi_Minh`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zones that a menu offers: the default first, then UTC, then the others by name.
    pub fn offered() -> impl Iterator<Item = Self> {
        let by_name = TZ_VARIANTS.iter().copied().map(Self);
        let of_an_area = by_name.filter(|zone| *zone != Self::DEFAULT && AREAS.iter().any(|area| zone.name().starts_with(area)));
        [Self::DEFAULT, Self(Tz::UTC)].into_iter().chain(of_an_area)
    }

    /// The day in this zone.
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// A time in this zone.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// The start of a day in UTC. If midnight is skipped, the first time after it.
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        self.to_utc(midnight).or_else(|| self.to_utc(midnight + TimeDelta::hours(1))).unwrap_or_else(|| midnight.and_utc())
    }

    /// A local time of this zone in UTC, the earlier one if it comes twice; `None` if daylight saving skips it.
    pub fn to_utc(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        self.0.from_local_datetime(&local).earliest().map(|at| at.to_utc())
    }

    /// The label at this time, for an offset may change twice a year: `Asia/Ho Chi Minh (UTC+07:00)`.
    pub fn label(self, at: DateTime<Utc>) -> String {
        format!("{} (UTC{})", self.name().replace('_', " "), at.with_timezone(&self.0).offset().fix())
    }

    /// A time in this zone, with its offset: `Fri 27 Nov 2026, 10:30 (UTC+07:00)`.
    pub fn write(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).format("%a %-d %b %Y, %H:%M (UTC%:z)").to_string()
    }
}

impl From<Tz> for TimeZone {
    fn from(zone: Tz) -> Self {
        Self(zone)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn only_names_of_the_database_are_zones() {
        for name in ["Asia/Ho_Chi_Minh", "Asia/Bangkok", "Europe/Berlin", "UTC", "US/Pacific"] {
            assert_eq!(TimeZone::from_name(name).map(TimeZone::name), Some(name));
        }
        for nonsense in ["", "asia/ho_chi_minh", "Asia/Ho Chi Minh", " UTC", "+07:00", "Moon/Tycho", "Asia/Ho_Chi_Minh\0"] {
            assert_eq!(TimeZone::from_name(nonsense), None, "{nonsense}");
        }
        assert_eq!(TimeZone::DEFAULT.name(), crate::workspaces::DEFAULT_TIME_ZONE);
    }

    #[test]
    fn the_menu_has_each_zone_once_and_ours_first() {
        let offered: Vec<&str> = TimeZone::offered().map(TimeZone::name).collect();
        assert_eq!(offered[..2], ["Asia/Ho_Chi_Minh", "UTC"]);
        assert!(offered[2..].is_sorted());
        assert_eq!(offered.iter().collect::<BTreeSet<_>>().len(), offered.len());
        assert!(offered.contains(&"America/New_York") && !offered.contains(&"US/Pacific") && !offered.contains(&"Etc/GMT+3"));
    }

    #[test]
    fn a_label_has_the_offset_of_its_time() {
        let at = |text: &str| text.parse().expect("a time");
        assert_eq!(TimeZone::DEFAULT.label(at("2026-01-01T00:00:00Z")), "Asia/Ho Chi Minh (UTC+07:00)");
        let berlin = TimeZone::from_name("Europe/Berlin").expect("a zone");
        assert_eq!(berlin.label(at("2026-01-01T00:00:00Z")), "Europe/Berlin (UTC+01:00)");
        assert_eq!(berlin.label(at("2026-07-01T00:00:00Z")), "Europe/Berlin (UTC+02:00)");
    }
}
