//! `/companies/{id}`: the page of a company.

use super::{
    archive::archived_panel,
    decision_map::{contact_buttons, decision_map, decision_warning},
    status_dot_class,
};
use crate::{
    activities::log_link,
    contacts::pages::authority_badge,
    demo_data::{demo_chip, demo_ids},
    request::{Id, PageError, RequestContext},
    shell,
    tasks::{new_task_link, pages::tasks_of_record},
    timeline::{TimelinePage, timeline, timeline_cursor},
    ui::{
        archived_chip, avatar,
        custom_fields::custom_fields_panel,
        dotted, icon, initial,
        markup::{IntoMarkup, Markup},
        page::{breadcrumb, empty_state},
        pluralize,
        record::{
            self, TabDef, contact_details, delete_link, detail_item, details_panel, edit_button, more_menu, new_deal_button, notes_panel,
            person_item, planned_item, record_columns, record_head, stat, tab_of, tabs,
        },
        stage_dot_class, tag,
        times::{self, Urgency},
        warning_line,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::CompanyId,
    numbers::group_thousands,
    stages::StageKind,
    tasks::TaskQuery,
    tax_codes,
    timeline::TimelineCursor,
};
use leptos::prelude::*;
use store::{
    companies::{CompanyContact, CompanyDeal, CompanyDetail},
    demo::DemoIds,
    timeline::{Timeline, TimelineOf},
};

/// A tab of the page, chosen by `?tab=`.
#[derive(Clone, Copy, PartialEq)]
enum Tab {
    Overview,
    Contacts,
    Deals,
    Activities,
    Tasks,
}

const TABS: [TabDef<Tab>; 5] = [
    TabDef { slug: "overview", label: "Overview", tab: Tab::Overview },
    TabDef { slug: "contacts", label: "Contacts", tab: Tab::Contacts },
    TabDef { slug: "deals", label: "Deals", tab: Tab::Deals },
    TabDef { slug: "activities", label: "Activities", tab: Tab::Activities },
    TabDef { slug: "tasks", label: "Tasks", tab: Tab::Tasks },
];

/// `GET /companies/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<CompanyId>) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let (tab, before) = (tab_of(&pairs, &TABS)?, timeline_cursor(&pairs)?);
    let (actor, store) = (ctx.actor(), ctx.store());
    let (company, demo) = tokio::try_join!(async { Ok(store.company(&actor, id).await?) }, demo_ids(&ctx))?;
    let adds = Additions::of(&ctx, &company);
    let main = match tab {
        Tab::Overview => {
            let (people, deals, latest) = tokio::try_join!(
                store.company_contacts(&actor, id),
                store.company_deals(&actor, id),
                store.timeline(&actor, TimelineOf::Company(id), true, before)
            )?;
            let warning = decision_warning(&ctx, &company, &people);
            let map = decision_map(&company, people);
            let latest = timeline_of(&ctx, id, vec![], latest, before, adds.activity);
            view! { {warning}{map}{overview(&ctx, adds.deal, deals, latest)} }.into_markup()
        }
        Tab::Contacts => contacts(adds.contact, store.company_contacts(&actor, id).await?).into_markup(),
        Tab::Deals => deal_list(&ctx, adds.deal.as_deref(), store.company_deals(&actor, id).await?).into_markup(),
        Tab::Activities => {
            let latest = store.timeline(&actor, TimelineOf::Company(id), false, before).await?;
            let pairs = vec![("tab", "activities".to_owned())];
            view! { <h2 class="sr-only">"Activities"</h2>{timeline_of(&ctx, id, pairs, latest, before, adds.activity)} }.into_markup()
        }
        Tab::Tasks => {
            let of_company = TaskQuery { company_id: vec![id], ..TaskQuery::default() };
            let tasks = tasks_of_record(&ctx, of_company, adds.task).await?;
            view! { <h2 class="sr-only">"Tasks"</h2>{tasks} }.into_markup()
        }
    };
    let title = company.name.clone();
    let body = view! {
        {breadcrumb("Companies", "/companies")}
        {header(&ctx, &company, &demo)}
        {archived_panel(&ctx, &company)}
        {stats(&ctx, &company)}
        {tab_bar(&company, tab)}
        {record_columns(main, details(&ctx, company))}
    };
    shell::page(ctx, &title, body).await
}

/// The ways to add records to the company, those that the user has: none for an archived one.
struct Additions {
    /// The "Log activity" button.
    activity: Option<Markup>,
    /// The "New contact" button.
    contact: Option<Markup>,
    /// The URL of the form of a new deal.
    deal: Option<String>,
    /// The pair that links a new task to the company.
    task: Option<String>,
}

impl Additions {
    fn of(ctx: &RequestContext, company: &CompanyDetail) -> Self {
        if company.archived.is_some() {
            return Self { activity: None, contact: None, deal: None, task: None };
        }
        let id = company.id;
        let contact = || {
            view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("/contacts/new?company_id={id}") data-form-dialog="contact">{icon("plus", "size-4")} "New contact"</a> }
                .into_markup()
        };
        Self {
            activity: log_link(ctx, format!("/activities/new?company_id={id}")),
            contact: ctx.may(Verb::Create, Entity::Contact).then(contact),
            deal: ctx.may(Verb::Create, Entity::Deal).then(|| format!("/deals/new?company_id={id}")),
            task: Some(format!("company_id={id}")),
        }
    }
}

fn header(ctx: &RequestContext, company: &CompanyDetail, demo: &DemoIds) -> Markup {
    let (actor, path) = (ctx.actor(), format!("/companies/{}", company.id));
    let Additions { activity: log, deal, task, .. } = Additions::of(ctx, company);
    let new_task = task.and_then(|pair| new_task_link(ctx, &pair));
    let may_edit = company.archived.is_none() && actor.may_with(Verb::Update, Entity::Company, company.owner_id);
    let edit = may_edit.then(|| edit_button(&path, "company"));
    let new_deal = deal.map(new_deal_button);
    let archive = may_edit.then(|| view! { <a href=format!("{path}/archive")>{icon("archive", "size-4")} "Archive company"</a> });
    let delete = actor.may_with(Verb::Delete, Entity::Company, company.owner_id).then(|| delete_link(&path, "Delete company"));
    let more = (archive.is_some() || delete.is_some()).then(|| more_menu(view! { {archive}{delete} }.into_markup()));
    let initial = initial(&company.name);
    let badge = view! { <span class="grid size-12 shrink-0 place-items-center rounded-lg bg-secondary text-lg font-semibold" aria-hidden="true">{initial}</span> };
    let subtitle = view! {
        {company.archived.as_ref().map(|_| archived_chip())}
        {demo_chip(demo, company.id.0)}
        <span class="text-foreground">{dotted(status_dot_class(company.status), company.status.label())}</span>
        {company.industry.clone().map(|industry| view! { <span>{industry}</span> })}
        {company.size.map(|size| view! { <span>{format!("{} people", size.slug())}</span> })}
        {company.tags.iter().map(|badge| tag(&badge.name, &badge.color)).collect_view()}
    };
    record_head(badge, company.name.clone(), subtitle.into_markup(), view! { {log}{new_task}{edit}{new_deal}{more} }.into_markup())
}

fn stats(ctx: &RequestContext, company: &CompanyDetail) -> Markup {
    let last = company.last_contact_at.map_or_else(|| "Never".to_owned(), |at| times::relative(at, ctx.now, ctx.zone()));
    let all = view! {
        {stat("Open deals", group_thousands(company.open_deals_count), ctx.money(company.open_deals_value))}
        {stat("Won", group_thousands(company.won_deals_count), ctx.money(company.won_deals_value))}
        {stat("Last contact", last, pluralize(company.activities_count, "activity", "activities"))}
        {stat("Decision-makers", group_thousands(company.decision_makers_count), format!("of {} contacts", group_thousands(company.contacts_count)))}
    };
    record::stats(all.into_markup())
}

fn tab_bar(company: &CompanyDetail, tab: Tab) -> Markup {
    tabs("Parts of this company", &format!("/companies/{}", company.id), &TABS, tab, |tab| match tab {
        Tab::Overview => None,
        Tab::Contacts => Some(company.contacts_count),
        Tab::Deals => Some(company.deals_count),
        Tab::Activities => Some(company.activities_count),
        Tab::Tasks => Some(company.open_tasks_count),
    })
}

fn overview(ctx: &RequestContext, new_deal: Option<String>, deals: Vec<CompanyDeal>, timeline: impl IntoView) -> impl IntoView {
    let open = deals.into_iter().filter(|deal| deal.stage_kind == StageKind::Open).collect();
    view! {
        <section class="flex flex-col gap-3"><h2>"Open deals"</h2>{deal_list(ctx, new_deal.as_deref(), open)}</section>
        <section class="flex flex-col gap-3"><h2>"Timeline"</h2>{timeline}</section>
    }
}

/// The timeline of the company.
///
/// - `pairs`: the query pairs of the tab that contains the timeline.
/// - `log`: the "Log activity" button.
fn timeline_of(
    ctx: &RequestContext,
    id: CompanyId,
    pairs: Vec<(&'static str, String)>,
    latest: Timeline,
    before: Option<TimelineCursor>,
    log: Option<Markup>,
) -> impl IntoView + use<> {
    let page = TimelinePage { of: TimelineOf::Company(id), path: format!("/companies/{id}"), pairs, before };
    timeline(ctx, page, latest, log)
}

/// The contacts. `new`: the "New contact" button.
fn contacts(new: Option<Markup>, contacts: Vec<CompanyContact>) -> impl IntoView + use<> {
    if contacts.is_empty() {
        return empty_state(icon("users", "size-5"), "Nobody is known at this company yet.", new).into_markup();
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
                    {contact_buttons(&contact.name, contact.phone.as_deref(), contact.email.as_deref())}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="panel divide-y">{rows}</ul> <div>{new}</div> }.into_markup()
}

/// A list of deals with stage and value. `new_deal`: the URL of the form of a new deal, for users who may create one there.
pub(crate) fn deal_list(ctx: &RequestContext, new_deal: Option<&str>, deals: Vec<CompanyDeal>) -> impl IntoView + use<> {
    if deals.is_empty() {
        let new = new_deal.map(|new_deal| {
            view! { <a class="btn" data-variant="outline" data-size="sm" href=new_deal.to_owned() data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }
        });
        return empty_state(icon("circle-dollar-sign", "size-5"), "No deals here.", new).into_markup();
    }
    let today = ctx.today();
    let rows = deals
        .into_iter()
        .map(|deal| {
            let dot = stage_dot_class(deal.stage_color);
            let close = match (deal.stage_kind, deal.closed_at) {
                (StageKind::Open, _) => deal.expected_close_date.map(|day| ("closes", day)),
                (_, at) => at.map(|at| ("closed", at.with_timezone(&ctx.zone()).date_naive())),
            };
            let late = deal.expected_close_date.filter(|_| deal.stage_kind == StageKind::Open).and_then(|day| times::days_late(day, today));
            let late = late.map(|late| view! { <span class=times::urgency_class(Urgency::Late)>{format!(" · {late}")}</span> });
            let close = close.map(|(word, day)| format!(" · {word} {}", times::short_date(day, today)));
            view! {
                <li class="flex items-center gap-3 px-3 py-2">
                    <div class="min-w-0 flex-1">
                        <a href=format!("/deals/{}", deal.id) class="block truncate font-medium hover:underline">{deal.name}</a>
                        <p class="truncate text-xs text-muted-foreground">{dotted(dot, &deal.stage_name)}{close}{late}</p>
                    </div>
                    <span class="num font-medium">{ctx.money_if_known(deal.value)}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="panel divide-y">{rows}</ul> }.into_markup()
}

/// The tax code, with what is wrong with it.
fn tax_code_item(code: String) -> impl IntoView {
    let warning = tax_codes::warning(&code).map(|warning| warning_line(&warning.to_string()));
    detail_item("Tax code", view! { {code}{warning} })
}

fn details(ctx: &RequestContext, company: CompanyDetail) -> Markup {
    let website = company.website.map(|url| {
        let shown = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/').to_owned();
        detail_item(
            "Website",
            view! { <a class="text-primary hover:underline" href=url rel="noopener noreferrer nofollow" target="_blank">{shown}</a> },
        )
    });
    let items = view! {
        {website}
        {contact_details(company.phone.as_deref(), company.email.as_deref())}
        {company.tax_code.map(tax_code_item)}
        {company.address.map(|address| detail_item("Address", view! { <span class="whitespace-pre-line">{address}</span> }))}
        {person_item("Owner", &company.owner_name)}
        {planned_item(ctx, company.next_contact_at)}
        {detail_item("Created", times::ago(company.created_at, ctx.now, ctx.zone()))}
        {detail_item("Last changed", times::ago(company.updated_at, ctx.now, ctx.zone()))}
    };
    view! {
        {details_panel(items.into_markup())}
        {custom_fields_panel(&company.custom_fields)}
        {notes_panel(company.notes.as_deref())}
    }
    .into_markup()
}
