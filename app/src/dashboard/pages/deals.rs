//! Open deals by their expected close date.

use super::{
    Shown,
    parts::{card, count, number, row, rule},
};
use crate::ui::{
    markup::{IntoMarkup, Markup},
    times::{self, count_days, urgency, urgency_class},
};
use domain::deals::DealQuery;
use leptos::prelude::*;
use store::{dashboard::DashboardDeal, deals::DealTotals};

/// The card of deals past their day.
pub(super) fn overdue(shown: &Shown<'_>) -> Markup {
    let (figures, records) = (&shown.dashboard.figures, &shown.dashboard.records);
    let words = Words {
        id: "overdue",
        title: "Past their day",
        nouns: ("deal past its day", "deals past their day"),
        value: "value of the deals past their day",
        what: "Open, and expected to close before today. The oldest first",
        none: "No open deal is past its day.",
    };
    deals(shown, words, (&shown.lists.overdue, figures.overdue), &records.overdue)
}

/// The card of deals that close soon.
pub(super) fn closing(shown: &Shown<'_>) -> Markup {
    let (figures, records) = (&shown.dashboard.figures, &shown.dashboard.records);
    let words = Words {
        id: "closing",
        title: "Closing within 30 days",
        nouns: ("deal closing within 30 days", "deals closing within 30 days"),
        value: "value of the deals closing within 30 days",
        what: "Open, and expected to close today or in the next 30 days",
        none: "No open deal closes in the next 30 days.",
    };
    deals(shown, words, (&shown.lists.closing, figures.closing), &records.closing)
}

/// The texts of a card.
struct Words {
    id: &'static str,
    title: &'static str,
    /// What one of its deals is called, and several.
    nouns: (&'static str, &'static str),
    /// What their value is called.
    value: &'static str,
    /// Which deals they are.
    what: &'static str,
    /// Said without any.
    none: &'static str,
}

fn deals(shown: &Shown<'_>, words: Words, (query, totals): (&DealQuery, DealTotals), records: &[DashboardDeal]) -> Markup {
    let Words { id, title, nouns, value, what, none } = words;
    let value = number(query, shown.ctx.money(totals.value), value);
    let beside = view! { <p class="text-muted-foreground">{count(query, totals.count, nouns)} " · " {value}</p> };
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
        <p class="text-sm text-foreground tabular-nums">{shown.ctx.money_if_known(deal.value)}</p>
        <p class=urgency_class(urgency(day, today))>{format!("{words} · {}", times::short_date(day, today))}</p>
    };
    row(format!("/deals/{}", deal.id), deal.name.clone(), Some(deal.company_name.clone()), end.into_markup())
}
