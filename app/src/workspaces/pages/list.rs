//! `/workspaces`: the workspaces that the user belongs to, with a search, and the ended ones that they can take back.

use crate::{
    request::{AccountContext, PageError},
    settings::account::DELETE,
    shell,
    ui::{
        form::shown_to,
        icon, initial,
        markup::{IntoMarkup, Markup},
        page::empty_state,
        times,
    },
    workspaces::{PATH, switch_form},
};
use axum::response::Response;
use chrono::TimeDelta;
use domain::{
    fold::fold,
    workspaces::{END_GRACE_DAYS, SWITCHER_MAX},
};
use leptos::prelude::*;
use store::OwnWorkspace;

/// `GET /workspaces`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let query = ctx.query()?.into_iter().find(|(name, _)| name == "q").map(|(_, value)| value).unwrap_or_default();
    let (ended, going_on): (Vec<_>, Vec<_>) =
        ctx.store().own_workspaces(ctx.user.user_id).await?.into_iter().partition(|own| own.ended_at.is_some());
    let (suspended, open): (Vec<_>, Vec<_>) = going_on.into_iter().partition(|own| own.is_suspended);
    let searchable = open.len() > SWITCHER_MAX || !query.is_empty();
    let words = fold(&query);
    let is_found = |own: &&OwnWorkspace| fold(&own.name).contains(words.trim());
    let rows: Vec<_> = open.iter().filter(is_found).map(|own| row(&ctx, own)).collect();
    let new = || view! { <a class="btn" data-size="sm" href=format!("{PATH}/new")>{icon("plus", "size-4")} "New workspace"</a> };
    let list = if open.is_empty() {
        let sentence = if suspended.is_empty() {
            "You are in no workspace. Make one, or ask somebody to invite you to theirs."
        } else {
            "You are in no other workspace. Make one, or ask somebody to invite you to theirs."
        };
        empty_state(icon("building", "size-5"), sentence, new()).into_markup()
    } else if rows.is_empty() {
        empty_state(icon("search-x", "size-5"), format!("No workspace of yours is called “{query}”."), ()).into_markup()
    } else {
        view! { <section class="panel" aria-label="Workspaces"><ul class="divide-y">{rows}</ul></section> }.into_markup()
    };
    let head_button = (!open.is_empty()).then(new);
    let body = view! {
        <div class="flex flex-wrap items-center gap-2"><h1>"Your workspaces"</h1><div class="flex-1"></div>{head_button}</div>
        {searchable.then(|| search(query))}
        {suspended_ones(&suspended)}
        {list}
        {ended_ones(&ctx, &ended)}
        {open.is_empty().then(|| view! { <p class="text-muted-foreground"><a class="underline" href=DELETE>"Delete your account"</a></p> })}
    };
    shell::account_page(ctx, "Your workspaces", body).await
}

fn search(query: String) -> impl IntoView {
    view! {
        <form method="get" action=PATH role="search" class="flex max-w-sm gap-2">
            <input class="input min-w-0 flex-1" type="search" name="q" value=query aria-label="Search workspaces"/>
            <button class="btn" data-variant="outline">"Search"</button>
        </form>
    }
}

fn row(ctx: &AccountContext, own: &OwnWorkspace) -> Markup {
    let is_current = ctx.signed_in.as_ref().is_some_and(|signed_in| signed_in.workspace_id == own.id);
    let label = format!("Switch to {}", own.name);
    let act = if is_current {
        view! { <span class="text-muted-foreground">"You are here"</span> }.into_markup()
    } else {
        let button = view! { <button class="btn" data-variant="outline" data-size="sm" aria-label=label>"Switch"</button> };
        switch_form(own.id, "", button)
    };
    view! {
        <li class="flex items-center gap-3 px-3 py-2.5">
            <span class="grid size-8 shrink-0 place-items-center rounded-lg bg-muted font-medium text-muted-foreground" aria-hidden="true">{initial(&own.name)}</span>
            <span class="min-w-0 flex-1">
                <span class="block font-medium break-words">{own.name.clone()}</span>
                <span class="block text-muted-foreground">{own.role.label()}</span>
            </span>
            {act}
        </li>
    }
    .into_markup()
}

/// The suspended workspaces, which the user can't open; `None` without any.
fn suspended_ones(suspended: &[OwnWorkspace]) -> Option<Markup> {
    let rows: Vec<_> = suspended
        .iter()
        .map(|own| {
            view! {
                <li class="flex items-start gap-3 px-3 py-2.5">
                    <span class="grid size-8 shrink-0 place-items-center rounded-lg bg-muted text-muted-foreground">{icon("pause", "size-4")}</span>
                    <span class="min-w-0 flex-1">
                        <span class="block font-medium break-words">{own.name.clone()}</span>
                        <span class="block text-muted-foreground">{own.role.label()}</span>
                    </span>
                </li>
            }
        })
        .collect();
    let sentence = "An administrator of this server suspended it: nobody can open or change anything in it until it is resumed. Nothing is lost. Ask them why.";
    (!rows.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="suspended">
                <div class="px-3 pt-3" role="alert"><h2 id="suspended">"Suspended"</h2><p class="mt-1 text-muted-foreground">{sentence}</p></div>
                <ul class="divide-y">{rows}</ul>
            </section>
        }
        .into_markup()
    })
}

/// The ended workspaces; `None` without any.
fn ended_ones(ctx: &AccountContext, ended: &[OwnWorkspace]) -> Option<Markup> {
    let zone = ctx.signed_in.as_ref().map_or_else(|| times::zone(""), |signed_in| times::zone(&signed_in.time_zone));
    let rows: Vec<_> = ended
        .iter()
        .filter_map(|own| {
            let gone = own.ended_at? + TimeDelta::days(END_GRACE_DAYS);
            let until = times::day_with_year(gone.with_timezone(&zone).date_naive());
            let label = format!("Take back {}", own.name);
            Some(view! {
                <li class="flex flex-wrap items-center gap-3 px-3 py-2.5">
                    <span class="min-w-0 flex-1 basis-48">
                        <span class="block font-medium break-words">{own.name.clone()}</span>
                        <span class="block text-muted-foreground">{format!("Ended. It is deleted with everything in it on {until}.")}</span>
                    </span>
                    <form method="post" action=format!("{PATH}/{}/take-back", own.id)>
                        {shown_to()}
                        <button class="btn" data-variant="outline" data-size="sm" aria-label=label>"Take back"</button>
                    </form>
                </li>
            })
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! { <section class="panel" aria-labelledby="ended"><h2 id="ended" class="px-3 pt-3">"Ended"</h2><ul class="divide-y">{rows}</ul></section> }
            .into_markup()
    })
}
