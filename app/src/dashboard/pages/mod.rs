//! `/`: the figures of a workspace, each of which leads to the list of what it counts.

mod activities;
mod deals;
mod deciders;
mod figures;
mod follow_ups;
mod parts;
mod pipeline;

use crate::{
    activities::log_link,
    first_steps,
    request::{PageError, RequestContext},
    shell::{self, read_address},
    ui::{
        icon,
        list::url_of,
        markup::{IntoMarkup, Markup},
        times,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    dashboard::{DashboardDays, DashboardLists, DashboardQuery},
    day_range::DayRange,
};
use leptos::prelude::*;
use store::dashboard::{Dashboard, DashboardTimes};

/// What the cards of the page show.
struct Shown<'a> {
    ctx: &'a RequestContext,
    lists: &'a DashboardLists,
    days: DashboardDays,
    dashboard: &'a Dashboard,
}

/// `GET /`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let query = match read_address(&ctx.query()?, DashboardQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Dashboard").await,
    };
    let days = DashboardDays::at(ctx.today());
    let lists = DashboardLists::of(query.owner(ctx.signed_in.user_id), days, |day| times::start_of(day, ctx.zone()));
    let utc = |range: DayRange| ctx.days_utc(range.from, range.to);
    let times = DashboardTimes { today: days.today, week_utc: utc(days.week), month_utc: utc(days.month) };
    let actor = ctx.actor();
    let read = async { Ok(ctx.store().dashboard(&actor, &lists, times).await?) };
    let (dashboard, steps) = tokio::try_join!(read, first_steps::card(&ctx))?;
    let shown = Shown { ctx: &ctx, lists: &lists, days, dashboard: &dashboard };
    let body = view! {
        {head(&ctx, query, days)}
        {steps}
        {figures::cards(&shown)}
        <div class="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div class="flex min-w-0 flex-col gap-4 max-lg:contents">
                {pipeline::card(&shown)}
                {activities::counts(&shown)}
                <div class="min-w-0 max-lg:order-last">{activities::recent(&shown)}</div>
            </div>
            <div class="flex min-w-0 flex-col gap-4 max-lg:contents">
                {deals::overdue(&shown)}
                {deals::closing(&shown)}
                {follow_ups::card(&shown)}
                {deciders::card(&shown)}
            </div>
        </div>
    };
    shell::page(ctx, "Dashboard", body).await
}

/// The title, whose records are shown, and quick actions.
fn head(ctx: &RequestContext, query: DashboardQuery, days: DashboardDays) -> Markup {
    let switch = |mine: bool, words: &'static str| {
        let current = (query.mine == mine).then_some("page");
        view! { <a href=url_of(&DashboardQuery { mine }) aria-current=current>{words}</a> }
    };
    let new = [
        (Entity::Company, "/companies/new", "company", "New company", icon("building-2", "size-4").into_markup()),
        (Entity::Contact, "/contacts/new", "contact", "New contact", icon("users", "size-4").into_markup()),
        (Entity::Deal, "/deals/new", "deal", "New deal", icon("square-kanban", "size-4").into_markup()),
    ]
    .into_iter()
    .filter(|(entity, ..)| ctx.may(Verb::Create, *entity))
    .map(|(_, href, form, words, drawing)| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-form-dialog=form>{drawing} {words}</a> }
    })
    .collect_view();
    view! {
        <div class="flex flex-wrap items-center gap-x-4 gap-y-3">
            <div class="min-w-0 flex-1 basis-60">
                <h1>"Dashboard"</h1>
                <p class="mt-1 text-muted-foreground">{days.today.format("%A %-d %B %Y").to_string()}</p>
            </div>
            <nav class="toggle" aria-label="Whose records">{switch(true, "Mine")} {switch(false, "Everybody")}</nav>
            <div class="flex flex-wrap gap-2 print:hidden" role="group" aria-label="Quick actions">{log_link(ctx, "/activities/new".to_owned())} {new}</div>
        </div>
    }
    .into_markup()
}
