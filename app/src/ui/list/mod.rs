//! Lists: header, sortable columns, pagination, empty state, URLs.

mod day_filters;
mod filters;
mod record_filters;
mod table;

use crate::ui::markup::{IntoMarkup, Markup};
pub use day_filters::{days_chip, days_filter};
pub use filters::{
    FilterBox, FilterChoice, NONE_OF_THESE, SearchBox, any_or_none_chip, choice_filter, choice_filter_or, filter_box, filter_chip,
    filter_form, filter_menu, filter_switch, gone_notice, none_of_box, owner_filter, records_chip, words_of_values,
};
pub use record_filters::record_filters;

pub use table::{CHOOSING, TableColumns, columns_menu, groups_of_rows, one_body, page_sizes, row_menu, state_of};

use super::{icon, page::empty_state, pluralize};
use domain::{
    columns::TableQuery,
    numbers::group_thousands,
    page::{ListQuery, PageNumber},
};
use leptos::prelude::*;
use store::Total;

/// A query string such as `a=1&b=x+y`, in `application/x-www-form-urlencoded`.
pub fn encode_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        encode_into(&mut query, name);
        query.push('=');
        encode_into(&mut query, value);
    }
    query
}

fn encode_into(query: &mut String, text: &str) {
    let encoded = percent_encoded("", text, "-_.~ ");
    query.push_str(&encoded.replace(' ', "+"));
}

/// `start`, followed by `text` percent-encoded except ASCII letters, digits and the characters of `kept`.
pub fn percent_encoded(start: &str, text: &str, kept: &str) -> String {
    use std::fmt::Write;
    let mut encoded = start.to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The URL of a path and query pairs.
pub fn list_url(path: &str, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", encode_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str()))))
    }
}

/// The URL of a list query.
pub fn url_of<Q: ListQuery>(query: &Q) -> String {
    list_url(Q::PATH, &query.query_pairs())
}

/// The URL of a list query after one change, at its first page.
pub fn url_with<Q: ListQuery>(query: &Q, change: impl FnOnce(&mut Q)) -> String {
    let mut query = query.with_page(PageNumber::FIRST);
    change(&mut query);
    url_of(&query)
}

/// The header of a list: title, number of rows, further content, and the button that adds a record.
pub fn list_head(title: &'static str, count: impl IntoView, beside: impl IntoView, action: impl IntoView) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <h1>{title}</h1>
            <span id="count" class="count" aria-live="polite" data-results>{count}<span class="sr-only">" found"</span></span>
            {beside}
            <div class="flex-1"></div>
            {action}
        </div>
    }
}

/// The rows of a list or its empty state. A search replaces them while the user types.
pub fn list_results(rows: impl IntoView) -> impl IntoView {
    view! { <div id="results" class="contents" data-results>{rows}</div> }
}

/// The texts of a list's empty state.
pub struct EmptyText {
    /// The icon of the listed records.
    pub icon: &'static str,
    /// Shown if search and filters match nothing.
    pub no_match: &'static str,
    /// Shown if there are no records.
    pub none_yet: &'static str,
}

/// The empty state of a list: the reason, and an action.
///
/// - `total`: the number of rows of all pages. If there are any, the page is past the last one.
/// - `new`: the button that adds a record.
pub fn list_empty_state<Q: ListQuery>(query: &Q, total: Total, words: &EmptyText, new: impl IntoView + 'static) -> Markup {
    let link = |href: String, label: &'static str| view! { <a class="btn" data-variant="outline" data-size="sm" href=href>{label}</a> };
    if total.count > 0 {
        let last = PageNumber::last_of(total.count, query.page_size());
        let link = link(url_of(&query.with_page(last)), if total.capped { "Go to a page that exists" } else { "Go to the last page" });
        empty_state(icon(words.icon, "size-5"), past_the_end(query, last, total.capped), link).into_markup()
    } else if query.is_filtered() {
        empty_state(icon("search-x", "size-5"), words.no_match, link(url_of(&query.without_filters()), "Clear search and filters"))
            .into_markup()
    } else {
        empty_state(icon(words.icon, "size-5"), words.none_yet, new).into_markup()
    }
}

/// Says that the page is past the end. `capped`: there are more pages than the `last` one counted.
fn past_the_end<Q: ListQuery>(query: &Q, last: PageNumber, capped: bool) -> String {
    let number = group_thousands(query.page().get().into());
    let list = if query.is_filtered() { "search" } else { "list" };
    if capped {
        format!("There is no page {number}; the {list} ends before it.")
    } else {
        format!("There is no page {number}; the {list} has {}.", pluralize(last.get().into(), "page", "pages"))
    }
}

/// The pagination of a table: as [`pagination`], with links to other numbers of rows on a page.
pub fn table_foot<Q: TableQuery>(query: &Q, shown: usize, total: Total) -> Markup {
    pagination_with(query, shown, total, page_sizes(query))
}

/// The pagination: range of rows, links to the previous and next page. `shown`: the number of rows on the page.
pub fn pagination<Q: ListQuery>(query: &Q, shown: usize, total: Total) -> Markup {
    pagination_with(query, shown, total, ().into_markup())
}

fn pagination_with<Q: ListQuery>(query: &Q, shown: usize, total: Total, sizes: Markup) -> Markup {
    let page = query.page();
    let first = page.offset(query.page_size()) + 1;
    let last = first + shown as u64 - 1;
    let count = group_thousands(total.count);
    let total_words = if total.capped { format!("more than {count}") } else { count };
    let next = page.next(if total.capped { u64::MAX } else { total.count }, query.page_size());
    let step = |label: &'static str, rel: &'static str, target: Option<PageNumber>| {
        match target {
        Some(target) => {
            let href = url_of(&query.with_page(target));
            view! { <a class="btn" data-variant="outline" data-size="sm" rel=rel href=href>{label}</a> }.into_markup()
        }
        None => view! { <span class="btn pointer-events-none border-dashed text-muted-foreground" data-variant="outline" data-size="sm" aria-hidden="true">{label}</span> }.into_markup(),
    }
    };
    view! {
        <nav class="flex items-center gap-2 border-t px-3 py-2 text-muted-foreground" aria-label="Pages">
            <span class="tabular-nums">{format!("{}-{} of {total_words}", group_thousands(first), group_thousands(last))}</span>
            <div class="flex-1"></div>
            {sizes}
            {step("Previous", "prev", page.previous())}
            {step("Next", "next", next.filter(|_| shown > 0))}
        </nav>
    }
    .into_markup()
}

/// The number of rows: `1.250`, or `10.000+` if counting stopped.
pub fn total_words(total: Total) -> String {
    let count = group_thousands(total.count);
    if total.capped { format!("{count}+") } else { count }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded_as_forms_do() {
        assert_eq!(encode_pairs([("q", "công ty"), ("size", "500+"), ("x", "a&b=c")]), "q=c%C3%B4ng+ty&size=500%2B&x=a%26b%3Dc");
        assert_eq!(list_url("/companies", &[]), "/companies");
    }
}
