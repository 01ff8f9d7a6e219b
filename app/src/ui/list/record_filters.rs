//! The chips of the filters that every list of records has: days, empty columns, custom fields.

use super::{
    day_filters::days_chip,
    filters::{FilterBox, filter_box, filter_menu, none_of_box, words_of_values},
    url_with,
};
use crate::ui::markup::{IntoMarkup, Markup};
use domain::{
    columns::TableQuery,
    custom_fields::VALUE_MAX,
    day_range::{DayRange, RelativeDays},
    fold::fold,
    page::ListColumn,
    record_filter::{CHANGED, CREATED, EMPTY, FIELD, FIELD_VALUE, FILLED, FilteredColumn},
};
use leptos::prelude::*;
use store::CustomFieldNames;

/// The chips of the filters that every list has. `fields`: names of the custom fields in use.
pub fn record_filters<Q: TableQuery>(query: &Q, fields: &CustomFieldNames) -> Markup {
    let record = query.record();
    let any_added = url_with(query, |query| query.record_mut().created = DayRange::default());
    let any_changed = url_with(query, |query| query.record_mut().changed = DayRange::default());
    let custom_field = (!fields.0.is_empty() || !record.field.is_empty()).then(|| custom_field_chip(query, fields));
    view! {
        {days_chip("Added", CREATED, record.created, &RelativeDays::PAST, any_added)}
        {days_chip("Changed", CHANGED, record.changed, &RelativeDays::PAST, any_changed)}
        {emptiness_chip(query)}
        {custom_field}
    }
    .into_markup()
}

/// The chip of the columns that must be empty, and of those that must not.
fn emptiness_chip<Q: TableQuery>(query: &Q) -> Markup {
    let record = query.record();
    let boxes = |name: &'static str, label: &'static str, set: &[Q::Column]| {
        let boxes = Q::Column::MAY_BE_EMPTY
            .iter()
            .map(|column| view! { <label><input type="checkbox" class="input" name=name value=column.name() checked=set.contains(column)/><span>{column.label()}</span></label> })
            .collect_view();
        view! { <fieldset><legend>{label}</legend>{boxes}</fieldset> }
    };
    let said = |columns: &[Q::Column], what: &str| {
        (!columns.is_empty())
            .then(|| format!("{what} {}", columns.iter().map(|column| column.label().to_lowercase()).collect::<Vec<_>>().join(", ")))
    };
    let parts: Vec<String> = [said(&record.empty, "no"), said(&record.filled, "with")].into_iter().flatten().collect();
    let shown = (!parts.is_empty()).then(|| parts.join("; "));
    let clear = url_with(query, |query| {
        query.record_mut().empty.clear();
        query.record_mut().filled.clear();
    });
    let inputs =
        view! { <div class="two-columns">{boxes(EMPTY, "Is empty", &record.empty)} {boxes(FILLED, "Is not empty", &record.filled)}</div> };
    filter_box(FilterBox { label: "Empty or not", shown, clear, inputs: inputs.into_markup(), open: false }).into_markup()
}

/// The chip of a custom field and its value.
fn custom_field_chip<Q: TableQuery>(query: &Q, fields: &CustomFieldNames) -> Markup {
    let record = query.record();
    let is_chosen = |name: &str| fold(name) == fold(&record.field);
    let chosen = (!record.field.is_empty() && !fields.0.iter().any(|name| is_chosen(name))).then(|| record.field.clone());
    let options = fields
        .0
        .iter()
        .chain(&chosen)
        .map(|name| view! { <option value=name.clone() selected=is_chosen(name)>{name.clone()}</option> })
        .collect_view();
    let words = if record.field_value.is_empty() { record.field.clone() } else { format!("{}: {}", record.field, record.field_value) };
    let shown = if record.field.is_empty() { None } else { words_of_values(&[&words], record.excludes(FIELD)) };
    let clear = url_with(query, |query| {
        query.record_mut().field.clear();
        query.record_mut().field_value.clear();
    });
    let inputs = view! {
        <label class="flex flex-col gap-1 p-1">"Field"<select class="select w-full" name=FIELD><option value="">"Any"</option>{options}</select></label>
        <label class="flex flex-col gap-1 p-1">"Value, if it is to be this one"<input class="input" name=FIELD_VALUE value=record.field_value.clone() maxlength=VALUE_MAX.to_string() autocomplete="off"/></label>
        {none_of_box(query, FIELD, "Not this one")}
    };
    filter_menu("Custom field", shown, clear, inputs.into_markup()).into_markup()
}
