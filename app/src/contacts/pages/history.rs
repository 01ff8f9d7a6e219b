//! The "History" tab of a contact.

use crate::{
    request::RequestContext,
    ui::{
        icon,
        markup::IntoMarkup,
        page::empty_state,
        record::{erased_line, field_change, history_entry},
        times,
    },
};
use leptos::prelude::*;
use store::{Action, RecordEvent};

/// The label of a field.
fn label_of(field: &str) -> &str {
    match field {
        "is_decision_maker" => "Decision-maker",
        other => super::form::LABELS.iter().find(|(name, _)| *name == other).map_or_else(
            || match other {
                "company" => "Company",
                "reports_to" => "Reports to",
                "tags" => "Tags",
                "owner" => "Owner",
                unknown => unknown,
            },
            |(_, label)| *label,
        ),
    }
}

/// The entries, newest first.
pub(super) fn history(ctx: &RequestContext, events: Vec<RecordEvent>) -> impl IntoView + use<> {
    if events.is_empty() {
        return empty_state(icon("history", "size-5"), "Nothing was done to this contact yet.", ()).into_markup();
    }
    let (now, zone) = (ctx.now, ctx.zone());
    let entries = events
        .into_iter()
        .map(|RecordEvent { at, actor_name, action, changes, erased }| {
            let (drawing, what) = match action {
                Action::Created => (icon("plus", "size-3.5"), "Created"),
                Action::Changed => (icon("pencil", "size-3.5"), "Changed"),
                Action::Deleted => (icon("trash-2", "size-3.5"), "Deleted"),
                Action::Restored => (icon("undo-2", "size-3.5"), "Restored"),
                Action::Erased => (icon("eraser", "size-3.5"), "Erased personal data"),
            };
            let who = actor_name.map(|name| format!(" by {name}"));
            let what = view! {
                <p><span class="font-medium">{what}</span>{who}</p>
                {changes.into_iter().map(|change| field_change(change, label_of)).collect_view()}
                {erased.map(|erased| erased_line(erased, now, zone))}
            };
            history_entry(drawing, what, times::ago(at, now, zone))
        })
        .collect_view();
    view! { <ol>{entries}</ol> }.into_markup()
}
