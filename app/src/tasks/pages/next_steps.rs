//! The button that makes a task of what an activity says comes next.

use crate::{
    request::RequestContext,
    tasks::actions::CreateTask,
    ui::{
        form::{form_key, shown_to},
        icon,
        markup::{IntoMarkup, Markup},
    },
};
use domain::{
    access::{Entity, Verb},
    tasks::{Priority, split_next_steps},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The button, for users who may add tasks. `links`: fields of the task's form, with ids of records that it is linked to. The task has no due
/// day; its page, where the button leads, puts it off to one.
pub fn next_steps_button(ctx: &RequestContext, next_steps: &str, links: [(&'static str, Option<String>); 3]) -> Option<Markup> {
    let (title, notes) = split_next_steps(next_steps);
    let texts = [("title", title), ("notes", notes), ("priority", Priority::default().slug().to_owned())];
    let linked = links.into_iter().filter_map(|(name, id)| Some((name, id?)));
    ctx.may(Verb::Create, Entity::Task).then(|| {
        let inputs = texts.into_iter().chain(linked).map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
        view! {
            <form method="post" action="/tasks/new" data-function=CreateTask::PATH>
                {shown_to()}
                {form_key(ctx.form_key(""))}
                {inputs.collect_view()}
                <button class="btn" data-variant="outline" data-size="sm">{icon("list-plus", "size-4")} "Make it a task"</button>
            </form>
        }
        .into_markup()
    })
}
