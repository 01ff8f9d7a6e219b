//! `/contacts/{id}`: the page of a contact.

use super::{authority_badge, history::history};
use crate::{
    activities::log_link,
    companies::pages::deal_list,
    demo_data::{demo_chip, demo_ids},
    request::{Id, PageError, RequestContext},
    shell,
    tasks::{new_task_link, pages::tasks_of_record},
    timeline::{TimelinePage, timeline, timeline_cursor},
    ui::{
        archived_chip, avatar,
        custom_fields::custom_fields_panel,
        icon, mailto,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        pluralize,
        record::{
            self, TabDef, contact_details, delete_link, detail_item, details_panel, edit_button, link_item, more_menu, new_deal_button,
            notes_panel, person_item, planned_item, record_columns, record_head, stat, tab_of, tabs,
        },
        tag, times,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::ContactId,
    numbers::group_thousands,
    phones::tel_number,
    tasks::TaskQuery,
};
use leptos::prelude::*;
use store::{
    contacts::{ContactDetail, Person},
    demo::DemoIds,
    timeline::TimelineOf,
};

/// A tab of the page, chosen by `?tab=`.
#[derive(Clone, Copy, PartialEq)]
enum Tab {
    Activities,
    Deals,
    Tasks,
    History,
}

const TABS: [TabDef<Tab>; 4] = [
    TabDef { slug: "activities", label: "Activities", tab: Tab::Activities },
    TabDef { slug: "deals", label: "Deals", tab: Tab::Deals },
    TabDef { slug: "tasks", label: "Tasks", tab: Tab::Tasks },
    TabDef { slug: "history", label: "History", tab: Tab::History },
];

/// `GET /contacts/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<ContactId>) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let (tab, before) = (tab_of(&pairs, &TABS)?, timeline_cursor(&pairs)?);
    let (actor, store) = (ctx.actor(), ctx.store());
    let (contact, demo) = tokio::try_join!(async { Ok(store.contact(&actor, id).await?) }, demo_ids(&ctx))?;
    let main = match tab {
        Tab::Activities => {
            let of = TimelineOf::Contact(id);
            let page = TimelinePage { of, path: format!("/contacts/{id}"), pairs: vec![], before };
            let latest = store.timeline(&actor, of, true, before).await?;
            view! { <h2 class="sr-only">"Timeline"</h2>{timeline(&ctx, page, latest, log_button(&ctx, &contact))} }.into_markup()
        }
        Tab::Deals => deal_list(&ctx, new_deal_href(&ctx, &contact).as_deref(), store.contact_deals(&actor, id).await?).into_markup(),
        Tab::Tasks => {
            let of_contact = TaskQuery { contact_id: vec![id], ..TaskQuery::default() };
            let new = (!contact.is_company_archived).then(|| format!("contact_id={id}"));
            let tasks = tasks_of_record(&ctx, of_contact, new).await?;
            view! { <h2 class="sr-only">"Tasks"</h2>{tasks} }.into_markup()
        }
        Tab::History => history(&ctx, store.contact_history(&actor, id).await?).into_markup(),
    };
    let title = contact.name.clone();
    let body = view! {
        {breadcrumb("Contacts", "/contacts")}
        {header(&ctx, &contact, &demo)}
        {stats(&ctx, &contact)}
        {tab_bar(&contact, tab)}
        {record_columns(main, details(&ctx, contact))}
    };
    shell::page(ctx, &title, body).await
}

/// The "Log activity" button; `None` if the contact's company is archived, or the user may not.
fn log_button(ctx: &RequestContext, contact: &ContactDetail) -> Option<Markup> {
    if contact.is_company_archived { None } else { log_link(ctx, format!("/activities/new?contact_id={}", contact.id)) }
}

/// The URL of the form of a new deal with this contact and the contact's company; `None` as for [`log_button`].
fn new_deal_href(ctx: &RequestContext, contact: &ContactDetail) -> Option<String> {
    let company = contact.company_id.map(|id| format!("company_id={id}&")).unwrap_or_default();
    let may_add = !contact.is_company_archived && ctx.may(Verb::Create, Entity::Deal);
    may_add.then(|| format!("/deals/new?{company}contact_id={}", contact.id))
}

fn header(ctx: &RequestContext, contact: &ContactDetail, demo: &DemoIds) -> Markup {
    let (actor, path) = (ctx.actor(), format!("/contacts/{}", contact.id));
    let call = contact.phone.as_ref().map(|phone| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("tel:{}", tel_number(phone))>{icon("phone", "size-4")} "Call"</a> }
    });
    let mail = contact.email.as_ref().map(|email| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=mailto(email)>{icon("mail", "size-4")} "Email"</a> }
    });
    let log = log_button(ctx, contact);
    let new_task = if contact.is_company_archived { None } else { new_task_link(ctx, &format!("contact_id={}", contact.id)) };
    let edit = actor.may_with(Verb::Update, Entity::Contact, contact.owner_id).then(|| edit_button(&path, "contact"));
    let new_deal = new_deal_href(ctx, contact).map(new_deal_button);
    let delete = actor.may_with(Verb::Delete, Entity::Contact, contact.owner_id).then(|| delete_link(&path, "Delete contact"));
    let erase = actor
        .may(Verb::Delete, Entity::PersonalData)
        .then(|| view! { <a href=format!("{path}/erase")>{icon("eraser", "size-4")} "Erase personal data"</a> });
    let card = view! { <a href=format!("{path}/contact.vcf") download>{icon("contact-round", "size-4")} "Save to address book"</a> };
    let more = more_menu(view! { {card}{delete}{erase} }.into_markup());
    let company = contact.company_id.zip(contact.company_name.clone()).map(|(id, name)| {
        let chip = contact.is_company_archived.then(archived_chip);
        view! { <a class="hover:text-foreground hover:underline" href=format!("/companies/{id}")>{name}</a>{chip} }
    });
    let subtitle = view! {
        {demo_chip(demo, contact.id.0)}
        {authority_badge(contact.is_decision_maker, contact.authority_level)}
        {contact.job_title.clone().map(|title| view! { <span class="min-w-0 break-words">{title}</span> })}
        {company}
        {contact.tags.iter().map(|badge| tag(&badge.name, &badge.color)).collect_view()}
    };
    let buttons = view! { {log}{new_task}{call}{mail}{edit}{new_deal}{more} };
    record_head(avatar(&contact.name, "size-12 text-lg"), contact.name.clone(), subtitle.into_markup(), buttons.into_markup())
}

fn stats(ctx: &RequestContext, contact: &ContactDetail) -> Markup {
    let last = contact.last_contact_at.map_or_else(|| "Never".to_owned(), |at| times::relative(at, ctx.now, ctx.zone()));
    let manager =
        contact.reports_to.as_ref().map_or_else(|| "nobody above known".to_owned(), |manager| format!("reports to {}", manager.name));
    let all = view! {
        {stat("Open deals", group_thousands(contact.open_deals_count), ctx.money(contact.open_deals_value))}
        {stat("Won", group_thousands(contact.won_deals_count), ctx.money(contact.won_deals_value))}
        {stat("Last contact", last, pluralize(contact.activities_count, "activity", "activities"))}
        {stat("Direct reports", group_thousands(contact.reports.len() as u64), manager)}
    };
    record::stats(all.into_markup())
}

fn tab_bar(contact: &ContactDetail, tab: Tab) -> Markup {
    tabs("Parts of this contact", &format!("/contacts/{}", contact.id), &TABS, tab, |tab| match tab {
        Tab::Activities => Some(contact.activities_count),
        Tab::Deals => Some(contact.deals_count),
        Tab::Tasks => Some(contact.open_tasks_count),
        Tab::History => None,
    })
}

fn details(ctx: &RequestContext, contact: ContactDetail) -> Markup {
    let company = contact.company_id.zip(contact.company_name);
    let company = company.map(|(id, name)| link_item("Company", format!("/companies/{id}"), &name));
    let manager = contact.reports_to.map(|manager| detail_item("Reports to", person(manager)));
    let reports = (!contact.reports.is_empty()).then(|| {
        let people = contact.reports.into_iter().map(|report| view! { <li>{person(report)}</li> }).collect_view();
        detail_item("Reports", view! { <ul>{people}</ul> })
    });
    let items = view! {
        {contact_details(contact.phone.as_deref(), contact.email.as_deref())}
        {contact.job_title.map(|title| detail_item("Role", title))}
        {company}
        {manager}
        {reports}
        {person_item("Owner", &contact.owner_name)}
        {planned_item(ctx, contact.next_contact_at)}
        {detail_item("Created", times::ago(contact.created_at, ctx.now, ctx.zone()))}
        {detail_item("Last changed", times::ago(contact.updated_at, ctx.now, ctx.zone()))}
    };
    view! {
        {details_panel(items.into_markup())}
        {custom_fields_panel(&contact.custom_fields)}
        {notes_panel(contact.notes.as_deref())}
    }
    .into_markup()
}

fn person(person: Person) -> impl IntoView {
    view! { <a class="text-primary hover:underline" href=format!("/contacts/{}", person.id)>{person.name}</a> }
}
