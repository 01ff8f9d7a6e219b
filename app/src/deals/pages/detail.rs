//! `/deals/{id}`: one deal. Its head with the stages to move it by, its figures, and its parts in tabs.

use super::{
    dots,
    facts::{details, stats},
    history::history,
};
use crate::{
    activities::log_link,
    deals::actions::MoveDeal,
    request::{Id, PageError, RequestContext},
    shell,
    timeline::{TimelinePage, timeline, timeline_end},
    ui::{
        custom_fields::custom_fields_panel,
        form::shown_to,
        icon,
        page::breadcrumb,
        record::{self, delete_menu, edit_button, notes_panel, part_of, record_columns, record_head, tabs},
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::DealId,
    stages::StageKind,
    timeline::TimelineCursor,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::{
    deals::DealDetail,
    stages::Stage,
    timeline::{Timeline, TimelineOf},
};

/// The part of the page that `?tab=` names.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Overview,
    Activities,
    History,
}

const PARTS: [record::Part<Part>; 3] =
    [("overview", "Overview", Part::Overview), ("activities", "Activities", Part::Activities), ("history", "History", Part::History)];

/// `GET /deals/{id}`
pub async fn detail(ctx: RequestContext, Id(id): Id<DealId>) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let (part, before) = (part_of(&pairs, &PARTS)?, timeline_end(&pairs)?);
    let (actor, store) = (ctx.actor(), ctx.store());
    let (deal, stages, events) = tokio::try_join!(store.deal(&actor, id), store.stages(&actor), store.deal_history(&actor, id))?;
    let changes = events.len() as u64;
    let of = TimelineOf::Deal(id);
    let shown = match part {
        Part::Overview => {
            let latest = store.timeline(&actor, of, true, before).await?;
            view! { <section><h2 class="mb-3">"Timeline"</h2>{timeline_of(&ctx, &deal, vec![], latest, before)}</section> }.into_any()
        }
        Part::Activities => {
            let latest = store.timeline(&actor, of, false, before).await?;
            let tab = vec![("tab", "activities".to_owned())];
            view! { <section><h2 class="sr-only">"Activities"</h2>{timeline_of(&ctx, &deal, tab, latest, before)}</section> }.into_any()
        }
        Part::History => view! { <section><h2 class="sr-only">"History"</h2>{history(&ctx, events)}</section> }.into_any(),
    };
    let body = view! {
        {breadcrumb("Deals", "/deals")}
        {header(&ctx, &deal)}
        {stepper(&ctx, &deal, &stages)}
        {stats(&ctx, &deal)}
        {parts(&deal, changes, part)}
        {record_columns(shown, aside(&ctx, &deal))}
    };
    let title = deal.name.clone();
    shell::page_with_islands(ctx, &title, body).await
}

fn header(ctx: &RequestContext, deal: &DealDetail) -> AnyView {
    let (path, actor) = (format!("/deals/{}", deal.id), ctx.actor());
    let edits = actor.may_with(Verb::Update, Entity::Deal, deal.owner_id).then(|| {
        view! {
            {edit_button(&path, "deal")}
            <a class="btn" data-size="sm" href=format!("{path}/move")>{icon("arrow-right-left", "size-4")} "Move"</a>
        }
    });
    let more = actor.may_with(Verb::Delete, Entity::Deal, deal.owner_id).then(|| delete_menu(&path, "Delete deal"));
    let log = log_link(ctx, log_href(deal));
    let idle = deal.idle_days(ctx.now).map(|days| {
        let words = format!("Idle {}, nothing planned", super::card::count_days(days));
        view! { <span class="chip border-warning/40 text-warning">{icon("clock", "size-3")} {words}</span> }
    });
    let contact = deal.contact_id.zip(deal.contact_name.clone()).map(|(id, name)| {
        view! { <a class="hover:text-foreground hover:underline" href=format!("/contacts/{id}")>{name}</a> }
    });
    let line = view! {
        <a class="hover:text-foreground hover:underline" href=format!("/companies/{}", deal.company_id)>{deal.company_name.clone()}</a>
        {contact}
        {idle}
    };
    record_head((), deal.name.clone(), line.into_any(), view! { {log}{edits}{more} }.into_any())
}

/// The stages in order; a press on one moves the deal there. A lost stage asks why, on the page of the move.
fn stepper(ctx: &RequestContext, deal: &DealDetail, stages: &[Stage]) -> AnyView {
    let moves = ctx.actor().may_with(Verb::Update, Entity::Deal, deal.owner_id);
    let here = stages.iter().position(|stage| stage.id == deal.stage.id);
    let path = format!("/deals/{}/move", deal.id);
    let steps = stages
        .iter()
        .zip(dots(stages))
        .enumerate()
        .map(|(place, (stage, dot))| {
            let current = (Some(place) == here).then_some("step");
            let passed = here.is_some_and(|here| place < here).then_some("");
            let words = view! { <span class=format!("dot {dot}")></span> {stage.name.clone()} };
            let step = if current.is_some() || !moves {
                view! { <span>{words}</span> }.into_any()
            } else if stage.kind == StageKind::Lost {
                view! { <a href=format!("{path}?stage={}", stage.slug)>{words}</a> }.into_any()
            } else {
                view! { <button name="stage" value=stage.slug.clone() aria-label=format!("Move to {}", stage.name)>{words}</button> }
                    .into_any()
            };
            view! { <li aria-current=current data-passed=passed>{step}</li> }
        })
        .collect_view();
    view! {
        <form method="post" data-function=MoveDeal::PATH action=path>
            {shown_to()}
            <input type="hidden" name="version" value=deal.version.to_string()/>
            <input type="hidden" name="back" value="deal"/>
            <ol class="stepper" aria-label="Stage">{steps}</ol>
        </form>
    }
    .into_any()
}

fn parts(deal: &DealDetail, changes: u64, part: Part) -> AnyView {
    tabs("Parts of this deal", &format!("/deals/{}", deal.id), &PARTS, part, |part| match part {
        Part::Overview => None,
        Part::Activities => Some(deal.activities),
        Part::History => Some(changes),
    })
}

/// What was said about the deal, on a part of its page that `pairs` name.
fn timeline_of(
    ctx: &RequestContext,
    deal: &DealDetail,
    pairs: Vec<(&'static str, String)>,
    latest: Timeline,
    before: Option<TimelineCursor>,
) -> impl IntoView + use<> {
    let path = format!("/deals/{}", deal.id);
    let page = TimelinePage { of: TimelineOf::Deal(deal.id), path, pairs, before };
    timeline(ctx, page, latest, log_link(ctx, log_href(deal)))
}

/// The form of an activity that is about this deal.
fn log_href(deal: &DealDetail) -> String {
    format!("/activities/new?deal_id={}", deal.id)
}

/// What is known of the deal, beside each of its parts.
fn aside(ctx: &RequestContext, deal: &DealDetail) -> AnyView {
    view! { {details(ctx, deal)}{custom_fields_panel(&deal.custom_fields)}{notes_panel(deal.notes.as_deref())} }.into_any()
}
