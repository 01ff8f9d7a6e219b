//! The address of a list's page, which people edit, cut and send to each other.

use super::{account_page, page};
use crate::{
    request::{AccountContext, PageError, RequestContext, as_str_pairs},
    ui::{
        icon,
        list::url_of,
        markup::{IntoMarkup, Markup},
        page::empty_state,
    },
};
use axum::response::{IntoResponse, Response};
use domain::page::{BadQuery, ListQuery, PageNumber};
use http::StatusCode;
use leptos::prelude::*;

/// Most characters of an unreadable part that its page repeats.
const SHOWN_MAX: usize = 60;

/// Parts of a list's address that can't be read. Without them the list would show more than was asked for, so it shows nothing.
pub struct UnreadableFilters {
    /// The parts, such as `tag=x`; empty if every part is readable but there are too many.
    parts: Vec<String>,
    /// The URL of the list without them.
    rest: String,
}

/// Parses the pairs of a list's address. A page that does not exist becomes the nearest one, an unknown order the usual one.
///
/// # Errors
/// [`UnreadableFilters`] if a filter can't be read.
pub fn read_address<'a, Q: ListQuery>(
    pairs: &'a [(String, String)],
    parse: impl Fn(Vec<(&'a str, &'a str)>) -> Result<Q, BadQuery>,
) -> Result<Q, UnreadableFilters> {
    let (pages, rest): (Vec<_>, Vec<_>) = as_str_pairs(pairs).partition(|(name, _)| *name == "page");
    let number = pages.last().map_or(PageNumber::FIRST, |(_, value)| PageNumber::nearest(value));
    match parse(rest.clone()) {
        Ok(query) => Ok(query.with_page(number)),
        Err(BadQuery) => read_pair_by_pair(rest, number, parse),
    }
}

/// As [`read_address`], for pairs without `page` that can't be read together.
fn read_pair_by_pair<'a, Q: ListQuery>(
    pairs: Vec<(&'a str, &'a str)>,
    number: PageNumber,
    parse: impl Fn(Vec<(&'a str, &'a str)>) -> Result<Q, BadQuery>,
) -> Result<Q, UnreadableFilters> {
    let (readable, unreadable): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|pair| parse(vec![*pair]).is_ok());
    let filters = unreadable.iter().filter(|(name, _)| *name != "sort");
    let parts: Vec<String> = filters.map(|(name, value)| format!("{name}={value}").chars().take(SHOWN_MAX).collect()).collect();
    match parse(readable) {
        Ok(query) if parts.is_empty() => Ok(query.with_page(number)),
        Ok(query) => Err(UnreadableFilters { parts, rest: url_of(&query) }),
        Err(BadQuery) => Err(UnreadableFilters { parts, rest: Q::PATH.to_owned() }),
    }
}

impl UnreadableFilters {
    /// The page of the list named `title`: no rows, the reason, and the list without the unreadable parts.
    pub async fn page(self, ctx: RequestContext, title: &'static str) -> Result<Response, PageError> {
        Ok((StatusCode::BAD_REQUEST, page(ctx, title, self.body(title)).await?).into_response())
    }

    /// As [`UnreadableFilters::page`], of a list that needs no workspace.
    pub async fn account_page(self, ctx: AccountContext, title: &'static str) -> Result<Response, PageError> {
        Ok((StatusCode::BAD_REQUEST, account_page(ctx, title, self.body(title)).await?).into_response())
    }

    fn body(self, title: &'static str) -> Markup {
        let reason = match self.parts.as_slice() {
            [] => "This address asks for more filters than a list takes.".to_owned(),
            parts => format!(
                "This address has a filter that can’t be read: {}. Nothing is shown, as it may have narrowed the list.",
                parts.join(", ")
            ),
        };
        let drop_it = view! { <a class="btn" data-variant="outline" data-size="sm" href=self.rest>"Show the list without it"</a> };
        view! { <h1>{title}</h1>{empty_state(icon("search-x", "size-5"), reason, drop_it)} }.into_markup()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::list::encode_pairs;
    use domain::companies::CompanyQuery;

    fn read(pairs: &[(&str, &str)]) -> Result<String, (Vec<String>, String)> {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let read = read_address(&pairs, CompanyQuery::parse);
        read.map(|query| encode_pairs(query.query_pairs().iter().map(|(name, value)| (*name, value.as_str()))))
            .map_err(|unreadable| (unreadable.parts, unreadable.rest))
    }

    #[test]
    fn the_nearest_page_and_the_usual_order_are_taken() {
        for (page, expected) in
            [("abc", ""), ("0", ""), ("-1", ""), ("1.5", ""), ("2", "page=2"), ("99999999999999999999999", "page=10000")]
        {
            assert_eq!(read(&[("page", page)]), Ok(expected.to_owned()), "{page}");
        }
        assert_eq!(read(&[("sort", "nothing"), ("q", "an")]), Ok("q=an".to_owned()));
    }

    #[test]
    fn an_unreadable_filter_is_named_and_never_dropped_silently() {
        let unreadable = read(&[("status", "active"), ("size", "7"), ("q", "an"), ("page", "3")]);
        assert_eq!(unreadable, Err((vec!["size=7".to_owned()], "/companies?q=an&status=active".to_owned())));
        assert_eq!(read(&[("status", "lead"); 51]), Err((vec![], "/companies".to_owned())));
    }
}
