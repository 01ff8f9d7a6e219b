//! The decision-makers of a company: a warning about a [`DecisionGap`], and the org chart.

use crate::{
    contacts::pages::{Authority, authority_badge},
    request::RequestContext,
    ui::{
        avatar, icon, mailto,
        markup::{IntoMarkup, Markup},
        pluralize,
    },
};
use domain::{
    access::{Entity, Verb},
    contacts::AuthorityLevel,
    decision_makers::{DecisionGap, OrgNode, org_tree},
    ids::ContactId,
    numbers::group_thousands,
    phones::tel_number,
};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::companies::{CompanyContact, CompanyDetail};

/// Above this number of people, branches without decision-makers are folded.
const UNFOLDED_MAX: usize = 12;

/// The warning about a decision gap, with a link to act on. An archived company has none.
pub(super) fn decision_warning(ctx: &RequestContext, company: &CompanyDetail, people: &[CompanyContact]) -> Option<impl IntoView + use<>> {
    if company.archived.is_some() {
        return None;
    }
    let (primaries, last) = (company.primary_contacts_count, company.last_primary_contact_at);
    let gap = DecisionGap::detect(company.open_deals_count, primaries, last, ctx.now)?;
    let (sentence, action) = match gap {
        DecisionGap::NoPrimary => {
            let deals = pluralize(company.open_deals_count, "deal is", "deals are");
            let href = if people.is_empty() && ctx.may(Verb::Create, Entity::Contact) {
                (format!("/contacts/new?company_id={}", company.id), "Add who signs".to_owned())
            } else {
                (format!("/companies/{}?tab=contacts", company.id), "See its contacts".to_owned())
            };
            (format!("{deals} open, but nobody here is known to sign."), Some(href))
        }
        DecisionGap::NotContacted => {
            let sentence = match last {
                None => "Nobody who signs here was contacted yet.".to_owned(),
                Some(at) => format!("Nobody who signs here was contacted for {} days.", (ctx.now - at).num_days()),
            };
            let first = people.iter().find(|person| person.authority_level == Some(AuthorityLevel::Primary));
            (sentence, first.map(contact_link))
        }
    };
    let action = action.map(|(href, words)| view! { " "<a class="underline" href=href>{words}</a> });
    Some(view! { <p class="decision-warning">{icon("triangle-alert", "size-4")}<span>{sentence}{action}</span></p> })
}

/// The URL and label to contact a person: by phone, else by mail, else the contact's page.
fn contact_link(person: &CompanyContact) -> (String, String) {
    match (&person.phone, &person.email) {
        (Some(phone), _) => (format!("tel:{}", tel_number(phone)), format!("Call {}", person.name)),
        (None, Some(email)) => (mailto(email), format!("Write to {}", person.name)),
        (None, None) => (format!("/contacts/{}", person.id), format!("See {}", person.name)),
    }
}

/// The org chart as nested lists; `None` without people.
pub(super) fn decision_map(company: &CompanyDetail, people: Vec<CompanyContact>) -> Option<impl IntoView + use<>> {
    if people.is_empty() {
        return None;
    }
    let shown = people.len();
    let ids: BTreeSet<ContactId> = people.iter().map(|person| person.id).collect();
    let nodes = org_tree(people, |person| (person.id, person.reports_to.as_ref().map(|manager| manager.id)));
    let list = list(nodes, &ids, shown > UNFOLDED_MAX, "at this company");
    let rest = (company.contacts_count > shown as u64).then(|| {
        let words = format!("See all {} contacts", group_thousands(company.contacts_count));
        view! {
            <p class="text-muted-foreground">
                {format!("{shown} people are on the map. ")}<a class="underline" href=format!("/contacts?company_id={}", company.id)>{words}</a>
            </p>
        }
    });
    Some(view! {
        <section class="flex flex-col gap-3"><h2>"Who decides"</h2><div class="panel decision-map">{list}</div>{rest}</section>
    })
}

/// Whether a person decides or influences decisions.
fn has_say(person: &CompanyContact) -> bool {
    person.is_decision_maker || person.authority_level.is_some()
}

/// The list of people who report to one person, or to nobody. With `folds`, branches without decision-makers are folded into a
/// `<details>`.
fn list(nodes: Vec<OrgNode<CompanyContact>>, shown: &BTreeSet<ContactId>, folds: bool, under: &str) -> Markup {
    let (open, folded): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|node| !folds || node.any(&has_say));
    let items = |nodes: Vec<OrgNode<CompanyContact>>| nodes.into_iter().map(|node| item(node, shown, folds)).collect::<Vec<_>>();
    let count: usize = folded.iter().map(OrgNode::count).sum();
    let more = (count > 0).then(|| {
        let words = format!("{} without a say {under}", pluralize(count as u64, "person", "people"));
        view! { <li><details><summary>{words}</summary><ul>{items(folded)}</ul></details></li> }
    });
    view! { <ul>{items(open)}{more}</ul> }.into_markup()
}

fn item(node: OrgNode<CompanyContact>, shown: &BTreeSet<ContactId>, folds: bool) -> Markup {
    let OrgNode { person, reports } = node;
    // A manager on the chart is the parent node; any other manager is named in the text.
    let manager = person.reports_to.as_ref().filter(|manager| !shown.contains(&manager.id)).map(|manager| match &manager.elsewhere {
        Some(company) => format!("Reports to {} at {company}", manager.name),
        None => format!("Reports to {}", manager.name),
    });
    let lines: Vec<String> = person.job_title.clone().into_iter().chain(manager).collect();
    // On a phone the badge would leave no room for the name, so the second line contains its text instead.
    let word = Authority::of(person.is_decision_maker, person.authority_level).map(|authority| authority.word);
    let word = word.map(|word| if lines.is_empty() { word.to_owned() } else { format!("{word} · ") });
    let below = (!reports.is_empty()).then(|| list(reports, shown, folds, &format!("under {}", person.name)));
    view! {
        <li>
            <div>
                {avatar(&person.name, "size-8 text-xs")}
                <div class="min-w-0 flex-1">
                    <a href=format!("/contacts/{}", person.id)>{person.name.clone()}</a>
                    <p>{word.map(|word| view! { <span class="sm:hidden">{word}</span> })}{lines.join(" · ")}</p>
                </div>
                {authority_badge(person.is_decision_maker, person.authority_level)}
                {contact_buttons(&person.name, person.phone.as_deref(), person.email.as_deref())}
            </div>
            {below}
        </li>
    }
    .into_markup()
}

/// The buttons to call a person and to mail them.
pub(super) fn contact_buttons(name: &str, phone: Option<&str>, email: Option<&str>) -> impl IntoView + use<> {
    let button = |href: String, label: String, title: &str, sign: Markup| {
        view! { <a class="btn" data-variant="ghost" data-size="icon-xs" href=href aria-label=label title=title.to_owned()>{sign}</a> }
    };
    let call = phone
        .map(|phone| button(format!("tel:{}", tel_number(phone)), format!("Call {name}"), phone, icon("phone", "size-3.5").into_markup()));
    let mail = email.map(|email| button(mailto(email), format!("Mail {name}"), email, icon("mail", "size-3.5").into_markup()));
    view! { <span class="flex gap-0.5">{call}{mail}</span> }
}
