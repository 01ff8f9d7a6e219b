//! The chips of filters by days.

use super::filters::filter_menu;
use crate::ui::{
    markup::{IntoMarkup, Markup},
    pluralize, times,
};
use chrono::NaiveDate;
use domain::day_range::{DayNames, DayRange, OLDER_THAN_MAX, RelativeDays};
use leptos::prelude::*;

/// The chip of a range of days. `offered`: the days that are counted from today.
pub fn days_chip(label: &'static str, names: DayNames, range: DayRange, offered: &[RelativeDays], clear: String) -> Markup {
    let options = offered
        .iter()
        .map(|days| view! { <option value=days.slug() selected={range.within == Some(*days)}>{days.label()}</option> })
        .collect_view();
    let inputs = view! {
        <label class="flex flex-col gap-1 p-1">"When"<select class="select w-full" name=names.within><option value="">"Any time"</option>{options}</select></label>
        <label class="flex flex-col gap-1 p-1">"More than … days ago"<input type="number" class="input" name=names.older_than min="1" max=OLDER_THAN_MAX.to_string() value=range.older_than.map(|days| days.to_string()) autocomplete="off"/></label>
        {first_and_last([names.from, names.to], [range.from, range.to])}
    };
    filter_menu(label, words_of(range), clear, inputs.into_markup()).into_markup()
}

/// The chip of a first and a last day, with the inputs `from` and `to`.
pub fn days_filter(from: Option<NaiveDate>, to: Option<NaiveDate>, clear: String) -> Markup {
    let range = DayRange::limited(from, to);
    filter_menu("Date", words_of(range), clear, first_and_last(["from", "to"], [from, to])).into_markup()
}

/// The inputs of a first and a last day.
fn first_and_last(names: [&'static str; 2], days: [Option<NaiveDate>; 2]) -> Markup {
    let input = |name: &'static str, label: &'static str, day: Option<NaiveDate>| {
        view! { <label class="flex flex-col gap-1 p-1">{label}<input type="date" class="input" name=name min="1900-01-01" max="2200-12-31" value=day.map(|day| day.to_string())/></label> }
    };
    let ([first, last], [from, to]) = (names, days);
    view! { {input(first, "First day", from)} {input(last, "Last day", to)} }.into_markup()
}

/// A range of days in words; `None` if it is not set.
fn words_of(range: DayRange) -> Option<String> {
    let days = match (range.from, range.to) {
        (Some(from), Some(to)) if from == to => Some(times::day_with_year(from)),
        (Some(from), Some(to)) => Some(format!("{} to {}", times::day_with_year(from), times::day_with_year(to))),
        (Some(from), None) => Some(format!("from {}", times::day_with_year(from))),
        (None, Some(to)) => Some(format!("to {}", times::day_with_year(to))),
        (None, None) => None,
    };
    let within = range.within.map(|within| within.label().to_lowercase());
    let older_than = range.older_than.map(|days| format!("more than {} ago", pluralize(days.into(), "day", "days")));
    let parts: Vec<String> = [within, older_than, days].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
