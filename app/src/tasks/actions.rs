//! Server functions that change tasks.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    forms::DeleteForm,
    ids::TaskId,
    tasks::{SnoozeForm, TaskButtonForm, TaskForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::pages::due_words;
#[cfg(feature = "ssr")]
use crate::{request::RequestContext, settings::bin};
#[cfg(feature = "ssr")]
use domain::{forms::parse_version, tasks::TaskStatus, urls::safe_next};

/// Creates a task.
#[server(prefix = "/fn", endpoint = "tasks/create", protocol = Call, client = FetchClient)]
pub async fn create_task(
    /// The form.
    form: TaskForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse(|local| ctx.utc(local))?;
    let id = ctx.idempotent_store(&form, &form.form_key).create_task(&ctx.actor(), draft).await?;
    let path = format!("/tasks/{id}");
    Ok(ActionOutcome::to(path.clone()).notice("Task added").open(path))
}

/// Saves a task's fields.
#[server(prefix = "/fn", endpoint = "tasks/update", protocol = Call, client = FetchClient)]
pub async fn update_task(
    /// The id of the task.
    id: TaskId,
    /// The form, with the edited version.
    form: TaskForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let draft = form.parse(|local| ctx.utc(local))?;
    ctx.store().update_task(&ctx.actor(), id, parse_version(&form.version)?, draft).await?;
    Ok(ActionOutcome::to(format!("/tasks/{id}")).notice("Changes saved"))
}

/// Marks a task as done.
#[server(prefix = "/fn", endpoint = "tasks/done", protocol = Call, client = FetchClient)]
pub async fn complete_task(
    /// The id of the task.
    id: TaskId,
    /// Where the button is.
    #[server(default)]
    form: TaskButtonForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let title = ctx.store().set_task_status(&ctx.actor(), id, TaskStatus::Done).await?;
    Ok(back(&ctx, id, &form.back).notice(format!("Done: {title}")).undo(undo_path(&ctx, id, "reopen", &form.back)))
}

/// Opens a task again.
#[server(prefix = "/fn", endpoint = "tasks/reopen", protocol = Call, client = FetchClient)]
pub async fn reopen_task(
    /// The id of the task.
    id: TaskId,
    /// Where the button is.
    #[server(default)]
    form: TaskButtonForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let title = ctx.store().set_task_status(&ctx.actor(), id, TaskStatus::Open).await?;
    Ok(back(&ctx, id, &form.back).notice(format!("Open again: {title}")).undo(undo_path(&ctx, id, "done", &form.back)))
}

/// Cancels a task.
#[server(prefix = "/fn", endpoint = "tasks/cancel", protocol = Call, client = FetchClient)]
pub async fn cancel_task(
    /// The id of the task.
    id: TaskId,
    /// Where the button is.
    #[server(default)]
    form: TaskButtonForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let title = ctx.store().set_task_status(&ctx.actor(), id, TaskStatus::Canceled).await?;
    Ok(back(&ctx, id, &form.back).notice(format!("Canceled: {title}")).undo(undo_path(&ctx, id, "reopen", &form.back)))
}

/// Puts a task off.
#[server(prefix = "/fn", endpoint = "tasks/snooze", protocol = Call, client = FetchClient)]
pub async fn snooze_task(
    /// The id of the task.
    id: TaskId,
    /// By how many days.
    form: SnoozeForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let due = ctx.store().snooze_task(&ctx.actor(), id, form.parse()?).await?;
    let notice = format!("Put off: {}", due_words(&ctx, Some(due)).to_lowercase());
    Ok(back(&ctx, id, &form.back).notice(notice).undo(undo_path(&ctx, id, "undo-snooze", &form.back)))
}

/// Takes back that a task was put off.
#[server(prefix = "/fn", endpoint = "tasks/undo-snooze", protocol = Call, client = FetchClient)]
pub async fn undo_snooze(
    /// The id of the task.
    id: TaskId,
    /// Where the button is.
    #[server(default)]
    form: TaskButtonForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    ctx.store().undo_snooze(&ctx.actor(), id).await?;
    Ok(back(&ctx, id, &form.back).notice("Due as before"))
}

/// Moves the task to the bin.
#[server(prefix = "/fn", endpoint = "tasks/delete", protocol = Call, client = FetchClient)]
pub async fn delete_task(
    /// The id of the task.
    id: TaskId,
    /// The version shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let title = ctx.store().delete_task(&ctx.actor(), id, parse_version(&form.version)?).await?;
    Ok(ActionOutcome::to("/tasks").notice(format!("{title} was deleted")).undo(format!("/tasks/{id}/restore")))
}

/// Restores the task from the bin.
#[server(prefix = "/fn", endpoint = "tasks/restore", protocol = Call, client = FetchClient)]
pub async fn restore_task(
    /// The id of the task.
    id: TaskId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let restored = ctx.store().restore_task(&ctx.actor(), id).await;
    bin::restored(format!("/tasks/{id}"), restored.map(|title| format!("{title} is back")))
}

/// Back to the page with the button: that of the form, or of the address of an undo, which has no fields; else the task's own page.
#[cfg(feature = "ssr")]
fn back(ctx: &RequestContext, id: TaskId, typed: &str) -> ActionOutcome {
    ActionOutcome::to(back_path(ctx, typed).unwrap_or_else(|| format!("/tasks/{id}")))
}

#[cfg(feature = "ssr")]
fn back_path(ctx: &RequestContext, typed: &str) -> Option<String> {
    let of_address = || ctx.query().ok()?.into_iter().find(|(name, _)| name == "back").map(|(_, path)| path);
    let path = if typed.is_empty() { of_address()? } else { typed.to_owned() };
    safe_next(&path).map(str::to_owned)
}

/// The address of an undo, with the page to lead back to.
#[cfg(feature = "ssr")]
fn undo_path(ctx: &RequestContext, id: TaskId, what: &str, typed: &str) -> String {
    use crate::ui::list::list_url;
    let pairs: Vec<_> = back_path(ctx, typed).map(|path| ("back", path)).into_iter().collect();
    list_url(&format!("/tasks/{id}/{what}"), &pairs)
}
