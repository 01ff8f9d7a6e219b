//! Tasks: what somebody has to do, and by when.

pub mod actions;

#[cfg(feature = "ssr")]
mod commands;
#[cfg(feature = "ssr")]
pub mod pages;

#[cfg(feature = "ssr")]
use crate::{
    request::{NavItem, NewItem, RequestContext},
    ui::markup::Markup,
};
#[cfg(feature = "ssr")]
pub use commands::{COMMANDS, new_command};
#[cfg(feature = "ssr")]
use domain::access::Entity;

/// The entry of the main navigation.
#[cfg(feature = "ssr")]
pub const NAV: NavItem = NavItem { label: "Tasks", href: "/tasks", icon: "list-checks", reads: Entity::Task };

/// The entry of the "New" menu, with a key of its own.
#[cfg(feature = "ssr")]
pub const NEW: NewItem =
    NewItem { label: "Task", href: "/tasks/new", form: "task", icon: "list-checks", creates: Entity::Task, key: Some("t") };

/// The form of a new task. `query`: the pairs that link records to it; empty for none.
#[cfg(feature = "ssr")]
fn new_path(query: &str) -> String {
    if query.is_empty() { "/tasks/new".to_owned() } else { format!("/tasks/new?{query}") }
}

/// The "New task" button, for users who may create tasks. `query`: the pairs that link records to it; empty for none.
#[cfg(feature = "ssr")]
pub fn new_task_link(ctx: &RequestContext, query: &str) -> Option<Markup> {
    use crate::ui::{icon, markup::IntoMarkup};
    use leptos::prelude::*;
    let href = new_path(query);
    ctx.may(domain::access::Verb::Create, Entity::Task).then(|| {
        view! { <a class="btn" data-variant="outline" data-size="sm" href=href data-form-dialog="task" data-key="t">{icon("list-plus", "size-4")} "New task"</a> }
            .into_markup()
    })
}
