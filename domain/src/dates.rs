//! Dates and local times as form inputs send them.
//!
//! Hand-written, because chrono's format parser would be most of the download for a date.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// Parses a date from 1900 to 2200, in the format of `<input type="date">`: `2026-12-31`.
pub fn day(text: &str) -> Option<NaiveDate> {
    let [year, month, day] = numbers(text, b"0000-00-00")?;
    NaiveDate::from_ymd_opt(i32::from(year), month.into(), day.into()).filter(|date| (1900..=2200).contains(&date.year()))
}

/// Parses a local time in the format of `<input type="datetime-local">`: `2026-12-31T09:30`. Seconds, which some browsers add, are
/// dropped.
pub fn local_time(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once(['T', ' '])?;
    let [hour, minute] = numbers(time.get(..5)?, b"00:00")?;
    let seconds = time.get(5..)?;
    let dropped = seconds.is_empty() || seconds.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
    day(date)?.and_hms_opt(hour.into(), minute.into(), 0).filter(|_| dropped)
}

/// Formats a local time for such an input.
pub fn for_input(time: NaiveDateTime) -> String {
    use chrono::Timelike;
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", time.year(), time.month(), time.day(), time.hour(), time.minute())
}

/// The numbers in a text of this shape. In `shape`, `0` stands for a digit, any other character for itself.
fn numbers<const N: usize>(text: &str, shape: &[u8]) -> Option<[u16; N]> {
    let fits = |(byte, like): (u8, &u8)| if *like == b'0' { byte.is_ascii_digit() } else { byte == *like };
    if text.len() != shape.len() || !text.bytes().zip(shape).all(fits) {
        return None;
    }
    let mut found = [0; N];
    for (number, digits) in found.iter_mut().zip(text.split(|c: char| !c.is_ascii_digit())) {
        *number = digits.parse().ok()?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_of_the_form_that_browsers_send() {
        assert_eq!(day("2026-02-28"), NaiveDate::from_ymd_opt(2026, 2, 28));
        for bad in ["", "2026-2-28", "2026-02-29", "2026/02/28", "28-02-2026", "1899-12-31", "2201-01-01", "2026-02-2８", "2026-00-10"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_local_time_reads_back_as_written() {
        let time = NaiveDate::from_ymd_opt(2026, 11, 21).and_then(|day| day.and_hms_opt(23, 30, 0)).expect("a time");
        assert_eq!(for_input(time), "2026-11-21T23:30");
        for good in ["2026-11-21T23:30", "2026-11-21 23:30", "2026-11-21T23:30:59", "2026-11-21T23:30:59.123"] {
            assert_eq!(local_time(good), Some(time), "{good}");
        }
        for bad in [
            "",
            "2026-11-21",
            "2026-11-21T24:00",
            "2026-11-21T9:30",
            "2026-11-21T23:60",
            "T23:30",
            "2026-11-21T23:30Z",
            "2026-11-21T23:3０",
        ] {
            assert_eq!(local_time(bad), None, "{bad}");
        }
    }
}
