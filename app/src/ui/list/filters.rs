//! Search and filters of a list: one form with chips that open menus.

use super::url_of;
use crate::ui::{
    icon,
    markup::{IntoMarkup, Markup},
    warning_line,
};
use domain::{
    columns::TableQuery,
    ids::UserId,
    page::{ListQuery, QUERY_MAX},
    record_filter::NONE_OF,
};
use leptos::prelude::*;
use store::members::Member;

/// An option of a filter.
pub struct FilterChoice {
    /// The value in the URL.
    pub value: String,
    /// The label.
    pub label: String,
    /// Whether the filter has this value.
    pub set: bool,
}

impl FilterChoice {
    /// An option.
    pub fn new(value: impl ToString, label: impl Into<String>, set: bool) -> Self {
        Self { value: value.to_string(), label: label.into(), set }
    }
}

/// The search box of a list.
pub struct SearchBox<'a> {
    /// The label.
    pub label: &'static str,
    /// The placeholder: the searched fields.
    pub placeholder: &'static str,
    /// The current search.
    pub query: &'a str,
}

/// The form of a list's search and filters. A script searches while the user types, and then replaces the elements with `data-results`
/// (see [`list_results`](super::list_results)). On a phone the chips are in a menu, whose button shows the number of `set` filters.
pub fn filter_form<Q: ListQuery>(query: &Q, search: Option<SearchBox<'_>>, set: usize, chips: Markup) -> Markup {
    let kept = query.query_pairs().into_iter().filter(|(name, _)| matches!(*name, "view" | "sort" | "column" | "per_page" | "view_id"));
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let search = search.map(|SearchBox { label, placeholder, query: words }| {
        view! {
            <div class="relative w-full sm:w-60">
                {icon("search", "size-4 absolute top-2 left-2.5 text-muted-foreground")}
                <input type="search" name="q" aria-label=label placeholder=placeholder maxlength=QUERY_MAX.to_string() value=words.to_owned() data-search autocomplete="off"
                    class="h-8 w-full rounded-md border border-input bg-background pr-2 pl-8"/>
            </div>
            <button class="btn sr-only focus:not-sr-only" data-size="sm">"Search"</button>
        }
    });
    let label = if set == 0 { "Filters".to_owned() } else { format!("Filters ({set})") };
    let clear = query.is_filtered().then(|| {
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=url_of(&query.without_filters())>"Clear all"</a> }
    });
    view! {
        <form method="get" action=Q::PATH role="search" class="flex flex-wrap items-center gap-2 print:hidden">
            {kept}
            {search}
            <div id="filter-bar" class="contents" data-results>
                <button type="button" class="btn sm:hidden" data-variant="outline" data-size="sm" popovertarget="filters">{icon("list-filter", "size-4")} {label}</button>
                <div id="filters" popover class="menu inset-x-4 top-32 m-0 max-h-[calc(100dvh-9rem)] w-auto flex-wrap gap-2 overflow-y-auto p-3 open:flex sm:contents" aria-label="Filters">{chips}</div>
                {clear}
            </div>
        </form>
    }
    .into_markup()
}

/// The chip of a filter with options: dashed if not set; tinted and with a clear button if set. Its menu has a check box per option,
/// as part of the list's form, so it works without a script. `clear`: the list's URL without the filter.
pub fn filter_chip(
    name: &'static str,
    label: &'static str,
    choices: impl IntoIterator<Item = FilterChoice>,
    clear: String,
) -> impl IntoView {
    let choices: Vec<FilterChoice> = choices.into_iter().collect();
    let shown = words_of_set(&choices, false);
    filter_menu(label, shown, clear, boxes_of(name, choices).unwrap_or_else(nothing_to_choose))
}

/// As [`filter_chip`], of a filter whose values may be those that records must not have.
pub fn any_or_none_chip<Q: TableQuery>(
    query: &Q,
    name: &'static str,
    label: &'static str,
    choices: impl IntoIterator<Item = FilterChoice>,
    clear: String,
) -> Markup {
    let choices: Vec<FilterChoice> = choices.into_iter().collect();
    let shown = words_of_set(&choices, query.record().excludes(name));
    let boxes = boxes_of(name, choices).unwrap_or_else(nothing_to_choose);
    filter_menu(label, shown, clear, view! { {boxes} {none_of_box(query, name, NONE_OF_THESE)} }.into_markup()).into_markup()
}

/// As [`any_or_none_chip`], of a filter by records: those chosen, and a picker that adds one. `open`: whether its menu is open.
pub fn records_chip<Q: TableQuery>(
    query: &Q,
    name: &'static str,
    label: &'static str,
    chosen: Vec<FilterChoice>,
    (picker, open): (Markup, bool),
    clear: String,
) -> Markup {
    let shown = words_of_set(&chosen, query.record().excludes(name));
    let inputs = view! { {boxes_of(name, chosen)} {picker} {none_of_box(query, name, NONE_OF_THESE)} };
    filter_box(FilterBox { label, shown, clear, inputs: inputs.into_markup(), open }).into_markup()
}

/// The label of the check box that keeps the values of a filter out.
pub const NONE_OF_THESE: &str = "None of these";

/// The check box that turns a filter into one that keeps out what it names.
pub fn none_of_box<Q: TableQuery>(query: &Q, name: &'static str, label: &'static str) -> Markup {
    let excluded = query.record().excludes(name);
    view! { <label class="none-of"><input type="checkbox" class="input" name=NONE_OF value=name checked=excluded/><span>{label}</span></label> }.into_markup()
}

/// The values of a filter in words; `None` if it is not set. `excluded`: records must not have them.
pub fn words_of_values(values: &[&str], excluded: bool) -> Option<String> {
    Some(match (values, excluded) {
        ([], _) => return None,
        ([one], true) => format!("not {one}"),
        ([one, other], true) => format!("neither {one} nor {other}"),
        (many, true) => format!("none of {}", many.len()),
        ([_] | [_, _], false) => values.join(", "),
        (many, false) => format!("{} chosen", many.len()),
    })
}

fn words_of_set(choices: &[FilterChoice], excluded: bool) -> Option<String> {
    let set: Vec<&str> = choices.iter().filter(|choice| choice.set).map(|choice| choice.label.as_str()).collect();
    words_of_values(&set, excluded)
}

/// A check box for each choice; `None` without choices.
fn boxes_of(name: &'static str, choices: Vec<FilterChoice>) -> Option<Markup> {
    let boxes: Vec<_> = choices
        .into_iter()
        .map(|choice| view! { <label><input type="checkbox" class="input" name=name value=choice.value checked=choice.set/><span>{choice.label}</span></label> })
        .collect();
    (!boxes.is_empty()).then(|| boxes.into_markup())
}

fn nothing_to_choose() -> Markup {
    view! { <p>"Nothing to choose from yet"</p> }.into_markup()
}

/// Says that what a filter names is gone, so that no row matches it, and offers the list without it. `gone`: such as "A tag".
pub fn gone_notice(gone: &'static str, without: String) -> Markup {
    view! {
        <div class="flex flex-wrap items-center gap-2" data-results id=format!("gone-{}", gone.replace(' ', "-").to_lowercase())>
            {warning_line(&format!("{gone} of this filter was deleted. Nothing matches it any more."))}
            <a class="underline" href=without>"Drop it"</a>
        </div>
    }
    .into_markup()
}

/// The chip of an on-off filter, a link. While on, the list's form submits the filter in a hidden field.
///
/// - `name`, `value`: the filter in the URL.
/// - `switched`: the list's URL with the filter switched.
pub fn filter_switch(name: &'static str, value: &'static str, label: &'static str, on: bool, switched: String) -> impl IntoView {
    view! {
        <div class="filter" data-set=on.then_some("")>
            {on.then(|| view! { <input type="hidden" name=name value=value/> })}
            <a href=switched class="switch" aria-current=on.then_some("true")>{if on { icon("check", "") } else { icon("plus", "") }}<span>{label}</span></a>
        </div>
    }
}

/// As [`filter_box`], with a closed menu.
pub fn filter_menu(label: &'static str, shown: Option<String>, clear: String, inputs: Markup) -> impl IntoView {
    filter_box(FilterBox { label, shown, clear, inputs, open: false })
}

/// The chip of owners. Who is no member any more may still own records.
pub fn owner_filter<Q: TableQuery>(query: &Q, members: &[Member], chosen: &[UserId], clear: String) -> Markup {
    let owners = members.iter().map(|member| FilterChoice::new(member.user_id, &member.name, chosen.contains(&member.user_id)));
    let former = chosen.iter().filter(|id| !members.iter().any(|member| member.user_id == **id));
    let choices: Vec<FilterChoice> = owners.chain(former.map(|id| FilterChoice::new(id, "not there", true))).collect();
    any_or_none_chip(query, "owner_id", "Owner", choices, clear)
}

/// The chip of a filter with one value, chosen from a menu. `choices`: at most one is set.
pub fn choice_filter(name: &'static str, label: &'static str, choices: Vec<FilterChoice>, clear: String) -> impl IntoView {
    choice_filter_or(name, label, "Any", choices, clear)
}

/// As [`choice_filter`]. `unset`: what the list shows without the filter.
pub fn choice_filter_or(
    name: &'static str,
    label: &'static str,
    unset: &'static str,
    choices: Vec<FilterChoice>,
    clear: String,
) -> impl IntoView {
    let shown = choices.iter().find(|choice| choice.set).map(|choice| choice.label.clone());
    let options =
        choices.into_iter().map(|choice| view! { <option value=choice.value selected=choice.set>{choice.label}</option> }).collect_view();
    let select = view! {
        <label class="flex flex-col gap-1 p-1">{label}<select class="select w-full" name=name><option value="">{unset}</option>{options}</select></label>
    };
    filter_menu(label, shown, clear, select.into_markup())
}

/// The props of [`filter_box`].
pub struct FilterBox {
    /// The filter's label.
    pub label: &'static str,
    /// The current value; `None` for a filter that is not set.
    pub shown: Option<String>,
    /// The list's URL without the filter.
    pub clear: String,
    /// The inputs in the menu.
    pub inputs: Markup,
    /// Whether the menu is open.
    pub open: bool,
}

/// The chip of a filter with a menu.
pub fn filter_box(FilterBox { label, shown, clear, inputs, open }: FilterBox) -> impl IntoView {
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
