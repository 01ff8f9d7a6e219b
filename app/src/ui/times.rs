//! Formats of times, in the workspace's time zone.

use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The time zone of this name; UTC for an unknown name.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// A local time in UTC: the earlier one if the local time occurs twice, `None` if it is skipped.
pub fn utc(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    zone.from_local_datetime(&local).earliest().map(|time| time.to_utc())
}

/// The start of a day in UTC. If midnight is skipped, the first time after it.
pub fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&midnight) {
        MappedLocalTime::None => zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(1))).earliest(),
        found => found.earliest(),
    }
    .map_or_else(|| midnight.and_utc(), |time| time.to_utc())
}

/// `17 Nov 2026`
pub fn day_with_year(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// `Today`, `Yesterday`, `Tomorrow`, `Tuesday 17 November`; with the year if it is not the current one.
pub fn day_heading(day: NaiveDate, today: NaiveDate) -> String {
    match (day - today).num_days() {
        -1 => "Yesterday".to_owned(),
        0 => "Today".to_owned(),
        1 => "Tomorrow".to_owned(),
        _ => day.format(if day.year() == today.year() { "%A %-d %B" } else { "%A %-d %B %Y" }).to_string(),
    }
}

/// `09:30`, with the full time as tooltip.
pub fn time_of_day(at: DateTime<Utc>, zone: Tz) -> impl IntoView {
    let shown = at.with_timezone(&zone).format("%H:%M").to_string();
    view! { <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true) title=exact(at, zone)>{shown}</time> }
}

/// `Sat 21 Nov 2026, 09:30`.
pub fn exact(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M").to_string()
}

/// `2026-11-21 09:30:05 +07:00`, for files.
pub fn sortable(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// The relative time, with the full time as tooltip.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> impl IntoView {
    let exact = exact(at, zone);
    view! { <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true) title=exact>{relative(at, now, zone)}</time> }
}

/// `just now`, `5 min ago`, `2 h ago`, `Yesterday`, `3 days ago`, `12 Nov`, `12 Nov 2025`; for future times `in 2 h`, `Tomorrow`,
/// `in 3 days`.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (day, today) = (at.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    let minutes = (now - at).num_minutes();
    match (today - day).num_days() {
        0 if minutes <= -60 => format!("in {} h", -minutes / 60),
        0 if minutes < 0 => format!("in {} min", -minutes),
        0 if minutes < 1 => "just now".to_owned(),
        0 if minutes < 60 => format!("{minutes} min ago"),
        0 => format!("{} h ago", minutes / 60),
        1 => "Yesterday".to_owned(),
        days @ 2..=6 => format!("{days} days ago"),
        -1 => "Tomorrow".to_owned(),
        days @ -6..=-2 => format!("in {} days", -days),
        _ => short_date(day, today),
    }
}

/// `12 Nov`, with the year if it is not the current one.
pub fn short_date(day: NaiveDate, today: NaiveDate) -> String {
    day.format(if day.year() == today.year() { "%-d %b" } else { "%-d %b %Y" }).to_string()
}

/// The urgency of a due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Overdue.
    Late,
    /// Within 14 days.
    Soon,
    /// Later.
    Calm,
}

/// The urgency of `day`. Two weeks is the shortest usual notice of a purchase.
pub fn urgency(day: NaiveDate, today: NaiveDate) -> Urgency {
    match (day - today).num_days() {
        ..0 => Urgency::Late,
        0..=14 => Urgency::Soon,
        _ => Urgency::Calm,
    }
}

/// The text colour class of an urgency. Colour is never the only sign: [`days_late`] says it in words.
pub fn urgency_class(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Late => "text-destructive",
        Urgency::Soon => "text-warning",
        Urgency::Calm => "",
    }
}

/// `3 days late`; `None` for a day that is not over.
pub fn days_late(day: NaiveDate, today: NaiveDate) -> Option<String> {
    let days = (today - day).num_days();
    (days > 0).then(|| format!("{} late", count_days(days)))
}

/// `1 day`, `3 days`.
pub fn count_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn times_are_told_by_the_calendar_of_the_zone() {
        let zone = zone("Asia/Ho_Chi_Minh");
        // 01:00 on Saturday 21 November in Việt Nam.
        let now: DateTime<Utc> = "2026-11-20T18:00:00Z".parse().expect("a time");
        for (ago, shown) in [
            (TimeDelta::seconds(20), "just now"),
            (TimeDelta::minutes(5), "5 min ago"),
            (TimeDelta::minutes(61), "Yesterday"),
            (TimeDelta::hours(30), "2 days ago"),
            (TimeDelta::days(9), "12 Nov"),
            (TimeDelta::days(365), "21 Nov 2025"),
        ] {
            assert_eq!(relative(now - ago, now, zone), shown);
        }
        assert_eq!(super::zone("Moon/Tycho"), Tz::UTC);
    }

    #[test]
    fn a_day_is_one_of_the_zone() {
        let zone = zone("Asia/Ho_Chi_Minh");
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let time = |text: &str| text.parse::<NaiveDateTime>().expect("a time");
        // 23:30 in Ho Chi Minh City is still that day, and 16:30 of it in UTC.
        let late = utc(time("2026-11-20T23:30:00"), zone).expect("a time there");
        assert_eq!(late.to_rfc3339(), "2026-11-20T16:30:00+00:00");
        assert_eq!(late.with_timezone(&zone).date_naive(), day("2026-11-20"));
        assert_eq!(start_of(day("2026-11-20"), zone).to_rfc3339(), "2026-11-19T17:00:00+00:00");
        // In Berlin clocks skip an hour in March and repeat one in October; in Beirut the skipped hour is midnight.
        let berlin = super::zone("Europe/Berlin");
        assert_eq!(utc(time("2026-03-29T02:30:00"), berlin), None);
        assert_eq!(utc(time("2026-10-25T02:30:00"), berlin).map(|time| time.to_rfc3339()).as_deref(), Some("2026-10-25T00:30:00+00:00"));
        assert_eq!(start_of(day("2024-03-31"), super::zone("Asia/Beirut")).to_rfc3339(), "2024-03-30T22:00:00+00:00");
        let today = day("2026-11-21");
        let headings = ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-17", "2025-11-17"].map(|text| day_heading(day(text), today));
        assert_eq!(headings, ["Yesterday", "Today", "Tomorrow", "Tuesday 17 November", "Monday 17 November 2025"]);
    }

    #[test]
    fn what_is_to_come_is_said_so() {
        let zone = zone("Asia/Ho_Chi_Minh");
        let now: DateTime<Utc> = "2026-11-20T02:00:00Z".parse().expect("a time");
        let shown = [TimeDelta::minutes(5), TimeDelta::hours(3), TimeDelta::days(1), TimeDelta::days(3), TimeDelta::days(9)];
        assert_eq!(shown.map(|ahead| relative(now + ahead, now, zone)), ["in 5 min", "in 3 h", "Tomorrow", "in 3 days", "29 Nov"]);
    }

    #[test]
    fn nearness_has_three_words() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let days = |n| today + TimeDelta::days(n);
        assert_eq!(
            [urgency(days(-1), today), urgency(days(0), today), urgency(days(14), today), urgency(days(15), today)],
            [Urgency::Late, Urgency::Soon, Urgency::Soon, Urgency::Calm]
        );
    }
}
