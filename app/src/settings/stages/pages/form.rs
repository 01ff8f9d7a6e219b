//! `/settings/stages/new` and `/settings/stages/{id}/edit`.

use super::{LAST_OF_KIND, PATH, deals_in_words};
use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    settings::{
        Setting, layout,
        stages::actions::{CreateStage, UpdateStage},
    },
    shell,
    ui::{
        color_field::{ColorChoice, color_field},
        conflict::conflict_panel,
        error_summary::error_summary,
        form::{Field, error_line, form_footer, form_key, shown_to, text_field},
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        stage_dot_class,
    },
};
use axum::response::Response;
use domain::{
    forms::FormErrors,
    ids::StageId,
    stages::{StageColor, StageForm, StageKind},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::stages::StageInUse;

/// Field names and labels in form order.
const LABELS: [(&str, &str); 5] =
    [("name", "Name"), ("kind", "Means"), ("probability", "Probability"), ("idle_days", "Idle after days"), ("color", "Color")];

/// A form's heading, its button, and where it goes.
struct FormPage {
    heading: &'static str,
    verb: &'static str,
    action: String,
    function: &'static str,
    conflict: Option<Markup>,
}

/// `GET /settings/stages/new`
pub async fn new(ctx: RequestContext) -> Result<Response, PageError> {
    let mut form = ctx.form(StageForm::default).await?;
    form.values.form_key = ctx.form_key(&form.values.form_key);
    let page =
        FormPage { heading: "Add stage", verb: "Add stage", action: format!("{PATH}/new"), function: CreateStage::PATH, conflict: None };
    let body = layout(&ctx, Setting::Stages, form_page(page, None, form));
    shell::page(ctx, "Add stage", body).await
}

/// `GET /settings/stages/{id}/edit`
pub async fn edit(ctx: RequestContext, Id(id): Id<StageId>) -> Result<Response, PageError> {
    let row = ctx.store().stage_in_use(&ctx.actor(), id).await?;
    let kept = form_of(&row);
    let mut form = ctx.form(|| kept.clone()).await?;
    let action = format!("{PATH}/{id}/edit");
    let conflict = conflict_panel(&form.values, &kept, &LABELS, action.clone(), display_value);
    // The page shows the other user's version, so saving from here may replace it.
    form.values.version = kept.version;
    let title = format!("Edit {}", row.stage.name);
    let page = FormPage { heading: "Edit stage", verb: "Save changes", action, function: UpdateStage::PATH, conflict };
    let body = layout(&ctx, Setting::Stages, form_page(page, Some(&row), form));
    shell::page(ctx, &title, body).await
}

/// The form of a saved stage.
fn form_of(row: &StageInUse) -> StageForm {
    let stage = &row.stage;
    StageForm {
        name: stage.name.clone(),
        kind: stage.kind.slug().to_owned(),
        color: stage.color.slug().to_owned(),
        probability: stage.probability.to_string(),
        idle_days: stage.idle_days.map(|days| days.to_string()).unwrap_or_default(),
        version: row.version.to_string(),
        form_key: String::new(),
    }
}

/// A field's value as the conflict panel shows it.
fn display_value(field: &str, value: &str) -> String {
    let label = match field {
        "kind" => StageKind::from_slug(value).map(StageKind::label),
        "color" => StageColor::from_slug(value).map(StageColor::label),
        _ => None,
    };
    label.unwrap_or(value).to_owned()
}

/// `row`: the saved stage; `None` for a new one.
fn form_page(page: FormPage, row: Option<&StageInUse>, form: ShownForm<StageForm>) -> impl IntoView + use<> {
    let ShownForm { values, errors, .. } = form;
    let FormPage { heading, verb, action, function, conflict } = page;
    // The conflict panel replaces the error summary.
    let summary = conflict.is_none().then(|| error_summary(&errors, &LABELS));
    let probability = Field::new("probability", "Probability").value(values.probability).required().inputmode("numeric");
    let follow = if row.is_some_and(|row| row.deals + row.binned > 0) {
        "Percent. Its deals get it too, unless they have one of their own"
    } else {
        "Percent. A deal may have one of its own"
    };
    let idle = Field::new("idle_days", "Idle after days").value(values.idle_days).inputmode("numeric");
    view! {
        <div>{breadcrumb("Stages", PATH)}<h1 class="mt-2">{heading}</h1></div>
        {conflict}
        {summary}
        <form id="stage" method="post" action=action data-function=function class="panel max-w-xl" novalidate>
            <input type="hidden" name="version" value=values.version/>
            {shown_to()}
            {form_key(values.form_key)}
            <div class="grid gap-5 p-5">
                {text_field(Field::new("name", "Name").value(values.name).required().autocomplete("off"), &errors)}
                {kind_field(&values.kind, row, &errors)}
                // Won and lost stages have neither.
                <div class="grid gap-5 sm:grid-cols-2 [form:has([data-closed]:checked)_&]:hidden">
                    {text_field(probability.hint(follow), &errors)}
                    {text_field(idle.hint("Without a call, email or meeting. Empty for never"), &errors)}
                </div>
                {colors(&values.color, &errors)}
            </div>
            {form_footer(PATH.to_owned(), verb)}
        </form>
    }
}

/// What a stage means. Fixed while it has deals, and if it is the last one of its kind.
fn kind_field(chosen: &str, row: Option<&StageInUse>, errors: &FormErrors) -> Markup {
    let fixed = row.and_then(|row| match deals_in_words(row) {
        Some(deals) => Some((row, format!("Can change once no deal is in this stage; now it has {deals}."))),
        None if row.is_last_of_kind => Some((row, LAST_OF_KIND.to_owned())),
        None => None,
    });
    let described = |with_hint: bool| if with_hint { "kind-error kind-hint" } else { "kind-error" };
    let is_fixed = fixed.is_some();
    let shown = fixed.as_ref().map_or(chosen, |(row, _)| row.stage.kind.slug());
    let options = StageKind::ALL
        .into_iter()
        .filter(|kind| !is_fixed || kind.slug() == shown)
        .map(|kind| {
            let words = match kind {
                StageKind::Open => "Open: the deal goes on",
                StageKind::Won => "Won: it was sold",
                StageKind::Lost => "Lost: it was not sold, for a reason",
            };
            let closed = (kind != StageKind::Open).then_some("");
            view! { <option value=kind.slug() data-closed=closed selected=kind.slug() == shown>{words}</option> }
        })
        .collect_view();
    let hint = fixed.map(|(_, why)| view! { <p id="kind-hint" class="text-muted-foreground">{why}</p> });
    view! {
        <div class="field">
            <label for="kind" class="text-sm font-medium">"Means"</label>
            <select id="kind" name="kind" class="select w-full" aria-invalid=errors.get("kind").map(|_| "true") aria-describedby=described(is_fixed)>{options}</select>
            {error_line("kind", errors)}
            {hint}
        </div>
    }
    .into_markup()
}

/// The radio buttons of the colors, each with its name.
fn colors(chosen: &str, errors: &FormErrors) -> Markup {
    let chosen = StageColor::from_slug(chosen).unwrap_or(StageColor::ALL[0]);
    let choices = StageColor::ALL.into_iter().map(|color| {
        let dot = view! { <span class=format!("dot {}", stage_dot_class(color))></span> };
        ColorChoice { value: color.slug().to_owned(), label: color.label(), dot: dot.into_markup() }
    });
    color_field(chosen.slug(), choices, errors)
}
