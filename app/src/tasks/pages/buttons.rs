//! The buttons that finish a task, open it again and put it off, wherever it shows. They belong to one form beside the list, so that they may stand in another.

use crate::{
    request::RequestContext,
    tasks::actions::{CompleteTask, ReopenTask, SnoozeTask},
    ui::{
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
    },
};
use domain::{
    access::{Entity, Verb},
    ids::{TaskId, UserId},
    tasks::{SnoozeForm, TaskStatus},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::tasks::TaskRow;

/// The id of the form.
const FORM: &str = "task-buttons";

/// The form of all [`check_button`]s and [`put_off_button`]s of a page, which leads back to it. Each of them says where it is posted to.
pub(crate) fn buttons_form(ctx: &RequestContext) -> Option<Markup> {
    let form = || {
        view! {
            <form id=FORM method="post" data-function=CompleteTask::PATH hidden>
                {shown_to()}
                <input type="hidden" name="back" value=ctx.address().to_owned()/>
            </form>
        }
        .into_markup()
    };
    ctx.may(Verb::Update, Entity::Task).then(form)
}

/// The button before a task: an open one is done by it, a finished one opened again. For users who may change the task; else its sign alone.
pub(super) fn check_button(ctx: &RequestContext, id: TaskId, owner: UserId, title: &str, status: TaskStatus) -> Markup {
    let is_open = status == TaskStatus::Open;
    let drawing = match status {
        TaskStatus::Open => icon("circle", "size-4").into_markup(),
        TaskStatus::Done => icon("circle-check", "size-4").into_markup(),
        TaskStatus::Canceled => icon("circle-x", "size-4").into_markup(),
    };
    if !ctx.actor().may_with(Verb::Update, Entity::Task, owner) {
        return view! { <span class="task-check" title=status.label()>{drawing}<span class="sr-only">{status.label()}</span></span> }
            .into_markup();
    }
    let (verb, path, function) = if is_open { ("Done", "done", CompleteTask::PATH) } else { ("Reopen", "reopen", ReopenTask::PATH) };
    view! {
        <button class="task-check" form=FORM formaction=format!("/tasks/{id}/{path}") data-function=function aria-label=format!("{verb}: {title}") title=verb>
            {drawing}
        </button>
    }
    .into_markup()
}

/// A button with words that finishes an open task, for users who may change it.
pub(crate) fn done_text_button(ctx: &RequestContext, id: TaskId, owner: UserId, title: &str) -> Option<Markup> {
    ctx.actor().may_with(Verb::Update, Entity::Task, owner).then(|| {
        view! {
            <button class="btn" data-variant="outline" data-size="sm" form=FORM formaction=format!("/tasks/{id}/done") data-function=CompleteTask::PATH aria-label=format!("Done: {title}")>
                {icon("check", "size-4")} "Done"
            </button>
        }
        .into_markup()
    })
}

/// The button behind an open task that puts it off by a day, for users who may change it.
pub(super) fn put_off_button(ctx: &RequestContext, task: &TaskRow) -> Option<Markup> {
    let may = task.status == TaskStatus::Open && ctx.actor().may_with(Verb::Update, Entity::Task, task.owner_id);
    may.then(|| {
        let words = "Put off by a day";
        view! {
            <button
                class="put-off"
                form=FORM
                formaction=format!("/tasks/{}/snooze", task.id)
                data-function=SnoozeTask::PATH
                name="put_off"
                value=SnoozeForm::button(1, task.version)
                aria-label=format!("{words}: {}", task.title)
                title=words
            >
                {icon("alarm-clock", "size-4")}
            </button>
        }
        .into_markup()
    })
}
