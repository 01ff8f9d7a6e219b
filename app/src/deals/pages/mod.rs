//! `/deals` and the pages below it.

mod board;
mod card;
mod choices;
mod column;
mod delete;
mod detail;
mod filters;
mod form;
mod history;
mod index;
mod list;
mod moving;
mod news;
mod summary;
mod tools;

pub use column::column;
pub use delete::delete;
pub use detail::detail;
pub use form::{edit, new};
pub use index::page;
pub use moving::move_deal;
pub use news::news;

use crate::request::{PageError, RequestContext, as_str_pairs, pairs_of};
use domain::deals::{DealFilter, DealQuery};

/// Parses the query of board or list.
fn read_query(pairs: &[(String, String)]) -> Result<DealQuery, PageError> {
    Ok(DealQuery::parse(as_str_pairs(pairs))?)
}

/// The filter with its days in the workspace's time zone.
pub(super) fn in_zone(ctx: &RequestContext, filter: DealFilter) -> DealFilter {
    ctx.in_zone(DealQuery { filter, ..DealQuery::default() }).filter
}

/// Parses a query string without `?`.
pub(super) fn query_of(query: &str) -> Result<DealQuery, PageError> {
    read_query(&pairs_of(query)?)
}
