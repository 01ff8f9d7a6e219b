//! Pages of the audit log.

mod check;
mod download;
mod entry;
mod list;
mod sign_ins;
mod values;

pub use check::page as check;
pub use download::download;
pub use list::page as list;
pub use sign_ins::page as sign_ins;

use crate::ui::markup::{IntoMarkup, Markup};
use domain::{
    audit_log::{AuditQuery, SignInQuery},
    page::ListQuery,
};
use leptos::prelude::*;

/// The heading and the tabs. `action`: what stands beside the heading.
fn head(path: &str, about: String, action: Markup) -> impl IntoView + use<> {
    let tabs = [("Changes", AuditQuery::PATH), ("Sign-ins", SignInQuery::PATH)];
    let tabs = tabs
        .map(|(label, href)| view! { <a href=href class="tab shrink-0" aria-current=(path == href).then_some("page")>{label}</a> })
        .collect_view();
    view! {
        <div class="flex flex-wrap items-start gap-2">
            <div class="min-w-0 flex-1 basis-64"><h1>"Audit log"</h1><p class="mt-1 text-muted-foreground">{about}</p></div>
            {action}
        </div>
        <nav class="flex gap-5 overflow-x-auto border-b" aria-label="Audit log">{tabs}</nav>
    }
}

/// Links to the neighbouring pages; `None` for a page that isn't there.
fn neighbours(newer: Option<String>, older: Option<String>) -> Markup {
    let step = |label: &'static str, rel: &'static str, href: Option<String>| {
        href.map(|href| view! { <a class="btn" data-variant="outline" data-size="sm" rel=rel href=href>{label}</a> })
    };
    if newer.is_none() && older.is_none() {
        return ().into_markup();
    }
    view! {
        <nav class="flex items-center justify-end gap-2 border-t px-3 py-2" aria-label="Pages">
            {step("Newer", "prev", newer)}
            {step("Older", "next", older)}
        </nav>
    }
    .into_markup()
}
