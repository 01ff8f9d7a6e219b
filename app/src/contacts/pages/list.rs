//! `/contacts`: search, filters, order and pages, all in the address.

use super::authority_badge;
use crate::{
    errors::PageError,
    islands::{form_dialog, pickers},
    times,
    ui::{
        form::Field,
        icon,
        list::{FilterChoice, filter_chip, filter_chip_with, filter_switch, list_url, page_foot, sort_head, total_words},
        mailto, more_tags,
        page::empty,
        picker::{Offered, Source, picker},
        tag,
    },
    visit::Visit,
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    contacts::{AuthorityLevel, ContactColumn, ContactQuery},
    forms::FormErrors,
    page::{PageNumber, Sort},
    phones::dialled,
};
use leptos::prelude::*;
use store::contacts::{ContactFilters, ContactList, ContactRow};

const PATH: &str = "/contacts";
/// Companies that the filter offers before anything is searched for: a page carries them along each time.
const COMPANIES_OFFERED: u64 = 20;

/// `GET /contacts`
pub async fn page(visit: Visit) -> Result<Response, PageError> {
    let pairs = visit.query()?;
    let query = ContactQuery::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let words = pairs.iter().find(|(name, _)| name == "company_id_q").map_or("", |(_, value)| value.as_str());
    let actor = visit.actor();
    let read =
        async { Ok(tokio::try_join!(visit.store().contacts(&actor, &query), visit.store().contact_filters(&actor, &query.company))?) };
    let ((list, filters), companies) = tokio::try_join!(read, Offered::some_companies(&visit, words, COMPANIES_OFFERED))?;
    let may_create = visit.may(Verb::Create, Entity::Contact);
    let body = view! {
        <div class="flex flex-wrap items-center gap-2">
            <h1>"Contacts"</h1>
            <span class="count">{total_words(list.total)}</span>
            <div class="flex-1"></div>
            {may_create.then(new_button)}
        </div>
        {filter_bar(&query, filters, companies, !words.is_empty())}
        {if list.rows.is_empty() { nothing(&query, may_create).into_any() } else { table(&visit, &query, list).into_any() }}
        {form_dialog()}
        {pickers()}
    };
    visit.page_with_islands("Contacts", body).await
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/contacts/new" data-form-dialog="contact">{icon("plus", "size-4")} "New contact"</a> }
}

fn nothing(query: &ContactQuery, may_create: bool) -> impl IntoView + use<> {
    if query.is_filtered() {
        let clear = view! { <a class="btn" data-variant="outline" data-size="sm" href=PATH>"Clear search and filters"</a> };
        empty(icon("search-x", "size-5"), "No contact matches this search and these filters.", clear).into_any()
    } else if query.page != PageNumber::FIRST {
        let first = view! { <a class="btn" data-variant="outline" data-size="sm" href=PATH>"Go to the first page"</a> };
        empty(icon("users", "size-5"), "The list ends before this page.", first).into_any()
    } else {
        let sentence = "No contacts yet. Add the first person you talk to, and say whether they decide.";
        empty(icon("users", "size-5"), sentence, may_create.then(new_button)).into_any()
    }
}

/// The list's address with one change, from its first page on.
fn changed(query: &ContactQuery, change: impl FnOnce(&mut ContactQuery)) -> String {
    let mut query = ContactQuery { page: PageNumber::FIRST, ..query.clone() };
    change(&mut query);
    list_url(PATH, &query.pairs())
}

fn filter_bar(query: &ContactQuery, filters: ContactFilters, offered: Offered, looks_for_company: bool) -> impl IntoView + use<> {
    let set =
        [!query.company.is_empty(), !query.job_title.is_empty(), !query.authority.is_empty(), query.decision_makers, !query.tag.is_empty()];
    let filters_words = match set.iter().filter(|set| **set).count() {
        0 => "Filters".to_owned(),
        count => format!("Filters ({count})"),
    };
    let companies =
        filters.companies.into_iter().map(|(id, name)| FilterChoice { value: id.to_string(), words: name, set: true }).collect();
    let job_titles = filters
        .job_titles
        .into_iter()
        .map(|title| FilterChoice { set: query.job_title.contains(&title), words: title.clone(), value: title })
        .collect();
    let levels = AuthorityLevel::ALL
        .into_iter()
        .map(|level| FilterChoice {
            value: level.slug().to_owned(),
            words: level.label().to_owned(),
            set: query.authority.contains(&level),
        })
        .collect();
    let tags = filters
        .tags
        .into_iter()
        .map(|tag| FilterChoice { value: tag.id.to_string(), words: tag.name, set: query.tag.contains(&tag.id) })
        .collect();
    let another = Field::new("company_id", "Add a company").id("filter-company");
    let another = picker(another, Source::Companies, "Choose…", offered, &FormErrors::default());
    let clear = changed(query, |query| query.company.clear());
    let decide = changed(query, |query| query.decision_makers = !query.decision_makers);
    let sort = (query.sort != Sort::default()).then(|| view! { <input type="hidden" name="sort" value=query.sort.to_string()/> });
    view! {
        <form method="get" action=PATH role="search" class="flex flex-wrap items-center gap-2 print:hidden">
            {sort}
            <div class="relative w-full sm:w-64">
                {icon("search", "size-4 absolute top-2 left-2.5 text-muted-foreground")}
                <input type="search" name="q" aria-label="Search contacts" placeholder="Name, company, role, phone" maxlength="200" value=query.q.clone()
                    class="h-8 w-full rounded-md border border-input bg-background pr-2 pl-8"/>
            </div>
            <button class="btn sr-only focus:not-sr-only" data-size="sm">"Search"</button>
            <button type="button" class="btn sm:hidden" data-variant="outline" data-size="sm" popovertarget="filters">{icon("list-filter", "size-4")} {filters_words}</button>
            <div id="filters" popover class="menu inset-x-4 top-32 m-0 w-auto flex-wrap gap-2 p-3 open:flex sm:contents" aria-label="Filters">
                {filter_chip_with("company_id", "Company", companies, another, looks_for_company, clear)}
                {filter_chip("job_title", "Role", job_titles, changed(query, |query| query.job_title.clear()))}
                {filter_chip("authority_level", "Authority", levels, changed(query, |query| query.authority.clear()))}
                {filter_switch("is_decision_maker", "Decision-makers only", query.decision_makers, decide)}
                {filter_chip("tag", "Tag", tags, changed(query, |query| query.tag.clear()))}
            </div>
        </form>
    }
}

fn table(visit: &Visit, query: &ContactQuery, list: ContactList) -> impl IntoView + use<> {
    let url = |sort| changed(query, |query| query.sort = sort);
    let shown = list.rows.len();
    let foot = page_foot(query.page, shown, list.total.count, list.total.capped, |page| {
        list_url(PATH, &ContactQuery { page, ..query.clone() }.pairs())
    });
    let rows = list.rows.into_iter().map(|row| table_row(visit, row)).collect_view();
    view! {
        <div class="panel overflow-hidden">
            <table class="list contacts">
                <thead>
                    <tr>
                        {sort_head("Name", ContactColumn::Name, query.sort, "", url)}
                        {sort_head("Role", ContactColumn::JobTitle, query.sort, "", url)}
                        {sort_head("Company", ContactColumn::Company, query.sort, "", url)}
                        {sort_head("Authority", ContactColumn::Authority, query.sort, "", url)}
                        {sort_head("Phone", ContactColumn::Phone, query.sort, "", url)}
                        {sort_head("Email", ContactColumn::Email, query.sort, "", url)}
                        <th scope="col">"Tags"</th>
                        {sort_head("Changed", ContactColumn::UpdatedAt, query.sort, "", url)}
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {foot}
        </div>
    }
}

fn table_row(visit: &Visit, row: ContactRow) -> impl IntoView + use<> {
    let href = format!("/contacts/{}", row.id);
    // On a phone the row's second line says in words what the other columns do.
    let level = row.authority_level.map(|level| level.label().to_owned()).or(row.is_decision_maker.then(|| "Decides".to_owned()));
    let mut second_line = [level, row.company_name.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if row.job_title.is_some() && !second_line.is_empty() {
        second_line.push_str(" · ");
    }
    let company = row
        .company_id
        .zip(row.company_name)
        .map(|(id, name)| view! { <a href=format!("/companies/{id}") title=name.clone()>{name.clone()}</a> });
    let phone = row.phone.map(|phone| view! { <a href=format!("tel:{}", dialled(&phone)) title=phone.clone()>{phone.clone()}</a> });
    let email = row.email.map(|email| view! { <a href=mailto(&email) title=email.clone()>{email.clone()}</a> });
    let edit = visit.may(Verb::Update, Entity::Contact).then(|| {
        view! { <a class="edit" href=format!("{href}/edit") aria-label=format!("Edit {}", row.name)>{icon("pencil", "")}</a> }
    });
    view! {
        <tr>
            <td><a href=href title=row.name.clone()>{row.name.clone()}</a></td>
            <td class="soft second"><span>{second_line}</span>{row.job_title}</td>
            <td class="soft">{company}</td>
            <td>{authority_badge(row.is_decision_maker, row.authority_level)}</td>
            <td class="soft">{phone}</td>
            <td class="soft">{email}</td>
            <td>{row.tags.iter().take(1).map(|badge| tag(&badge.name, &badge.color)).collect_view()}{more_tags(row.tags.len(), 1)}</td>
            <td class="soft">{times::ago(row.updated_at, visit.now, visit.zone())}</td>
            <td>{edit}</td>
        </tr>
    }
}
