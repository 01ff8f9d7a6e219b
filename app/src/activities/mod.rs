//! Activities: calls, emails, meetings and notes.

pub mod actions;

#[cfg(feature = "ssr")]
mod commands;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
pub use commands::{COMMANDS, log_command};

/// The id of the form of the quick log. With a script, links to the full form open it in a dialog.
#[cfg(feature = "ssr")]
pub const QUICK_LOG_FORM: &str = "quick-log";

/// The URL of the quick log, linked to the same records as the full form at `href`.
#[cfg(feature = "ssr")]
pub fn quick_log_url(href: &str) -> String {
    href.replacen("/activities/new", "/activities/quick", 1)
}

/// The "Log activity" button, for users who may create activities. `href`: the URL of the form, whose query links records.
#[cfg(feature = "ssr")]
pub fn log_link(ctx: &crate::request::RequestContext, href: String) -> Option<crate::ui::markup::Markup> {
    use crate::ui::icon;
    use domain::access::{Entity, Verb};
    use leptos::prelude::*;
    let button = || {
        let quick = quick_log_url(&href);
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-form-dialog=QUICK_LOG_FORM data-show=quick data-key="l">{icon("phone", "size-4")} "Log activity"</a> }
            .into_markup()
    };
    ctx.may(Verb::Create, Entity::Activity).then(button)
}

#[cfg(feature = "ssr")]
use crate::{
    request::{NavItem, NewItem, QuickAction},
    ui::markup::IntoMarkup,
};
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The entry of the main navigation.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Activities", href: "/activities", icon: "message-square", reads: Entity::Activity };

/// The entry of the "New" menu.
#[cfg(feature = "ssr")]
pub const NEW: NewItem =
    NewItem { label: "Activity", href: "/activities/new", form: "activity", icon: "message-square", creates: Entity::Activity, key: None };

/// The quick log in the top bar: a dialog, or without a script the page of the full form.
#[cfg(feature = "ssr")]
pub const QUICK_LOG: QuickAction = QuickAction { link: quick_log_link, creates: Entity::Activity };

#[cfg(feature = "ssr")]
fn quick_log_link(shortcuts: bool) -> crate::ui::markup::Markup {
    use crate::ui::icon;
    use leptos::prelude::*;
    let (key, title) = if shortcuts { (Some("L"), "Log activity (L)") } else { (None, "Log activity") };
    view! {
        <a class="btn" data-variant="ghost" data-size="sm" href="/activities/new" data-form-dialog=QUICK_LOG_FORM data-show=quick_log_url("/activities/new") data-key="l" aria-keyshortcuts=key title=title>
            {icon("phone", "size-4")} <span class="max-sm:sr-only">"Log"</span>
        </a>
    }
    .into_markup()
}
