//! `/companies`: search, filters, order and pages, all in the address.

use super::status_dot_class;
use crate::{
    errors::PageError,
    islands::form_dialog,
    times,
    ui::{
        dotted, icon,
        list::{FilterChoice, filter_chip, list_url, page_foot, sort_head, total_words},
        more_tags,
        page::empty,
        tag,
    },
    visit::Visit,
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    companies::{CompanyColumn, CompanyQuery, CompanySize, CompanyStatus},
    decision_makers::DecisionGap,
    money::{Money, group_thousands},
    page::{PageNumber, Sort},
};
use leptos::prelude::*;
use store::companies::{CompanyFilters, CompanyList, CompanyRow};

const PATH: &str = "/companies";

/// `GET /companies`
pub async fn page(visit: Visit) -> Result<Response, PageError> {
    let pairs = visit.query()?;
    let query = CompanyQuery::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let actor = visit.actor();
    let list = visit.store().companies(&actor, &query).await?;
    let filters = visit.store().company_filters_for(&actor, &list).await?;
    let may_create = visit.may(Verb::Create, Entity::Company);
    let body = view! {
        <div class="flex flex-wrap items-center gap-2">
            <h1>"Companies"</h1>
            <span class="count">{total_words(list.total)}</span>
            <div class="flex-1"></div>
            {may_create.then(new_button)}
        </div>
        {filter_bar(&query, &filters)}
        {if list.rows.is_empty() { nothing(&query, may_create).into_any() } else { table(&visit, &query, list).into_any() }}
        {form_dialog()}
    };
    visit.page_with_islands("Companies", body).await
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/companies/new" data-form-dialog="company">{icon("plus", "size-4")} "New company"</a> }
}

fn nothing(query: &CompanyQuery, may_create: bool) -> impl IntoView + use<> {
    if query.is_filtered() {
        let clear = view! { <a class="btn" data-variant="outline" data-size="sm" href=PATH>"Clear search and filters"</a> };
        empty(icon("search-x", "size-5"), "No company matches this search and these filters.", clear).into_any()
    } else if query.page != PageNumber::FIRST {
        let first = view! { <a class="btn" data-variant="outline" data-size="sm" href=PATH>"Go to the first page"</a> };
        empty(icon("building-2", "size-5"), "The list ends before this page.", first).into_any()
    } else {
        let sentence = "No companies yet. Add the first one you do business with.";
        empty(icon("building-2", "size-5"), sentence, may_create.then(new_button)).into_any()
    }
}

/// The list's address with one change, from its first page on.
fn changed(query: &CompanyQuery, change: impl FnOnce(&mut CompanyQuery)) -> String {
    let mut query = CompanyQuery { page: PageNumber::FIRST, ..query.clone() };
    change(&mut query);
    list_url(PATH, &query.pairs())
}

fn filter_bar(query: &CompanyQuery, filters: &CompanyFilters) -> impl IntoView + use<> {
    let industries = filters
        .industries
        .iter()
        .map(|industry| FilterChoice { set: query.industry.contains(industry), words: industry.clone(), value: industry.clone() })
        .collect();
    let sizes = CompanySize::ALL
        .into_iter()
        .map(|size| FilterChoice { value: size.slug().to_owned(), words: size.slug().to_owned(), set: query.size.contains(&size) })
        .collect();
    let statuses = CompanyStatus::ALL
        .into_iter()
        .map(|status| FilterChoice {
            value: status.slug().to_owned(),
            words: status.label().to_owned(),
            set: query.status.contains(&status),
        })
        .collect();
    let tags = filters
        .tags
        .iter()
        .map(|tag| FilterChoice { value: tag.id.to_string(), words: tag.name.clone(), set: query.tag.contains(&tag.id) })
        .collect();
    let gaps = DecisionGap::ALL
        .into_iter()
        .map(|gap| FilterChoice { value: gap.slug().to_owned(), words: gap.label().to_owned(), set: query.decision.contains(&gap) })
        .collect();
    let sort = (query.sort != Sort::default()).then(|| view! { <input type="hidden" name="sort" value=query.sort.to_string()/> });
    let set =
        [!query.industry.is_empty(), !query.size.is_empty(), !query.status.is_empty(), !query.tag.is_empty(), !query.decision.is_empty()];
    let set_count = set.iter().filter(|set| **set).count();
    let filters_words = if set_count == 0 { "Filters".to_owned() } else { format!("Filters ({set_count})") };
    view! {
        <form method="get" action=PATH role="search" class="flex flex-wrap items-center gap-2 print:hidden">
            {sort}
            <div class="relative w-full sm:w-64">
                {icon("search", "size-4 absolute top-2 left-2.5 text-muted-foreground")}
                <input type="search" name="q" aria-label="Search companies" placeholder="Name, industry or tag" maxlength="200" value=query.q.clone()
                    class="h-8 w-full rounded-md border border-input bg-background pr-2 pl-8"/>
            </div>
            <button class="btn sr-only focus:not-sr-only" data-size="sm">"Search"</button>
            <button type="button" class="btn sm:hidden" data-variant="outline" data-size="sm" popovertarget="filters">{icon("list-filter", "size-4")} {filters_words}</button>
            <div id="filters" popover class="menu inset-x-4 top-32 m-0 w-auto flex-wrap gap-2 p-3 open:flex sm:contents" aria-label="Filters">
                {filter_chip("industry", "Industry", industries, changed(query, |query| query.industry.clear()))}
                {filter_chip("size", "Size", sizes, changed(query, |query| query.size.clear()))}
                {filter_chip("status", "Status", statuses, changed(query, |query| query.status.clear()))}
                {filter_chip("tag", "Tag", tags, changed(query, |query| query.tag.clear()))}
                {filter_chip("decision", "Who decides", gaps, changed(query, |query| query.decision.clear()))}
            </div>
        </form>
    }
}

fn table(visit: &Visit, query: &CompanyQuery, list: CompanyList) -> impl IntoView + use<> {
    let url = |sort| changed(query, |query| query.sort = sort);
    let shown = list.rows.len();
    let foot = page_foot(query.page, shown, list.total.count, list.total.capped, |page| {
        list_url(PATH, &CompanyQuery { page, ..query.clone() }.pairs())
    });
    let rows = list.rows.into_iter().map(|row| table_row(visit, row)).collect_view();
    view! {
        <div class="panel overflow-hidden">
            <table class="list companies">
                <thead>
                    <tr>
                        {sort_head("Name", CompanyColumn::Name, query.sort, "", url)}
                        {sort_head("Industry", CompanyColumn::Industry, query.sort, "", url)}
                        {sort_head("Size", CompanyColumn::Size, query.sort, "", url)}
                        {sort_head("Status", CompanyColumn::Status, query.sort, "", url)}
                        <th scope="col">"Tags"</th>
                        {sort_head("Contacts", CompanyColumn::Contacts, query.sort, "num", url)}
                        {sort_head("Open deals", CompanyColumn::OpenDeals, query.sort, "num", url)}
                        {sort_head("Changed", CompanyColumn::UpdatedAt, query.sort, "", url)}
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {foot}
        </div>
    }
}

fn table_row(visit: &Visit, row: CompanyRow) -> impl IntoView + use<> {
    let href = format!("/companies/{}", row.id);
    let industry = row.industry.clone().unwrap_or_default();
    let open_deals = (row.open_deals_value != Money::ZERO || row.open_deals_count > 0).then(|| visit.money(row.open_deals_value));
    // On a phone the row's second line says in words what the other columns do.
    let second_line =
        [Some(row.status.label().to_owned()), row.industry].into_iter().flatten().chain([String::new()]).collect::<Vec<_>>().join(" · ");
    let edit = visit.may(Verb::Update, Entity::Company).then(|| {
        view! { <a class="edit" href=format!("{href}/edit") aria-label=format!("Edit {}", row.name)>{icon("pencil", "")}</a> }
    });
    view! {
        <tr>
            <td><a href=href title=row.name.clone()>{row.name.clone()}</a></td>
            <td class="soft">{industry}</td>
            <td class="soft">{row.size.map(|size| size.slug())}</td>
            <td>{dotted(status_dot_class(row.status), row.status.label())}</td>
            <td>{row.tags.iter().take(2).map(|badge| tag(&badge.name, &badge.color)).collect_view()}{more_tags(row.tags.len(), 2)}</td>
            <td class="num">{group_thousands(row.contacts_count)}</td>
            <td class="num second"><span>{second_line}</span>{open_deals.unwrap_or_else(|| "-".to_owned())}</td>
            <td class="soft">{times::ago(row.updated_at, visit.now, visit.zone())}</td>
            <td>{edit}</td>
        </tr>
    }
}
