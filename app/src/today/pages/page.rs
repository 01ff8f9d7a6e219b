//! `/today`: what to do first and why, and what is due.

use super::{action_row::action_list, tasks};
use crate::{
    activities::log_link,
    request::{PageError, RequestContext},
    shell::{self, read_address},
    tasks::{new_task_link, pages::buttons_form},
    today::RULES,
    ui::{
        icon,
        list::{url_of, url_with},
        markup::{IntoMarkup, Markup},
        page::empty_state,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    today::{SHOWN_ACTIONS, SHOWN_ACTIONS_MAX, TodayQuery},
};
use leptos::prelude::*;
use store::today::{ActionsQuery, NextActions};

/// `GET /today`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let query = match read_address(&ctx.query()?, TodayQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Today").await,
    };
    let actor = ctx.actor();
    let owner = query.owner(&actor);
    let query = TodayQuery { everybody: owner.is_none(), ..query };
    let read = async { Ok(ctx.store().next_actions(&actor, ActionsQuery { owner, today: ctx.today(), most: query.actions }).await?) };
    let (actions, due) = tokio::try_join!(read, tasks::load(&ctx, owner))?;
    let body = view! {
        {head(&ctx, query)}
        <div id="today" data-fresh class="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            {buttons_form(&ctx)}
            {next_actions(&ctx, query, &actions)}
            {tasks::panel(&ctx, &due, query.everybody)}
        </div>
    };
    shell::page(ctx, "Today", body).await
}

/// The title, for admins whose work is shown, and quick actions.
fn head(ctx: &RequestContext, query: TodayQuery) -> Markup {
    let switch = |everybody: bool, words: &'static str| {
        let current = (query.everybody == everybody).then_some("page");
        view! { <a href=url_of(&TodayQuery { everybody, ..TodayQuery::default() }) aria-current=current>{words}</a> }
    };
    let whose = TodayQuery::may_see_everybody(&ctx.actor()).then(|| {
        view! { <nav class="toggle" aria-label="Whose work">{switch(false, "Mine")} {switch(true, "Everybody")}</nav> }
    });
    view! {
        <div class="flex flex-wrap items-center gap-x-4 gap-y-3">
            <div class="min-w-0 flex-1 basis-60">
                <h1>"Today"</h1>
                <p class="mt-1 text-muted-foreground">{ctx.today().format("%A %-d %B %Y").to_string()}</p>
            </div>
            {whose}
            <div class="flex flex-wrap gap-2 print:hidden" role="group" aria-label="Quick actions">
                {log_link(ctx, "/activities/new".to_owned())} {new_task_link(ctx, "")}
            </div>
        </div>
    }
    .into_markup()
}

fn next_actions(ctx: &RequestContext, query: TodayQuery, actions: &NextActions) -> Markup {
    let rules =
        ctx.may(Verb::Update, Entity::Workspace).then(|| view! { <a class="text-muted-foreground hover:underline" href=RULES>"Rules"</a> });
    let body = if actions.actions.is_empty() {
        let words = if query.everybody {
            "Nothing needs anybody now: every deal has a next step, and nobody was forgotten."
        } else {
            "Nothing needs you now: each of your deals has a next step, and nobody was forgotten."
        };
        view! { <div class="p-4">{empty_state(icon("circle-check", "size-5"), words, ())}</div> }.into_markup()
    } else {
        let more = (actions.has_more && query.actions < SHOWN_ACTIONS_MAX).then(|| {
            let href = url_with(&query, |query| query.actions += SHOWN_ACTIONS);
            view! { <p class="border-t px-4 py-2"><a class="btn" data-variant="ghost" data-size="sm" href=href>"Show more"</a></p> }
        });
        view! { {action_list(ctx, &actions.actions)} {more} }.into_markup()
    };
    view! {
        <section class="panel min-w-0" aria-labelledby="next-actions">
            <div class="flex items-baseline gap-3 px-4 pt-3">
                <h2 id="next-actions" class="min-w-0 flex-1">"What to do next"</h2>
                {rules}
            </div>
            {body}
        </section>
    }
    .into_markup()
}
