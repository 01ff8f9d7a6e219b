//! The head of `/deals`: the toggle between board and list, and the filters that both share.

use crate::ui::{
    icon,
    list::{FilterChoice, filter_chip, filter_menu, list_url},
};
use chrono::NaiveDate;
use domain::{
    deals::{DealFilter, DealQuery, DealView},
    page::PageNumber,
};
use leptos::prelude::*;
use store::deals::DealFilters;

/// Where board and list are.
pub const PATH: &str = "/deals";

/// The address with one change, from the list's first page on.
pub fn changed(query: &DealQuery, change: impl FnOnce(&mut DealQuery)) -> String {
    let mut query = DealQuery { page: PageNumber::FIRST, ..query.clone() };
    change(&mut query);
    list_url(PATH, &query.pairs())
}

/// "Board | List", each with the filters that are set.
pub fn toggle(query: &DealQuery) -> AnyView {
    let link = |view: DealView, drawing: &'static str, words: &'static str| {
        let href = changed(query, |query| query.view = view);
        let current = (query.view == view).then_some("page");
        view! { <a href=href aria-current=current>{icon(drawing, "size-4")} {words}</a> }
    };
    view! {
        <nav class="toggle" aria-label="View">
            {link(DealView::Board, "square-kanban", "Board")}
            {link(DealView::List, "list", "List")}
        </nav>
    }
    .into_any()
}

/// The search box and the chips.
pub fn filter_bar(query: &DealQuery, menus: DealFilters) -> AnyView {
    let filter = &query.filter;
    let hidden = query.pairs().into_iter().filter(|(name, _)| matches!(*name, "view" | "sort"));
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let chips = chips(query, &menus);
    let set = filter.set();
    let words = if set == 0 { "Filters".to_owned() } else { format!("Filters ({set})") };
    let clear = (!filter.is_empty()).then(|| {
        let href = changed(query, |query| query.filter = DealFilter::default());
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=href>"Clear all"</a> }
    });
    view! {
        <form method="get" action=PATH role="search" class="flex flex-wrap items-center gap-2 print:hidden">
            {hidden}
            <div class="relative w-full sm:w-56">
                {icon("search", "size-4 absolute top-2 left-2.5 text-muted-foreground")}
                <input type="search" name="q" aria-label="Search deals" placeholder="Name of the deal" maxlength="200" value=filter.q.clone()
                    class="h-8 w-full rounded-md border border-input bg-background pr-2 pl-8"/>
            </div>
            <button class="btn sr-only focus:not-sr-only" data-size="sm">"Search"</button>
            <button type="button" class="btn sm:hidden" data-variant="outline" data-size="sm" popovertarget="filters">{icon("list-filter", "size-4")} {words}</button>
            <div id="filters" popover class="menu inset-x-4 top-32 m-0 w-auto flex-wrap gap-2 p-3 open:flex sm:contents" aria-label="Filters">{chips}</div>
            {clear}
        </form>
    }
    .into_any()
}

fn chips(query: &DealQuery, menus: &DealFilters) -> AnyView {
    let filter = &query.filter;
    let choice = |value: String, words: String, set: bool| FilterChoice { value, words, set };
    let stages = menus.stages.iter().map(|stage| choice(stage.slug.clone(), stage.name.clone(), filter.stage.contains(&stage.slug)));
    let owners =
        menus.owners.iter().map(|owner| choice(owner.user_id.to_string(), owner.name.clone(), filter.owner_id.contains(&owner.user_id)));
    let tags = menus.tags.iter().map(|tag| choice(tag.id.to_string(), tag.name.clone(), filter.tag.contains(&tag.id)));
    let companies: Vec<_> = menus.companies.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let contacts: Vec<_> = menus.contacts.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let clear = |change: fn(&mut DealFilter)| changed(query, |query| change(&mut query.filter));
    let no_companies = clear(|filter| {
        filter.company.clear();
        filter.company_id.clear();
    });
    let no_contacts = clear(|filter| {
        filter.contact.clear();
        filter.contact_id.clear();
    });
    let no_value = clear(|filter| (filter.value_min, filter.value_max) = (None, None));
    let no_close = clear(|filter| (filter.close_from, filter.close_to) = (None, None));
    let amounts = (filter.value_min.map(|amount| amount.plain()), filter.value_max.map(|amount| amount.plain()));
    let days = (filter.close_from.map(day), filter.close_to.map(day));
    let iso = (filter.close_from.map(|day| day.to_string()), filter.close_to.map(|day| day.to_string()));
    view! {
        {filter_chip("stage", "Stage", stages.collect(), clear(|filter| filter.stage.clear()))}
        {name_chip(["company", "company_id"], "Company", &filter.company, companies, no_companies)}
        {name_chip(["contact", "contact_id"], "Contact", &filter.contact, contacts, no_contacts)}
        {filter_chip("owner_id", "Owner", owners.collect(), clear(|filter| filter.owner_id.clear()))}
        {filter_chip("tag", "Tag", tags.collect(), clear(|filter| filter.tag.clear()))}
        {filter_menu("Value", between(&amounts), no_value, range([("value_min", "At least"), ("value_max", "At most")], "text", amounts))}
        {filter_menu("Expected close", between(&days), no_close, range([("close_from", "From"), ("close_to", "To")], "date", iso))}
    }
    .into_any()
}

fn day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// `≥ 100.000.000`, `≤ 5`, `1 – 5`; nothing when neither end is set.
fn between((least, most): &(Option<String>, Option<String>)) -> Option<String> {
    match (least, most) {
        (None, None) => None,
        (Some(least), None) => Some(format!("≥ {least}")),
        (None, Some(most)) => Some(format!("≤ {most}")),
        (Some(least), Some(most)) => Some(format!("{least} – {most}")),
    }
}

/// A filter by words of a name, and by records that a link chose.
fn name_chip(
    [words, ids]: [&'static str; 2],
    label: &'static str,
    typed: &str,
    chosen: Vec<(String, String)>,
    clear: String,
) -> impl IntoView + use<> {
    let names = chosen.iter().map(|(_, name)| name.clone());
    let shown: Vec<String> = names.chain((!typed.is_empty()).then(|| format!("“{typed}”"))).collect();
    let boxes = chosen
        .into_iter()
        .map(|(id, name)| {
            view! {
                <label><input type="checkbox" class="input" name=ids value=id checked/><span>{name}</span></label>
            }
        })
        .collect_view();
    let inputs = view! {
        {boxes}
        <label class="flex flex-col gap-1 p-2">"Words in the name" <input name=words value=typed.to_owned() maxlength="200" class="input w-52" autocomplete="off"/></label>
    };
    filter_menu(label, (!shown.is_empty()).then(|| shown.join(", ")), clear, inputs.into_any())
}

/// The two ends of a range.
fn range(names: [(&'static str, &'static str); 2], kind: &'static str, (least, most): (Option<String>, Option<String>)) -> AnyView {
    let input = |(name, label): (&'static str, &'static str), value: Option<String>| {
        view! {
            <label class="flex flex-col gap-1 p-2">{label} <input name=name r#type=kind value=value.unwrap_or_default() class="input w-52" autocomplete="off"/></label>
        }
    };
    let [first, second] = names;
    view! { {input(first, least)} {input(second, most)} }.into_any()
}
