//! `/companies`: the list of companies, with search and filters.

use super::status_dot_class;
use crate::{
    demo_data::{demo_ids, with_demo_chip},
    request::{PageError, RequestContext},
    settings::tags::merged::without_merged,
    shell::{self, read_address},
    ui::{
        archived_chip, dotted, icon,
        list::{
            EmptyText, FilterChoice, SearchBox, choice_filter_or, created_filter, filter_chip, filter_form, list_empty_state, list_head,
            list_results, owner_filter, pagination, sort_header, total_words, url_with,
        },
        markup::{IntoMarkup, Markup},
        more_tags, tag, times,
    },
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    access::{Entity, Verb},
    companies::{Archived, CompanyColumn, CompanyQuery, CompanySize, CompanyStatus},
    day_range::DayRange,
    decision_makers::DecisionGap,
    money::Money,
    numbers::group_thousands,
};
use leptos::{either::Either, prelude::*};
use store::{
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
    let query = match read_address(&pairs, CompanyQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Companies").await,
    };
    if let Some(tags) = without_merged(&ctx, &query.tag).await? {
        return Ok(Redirect::to(&url_with(&query, |query| query.tag = tags)).into_response());
    }
    let actor = ctx.actor();
    let query = CompanyQuery { created: query.created.in_zone(|day| times::start_of(day, ctx.zone())), ..query };
    let read = async {
        Ok(tokio::try_join!(
            ctx.store().companies(&actor, &query),
            ctx.store().company_filters(&actor, query.archived),
            ctx.store().owner_options(&actor)
        )?)
    };
    let ((list, filters, owners), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let may_create = ctx.may(Verb::Create, Entity::Company);
    let body = view! {
        {list_head("Companies", total_words(list.total), (), may_create.then(new_button))}
        {filter_bar(&query, &filters, &owners)}
        {list_results(if list.rows.is_empty() { Either::Left(list_empty_state(&query, list.total, &EMPTY, may_create.then(new_button))) } else { Either::Right(table(&ctx, &query, list, &demo)) })}
    };
    shell::page(ctx, "Companies", body).await
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/companies/new" data-form-dialog="company">{icon("plus", "size-4")} "New company"</a> }
}

fn filter_bar(query: &CompanyQuery, filters: &CompanyFilters, owners: &[Member]) -> Markup {
    let industries = filters.industries.iter().map(|name| FilterChoice::new(name, name, query.industry.contains(name)));
    let sizes = CompanySize::ALL.into_iter().map(|size| FilterChoice::new(size.slug(), size.slug(), query.size.contains(&size)));
    let statuses =
        CompanyStatus::ALL.into_iter().map(|status| FilterChoice::new(status.slug(), status.label(), query.status.contains(&status)));
    let tags = filters.tags.iter().map(|tag| FilterChoice::new(tag.id, &tag.name, query.tag.contains(&tag.id)));
    let gaps = DecisionGap::ALL.into_iter().map(|gap| FilterChoice::new(gap.slug(), gap.label(), query.decision.contains(&gap)));
    let archived = Archived::ASKED.map(|archived| FilterChoice::new(archived.slug(), archived.label(), query.archived == archived));
    let lengths = [query.industry.len(), query.size.len(), query.status.len(), query.tag.len(), query.owner_id.len(), query.decision.len()];
    let switches = [query.archived != Archived::No, query.created.is_set()];
    let set = lengths.into_iter().map(|length| length > 0).chain(switches).filter(|set| *set).count();
    let search = SearchBox { label: "Search companies", placeholder: "Name, industry or tag", query: &query.q };
    let chips = view! {
        {filter_chip("industry", "Industry", industries, url_with(query, |query| query.industry.clear()))}
        {filter_chip("size", "Size", sizes, url_with(query, |query| query.size.clear()))}
        {filter_chip("status", "Status", statuses, url_with(query, |query| query.status.clear()))}
        {filter_chip("tag", "Tag", tags, url_with(query, |query| query.tag.clear()))}
        {owner_filter(owners, &query.owner_id, url_with(query, |query| query.owner_id.clear()))}
        {filter_chip("decision", "Who decides", gaps, url_with(query, |query| query.decision.clear()))}
        {created_filter(query.created, url_with(query, |query| query.created = DayRange::default()))}
        {choice_filter_or("archived", "Archived", Archived::No.label(), archived.into(), url_with(query, |query| query.archived = Archived::No))}
    };
    filter_form(query, Some(search), set, chips.into_markup())
}

fn table(ctx: &RequestContext, query: &CompanyQuery, list: CompanyList, demo: &DemoIds) -> impl IntoView + use<> {
    let url = |sort| url_with(query, |query| query.sort = sort);
    let foot = pagination(query, list.rows.len(), list.total);
    let rows = list.rows.into_iter().map(|row| table_row(ctx, row, demo)).collect_view();
    view! {
        <div class="panel overflow-hidden">
            <table class="list companies">
                <thead>
                    <tr>
                        {sort_header("Name", CompanyColumn::Name, query.sort, "", url)}
                        {sort_header("Industry", CompanyColumn::Industry, query.sort, "", url)}
                        {sort_header("Size", CompanyColumn::Size, query.sort, "", url)}
                        {sort_header("Status", CompanyColumn::Status, query.sort, "", url)}
                        <th scope="col">"Tags"</th>
                        {sort_header("Contacts", CompanyColumn::Contacts, query.sort, "num", url)}
                        {sort_header("Open deals", CompanyColumn::OpenDeals, query.sort, "num", url)}
                        {sort_header("Last contact", CompanyColumn::LastContact, query.sort, "", url)}
                        {sort_header("Changed", CompanyColumn::UpdatedAt, query.sort, "", url)}
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {foot}
        </div>
    }
}

fn table_row(ctx: &RequestContext, row: CompanyRow, demo: &DemoIds) -> impl IntoView + use<> {
    let href = format!("/companies/{}", row.id);
    let is_archived = row.archived_at.is_some();
    let industry = row.industry.clone().unwrap_or_default();
    let open_deals = (row.open_deals_value != Money::ZERO || row.open_deals_count > 0).then(|| ctx.money(row.open_deals_value));
    // On a phone the second line contains the data of the hidden columns.
    let second_line = [Some(row.status.label().to_owned()), is_archived.then(|| "Archived".to_owned()), row.industry]
        .into_iter()
        .flatten()
        .chain([String::new()])
        .collect::<Vec<_>>()
        .join(" · ");
    let edit = (!is_archived && ctx.actor().may_with(Verb::Update, Entity::Company, row.owner_id)).then(|| {
        view! { <a class="edit" href=format!("{href}/edit") aria-label=format!("Edit {}", row.name)>{icon("pencil", "")}</a> }
    });
    view! {
        <tr>
            <td>{with_demo_chip(view! { <a href=href title=row.name.clone()>{row.name.clone()}</a> }, demo, row.id.0)}</td>
            <td class="soft">{industry}</td>
            <td class="soft">{row.size.map(|size| size.slug())}</td>
            <td>{dotted(status_dot_class(row.status), row.status.label())}{is_archived.then(|| view! { " " {archived_chip()} })}</td>
            <td>{row.tags.iter().take(2).map(|badge| tag(&badge.name, &badge.color)).collect_view()}{more_tags(row.tags.len(), 2)}</td>
            <td class="num">{group_thousands(row.contacts_count)}</td>
            <td class="num second"><span>{second_line}</span>{open_deals.unwrap_or_else(|| "-".to_owned())}</td>
            <td class="soft">{row.last_contact_at.map_or(Either::Left("Never"), |at| Either::Right(times::ago(at, ctx.now, ctx.zone())))}</td>
            <td class="soft">{times::ago(row.updated_at, ctx.now, ctx.zone())}</td>
            <td>{edit}</td>
        </tr>
    }
}
