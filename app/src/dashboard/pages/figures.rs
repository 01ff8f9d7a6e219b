//! The figures at the top: companies, contacts, open deals, pipeline.

use super::{
    Shown,
    parts::{count, noun_of, number, number_in_words, rule, total},
};
use crate::ui::{
    list::total_words,
    markup::{IntoMarkup, Markup},
};
use domain::{dashboard::GROWTH_DAYS, numbers::group_thousands, page::ListQuery};
use leptos::prelude::*;
use store::Total;

/// The row of figures.
pub(super) fn cards(shown: &Shown<'_>) -> Markup {
    let (lists, figures) = (shown.lists, &shown.dashboard.figures);
    let open = figures.open();
    let companies = growth(
        (&lists.companies_lately, figures.companies_lately),
        (&lists.companies_before, figures.companies_before),
        ("company", "companies"),
    );
    let contacts = growth(
        (&lists.contacts_lately, figures.contacts_lately),
        (&lists.contacts_before, figures.contacts_before),
        ("contact", "contacts"),
    );
    let money = |amount| shown.ctx.money(amount);
    let pipeline = view! { {rule("Of the open deals. Won and lost ones are never pipeline")} {without_value(shown)} };
    let weighted = rule("Value times probability of each open deal, rounded half up to a hundredth, then summed");
    view! {
        <dl id="figures" class="grid gap-px overflow-hidden rounded-lg border bg-border bg-clip-padding sm:grid-cols-2 xl:grid-cols-[4fr_4fr_5fr_6fr_6fr]">
            {figure("Companies", total(&lists.companies, figures.companies, ("company", "companies")), view! { {companies} {rule("Archived ones are left out")} }.into_markup())}
            {figure("Contacts", total(&lists.contacts, figures.contacts, ("contact", "contacts")), contacts)}
            {figure("Open deals", count(&lists.open, open.count, ("open deal", "open deals")), opened_and_closed(shown))}
            {figure("Pipeline value", number(&lists.open, money(open.value), "pipeline value"), pipeline.into_markup())}
            {figure("Weighted value", number(&lists.open, money(open.weighted), "weighted value"), weighted)}
        </dl>
    }
    .into_markup()
}

/// How many deals were opened and closed in the last days.
fn opened_and_closed(shown: &Shown<'_>) -> Markup {
    let (lists, figures) = (shown.lists, &shown.dashboard.figures);
    let (opened, closed) = (figures.opened, figures.closed);
    let change = i64::try_from(opened).unwrap_or(i64::MAX).saturating_sub(i64::try_from(closed).unwrap_or(i64::MAX));
    let deals =
        |query, count, words: &str| number_in_words(query, group_thousands(count), noun_of(count, ("deal", "deals")), words.to_owned());
    view! {
        {rule(view! {
            {format!("{} in {GROWTH_DAYS} days: ", signed(change))} {deals(&lists.opened, opened, "opened")} " less " {deals(&lists.closed, closed, "closed")}
        })}
        {rule("Open: in a stage neither won nor lost. Opened: added, whatever became of them")}
    }
    .into_markup()
}

/// The open deals that the values leave out; `None` without any.
fn without_value(shown: &Shown<'_>) -> Option<Markup> {
    let count = shown.dashboard.figures.no_value;
    let noun = noun_of(count, ("open deal", "open deals"));
    let link = || number_in_words(&shown.lists.no_value, group_thousands(count), noun, "without a value".to_owned());
    (count > 0).then(|| rule(view! { {link()} ", counted as nought" }))
}

fn figure(label: &'static str, number: Markup, below: Markup) -> Markup {
    view! {
        <div class="min-w-0 bg-card px-4 py-3 sm:last:max-xl:col-span-2">
            <dt class="text-muted-foreground">{label}</dt>
            <dd class="mt-0.5 text-xl font-semibold tracking-tight break-words">{number}</dd>
            <dd>{below}</dd>
        </div>
    }
    .into_markup()
}

/// How many were added in the last days, and in as many before. `nouns`: of one record, and of several.
fn growth<Q: ListQuery>((lately, added): (&Q, Total), (earlier, before): (&Q, Total), nouns: (&str, &str)) -> Markup {
    let added_before = format!("{} added", noun_of(before.count, nouns));
    rule(view! {
        {number_in_words(lately, total_words(added), noun_of(added.count, nouns), format!("added in {GROWTH_DAYS} days"))} ", "
        {number_in_words(earlier, total_words(before), &added_before, format!("in the {GROWTH_DAYS} before"))}
    })
}

/// `+2`, `0`, `−3`.
fn signed(change: i64) -> String {
    let number = group_thousands(change.unsigned_abs());
    match change {
        1.. => format!("+{number}"),
        0 => number,
        _ => format!("\u{2212}{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign() {
        assert_eq!([2, 0, -1_250].map(signed), ["+2", "0", "\u{2212}1.250"]);
    }
}
