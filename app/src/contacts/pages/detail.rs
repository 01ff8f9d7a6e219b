//! `/contacts/{id}`: what is known of one contact, and their activities, deals and history in tabs.

use super::{authority_badge, history::history};
use crate::{
    activities::log_link,
    companies::pages::deal_list,
    errors::PageError,
    requests::Id,
    timeline::{TimelinePage, timeline, timeline_end},
    times,
    ui::{
        avatar, counted,
        custom_fields::custom_fields_panel,
        icon, mailto,
        page::breadcrumb,
        record::{
            self, delete_menu, details_panel, edit_button, fact, figure, link_fact, new_deal_button, notes_panel, part_of, person_fact,
            reach_facts, record_columns, record_head, tabs,
        },
        tag,
    },
    visit::Visit,
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::ContactId,
    money::group_thousands,
    phones::dialled,
};
use leptos::prelude::*;
use store::{
    contacts::{ContactDetail, Person},
    timeline::TimelineOf,
};

/// The part of the page that `?tab=` names.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Activities,
    Deals,
    History,
}

const PARTS: [record::Part<Part>; 3] =
    [("activities", "Activities", Part::Activities), ("deals", "Deals", Part::Deals), ("history", "History", Part::History)];

/// `GET /contacts/{id}`
pub async fn page(visit: Visit, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let pairs = visit.query()?;
    let (part, before) = (part_of(&pairs, &PARTS)?, timeline_end(&pairs)?);
    let (actor, store) = (visit.actor(), visit.store());
    let contact = store.contact(&actor, id).await?;
    let main = match part {
        Part::Activities => {
            let of = TimelineOf::Contact(id);
            let page = TimelinePage { of, path: format!("/contacts/{id}"), pairs: vec![], before };
            let latest = store.timeline(&actor, of, true, before).await?;
            view! { <h2 class="sr-only">"Timeline"</h2>{timeline(&visit, page, latest, log_link(&visit, log_href(&contact)))} }.into_any()
        }
        Part::Deals => deal_list(&visit, &new_deal_href(&contact), store.contact_deals(&actor, id).await?).into_any(),
        Part::History => history(&visit, store.contact_history(&actor, id).await?).into_any(),
    };
    let title = contact.name.clone();
    let body = view! {
        {breadcrumb("Contacts", "/contacts")}
        {header(&visit, &contact)}
        {figures(&visit, &contact)}
        {parts(&contact, part)}
        {record_columns(main, details(&visit, contact))}
    };
    visit.page_with_islands(&title, body).await
}

/// The form of an activity with this contact.
fn log_href(contact: &ContactDetail) -> String {
    format!("/activities/new?contact_id={}", contact.id)
}

/// The form of a new deal with this contact, and with their company.
fn new_deal_href(contact: &ContactDetail) -> String {
    let company = contact.company_id.map(|id| format!("company_id={id}&")).unwrap_or_default();
    format!("/deals/new?{company}contact_id={}", contact.id)
}

fn header(visit: &Visit, contact: &ContactDetail) -> AnyView {
    let (actor, path) = (visit.actor(), format!("/contacts/{}", contact.id));
    let call = contact.phone.as_ref().map(|phone| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("tel:{}", dialled(phone))>{icon("phone", "size-4")} "Call"</a> }
    });
    let mail = contact.email.as_ref().map(|email| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=mailto(email)>{icon("mail", "size-4")} "Email"</a> }
    });
    let log = log_link(visit, log_href(contact));
    let edit = actor.may_with(Verb::Update, Entity::Contact, contact.owner_id).then(|| edit_button(&path, "contact"));
    let new_deal = actor.may(Verb::Create, Entity::Deal).then(|| new_deal_button(new_deal_href(contact)));
    let more = actor.may_with(Verb::Delete, Entity::Contact, contact.owner_id).then(|| delete_menu(&path, "Delete contact"));
    let company = contact.company_id.zip(contact.company_name.clone()).map(|(id, name)| {
        view! { <a class="hover:text-foreground hover:underline" href=format!("/companies/{id}")>{name}</a> }
    });
    let line = view! {
        {authority_badge(contact.is_decision_maker, contact.authority_level)}
        {contact.job_title.clone().map(|title| view! { <span class="min-w-0 break-words">{title}</span> })}
        {company}
        {contact.tags.iter().map(|badge| tag(&badge.name, &badge.color)).collect_view()}
    };
    let buttons = view! { {log}{call}{mail}{edit}{new_deal}{more} };
    record_head(avatar(&contact.name, "size-12 text-lg"), contact.name.clone(), line.into_any(), buttons.into_any())
}

fn figures(visit: &Visit, contact: &ContactDetail) -> AnyView {
    let last = contact.last_contact_at.map_or_else(|| "Never".to_owned(), |at| times::relative(at, visit.now, visit.zone()));
    let boss = contact.reports_to.as_ref().map_or_else(|| "nobody above known".to_owned(), |boss| format!("reports to {}", boss.name));
    let all = view! {
        {figure("Open deals", group_thousands(contact.open_deals_count), visit.money(contact.open_deals_value))}
        {figure("Won", group_thousands(contact.won_deals_count), visit.money(contact.won_deals_value))}
        {figure("Last contact", last, counted(contact.activities_count, "activity", "activities"))}
        {figure("Direct reports", group_thousands(contact.reports.len() as u64), boss)}
    };
    record::figures(all.into_any())
}

fn parts(contact: &ContactDetail, part: Part) -> AnyView {
    tabs("Parts of this contact", &format!("/contacts/{}", contact.id), &PARTS, part, |part| match part {
        Part::Activities => Some(contact.activities_count),
        Part::Deals => Some(contact.deals_count),
        Part::History => None,
    })
}

fn details(visit: &Visit, contact: ContactDetail) -> AnyView {
    let company = contact.company_id.zip(contact.company_name);
    let company = company.map(|(id, name)| link_fact("Company", format!("/companies/{id}"), &name));
    let boss = contact.reports_to.map(|boss| fact("Reports to", person(boss)));
    let reports = (!contact.reports.is_empty()).then(|| {
        let people = contact.reports.into_iter().map(|report| view! { <li>{person(report)}</li> }).collect_view();
        fact("Reports", view! { <ul>{people}</ul> })
    });
    let facts = view! {
        {reach_facts(contact.phone.as_deref(), contact.email.as_deref())}
        {contact.job_title.map(|title| fact("Role", title))}
        {company}
        {boss}
        {reports}
        {person_fact("Owner", &contact.owner_name)}
        {fact("Created", times::ago(contact.created_at, visit.now, visit.zone()))}
        {fact("Last changed", times::ago(contact.updated_at, visit.now, visit.zone()))}
    };
    view! {
        {details_panel(facts.into_any())}
        {custom_fields_panel(&contact.custom_fields)}
        {notes_panel(contact.notes.as_deref())}
    }
    .into_any()
}

fn person(person: Person) -> impl IntoView {
    view! { <a class="text-primary hover:underline" href=format!("/contacts/{}", person.id)>{person.name}</a> }
}
