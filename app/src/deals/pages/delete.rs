//! `/deals/{id}/delete`: asks first.

use crate::{
    deals::actions::DeleteDeal,
    errors::PageError,
    requests::Id,
    ui::page::{DeleteQuestion, confirm_delete, to_the_bin},
    visit::Visit,
};
use axum::response::Response;
use domain::{
    access::{Entity, Verb},
    bin::GoesAlong,
    ids::DealId,
};
use leptos::server_fn::ServerFn;

/// `GET /deals/{id}/delete`
pub async fn delete(visit: Visit, Id(id): Id<DealId>) -> Result<Response, PageError> {
    if !visit.query()?.is_empty() {
        return Err(PageError::BadRequest);
    }
    let deal = visit.store().deal(&visit.actor(), id).await?;
    if !visit.actor().may_with(Verb::Delete, Entity::Deal, deal.owner_id) {
        return Err(PageError::Denied);
    }
    let title = format!("Delete {}?", deal.name);
    let consequence = format!(
        "The deal with {}, worth {}, leaves the board and all totals. Its activities stay with the company. {}",
        deal.company_name,
        visit.money(deal.value),
        to_the_bin("it")
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
    let body = confirm_delete(&visit, question).await?;
    visit.page(&title, body).await
}
