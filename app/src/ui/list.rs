//! Lists: search and filters as chips, heads that sort, pages.

use super::icon;
use domain::{
    money::group_thousands,
    page::{PageNumber, Sort, SortColumn},
};
use leptos::prelude::*;

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
    use std::fmt::Write;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => query.push(char::from(byte)),
            b' ' => query.push('+'),
            _ => {
                // Writing to a String can't fail.
                let _ = write!(query, "%{byte:02X}");
            }
        }
    }
}

/// The address of a list in a certain state.
pub fn list_url(path: &str, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", encode_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str()))))
    }
}

/// The head of a column that sorts. `url` gives the address of the list in another order.
pub fn sort_head<C: SortColumn>(
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

/// The foot of a list: which rows these are, and the pages before and after.
pub fn page_foot(page: PageNumber, shown: usize, total: u64, capped: bool, url: impl Fn(PageNumber) -> String) -> AnyView {
    let first = page.offset() + 1;
    let last = page.offset() + shown as u64;
    let total_words = if capped { format!("more than {}", group_thousands(total)) } else { group_thousands(total) };
    let next = if capped { page.next(u64::MAX) } else { page.next(total) };
    let step = |label: &'static str, rel: &'static str, target: Option<PageNumber>| {
        match target {
        Some(target) => view! { <a class="btn" data-variant="outline" data-size="sm" rel=rel href=url(target)>{label}</a> }.into_any(),
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

/// One choice of a filter.
pub struct FilterChoice {
    /// Its value in the URL.
    pub value: String,
    /// Its words.
    pub words: String,
    /// Whether it is set.
    pub set: bool,
}

/// A filter as a chip: dashed when not set; tinted, with a cross that clears it, when set. Opens a menu of checkboxes that
/// belong to the list's own form, so that it works without a script. `clear` is the list's address without this filter.
pub fn filter_chip(name: &'static str, label: &'static str, choices: Vec<FilterChoice>, clear: String) -> impl IntoView {
    let set: Vec<String> = choices.iter().filter(|choice| choice.set).map(|choice| choice.words.clone()).collect();
    let shown = match set.len() {
        0 => None,
        1 | 2 => Some(set.join(", ")),
        more => Some(format!("{} chosen", more)),
    };
    let boxes = if choices.is_empty() {
        view! { <p>"Nothing to choose from yet"</p> }.into_any()
    } else {
        choices
            .into_iter()
            .map(|choice| {
                view! {
                    <label><input type="checkbox" class="input" name=name value=choice.value checked=choice.set/><span>{choice.words}</span></label>
                }
            })
            .collect_view()
            .into_any()
    };
    filter_menu(label, shown, clear, boxes)
}

/// The chip of a filter whose menu holds these inputs. `shown` is what it is set to, in words.
pub fn filter_menu(label: &'static str, shown: Option<String>, clear: String, inputs: AnyView) -> impl IntoView {
    let is_set = shown.is_some();
    view! {
        <div class="filter" data-set=is_set.then_some("")>
            <details name="filter">
                <summary>
                    {(!is_set).then(|| icon("plus", ""))}
                    <span>{label}</span>
                    {shown.map(|words| view! { <b>{words}</b> })}
                </summary>
                <fieldset class="menu">
                    <legend class="sr-only">{label}</legend>
                    {inputs}
                    <button class="btn" data-size="sm">"Apply"</button>
                </fieldset>
            </details>
            {is_set.then(|| view! { <a href=clear aria-label=format!("Clear {label}")>{icon("x", "")}</a> })}
        </div>
    }
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
