//! `/activities`: the list of activities, with filters.

use super::{activity_icon, duration};
use crate::{
    activities::{QUICK_LOG_FORM, quick_log_url},
    bulk_changes::{BulkChoices, ListSelection, with_bulk_form},
    demo_data::{demo_ids, with_demo_chip},
    exports::export_link,
    record_links::record_chips,
    request::{PageError, RequestContext},
    shell::{self, read_address},
    ui::{
        form::Field,
        icon,
        list::{
            CHOOSING, EmptyText, FilterBox, FilterChoice, SearchBox, TableColumns, any_or_none_chip, choice_filter, columns_menu,
            days_chip, filter_box, filter_form, groups_of_rows, list_empty_state, list_head, one_body, owner_filter, record_filters,
            row_menu, table_foot, total_words, url_with,
        },
        markup::{IntoMarkup, Markup},
        picker::{PickerOptions, Source, picker},
        times,
    },
    views::{self, view_tabs},
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    activities::{ActivityColumn, ActivityQuery, ActivityType, Planned},
    day_range::{DATE, DayRange, RelativeDays},
    exports::ListAddress,
    forms::FormErrors,
    record_kinds::RecordKind,
};
use leptos::{either::Either, prelude::*};
use store::{
    CustomFieldNames,
    activities::{ActivityList, ActivityRow},
    demo::DemoIds,
    members::Member,
};

const EMPTY: EmptyText = EmptyText {
    icon: "message-square",
    no_match: "No activity matches this search and these filters.",
    none_yet: "Nothing logged yet. Log the first call, email or meeting.",
};

/// `GET /activities`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let choosing = pairs.iter().any(|(name, value)| (name.as_str(), value.as_str()) == CHOOSING);
    let query = match read_address(&pairs, ActivityQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Activities").await,
    };
    let opened = match views::open(&ctx, RecordKind::Activities, &pairs, &query).await? {
        Ok(opened) => opened,
        Err(redirect) => return Ok(redirect),
    };
    let query = ctx.in_zone(query);
    let actor = ctx.actor();
    let read = async {
        Ok(tokio::try_join!(
            ctx.store().activities(&actor, &query, query.date.into()),
            ctx.store().activity_filters(&actor, &query),
            ctx.store().members(&actor)
        )?)
    };
    let ((list, named, members), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let words = |name: &str| pairs.iter().find(|(known, words)| known == name && !words.is_empty()).map(|(_, words)| words.as_str());
    // A script searches while the user types. Without a script, the search box reloads the page with the options that it finds.
    let companies = PickerOptions::found_companies(&ctx, words("company_id_q").unwrap_or_default()).await?;
    let contacts = match words("contact_id_q") {
        Some(words) => PickerOptions::contacts(&ctx, words, "").await?,
        None => PickerOptions::empty(),
    };
    let log = ctx.may(Verb::Create, Entity::Activity);
    let selection = ListSelection::read(&ctx, RecordKind::Activities, &pairs).await?;
    let choices = BulkChoices { owners: &members, ..BulkChoices::default() };
    let export = export_link(&ctx, ListAddress::Activities(query.clone()));
    let body = view! {
        {list_head("Activities", total_words(list.total), (), view! { {export}{log.then(log_button)} })}
        {view_tabs(&ctx, &opened)}
        <div class="list-tools">{filter_bar(&query, &named, &members, companies, contacts)}{columns_menu(&query, choosing)}</div>
        <div id="activities" data-fresh data-results>
            {if list.rows.is_empty() { Either::Left(list_empty_state(&query, list.total, &EMPTY, log.then(log_button))) } else { Either::Right(table(&ctx, &query, list, choices, selection, &demo)) }}
        </div>
    };
    shell::page(ctx, "Activities", body).await
}

fn log_button() -> impl IntoView {
    let (href, form) = ("/activities/new", QUICK_LOG_FORM);
    view! { <a class="btn" data-size="sm" href=href data-form-dialog=form data-show=quick_log_url(href) data-key="l">{icon("plus", "size-4")} "Log activity"</a> }
}

fn filter_bar(
    query: &ActivityQuery,
    named: &[(uuid::Uuid, String)],
    members: &[Member],
    companies: PickerOptions,
    contacts: PickerOptions,
) -> Markup {
    let types = ActivityType::ALL.into_iter().map(|kind| FilterChoice::new(kind.slug(), kind.label(), query.kind.contains(&kind)));
    let planned = Planned::ALL.map(|planned| FilterChoice::new(planned.slug(), planned.label(), query.planned == Some(planned)));
    let set = usize::from(!query.kind.is_empty())
        + usize::from(!query.owner_id.is_empty())
        + usize::from(query.planned.is_some())
        + usize::from(query.date.is_set())
        + query.record.set_count();
    let pick = |name, label, source, offered: PickerOptions| {
        let open = offered.is_searched();
        let inputs = picker(Field::new(name, label), source, "Any", offered, &FormErrors::default());
        filter_box(FilterBox { label, shown: None, clear: String::new(), inputs, open })
    };
    let company = query.company_id.is_empty().then(|| pick("company_id", "Company", Source::Companies, companies));
    let contact = query.contact_id.is_empty().then(|| pick("contact_id", "Contact", Source::Contacts, contacts));
    let chips = view! {
        {any_or_none_chip(query, "type", "Type", types, url_with(query, |query| query.kind.clear()))}
        {owner_filter(query, members, &query.owner_id, url_with(query, |query| query.owner_id.clear()))}
        {choice_filter("planned", "Planned", planned.into(), url_with(query, |query| query.planned = None))}
        {days_chip("Date", DATE, query.date, &RelativeDays::ALL, url_with(query, |query| query.date = DayRange::default()))}
        {company}
        {contact}
        {record_chips(query, named)}
        {record_filters(query, &CustomFieldNames::default())}
    };
    let search = SearchBox { label: "Search activities", placeholder: "Subject, notes, outcome", query: &query.q };
    filter_form(query, Some(search), set, chips.into_markup())
}

fn table(
    ctx: &RequestContext,
    query: &ActivityQuery,
    list: ActivityList,
    choices: BulkChoices<'_>,
    selection: Option<ListSelection>,
    demo: &DemoIds,
) -> Markup {
    let columns = TableColumns::of(&query.layout.columns, look, look_if_narrow);
    let head = columns.head(query, selection.as_ref().map(|selection| selection.head(query)));
    let foot = table_foot(query, list.rows.len(), list.total);
    let by_day = query.layout.sort.by == ActivityColumn::Date;
    let row = |row: &ActivityRow| {
        let choose = selection.as_ref().map(|selection| selection.cell(row.id, row.version, &row.subject));
        table_row(ctx, row, &columns, demo, by_day, choose).into_markup()
    };
    let width = columns.width() + usize::from(selection.is_some());
    let bodies = if by_day {
        let (zone, today) = (ctx.zone(), ctx.today());
        let day_of = |row: &ActivityRow| row.date.with_timezone(&zone).date_naive();
        groups_of_rows(&list.rows, width, day_of, |day| times::day_heading(day, today), row)
    } else {
        one_body(&list.rows, row)
    };
    let panel = view! {
        <div class="panel relative overflow-x-auto">
            <table class="list activities" data-wide=columns.wide()>
                <thead>{head}</thead>
                {bodies}
            </table>
            {foot}
        </div>
    };
    with_bulk_form(selection, query, choices, (list.rows.len(), list.total), panel.into_markup())
}

/// The classes of a column's cells.
fn look(column: ActivityColumn) -> &'static str {
    match column {
        ActivityColumn::Subject => "",
        ActivityColumn::Date | ActivityColumn::Duration => "num",
        _ => "soft",
    }
}

/// As [`look`], hidden where the screen is too narrow for all of the usual columns.
fn look_if_narrow(column: ActivityColumn) -> &'static str {
    match column {
        ActivityColumn::Contact | ActivityColumn::Deal => "soft max-lg:hidden",
        ActivityColumn::Owner => "soft max-xl:hidden",
        ActivityColumn::Outcome => "soft max-2xl:hidden",
        other => look(other),
    }
}

/// `in_day`: whether the row stands below the heading of its day.
fn table_row(
    ctx: &RequestContext,
    row: &ActivityRow,
    columns: &TableColumns<ActivityColumn>,
    demo: &DemoIds,
    in_day: bool,
    choose: Option<Markup>,
) -> impl IntoView + use<> {
    let href = format!("/activities/{}", row.id);
    let subject = view! {
        <a href=href.clone() title=row.subject.clone()>{activity_icon(row.kind)}<span class="sr-only">{format!("{}: ", row.kind.label())}</span><span>{row.subject.clone()}</span></a>
    };
    view! {
        <tr>
            {choose}
            <td class="name">
                {with_demo_chip(subject, demo, row.id.0)}
                {columns.second_line(&[ActivityColumn::Date], |column| text_of(ctx, row, column, in_day))}
            </td>
            {columns.cells(|column| cell(ctx, row, column, in_day))}
            {row_menu(&href, &row.subject)}
        </tr>
    }
}

fn cell(ctx: &RequestContext, row: &ActivityRow, column: ActivityColumn, in_day: bool) -> Markup {
    let to = |href: String, name: &str| view! { <a href=href title=name.to_owned()>{name.to_owned()}</a> }.into_markup();
    let empty = || ().into_markup();
    match column {
        ActivityColumn::Company => row.company.as_ref().map_or_else(empty, |linked| to(format!("/companies/{}", linked.id), &linked.name)),
        ActivityColumn::Contact => row.contact.as_ref().map_or_else(empty, |linked| to(format!("/contacts/{}", linked.id), &linked.name)),
        ActivityColumn::Deal => row.deal.as_ref().map_or_else(empty, |linked| to(format!("/deals/{}", linked.id), &linked.name)),
        ActivityColumn::Date => {
            let took = row.duration_minutes.map(|minutes| format!(" · {}", duration(minutes)));
            let at = match in_day {
                true => times::time_of_day(row.date, ctx.zone()).into_markup(),
                false => times::ago(row.date, ctx.now, ctx.zone()).into_markup(),
            };
            view! { {at}{took}{planned(ctx, row)} }.into_markup()
        }
        ActivityColumn::CreatedAt => times::ago(row.created_at, ctx.now, ctx.zone()).into_markup(),
        ActivityColumn::UpdatedAt => times::ago(row.updated_at, ctx.now, ctx.zone()).into_markup(),
        other => text_of(ctx, row, other, in_day).into_markup(),
    }
}

/// What stands beside the time of an activity that is to come.
fn planned(ctx: &RequestContext, row: &ActivityRow) -> Option<&'static str> {
    (row.date > ctx.now).then_some(" · planned")
}

/// What a cell says, in words alone; `None` for times of changes, which the line below a subject leaves out.
fn text_of(ctx: &RequestContext, row: &ActivityRow, column: ActivityColumn, in_day: bool) -> Option<String> {
    match column {
        ActivityColumn::Subject => Some(row.subject.clone()),
        ActivityColumn::Type => Some(row.kind.label().to_owned()),
        ActivityColumn::Company => row.company.as_ref().map(|linked| linked.name.clone()),
        ActivityColumn::Contact => row.contact.as_ref().map(|linked| linked.name.clone()),
        ActivityColumn::Deal => row.deal.as_ref().map(|linked| linked.name.clone()),
        ActivityColumn::Outcome => row.outcome.clone(),
        ActivityColumn::NextSteps => row.next_steps.clone(),
        ActivityColumn::Duration => row.duration_minutes.map(duration),
        ActivityColumn::Owner => Some(row.owner_name.clone()),
        ActivityColumn::Date => {
            let at = match in_day {
                true => row.date.with_timezone(&ctx.zone()).format("%H:%M").to_string(),
                false => times::relative(row.date, ctx.now, ctx.zone()),
            };
            Some(format!("{at}{}", planned(ctx, row).unwrap_or_default()))
        }
        ActivityColumn::CreatedAt | ActivityColumn::UpdatedAt => None,
    }
}
