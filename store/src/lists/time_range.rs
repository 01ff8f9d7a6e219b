//! Days that a list is filtered by, as times.

use chrono::{DateTime, Utc};
use domain::day_range::DayRange;

/// A range of time in UTC. Callers convert the days of a query, as they know the workspace's time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// Start of the first day, inclusive.
    pub from: Option<DateTime<Utc>>,
    /// End of the last day, exclusive.
    pub until: Option<DateTime<Utc>>,
}

impl From<DayRange> for TimeRange {
    fn from(days: DayRange) -> Self {
        let [from, until] = days.utc();
        Self { from, until }
    }
}
