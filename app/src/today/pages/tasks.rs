//! The tasks of these days: overdue, today, in the next seven days, and done today.

use crate::{
    request::{PageError, RequestContext},
    tasks::pages::{due_group_label, task_item},
    ui::{
        list::{total_words, url_of},
        markup::{IntoMarkup, Markup},
        times,
    },
};
use chrono::Days;
use domain::{
    day_range::DayRange,
    ids::UserId,
    page::PageSize,
    tasks::{DueGroup, TaskQuery, TaskStatus},
};
use leptos::prelude::*;
use store::{Total, tasks::TaskRow};

/// Days after today whose tasks are shown.
const NEXT_DAYS: u64 = 7;

/// The tasks that the page shows.
pub(super) struct DueTasks {
    /// Open ones, by when they are due.
    groups: Vec<OpenTasks>,
    /// Those done today, the latest first: at most a hundred.
    done: Vec<TaskRow>,
}

/// Open tasks that are due at about one time: the first fifty.
struct OpenTasks {
    group: DueGroup,
    rows: Vec<TaskRow>,
    /// The list of all of them.
    query: TaskQuery,
    total: Total,
}

/// Reads them. `owner`: who is to do them; `None` for everybody.
pub(super) async fn load(ctx: &RequestContext, owner: Option<UserId>) -> Result<DueTasks, PageError> {
    let today = ctx.today();
    let after = |days| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let open = TaskQuery { status: vec![TaskStatus::Open], owner_id: owner.into_iter().collect(), ..TaskQuery::default() };
    let due = |from, to| TaskQuery { due: DayRange::limited(Some(from), Some(to)), ..open.clone() };
    let start = times::start_of(today, ctx.zone());
    let actor = ctx.actor();
    let done = async { Ok(ctx.store().tasks_done_since(&actor, owner, start).await?) };
    let (overdue, of_today, next, done) = tokio::try_join!(
        read(ctx, DueGroup::Overdue, TaskQuery { overdue: true, ..open.clone() }),
        read(ctx, DueGroup::Today, due(today, today)),
        read(ctx, DueGroup::NextDays, due(after(1), after(NEXT_DAYS))),
        done,
    )?;
    Ok(DueTasks { groups: vec![overdue, of_today, next], done })
}

/// Reads the first tasks of a list. Of those that are due today, the overdue ones are left to their own group.
async fn read(ctx: &RequestContext, group: DueGroup, query: TaskQuery) -> Result<OpenTasks, PageError> {
    let mut first = ctx.in_zone(query.clone());
    first.layout.page_size = PageSize::Fifty;
    let list = ctx.store().tasks(&ctx.actor(), &first).await?;
    let rows = list.rows.into_iter().filter(|task| DueGroup::of(task.due, ctx.now, ctx.zone().into()) == group).collect();
    Ok(OpenTasks { group, rows, query, total: list.total })
}

/// The panel of the tasks.
pub(super) fn panel(ctx: &RequestContext, due: &DueTasks, everybody: bool) -> Markup {
    let groups = due.groups.iter().map(|of| {
        let label = due_group_label(of.group);
        let all = (of.total.count > PageSize::Fifty.rows()).then(|| {
            let words = format!("All {}", total_words(of.total));
            let name = format!("{label}: {words}");
            view! { <p class="px-4 pb-2"><a class="btn" data-variant="ghost" data-size="sm" href=url_of(&of.query) aria-label=name>{words}</a></p> }
        });
        view! { {section(ctx, label, &of.rows, everybody)} {all} }
    });
    let none = (due.groups.iter().all(|of| of.rows.is_empty()) && due.done.is_empty()).then(|| {
        view! { <p class="px-4 pb-4 pt-2 text-muted-foreground">"No task is due up to seven days from now."</p> }
    });
    view! {
        <section class="panel min-w-0" aria-labelledby="due-tasks">
            <div class="flex items-baseline gap-3 px-4 pt-3">
                <h2 id="due-tasks" class="min-w-0 flex-1">"Tasks"</h2>
                <a class="text-muted-foreground hover:underline" href="/tasks">"All tasks"</a>
            </div>
            {groups.collect_view()}
            {section(ctx, "Done today", &due.done, everybody)}
            {none}
        </section>
    }
    .into_markup()
}

fn section(ctx: &RequestContext, label: &'static str, rows: &[TaskRow], everybody: bool) -> Option<Markup> {
    let items = || -> Vec<_> { rows.iter().map(|task| task_item(ctx, task, about(task, everybody))).collect() };
    (!rows.is_empty()).then(|| {
        view! {
            <h3 class="px-4 pt-3 text-xs font-medium text-muted-foreground">{label}</h3>
            <ul class="task-rows">{items()}</ul>
        }
        .into_markup()
    })
}

/// What a task is linked to, and among everybody's tasks who is to do it.
fn about(task: &TaskRow, everybody: bool) -> String {
    let linked = task.deal.as_ref().map(|deal| &deal.name).or(task.contact.as_ref().map(|contact| &contact.name));
    let linked = linked.or(task.company.as_ref().map(|company| &company.name)).cloned();
    let owner = everybody.then(|| task.owner_name.clone());
    linked.into_iter().chain(owner).collect::<Vec<_>>().join(" · ")
}
