//! `/deals/column`: further cards of a column.

use super::{
    board::more_link,
    card::{CardContext, cards},
    in_zone, read_query,
};
use crate::{
    request::{PageError, RequestContext},
    shell,
    ui::{markup::IntoMarkup, page::breadcrumb},
};
use axum::response::Response;
use domain::{
    deals::{COLUMN_PAGE, DealFilter},
    ids::DealId,
    stages::is_slug,
};
use leptos::prelude::*;

/// The query of `/deals/column`.
struct ColumnQuery {
    column: String,
    after: Option<DealId>,
    /// Whether only the cards are rendered, for the island.
    cards_only: bool,
    /// The filter of the board.
    filter: DealFilter,
}

impl ColumnQuery {
    fn read(pairs: Vec<(String, String)>) -> Result<Self, PageError> {
        let (mut column, mut after, mut cards_only) = (None, None, false);
        let mut rest = Vec::new();
        for (name, value) in pairs {
            let first = match name.as_str() {
                "column" if is_slug(&value) => column.replace(value).is_none(),
                "after" => after.replace(value.parse().map_err(|_| PageError::BadRequest)?).is_none(),
                "part" if value == "cards" => !std::mem::replace(&mut cards_only, true),
                "column" | "part" => false,
                _ => {
                    rest.push((name, value));
                    true
                }
            };
            if !first {
                return Err(PageError::BadRequest);
            }
        }
        Ok(Self { column: column.ok_or(PageError::BadRequest)?, after, cards_only, filter: read_query(&rest)?.filter })
    }
}

/// `GET /deals/column`: a fragment for the island; without a script a page.
pub async fn column(ctx: RequestContext) -> Result<Response, PageError> {
    let query = ColumnQuery::read(ctx.query()?)?;
    let filter = in_zone(&ctx, query.filter);
    let (store, actor) = (ctx.store(), ctx.actor());
    let stages = store.stages(&actor).await?;
    let stage = stages.iter().find(|stage| stage.slug == query.column).cloned().ok_or(PageError::NotFound)?;
    let shown = store.board_column(&actor, &query.column, query.after, &filter).await?;
    let context = CardContext::of(&ctx).await?;
    if query.cards_only {
        return Ok(ctx.fragment(move || cards(shown, &stage, &context)));
    }
    let full = shown.len() as u64 == COLUMN_PAGE;
    let more = full.then(|| more_link(&stage, shown.last().map(|card| card.id), &filter));
    let list = if shown.is_empty() {
        view! { <p class="text-muted-foreground">"There are no more deals in this column."</p> }.into_markup()
    } else {
        view! { <ol class="flex flex-col gap-2">{cards(shown, &stage, &context)}</ol> }.into_markup()
    };
    let title = format!("More of {}", stage.name);
    let body = view! {
        <div class="mx-auto flex w-full max-w-2xl flex-col gap-4">
            {breadcrumb("Deals", "/deals")}
            <h1>{title.clone()}</h1>
            {list}
            {more}
        </div>
    };
    shell::page(ctx, &title, body).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<(String, bool, bool, bool), PageError> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ColumnQuery::read(pairs).map(|query| (query.column, query.after.is_some(), query.cards_only, query.filter.is_empty()))
    }

    #[test]
    fn a_column_is_asked_for_by_its_stage() {
        const ID: &str = "0190c7a0-0000-7000-8000-000000000001";
        assert_eq!(read(&[("column", "proposal")]).unwrap(), ("proposal".to_owned(), false, false, true));
        let more = read(&[("column", "proposal"), ("after", ID), ("part", "cards"), ("q", "xe")]).unwrap();
        assert_eq!(more, ("proposal".to_owned(), true, true, false));
    }

    #[test]
    fn nonsense_is_refused() {
        for pairs in [
            &[][..],
            &[("column", "A B")],
            &[("column", "a"), ("after", "1")],
            &[("column", "a"), ("part", "x")],
            &[("column", "a"), ("column", "b")],
            &[("column", "a"), ("tag", "x")],
        ] {
            assert_eq!(read(pairs), Err(PageError::BadRequest), "{pairs:?}");
        }
    }
}
