//! Server functions that change tasks.

use crate::server_functions::{ActionError, ActionOutcome, Call, FetchClient};
use domain::{
    forms::DeleteForm,
    ids::TaskId,
    tasks::{SnoozeForm, TaskButtonForm, TaskForm, UndoSnoozeForm},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::pages::{due_words, in_sentence};
#[cfg(feature = "ssr")]
use crate::{
    request::RequestContext,
    settings::bin,
    ui::{list::list_url, pluralize, times},
};
#[cfg(feature = "ssr")]
use domain::{forms::parse_version, tasks::TaskStatus};
#[cfg(feature = "ssr")]
use store::{
    StoreError,
    tasks::{NextOccurrence, Snoozed, StatusSet},
};

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
    set_status(id, TaskStatus::Done, form).await
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
    set_status(id, TaskStatus::Open, form).await
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
    set_status(id, TaskStatus::Canceled, form).await
}

/// Puts a task off.
#[server(prefix = "/fn", endpoint = "tasks/snooze", protocol = Call, client = FetchClient)]
pub async fn snooze_task(
    /// The id of the task.
    id: TaskId,
    /// By how many days, from which version on.
    form: SnoozeForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let (days, version) = form.parse()?;
    let back = ctx.back_path(&form.back);
    match ctx.store().snooze_task(&ctx.actor(), id, version, days).await {
        Ok(Snoozed { due, version }) => {
            let notice = format!("Put off: {}", in_sentence(&due_words(&ctx, Some(due), TaskStatus::Open)));
            let undo = undo_path(id, "undo-snooze", &[("version", Some(version.to_string())), ("back", back.clone())]);
            Ok(leading_to(id, back).notice(notice).undo(undo))
        }
        // There is no form in which to say so.
        Err(StoreError::Conflict) => Ok(leading_to(id, back).notice("Not put off: the task was changed meanwhile")),
        Err(error) => Err(error.into()),
    }
}

/// Takes back that a task was put off.
#[server(prefix = "/fn", endpoint = "tasks/undo-snooze", protocol = Call, client = FetchClient)]
pub async fn undo_snooze(
    /// The id of the task.
    id: TaskId,
    /// Its version, and where the button is.
    #[server(default)]
    form: UndoSnoozeForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let version = ctx.typed_or_in_query("version", &form.version).unwrap_or_default();
    let back = leading_to(id, ctx.back_path(&form.back));
    match ctx.store().undo_snooze(&ctx.actor(), id, parse_version(&version)?).await {
        Ok(()) => Ok(back.notice("Due as before")),
        Err(StoreError::Conflict) => Ok(back.notice("Nothing undone: the task was changed meanwhile")),
        Err(error) => Err(error.into()),
    }
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
    let (title, next) = ctx.store().delete_task(&ctx.actor(), id, parse_version(&form.version)?).await?;
    let notice = with_next(&ctx, format!("{title} was deleted"), next);
    Ok(ActionOutcome::to("/tasks").notice(notice).undo(format!("/tasks/{id}/restore")))
}

/// Moves the task and the later ones of its series to the bin.
#[server(prefix = "/fn", endpoint = "tasks/delete-later", protocol = Call, client = FetchClient)]
pub async fn delete_later_tasks(
    /// The id of the task.
    id: TaskId,
    /// The version shown to the user.
    form: DeleteForm,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let (title, later) = ctx.store().delete_later_tasks(&ctx.actor(), id, parse_version(&form.version)?).await?;
    let notice = match later {
        0 => format!("{title} was deleted and doesn’t repeat any more"),
        later => format!("{title} and {} were deleted", pluralize(later, "later task", "later tasks")),
    };
    Ok(ActionOutcome::to("/tasks").notice(notice).undo(format!("/tasks/{id}/restore")))
}

/// Stops the series of a task.
#[server(prefix = "/fn", endpoint = "tasks/stop-repeating", protocol = Call, client = FetchClient)]
pub async fn stop_repeating(
    /// The id of the task.
    id: TaskId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let title = ctx.store().stop_repeating(&ctx.actor(), id).await?;
    let outcome = ActionOutcome::to(format!("/tasks/{id}")).notice(format!("Doesn’t repeat any more: {title}"));
    Ok(outcome.undo(format!("/tasks/{id}/repeat-again")))
}

/// Takes the stopped series of a task up again.
#[server(prefix = "/fn", endpoint = "tasks/repeat-again", protocol = Call, client = FetchClient)]
pub async fn repeat_again(
    /// The id of the task.
    id: TaskId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let back = ActionOutcome::to(format!("/tasks/{id}"));
    match ctx.store().repeat_again(&ctx.actor(), id).await {
        Ok(title) => Ok(back.notice(format!("Repeats again: {title}"))),
        // There is no form in which to say so.
        Err(StoreError::Conflict) => Ok(back.notice("Doesn’t repeat again: what it is about is archived or in the bin")),
        Err(error) => Err(error.into()),
    }
}

/// Restores the task from the bin.
#[server(prefix = "/fn", endpoint = "tasks/restore", protocol = Call, client = FetchClient)]
pub async fn restore_task(
    /// The id of the task.
    id: TaskId,
) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let restored = ctx.store().restore_task(&ctx.actor(), id).await;
    bin::restored(format!("/tasks/{id}"), restored.map(|(title, next)| with_next(&ctx, format!("{title} is back"), next)))
}

/// Sets the status of a task. The undo sets the one that it had.
#[cfg(feature = "ssr")]
async fn set_status(id: TaskId, status: TaskStatus, form: TaskButtonForm) -> Result<ActionOutcome, ActionError> {
    let ctx = RequestContext::from_leptos().await?;
    let StatusSet { title, before, next } = ctx.store().set_task_status(&ctx.actor(), id, status).await?;
    let notice = match status {
        TaskStatus::Open => format!("Open again: {title}"),
        TaskStatus::Done => format!("Done: {title}"),
        TaskStatus::Canceled => format!("Canceled: {title}"),
    };
    let notice = with_next(&ctx, notice, next);
    // Of a button pressed twice the second answer is shown, which found the status set.
    let undo = match before {
        before if before == status && status == TaskStatus::Open => None,
        before if before == status => Some("reopen"),
        TaskStatus::Open => Some("reopen"),
        TaskStatus::Done => Some("done"),
        TaskStatus::Canceled => Some("cancel"),
    };
    let back = ctx.back_path(&form.back);
    let outcome = leading_to(id, back.clone()).notice(notice);
    Ok(match undo {
        Some(undo) => outcome.undo(undo_path(id, undo, &[("back", back)])),
        None => outcome,
    })
}

/// A notice, and what became of the next task of the series.
#[cfg(feature = "ssr")]
fn with_next(ctx: &RequestContext, notice: String, next: NextOccurrence) -> String {
    match next_words(ctx, next) {
        Some(words) => format!("{notice}. {words}"),
        None => notice,
    }
}

/// What became of the next task of a series, in words.
#[cfg(feature = "ssr")]
fn next_words(ctx: &RequestContext, next: NextOccurrence) -> Option<String> {
    match next {
        NextOccurrence::None => None,
        NextOccurrence::Made(due) => Some(format!("The next one is due: {}", in_sentence(&due_words(ctx, Some(due), TaskStatus::Open)))),
        NextOccurrence::Stopped => Some("It doesn’t repeat any more, as what it is about is archived or in the bin".to_owned()),
        NextOccurrence::Expected(day) => Some(format!("The next one comes on {}", times::short_date(day, ctx.today()))),
        NextOccurrence::TakenBack => Some("The next one was taken back".to_owned()),
        NextOccurrence::Kept => Some("The next one stays, as it was changed since".to_owned()),
    }
}

/// Leads back to the page with the button, else to the task's own page.
#[cfg(feature = "ssr")]
fn leading_to(id: TaskId, back: Option<String>) -> ActionOutcome {
    ActionOutcome::to(back.unwrap_or_else(|| format!("/tasks/{id}")))
}

/// The address of an undo.
#[cfg(feature = "ssr")]
fn undo_path(id: TaskId, undo: &str, fields: &[(&'static str, Option<String>)]) -> String {
    let pairs: Vec<_> = fields.iter().filter_map(|(name, value)| Some((*name, value.clone()?))).collect();
    list_url(&format!("/tasks/{id}/{undo}"), &pairs)
}
