//! The parts of a record's page: its head, its figures, its tabs, its facts.

use super::{avatar, icon, mailto};
use crate::request::PageError;
use domain::{money::group_thousands, phones::tel_number};
use leptos::prelude::*;

/// A part of a record's page: its name in `?tab=`, its words, which one it is.
pub type Part<P> = (&'static str, &'static str, P);

/// The part that `?tab=` names; the first where it names none.
pub fn part_of<P: Copy>(pairs: &[(String, String)], parts: &[Part<P>]) -> Result<P, PageError> {
    let named = pairs.iter().find(|(name, value)| name == "tab" && !value.is_empty());
    let wanted = named.map_or_else(|| parts.first(), |(_, value)| parts.iter().find(|(name, ..)| name == value));
    wanted.map(|(.., part)| *part).ok_or(PageError::BadRequest)
}

/// The parts as tabs, each with how many are in it where that is countable. `path` is the record's address.
pub fn tabs<P: Copy + PartialEq>(
    label: &'static str,
    path: &str,
    parts: &[Part<P>],
    current: P,
    count: impl Fn(P) -> Option<u64>,
) -> AnyView {
    let links = parts
        .iter()
        .enumerate()
        .map(|(place, (name, words, part))| {
            let href = if place == 0 { path.to_owned() } else { format!("{path}?tab={name}") };
            view! {
                <a href=href class="tab shrink-0" aria-current=(*part == current).then_some("page")>
                    {*words}
                    {count(*part).map(|count| view! { <span class="count">{group_thousands(count)}</span> })}
                </a>
            }
        })
        .collect_view();
    view! { <nav id="parts" data-fresh class="flex gap-5 overflow-x-auto border-b" aria-label=label>{links}</nav> }.into_any()
}

/// The head: a sign, the name, a line about it, and what can be done.
pub fn record_head(sign: impl IntoView + 'static, name: String, line: AnyView, buttons: AnyView) -> AnyView {
    view! {
        <div class="flex flex-wrap items-start gap-4">
            {sign}
            <div class="min-w-0 flex-1 basis-60">
                <h1 class="break-words">{name}</h1>
                <p class="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">{line}</p>
            </div>
            <div class="flex flex-wrap gap-1.5 sm:gap-2 print:hidden">{buttons}</div>
        </div>
    }
    .into_any()
}

/// The button to the form of the record at `path`; with a script it opens as a dialog, as the form whose id is `form`.
pub fn edit_button(path: &str, form: &'static str) -> AnyView {
    view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{path}/edit") data-form-dialog=form>{icon("pencil", "size-4")} <span class="max-sm:sr-only">"Edit"</span></a> }
        .into_any()
}

/// The button to the form of a new deal at the address `href`.
pub fn new_deal_button(href: String) -> AnyView {
    view! { <a class="btn" data-size="sm" href=href data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }.into_any()
}

/// The menu of what is seldom done: to delete the record at `path`.
pub fn delete_menu(path: &str, label: &'static str) -> AnyView {
    view! {
        <details class="relative">
            <summary class="btn list-none" data-variant="outline" data-size="icon-sm" aria-label="More">{icon("ellipsis", "size-4")}</summary>
            <div class="menu absolute right-0 top-9 z-10"><a href=format!("{path}/delete")>{icon("trash-2", "size-4")} {label}</a></div>
        </details>
    }
    .into_any()
}

/// What is shown of a record, and beside it what is known of it.
pub fn record_columns(shown: AnyView, aside: AnyView) -> AnyView {
    view! {
        <div class="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="flex min-w-0 flex-col gap-6">{shown}</div>
            <aside class="flex min-w-0 flex-col gap-6">{aside}</aside>
        </div>
    }
    .into_any()
}

/// The strip of figures under a record's name.
pub fn stats(figures: AnyView) -> AnyView {
    view! { <dl id="figures" data-fresh class="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">{figures}</dl> }.into_any()
}

/// One of the four figures under a record's name.
pub fn stat(label: &'static str, value: String, below: String) -> impl IntoView {
    view! {
        <div class="min-w-0 bg-card p-3">
            <dt class="text-xs text-muted-foreground">{label}</dt>
            <dd class="mt-0.5 truncate text-base font-semibold tabular-nums">{value}</dd>
            <dd class="truncate text-xs text-muted-foreground tabular-nums">{below}</dd>
        </div>
    }
}

/// A name and its value in a column of details.
pub fn detail_item(label: impl Into<String>, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="flex gap-3 py-1.5">
            <dt class="w-28 shrink-0 break-words text-muted-foreground">{label.into()}</dt>
            <dd class="min-w-0 flex-1 break-words">{value}</dd>
        </div>
    }
}

/// The panel of facts.
pub fn details_panel(facts: AnyView) -> AnyView {
    view! { <section class="panel p-4"><h2 class="mb-2">"Details"</h2><dl>{facts}</dl></section> }.into_any()
}

/// The panel of what else there is to say, if there is.
pub fn notes_panel(notes: Option<&str>) -> Option<AnyView> {
    let notes = notes?.to_owned();
    let panel = view! { <section class="panel p-4"><h2 class="mb-2">"Notes"</h2><p class="break-words whitespace-pre-line text-muted-foreground">{notes}</p></section> };
    Some(panel.into_any())
}

/// A fact that leads to another record.
pub fn link_item(label: &'static str, href: String, name: &str) -> AnyView {
    let name = name.to_owned();
    detail_item(label, view! { <a class="text-primary hover:underline" href=href>{name}</a> }).into_any()
}

/// Whose something is.
pub fn person_item(label: &'static str, name: &str) -> AnyView {
    let person = view! { <span class="inline-flex items-center gap-1.5">{avatar(name, "size-5 text-[10px]")}{name.to_owned()}</span> };
    detail_item(label, person).into_any()
}

/// How to call and to write to somebody.
pub fn contact_details(phone: Option<&str>, email: Option<&str>) -> AnyView {
    let link = |href: String, words: &str| view! { <a class="hover:underline" href=href>{words.to_owned()}</a> };
    let phone = phone.map(|phone| detail_item("Phone", link(format!("tel:{}", tel_number(phone)), phone)));
    let email = email.map(|email| detail_item("Email", link(mailto(email), email)));
    view! { {phone}{email} }.into_any()
}

/// An entry of a record's history, an item of an `<ol>`: the icon of the change, what changed and by whom, and when.
pub fn history_entry(drawing: impl IntoView, what: impl IntoView, at: impl IntoView) -> impl IntoView {
    view! {
        <li class="event">
            <span class="event-sign">{drawing}</span>
            <div>{what}</div>
            <span class="event-time">{at}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_that_there_is_or_none() {
        const PARTS: [Part<u8>; 2] = [("overview", "Overview", 0), ("deals", "Deals", 1)];
        let asked = |name: &str, value: &str| part_of(&[(name.to_owned(), value.to_owned())], &PARTS);
        assert_eq!((asked("q", "x"), asked("tab", ""), asked("tab", "overview"), asked("tab", "deals")), (Ok(0), Ok(0), Ok(0), Ok(1)));
        assert_eq!(asked("tab", "nothing"), Err(PageError::BadRequest));
    }
}
