//! `/deals/{id}/delete`: the delete confirmation.

use crate::{
    deals::actions::DeleteDeal,
    request::{Id, PageError, RequestContext},
    shell,
    ui::page::{DeleteQuestion, confirm_delete, restore_hint},
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    ids::DealId,
};
use leptos::server_fn::ServerFn;

/// `GET /deals/{id}/delete`
pub async fn delete(ctx: RequestContext, Id(id): Id<DealId>) -> Result<Response, PageError> {
    if !ctx.query()?.is_empty() {
        return Err(PageError::BadRequest);
    }
    let deal = ctx.store().deal(&ctx.actor(), id).await?;
    if !ctx.actor().may_with(Verb::Delete, Entity::Deal, deal.owner_id) {
        return Err(PageError::Denied);
    }
    let title = format!("Delete {}?", deal.name);
    let worth = deal.value.map(|value| format!(", worth {},", ctx.money(value))).unwrap_or_default();
    let consequence = format!(
        "The deal with {}{worth} leaves the board and all totals. Its activities and tasks stay with the company. {}",
        deal.company_name,
        restore_hint("it")
    );
    let path = format!("/deals/{}", deal.id);
    let question = DeleteQuestion {
        title: title.clone(),
        consequence,
        verb: "Delete deal",
        action: format!("{path}/delete"),
        function: DeleteDeal::PATH,
        cancel: path,
        version: deal.version,
        goes_along: GoesAlong::default(),
    };
    let body = confirm_delete(&ctx, question).await?;
    shell::page(ctx, &title, body).await
}
