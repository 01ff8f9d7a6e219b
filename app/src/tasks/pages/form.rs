//! `/tasks/new` and `/tasks/{id}/edit`.

use super::repeats::{
    APPLIES_TO, REPEAT, REPEAT_END, REPEAT_EVERY, REPEAT_MODE, REPEAT_TIMES, REPEAT_UNTIL, applies_to_field, repeats_fields, set_rule,
    value_label,
};
use crate::{
    record_links::{Choices, UNKNOWN, dependent_fields},
    request::{Id, PageError, RequestContext, ShownForm, submitted_form::SubmittedForm},
    shell,
    tasks::actions::{CreateTask, UpdateTask},
    ui::{
        conflict::conflict_panel,
        form::{Field, select_field, text_area, text_field},
        markup::{IntoMarkup, Markup},
        owner_field::OwnerChoices,
        picker::{Source, picker},
        record_form::{FormPage, RecordForm},
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    ids::TaskId,
    tasks::{Due, Priority, REPEAT_NEVER, TaskForm},
    time_zones::TimeZone,
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::tasks::{SeriesOfTask, SeriesState, TaskDetail};

/// Field names and labels in form order.
pub(super) const LABELS: [(&str, &str); 16] = [
    APPLIES_TO,
    ("title", "Task"),
    ("due_on", "Due day"),
    ("due_time", "Time"),
    ("priority", "Priority"),
    ("owner_id", "Owner"),
    ("contact_id", "Contact"),
    ("company_id", "Company"),
    ("deal_id", "Deal"),
    REPEAT,
    REPEAT_EVERY,
    REPEAT_MODE,
    REPEAT_END,
    REPEAT_UNTIL,
    REPEAT_TIMES,
    ("notes", "Notes"),
];

const FORM: RecordForm = RecordForm {
    id: "task",
    labels: &LABELS,
    list: ("Tasks", "/tasks"),
    new: "New task",
    edit: "Edit task",
    create: "Add task",
    functions: (CreateTask::PATH, UpdateTask::PATH),
};

/// `GET /tasks/new`. The query prefills fields: `?contact_id=`, `?company_id=`, `?deal_id=`, `?title=`, `?due_on=`.
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let mut initial = TaskForm { priority: Priority::default().slug().to_owned(), repeat: REPEAT_NEVER.to_owned(), ..TaskForm::default() };
    for (name, value) in ctx.query()? {
        match name.as_str() {
            "title" => initial.title = value,
            "due_on" => initial.due_on = value,
            "contact_id" => initial.contact_id = value,
            "company_id" => initial.company_id = value,
            "deal_id" => initial.deal_id = value,
            _ => {}
        }
    }
    let mut shown = ctx.form_with_lookups(|| SubmittedForm::of(initial)).await?;
    let choices = Choices::load(&ctx, &mut shown.values, None).await?;
    let form = &shown.values.form;
    let cancel = if !form.deal_id.is_empty() {
        format!("/deals/{}", form.deal_id)
    } else if !form.company_id.is_empty() {
        format!("/companies/{}", form.company_id)
    } else if !form.contact_id.is_empty() {
        format!("/contacts/{}", form.contact_id)
    } else {
        "/tasks".to_owned()
    };
    let owner = OwnerChoices::load(&ctx, None).await?.field(ctx.signed_in.user_id, &form.owner_id, &shown.errors);
    let page = FORM.for_new(ctx.form_key(&form.form_key), shown.is_redisplay).leading_back_to(cancel);
    shell::page(ctx, "New task", form_page(page, choices, owner, false, shown)).await
}

/// `GET /tasks/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<TaskId>) -> Result<Response, PageError> {
    let task = ctx.store().task(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Update, Entity::Task, task.owner_id) {
        return Err(PageError::Denied);
    }
    let saved = form_of(ctx.zone().into(), &task);
    let mut shown = ctx.form_with_lookups(|| SubmittedForm::of(saved.clone())).await?;
    // A form without an owner leaves the owner as it is.
    if shown.values.form.owner_id.is_empty() {
        shown.values.form.owner_id.clone_from(&saved.owner_id);
    }
    let choices = Choices::load(&ctx, &mut shown.values, task.deal.as_ref()).await?;
    let path = format!("/tasks/{id}");
    let owners = OwnerChoices::load(&ctx, Some((task.owner_id, &task.owner_name))).await?;
    let words = |field: &str, value: &str| match field {
        "owner_id" => owners.name(value),
        "priority" => Priority::from_slug(value).map_or(UNKNOWN, Priority::label).to_owned(),
        _ => value_label(field, value).unwrap_or_else(|| choices.display_value(field, value)),
    };
    // Which tasks to change is not saved, so nobody else can have chosen otherwise.
    let compared: Vec<_> = LABELS.into_iter().filter(|label| *label != APPLIES_TO).collect();
    // Another task of the series may have been saved, with the series.
    let of_both = |form: &TaskForm| TaskForm { version: format!("{} {}", form.version, form.series_version), ..form.clone() };
    let conflict = conflict_panel(&of_both(&shown.values.form), &of_both(&saved), &compared, format!("{path}/edit"), words);
    // The page shows the other user's version, so saving from here may replace it.
    shown.values.form.version = saved.version;
    shown.values.form.series_version = saved.series_version;
    let owner = owners.field(ctx.signed_in.user_id, &shown.values.form.owner_id, &shown.errors);
    let title = format!("Edit {}", task.title);
    let repeats = active_series(&task).is_some();
    let page = FORM.for_saved(path, task.updated_at, conflict, shown.is_redisplay);
    shell::page(ctx, &title, form_page(page, choices, owner, repeats, shown)).await
}

/// The form of a saved task.
fn form_of(zone: TimeZone, task: &TaskDetail) -> TaskForm {
    let (due_on, due_time) = match task.due {
        None => (String::new(), String::new()),
        Some(Due::Day(day)) => (day.to_string(), String::new()),
        Some(Due::Time(at)) => (zone.day(at).to_string(), zone.local(at).format("%H:%M").to_string()),
    };
    let mut form = TaskForm {
        title: task.title.clone(),
        due_on,
        due_time,
        priority: task.priority.slug().to_owned(),
        company_id: task.company.as_ref().map(|company| company.id.to_string()).unwrap_or_default(),
        contact_id: task.contact.as_ref().map(|contact| contact.id.to_string()).unwrap_or_default(),
        deal_id: task.deal.as_ref().map(|deal| deal.id.to_string()).unwrap_or_default(),
        owner_id: task.owner_id.to_string(),
        notes: task.notes.clone().unwrap_or_default(),
        version: task.version.to_string(),
        repeat: REPEAT_NEVER.to_owned(),
        ..TaskForm::default()
    };
    if let Some(series) = active_series(task) {
        set_rule(&mut form, series.rule);
        form.series_version = series.version.to_string();
    }
    form
}

/// The series of a task, if it makes further ones.
fn active_series(task: &TaskDetail) -> Option<&SeriesOfTask> {
    task.series.as_ref().filter(|series| series.state == SeriesState::Active)
}

/// The page. `repeats`: whether the task is one of a series, so that the form asks which ones to change.
fn form_page(page: FormPage, choices: Choices, owner: Markup, repeats: bool, shown: ShownForm<SubmittedForm<TaskForm>>) -> Markup {
    let ShownForm { values: SubmittedForm { form: values, .. }, errors, .. } = shown;
    let repeat = repeats_fields(&values, &errors);
    let applies_to = repeats.then(|| applies_to_field(&values.applies_to, &errors));
    let priorities = Priority::ALL.into_iter().map(|priority| (priority.slug().to_owned(), priority.label().to_owned())).collect();
    let Choices { companies, contacts, deals } = choices;
    let company = Field::new("company_id", "Company").value(values.company_id).hint("Left empty, it is the contact’s or the deal’s");
    let time = Field::new("due_time", "Time").kind("time").value(values.due_time).hint("Left empty, any time of that day");
    let series_version = (!values.series_version.is_empty())
        .then(|| view! { <input type="hidden" name="series_version" value=values.series_version.clone()/> });
    let fields = view! {
        {series_version}
        {applies_to}
        {text_field(Field::new("title", "Task").value(values.title).required().wide().autocomplete("off"), &errors)}
        {text_field(Field::new("due_on", "Due day").kind("date").value(values.due_on), &errors)}
        {text_field(time, &errors)}
        {select_field(Field::new("priority", "Priority").value(values.priority), priorities, &errors)}
        {owner}
        {picker(Field::new("contact_id", "Contact").value(values.contact_id), Source::Contacts, "Nobody", contacts, &errors)}
        {picker(company, Source::Companies, "No company", companies, &errors)}
        {select_field(Field::new("deal_id", "Deal").value(values.deal_id), deals, &errors)}
        {repeat}
        {text_area(Field::new("notes", "Notes").value(values.notes).wide(), 3, &errors)}
    };
    page.view(values.version, &errors, dependent_fields(fields).into_markup())
}
