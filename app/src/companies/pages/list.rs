//! `/companies`: the list of companies, with search and filters.

use super::status_dot_class;
use crate::{
    bulk_changes::{BulkChoices, ListSelection, with_bulk_form},
    demo_data::{demo_ids, with_demo_chip},
    exports::export_link,
    request::{PageError, RequestContext},
    settings::tags::merged::without_merged,
    shell::{self, read_address},
    ui::{
        archived_chip, dotted, icon,
        list::{
            CHOOSING, EmptyText, FilterChoice, SearchBox, TableColumns, any_or_none_chip, choice_filter_or, columns_menu, filter_chip,
            filter_form, gone_notice, list_empty_state, list_head, list_results, owner_filter, record_filters, row_menu, table_foot,
            total_words, url_with,
        },
        mailto,
        markup::{IntoMarkup, Markup},
        more_tags, optional_link, tag, times,
    },
    views::{self, view_tabs},
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    access::{Entity, Verb},
    companies::{Archived, CompanyColumn, CompanyQuery, CompanySize, CompanyStatus},
    decision_makers::DecisionGap,
    exports::ListAddress,
    ids::TagId,
    money::Money,
    numbers::group_thousands,
    phones::tel_number,
    record_kinds::RecordKind,
};
use leptos::{either::Either, prelude::*};
use store::{
    CustomFieldNames,
    companies::{CompanyFilters, CompanyList, CompanyRow},
    demo::DemoIds,
    members::Member,
};

const EMPTY: EmptyText = EmptyText {
    icon: "building-2",
    no_match: "No company matches this search and these filters.",
    none_yet: "No companies yet. Add the first one you do business with.",
};

/// `GET /companies`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let choosing = pairs.iter().any(|(name, value)| (name.as_str(), value.as_str()) == CHOOSING);
    let query = match read_address(&pairs, CompanyQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Companies").await,
    };
    if let Some(tags) = without_merged(&ctx, &query.tag).await? {
        return Ok(Redirect::to(&url_with(&query, |query| query.tag = tags)).into_response());
    }
    let opened = match views::open(&ctx, RecordKind::Companies, &pairs, &query).await? {
        Ok(opened) => opened,
        Err(redirect) => return Ok(redirect),
    };
    let actor = ctx.actor();
    let query = ctx.in_zone(query);
    let read = async {
        Ok(tokio::try_join!(
            ctx.store().companies(&actor, &query),
            ctx.store().company_filters(&actor, query.archived),
            ctx.store().owner_options(&actor),
            ctx.store().custom_field_names(&actor, Entity::Company)
        )?)
    };
    let ((list, filters, owners, fields), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let may_create = ctx.may(Verb::Create, Entity::Company);
    let selection = ListSelection::read(&ctx, RecordKind::Companies, &pairs).await?;
    let choices = BulkChoices { owners: &owners, tags: &filters.tags, archived: query.archived, ..BulkChoices::default() };
    let export = export_link(&ctx, ListAddress::Companies(query.clone()));
    let body = view! {
        {list_head("Companies", total_words(list.total), (), view! { {export}{may_create.then(new_button)} })}
        {view_tabs(&ctx, &opened)}
        {gone_tags(&query, &filters)}
        <div class="list-tools">{filter_bar(&query, &filters, &owners, &fields)}{columns_menu(&query, choosing)}</div>
        {list_results(if list.rows.is_empty() { Either::Left(list_empty_state(&query, list.total, &EMPTY, may_create.then(new_button))) } else { Either::Right(table(&ctx, &query, list, choices, selection, &demo)) })}
    };
    shell::page(ctx, "Companies", body).await
}

/// Says so, if a tag that the list is filtered by is gone.
fn gone_tags(query: &CompanyQuery, filters: &CompanyFilters) -> Option<Markup> {
    let is_there = |id: &TagId| filters.tags.iter().any(|tag| tag.id == *id);
    // What is kept out of the list is no part of it.
    let gone = !query.record.excludes("tag") && query.tag.iter().any(|id| !is_there(id));
    gone.then(|| gone_notice("A tag", url_with(query, |query| query.tag.retain(is_there))))
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/companies/new" data-form-dialog="company">{icon("plus", "size-4")} "New company"</a> }
}

fn filter_bar(query: &CompanyQuery, filters: &CompanyFilters, owners: &[Member], fields: &CustomFieldNames) -> Markup {
    let industries = filters.industries.iter().map(|name| FilterChoice::new(name, name, query.industry.contains(name)));
    let sizes = CompanySize::ALL.into_iter().map(|size| FilterChoice::new(size.slug(), size.slug(), query.size.contains(&size)));
    let statuses =
        CompanyStatus::ALL.into_iter().map(|status| FilterChoice::new(status.slug(), status.label(), query.status.contains(&status)));
    let tags = filters.tags.iter().map(|tag| FilterChoice::new(tag.id, &tag.name, query.tag.contains(&tag.id)));
    let gaps = DecisionGap::ALL.into_iter().map(|gap| FilterChoice::new(gap.slug(), gap.label(), query.decision.contains(&gap)));
    let archived = Archived::ASKED.map(|archived| FilterChoice::new(archived.slug(), archived.label(), query.archived == archived));
    let lengths = [query.industry.len(), query.size.len(), query.status.len(), query.tag.len(), query.owner_id.len(), query.decision.len()];
    let set = lengths.into_iter().map(|length| length > 0).chain([query.archived != Archived::No]).filter(|set| *set).count();
    let search = SearchBox { label: "Search companies", placeholder: "Name, industry or tag", query: &query.q };
    let chips = view! {
        {any_or_none_chip(query, "industry", "Industry", industries, url_with(query, |query| query.industry.clear()))}
        {any_or_none_chip(query, "size", "Size", sizes, url_with(query, |query| query.size.clear()))}
        {any_or_none_chip(query, "status", "Status", statuses, url_with(query, |query| query.status.clear()))}
        {any_or_none_chip(query, "tag", "Tag", tags, url_with(query, |query| query.tag.clear()))}
        {owner_filter(query, owners, &query.owner_id, url_with(query, |query| query.owner_id.clear()))}
        {filter_chip("decision", "Who decides", gaps, url_with(query, |query| query.decision.clear()))}
        {choice_filter_or("archived", "Archived", Archived::No.label(), archived.into(), url_with(query, |query| query.archived = Archived::No))}
        {record_filters(query, fields)}
    };
    filter_form(query, Some(search), set + query.record.set_count(), chips.into_markup())
}

fn table(
    ctx: &RequestContext,
    query: &CompanyQuery,
    list: CompanyList,
    choices: BulkChoices<'_>,
    selection: Option<ListSelection>,
    demo: &DemoIds,
) -> Markup {
    let columns = TableColumns::of(&query.layout.columns, look, look_if_narrow);
    let head = columns.head(query, selection.as_ref().map(|selection| selection.head(query)));
    let foot = table_foot(query, list.rows.len(), list.total);
    let row = |row: &CompanyRow| {
        let choose = selection.as_ref().map(|selection| selection.cell(row.id, row.version, &row.name));
        table_row(ctx, row, &columns, demo, choose)
    };
    let rows = list.rows.iter().map(row).collect_view();
    let panel = view! {
        <div class="panel relative overflow-x-auto">
            <table class="list companies" data-wide=columns.wide()>
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
            {foot}
        </div>
    };
    with_bulk_form(selection, query, choices, (list.rows.len(), list.total), panel.into_markup())
}

/// The classes of a column's cells.
fn look(column: CompanyColumn) -> &'static str {
    match column {
        CompanyColumn::Name | CompanyColumn::Status => "",
        CompanyColumn::Tags => "tags",
        CompanyColumn::Contacts | CompanyColumn::OpenDeals => "num",
        _ => "soft",
    }
}

/// As [`look`], hidden where the screen is too narrow for all of the usual columns.
fn look_if_narrow(column: CompanyColumn) -> &'static str {
    match column {
        CompanyColumn::UpdatedAt => "soft max-2xl:hidden",
        CompanyColumn::Size | CompanyColumn::LastContact => "soft max-xl:hidden",
        CompanyColumn::Contacts => "num max-xl:hidden",
        CompanyColumn::Industry => "soft max-lg:hidden",
        CompanyColumn::Tags => "tags max-lg:hidden",
        other => look(other),
    }
}

fn table_row(
    ctx: &RequestContext,
    row: &CompanyRow,
    columns: &TableColumns<CompanyColumn>,
    demo: &DemoIds,
    choose: Option<Markup>,
) -> impl IntoView + use<> {
    let href = format!("/companies/{}", row.id);
    view! {
        <tr>
            {choose}
            <td class="name">
                {with_demo_chip(view! { <a href=href.clone() title=row.name.clone()>{row.name.clone()}</a> }, demo, row.id.0)}
                {columns.second_line(&[CompanyColumn::Status, CompanyColumn::Industry, CompanyColumn::OpenDeals], |column| text_of(ctx, row, column))}
            </td>
            {columns.cells(|column| cell(ctx, row, column))}
            {row_menu(&href, &row.name)}
        </tr>
    }
}

fn cell(ctx: &RequestContext, row: &CompanyRow, column: CompanyColumn) -> Markup {
    match column {
        CompanyColumn::Status => {
            let archived = row.archived_at.map(|_| view! { " " {archived_chip()} });
            view! { {dotted(status_dot_class(row.status), row.status.label())}{archived} }.into_markup()
        }
        CompanyColumn::Tags => {
            view! { {row.tags.iter().take(2).map(|badge| tag(&badge.name, &badge.color)).collect_view()}{more_tags(row.tags.len(), 2)} }
                .into_markup()
        }
        CompanyColumn::OpenDeals => open_deals(ctx, row).unwrap_or_else(|| "-".to_owned()).into_markup(),
        CompanyColumn::LastContact => match row.last_contact_at {
            Some(at) => times::ago(at, ctx.now, ctx.zone()).into_markup(),
            None => "Never".into_markup(),
        },
        CompanyColumn::CreatedAt => times::ago(row.created_at, ctx.now, ctx.zone()).into_markup(),
        CompanyColumn::UpdatedAt => times::ago(row.updated_at, ctx.now, ctx.zone()).into_markup(),
        CompanyColumn::Website => optional_link(row.website.as_deref(), str::to_owned),
        CompanyColumn::Phone => optional_link(row.phone.as_deref(), |phone| format!("tel:{}", tel_number(phone))),
        CompanyColumn::Email => optional_link(row.email.as_deref(), mailto),
        CompanyColumn::Name
        | CompanyColumn::Industry
        | CompanyColumn::Size
        | CompanyColumn::Contacts
        | CompanyColumn::Owner
        | CompanyColumn::TaxCode
        | CompanyColumn::Address => text_of(ctx, row, column).into_markup(),
    }
}

/// What a cell says, in words alone; `None` for times and tags, which the line below a name leaves out.
fn text_of(ctx: &RequestContext, row: &CompanyRow, column: CompanyColumn) -> Option<String> {
    match column {
        CompanyColumn::Name => Some(row.name.clone()),
        CompanyColumn::Industry => row.industry.clone(),
        CompanyColumn::Size => row.size.map(|size| size.slug().to_owned()),
        CompanyColumn::Status => {
            let archived = if row.archived_at.is_some() { ", archived" } else { "" };
            Some(format!("{}{archived}", row.status.label()))
        }
        CompanyColumn::Contacts => Some(group_thousands(row.contacts_count)),
        CompanyColumn::OpenDeals => open_deals(ctx, row),
        CompanyColumn::Owner => row.owner_name.clone(),
        CompanyColumn::Website => row.website.clone(),
        CompanyColumn::Phone => row.phone.clone(),
        CompanyColumn::Email => row.email.clone(),
        CompanyColumn::TaxCode => row.tax_code.clone(),
        CompanyColumn::Address => row.address.clone(),
        CompanyColumn::Tags | CompanyColumn::LastContact | CompanyColumn::CreatedAt | CompanyColumn::UpdatedAt => None,
    }
}

/// The value of the open deals; `None` if there are none.
fn open_deals(ctx: &RequestContext, row: &CompanyRow) -> Option<String> {
    (row.open_deals_value != Money::ZERO || row.open_deals_count > 0).then(|| ctx.money(row.open_deals_value))
}
