//! `/audit`: the changes, with filters.

use super::{entry::entry, head, neighbours, values::kind_label};
use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout},
    shell::{self, read_address},
    ui::{
        form::shown_to,
        icon,
        list::{EmptyText, FilterChoice, choice_filter, days_filter, filter_form, list_empty_state, total_words, url_of},
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::Response;
use domain::{
    access::Entity,
    audit_log::{AuditAction, AuditCursor, AuditFilter, AuditPerson, AuditQuery},
    ids::UserId,
};
use leptos::{either::Either, prelude::*};

const EMPTY: EmptyText =
    EmptyText { icon: "scroll-text", no_match: "No entry matches these filters.", none_yet: "Nothing was changed in this workspace yet." };

/// Kinds of records of which the log has entries.
const KINDS: [Entity; 12] = [
    Entity::Company,
    Entity::Contact,
    Entity::Deal,
    Entity::Activity,
    Entity::Task,
    Entity::Note,
    Entity::Tag,
    Entity::Member,
    Entity::Workspace,
    Entity::AuditLog,
    Entity::Export,
    Entity::Account,
];

/// `GET /audit`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = match read_address(&pairs, AuditQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Audit log").await,
    };
    let (actor, days) = (ctx.actor(), ctx.days_utc(query.filter.from, query.filter.to));
    let (list, people) = tokio::try_join!(ctx.store().audit_log(&actor, &query, days), ctx.store().audit_people(&actor))?;
    let about = "Every change of this workspace: who made it, when and from where. Nobody can edit or delete an entry. Personal data can be erased from entries, which then say so.".to_owned();
    let count = view! { <p id="count" class="text-muted-foreground">{format!("{} {}", total_words(list.total), if list.total.count == 1 { "entry" } else { "entries" })}</p> };
    let rows = if list.entries.is_empty() {
        Either::Left(list_empty_state(&query, list.total, &EMPTY, ()))
    } else {
        let to = |cursor: Option<AuditCursor>| cursor.map(|cursor| url_of(&query.at(cursor)));
        let foot = neighbours(to(list.newer), to(list.older));
        let rows = list.entries.into_iter().map(|row| entry(&ctx, row)).collect_view();
        Either::Right(view! { <div class="panel"><ul class="divide-y" aria-label="Entries">{rows}</ul>{foot}</div> })
    };
    let body = view! {
        {head(ctx.path(), about, buttons(&query.filter))}
        {filter_bar(&query, people)}
        {count}
        {rows}
    };
    let body = layout(&ctx, Setting::AuditLog, body);
    shell::page(ctx, "Audit log", body).await
}

/// The buttons that verify and export. The file has the entries that the filters match.
fn buttons(filter: &AuditFilter) -> Markup {
    let filters = filter.pairs().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    let filters = filters.collect_view();
    view! {
        <a class="btn" data-variant="outline" data-size="sm" href="/audit/check">{icon("shield-check", "size-4")} "Check the log"</a>
        <form method="post" action="/audit/export">
            {shown_to()}
            {filters}
            <button class="btn" data-variant="outline" data-size="sm">{icon("download", "size-4")} "Export CSV"</button>
        </form>
    }
    .into_markup()
}

fn filter_bar(query: &AuditQuery, people: Vec<(UserId, String)>) -> Markup {
    let filter = query.filter;
    let without = |change: fn(&mut AuditFilter)| {
        let mut query = query.at(AuditCursor::Newest);
        change(&mut query.filter);
        url_of(&query)
    };
    let person = |person: AuditPerson, name: String| FilterChoice::new(person.value(), name, filter.person == Some(person));
    let mut persons: Vec<FilterChoice> = people.into_iter().map(|(id, name)| person(AuditPerson::User(id), name)).collect();
    persons.push(person(AuditPerson::Nobody, "Nobody signed in".to_owned()));
    if let Some(unknown) = filter.person.filter(|_| !persons.iter().any(|choice| choice.set)) {
        persons.push(person(unknown, "not there".to_owned()));
    }
    let kinds = KINDS.into_iter().map(|kind| FilterChoice::new(kind.noun(), kind_label(kind), filter.kind == Some(kind)));
    let actions = AuditAction::ALL.iter().map(|action| FilterChoice::new(action.slug(), action.label(), filter.action == Some(*action)));
    let record = filter.record.map(|id| {
        let clear = without(|filter| filter.record = None);
        view! {
            <span class="inline-flex h-8 items-center gap-1.5 rounded-md border border-primary/40 bg-primary/5 pl-2.5">
                <input type="hidden" name="record" value=id.to_string()/>
                <span class="font-medium">"One record"</span>
                <a href=clear class="inline-flex h-full items-center px-1.5 text-muted-foreground hover:text-foreground" aria-label="Clear record">{icon("x", "size-3.5")}</a>
            </span>
        }
    });
    let chips = view! {
        {choice_filter("person", "Person", persons, without(|filter| filter.person = None))}
        {choice_filter("kind", "Record", kinds.collect(), without(|filter| filter.kind = None))}
        {choice_filter("action", "Action", actions.collect(), without(|filter| filter.action = None))}
        {days_filter(filter.from, filter.to, without(|filter| (filter.from, filter.to) = (None, None)))}
        {record}
    };
    let days = filter.from.is_some() || filter.to.is_some();
    let set = [filter.person.is_some(), filter.kind.is_some(), filter.action.is_some(), filter.record.is_some(), days];
    filter_form(query, None, set.into_iter().filter(|set| *set).count(), chips.into_markup())
}
