//! `/tasks/{id}/delete`: the delete confirmation.

use super::{due_words, in_sentence};
use crate::{
    request::{Id, PageError, RequestContext},
    shell,
    tasks::actions::DeleteTask,
    ui::page::{DeleteQuestion, confirm_delete, restore_hint},
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    ids::TaskId,
};
use leptos::server_fn::ServerFn;

/// `GET /tasks/{id}/delete`
pub async fn page(ctx: RequestContext, Id(id): Id<TaskId>) -> Result<Response, PageError> {
    let task = ctx.store().task(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Delete, Entity::Task, task.owner_id) {
        return Err(PageError::Denied);
    }
    let title = format!("Delete “{}”?", task.title);
    let path = format!("/tasks/{id}");
    let question = DeleteQuestion {
        title: title.clone(),
        consequence: format!("Due: {}. {}", in_sentence(&due_words(&ctx, task.due, task.status)), restore_hint("it")),
        verb: "Delete task",
        action: format!("{path}/delete"),
        function: DeleteTask::PATH,
        cancel: path,
        version: task.version,
        goes_along: GoesAlong::default(),
    };
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}
