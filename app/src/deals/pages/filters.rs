//! The view toggle and the filter bar, shared by board and list.

use crate::ui::{
    icon,
    list::{
        FilterChoice, NONE_OF_THESE, SearchBox, any_or_none_chip, days_chip, filter_form, filter_menu, filter_switch, gone_notice,
        none_of_box, record_filters, url_with, words_of_values,
    },
    markup::{IntoMarkup, Markup},
};
use domain::{
    day_range::{DayRange, RelativeDays},
    deals::{CLOSE, CLOSED, DealFilter, DealQuery, DealView, NO_VALUE, OPEN, PROMISED_STEP, lost_reason_key},
    decision_makers::DecisionGap,
    fold::fold,
    ids::TagId,
};
use leptos::prelude::*;
use store::{
    CustomFieldNames,
    deals::{DealFilterValues, DealFilters},
};

/// The "Board | List" toggle. Each link keeps the filters.
pub fn toggle(query: &DealQuery) -> Markup {
    let link = |view: DealView, drawing, words: &'static str| {
        let href = url_with(query, |query| query.view = view);
        let current = (query.view == view).then_some("page");
        view! { <a href=href aria-current=current>{drawing} {words}</a> }
    };
    view! {
        <nav id="views" class="toggle" aria-label="View" data-results>
            {link(DealView::Board, icon("square-kanban", "size-4"), "Board")}
            {link(DealView::List, icon("list", "size-4"), "List")}
        </nav>
    }
    .into_markup()
}

/// Says so, if a stage or tag that the deals are filtered by is gone.
pub fn gone_parts(query: &DealQuery, menus: &DealFilters) -> Markup {
    let has_stage = |slug: &String| menus.stages.iter().any(|stage| stage.slug == *slug);
    let has_tag = |id: &TagId| menus.tags.iter().any(|tag| tag.id == *id);
    let filter = &query.filter;
    // What is kept out of the list is no part of it.
    let stage = !filter.record.excludes("stage") && filter.stage.iter().any(|slug| !has_stage(slug));
    let stage = stage.then(|| gone_notice("A stage", url_with(query, |query| query.filter.stage.retain(has_stage))));
    let tag = !filter.record.excludes("tag") && filter.tag.iter().any(|id| !has_tag(id));
    let tag = tag.then(|| gone_notice("A tag", url_with(query, |query| query.filter.tag.retain(has_tag))));
    view! { {stage}{tag} }.into_markup()
}

/// The filter bar: search box and chips.
pub fn filter_bar(query: &DealQuery, menus: &DealFilters, values: &DealFilterValues, fields: &CustomFieldNames) -> Markup {
    let search = SearchBox { label: "Search deals", placeholder: "Name of the deal", query: &query.filter.q };
    filter_form(query, Some(search), query.filter.set_count(), chips(query, menus, values, fields))
}

fn chips(query: &DealQuery, menus: &DealFilters, values: &DealFilterValues, fields: &CustomFieldNames) -> Markup {
    let filter = &query.filter;
    let stages = menus.stages.iter().map(|stage| FilterChoice::new(&stage.slug, &stage.name, filter.stage.contains(&stage.slug)));
    let owners = menus.owners.iter().map(|owner| FilterChoice::new(owner.user_id, &owner.name, filter.owner_id.contains(&owner.user_id)));
    let tags = menus.tags.iter().map(|tag| FilterChoice::new(tag.id, &tag.name, filter.tag.contains(&tag.id)));
    let companies: Vec<_> = menus.companies.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let contacts: Vec<_> = menus.contacts.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let clear = |change: fn(&mut DealFilter)| url_with(query, |query| change(&mut query.filter));
    let no_companies = clear(|filter| {
        filter.company.clear();
        filter.company_id.clear();
    });
    let no_contacts = clear(|filter| {
        filter.contact.clear();
        filter.contact_id.clear();
    });
    let no_value = clear(|filter| (filter.value_min, filter.value_max) = (None, None));
    let sources = value_choices(&values.sources, &filter.source, fold);
    let reasons = value_choices(&values.lost_reasons, &filter.lost_reason, lost_reason_key);
    let open = url_with(query, |query| query.filter.open = !filter.open);
    let valueless = url_with(query, |query| query.filter.no_value = !filter.no_value);
    let promised = url_with(query, |query| query.filter.promised_step = !filter.promised_step);
    let no_primary = url_with(query, |query| query.filter.no_primary = !filter.no_primary);
    let amounts = (filter.value_min.map(|amount| amount.plain()), filter.value_max.map(|amount| amount.plain()));
    view! {
        {filter_switch("status", OPEN, "Open", filter.open, open)}
        {any_or_none_chip(query, "stage", "Stage", stages, clear(|filter| filter.stage.clear()))}
        {name_chip(query, ["company", "company_id"], "Company", &filter.company, companies, no_companies)}
        {name_chip(query, ["contact", "contact_id"], "Contact", &filter.contact, contacts, no_contacts)}
        {any_or_none_chip(query, "owner_id", "Owner", owners, clear(|filter| filter.owner_id.clear()))}
        {any_or_none_chip(query, "tag", "Tag", tags, clear(|filter| filter.tag.clear()))}
        {filter_menu("Value", range_label(&amounts), no_value, range([("value_min", "At least"), ("value_max", "At most")], amounts))}
        {days_chip("Expected close", CLOSE, filter.close, &RelativeDays::ALL, clear(|filter| filter.close = DayRange::default()))}
        {any_or_none_chip(query, "source", "Source", sources, clear(|filter| filter.source.clear()))}
        {any_or_none_chip(query, "lost_reason", "Lost reason", reasons, clear(|filter| filter.lost_reason.clear()))}
        {days_chip("Closed", CLOSED, filter.closed, &RelativeDays::PAST, clear(|filter| filter.closed = DayRange::default()))}
        {filter_switch("value", NO_VALUE, "Without a value", filter.no_value, valueless)}
        {filter_switch("next_step", PROMISED_STEP, "Promised next step", filter.promised_step, promised)}
        {filter_switch("decision", DecisionGap::NoPrimary.slug(), DecisionGap::NoPrimary.label(), filter.no_primary, no_primary)}
        {record_filters(query, fields)}
    }
    .into_markup()
}

/// The options of a filter by text: the values in use, and those set that are not in use. `key`: texts of the same key are one value.
fn value_choices(in_use: &[String], set: &[String], key: fn(&str) -> String) -> Vec<FilterChoice> {
    let is_in = |text: &str, others: &[String]| others.iter().any(|other| key(other) == key(text));
    let offered = in_use.iter().map(|text| FilterChoice::new(text, text, is_in(text, set)));
    offered.chain(set.iter().filter(|text| !is_in(text, in_use)).map(|text| FilterChoice::new(text, text, true))).collect()
}

/// `≥ 100.000.000`, `≤ 5`, `1 – 5`; `None` without limits.
fn range_label((least, most): &(Option<String>, Option<String>)) -> Option<String> {
    match (least, most) {
        (None, None) => None,
        (Some(least), None) => Some(format!("≥ {least}")),
        (None, Some(most)) => Some(format!("≤ {most}")),
        (Some(least), Some(most)) => Some(format!("{least} – {most}")),
    }
}

/// The chip of a filter by words in a name, and by records that a link selected.
fn name_chip(
    query: &DealQuery,
    [words, ids]: [&'static str; 2],
    label: &'static str,
    typed: &str,
    chosen: Vec<(String, String)>,
    clear: String,
) -> impl IntoView + use<> {
    let names: Vec<&str> = chosen.iter().map(|(_, name)| name.as_str()).collect();
    let names = words_of_values(&names, query.filter.record.excludes(ids));
    let shown: Vec<String> = names.into_iter().chain((!typed.is_empty()).then(|| format!("“{typed}”"))).collect();
    // Records are chosen by links from elsewhere alone.
    let none_of = (!chosen.is_empty()).then(|| none_of_box(query, ids, NONE_OF_THESE));
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
        {none_of}
        <label class="flex flex-col gap-1 p-2">"Words in the name" <input name=words value=typed.to_owned() maxlength="200" class="input w-52" autocomplete="off"/></label>
    };
    filter_menu(label, (!shown.is_empty()).then(|| shown.join(", ")), clear, inputs.into_markup())
}

/// The two inputs of a range filter. `names`: name and label of each input.
fn range(names: [(&'static str, &'static str); 2], (least, most): (Option<String>, Option<String>)) -> Markup {
    let input = |(name, label): (&'static str, &'static str), value: Option<String>| {
        view! {
            <label class="flex flex-col gap-1 p-2">{label} <input name=name value=value.unwrap_or_default() class="input w-52" autocomplete="off"/></label>
        }
    };
    let [first, second] = names;
    view! { {input(first, least)} {input(second, most)} }.into_markup()
}
