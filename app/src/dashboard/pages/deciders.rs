//! Who decides: companies where nobody is known to, and those nobody talks to.

use super::{
    Shown,
    parts::{self, number, part, row, total},
};
use crate::ui::markup::{IntoMarkup, Markup};
use domain::dashboard::DashboardLists;
use leptos::prelude::*;

/// The card.
pub(super) fn card(shown: &Shown<'_>) -> Markup {
    let (lists, figures, records) = (shown.lists, &shown.dashboard.figures, &shown.dashboard.records);
    let companies = records.undecided.iter().map(|company| {
        let value = number(
            &DashboardLists::open_of(company.id),
            shown.ctx.money(company.open_deals_value),
            format!("value of open deals of {}", company.name),
        );
        row(format!("/companies/{}", company.id), company.name.clone(), None, view! { <span class="text-sm">{value}</span> }.into_markup())
    });
    let contacts = records.not_contacted.iter().map(|contact| {
        let second: Vec<String> = [contact.job_title.clone(), contact.company_name.clone()].into_iter().flatten().collect();
        row(format!("/contacts/{}", contact.id), contact.name.clone(), (!second.is_empty()).then(|| second.join(" · ")), ().into_markup())
    });
    let body = view! {
        {part("No primary decision-maker", total(&lists.undecided, figures.undecided, ("company with open deals and no primary decision-maker", "companies with open deals and no primary decision-maker")), "Companies with open deals, by their value", companies.collect())}
        {part("Not contacted for 30 days", total(&lists.not_contacted, figures.not_contacted, ("decision-maker not contacted for 30 days", "decision-makers not contacted for 30 days")), "Decision-makers without a call, email, meeting or message", contacts.collect())}
    };
    parts::card("deciders", "Who decides", (), body.into_markup())
}
