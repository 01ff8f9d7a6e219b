//! The "History" tab of a contact.

use crate::{
    request::RequestContext,
    ui::{
        icon,
        markup::{IntoMarkup, Markup},
        page::empty_state,
        record::record_events,
    },
};
use store::RecordEvent;

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
pub(super) fn history(ctx: &RequestContext, events: Vec<RecordEvent>) -> Markup {
    if events.is_empty() {
        return empty_state(icon("history", "size-5"), "Nothing was done to this contact yet.", ()).into_markup();
    }
    record_events(events, (ctx.now, ctx.zone()), "Created", |change| change, label_of)
}
