//! Activities: what was said, with whom, and what came of it.

pub mod actions;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod pages;

/// A button that logs an activity about the records that `href` names, for those who may.
#[cfg(feature = "ssr")]
pub fn log_link(ctx: &crate::request::RequestContext, href: String) -> Option<leptos::prelude::AnyView> {
    use crate::ui::icon;
    use domain::access::{Entity, Verb};
    use leptos::prelude::*;
    let button = || {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-log>{icon("phone", "size-4")} "Log activity"</a> }
            .into_any()
    };
    ctx.may(Verb::Create, Entity::Activity).then(button)
}

#[cfg(feature = "ssr")]
use crate::request::NavItem;
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The main navigation's entry.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Activities", href: "/activities", icon: "message-square", reads: Entity::Activity };
