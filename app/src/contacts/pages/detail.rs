//! `/contacts/{id}`: what is known of one contact, and their activities, deals and history in tabs.

use super::{authority_badge, history::history, id_of};
use crate::{
    activities::log_link,
    companies::pages::deal_list,
    errors::PageError,
    islands::form_dialog,
    timeline::{TimelinePage, timeline, timeline_end, timeline_on_demand},
    times,
    ui::{
        avatar, counted,
        custom_fields::custom_fields_panel,
        icon, mailto,
        page::{Tab, breadcrumb, fact, figure, tabs},
        tag,
    },
    visit::Visit,
};
use axum::{extract::Path, response::Response};
use domain::{
    access::{Entity, Verb},
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

impl Part {
    fn from_query(pairs: &[(String, String)]) -> Result<Self, PageError> {
        match pairs.iter().find(|(name, _)| name == "tab").map(|(_, value)| value.as_str()) {
            None | Some("" | "activities") => Ok(Self::Activities),
            Some("deals") => Ok(Self::Deals),
            Some("history") => Ok(Self::History),
            Some(_) => Err(PageError::BadRequest),
        }
    }
}

/// `GET /contacts/{id}`
pub async fn page(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let pairs = visit.query()?;
    let (part, before) = (Part::from_query(&pairs)?, timeline_end(&pairs)?);
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
        <div class="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="flex min-w-0 flex-col gap-6">{main}</div>
            {details(&visit, contact)}
        </div>
        {form_dialog()}
        {timeline_on_demand()}
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

fn header(visit: &Visit, contact: &ContactDetail) -> impl IntoView + use<> {
    let actor = visit.actor();
    let href = format!("/contacts/{}", contact.id);
    let call = contact.phone.as_ref().map(|phone| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("tel:{}", dialled(phone))>{icon("phone", "size-4")} "Call"</a> }
    });
    let mail = contact.email.as_ref().map(|email| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=mailto(email)>{icon("mail", "size-4")} "Email"</a> }
    });
    let edit = actor.may_with(Verb::Update, Entity::Contact, contact.owner_id).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{href}/edit") data-form-dialog="contact">{icon("pencil", "size-4")} "Edit"</a> }
    });
    let log = log_link(visit, log_href(contact));
    let new_deal = actor.may(Verb::Create, Entity::Deal).then(|| {
        view! { <a class="btn" data-size="sm" href=new_deal_href(contact) data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }
    });
    let more = actor.may_with(Verb::Delete, Entity::Contact, contact.owner_id).then(|| {
        view! {
            <details class="relative">
                <summary class="btn list-none" data-variant="outline" data-size="icon-sm" aria-label="More">{icon("ellipsis", "size-4")}</summary>
                <div class="menu absolute right-0 top-9 z-10"><a href=format!("{href}/delete")>{icon("trash-2", "size-4")} "Delete contact"</a></div>
            </details>
        }
    });
    let company = contact.company_id.zip(contact.company_name.clone()).map(|(id, name)| {
        view! { <a class="hover:text-foreground hover:underline" href=format!("/companies/{id}")>{name}</a> }
    });
    view! {
        <div class="flex flex-wrap items-start gap-4">
            {avatar(&contact.name, "size-12 text-lg")}
            <div class="min-w-0 flex-1 basis-60">
                <h1 class="break-words">{contact.name.clone()}</h1>
                <p class="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">
                    {authority_badge(contact.is_decision_maker, contact.authority_level)}
                    {contact.job_title.clone().map(|title| view! { <span class="min-w-0 break-words">{title}</span> })}
                    {company}
                    {contact.tags.iter().map(|badge| tag(&badge.name, &badge.color)).collect_view()}
                </p>
            </div>
            <div class="flex flex-wrap gap-2 print:hidden">{log}{call}{mail}{edit}{new_deal}{more}</div>
        </div>
    }
}

fn figures(visit: &Visit, contact: &ContactDetail) -> impl IntoView + use<> {
    let last = contact.last_contact_at.map_or_else(|| "Never".to_owned(), |at| times::relative(at, visit.now, visit.zone()));
    let boss = contact.reports_to.as_ref().map_or_else(|| "nobody above known".to_owned(), |boss| format!("reports to {}", boss.name));
    view! {
        <dl id="figures" data-fresh class="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">
            {figure("Open deals", group_thousands(contact.open_deals_count), visit.money(contact.open_deals_value))}
            {figure("Won", group_thousands(contact.won_deals_count), visit.money(contact.won_deals_value))}
            {figure("Last contact", last, counted(contact.activities_count, "activity", "activities"))}
            {figure("Direct reports", group_thousands(contact.reports.len() as u64), boss)}
        </dl>
    }
}

fn parts(contact: &ContactDetail, part: Part) -> impl IntoView + use<> {
    let href = format!("/contacts/{}", contact.id);
    tabs(
        "Parts of this contact",
        vec![
            Tab { label: "Activities", href: href.clone(), count: Some(contact.activities_count), current: part == Part::Activities },
            Tab { label: "Deals", href: format!("{href}?tab=deals"), count: Some(contact.deals_count), current: part == Part::Deals },
            Tab { label: "History", href: format!("{href}?tab=history"), count: None, current: part == Part::History },
        ],
    )
}

fn details(visit: &Visit, contact: ContactDetail) -> impl IntoView + use<> {
    let phone = contact
        .phone
        .map(|phone| fact("Phone", view! { <a class="hover:underline" href=format!("tel:{}", dialled(&phone))>{phone.clone()}</a> }));
    let email = contact.email.map(|email| fact("Email", view! { <a class="hover:underline" href=mailto(&email)>{email.clone()}</a> }));
    let company = contact
        .company_id
        .zip(contact.company_name)
        .map(|(id, name)| fact("Company", view! { <a class="text-primary hover:underline" href=format!("/companies/{id}")>{name}</a> }));
    let boss = contact.reports_to.map(|boss| fact("Reports to", person(boss)));
    let reports = (!contact.reports.is_empty()).then(|| {
        let people = contact.reports.into_iter().map(|report| view! { <li>{person(report)}</li> }).collect_view();
        fact("Reports", view! { <ul>{people}</ul> })
    });
    let owner = view! { <span class="inline-flex items-center gap-1.5">{avatar(&contact.owner_name, "size-5 text-[10px]")}{contact.owner_name.clone()}</span> };
    let notes = contact.notes.map(|notes| {
        view! { <section class="panel p-4"><h2 class="mb-2">"Notes"</h2><p class="break-words whitespace-pre-line text-muted-foreground">{notes}</p></section> }
    });
    view! {
        <aside class="flex min-w-0 flex-col gap-6">
            <section class="panel p-4">
                <h2 class="mb-2">"Details"</h2>
                <dl>
                    {phone}
                    {email}
                    {contact.job_title.map(|title| fact("Role", title))}
                    {company}
                    {boss}
                    {reports}
                    {fact("Owner", owner)}
                    {fact("Created", times::ago(contact.created_at, visit.now, visit.zone()))}
                    {fact("Last changed", times::ago(contact.updated_at, visit.now, visit.zone()))}
                </dl>
            </section>
            {custom_fields_panel(&contact.custom_fields)}
            {notes}
        </aside>
    }
}

fn person(person: Person) -> impl IntoView {
    view! { <a class="text-primary hover:underline" href=format!("/contacts/{}", person.id)>{person.name}</a> }
}
