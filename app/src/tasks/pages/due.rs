//! When a task is due, in words.

use crate::{
    request::RequestContext,
    ui::{
        markup::{IntoMarkup, Markup},
        times,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    tasks::{Due, DueGroup, TaskStatus},
    time_zones::TimeZone,
};
use leptos::prelude::*;

/// When a task is due: `Today`, `Tomorrow, 09:30`, `in 3 days`, `12 Dec`; of what is past `2 days overdue`. `No due date` without one. Of a
/// finished task the day alone, as nothing of it is late any more.
pub fn due_words(ctx: &RequestContext, due: Option<Due>, status: TaskStatus) -> String {
    let zone = ctx.zone().into();
    match due {
        Some(due) if status != TaskStatus::Open => times::short_date(due.day(zone), zone.day(ctx.now)),
        due => words(due, ctx.now, zone),
    }
}

/// Words that begin a cell, within a sentence: `today`. Names of months stay as they are.
pub fn in_sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn words(due: Option<Due>, now: DateTime<Utc>, zone: TimeZone) -> String {
    let Some(due) = due else { return "No due date".to_owned() };
    let (day, today) = (due.day(zone), zone.day(now));
    let time = match due {
        Due::Day(_) => String::new(),
        Due::Time(at) => zone.local(at).format(", %H:%M").to_string(),
    };
    match (day - today).num_days() {
        days @ ..=-1 => format!("{} overdue", times::count_days(-days)),
        0 if DueGroup::of(Some(due), now, zone) == DueGroup::Overdue => format!("Overdue since {}", time.trim_start_matches(", ")),
        0 => format!("Today{time}"),
        1 => format!("Tomorrow{time}"),
        days @ 2..=6 => format!("in {days} days{time}"),
        _ => format!("{}{time}", times::short_date(day, today)),
    }
}

/// The words with a colour by how near it is, and the whole date on hover. Of a task that is finished without a colour.
pub(crate) fn due_mark(ctx: &RequestContext, due: Option<Due>, status: TaskStatus) -> Markup {
    let zone = ctx.zone().into();
    let Some(due) = due else { return view! { <span class="text-muted-foreground">"No due date"</span> }.into_markup() };
    let near = match DueGroup::of(Some(due), ctx.now, zone) {
        _ if status != TaskStatus::Open => None,
        DueGroup::Overdue => Some("late"),
        DueGroup::Today => Some("soon"),
        DueGroup::NextDays | DueGroup::Later | DueGroup::Undated => None,
    };
    let shown = due_words(ctx, Some(due), status);
    let (machine, whole) = match due {
        Due::Day(day) => (day.to_string(), times::day_with_year(day)),
        Due::Time(at) => (at.to_rfc3339(), times::exact(at, ctx.zone())),
    };
    view! { <time class="due" data-due=near datetime=machine title=whole>{shown}</time> }.into_markup()
}

/// The heading of the tasks of a group.
pub(crate) const fn due_group_label(group: DueGroup) -> &'static str {
    match group {
        DueGroup::Overdue => "Overdue",
        DueGroup::Today => "Today",
        DueGroup::NextDays => "Next 7 days",
        DueGroup::Later => "Later",
        DueGroup::Undated => "No due date",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn overdue_grows_by_a_day_at_each_midnight() {
        let zone = TimeZone::from_name("Europe/Berlin").expect("a zone");
        let due = Some(Due::Day("2026-10-24".parse().expect("a day")));
        // The clocks go back in the night to 25 October.
        for (now, said) in [
            ("2026-10-23T21:59:00Z", "Tomorrow"),
            ("2026-10-24T21:59:00Z", "Today"),
            ("2026-10-24T22:01:00Z", "1 day overdue"),
            ("2026-10-25T22:59:00Z", "1 day overdue"),
            ("2026-10-25T23:01:00Z", "2 days overdue"),
        ] {
            assert_eq!(words(due, time(now), zone), said, "{now}");
        }
    }

    #[test]
    fn a_time_is_said_with_its_day() {
        let now = time("2026-11-28T03:00:00Z");
        let said = |at: &str| words(Some(Due::Time(time(at))), now, TimeZone::DEFAULT);
        assert_eq!(said("2026-11-28T07:00:00Z"), "Today, 14:00");
        assert_eq!(said("2026-11-28T02:00:00Z"), "Overdue since 09:00");
        assert_eq!(said("2026-11-28T17:00:00Z"), "Tomorrow, 00:00");
        assert_eq!(said("2026-12-01T02:30:00Z"), "in 3 days, 09:30");
        assert_eq!(said("2027-01-05T02:30:00Z"), "5 Jan 2027, 09:30");
        assert_eq!(words(None, now, TimeZone::DEFAULT), "No due date");
    }
}
