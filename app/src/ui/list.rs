//! Lists: search and filters as chips, heads that sort, pages.

use super::icon;
use domain::{
    money::group_thousands,
    page::{PageNumber, Sort, SortColumn},
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

/// How many rows a list has: `1.250`, `10.000+`.
pub fn total_words(total: Total) -> String {
    let count = group_thousands(total.count);
    if total.capped { format!("{count}+") } else { count }
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
    filter_chip_with(name, label, choices, (), false, clear)
}

/// A filter that is on or off, as a chip that is a link: `switched` is the list's address with the other. A list's form
/// sends along that it is on.
pub fn filter_switch(name: &'static str, label: &'static str, on: bool, switched: String) -> impl IntoView {
    view! {
        <div class="filter" data-set=on.then_some("")>
            {on.then(|| view! { <input type="hidden" name=name value="true"/> })}
            <a href=switched class="switch" aria-current=on.then_some("true")>{if on { icon("check", "") } else { icon("plus", "") }}<span>{label}</span></a>
        </div>
    }
}

/// As [`filter_chip`], with something more below the checkboxes, opened at once or not.
pub fn filter_chip_with(
    name: &'static str,
    label: &'static str,
    choices: Vec<FilterChoice>,
    more: impl IntoView + 'static,
    open: bool,
    clear: String,
) -> impl IntoView {
    let stands_alone = std::any::Any::type_id(&more) == std::any::TypeId::of::<()>();
    let set: Vec<String> = choices.iter().filter(|choice| choice.set).map(|choice| choice.words.clone()).collect();
    let shown = match set.len() {
        0 => None,
        1 | 2 => Some(set.join(", ")),
        more => Some(format!("{} chosen", more)),
    };
    let boxes = if choices.is_empty() && stands_alone {
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
    filter_box(label, shown, clear, view! { {boxes} {more} }.into_any(), open)
}

/// The chip of a filter whose menu holds these inputs. `shown` is what it is set to, in words.
pub fn filter_menu(label: &'static str, shown: Option<String>, clear: String, inputs: AnyView) -> impl IntoView {
    filter_box(label, shown, clear, inputs, false)
}

/// As [`filter_menu`], opened at once or not.
pub fn filter_box(label: &'static str, shown: Option<String>, clear: String, inputs: AnyView, open: bool) -> impl IntoView {
    let is_set = shown.is_some();
    view! {
        <div class="filter" data-set=is_set.then_some("")>
            <details name="filter" open=open>
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
