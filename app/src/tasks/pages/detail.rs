//! `/tasks/{id}`: the page of a task.

use super::{
    due_mark,
    form::LABELS,
    repeats::{repeats_sign, rule_words, series_button, series_items},
};
use crate::{
    demo_data::{demo_chip, demo_ids},
    request::{Id, PageError, RequestContext},
    shell,
    tasks::actions::{CancelTask, CompleteTask, ReopenTask, SnoozeTask},
    ui::{
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        record::{
            delete_link, detail_item, details_panel, edit_button, link_item, more_menu, notes_panel, person_item, record_columns,
            record_events, record_head,
        },
        times,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::TaskId,
    tasks::{AppliesTo, Priority, SNOOZE_DAYS, SnoozeForm, TaskStatus},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::{
    FieldChange, RecordEvent,
    demo::DemoIds,
    tasks::{SeriesState, TaskDetail},
};

/// `GET /tasks/{id}`
pub async fn page(ctx: RequestContext, Id(id): Id<TaskId>) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let read = async { Ok(tokio::try_join!(ctx.store().task(&actor, id), ctx.store().task_history(&actor, id))?) };
    let ((task, history), demo) = tokio::try_join!(read, demo_ids(&ctx))?;
    let title = task.title.clone();
    let main = view! { {notes_panel(task.notes.as_deref())}{changes(&ctx, history)} };
    let body = view! {
        {breadcrumb("Tasks", "/tasks")}
        {header(&ctx, &task, &demo)}
        {record_columns(main.into_markup(), details(&ctx, &task))}
    };
    shell::page(ctx, &title, body).await
}

fn header(ctx: &RequestContext, task: &TaskDetail, demo: &DemoIds) -> Markup {
    let (actor, path) = (ctx.actor(), format!("/tasks/{}", task.id));
    let may_change = actor.may_with(Verb::Update, Entity::Task, task.owner_id);
    let is_open = task.status == TaskStatus::Open;
    let edit = may_change.then(|| edit_button(&path, "task"));
    let snooze = (may_change && is_open).then(|| snooze_menu(&path, task.version));
    let finish = may_change.then(|| if is_open { done_button(&path) } else { reopen_button(&path) });
    let cancel = (may_change && is_open).then(|| {
        view! { <form method="post" action=format!("{path}/cancel") data-function=CancelTask::PATH>{shown_to()}<button>{icon("circle-x", "size-4")} "Cancel task"</button></form> }
    });
    let delete = actor.may_with(Verb::Delete, Entity::Task, task.owner_id).then(|| delete_link(&path, "Delete task"));
    let series = task.series.as_ref().filter(|_| may_change).and_then(|series| series_button(&path, series));
    let more =
        (cancel.is_some() || series.is_some() || delete.is_some()).then(|| more_menu(view! { {cancel}{series}{delete} }.into_markup()));
    let repeats = task.series.as_ref().filter(|series| series.state == SeriesState::Active);
    let finished = task.closed_at.filter(|_| !is_open).map(|at| {
        view! { <span class="chip">{task.status.label()}</span><span>{times::ago(at, ctx.now, ctx.zone())}</span> }
    });
    let important = (task.priority == Priority::High).then(|| view! { <span class="chip">"High priority"</span> });
    let subtitle = view! {
        {finished}
        {due_mark(ctx, task.due, task.status)}
        {repeats.map(|series| view! { <span class="flex items-center gap-1">{repeats_sign()}{series.rule.words()}</span> })}
        {important}
        {demo_chip(demo, task.id.0)}
    };
    let badge = view! { <span class="grid size-12 shrink-0 place-items-center rounded-lg bg-secondary text-muted-foreground">{icon("list-checks", "size-5")}</span> };
    record_head(badge, task.title.clone(), subtitle.into_markup(), view! { {snooze}{edit}{finish}{more} }.into_markup())
}

fn done_button(path: &str) -> Markup {
    view! {
        <form method="post" action=format!("{path}/done") data-function=CompleteTask::PATH>
            {shown_to()}
            <button class="btn" data-size="sm" data-key="d">{icon("check", "size-4")} "Done"</button>
        </form>
    }
    .into_markup()
}

fn reopen_button(path: &str) -> Markup {
    view! {
        <form method="post" action=format!("{path}/reopen") data-function=ReopenTask::PATH>
            {shown_to()}
            <button class="btn" data-variant="outline" data-size="sm" data-key="d">{icon("undo-2", "size-4")} "Reopen"</button>
        </form>
    }
    .into_markup()
}

fn snooze_menu(path: &str, version: i64) -> Markup {
    let choices: Vec<_> = SNOOZE_DAYS
        .into_iter()
        .map(|days| view! { <button name="put_off" value=SnoozeForm::button(days, version)>{format!("By {}", times::count_days(days.into()))}</button> })
        .collect();
    view! {
        <details class="relative">
            <summary class="btn list-none" data-variant="outline" data-size="sm">{icon("alarm-clock", "size-4")} "Put off"</summary>
            <form method="post" action=format!("{path}/snooze") data-function=SnoozeTask::PATH class="menu absolute right-0 top-9 z-10">{shown_to()}{choices}</form>
        </details>
    }
    .into_markup()
}

fn details(ctx: &RequestContext, task: &TaskDetail) -> Markup {
    let (now, zone) = (ctx.now, ctx.zone());
    let items = view! {
        {detail_item("Due", due_mark(ctx, task.due, task.status))}
        {task.series.as_ref().map(|series| series_items(ctx, series))}
        {detail_item("Priority", task.priority.label())}
        {task.contact.as_ref().map(|contact| link_item("Contact", format!("/contacts/{}", contact.id), &contact.name))}
        {task.company.as_ref().map(|company| link_item("Company", format!("/companies/{}", company.id), &company.name))}
        {task.deal.as_ref().map(|deal| link_item("Deal", format!("/deals/{}", deal.id), &deal.name))}
        {person_item("Owner", &task.owner_name)}
        {detail_item("Added", times::ago(task.created_at, now, zone))}
        {(task.version > 1).then(|| detail_item("Last changed", times::ago(task.updated_at, now, zone)))}
    };
    details_panel(items.into_markup())
}

fn changes(ctx: &RequestContext, events: Vec<RecordEvent>) -> Markup {
    let entries = record_events(events, (ctx.now, ctx.zone()), "Added", |change| in_words(ctx, change), label_of);
    view! { <section class="flex flex-col gap-3"><h2>"Changes"</h2>{entries}</section> }.into_markup()
}

/// A change with its values as people read them.
fn in_words(ctx: &RequestContext, change: FieldChange) -> FieldChange {
    let words = |value: String| match change.field.as_str() {
        "status" => TaskStatus::from_slug(&value).map_or(value, |status| status.label().to_owned()),
        "priority" => Priority::from_slug(&value).map_or(value, |priority| priority.label().to_owned()),
        "due_on" => value.parse().map_or(value, times::day_with_year),
        "repeats" => rule_words(&value).unwrap_or(value),
        "applies_to" => AppliesTo::parse(&value).map_or(value, |tasks| tasks.label().to_owned()),
        "due_at" => value.parse().map_or(value, |at| times::exact(at, ctx.zone())),
        _ => value,
    };
    FieldChange { from: change.from.map(words), to: change.to.map(words), field: change.field.clone(), is_custom: change.is_custom }
}

/// The label of a field.
fn label_of(field: &str) -> &str {
    match field {
        "status" => "Status",
        "due_at" => "Due time",
        "repeats" => "Repeats",
        "owner" => "Owner",
        other => LABELS.iter().find(|(name, _)| *name == other).map_or(other, |(_, label)| label),
    }
}
