//! The figures at the top: companies, contacts, open deals, pipeline.

use super::{
    Shown,
    parts::{number, rule, total},
};
use crate::ui::markup::{IntoMarkup, Markup};
use domain::{dashboard::GROWTH_DAYS, numbers::group_thousands, page::ListQuery};
use leptos::prelude::*;
use store::Total;

/// The row of figures.
pub(super) fn cards(shown: &Shown<'_>) -> Markup {
    let (lists, figures) = (shown.lists, &shown.dashboard.figures);
    let open = figures.open();
    let count = |count: u64| group_thousands(count);
    let companies =
        growth((&lists.companies_lately, figures.companies_lately), (&lists.companies_before, figures.companies_before), "companies");
    let contacts = growth((&lists.contacts_lately, figures.contacts_lately), (&lists.contacts_before, figures.contacts_before), "contacts");
    let (opened, closed) = (figures.opened.count, figures.closed.count);
    let change = i64::try_from(opened).unwrap_or(i64::MAX).saturating_sub(i64::try_from(closed).unwrap_or(i64::MAX));
    let deals = view! {
        {rule(view! {
            {format!("{} in {GROWTH_DAYS} days: ", signed(change))}
            {number(&lists.opened, count(opened), "deals added lately")} " opened less "
            {number(&lists.closed, count(closed), "deals closed lately")} " closed"
        })}
        {rule("Open: in a stage neither won nor lost. Opened: added, whatever became of them")}
    };
    let without = (figures.no_value.count > 0).then(|| {
        rule(view! { {number(&lists.no_value, count(figures.no_value.count), "open deals without a value")} " without a value, counted as nought" })
    });
    let money = |amount| shown.ctx.money(amount);
    view! {
        <dl id="figures" class="grid gap-px overflow-hidden rounded-lg border bg-border sm:grid-cols-2 xl:grid-cols-5">
            {figure("Companies", total(&lists.companies, figures.companies, "companies"), view! { {companies} {rule("Archived ones are left out")} }.into_markup())}
            {figure("Contacts", total(&lists.contacts, figures.contacts, "contacts"), contacts)}
            {figure("Open deals", number(&lists.open, count(open.count), "open deals"), deals.into_markup())}
            {figure("Pipeline value", number(&lists.open, money(open.value), "pipeline value"), view! { {rule("Of the open deals. Won and lost ones are never pipeline")} {without} }.into_markup())}
            {figure("Weighted value", number(&lists.open, money(open.weighted), "weighted value"), rule("Value times probability of each open deal, rounded half up to a hundredth, then summed"))}
        </dl>
    }
    .into_markup()
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

/// How many were added in the last days, and in as many before.
fn growth<Q: ListQuery>((lately, added): (&Q, Total), (earlier, before): (&Q, Total), records: &str) -> Markup {
    rule(view! {
        {total(lately, added, &format!("{records} added lately"))} {format!(" added in {GROWTH_DAYS} days, ")}
        {total(earlier, before, &format!("{records} added in the days before"))} {format!(" in the {GROWTH_DAYS} before")}
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
