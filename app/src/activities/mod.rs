//! Activities: what was said, with whom, and what came of it.

pub mod actions;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod pages;

/// A button that logs an activity about the records that `href` names, for those who may.
#[cfg(feature = "ssr")]
pub fn log_link(visit: &crate::visit::Visit, href: String) -> Option<leptos::prelude::AnyView> {
    use crate::ui::icon;
    use domain::access::{Entity, Verb};
    use leptos::prelude::*;
    let button = || {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-log>{icon("phone", "size-4")} "Log activity"</a> }
            .into_any()
    };
    visit.may(Verb::Create, Entity::Activity).then(button)
}
