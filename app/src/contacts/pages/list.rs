//! `/contacts`: the list of contacts, with search and filters.

use super::authority_badge;
use crate::{
    bulk_changes::{BulkChoices, ListSelection, with_bulk_form},
    demo_data::{demo_ids, with_demo_chip},
    exports::export_link,
    request::{PageError, RequestContext},
    settings::tags::merged::without_merged,
    shell::{self, read_address},
    ui::{
        form::Field,
        icon,
        list::{
            CHOOSING, EmptyText, FilterChoice, SearchBox, TableColumns, any_or_none_chip, columns_menu, filter_form, filter_menu,
            filter_switch, gone_notice, list_empty_state, list_head, list_results, owner_filter, record_filters, records_chip, row_menu,
            table_foot, total_words, url_with,
        },
        mailto,
        markup::{IntoMarkup, Markup},
        more_tags, optional_link,
        picker::{PickerOptions, Source, picker},
        pluralize, tag, times,
    },
    views::{self, view_tabs},
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    access::{Entity, Verb},
    contacts::{AuthorityLevel, ContactColumn, ContactQuery, NOT_CONTACTED_DAYS_MAX},
    exports::ListAddress,
    forms::FormErrors,
    ids::TagId,
    phones::tel_number,
    record_kinds::RecordKind,
};
use leptos::{either::Either, prelude::*};
use store::{
    CustomFieldNames,
    companies::CompanyOption,
    contacts::{ContactFilters, ContactList, ContactRow},
    demo::DemoIds,
    members::Member,
};

const EMPTY: EmptyText = EmptyText {
    icon: "users",
    no_match: "No contact matches this search and these filters.",
    none_yet: "No contacts yet. Add the first person you talk to, and say whether they decide.",
};

/// `GET /contacts`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let choosing = pairs.iter().any(|(name, value)| (name.as_str(), value.as_str()) == CHOOSING);
    let query = match read_address(&pairs, ContactQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Contacts").await,
    };
    let words = pairs.iter().find(|(name, _)| name == "company_id_q").map_or("", |(_, value)| value.as_str());
    if let Some(tags) = without_merged(&ctx, &query.tag).await? {
        return Ok(Redirect::to(&url_with(&query, |query| query.tag = tags)).into_response());
    }
    let opened = match views::open(&ctx, RecordKind::Contacts, &pairs, &query).await? {
        Ok(opened) => opened,
        Err(redirect) => return Ok(redirect),
    };
    let actor = ctx.actor();
    let store = ctx.store();
    let query = ctx.in_zone(query);
    let read = async {
        Ok(tokio::try_join!(
            store.contacts(&actor, &query),
            store.contact_filters(&actor),
            store.company_names(&actor, &query.company),
            store.owner_options(&actor),
            store.custom_field_names(&actor, Entity::Contact)
        )?)
    };
    let ((list, filters, named, owners, fields), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let offered = PickerOptions::found_companies(&ctx, words).await?;
    let may_create = ctx.may(Verb::Create, Entity::Contact);
    let selection = ListSelection::read(&ctx, RecordKind::Contacts, &pairs).await?;
    let choices = BulkChoices { owners: &owners, tags: &filters.tags, ..BulkChoices::default() };
    let export = export_link(&ctx, ListAddress::Contacts(query.clone()));
    let body = view! {
        {list_head("Contacts", total_words(list.total), (), view! { {export}{may_create.then(new_button)} })}
        {view_tabs(&ctx, &opened)}
        {gone_tags(&query, &filters)}
        <div class="list-tools">{filter_bar(&query, (&filters, &fields), &owners, named, offered)}{columns_menu(&query, choosing)}</div>
        {list_results(if list.rows.is_empty() { Either::Left(list_empty_state(&query, list.total, &EMPTY, may_create.then(new_button))) } else { Either::Right(table(&ctx, &query, list, choices, selection, &demo)) })}
    };
    shell::page(ctx, "Contacts", body).await
}

/// Says so, if a tag that the list is filtered by is gone.
fn gone_tags(query: &ContactQuery, filters: &ContactFilters) -> Option<Markup> {
    let is_there = |id: &TagId| filters.tags.iter().any(|tag| tag.id == *id);
    // What is kept out of the list is no part of it.
    let gone = !query.record.excludes("tag") && query.tag.iter().any(|id| !is_there(id));
    gone.then(|| gone_notice("A tag", url_with(query, |query| query.tag.retain(is_there))))
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/contacts/new" data-form-dialog="contact">{icon("plus", "size-4")} "New contact"</a> }
}

fn filter_bar(
    query: &ContactQuery,
    (filters, fields): (&ContactFilters, &CustomFieldNames),
    owners: &[Member],
    named: Vec<CompanyOption>,
    offered: PickerOptions,
) -> Markup {
    let looks_for_company = offered.is_searched();
    let companies = named.into_iter().map(|company| FilterChoice::new(company.id, company.name, true)).collect();
    let job_titles = filters.job_titles.iter().map(|title| FilterChoice::new(title, title, query.job_title.contains(title)));
    let levels =
        AuthorityLevel::ALL.into_iter().map(|level| FilterChoice::new(level.slug(), level.label(), query.authority.contains(&level)));
    let tags = filters.tags.iter().map(|tag| FilterChoice::new(tag.id, &tag.name, query.tag.contains(&tag.id)));
    let another = Field::new("company_id", "Add a company").id("filter-company");
    let another = picker(another, Source::Companies, "Choose…", offered, &FormErrors::default());
    let clear = url_with(query, |query| query.company.clear());
    let decide = url_with(query, |query| query.decision_makers = !query.decision_makers);
    let days = query.not_contacted_days;
    let any_time = url_with(query, |query| query.not_contacted_days = None);
    let not_contacted = view! {
        <label class="flex flex-col gap-1 p-2">"Days without a call, email, meeting or message" <input name="not_contacted_days" r#type="number" min="1" max=NOT_CONTACTED_DAYS_MAX.to_string() value=days.map(|days| days.to_string()) class="input w-52" autocomplete="off"/></label>
    };
    let lengths = [query.company.len(), query.job_title.len(), query.authority.len(), query.tag.len(), query.owner_id.len()];
    let switches = [query.decision_makers, days.is_some()];
    let set = lengths.into_iter().map(|length| length > 0).chain(switches).filter(|set| *set).count();
    let search = SearchBox { label: "Search contacts", placeholder: "Name, company, role, phone", query: &query.q };
    let chips = view! {
        {records_chip(query, "company_id", "Company", companies, (another, looks_for_company), clear)}
        {any_or_none_chip(query, "job_title", "Role", job_titles, url_with(query, |query| query.job_title.clear()))}
        {any_or_none_chip(query, "authority_level", "Authority", levels, url_with(query, |query| query.authority.clear()))}
        {filter_switch("is_decision_maker", "true", "Decision-makers only", query.decision_makers, decide)}
        {filter_menu("Not contacted", days.map(|days| format!("{} or more", pluralize(days.into(), "day", "days"))), any_time, not_contacted.into_markup())}
        {owner_filter(query, owners, &query.owner_id, url_with(query, |query| query.owner_id.clear()))}
        {any_or_none_chip(query, "tag", "Tag", tags, url_with(query, |query| query.tag.clear()))}
        {record_filters(query, fields)}
    };
    filter_form(query, Some(search), set + query.record.set_count(), chips.into_markup())
}

fn table(
    ctx: &RequestContext,
    query: &ContactQuery,
    list: ContactList,
    choices: BulkChoices<'_>,
    selection: Option<ListSelection>,
    demo: &DemoIds,
) -> Markup {
    let columns = TableColumns::of(&query.layout.columns, look, look_if_narrow);
    let head = columns.head(query, selection.as_ref().map(|selection| selection.head(query)));
    let foot = table_foot(query, list.rows.len(), list.total);
    let row = |row: &ContactRow| {
        let choose = selection.as_ref().map(|selection| selection.cell(row.id, row.version, &row.name));
        table_row(ctx, row, &columns, demo, choose)
    };
    let rows = list.rows.iter().map(row).collect_view();
    let panel = view! {
        <div class="panel relative overflow-x-auto">
            <table class="list contacts" data-wide=columns.wide()>
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
            {foot}
        </div>
    };
    with_bulk_form(selection, query, choices, (list.rows.len(), list.total), panel.into_markup())
}

/// The classes of a column's cells.
fn look(column: ContactColumn) -> &'static str {
    match column {
        ContactColumn::Name | ContactColumn::Authority => "",
        ContactColumn::Tags => "tags",
        ContactColumn::JobTitle | ContactColumn::Company => "soft long",
        _ => "soft",
    }
}

/// As [`look`], hidden where the screen is too narrow for all of the usual columns.
fn look_if_narrow(column: ContactColumn) -> &'static str {
    match column {
        ContactColumn::Tags => "tags max-2xl:hidden",
        ContactColumn::Email | ContactColumn::UpdatedAt => "soft max-xl:hidden",
        ContactColumn::JobTitle => "soft long max-lg:hidden",
        other => look(other),
    }
}

fn table_row(
    ctx: &RequestContext,
    row: &ContactRow,
    columns: &TableColumns<ContactColumn>,
    demo: &DemoIds,
    choose: Option<Markup>,
) -> impl IntoView + use<> {
    let href = format!("/contacts/{}", row.id);
    view! {
        <tr>
            {choose}
            <td class="name">
                {with_demo_chip(view! { <a href=href.clone() title=row.name.clone()>{row.name.clone()}</a> }, demo, row.id.0)}
                {columns.second_line(&[ContactColumn::Authority, ContactColumn::Company], |column| text_of(row, column))}
            </td>
            {columns.cells(|column| cell(ctx, row, column))}
            {row_menu(&href, &row.name)}
        </tr>
    }
}

fn cell(ctx: &RequestContext, row: &ContactRow, column: ContactColumn) -> Markup {
    let record = |kind: &str, id: String, name: &str| {
        view! { <a href=format!("/{kind}/{id}") title=name.to_owned()>{name.to_owned()}</a> }.into_markup()
    };
    match column {
        ContactColumn::Authority => authority_badge(row.is_decision_maker, row.authority_level).into_markup(),
        ContactColumn::Tags => {
            view! { {row.tags.iter().take(1).map(|badge| tag(&badge.name, &badge.color)).collect_view()}{more_tags(row.tags.len(), 1)} }
                .into_markup()
        }
        ContactColumn::Company => match row.company_id.zip(row.company_name.as_deref()) {
            Some((id, name)) => record("companies", id.to_string(), name),
            None => ().into_markup(),
        },
        ContactColumn::ReportsTo => match &row.reports_to {
            Some((id, name)) => record("contacts", id.to_string(), name),
            None => ().into_markup(),
        },
        ContactColumn::Phone => optional_link(row.phone.as_deref(), |phone| format!("tel:{}", tel_number(phone))),
        ContactColumn::Email => optional_link(row.email.as_deref(), mailto),
        ContactColumn::CreatedAt => times::ago(row.created_at, ctx.now, ctx.zone()).into_markup(),
        ContactColumn::UpdatedAt => times::ago(row.updated_at, ctx.now, ctx.zone()).into_markup(),
        ContactColumn::Name | ContactColumn::JobTitle | ContactColumn::Owner => text_of(row, column).into_markup(),
    }
}

/// What a cell says, in words alone; `None` for times and tags, which the line below a name leaves out.
fn text_of(row: &ContactRow, column: ContactColumn) -> Option<String> {
    match column {
        ContactColumn::Name => Some(row.name.clone()),
        ContactColumn::JobTitle => row.job_title.clone(),
        ContactColumn::Company => row.company_name.clone(),
        ContactColumn::Authority => {
            let level = row.authority_level.map(|level| level.label().to_owned());
            level.or_else(|| row.is_decision_maker.then(|| "Decides".to_owned()))
        }
        ContactColumn::Phone => row.phone.clone(),
        ContactColumn::Email => row.email.clone(),
        ContactColumn::ReportsTo => row.reports_to.as_ref().map(|(_, name)| name.clone()),
        ContactColumn::Owner => row.owner_name.clone(),
        ContactColumn::Tags | ContactColumn::CreatedAt | ContactColumn::UpdatedAt => None,
    }
}
