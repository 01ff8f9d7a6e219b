//! The "History" tab of a deal.

use crate::{
    request::RequestContext,
    ui::{icon, record::history_entry, times},
};
use leptos::prelude::*;
use store::deals::{DealChange, DealEvent};

/// The changes of stage, value and owner, newest first.
pub fn history(ctx: &RequestContext, events: Vec<DealEvent>) -> impl IntoView + use<> {
    let (now, zone) = (ctx.now, ctx.zone());
    let entries = events
        .into_iter()
        .map(|DealEvent { at, actor_name, change }| {
            let (drawing, what) = match change {
                DealChange::Created { stage, value } => {
                    let worth = value.map(|value| format!(", worth {}", ctx.money(value))).unwrap_or_default();
                    (icon("plus", "size-3.5"), format!("Created in {stage}{worth}"))
                }
                DealChange::Stage { from, to } => (icon("arrow-right-left", "size-3.5"), format!("Moved from {from} to {to}")),
                DealChange::Owner { from, to } => (icon("user", "size-3.5"), format!("Owner changed from {from} to {to}")),
                DealChange::Value { from, to } => {
                    let words = match (from, to) {
                        (Some(from), Some(to)) => format!("Value changed from {} to {}", ctx.money(from), ctx.money(to)),
                        (None, Some(to)) => format!("Value set to {}", ctx.money(to)),
                        (from, None) => format!("Value {}taken off", from.map(|from| format!("{} ", ctx.money(from))).unwrap_or_default()),
                    };
                    (icon("pencil", "size-3.5"), words)
                }
            };
            let who = actor_name.map(|name| format!("by {name}"));
            let what = view! { <p><span class="font-medium">{what}</span>" "<span class="text-muted-foreground">{who}</span></p> };
            history_entry(drawing, what, times::ago(at, now, zone))
        })
        .collect_view();
    view! { <ol>{entries}</ol> }
}
