//! `/deals`: the board or the list.

use super::{board, list};
use crate::{
    request::{PageError, RequestContext},
    settings::tags::merged::without_merged,
    shell::read_address,
    ui::list::url_with,
    views,
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    deals::{DealQuery, DealView},
    record_kinds::RecordKind,
};

/// `GET /deals`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = match read_address(&pairs, DealQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.page(ctx, "Deals").await,
    };
    if let Some(tags) = without_merged(&ctx, &query.filter.tag).await? {
        return Ok(Redirect::to(&url_with(&query, |query| query.filter.tag = tags)).into_response());
    }
    let opened = match views::open(&ctx, RecordKind::Deals, &pairs, &query).await? {
        Ok(opened) => opened,
        Err(redirect) => return Ok(redirect),
    };
    let query = ctx.in_zone(query);
    match query.view {
        DealView::Board => board::board(ctx, query, opened).await,
        DealView::List => list::list(ctx, query, &pairs, opened).await,
    }
}
