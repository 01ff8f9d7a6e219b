//! Open deals by their expected close date.

use super::{
    Shown,
    parts::{card, number, row, rule},
};
use crate::ui::{
    markup::{IntoMarkup, Markup},
    times::{self, count_days, urgency, urgency_class},
};
use domain::{deals::DealQuery, numbers::group_thousands};
use leptos::prelude::*;
use store::{dashboard::DashboardDeal, deals::DealTotals};

/// The card of deals past their day.
pub(super) fn overdue(shown: &Shown<'_>) -> Markup {
    let (figures, records) = (&shown.dashboard.figures, &shown.dashboard.records);
    let words = ("Open, and expected to close before today. The oldest first", "No open deal is past its day.");
    deals(shown, ("overdue", "Past their day"), (&shown.lists.overdue, figures.overdue), words, &records.overdue)
}

/// The card of deals that close soon.
pub(super) fn closing(shown: &Shown<'_>) -> Markup {
    let (figures, records) = (&shown.dashboard.figures, &shown.dashboard.records);
    let words = ("Open, and expected to close today or in the next 30 days", "No open deal closes in the next 30 days.");
    deals(shown, ("closing", "Closing within 30 days"), (&shown.lists.closing, figures.closing), words, &records.closing)
}

fn deals(
    shown: &Shown<'_>,
    (id, title): (&'static str, &'static str),
    (query, totals): (&DealQuery, DealTotals),
    (what, none): (&'static str, &'static str),
    records: &[DashboardDeal],
) -> Markup {
    let count = number(query, group_thousands(totals.count), &format!("deals, {}", title.to_lowercase()));
    let value = shown.ctx.money(totals.value);
    let beside = view! { <p class="text-muted-foreground tabular-nums">{count} " · " {value}</p> };
    let body = if records.is_empty() {
        view! { <p class="mt-2 text-muted-foreground">{none}</p> }.into_markup()
    } else {
        let rows = records.iter().map(|deal| deal_row(shown, deal)).collect_view();
        view! { {rule(what)} <ul class="mt-1 divide-y">{rows}</ul> }.into_markup()
    };
    card(id, title, beside, body)
}

fn deal_row(shown: &Shown<'_>, deal: &DashboardDeal) -> Markup {
    let (day, today) = (deal.expected_close_date, shown.days.today);
    let words = match (day - today).num_days() {
        0 => "Today".to_owned(),
        days @ ..0 => format!("{} late", count_days(-days)),
        days => format!("In {}", count_days(days)),
    };
    let end = view! {
        <p class="text-sm tabular-nums">{shown.ctx.money_if_known(deal.value)}</p>
        <p class=urgency_class(urgency(day, today))>{format!("{words} · {}", times::short_date(day, today))}</p>
    };
    row(format!("/deals/{}", deal.id), deal.name.clone(), Some(deal.company_name.clone()), end.into_markup())
}
