//! The tasks of these days: overdue, today, in the next seven days, and done today.

use crate::{
    request::{PageError, RequestContext},
    tasks::pages::{due_group_label, task_item},
    ui::{
        list::{total_words, url_of},
        markup::{IntoMarkup, Markup},
    },
};
use chrono::Days;
use domain::{
    columns::Layout,
    day_range::DayRange,
    ids::UserId,
    page::{PageSize, Sort},
    record_filter::RecordFilter,
    tasks::{DueGroup, TaskColumn, TaskQuery, TaskStatus},
};
use leptos::prelude::*;
use store::{Total, tasks::TaskRow};

/// Days after today whose tasks are shown.
const NEXT_DAYS: u64 = 7;

/// The tasks that the page shows.
pub(super) struct DueTasks {
    /// Open ones up to the last of the days, what is due first first: the first hundred of them.
    open: Vec<TaskRow>,
    /// The list of all of these.
    query: TaskQuery,
    total: Total,
    /// Those done today, the latest first.
    done: Vec<TaskRow>,
}

/// Reads them. `owner`: who is to do them; `None` for everybody.
pub(super) async fn load(ctx: &RequestContext, owner: Option<UserId>) -> Result<DueTasks, PageError> {
    let (today, actor) = (ctx.today(), ctx.actor());
    let last = today.checked_add_days(Days::new(NEXT_DAYS)).unwrap_or(today);
    let owner_id: Vec<UserId> = owner.into_iter().collect();
    let query = TaskQuery {
        status: vec![TaskStatus::Open],
        due: DayRange::limited(None, Some(last)),
        owner_id: owner_id.clone(),
        ..TaskQuery::default()
    };
    let page_size = PageSize::Hundred;
    // What was done today was changed today; of that, what was done before is left out.
    let latest_first = Layout { page_size, ..Layout::sorted(Sort { by: TaskColumn::UpdatedAt, descending: true }) };
    let changed = RecordFilter { changed: DayRange::limited(Some(today), Some(today)), ..RecordFilter::default() };
    let done = TaskQuery { status: vec![TaskStatus::Done], owner_id, record: changed, layout: latest_first, ..TaskQuery::default() };
    let mut first = ctx.in_zone(query.clone());
    first.layout.page_size = page_size;
    let done = ctx.in_zone(done);
    let (open, done) = tokio::try_join!(ctx.store().tasks(&actor, &first), ctx.store().tasks(&actor, &done))?;
    let start = crate::ui::times::start_of(today, ctx.zone());
    let done = done.rows.into_iter().filter(|task| task.closed_at.is_some_and(|at| at >= start)).collect();
    Ok(DueTasks { open: open.rows, query, total: open.total, done })
}

/// The panel of the tasks.
pub(super) fn panel(ctx: &RequestContext, due: &DueTasks, everybody: bool) -> Markup {
    let groups = [DueGroup::Overdue, DueGroup::Today, DueGroup::NextDays];
    let groups = groups.map(|group| {
        let rows: Vec<&TaskRow> = due.open.iter().filter(|task| DueGroup::of(task.due, ctx.now, ctx.zone().into()) == group).collect();
        section(ctx, due_group_label(group), &rows, everybody)
    });
    let done = section(ctx, "Done today", &due.done.iter().collect::<Vec<_>>(), everybody);
    let none = (due.open.is_empty() && due.done.is_empty()).then(|| {
        view! { <p class="px-4 pb-4 pt-2 text-muted-foreground">"No task is due up to seven days from now. Press T to add one."</p> }
    });
    let number = (due.total.count > 0).then(|| {
        let words = format!("{} to do", total_words(due.total));
        view! { <a class="text-muted-foreground hover:underline" href=url_of(&due.query)>{words}</a> }
    });
    view! {
        <section class="panel min-w-0" aria-labelledby="due-tasks">
            <div class="flex items-baseline gap-3 px-4 pt-3">
                <h2 id="due-tasks" class="min-w-0 flex-1">"Tasks"</h2>
                {number}
            </div>
            {groups.into_iter().collect_view()}
            {done}
            {none}
        </section>
    }
    .into_markup()
}

fn section(ctx: &RequestContext, label: &'static str, rows: &[&TaskRow], everybody: bool) -> Option<Markup> {
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
