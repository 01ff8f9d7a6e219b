//! `/companies/{id}`: what is known of one company, and its contacts, deals and activities in tabs.

use super::{
    decision_map::{decision_map, decision_warning, reach},
    status_dot_class,
};
use crate::{
    activities::log_link,
    contacts::pages::authority_badge,
    errors::PageError,
    islands::form_dialog,
    timeline::{TimelinePage, timeline, timeline_end, timeline_on_demand},
    times,
    ui::{
        avatar,
        custom_fields::custom_fields_panel,
        dotted, icon, mailto,
        page::{Tab, breadcrumb, empty, fact, figure, tabs},
        tag,
    },
    visit::Visit,
};
use axum::{extract::Path, response::Response};
use domain::{
    access::{Entity, Verb},
    ids::CompanyId,
    money::group_thousands,
    phones::dialled,
    stages::StageKind,
    timeline::TimelineEnd,
};
use leptos::prelude::*;
use store::{
    companies::{CompanyContact, CompanyDeal, CompanyDetail},
    timeline::{Timeline, TimelineOf},
};

/// The part of the page that `?tab=` names.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Overview,
    Contacts,
    Deals,
    Activities,
}

impl Part {
    fn from_query(pairs: &[(String, String)]) -> Result<Self, PageError> {
        match pairs.iter().find(|(name, _)| name == "tab").map(|(_, value)| value.as_str()) {
            None | Some("" | "overview") => Ok(Self::Overview),
            Some("contacts") => Ok(Self::Contacts),
            Some("deals") => Ok(Self::Deals),
            Some("activities") => Ok(Self::Activities),
            Some(_) => Err(PageError::BadRequest),
        }
    }
}

/// `GET /companies/{id}`
pub async fn page(visit: Visit, Path(id): Path<String>) -> Result<Response, PageError> {
    let id: CompanyId = id.parse().map_err(|_| PageError::NotFound)?;
    let pairs = visit.query()?;
    let (part, before) = (Part::from_query(&pairs)?, timeline_end(&pairs)?);
    let (actor, store) = (visit.actor(), visit.store());
    let company = store.company(&actor, id).await?;
    let main = match part {
        Part::Overview => {
            let (people, deals, latest) = tokio::try_join!(
                store.company_map(&actor, id),
                store.company_deals(&actor, id),
                store.timeline(&actor, TimelineOf::Company(id), true, before)
            )?;
            let warning = decision_warning(&visit, &company, &people);
            let map = decision_map(&company, people);
            let latest = timeline_of(&visit, id, vec![], latest, before);
            view! { {warning}{map}{overview(&visit, id, deals, latest)} }.into_any()
        }
        Part::Contacts => contacts(&visit, id, store.company_contacts(&actor, id).await?).into_any(),
        Part::Deals => deal_list(&visit, &new_deal_href(id), store.company_deals(&actor, id).await?).into_any(),
        Part::Activities => {
            let latest = store.timeline(&actor, TimelineOf::Company(id), false, before).await?;
            let pairs = vec![("tab", "activities".to_owned())];
            view! { <h2 class="sr-only">"Activities"</h2>{timeline_of(&visit, id, pairs, latest, before)} }.into_any()
        }
    };
    let title = company.name.clone();
    let body = view! {
        {breadcrumb("Companies", "/companies")}
        {header(&visit, &company)}
        {figures(&visit, &company)}
        {parts(&company, part)}
        <div class="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="flex min-w-0 flex-col gap-6">{main}</div>
            {details(&visit, company)}
        </div>
        {form_dialog()}
        {timeline_on_demand()}
    };
    visit.page_with_islands(&title, body).await
}

fn header(visit: &Visit, company: &CompanyDetail) -> impl IntoView + use<> {
    let actor = visit.actor();
    let href = format!("/companies/{}", company.id);
    let edit = actor.may_with(Verb::Update, Entity::Company, company.owner_id).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{href}/edit") data-form-dialog="company">{icon("pencil", "size-4")} "Edit"</a> }
    });
    let new_deal = actor.may(Verb::Create, Entity::Deal).then(|| {
        view! { <a class="btn" data-size="sm" href=format!("/deals/new?company_id={}", company.id) data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }
    });
    let log = log_link(visit, format!("/activities/new?company_id={}", company.id));
    let more = actor.may_with(Verb::Delete, Entity::Company, company.owner_id).then(|| {
        view! {
            <details class="relative">
                <summary class="btn list-none" data-variant="outline" data-size="icon-sm" aria-label="More">{icon("ellipsis", "size-4")}</summary>
                <div class="menu absolute right-0 top-9 z-10"><a href=format!("{href}/delete")>{icon("trash-2", "size-4")} "Delete company"</a></div>
            </details>
        }
    });
    view! {
        <div class="flex flex-wrap items-start gap-4">
            <span class="grid size-12 shrink-0 place-items-center rounded-lg bg-secondary text-lg font-semibold" aria-hidden="true">
                {company.name.chars().next().map(|c| c.to_uppercase().to_string())}
            </span>
            <div class="min-w-0 flex-1 basis-60">
                <h1 class="break-words">{company.name.clone()}</h1>
                <p class="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">
                    <span class="text-foreground">{dotted(status_dot_class(company.status), company.status.label())}</span>
                    {company.industry.clone().map(|industry| view! { <span>{industry}</span> })}
                    {company.size.map(|size| view! { <span>{format!("{} people", size.slug())}</span> })}
                    {company.tags.iter().map(|badge| tag(&badge.name, &badge.color)).collect_view()}
                </p>
            </div>
            <div class="flex flex-wrap gap-2 print:hidden">{log}{edit}{new_deal}{more}</div>
        </div>
    }
}

fn figures(visit: &Visit, company: &CompanyDetail) -> impl IntoView + use<> {
    let last = company.last_contact_at.map_or_else(|| "Never".to_owned(), |at| times::relative(at, visit.now, visit.zone()));
    view! {
        <dl id="figures" data-fresh class="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">
            {figure("Open deals", group_thousands(company.open_deals_count), visit.money(company.open_deals_value))}
            {figure("Won", group_thousands(company.won_deals_count), visit.money(company.won_deals_value))}
            {figure("Last contact", last, activities_words(company.activities_count))}
            {figure("Decision-makers", group_thousands(company.decision_makers_count), format!("of {} contacts", group_thousands(company.contacts_count)))}
        </dl>
    }
}

fn activities_words(count: u64) -> String {
    if count == 1 { "1 activity".to_owned() } else { format!("{} activities", group_thousands(count)) }
}

fn parts(company: &CompanyDetail, part: Part) -> impl IntoView + use<> {
    let href = format!("/companies/{}", company.id);
    let tab = |label, name: &str, count, this| Tab { label, href: format!("{href}?tab={name}"), count, current: part == this };
    tabs(
        "Parts of this company",
        vec![
            Tab { label: "Overview", href: href.clone(), count: None, current: part == Part::Overview },
            tab("Contacts", "contacts", Some(company.contacts_count), Part::Contacts),
            tab("Deals", "deals", Some(company.deals_count), Part::Deals),
            tab("Activities", "activities", Some(company.activities_count), Part::Activities),
        ],
    )
}

fn overview(visit: &Visit, id: CompanyId, deals: Vec<CompanyDeal>, timeline: impl IntoView) -> impl IntoView {
    let open = deals.into_iter().filter(|deal| deal.stage_kind == StageKind::Open).collect();
    view! {
        <section class="flex flex-col gap-3"><h2>"Open deals"</h2>{deal_list(visit, &new_deal_href(id), open)}</section>
        <section class="flex flex-col gap-3"><h2>"Timeline"</h2>{timeline}</section>
    }
}

/// What was said with the company, on a part of its page that `pairs` name.
fn timeline_of(
    visit: &Visit,
    id: CompanyId,
    pairs: Vec<(&'static str, String)>,
    latest: Timeline,
    before: Option<TimelineEnd>,
) -> impl IntoView + use<> {
    let page = TimelinePage { of: TimelineOf::Company(id), path: format!("/companies/{id}"), pairs, before };
    timeline(visit, page, latest, log_link(visit, format!("/activities/new?company_id={id}")))
}

fn contacts(visit: &Visit, id: CompanyId, contacts: Vec<CompanyContact>) -> impl IntoView + use<> {
    let new = visit.may(Verb::Create, Entity::Contact).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("/contacts/new?company_id={id}") data-form-dialog="contact">{icon("plus", "size-4")} "New contact"</a> }
    });
    if contacts.is_empty() {
        return empty(icon("users", "size-5"), "Nobody is known at this company yet.", new).into_any();
    }
    let rows = contacts
        .into_iter()
        .map(|contact| {
            view! {
                <li class="flex items-center gap-3 px-3 py-2">
                    {avatar(&contact.name, "size-8 text-xs")}
                    <div class="min-w-0 flex-1">
                        <a class="block truncate font-medium hover:underline" href=format!("/contacts/{}", contact.id)>{contact.name.clone()}</a>
                        <p class="truncate text-xs text-muted-foreground">{contact.job_title}</p>
                    </div>
                    {authority_badge(contact.is_decision_maker, contact.authority_level)}
                    {reach(&contact.name, contact.phone.as_deref(), contact.email.as_deref())}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="panel divide-y">{rows}</ul> <div>{new}</div> }.into_any()
}

fn new_deal_href(id: CompanyId) -> String {
    format!("/deals/new?company_id={id}")
}

/// Deals, each with its stage and value; `new_deal` is the form of one more.
pub(crate) fn deal_list(visit: &Visit, new_deal: &str, deals: Vec<CompanyDeal>) -> impl IntoView + use<> {
    if deals.is_empty() {
        let new = visit.may(Verb::Create, Entity::Deal).then(|| {
            view! { <a class="btn" data-variant="outline" data-size="sm" href=new_deal.to_owned() data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }
        });
        return empty(icon("circle-dollar-sign", "size-5"), "No deals here.", new).into_any();
    }
    let today = visit.today();
    let rows = deals
        .into_iter()
        .map(|deal| {
            let dot = match deal.stage_kind {
                StageKind::Won => "bg-won",
                StageKind::Lost => "bg-lost",
                StageKind::Open => "bg-stage-2",
            };
            let close = deal.expected_close_date.map(|day| format!(" · closes {}", times::short_date(day, today)));
            view! {
                <li class="flex items-center gap-3 px-3 py-2">
                    <div class="min-w-0 flex-1">
                        <a href=format!("/deals/{}", deal.id) class="block truncate font-medium hover:underline">{deal.name}</a>
                        <p class="truncate text-xs text-muted-foreground">{dotted(dot, &deal.stage_name)}{close}</p>
                    </div>
                    <span class="num font-medium">{visit.money(deal.value)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="panel divide-y">{rows}</ul> }.into_any()
}

fn details(visit: &Visit, company: CompanyDetail) -> impl IntoView + use<> {
    let website = company.website.map(|url| {
        let shown = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned();
        fact(
            "Website",
            view! { <a class="text-primary hover:underline" href=url rel="noopener noreferrer nofollow" target="_blank">{shown}</a> },
        )
    });
    let phone = company
        .phone
        .map(|phone| fact("Phone", view! { <a class="hover:underline" href=format!("tel:{}", dialled(&phone))>{phone.clone()}</a> }));
    let email = company.email.map(|email| fact("Email", view! { <a class="hover:underline" href=mailto(&email)>{email.clone()}</a> }));
    let owner = view! { <span class="inline-flex items-center gap-1.5">{avatar(&company.owner_name, "size-5 text-[10px]")}{company.owner_name.clone()}</span> };
    let notes = company.notes.map(|notes| {
        view! { <section class="panel p-4"><h2 class="mb-2">"Notes"</h2><p class="break-words whitespace-pre-line text-muted-foreground">{notes}</p></section> }
    });
    view! {
        <aside class="flex min-w-0 flex-col gap-6">
            <section class="panel p-4">
                <h2 class="mb-2">"Details"</h2>
                <dl>
                    {website}
                    {phone}
                    {email}
                    {company.tax_code.map(|code| fact("Tax code", code))}
                    {company.address.map(|address| fact("Address", view! { <span class="whitespace-pre-line">{address}</span> }))}
                    {fact("Owner", owner)}
                    {fact("Created", times::ago(company.created_at, visit.now, visit.zone()))}
                </dl>
            </section>
            {custom_fields_panel(&company.custom_fields)}
            {notes}
        </aside>
    }
}
