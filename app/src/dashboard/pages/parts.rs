//! Parts that the cards share.

use crate::ui::{
    list::{total_words, url_of},
    markup::{IntoMarkup, Markup},
};
use domain::{numbers::group_thousands, page::ListQuery};
use leptos::prelude::*;
use store::Total;

/// A card with a title and perhaps a line that says what it shows.
pub(super) fn card(id: &'static str, title: &'static str, beside: impl IntoView + 'static, body: Markup) -> Markup {
    view! {
        <section class="panel min-w-0 p-4" aria-labelledby=id>
            <div class="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
                <h2 id=id>{title}</h2>
                {beside}
            </div>
            {body}
        </section>
    }
    .into_markup()
}

/// A number that leads to the list of what it counts. `noun`: what it counts, for a user who hears the link alone.
pub(super) fn number<Q: ListQuery>(query: &Q, shown: String, noun: impl Into<String>) -> Markup {
    let noun = format!(" {}", noun.into());
    view! { <a class="text-foreground tabular-nums hover:underline" data-figure href=url_of(query)>{shown}<span class="sr-only">{noun}</span></a> }.into_markup()
}

/// As [`number`], of a count of records. `nouns`: of one record, and of several.
pub(super) fn count<Q: ListQuery>(query: &Q, count: u64, nouns: (&str, &str)) -> Markup {
    number(query, group_thousands(count), noun_of(count, nouns))
}

/// As [`count`], of a total that may be capped.
pub(super) fn total<Q: ListQuery>(query: &Q, total: Total, nouns: (&str, &str)) -> Markup {
    number(query, total_words(total), noun_of(total.count, nouns))
}

/// As [`number`], within a sentence: the link has the words that follow the number too. `noun` is heard between the two, not seen.
pub(super) fn number_in_words<Q: ListQuery>(query: &Q, shown: String, noun: &str, words: String) -> Markup {
    let noun = format!(" {noun}");
    view! {
        <a class="text-foreground tabular-nums underline decoration-input underline-offset-2 hover:decoration-current" data-figure href=url_of(query)>
            {shown}<span class="sr-only">{noun}</span>" "{words}
        </a>
    }
    .into_markup()
}

/// The noun that follows a number.
pub(super) fn noun_of<'n>(count: u64, (one, many): (&'n str, &'n str)) -> &'n str {
    if count == 1 { one } else { many }
}

/// A rule in small text.
pub(super) fn rule(words: impl IntoView + 'static) -> Markup {
    view! { <p class="mt-1 text-xs break-words text-muted-foreground">{words}</p> }.into_markup()
}

/// A card's part that lists a few records: its title with their number, and the rule of what is counted.
pub(super) fn part(title: &'static str, number: Markup, what: &'static str, rows: Vec<Markup>) -> Markup {
    let list = (!rows.is_empty()).then(|| view! { <ul class="mt-1 divide-y">{rows}</ul> });
    view! {
        <div class="mt-3 first:mt-2">
            <div class="flex items-baseline justify-between gap-3"><h3 class="font-medium">{title}</h3> {number}</div>
            {rule(what)}
            {list}
        </div>
    }
    .into_markup()
}

/// A row: a link to a record with a second line, and what stands at its end.
pub(super) fn row(href: String, name: String, second: Option<String>, end: Markup) -> Markup {
    view! {
        <li class="flex items-start justify-between gap-3 py-2">
            <div class="min-w-0">
                <a class="block truncate font-medium hover:underline" href=href title=name.clone()>{name.clone()}</a>
                {second.map(|words| view! { <p class="truncate text-xs text-muted-foreground">{words}</p> })}
            </div>
            <div class="shrink-0 text-right text-xs text-muted-foreground">{end}</div>
        </li>
    }
    .into_markup()
}
