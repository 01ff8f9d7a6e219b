//! `/settings/stages/{id}/remove`: asks where the stage's deals go.

use super::{LAST_OF_KIND, PATH, deals_in_words};
use crate::{
    request::{Id, PageError, RequestContext, ShownForm},
    settings::{Setting, layout, stages::actions::RemoveStage},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Field, error_line, form_footer, shown_to, suggestions, text_field},
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    forms::FormErrors,
    ids::StageId,
    stages::{RemoveStageForm, StageKind, shown_stage},
};
use leptos::{prelude::*, server_fn::ServerFn};
use store::stages::{Stage, StageInUse};

const LABELS: [(&str, &str); 2] = [("to", "Move its deals to"), ("lost_reason", "Reason they were lost")];

/// `GET /settings/stages/{id}/remove`
pub async fn page(ctx: RequestContext, Id(id): Id<StageId>) -> Result<Response, PageError> {
    let actor = ctx.actor();
    let (stages, lists) = tokio::try_join!(ctx.store().stages_in_use(&actor), ctx.store().deal_lists(&actor))?;
    let (row, others): (Vec<StageInUse>, Vec<StageInUse>) = stages.into_iter().partition(|row| row.stage.id == id);
    let row = row.into_iter().next().ok_or(PageError::NotFound)?;
    let others: Vec<Stage> = others.into_iter().map(|row| row.stage).collect();
    let form = ctx.form(RemoveStageForm::default).await?;
    let title = format!("Remove stage {}?", row.stage.name);
    let body = view! {
        <div>{breadcrumb("Stages", PATH)}<h1 class="mt-2 break-words">{title.clone()}</h1></div>
        {question(&row, &others, &lists.lost_reasons, form)}
    };
    let body = layout(&ctx, Setting::Stages, body);
    shell::page(ctx, &title, body).await
}

fn question(row: &StageInUse, others: &[Stage], lost_reasons: &[String], form: ShownForm<RemoveStageForm>) -> Markup {
    let ShownForm { values, errors, .. } = form;
    if row.is_last_of_kind {
        return view! {
            <p class="max-w-prose">{LAST_OF_KIND} " Add another one first, then remove this one."</p>
            <p><a class="btn" data-variant="outline" data-size="sm" href=PATH>"Back to stages"</a></p>
        }
        .into_markup();
    }
    let deals = deals_in_words(row);
    let count = row.deals + row.binned;
    let verb = if count == 1 { "moves" } else { "move" };
    let consequence = match &deals {
        Some(deals) => format!(
            "{deals} {verb} to the bottom of another stage, in their order. Saved views of this stage show no rows. This can’t be undone."
        ),
        None => "No deal is in it. Saved views of this stage show no rows. This can’t be undone.".to_owned(),
    };
    // A deal may have come meanwhile: the message stands at this field.
    let asks = deals.is_some() || errors.get("to").is_some();
    let fields = asks.then(|| {
        view! {
            <div class="grid gap-5 p-5">
                {target_field(others, &values.to, &errors)}
                {(row.stage.kind != StageKind::Lost).then(|| reason_field(values.lost_reason, lost_reasons, &errors))}
            </div>
        }
    });
    let action = format!("{PATH}/{}/remove", row.stage.id);
    view! {
        {error_summary(&errors, &LABELS)}
        <form method="post" action=action data-function=RemoveStage::PATH class="panel max-w-xl" novalidate>
            {shown_to()}
            <input type="hidden" name="version" value=row.version.to_string()/>
            <input type="hidden" name="count" value=count.to_string()/>
            <p class="px-5 pt-5 break-words last-of-type:pb-0">{consequence}</p>
            {fields.map_or_else(|| view! { <div class="pb-5"></div> }.into_markup(), IntoMarkup::into_markup)}
            {form_footer(PATH.to_owned(), "Remove stage")}
        </form>
    }
    .into_markup()
}

/// The other stages. A lost one has `data-kind`, by which the style sheet shows the field of the reason.
fn target_field(others: &[Stage], chosen: &str, errors: &FormErrors) -> impl IntoView + use<> {
    let options = others
        .iter()
        .map(|stage| {
            let kind = (stage.kind == StageKind::Lost).then_some("lost");
            let value = shown_stage(&stage.slug, stage.kind);
            let is_chosen = value == chosen;
            view! { <option value=value data-kind=kind selected=is_chosen>{stage.name.clone()}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for="to" class="text-sm font-medium">"Move its deals to"<span class="text-destructive" aria-hidden="true">" *"</span></label>
            <select id="to" name="to" class="select w-full" required aria-invalid=errors.get("to").map(|_| "true") aria-describedby="to-error">
                <option value="">"Choose…"</option>
                {options}
            </select>
            {error_line("to", errors)}
        </div>
    }
}

/// Shown for a lost stage only.
fn reason_field(value: String, lost_reasons: &[String], errors: &FormErrors) -> impl IntoView + use<> {
    let field = Field::new("lost_reason", "Reason they were lost").value(value).list("lost-reasons").autocomplete("off");
    view! { <div class="[form:not(:has([data-kind=lost]:checked))_&]:hidden">{text_field(field, errors)}{suggestions("lost-reasons", lost_reasons)}</div> }
}
