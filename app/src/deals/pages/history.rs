//! The "History" tab of a deal.

use super::form::LABELS;
use crate::{
    request::RequestContext,
    ui::{
        icon,
        record::{field_change, history_entry},
        times,
    },
};
use chrono::NaiveDate;
use domain::money::Money;
use leptos::prelude::*;
use store::{
    FieldChange,
    deals::{DealChange, DealEvent},
};

/// The changes, newest first.
pub fn history(ctx: &RequestContext, events: Vec<DealEvent>) -> impl IntoView + use<> {
    let (now, zone) = (ctx.now, ctx.zone());
    let entries = events
        .into_iter()
        .map(|DealEvent { at, actor_name, change }| {
            let (drawing, words) = sentence(ctx, &change);
            let who = actor_name.map(|name| format!("by {name}"));
            let field = if let DealChange::Field(change) = change { Some(field_change(readable(change), label_of)) } else { None };
            let what = view! { <p><span class="font-medium">{words}</span>" "<span class="text-muted-foreground">{who}</span></p>{field} };
            history_entry(drawing, what, times::ago(at, now, zone))
        })
        .collect_view();
    view! { <ol>{entries}</ol> }
}

/// The icon of a change, and what happened.
fn sentence(ctx: &RequestContext, change: &DealChange) -> (impl IntoView + use<>, String) {
    let money = |value: &Money| ctx.money(*value);
    match change {
        DealChange::Created { stage, value } => {
            let worth = value.as_ref().map(|value| format!(", worth {}", money(value))).unwrap_or_default();
            (icon("plus", "size-3.5"), format!("Created in {stage}{worth}"))
        }
        DealChange::Stage { from, to } => (icon("arrow-right-left", "size-3.5"), format!("Moved from {from} to {to}")),
        DealChange::Value { from: Some(from), to: Some(to) } => {
            (icon("pencil", "size-3.5"), format!("Value changed from {} to {}", money(from), money(to)))
        }
        DealChange::Value { from: None, to: Some(to) } => (icon("pencil", "size-3.5"), format!("Value set to {}", money(to))),
        DealChange::Value { from: Some(from), to: None } => (icon("pencil", "size-3.5"), format!("Value {} taken off", money(from))),
        DealChange::Value { from: None, to: None } => (icon("pencil", "size-3.5"), "Value taken off".to_owned()),
        DealChange::Field(FieldChange { field, from: Some(from), to: Some(to), .. }) if field == "owner" => {
            (icon("user", "size-3.5"), format!("Owner changed from {from} to {to}"))
        }
        DealChange::Field(_) => (icon("pencil", "size-3.5"), "Changed".to_owned()),
        DealChange::Deleted => (icon("trash-2", "size-3.5"), "Deleted".to_owned()),
        DealChange::Restored => (icon("undo-2", "size-3.5"), "Restored".to_owned()),
    }
}

fn label_of(field: &str) -> &str {
    LABELS
        .iter()
        .find(|(name, _)| name.trim_end_matches("_id") == field)
        .map_or_else(|| if field == "tag" { "Tag" } else { field }, |(_, label)| *label)
}

/// The change with its values as people read them: days and percent.
fn readable(change: FieldChange) -> FieldChange {
    let words = |value: String| match change.field.as_str() {
        "expected_close_date" => value.parse::<NaiveDate>().map_or(value, times::day_with_year),
        "probability" => format!("{value} %"),
        _ => value,
    };
    FieldChange { from: change.from.map(words), to: change.to.map(words), ..change }
}
