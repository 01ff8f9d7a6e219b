//! Lists: their head, heads of columns that sort, pages, and what stands where nothing does.

mod filters;

pub use filters::{FilterChoice, SearchBox, filter_box, filter_chip, filter_chip_with, filter_form, filter_menu, filter_switch};

use super::{icon, page::empty_state};
use domain::{
    money::group_thousands,
    page::{ListQuery, PageNumber, Sort, SortColumn},
};
use leptos::prelude::*;
use store::Total;

/// `a=1&b=x+y`, percent-encoded as a form would.
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

/// `start`, and after it `text` with every byte encoded but ASCII letters, digits and those kept.
pub(super) fn percent_encoded(start: &str, text: &str, kept: &str) -> String {
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

/// The address of a list in a certain state.
pub fn list_url(path: &str, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", encode_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str()))))
    }
}

/// The address of a list as it is asked for.
pub fn url_of<Q: ListQuery>(query: &Q) -> String {
    list_url(Q::PATH, &query.pairs())
}

/// The address of a list with one change, from its first page on.
pub fn url_with<Q: ListQuery>(query: &Q, change: impl FnOnce(&mut Q)) -> String {
    let mut query = query.at(PageNumber::FIRST);
    change(&mut query);
    url_of(&query)
}

/// The head of a list: its name, how many are in it, what else stands beside, and the button that adds one.
pub fn list_head(title: &'static str, count: impl IntoView, beside: impl IntoView, action: impl IntoView) -> impl IntoView {
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <h1>{title}</h1>
            <span class="count">{count}</span>
            {beside}
            <div class="flex-1"></div>
            {action}
        </div>
    }
}

/// The words of a list that has nothing to show.
pub struct EmptyText {
    /// The icon of what it lists.
    pub icon: &'static str,
    /// What is said where search and filters match nothing.
    pub no_match: &'static str,
    /// What is said where there is nothing at all.
    pub none_yet: &'static str,
}

/// What stands in place of a list's rows: why there are none, and what to do about it. `new` is the button that adds one.
pub fn list_empty_state<Q: ListQuery>(query: &Q, words: &EmptyText, new: impl IntoView + 'static) -> AnyView {
    let link = |href: String, label: &'static str| view! { <a class="btn" data-variant="outline" data-size="sm" href=href>{label}</a> };
    if query.is_filtered() {
        empty_state(icon("search-x", "size-5"), words.no_match, link(url_of(&query.cleared()), "Clear search and filters")).into_any()
    } else if query.page() != PageNumber::FIRST {
        let first = link(url_of(&query.at(PageNumber::FIRST)), "Go to the first page");
        empty_state(icon(words.icon, "size-5"), "The list ends before this page.", first).into_any()
    } else {
        empty_state(icon(words.icon, "size-5"), words.none_yet, new).into_any()
    }
}

/// The head of a column that sorts. `url` gives the address of the list in another order.
pub fn sort_header<C: SortColumn>(
    label: &'static str,
    column: C,
    sort: Sort<C>,
    class: &'static str,
    url: impl Fn(Sort<C>) -> String,
) -> AnyView {
    let sorted = sort.by == column;
    let direction = sorted.then_some(if sort.descending { "descending" } else { "ascending" });
    let arrow = sorted.then(|| if sort.descending { icon("arrow-down", "size-3") } else { icon("arrow-up", "size-3") });
    view! {
        <th scope="col" class=class aria-sort=direction>
            <a href=url(sort.toggled(column))>{label}{arrow}</a>
        </th>
    }
    .into_any()
}

/// The foot of a list: which rows these are, and the pages before and after. `shown` is how many rows the page has.
pub fn pagination<Q: ListQuery>(query: &Q, shown: usize, total: Total) -> AnyView {
    let page = query.page();
    let first = page.offset() + 1;
    let last = page.offset() + shown as u64;
    let count = group_thousands(total.count);
    let total_words = if total.capped { format!("more than {count}") } else { count };
    let next = page.next(if total.capped { u64::MAX } else { total.count });
    let step = |label: &'static str, rel: &'static str, target: Option<PageNumber>| {
        match target {
        Some(target) => {
            let href = url_of(&query.at(target));
            view! { <a class="btn" data-variant="outline" data-size="sm" rel=rel href=href>{label}</a> }.into_any()
        }
        None => view! { <span class="btn pointer-events-none border-dashed text-muted-foreground" data-variant="outline" data-size="sm" aria-hidden="true">{label}</span> }.into_any(),
    }
    };
    view! {
        <nav class="flex items-center gap-2 border-t px-3 py-2 text-muted-foreground" aria-label="Pages">
            <span class="tabular-nums">{format!("{}-{} of {total_words}", group_thousands(first), group_thousands(last))}</span>
            <div class="flex-1"></div>
            {step("Previous", "prev", page.previous())}
            {step("Next", "next", next.filter(|_| shown > 0))}
        </nav>
    }
    .into_any()
}

/// How many rows a list has: `1.250`, `10.000+`.
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
