//! `/contacts`: search, filters, order and pages, all in the address.

use super::authority_badge;
use crate::{
    errors::PageError,
    requests::borrowed,
    settings::tags::merged::without_merged,
    times,
    ui::{
        form::Field,
        icon,
        list::{
            FilterChoice, Nothing, SearchBox, changed, filter_chip, filter_chip_with, filter_form, filter_switch, list_head, nothing,
            page_foot, sort_head, total_words,
        },
        mailto, more_tags,
        picker::{Offered, Source, picker},
        tag,
    },
    visit::Visit,
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    access::{Entity, Verb},
    contacts::{AuthorityLevel, ContactColumn, ContactQuery},
    forms::FormErrors,
    phones::dialled,
};
use leptos::{either::Either, prelude::*};
use store::{
    companies::CompanyOption,
    contacts::{ContactFilters, ContactList, ContactRow},
};

const NOTHING: Nothing = Nothing {
    icon: "users",
    no_match: "No contact matches this search and these filters.",
    none_yet: "No contacts yet. Add the first person you talk to, and say whether they decide.",
};

/// `GET /contacts`
pub async fn page(visit: Visit) -> Result<Response, PageError> {
    let pairs = visit.query()?;
    let query = ContactQuery::parse(borrowed(&pairs))?;
    let words = pairs.iter().find(|(name, _)| name == "company_id_q").map_or("", |(_, value)| value.as_str());
    if let Some(tags) = without_merged(&visit, &query.tag).await? {
        return Ok(Redirect::to(&changed(&query, |query| query.tag = tags)).into_response());
    }
    let actor = visit.actor();
    let store = visit.store();
    let (list, filters, named) =
        tokio::try_join!(store.contacts(&actor, &query), store.contact_filters(&actor), store.company_names(&actor, &query.company))?;
    let offered = Offered::found_companies(&visit, words).await?;
    let may_create = visit.may(Verb::Create, Entity::Contact);
    let body = view! {
        {list_head("Contacts", total_words(list.total), (), may_create.then(new_button))}
        {filter_bar(&query, &filters, named, offered, !words.is_empty())}
        {if list.rows.is_empty() { Either::Left(nothing(&query, &NOTHING, may_create.then(new_button))) } else { Either::Right(table(&visit, &query, list)) }}
    };
    visit.page_with_islands("Contacts", body).await
}

fn new_button() -> impl IntoView {
    view! { <a class="btn" data-size="sm" href="/contacts/new" data-form-dialog="contact">{icon("plus", "size-4")} "New contact"</a> }
}

fn filter_bar(
    query: &ContactQuery,
    filters: &ContactFilters,
    named: Vec<CompanyOption>,
    offered: Offered,
    looks_for_company: bool,
) -> AnyView {
    let companies = named.into_iter().map(|company| FilterChoice::new(company.id, company.name, true));
    let job_titles = filters.job_titles.iter().map(|title| FilterChoice::new(title, title, query.job_title.contains(title)));
    let levels =
        AuthorityLevel::ALL.into_iter().map(|level| FilterChoice::new(level.slug(), level.label(), query.authority.contains(&level)));
    let tags = filters.tags.iter().map(|tag| FilterChoice::new(tag.id, &tag.name, query.tag.contains(&tag.id)));
    let another = Field::new("company_id", "Add a company").id("filter-company");
    let another = picker(another, Source::Companies, "Choose…", offered, &FormErrors::default());
    let clear = changed(query, |query| query.company.clear());
    let decide = changed(query, |query| query.decision_makers = !query.decision_makers);
    let lengths = [query.company.len(), query.job_title.len(), query.authority.len(), usize::from(query.decision_makers), query.tag.len()];
    let set = lengths.into_iter().filter(|length| *length > 0).count();
    let search = SearchBox { label: "Search contacts", placeholder: "Name, company, role, phone", words: &query.q };
    let chips = view! {
        {filter_chip_with("company_id", "Company", companies, another, looks_for_company, clear)}
        {filter_chip("job_title", "Role", job_titles, changed(query, |query| query.job_title.clear()))}
        {filter_chip("authority_level", "Authority", levels, changed(query, |query| query.authority.clear()))}
        {filter_switch("is_decision_maker", "Decision-makers only", query.decision_makers, decide)}
        {filter_chip("tag", "Tag", tags, changed(query, |query| query.tag.clear()))}
    };
    filter_form(query, Some(search), set, chips.into_any())
}

fn table(visit: &Visit, query: &ContactQuery, list: ContactList) -> impl IntoView + use<> {
    let url = |sort| changed(query, |query| query.sort = sort);
    let foot = page_foot(query, list.rows.len(), list.total);
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
