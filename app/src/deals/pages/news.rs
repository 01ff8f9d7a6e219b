//! `/deals/news`: the changes of an open board, for its island.

use super::{
    card::{CardContext, cards},
    in_zone, read_query,
};
use crate::request::{PageError, RequestContext};
use axum::response::Response;
use leptos::prelude::*;
use std::collections::HashMap;
use store::deals::BoardChanges;

/// `GET /deals/news?since=SEQ` and the board's filter. Renders column totals, changed cards with their column and predecessor, and
/// ids of removed cards.
pub async fn news(ctx: RequestContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let since = pairs.iter().find(|(name, _)| name == "since").and_then(|(_, value)| value.parse().ok()).ok_or(PageError::BadRequest)?;
    let filter = in_zone(&ctx, read_query(&pairs)?.filter);
    let news = ctx.store().board_changes(&ctx.actor(), since, &filter).await?;
    let context = CardContext::of(&ctx).await?;
    Ok(ctx.fragment(move || fragment(news, &context)))
}

fn fragment(news: BoardChanges, context: &CardContext) -> impl IntoView + use<> {
    let BoardChanges { seq, full_reload, columns, cards: changed, removed } = news;
    let heads = columns
        .iter()
        .map(|(_, totals)| {
            let (value, weighted) = (totals.value.hundredths().to_string(), totals.weighted.hundredths().to_string());
            view! { <i data-head=totals.stage.clone() data-deals=totals.count.to_string() data-worth=value data-weighted=weighted></i> }
        })
        .collect_view();
    let stages: HashMap<_, _> = columns.iter().map(|(stage, _)| (stage.slug.clone(), stage.clone())).collect();
    let changed = changed
        .into_iter()
        .filter_map(|news| {
            let stage = stages.get(&news.stage)?;
            let above = news.above.map(|id| id.to_string());
            Some(view! { <div data-in=news.stage.clone() data-above=above>{cards(vec![news.card], stage, context)}</div> })
        })
        .collect_view();
    let removed = removed.into_iter().map(|id| view! { <b data-gone=id.to_string()></b> }).collect_view();
    view! { <div id="news" data-seq=seq.to_string() data-whole=full_reload>{heads}{changed}{removed}</div> }
}
