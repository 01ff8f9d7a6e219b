//! `/deals/{id}`: the page of a deal. Header, stage stepper, stats and tabs.

use super::{
    card::idle_words,
    history::history,
    summary::{details, stats},
};
use crate::{
    activities::log_link,
    deals::actions::MoveDeal,
    demo_data::{demo_chip, demo_ids},
    request::{Id, PageError, RequestContext},
    shell,
    tasks::{new_task_link, pages::tasks_of_record},
    timeline::{TimelinePage, timeline, timeline_cursor},
    ui::{
        archived_chip,
        custom_fields::custom_fields_panel,
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        record::{TabDef, delete_menu, edit_button, notes_panel, record_columns, record_head, tab_of, tabs},
        stage_dot_class,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::DealId,
    stages::StageKind,
    tasks::TaskQuery,
    timeline::TimelineCursor,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::{
    deals::DealDetail,
    demo::DemoIds,
    stages::Stage,
    timeline::{Timeline, TimelineOf},
};

/// A tab of the page, chosen by `?tab=`.
#[derive(Clone, Copy, PartialEq)]
enum Tab {
    Overview,
    Activities,
    Tasks,
    History,
}

const TABS: [TabDef<Tab>; 4] = [
    TabDef { slug: "overview", label: "Overview", tab: Tab::Overview },
    TabDef { slug: "activities", label: "Activities", tab: Tab::Activities },
    TabDef { slug: "tasks", label: "Tasks", tab: Tab::Tasks },
    TabDef { slug: "history", label: "History", tab: Tab::History },
];

/// `GET /deals/{id}`
pub async fn detail(ctx: RequestContext, Id(id): Id<DealId>) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let (tab, before) = (tab_of(&pairs, &TABS)?, timeline_cursor(&pairs)?);
    let (actor, store) = (ctx.actor(), ctx.store());
    let record = async { Ok(tokio::try_join!(store.deal(&actor, id), store.stages(&actor), store.deal_history(&actor, id))?) };
    let ((deal, stages, events), demo) = tokio::try_join!(record, demo_ids(&ctx))?;
    let changes = events.len() as u64;
    let of = TimelineOf::Deal(id);
    let shown = match tab {
        Tab::Overview => {
            let latest = store.timeline(&actor, of, true, before).await?;
            view! { <section><h2 class="mb-3">"Timeline"</h2>{timeline_of(&ctx, &deal, vec![], latest, before)}</section> }.into_markup()
        }
        Tab::Activities => {
            let latest = store.timeline(&actor, of, false, before).await?;
            let tab = vec![("tab", "activities".to_owned())];
            view! { <section><h2 class="sr-only">"Activities"</h2>{timeline_of(&ctx, &deal, tab, latest, before)}</section> }.into_markup()
        }
        Tab::Tasks => {
            let of_deal = TaskQuery { deal_id: vec![id], ..TaskQuery::default() };
            let new = (!deal.is_company_archived).then(|| format!("deal_id={id}"));
            let tasks = tasks_of_record(&ctx, of_deal, new).await?;
            view! { <section><h2 class="sr-only">"Tasks"</h2>{tasks}</section> }.into_markup()
        }
        Tab::History => view! { <section><h2 class="sr-only">"History"</h2>{history(&ctx, events)}</section> }.into_markup(),
    };
    let body = view! {
        {breadcrumb("Deals", "/deals")}
        {header(&ctx, &deal, &demo)}
        {stepper(&ctx, &deal, &stages)}
        {stats(&ctx, &deal)}
        {tab_bar(&deal, changes, tab)}
        {record_columns(shown, aside(&ctx, &deal))}
    };
    let title = deal.name.clone();
    shell::page(ctx, &title, body).await
}

fn header(ctx: &RequestContext, deal: &DealDetail, demo: &DemoIds) -> Markup {
    let (path, actor) = (format!("/deals/{}", deal.id), ctx.actor());
    let edits = actor.may_with(Verb::Update, Entity::Deal, deal.owner_id).then(|| {
        view! {
            {edit_button(&path, "deal")}
            <a class="btn" data-size="sm" href=format!("{path}/move")>{icon("arrow-right-left", "size-4")} "Move"</a>
        }
    });
    let more = actor.may_with(Verb::Delete, Entity::Deal, deal.owner_id).then(|| delete_menu(&path, "Delete deal"));
    let log = log_button(ctx, deal);
    let new_task = if deal.is_company_archived { None } else { new_task_link(ctx, &format!("deal_id={}", deal.id)) };
    let idle = deal.idle_days(ctx.now).map(|days| {
        let words = idle_words(days, deal.open_tasks > 0);
        view! { <span class="chip border-warning/40 text-warning">{icon("clock", "size-3")} {words}</span> }
    });
    let contact = deal.contact_id.zip(deal.contact_name.clone()).map(|(id, name)| {
        view! { <a class="hover:text-foreground hover:underline" href=format!("/contacts/{id}")>{name}</a> }
    });
    let subtitle = view! {
        <a class="hover:text-foreground hover:underline" href=format!("/companies/{}", deal.company_id)>{deal.company_name.clone()}</a>
        {deal.is_company_archived.then(archived_chip)}
        {contact}
        {idle}
        {demo_chip(demo, deal.id.0)}
    };
    record_head((), deal.name.clone(), subtitle.into_markup(), view! { {log}{new_task}{edits}{more} }.into_markup())
}

/// The stages in order as buttons that move the deal. A lost stage is a link to the move page, which asks for the lost reason.
fn stepper(ctx: &RequestContext, deal: &DealDetail, stages: &[Stage]) -> Markup {
    let moves = ctx.actor().may_with(Verb::Update, Entity::Deal, deal.owner_id);
    let current_index = stages.iter().position(|stage| stage.id == deal.stage.id);
    let path = format!("/deals/{}/move", deal.id);
    let steps = stages
        .iter()
        .enumerate()
        .map(|(place, stage)| {
            let dot = stage_dot_class(stage.color);
            let current = (Some(place) == current_index).then_some("step");
            let passed = current_index.is_some_and(|index| place < index).then_some("");
            let words = view! { <span class=format!("dot {dot}")></span> {stage.name.clone()} };
            let step = if current.is_some() || !moves {
                view! { <span>{words}</span> }.into_markup()
            } else if stage.kind == StageKind::Lost {
                view! { <a href=format!("{path}?stage={}", stage.slug)>{words}</a> }.into_markup()
            } else {
                view! { <button name="stage" value=stage.slug.clone() aria-label=format!("Move to {}", stage.name)>{words}</button> }
                    .into_markup()
            };
            view! { <li aria-current=current data-passed=passed>{step}</li> }
        })
        .collect_view();
    let steps = view! { <ol class="stepper" aria-label="Stage">{steps}</ol> };
    if !moves {
        return steps.into_markup();
    }
    view! {
        <form method="post" data-function=MoveDeal::PATH action=path>
            {shown_to()}
            <input type="hidden" name="version" value=deal.version.to_string()/>
            <input type="hidden" name="back" value="deal"/>
            {steps}
        </form>
    }
    .into_markup()
}

fn tab_bar(deal: &DealDetail, changes: u64, tab: Tab) -> Markup {
    tabs("Parts of this deal", &format!("/deals/{}", deal.id), &TABS, tab, |tab| match tab {
        Tab::Overview => None,
        Tab::Activities => Some(deal.activities),
        Tab::Tasks => Some(deal.open_tasks),
        Tab::History => Some(changes),
    })
}

/// The timeline of the deal. `pairs`: the query pairs of the tab that contains the timeline.
fn timeline_of(
    ctx: &RequestContext,
    deal: &DealDetail,
    pairs: Vec<(&'static str, String)>,
    latest: Timeline,
    before: Option<TimelineCursor>,
) -> impl IntoView + use<> {
    let path = format!("/deals/{}", deal.id);
    let page = TimelinePage { of: TimelineOf::Deal(deal.id), path, pairs, before };
    timeline(ctx, page, latest, log_button(ctx, deal))
}

/// The "Log activity" button; `None` if the deal's company is archived, or the user may not.
fn log_button(ctx: &RequestContext, deal: &DealDetail) -> Option<Markup> {
    if deal.is_company_archived { None } else { log_link(ctx, format!("/activities/new?deal_id={}", deal.id)) }
}

/// The side column of every tab: details, custom fields and notes.
fn aside(ctx: &RequestContext, deal: &DealDetail) -> Markup {
    view! { {details(ctx, deal)}{custom_fields_panel(&deal.custom_fields)}{notes_panel(deal.notes.as_deref())} }.into_markup()
}
