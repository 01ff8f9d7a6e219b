//! `/deals/{id}/move`: the move form, for the deal's page and for the board without a script.

use crate::{
    deals::actions::MoveDeal,
    request::{Id, PageError, RequestContext, ShownForm},
    shell,
    ui::{
        error_summary::error_summary,
        form::{Choice, Field, form_footer, select_field, shown_to, suggestions, text_field},
        page::breadcrumb,
    },
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    deals::MoveForm,
    ids::DealId,
    stages::StageKind,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// `GET /deals/{id}/move`
pub async fn move_deal(ctx: RequestContext, Id(id): Id<DealId>) -> Result<Response, PageError> {
    // The stage stepper of the deal's page links here with a stage.
    let stage = match ctx.query()?.as_slice() {
        [] => None,
        [(name, value)] if name == "stage" => Some(value.clone()),
        _ => return Err(PageError::BadRequest),
    };
    let deal = ctx.store().deal(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Update, Entity::Deal, deal.owner_id) {
        return Err(PageError::Denied);
    }
    let (store, actor) = (ctx.store(), ctx.actor());
    let (stages, lists) = tokio::try_join!(store.stages(&actor), store.deal_lists(&actor))?;
    if stage.as_ref().is_some_and(|slug| stages.iter().all(|stage| stage.slug != *slug)) {
        return Err(PageError::BadRequest);
    }
    let back = if stage.is_some() { "deal" } else { "" }.to_owned();
    let ShownForm { mut values, errors, .. } = ctx
        .form(|| MoveForm {
            stage: stage.unwrap_or_else(|| deal.stage.slug.clone()),
            place: "top".to_owned(),
            lost_reason: deal.lost_reason.clone().unwrap_or_default(),
            version: deal.version.to_string(),
            back,
            filter: String::new(),
        })
        .await?;
    // After a conflict, the next submission is for the version shown now.
    values.version = deal.version.to_string();
    // A browser would choose the first option in place of a stage that was removed meanwhile.
    if stages.iter().all(|stage| stage.slug != values.stage) {
        values.stage.clone_from(&deal.stage.slug);
    }
    let lost: Vec<&str> = stages.iter().filter(|stage| stage.kind == StageKind::Lost).map(|stage| stage.name.as_str()).collect();
    let reason_hint = format!("Needed for {}", lost.join(" and "));
    let path = format!("/deals/{}", deal.id);
    let title = format!("Move {}", deal.name);
    let choices: Vec<Choice> = stages.iter().map(|stage| (stage.slug.clone(), stage.name.clone())).collect();
    let places: Vec<Choice> = [("top", "Top of the column"), ("bottom", "Bottom of the column")]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .into();
    let reason = (!lost.is_empty()).then(|| {
        let field = Field::new("lost_reason", "Reason it was lost").value(values.lost_reason).list("lost-reasons").autocomplete("off");
        view! { {text_field(field.hint(reason_hint).wide(), &errors)} {suggestions("lost-reasons", &lists.lost_reasons)} }
    });
    let body = view! {
        <div class="mx-auto flex w-full max-w-2xl flex-col gap-5">
            <div>
                {breadcrumb("Deals", "/deals")}
                <h1 class="mt-2 break-words">{title.clone()}</h1>
                <p class="mt-1 text-muted-foreground">"Now in "{deal.stage.name.clone()}</p>
            </div>
            {error_summary(&errors, &[("stage", "Stage"), ("place", "Place"), ("lost_reason", "Reason it was lost")])}
            <form method="post" data-function=MoveDeal::PATH action=format!("{path}/move") class="panel">
                {shown_to()}
                <input type="hidden" name="version" value=values.version/>
                <input type="hidden" name="back" value=values.back/>
                <div class="grid items-start gap-5 p-5 sm:grid-cols-2">
                    {select_field(Field::new("stage", "Stage").value(values.stage), choices, &errors)}
                    {select_field(Field::new("place", "Place").value(values.place), places, &errors)}
                    {reason}
                </div>
                {form_footer(path.clone(), "Move deal")}
            </form>
        </div>
    };
    shell::page(ctx, &title, body).await
}
