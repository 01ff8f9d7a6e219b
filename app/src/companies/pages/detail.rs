//! `/companies/{id}`: what is known of one company, and its contacts, deals and activities in tabs.

use super::{
    decision_map::{decision_map, decision_warning, reach},
    status_dot_class,
};
use crate::{
    activities::log_link,
    contacts::pages::authority_badge,
    errors::PageError,
    requests::Id,
    timeline::{TimelinePage, timeline, timeline_end},
    times,
    ui::{
        avatar, counted,
        custom_fields::custom_fields_panel,
        dotted, icon,
        page::{breadcrumb, empty},
        record::{
            self, delete_menu, details_panel, edit_button, fact, figure, new_deal_button, notes_panel, part_of, person_fact, reach_facts,
            record_columns, record_head, tabs,
        },
        stage_dot_class, tag,
    },
    visit::Visit,
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::CompanyId,
    money::group_thousands,
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

const PARTS: [record::Part<Part>; 4] = [
    ("overview", "Overview", Part::Overview),
    ("contacts", "Contacts", Part::Contacts),
    ("deals", "Deals", Part::Deals),
    ("activities", "Activities", Part::Activities),
];

/// `GET /companies/{id}`
pub async fn page(visit: Visit, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let pairs = visit.query()?;
    let (part, before) = (part_of(&pairs, &PARTS)?, timeline_end(&pairs)?);
    let (actor, store) = (visit.actor(), visit.store());
    let company = store.company(&actor, id).await?;
    let main = match part {
        Part::Overview => {
            let (people, deals, latest) = tokio::try_join!(
                store.company_contacts(&actor, id),
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
        {record_columns(main, details(&visit, company))}
    };
    visit.page_with_islands(&title, body).await
}

fn header(visit: &Visit, company: &CompanyDetail) -> AnyView {
    let (actor, path) = (visit.actor(), format!("/companies/{}", company.id));
    let log = log_link(visit, format!("/activities/new?company_id={}", company.id));
    let edit = actor.may_with(Verb::Update, Entity::Company, company.owner_id).then(|| edit_button(&path, "company"));
    let new_deal = actor.may(Verb::Create, Entity::Deal).then(|| new_deal_button(new_deal_href(company.id)));
    let more = actor.may_with(Verb::Delete, Entity::Company, company.owner_id).then(|| delete_menu(&path, "Delete company"));
    let initial = company.name.chars().next().map(|c| c.to_uppercase().to_string());
    let sign = view! { <span class="grid size-12 shrink-0 place-items-center rounded-lg bg-secondary text-lg font-semibold" aria-hidden="true">{initial}</span> };
    let line = view! {
        <span class="text-foreground">{dotted(status_dot_class(company.status), company.status.label())}</span>
        {company.industry.clone().map(|industry| view! { <span>{industry}</span> })}
        {company.size.map(|size| view! { <span>{format!("{} people", size.slug())}</span> })}
        {company.tags.iter().map(|badge| tag(&badge.name, &badge.color)).collect_view()}
    };
    record_head(sign, company.name.clone(), line.into_any(), view! { {log}{edit}{new_deal}{more} }.into_any())
}

fn figures(visit: &Visit, company: &CompanyDetail) -> AnyView {
    let last = company.last_contact_at.map_or_else(|| "Never".to_owned(), |at| times::relative(at, visit.now, visit.zone()));
    let all = view! {
        {figure("Open deals", group_thousands(company.open_deals_count), visit.money(company.open_deals_value))}
        {figure("Won", group_thousands(company.won_deals_count), visit.money(company.won_deals_value))}
        {figure("Last contact", last, counted(company.activities_count, "activity", "activities"))}
        {figure("Decision-makers", group_thousands(company.decision_makers_count), format!("of {} contacts", group_thousands(company.contacts_count)))}
    };
    record::figures(all.into_any())
}

fn parts(company: &CompanyDetail, part: Part) -> AnyView {
    tabs("Parts of this company", &format!("/companies/{}", company.id), &PARTS, part, |part| match part {
        Part::Overview => None,
        Part::Contacts => Some(company.contacts_count),
        Part::Deals => Some(company.deals_count),
        Part::Activities => Some(company.activities_count),
    })
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
            let dot = stage_dot_class(deal.stage_kind, usize::try_from(deal.stage_place).unwrap_or_default());
            let close = match (deal.stage_kind, deal.closed_at) {
                (StageKind::Open, _) => deal.expected_close_date.map(|day| ("closes", day)),
                (_, at) => at.map(|at| ("closed", at.with_timezone(&visit.zone()).date_naive())),
            };
            let close = close.map(|(word, day)| format!(" · {word} {}", times::short_date(day, today)));
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

fn details(visit: &Visit, company: CompanyDetail) -> AnyView {
    let website = company.website.map(|url| {
        let shown = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned();
        fact(
            "Website",
            view! { <a class="text-primary hover:underline" href=url rel="noopener noreferrer nofollow" target="_blank">{shown}</a> },
        )
    });
    let facts = view! {
        {website}
        {reach_facts(company.phone.as_deref(), company.email.as_deref())}
        {company.tax_code.map(|code| fact("Tax code", code))}
        {company.address.map(|address| fact("Address", view! { <span class="whitespace-pre-line">{address}</span> }))}
        {person_fact("Owner", &company.owner_name)}
        {fact("Created", times::ago(company.created_at, visit.now, visit.zone()))}
        {fact("Last changed", times::ago(company.updated_at, visit.now, visit.zone()))}
    };
    view! {
        {details_panel(facts.into_any())}
        {custom_fields_panel(&company.custom_fields)}
        {notes_panel(company.notes.as_deref())}
    }
    .into_any()
}
