//! `/search`: the results, kind by kind.

use super::hit::{detail_line, kind_icon, with_marks};
use crate::{
    request::{PageError, RequestContext},
    shell::{self, read_address},
    ui::{
        icon,
        list::{list_head, list_results, pagination, total_words, url_of},
        markup::{IntoMarkup, Markup},
        page::empty_state,
        words::shortened,
    },
};
use axum::response::Response;
use domain::{
    numbers::group_thousands,
    page::{ListQuery, PageNumber, QUERY_MAX},
    search::{GlobalQuery, SearchKind},
};
use leptos::{either::Either, prelude::*};
use store::{
    Total,
    global_search::{HitGroup, NEWEST_SEARCHED, SEARCH_CAP, SearchHit, SearchPage},
};

/// Most characters of a search that an empty state repeats.
const SHOWN_MAX: usize = 60;

/// `GET /search?q=&kind=&page=`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = match read_address(&pairs, GlobalQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Search").await,
    };
    let found = ctx.store().search_page(&ctx.actor(), &query).await?;
    let count = if query.q.is_empty() { Either::Left("") } else { Either::Right(total_words(found.total())) };
    let body = view! {
        {list_head("Search", count, (), ())}
        {form(&query)}
        {list_results(results(&ctx, &query, &found))}
    };
    shell::page(ctx, "Search", body).await
}

/// The form. A script searches while the user types.
fn form(query: &GlobalQuery) -> Markup {
    let kind = query.kind.map(|kind| view! { <input type="hidden" name="kind" value=kind.slug()/> });
    view! {
        <form method="get" action=GlobalQuery::PATH role="search" class="flex w-full max-w-xl items-center gap-2 print:hidden">
            {kind}
            <div class="relative min-w-0 flex-1">
                {icon("search", "size-4 absolute top-2.5 left-3 text-muted-foreground")}
                <input type="search" name="q" aria-label="Search everything" placeholder="Name, email or phone" maxlength=QUERY_MAX.to_string()
                    value=query.q.clone() data-search autocomplete="off" autofocus=query.q.is_empty() class="input pl-9"/>
            </div>
            <button class="btn">"Search"</button>
        </form>
    }
    .into_markup()
}

fn results(ctx: &RequestContext, query: &GlobalQuery, found: &SearchPage) -> Markup {
    if query.q.is_empty() {
        let what =
            "Find companies, contacts, deals, activities, tasks and tags by any of their words, in any order, with or without accents.";
        return empty_state(icon("search", "size-5"), what, ()).into_markup();
    }
    let total = found.total();
    if total.count == 0 && !found.only_newest {
        return nothing(query);
    }
    let shown = match query.kind {
        None => groups(ctx, query, found),
        Some(kind) => of_kind(ctx, query, kind, found),
    };
    let hint = found.only_newest.then(|| {
        let newest = group_thousands(NEWEST_SEARCHED);
        view! { <p class="text-muted-foreground">{format!("Beside names that begin with it, a single letter is looked for in the {newest} newest records of each kind. Add a letter to search all.")}</p> }
    });
    view! { {tabs(query, found)}{hint}{shown} }.into_markup()
}

/// Nothing of any kind.
fn nothing(query: &GlobalQuery) -> Markup {
    let reason = format!(
        "Nothing has “{}”. Try fewer words, a part of a name, or some digits of a telephone number. Archived companies and the bin are not searched.",
        shortened(query.q.clone(), SHOWN_MAX)
    );
    let clear = view! { <a class="btn" data-variant="outline" data-size="sm" href=GlobalQuery::PATH>"Clear search"</a> };
    empty_state(icon("search-x", "size-5"), reason, clear).into_markup()
}

fn tabs(query: &GlobalQuery, found: &SearchPage) -> impl IntoView + use<> {
    let tab = |kind: Option<SearchKind>, label: &'static str, total: Total| {
        let current = (query.kind == kind).then_some("page");
        view! {
            <a href=url_of(&query.of_kind(kind)) class="tab shrink-0" aria-current=current>{label}<span class="count">{total_words(total)}</span></a>
        }
    };
    let kinds = SearchKind::ALL.map(|kind| tab(Some(kind), kind.label(), found.count(kind))).collect_view();
    view! { <nav class="flex gap-x-5 border-b max-sm:flex-wrap max-sm:gap-x-4 sm:overflow-x-auto" aria-label="Kinds of results">{tab(None, "All", found.total())}{kinds}</nav> }
}

/// A few of each kind.
fn groups(ctx: &RequestContext, query: &GlobalQuery, found: &SearchPage) -> Markup {
    let group = |group: &HitGroup| {
        let kind = group.kind;
        let heading = format!("of-{}", kind.slug());
        let all = group.more.then(|| {
            let label = format!("See all {} {}", total_words(found.count(kind)), kind.label().to_lowercase());
            view! { <a class="border-t px-4 py-2 text-primary hover:underline" href=url_of(&query.of_kind(Some(kind)))>{label}</a> }
        });
        let rows = rows(ctx, &group.hits, &query.q);
        view! {
            <section class="flex flex-col gap-2" aria-labelledby=heading>
                <h2 id=heading.clone()>{kind.label()}</h2>
                <div class="panel flex flex-col overflow-hidden"><ul class="divide-y">{rows}</ul>{all}</div>
            </section>
        }
    };
    let groups = found.hits.groups.iter().map(group).collect_view();
    view! { <div class="flex flex-col gap-5">{groups}</div> }.into_markup()
}

/// A page of one kind.
fn of_kind(ctx: &RequestContext, query: &GlobalQuery, kind: SearchKind, found: &SearchPage) -> Markup {
    let total = found.count(kind);
    let Some(HitGroup { hits, .. }) = found.hits.groups.first() else {
        return of_kind_empty(query, kind, total);
    };
    let last = query.page() >= PageNumber::last_of(total.count, query.page_size());
    let more = (last && total.capped && !found.only_newest).then(|| {
        let cap = group_thousands(SEARCH_CAP);
        view! { <p class="border-t px-4 py-2 text-muted-foreground">{format!("These are the best {cap}. Add a word to find others.")}</p> }
    });
    let foot = pagination(query, hits.len(), Total { capped: total.capped && !last, ..total });
    let rows = rows(ctx, hits, &query.q);
    view! { <div class="panel overflow-hidden"><ul class="divide-y" aria-label=kind.label()>{rows}</ul>{more}{foot}</div> }.into_markup()
}

fn of_kind_empty(query: &GlobalQuery, kind: SearchKind, total: Total) -> Markup {
    let link = |href: String, label: &'static str| view! { <a class="btn" data-variant="outline" data-size="sm" href=href>{label}</a> };
    let name = kind.label().to_lowercase();
    if total.count > 0 {
        let last = PageNumber::last_of(total.count, query.page_size());
        let reason = format!("There is no page {}; the {name} end before it.", group_thousands(query.page().get().into()));
        return empty_state(icon("search-x", "size-5"), reason, link(url_of(&query.with_page(last)), "Go to the last page")).into_markup();
    }
    let reason = format!("No {name} have “{}”, but other records do.", shortened(query.q.clone(), SHOWN_MAX));
    empty_state(icon("search-x", "size-5"), reason, link(url_of(&query.of_kind(None)), "See all kinds")).into_markup()
}

fn rows(ctx: &RequestContext, hits: &[SearchHit], q: &str) -> impl IntoView + use<> {
    let row = |hit: &SearchHit| {
        view! {
            <li class="flex items-start gap-3 px-4 py-2.5 hover:bg-accent/50">
                <span class="mt-0.5">{kind_icon(hit.kind)}</span>
                <div class="min-w-0 flex-1">
                    <a href=hit.path() class="font-medium break-words hover:underline">{with_marks(&hit.name, q)}</a>
                    <p class="break-words text-muted-foreground">{detail_line(ctx, hit, q)}</p>
                </div>
            </li>
        }
    };
    hits.iter().map(row).collect_view()
}
