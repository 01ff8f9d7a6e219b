//! The tasks of a company, contact or deal, on its page.

use super::{
    buttons::{buttons_form, check_button, put_off_button},
    due_mark,
    repeats::repeats_sign,
};
use crate::{
    request::{PageError, RequestContext},
    tasks::new_task_link,
    ui::{
        icon,
        list::url_of,
        markup::{IntoMarkup, Markup},
        page::empty_state,
    },
};
use domain::{
    page::PageSize,
    tasks::{Priority, TaskQuery, TaskStatus},
};
use leptos::prelude::*;
use store::tasks::TaskRow;

/// The tasks that are to be done, with those done today, and links to all of them and to a new one. `query`: the filter by the record; `new`: the
/// pair that links a new one to it, `None` where none can be added.
pub async fn tasks_of_record(ctx: &RequestContext, query: TaskQuery, new: Option<String>) -> Result<Markup, PageError> {
    let mut current = ctx.in_zone(query.clone());
    current.layout.page_size = PageSize::Fifty;
    let list = ctx.store().tasks(&ctx.actor(), &current).await?;
    let add = new.and_then(|pair| new_task_link(ctx, &pair));
    // The tab shows the first ones; the others are a list of their own.
    let open = url_of(&query);
    let open = (list.total.count > list.rows.len() as u64).then(|| {
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=open>{format!("All {} to do", list.to_do().count)}</a> }
    });
    let every = url_of(&TaskQuery { status: TaskStatus::ALL.into(), ..query });
    let all = view! { <a class="btn" data-variant="ghost" data-size="sm" href=every>"All tasks, finished ones too"</a> };
    let shown = if list.rows.is_empty() {
        empty_state(icon("list-checks", "size-5"), "Nothing to do here.", view! { {add}{all} }).into_markup()
    } else {
        let rows: Vec<_> = list.rows.iter().map(|task| task_item(ctx, task, task.owner_name.clone())).collect();
        view! { {buttons_form(ctx)}<ul class="panel task-rows">{rows}</ul><div class="flex flex-wrap gap-2">{add}{open}{all}</div> }
            .into_markup()
    };
    Ok(view! { <div id="tasks" data-fresh class="flex flex-col gap-3">{shown}</div> }.into_markup())
}

/// A task in a list of tasks beside other things. `about`: words after when it is due; empty for none.
pub(crate) fn task_item(ctx: &RequestContext, task: &TaskRow, about: String) -> Markup {
    let finished = (task.status != TaskStatus::Open).then_some("");
    let important = (task.priority == Priority::High).then(|| view! { <span class="chip">"High priority"</span> });
    view! {
        <li data-finished=finished>
            {check_button(ctx, task.id, task.owner_id, &task.title, task.status)}
            <div class="min-w-0 flex-1">
                <a class="title" href=format!("/tasks/{}", task.id)>{task.title.clone()}</a>
                <p class="text-xs text-muted-foreground">{due_mark(ctx, task.due, task.status)}{(!about.is_empty()).then(|| format!(" · {about}"))}</p>
            </div>
            {task.repeats.then(repeats_sign)}
            {important}
            {put_off_button(ctx, task)}
        </li>
    }
    .into_markup()
}
