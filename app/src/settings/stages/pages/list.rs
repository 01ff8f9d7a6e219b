//! `/settings/stages`: the pipeline in order, with the numbers of deals.

use super::PATH;
use crate::{
    request::{PageError, RequestContext},
    settings::{Setting, layout, stages::actions::ReplaceStages},
    shell,
    ui::{
        error_summary::error_summary,
        form::{save_footer, shown_to},
        icon,
        markup::{IntoMarkup, Markup},
        pluralize, stage_dot_class,
        stage_set_field::stage_set_field,
    },
};
use axum::response::Response;
use domain::{
    forms::FormErrors,
    numbers::group_thousands,
    stages::{STAGES_MAX, StageKind, StageSetForm},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::stages::{StageInUse, are_of_a_set};

/// `GET /settings/stages`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let stages = ctx.store().stages_in_use(&ctx.actor()).await?;
    let form = ctx.form(StageSetForm::default).await?;
    let (count, last) = (stages.len(), stages.len().saturating_sub(1));
    let has_deals = stages.iter().any(|row| row.deals + row.binned > 0);
    let is_replaceable = !has_deals && are_of_a_set(stages.iter().map(|row| &row.stage));
    let add = if count < STAGES_MAX {
        view! { <a class="btn" data-size="sm" href=format!("{PATH}/new")>{icon("plus", "size-4")} "Add stage"</a> }.into_markup()
    } else {
        view! { <p class="text-muted-foreground">{format!("{STAGES_MAX} stages are the most")}</p> }.into_markup()
    };
    let rows = stages.iter().enumerate().map(|(place, row)| item(row, place, place == last)).collect_view();
    let body = view! {
        <div>
            <div class="flex flex-wrap items-center gap-2">
                <h1>"Stages"</h1>
                <span class="count">{group_thousands(count as u64)}</span>
                <div class="flex-1"></div>
                {add}
            </div>
            <p class="mt-1 text-muted-foreground">"What a deal goes through, from first to last. Each is a column of the board."</p>
        </div>
        <ol data-order class="panel divide-y" aria-label="Stages in order">{rows}</ol>
        // A deal may have come meanwhile: then there is the refusal alone.
        {error_summary(&form.errors, &[("stages", "Stages")])}
        {is_replaceable.then(|| other_set(&form.values, &form.errors))}
    };
    let body = layout(&ctx, Setting::Stages, body);
    shell::page(ctx, "Stages", body).await
}

/// A stage with its buttons.
fn item(row: &StageInUse, place: usize, is_last: bool) -> Markup {
    let stage = &row.stage;
    let (path, id) = (format!("{PATH}/{}", stage.id), stage.id);
    // Sent by the browser itself, which then puts the focus on the button that the address names.
    let step = |to: &'static str, words: &'static str, arrow: Markup| {
        let label = format!("{words}: {}", stage.name);
        view! {
            <button id=format!("{to}-{id}") name="to" value=to class="btn" data-variant="ghost" data-size="icon-sm" aria-label=label title=words>{arrow}</button>
        }
    };
    let up = (place > 0).then(|| step("up", "Move up", icon("chevron-up", "size-4").into_markup()));
    let down = (!is_last).then(|| step("down", "Move down", icon("chevron-down", "size-4").into_markup()));
    let edit = link(&path, "edit", "Edit", &stage.name, icon("pencil", "size-4").into_markup());
    let remove = if row.is_last_of_kind {
        // The place of the button, so that the others stand in line.
        view! { <span class="size-8" aria-hidden="true"></span> }.into_markup()
    } else {
        link(&path, "remove", "Remove", &stage.name, icon("trash-2", "size-4").into_markup())
    };
    let deals = match row.deals {
        0 => view! { "No deals" }.into_markup(),
        count => view! { <a class="hover:underline" href=format!("/deals?view=list&stage={}", stage.slug)>{pluralize(count, "deal", "deals")}</a> }
            .into_markup(),
    };
    let binned = (row.binned > 0).then(|| format!(", {} in the bin", group_thousands(row.binned)));
    let needed = row.is_last_of_kind.then_some(match stage.kind {
        StageKind::Open => " · the last open stage, so it stays",
        StageKind::Won => " · the last won stage, so it stays",
        StageKind::Lost => " · the last lost stage, so it stays",
    });
    view! {
        <li data-stage=stage.slug.clone() data-place=place.to_string() draggable="true" tabindex="-1" class="flex cursor-grab items-center gap-3 py-2 pr-2 pl-4">
            <span class=format!("dot {}", stage_dot_class(stage.color)) role="img" aria-label=stage.color.label() title=stage.color.label()></span>
            <div class="min-w-0 flex-1">
                <h2 class="text-sm font-medium break-words">{stage.name.clone()}</h2>
                <p class="text-xs text-muted-foreground">{meaning(row)} " · " {deals}{binned}{needed}</p>
            </div>
            <form method="post" action=format!("{path}/move") class="flex w-16 shrink-0 justify-end max-sm:w-8 max-sm:flex-col">
                {shown_to()}
                // The script sets its value and presses it when a stage is dropped.
                <button name="to" hidden></button>
                {up}{down}
            </form>
            <div class="flex shrink-0 max-sm:flex-col">{edit}{remove}</div>
        </li>
    }
    .into_markup()
}

fn link(path: &str, page: &str, verb: &'static str, name: &str, sign: Markup) -> Markup {
    let label = format!("{verb} {name}");
    view! { <a class="btn" data-variant="ghost" data-size="icon-sm" href=format!("{path}/{page}") aria-label=label title=verb>{sign}</a> }
        .into_markup()
}

/// `Open · 25 % · idle after 14 days`
pub(super) fn meaning(row: &StageInUse) -> String {
    let stage = &row.stage;
    let idle = match (stage.kind, stage.idle_days) {
        (StageKind::Open, Some(days)) => format!(" · idle after {}", pluralize(u64::from(days.unsigned_abs()), "day", "days")),
        (StageKind::Open, None) => " · never idle".to_owned(),
        _ => String::new(),
    };
    format!("{} · {} %{idle}", stage.kind.label(), stage.probability)
}

/// The form that replaces all stages of a workspace without deals whose stages nobody has changed.
fn other_set(values: &StageSetForm, errors: &FormErrors) -> Markup {
    view! {
        <section class="flex flex-col gap-4" aria-labelledby="begin-with">
            <form method="post" action=PATH data-function=ReplaceStages::PATH class="panel max-w-xl" novalidate>
                {shown_to()}
                <div class="p-5">
                    <h2 id="begin-with" class="font-medium">"Begin with other stages"</h2>
                    <p class="mt-1 mb-4 text-muted-foreground">"There are no deals yet. All stages above are replaced."</p>
                    {stage_set_field("Deals go through", &values.stages, errors)}
                </div>
                {save_footer("Replace stages")}
            </form>
        </section>
    }
    .into_markup()
}
