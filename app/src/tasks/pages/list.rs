//! `/tasks`: the list of tasks, with filters.

use super::{
    buttons::{buttons_form, check_button, put_off_button},
    due_group_label, due_mark, due_words,
    repeats::repeats_sign,
};
use crate::{
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
            CHOOSING, EmptyText, FilterBox, FilterChoice, SearchBox, TableColumns, any_or_none_chip, columns_menu, days_chip, filter_box,
            filter_form, filter_switch, groups_of_rows, list_empty_state, list_head, one_body, owner_filter, record_filters, row_menu,
            table_foot, total_words, url_with,
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
    day_range::{DayRange, RelativeDays},
    exports::ListAddress,
    forms::FormErrors,
    record_kinds::RecordKind,
    tasks::{DUE, DueGroup, Priority, TaskColumn, TaskQuery, TaskStatus},
};
use leptos::{either::Either, prelude::*};
use store::{
    CustomFieldNames,
    demo::DemoIds,
    members::Member,
    tasks::{TaskList, TaskRow},
};
use uuid::Uuid;

const EMPTY: EmptyText = EmptyText {
    icon: "list-checks",
    no_match: "No task that is open, or was done today, matches this search and these filters. Choose a status to find finished ones.",
    none_yet: "Nothing to do. Add what comes next, and by when.",
};

/// `GET /tasks`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let choosing = pairs.iter().any(|(name, value)| (name.as_str(), value.as_str()) == CHOOSING);
    let query = match read_address(&pairs, TaskQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Tasks").await,
    };
    let opened = match views::open(&ctx, RecordKind::Tasks, &pairs, &query).await? {
        Ok(opened) => opened,
        Err(redirect) => return Ok(redirect),
    };
    let query = ctx.in_zone(query);
    let actor = ctx.actor();
    let read = async {
        Ok(tokio::try_join!(ctx.store().tasks(&actor, &query), ctx.store().task_filters(&actor, &query), ctx.store().members(&actor))?)
    };
    let ((list, named, members), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let words = |name: &str| pairs.iter().find(|(known, words)| known == name && !words.is_empty()).map(|(_, words)| words.as_str());
    // A script searches while the user types. Without a script, the search box reloads the page with the options that it finds.
    let companies = PickerOptions::found_companies(&ctx, words("company_id_q").unwrap_or_default()).await?;
    let add = ctx.may(Verb::Create, Entity::Task);
    let selection = ListSelection::read(&ctx, RecordKind::Tasks, &pairs).await?;
    let choices = BulkChoices { owners: &members, ..BulkChoices::default() };
    let export = export_link(&ctx, ListAddress::Tasks(query.clone()));
    let body = view! {
        {list_head("Tasks", total_words(list.to_do()), (), view! { {export}{add.then(new_button)} })}
        {view_tabs(&ctx, &opened)}
        <div class="list-tools">{filter_bar(&query, &named, &members, companies)}{columns_menu(&query, choosing)}</div>
        <div id="tasks" data-fresh data-results>
            {buttons_form(&ctx)}
            {if list.rows.is_empty() { Either::Left(list_empty_state(&query, list.total, &EMPTY, add.then(new_button))) } else { Either::Right(table(&ctx, &query, list, choices, selection, &demo)) }}
        </div>
    };
    shell::page(ctx, "Tasks", body).await
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/tasks/new" data-form-dialog="task" data-key="t">{icon("plus", "size-4")} "New task"</a> }
}

fn filter_bar(query: &TaskQuery, named: &[(Uuid, String)], members: &[Member], companies: PickerOptions) -> Markup {
    let statuses = TaskStatus::ALL.map(|status| FilterChoice::new(status.slug(), status.label(), query.status.contains(&status)));
    let priorities = Priority::ALL.map(|priority| FilterChoice::new(priority.slug(), priority.label(), query.priority.contains(&priority)));
    let set = [!query.status.is_empty(), !query.priority.is_empty(), !query.owner_id.is_empty(), query.due.is_set(), query.overdue];
    let set = set.into_iter().filter(|set| *set).count() + query.record.set_count();
    let company = query.company_id.is_empty().then(|| {
        let open = companies.is_searched();
        let inputs = picker(Field::new("company_id", "Company"), Source::Companies, "Any", companies, &FormErrors::default());
        filter_box(FilterBox { label: "Company", shown: None, clear: String::new(), inputs, open })
    });
    let chips = view! {
        {any_or_none_chip(query, "status", "Status", statuses, url_with(query, |query| query.status.clear()))}
        {any_or_none_chip(query, "priority", "Priority", priorities, url_with(query, |query| query.priority.clear()))}
        {owner_filter(query, members, &query.owner_id, url_with(query, |query| query.owner_id.clear()))}
        {days_chip("Due", DUE, query.due, &RelativeDays::ALL, url_with(query, |query| query.due = DayRange::default()))}
        {filter_switch("overdue", "true", "Overdue", query.overdue, url_with(query, |query| query.overdue = !query.overdue))}
        {company}
        {record_chips(query, named)}
        {record_filters(query, &CustomFieldNames::default())}
    };
    let search = SearchBox { label: "Search tasks", placeholder: "Task, notes", query: &query.q };
    filter_form(query, Some(search), set, chips.into_markup())
}

fn table(
    ctx: &RequestContext,
    query: &TaskQuery,
    list: TaskList,
    choices: BulkChoices<'_>,
    selection: Option<ListSelection>,
    demo: &DemoIds,
) -> Markup {
    let columns = TableColumns::of(&query.layout.columns, look, look_if_narrow);
    let head = columns.head(query, selection.as_ref().map(|selection| selection.head(query)));
    let foot = table_foot(query, list.rows.len(), list.total);
    let row = |row: &TaskRow| {
        let choose = selection.as_ref().map(|selection| selection.cell(row.id, row.version, &row.title));
        table_row(ctx, row, &columns, demo, choose)
    };
    let width = columns.width() + usize::from(selection.is_some());
    let in_groups = query.layout.sort.by == TaskColumn::Due && !query.layout.sort.descending && query.status.is_empty();
    let bodies = if in_groups {
        let group_of = |row: &TaskRow| DueGroup::of(row.due, ctx.now, ctx.zone().into());
        groups_of_rows(&list.rows, width, group_of, |group| due_group_label(group).to_owned(), row)
    } else {
        one_body(&list.rows, row)
    };
    let panel = view! {
        <div class="panel relative overflow-x-auto">
            <table class="list tasks" data-wide=columns.wide()>
                <thead>{head}</thead>
                {bodies}
            </table>
            {foot}
        </div>
    };
    with_bulk_form(selection, query, choices, (list.rows.len(), list.total), panel.into_markup())
}

/// The classes of a column's cells.
fn look(column: TaskColumn) -> &'static str {
    match column {
        TaskColumn::Title => "",
        TaskColumn::Due => "whitespace-nowrap",
        _ => "soft",
    }
}

/// As [`look`], hidden where the screen is too narrow for all of the usual columns.
fn look_if_narrow(column: TaskColumn) -> &'static str {
    match column {
        TaskColumn::Deal => "soft max-lg:hidden",
        TaskColumn::Owner | TaskColumn::Priority => "soft max-xl:hidden",
        other => look(other),
    }
}

fn table_row(ctx: &RequestContext, row: &TaskRow, columns: &TableColumns<TaskColumn>, demo: &DemoIds, choose: Option<Markup>) -> Markup {
    let href = format!("/tasks/{}", row.id);
    let finished = (row.status != TaskStatus::Open).then_some("");
    let title = view! {
        {check_button(ctx, row.id, row.owner_id, &row.title, row.status)}
        <a class="title" href=href.clone() title=row.title.clone()><span>{row.title.clone()}</span></a>
        {row.repeats.then(repeats_sign)}
    };
    view! {
        <tr data-finished=finished>
            {choose}
            <td class="name">
                {with_demo_chip(title, demo, row.id.0)}
                {columns.second_line(&[TaskColumn::Due], |column| text_of(ctx, row, column))}
            </td>
            {columns.cells(|column| cell(ctx, row, column))}
            {row_menu(&href, &row.title)}
        </tr>
    }
    .into_markup()
}

fn cell(ctx: &RequestContext, row: &TaskRow, column: TaskColumn) -> Markup {
    let to = |href: String, name: &str| view! { <a href=href title=name.to_owned()>{name.to_owned()}</a> }.into_markup();
    let empty = || ().into_markup();
    match column {
        TaskColumn::Company => row.company.as_ref().map_or_else(empty, |linked| to(format!("/companies/{}", linked.id), &linked.name)),
        TaskColumn::Contact => row.contact.as_ref().map_or_else(empty, |linked| to(format!("/contacts/{}", linked.id), &linked.name)),
        TaskColumn::Deal => row.deal.as_ref().map_or_else(empty, |linked| to(format!("/deals/{}", linked.id), &linked.name)),
        TaskColumn::Due => view! { {due_mark(ctx, row.due, row.status)}{put_off_button(ctx, row)} }.into_markup(),
        TaskColumn::ClosedAt => row.closed_at.map_or_else(empty, |at| times::ago(at, ctx.now, ctx.zone()).into_markup()),
        TaskColumn::CreatedAt => times::ago(row.created_at, ctx.now, ctx.zone()).into_markup(),
        TaskColumn::UpdatedAt => times::ago(row.updated_at, ctx.now, ctx.zone()).into_markup(),
        other => text_of(ctx, row, other).into_markup(),
    }
}

/// What a cell says, in words alone; `None` for times of changes, which the line below a title leaves out.
fn text_of(ctx: &RequestContext, row: &TaskRow, column: TaskColumn) -> Option<String> {
    match column {
        TaskColumn::Title => Some(row.title.clone()),
        TaskColumn::Due => Some(due_words(ctx, row.due, row.status)),
        TaskColumn::Priority => Some(row.priority.label().to_owned()),
        TaskColumn::Status => Some(row.status.label().to_owned()),
        TaskColumn::Company => row.company.as_ref().map(|linked| linked.name.clone()),
        TaskColumn::Contact => row.contact.as_ref().map(|linked| linked.name.clone()),
        TaskColumn::Deal => row.deal.as_ref().map(|linked| linked.name.clone()),
        TaskColumn::Owner => Some(row.owner_name.clone()),
        TaskColumn::ClosedAt | TaskColumn::CreatedAt | TaskColumn::UpdatedAt => None,
    }
}
