//! `/tasks/{id}/delete` and `/tasks/{id}/delete-later`: the delete confirmations, of a task and of all later ones of its series.

use super::{due_words, in_sentence};
use crate::{
    request::{Id, PageError, RequestContext},
    shell,
    tasks::actions::{DeleteLaterTasks, DeleteTask},
    ui::{
        page::{DeleteQuestion, confirm_delete, restore_hint},
        pluralize,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    ids::TaskId,
    tasks::{RepeatMode, TaskStatus},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::tasks::{SeriesOfTask, SeriesState, TaskDetail};

/// `GET /tasks/{id}/delete`
pub async fn page(ctx: RequestContext, Id(id): Id<TaskId>) -> Result<Response, PageError> {
    let task = load(&ctx, id).await?;
    let title = format!("Delete “{}”?", task.title);
    let due = in_sentence(&due_words(&ctx, task.due, task.status));
    let later = task.series.as_ref().filter(|series| series.state == SeriesState::Active || series.later_open > 0);
    let rule = later.map(|series| {
        let next = if makes_next(&task, series) { ", and the next one is added at once" } else { "" };
        format!(" It repeats {}; only this one is deleted{next}.", in_sentence(&series.rule.words()))
    });
    let consequence = format!("Due: {due}.{} {}", rule.unwrap_or_default(), restore_hint("it"));
    let instead = later.map(|_| {
        view! { <p class="mx-auto mt-4 w-full max-w-lg text-center"><a class="underline" href=format!("/tasks/{id}/delete-later")>"Delete this and all later ones"</a></p> }
    });
    let question = question(&task, title.clone(), consequence, ("delete", "Delete task", DeleteTask::PATH));
    let body = view! { {confirm_delete(&ctx, question).await?}{instead} };
    shell::page(ctx, &title, body).await
}

/// `GET /tasks/{id}/delete-later`
pub async fn later(ctx: RequestContext, Id(id): Id<TaskId>) -> Result<Response, PageError> {
    let task = load(&ctx, id).await?;
    let series = task.series.as_ref().ok_or(PageError::NotFound)?;
    let title = format!("Delete “{}” and all later ones?", task.title);
    let ends = if series.state == SeriesState::Active { "It will not repeat any more." } else { "It doesn’t repeat any more." };
    let there = match series.later_open {
        0 => String::new(),
        count => format!(
            " {} open already {} deleted as well.",
            pluralize(count, "later task that is", "later tasks that are"),
            if count == 1 { "is" } else { "are" }
        ),
    };
    let consequence = format!("{ends}{there} {}", restore_hint(if there.is_empty() { "it" } else { "them" }));
    let question = question(&task, title.clone(), consequence, ("delete-later", "Delete this and later ones", DeleteLaterTasks::PATH));
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}

/// Whether deleting a task makes the next one of its series.
fn makes_next(task: &TaskDetail, series: &SeriesOfTask) -> bool {
    let comes_after_it = series.state == SeriesState::Active && series.rule.mode == RepeatMode::Completion;
    comes_after_it && task.status == TaskStatus::Open && series.next.is_none()
}

/// The task, if the user may delete it.
async fn load(ctx: &RequestContext, id: TaskId) -> Result<TaskDetail, PageError> {
    let task = ctx.store().task(&ctx.actor(), id).await?;
    if ctx.actor().may_with(Verb::Delete, Entity::Task, task.owner_id) { Ok(task) } else { Err(PageError::Denied) }
}

fn question(
    task: &TaskDetail,
    title: String,
    consequence: String,
    (to, verb, function): (&str, &'static str, &'static str),
) -> DeleteQuestion {
    let path = format!("/tasks/{}", task.id);
    DeleteQuestion {
        title,
        consequence,
        verb,
        action: format!("{path}/{to}"),
        function,
        cancel: path,
        version: task.version,
        goes_along: GoesAlong::default(),
    }
}
