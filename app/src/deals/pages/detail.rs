//! `/deals/{id}`: one deal, its figures, and what happened to it.

use super::{dots, id_of};
use crate::{
    errors::PageError,
    times::{self, Urgency, urgency},
    ui::{
        avatar,
        custom_fields::custom_fields_panel,
        icon,
        page::{breadcrumb, fact, figure},
    },
    visit::Visit,
};
use axum::{extract::Path, response::Response};
use chrono::NaiveDate;
use domain::{
    access::{Entity, Verb},
    stages::StageKind,
};
use leptos::prelude::*;
use store::deals::{DealChange, DealDetail, DealEvent};

/// `GET /deals/{id}`
pub async fn detail(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    if !visit.query()?.is_empty() {
        return Err(PageError::BadRequest);
    }
    let deal = visit.store().deal(&visit.actor(), id_of(&id)?).await?;
    let stages = visit.store().stages(&visit.actor()).await?;
    let dot = stages.iter().zip(dots(&stages)).find(|(stage, _)| stage.id == deal.stage.id).map_or("bg-stage-1", |(_, dot)| dot);
    let notes = deal.notes.clone().map(|notes| {
        view! { <section class="panel p-4"><h2 class="mb-2">"Notes"</h2><p class="break-words whitespace-pre-line text-muted-foreground">{notes}</p></section> }
    });
    let body = view! {
        {breadcrumb("Deals", "/deals")}
        {header(&visit, &deal, dot)}
        {figures(&visit, &deal)}
        <div class="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <section class="min-w-0"><h2 class="mb-3">"History"</h2>{history(&visit, &deal)}</section>
            <aside class="flex min-w-0 flex-col gap-6">{details(&visit, &deal)}{custom_fields_panel(&deal.custom_fields)}{notes}</aside>
        </div>
    };
    let title = deal.name.clone();
    visit.page(&title, body).await
}

fn header(visit: &Visit, deal: &DealDetail, dot: &'static str) -> impl IntoView + use<> {
    let (path, actor) = (format!("/deals/{}", deal.id), visit.actor());
    let edits = actor.may_with(Verb::Update, Entity::Deal, deal.owner_id).then(|| {
        view! {
            <a class="btn" data-variant="outline" data-size="sm" href=format!("{path}/edit")>{icon("pencil", "size-4")} "Edit"</a>
            <a class="btn" data-size="sm" href=format!("{path}/move")>{icon("arrow-right-left", "size-4")} "Move"</a>
        }
    });
    let deletes = actor.may_with(Verb::Delete, Entity::Deal, deal.owner_id).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{path}/delete")>{icon("trash-2", "size-4")} "Delete"</a> }
    });
    view! {
        <div class="flex flex-wrap items-start gap-4">
            <div class="min-w-0 flex-1 basis-64">
                <h1 class="break-words">{deal.name.clone()}</h1>
                <p class="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">
                    <span class="chip text-foreground"><span class=format!("dot {dot}")></span>{deal.stage.name.clone()}</span>
                    <a class="hover:text-foreground hover:underline" href=format!("/companies/{}", deal.company_id)>{deal.company_name.clone()}</a>
                </p>
            </div>
            <div class="flex flex-wrap gap-2">{deletes}{edits}</div>
        </div>
    }
}

fn figures(visit: &Visit, deal: &DealDetail) -> impl IntoView + use<> {
    let usual = if deal.probability == deal.stage.probability {
        format!("as usual in {}", deal.stage.name)
    } else {
        format!("usually {} % in {}", deal.stage.probability, deal.stage.name)
    };
    let (label, day, below) = closing(visit, deal);
    view! {
        <dl class="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">
            {figure("Value", visit.money(deal.value), deal.company_name.clone())}
            {figure("Probability", format!("{} %", deal.probability), usual)}
            {figure("Weighted value", visit.money(deal.weighted_value), "value times probability".to_owned())}
            {figure(label, day, below)}
        </dl>
    }
}

/// When it closes or was closed: label, day, and how near that is.
fn closing(visit: &Visit, deal: &DealDetail) -> (&'static str, String, String) {
    let (today, zone) = (visit.today(), visit.zone());
    let long = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    match (deal.closed_at, deal.expected_close_date) {
        (Some(at), _) => ("Closed", long(at.with_timezone(&zone).date_naive()), times::relative(at, visit.now, zone)),
        (None, None) => ("Expected close", "-".to_owned(), "no day set".to_owned()),
        (None, Some(day)) => {
            let below = match (day - today).num_days() {
                0 => "today".to_owned(),
                days @ ..0 => format!("{} late", count_days(-days)),
                days => format!("in {}", count_days(days)),
            };
            ("Expected close", long(day), below)
        }
    }
}

fn count_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// The colour of a nearness.
fn urgency_class(near: Urgency) -> &'static str {
    match near {
        Urgency::Late => "text-destructive",
        Urgency::Soon => "text-warning",
        Urgency::Calm => "",
    }
}

fn details(visit: &Visit, deal: &DealDetail) -> impl IntoView + use<> {
    let (now, zone, today) = (visit.now, visit.zone(), visit.today());
    let expected = deal.expected_close_date.map(|day| {
        let near = if deal.stage.kind == StageKind::Open { urgency(day, today) } else { Urgency::Calm };
        fact("Expected close", view! { <span class=urgency_class(near)>{day.format("%-d %b %Y").to_string()}</span> })
    });
    view! {
        <section class="panel p-4">
            <h2 class="mb-2">"Details"</h2>
            <dl>
                {fact("Company", view! { <a class="text-primary hover:underline" href=format!("/companies/{}", deal.company_id)>{deal.company_name.clone()}</a> })}
                {deal.contact_id.zip(deal.contact_name.clone()).map(|(id, name)| fact("Contact", view! { <a class="text-primary hover:underline" href=format!("/contacts/{id}")>{name}</a> }))}
                {expected}
                {deal.source.clone().map(|source| fact("Source", source))}
                {deal.lost_reason.clone().map(|reason| fact("Lost because", reason))}
                {fact("Owner", view! { <span class="inline-flex items-center gap-1.5">{avatar(&deal.owner_name, "size-5 text-[10px]")}{deal.owner_name.clone()}</span> })}
                {fact("Created", times::ago(deal.created_at, now, zone))}
                {fact("Last changed", times::ago(deal.updated_at, now, zone))}
            </dl>
        </section>
    }
}

fn history(visit: &Visit, deal: &DealDetail) -> impl IntoView + use<> {
    let (now, zone) = (visit.now, visit.zone());
    let entries = deal
        .history
        .iter()
        .map(|DealEvent { at, actor_name, change }| {
            let (drawing, what) = match change {
                DealChange::Created { stage, value } => (icon("plus", "size-3.5"), format!("Created in {stage}, worth {}", visit.money(*value))),
                DealChange::Stage { from, to } => (icon("arrow-right-left", "size-3.5"), format!("Moved from {from} to {to}")),
                DealChange::Value { from, to } => (icon("pencil", "size-3.5"), format!("Value changed from {} to {}", visit.money(*from), visit.money(*to))),
            };
            let who = actor_name.clone().map(|name| format!("by {name}"));
            view! {
                <li class="group/event relative flex gap-3 pb-5">
                    <span class="absolute top-7 bottom-0 left-3.5 w-px bg-border group-last/event:hidden" aria-hidden="true"></span>
                    <span class="z-10 grid size-7 shrink-0 place-items-center rounded-full border bg-background text-muted-foreground">{drawing}</span>
                    <p class="min-w-0 flex-1 pt-0.5"><span class="font-medium">{what}</span>" "<span class="text-muted-foreground">{who}</span></p>
                    <span class="shrink-0 pt-0.5 text-xs text-muted-foreground">{times::ago(*at, now, zone)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol>{entries}</ol> }
}
