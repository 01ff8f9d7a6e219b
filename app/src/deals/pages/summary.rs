//! The stats and details of a deal's page.

use crate::{
    request::RequestContext,
    ui::{
        markup::{IntoMarkup, Markup},
        record::{detail_item, details_panel, link_item, person_item, planned_item, stat},
        times::{self, Urgency, count_days, urgency, urgency_class},
    },
};
use domain::stages::StageKind;
use leptos::prelude::*;
use store::deals::DealDetail;

/// The row of stats below the header.
pub fn stats(ctx: &RequestContext, deal: &DealDetail) -> Markup {
    let usual = if deal.probability == deal.stage.probability {
        format!("as usual in {}", deal.stage.name)
    } else {
        format!("usually {} % in {}", deal.stage.probability, deal.stage.name)
    };
    let (label, day, below) = closing(ctx, deal);
    let since = in_stage(ctx, deal);
    view! {
        <dl class="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border md:grid-cols-3 lg:grid-cols-5 [&>:last-child]:max-md:col-span-2 [&>:last-child]:md:max-lg:col-span-2">
            {stat("Value", ctx.money_if_known(deal.value), deal.company_name.clone())}
            {stat("Probability", format!("{} %", deal.probability), usual)}
            {stat("Weighted value", ctx.money_if_known(deal.weighted_value), "value times probability".to_owned())}
            {stat(label, day, below)}
            {stat("Time in stage", since.0, since.1)}
        </dl>
    }
    .into_markup()
}

/// The stat of the expected or actual close: label, day, and the distance of the day from today.
fn closing(ctx: &RequestContext, deal: &DealDetail) -> (&'static str, String, String) {
    let (today, zone) = (ctx.today(), ctx.zone());
    match (deal.closed_at, deal.expected_close_date) {
        (Some(at), _) => ("Closed", times::day_with_year(at.with_timezone(&zone).date_naive()), times::relative(at, ctx.now, zone)),
        (None, None) => ("Expected close", "-".to_owned(), "no day set".to_owned()),
        (None, Some(day)) => {
            let below = match (day - today).num_days() {
                0 => "today".to_owned(),
                days @ ..0 => format!("{} late", count_days(-days)),
                days => format!("in {}", count_days(days)),
            };
            ("Expected close", times::day_with_year(day), below)
        }
    }
}

/// The stat of the time in the current stage: days, and the day the deal entered the stage.
fn in_stage(ctx: &RequestContext, deal: &DealDetail) -> (String, String) {
    let since = deal.stage_since.with_timezone(&ctx.zone()).date_naive();
    let days = (ctx.today() - since).num_days();
    let words = if days == 0 { "today".to_owned() } else { count_days(days) };
    (words, format!("in {} since {}", deal.stage.name, times::short_date(since, ctx.today())))
}

/// The details panel.
pub fn details(ctx: &RequestContext, deal: &DealDetail) -> Markup {
    let (now, zone, today) = (ctx.now, ctx.zone(), ctx.today());
    let expected = deal.expected_close_date.map(|day| {
        let near = if deal.stage.kind == StageKind::Open { urgency(day, today) } else { Urgency::Calm };
        detail_item("Expected close", view! { <span class=urgency_class(near)>{times::day_with_year(day)}</span> })
    });
    let last_contact = deal.last_contact_at.map(|at| detail_item("Last contact", times::ago(at, now, zone)));
    let contact = deal.contact_id.zip(deal.contact_name.as_ref());
    let items = view! {
        {link_item("Company", format!("/companies/{}", deal.company_id), &deal.company_name)}
        {contact.map(|(id, name)| link_item("Contact", format!("/contacts/{id}"), name))}
        {expected}
        {deal.source.clone().map(|source| detail_item("Source", source))}
        {deal.lost_reason.clone().map(|reason| detail_item("Lost because", reason))}
        {person_item("Owner", &deal.owner_name)}
        {last_contact}
        {planned_item(ctx, deal.next_contact_at)}
        {detail_item("Created", times::ago(deal.created_at, now, zone))}
        {detail_item("Last changed", times::ago(deal.updated_at, now, zone))}
    };
    details_panel(items.into_markup())
}
