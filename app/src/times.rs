//! Times as people read them, in the workspace's zone.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// A workspace's zone; one that is not known to this build shows UTC.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// How long ago, and on hover exactly when.
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> impl IntoView {
    let exact = at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M").to_string();
    view! { <time datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true) title=exact>{relative(at, now, zone)}</time> }
}

/// `just now`, `5 min ago`, `2 h ago`, `Yesterday`, `3 days ago`, `12 Nov`, `12 Nov 2025`.
pub fn relative(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (day, today) = (at.with_timezone(&zone).date_naive(), now.with_timezone(&zone).date_naive());
    let minutes = (now - at).num_minutes();
    match (today - day).num_days() {
        0 if minutes < 1 => "just now".to_owned(),
        0 if minutes < 60 => format!("{minutes} min ago"),
        0 => format!("{} h ago", minutes / 60),
        1 => "Yesterday".to_owned(),
        days @ 2..=6 => format!("{days} days ago"),
        _ => short_date(day, today),
    }
}

/// `12 Nov`, with the year when it is another than today's.
pub fn short_date(day: NaiveDate, today: NaiveDate) -> String {
    day.format(if day.year() == today.year() { "%-d %b" } else { "%-d %b %Y" }).to_string()
}

/// How near a day is on which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It has passed.
    Late,
    /// Within 14 days.
    Soon,
    /// Later.
    Calm,
}

/// The days from `today` to `day`, as a word for colour. Two weeks is the shortest usual notice of a purchase.
pub fn urgency(day: NaiveDate, today: NaiveDate) -> Urgency {
    match (day - today).num_days() {
        ..0 => Urgency::Late,
        0..=14 => Urgency::Soon,
        _ => Urgency::Calm,
    }
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
    fn nearness_has_three_words() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let days = |n| today + TimeDelta::days(n);
        assert_eq!(
            [urgency(days(-1), today), urgency(days(0), today), urgency(days(14), today), urgency(days(15), today)],
            [Urgency::Late, Urgency::Soon, Urgency::Soon, Urgency::Calm]
        );
    }
}
