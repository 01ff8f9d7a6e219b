//! `/settings/bin`: the deleted records that can be restored, with filters.

use super::{EMPTY_PATH, in_zone};
use crate::{
    request::{PageError, RequestContext},
    server_functions::{ActionError, ActionOutcome},
    settings::{Setting, layout},
    shell::{self, read_address},
    ui::{
        form::shown_to,
        icon,
        list::{
            EmptyText, FilterChoice, choice_filter, days_filter, filter_form, list_empty_state, list_url, pagination, total_words, url_with,
        },
        markup::{IntoMarkup, Markup},
        page::goes_along_in_words,
        pluralize,
        record::erase_button,
        times,
        words::sentence_case,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::{BIN_DAYS, BIN_KINDS, BinFilter, BinQuery},
    day_range::DayRange,
    ids::UserId,
    page::ListQuery,
};
use leptos::prelude::*;
use store::{
    StoreError,
    bin::{BinEntry, BinList},
};

const EMPTY: EmptyText = EmptyText {
    icon: "trash-2",
    no_match: "Nothing in the bin matches these filters.",
    none_yet: "The bin is empty. What is deleted stays here for a while and can be restored.",
};

/// `GET /settings/bin`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let mut query = match read_address(&pairs, BinQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Bin").await,
    };
    query.filter = in_zone(&ctx, query.filter);
    let actor = ctx.actor();
    let (list, people) = tokio::try_join!(ctx.store().bin(&actor, &query), ctx.store().bin_people(&actor))?;
    let emptying = (list.total.count > 0 && ctx.may(Verb::Delete, Entity::Bin)).then(|| empty_link(&query.filter));
    let head = view! {
        <div>
            <div class="flex flex-wrap items-center gap-2">
                <h1>"Bin"</h1>
                <span class="count">{total_words(list.total)}</span>
                <div class="flex-1"></div>
                {emptying}
            </div>
            <p class="mt-1 text-muted-foreground">{format!("What was deleted in the last {BIN_DAYS} days. What went with a record comes back with it. After that it is deleted for ever.")}</p>
        </div>
        {filter_bar(&query, people)}
    };
    let rows = if list.rows.is_empty() { list_empty_state(&query, list.total, &EMPTY, ()) } else { rows(&ctx, &query, list) };
    let body = layout(&ctx, Setting::Bin, view! { {head}{rows} });
    shell::page(ctx, "Bin", body).await
}

/// The outcome of a restore: the record's page, or the bin if its company must be restored first.
pub fn restored(path: String, done: Result<String, StoreError>) -> Result<ActionOutcome, ActionError> {
    match done {
        Ok(notice) => Ok(ActionOutcome::to(path).notice(notice)),
        Err(StoreError::Conflict) => Ok(ActionOutcome::to(BinQuery::PATH).notice("Its company is in the bin: restore that first")),
        Err(error) => Err(error.into()),
    }
}

/// The link to empty the bin, of what the filters show.
fn empty_link(filter: &BinFilter) -> Markup {
    let label = if filter.is_set() { "Delete these for ever" } else { "Empty the bin" };
    let href = list_url(EMPTY_PATH, &filter.query_pairs());
    view! { <a class="btn" data-variant="outline" data-size="sm" href=href>{icon("trash-2", "size-4")} {label}</a> }.into_markup()
}

fn filter_bar(query: &BinQuery, people: Vec<(UserId, String)>) -> Markup {
    let filter = query.filter;
    let kinds = BIN_KINDS.into_iter().map(|kind| FilterChoice::new(kind.noun(), sentence_case(kind.noun()), filter.kind == Some(kind)));
    let person = |id: UserId, name: String| FilterChoice::new(id, name, filter.person == Some(id));
    let mut persons: Vec<FilterChoice> = people.into_iter().map(|(id, name)| person(id, name)).collect();
    if let Some(unknown) = filter.person.filter(|_| !persons.iter().any(|choice| choice.set)) {
        persons.push(person(unknown, "not there".to_owned()));
    }
    let without = |change: fn(&mut BinFilter)| url_with(query, |query| change(&mut query.filter));
    let chips = view! {
        {choice_filter("kind", "Record", kinds.collect(), without(|filter| filter.kind = None))}
        {choice_filter("person", "Deleted by", persons, without(|filter| filter.person = None))}
        {days_filter(filter.days.from, filter.days.to, without(|filter| filter.days = DayRange::default()))}
    };
    let set = [filter.kind.is_some(), filter.person.is_some(), filter.days.is_set()];
    filter_form(query, None, set.into_iter().filter(|set| *set).count(), chips.into_markup())
}

fn rows(ctx: &RequestContext, query: &BinQuery, list: BinList) -> Markup {
    let foot = pagination(query, list.rows.len(), list.total);
    let rows = list.rows.into_iter().map(|record| row(ctx, record)).collect_view();
    view! { <div class="panel"><ul class="divide-y">{rows}</ul>{foot}</div> }.into_markup()
}

fn row(ctx: &RequestContext, record: BinEntry) -> impl IntoView + use<> {
    let (word, list, icon_view) = match record.entity {
        Entity::Contact => ("Contact", "contacts", icon("users", "size-4").into_markup()),
        Entity::Deal => ("Deal", "deals", icon("circle-dollar-sign", "size-4").into_markup()),
        Entity::Activity => ("Activity", "activities", icon("message-square", "size-4").into_markup()),
        Entity::Task => ("Task", "tasks", icon("list-checks", "size-4").into_markup()),
        // Notes, stages, tags, workspaces, the audit log and accounts never go to the bin.
        Entity::Company
        | Entity::Note
        | Entity::Stage
        | Entity::Tag
        | Entity::View
        | Entity::NextAction
        | Entity::Workspace
        | Entity::WorkspaceProfile
        | Entity::Member
        | Entity::Ownership
        | Entity::AuditLog
        | Entity::Export
        | Entity::PersonalData
        | Entity::Bin
        | Entity::Team
        | Entity::Account => ("Company", "companies", icon("building-2", "size-4").into_markup()),
    };
    let (action, erase, purge) = (action(ctx, &record, list), erase_link(ctx, &record), purge_link(ctx, &record));
    let at = record.company_name.map(|company| format!(" · {company}"));
    let along = goes_along_in_words(&record.goes_along).map(|words| format!(" · with {words}"));
    let by = record.deleted_by.map(|name| format!(" by {name}"));
    let days = (BIN_DAYS - (ctx.now - record.deleted_at).num_days()).max(0);
    let left = format!(" · {} left", pluralize(days.unsigned_abs(), "day", "days"));
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
            <span class="grid size-8 shrink-0 place-items-center rounded-lg bg-muted text-muted-foreground">{icon_view}</span>
            <div class="min-w-0 flex-1 basis-48 break-words">
                <p class="font-medium">{record.name}</p>
                <p class="text-xs text-muted-foreground">{word}{at}{along}" · deleted "{times::ago(record.deleted_at, ctx.now, ctx.zone())}{by}{left}</p>
            </div>
            {erase}
            {purge}
            {action}
        </li>
    }
}

/// The link to erase the personal data of a contact; `None` for other records and whoever may not.
fn erase_link(ctx: &RequestContext, record: &BinEntry) -> Option<Markup> {
    let offered = record.entity == Entity::Contact && ctx.may(Verb::Delete, Entity::PersonalData);
    offered.then(|| erase_button(record.id, &record.name))
}

/// The link to delete the record for ever; `None` for whoever may not.
fn purge_link(ctx: &RequestContext, record: &BinEntry) -> Option<Markup> {
    let href = format!("{}/{}/delete", BinQuery::PATH, record.id);
    let label = format!("Delete for ever: {}", record.name);
    ctx.may(Verb::Delete, Entity::Bin).then(|| {
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=href aria-label=label>{icon("trash-2", "size-4")} "Delete for ever"</a> }
            .into_markup()
    })
}

/// The restore button, or the reason why there is none. Users who may delete nothing see neither.
fn action(ctx: &RequestContext, record: &BinEntry, list: &str) -> Markup {
    let actor = ctx.actor();
    let note = |words: String| view! { <p class="text-xs text-muted-foreground">{words}</p> }.into_markup();
    let company = record.company_name.clone().filter(|_| record.company_gone);
    if !actor.may(Verb::Delete, record.entity) {
        return ().into_markup();
    }
    if !actor.may_with(Verb::Delete, record.entity, record.owner_id) {
        return note(format!("Only {} or an admin restores it", record.owner_name.as_deref().unwrap_or("its owner")));
    }
    let without = match company {
        Some(company) if record.entity == Entity::Contact => Some(format!("Comes back without {company}, unless that is restored first")),
        Some(company) => return note(format!("Restore {company} first")),
        None => None,
    };
    view! {
        {without.map(note)}
        <form method="post" action=format!("/{list}/{}/restore", record.id)>
            {shown_to()}
            <button class="btn" data-variant="outline" data-size="sm" aria-label=format!("Restore {}", record.name)>{icon("undo-2", "size-4")} "Restore"</button>
        </form>
    }
    .into_markup()
}
