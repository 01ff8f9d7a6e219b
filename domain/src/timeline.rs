//! The keyset cursor of a record's timeline.

use crate::ids::ActivityId;
use std::{fmt, str::FromStr};

/// Number of entries per page of a timeline.
pub const TIMELINE_PAGE: u64 = 20;

/// The cursor: the last entry of a page. A timeline is sorted from new to old: by time, then activities before changes, then the
/// later created first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineCursor {
    /// The entry's time, in milliseconds since 1970.
    pub at_ms: i64,
    /// The entry among those of the same time.
    pub entry: TimelineEntryId,
}

/// The id of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineEntryId {
    /// An activity.
    Activity(ActivityId),
    /// A change, by its sequence number in the audit log.
    Change(i64),
}

/// Text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in a timeline")]
pub struct InvalidCursor;

/// The value in URLs: `1772420645678-a-0190c7a0-…` or `1772420645678-c-42`.
impl fmt::Display for TimelineCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            TimelineEntryId::Activity(id) => write!(f, "{}-a-{id}", self.at_ms),
            TimelineEntryId::Change(seq) => write!(f, "{}-c-{seq}", self.at_ms),
        }
    }
}

impl FromStr for TimelineCursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (before, sign, rest) =
            ["-a-", "-c-"].into_iter().find_map(|sign| text.split_once(sign).map(|(a, b)| (a, sign, b))).ok_or(InvalidCursor)?;
        // The years 1900 to 2200, as for every date of a form.
        let at_ms = before.parse().ok().filter(|ms| (-2_208_988_800_000..7_289_654_400_000).contains(ms)).ok_or(InvalidCursor)?;
        let entry = match sign {
            "-a-" => TimelineEntryId::Activity(rest.parse().map_err(|_| InvalidCursor)?),
            _ => TimelineEntryId::Change(rest.parse().ok().filter(|seq| *seq > 0).ok_or(InvalidCursor)?),
        };
        Ok(Self { at_ms, entry })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_reads_back_as_written() {
        for text in ["1772420645678-a-0190c7a0-0000-7000-8000-00000000000c", "-1772420645678-c-42", "0-c-1"] {
            assert_eq!(text.parse::<TimelineCursor>().map(|end| end.to_string()).as_deref(), Ok(text));
        }
        for bad in ["", "1", "1-c-0", "1-c--1", "1-a-1", "99999999999999999-c-1", "1-x-1", "1-c-1 OR 1=1", "NaN-c-1"] {
            assert_eq!(bad.parse::<TimelineCursor>(), Err(InvalidCursor), "{bad}");
        }
    }
}
