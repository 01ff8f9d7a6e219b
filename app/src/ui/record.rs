//! The parts of a record's page: header, stats, tabs and details.

use super::{
    avatar, icon, mailto,
    markup::{IntoMarkup, Markup},
    times,
};
use crate::request::{PageError, RequestContext};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{numbers::group_thousands, phones::tel_number};
use leptos::prelude::*;
use store::{Action, Erased, FieldChange, RecordEvent};
use uuid::Uuid;

/// A tab of a record's page.
pub struct TabDef<T> {
    /// The tab's name in `?tab=`.
    pub slug: &'static str,
    /// The tab's text.
    pub label: &'static str,
    /// The page's own value for the tab.
    pub tab: T,
}

/// The tab chosen by `?tab=`; the first tab without `?tab=`.
///
/// # Errors
/// [`PageError::BadRequest`] for an unknown tab.
pub fn tab_of<T: Copy>(pairs: &[(String, String)], tabs: &[TabDef<T>]) -> Result<T, PageError> {
    let slug = pairs.iter().find(|(name, value)| name == "tab" && !value.is_empty()).map(|(_, value)| value);
    let found = slug.map_or_else(|| tabs.first(), |slug| tabs.iter().find(|def| def.slug == slug));
    found.map(|def| def.tab).ok_or(PageError::BadRequest)
}

/// The tab bar.
///
/// - `path`: the path of the record's page, which is the link of the first tab.
/// - `count`: the number beside a tab's label; `None` for a tab without a number.
pub fn tabs<T: Copy + PartialEq>(
    label: &'static str,
    path: &str,
    tabs: &[TabDef<T>],
    current: T,
    count: impl Fn(T) -> Option<u64>,
) -> Markup {
    let links = tabs
        .iter()
        .enumerate()
        .map(|(index, TabDef { slug, label, tab })| {
            let href = if index == 0 { path.to_owned() } else { format!("{path}?tab={slug}") };
            view! {
                <a href=href class="tab shrink-0" aria-current=(*tab == current).then_some("page")>
                    {*label}
                    {count(*tab).map(|count| view! { <span class="count">{group_thousands(count)}</span> })}
                </a>
            }
        })
        .collect_view();
    view! { <nav id="parts" data-fresh class="flex gap-5 overflow-x-auto border-b" aria-label=label>{links}</nav> }.into_markup()
}

/// The header of a record's page: badge, name, subtitle and buttons.
pub fn record_head(badge: impl IntoView + 'static, name: String, subtitle: Markup, buttons: Markup) -> Markup {
    view! {
        <div class="flex flex-wrap items-start gap-4">
            {badge}
            <div class="min-w-0 flex-1 basis-60">
                <h1 class="break-words">{name}</h1>
                <p class="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted-foreground">{subtitle}</p>
            </div>
            <div class="flex flex-wrap gap-1.5 sm:gap-2 print:hidden">{buttons}</div>
        </div>
    }
    .into_markup()
}

/// The "Edit" button of the record at `path`. With a script it opens the form of id `form` in a dialog.
pub fn edit_button(path: &str, form: &'static str) -> Markup {
    view! { <a class="btn" data-variant="outline" data-size="sm" href=format!("{path}/edit") data-form-dialog=form>{icon("pencil", "size-4")} <span class="max-sm:sr-only">"Edit"</span></a> }
        .into_markup()
}

/// The "New deal" button. `href`: the URL of the form.
pub fn new_deal_button(href: String) -> Markup {
    view! { <a class="btn" data-size="sm" href=href data-form-dialog="deal">{icon("plus", "size-4")} "New deal"</a> }.into_markup()
}

/// The "More" menu of the record at `path`, with the link to the delete page.
pub fn delete_menu(path: &str, label: &'static str) -> Markup {
    more_menu(delete_link(path, label))
}

/// The link to the delete page of the record at `path`, for its "More" menu.
pub fn delete_link(path: &str, label: &'static str) -> Markup {
    view! { <a href=format!("{path}/delete")>{icon("trash-2", "size-4")} {label}</a> }.into_markup()
}

/// The "More" menu of a record with these links.
pub fn more_menu(links: Markup) -> Markup {
    view! {
        <details class="relative">
            <summary class="btn list-none" data-variant="outline" data-size="icon-sm" aria-label="More">{icon("ellipsis", "size-4")}</summary>
            <div class="menu absolute right-0 top-9 z-10">{links}</div>
        </details>
    }
    .into_markup()
}

/// The two columns of a record's page: `main` and the narrower `aside`.
pub fn record_columns(main: Markup, aside: Markup) -> Markup {
    view! {
        <div class="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="flex min-w-0 flex-col gap-6">{main}</div>
            <aside class="flex min-w-0 flex-col gap-6">{aside}</aside>
        </div>
    }
    .into_markup()
}

/// The row of stats below a record's header.
pub fn stats(stats: Markup) -> Markup {
    view! { <dl id="figures" data-fresh class="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">{stats}</dl> }.into_markup()
}

/// A stat: label, value and a line below the value.
pub fn stat(label: &'static str, value: String, below: String) -> impl IntoView {
    view! {
        <div class="min-w-0 bg-card p-3">
            <dt class="text-xs text-muted-foreground">{label}</dt>
            <dd class="mt-0.5 truncate text-base font-semibold tabular-nums">{value}</dd>
            <dd class="truncate text-xs text-muted-foreground tabular-nums">{below}</dd>
        </div>
    }
}

/// A label and its value in the details panel.
pub fn detail_item(label: impl Into<String>, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="flex gap-3 py-1.5">
            <dt class="w-28 shrink-0 break-words text-muted-foreground">{label.into()}</dt>
            <dd class="min-w-0 flex-1 break-words">{value}</dd>
        </div>
    }
}

/// The details panel. `items`: views of [`detail_item`].
pub fn details_panel(items: Markup) -> Markup {
    view! { <section class="panel p-4"><h2 class="mb-2">"Details"</h2><dl>{items}</dl></section> }.into_markup()
}

/// The notes panel; `None` without notes.
pub fn notes_panel(notes: Option<&str>) -> Option<Markup> {
    let notes = notes?.to_owned();
    let panel = view! { <section class="panel p-4"><h2 class="mb-2">"Notes"</h2><p class="break-words whitespace-pre-line text-muted-foreground">{notes}</p></section> };
    Some(panel.into_markup())
}

/// A detail item with a link to another record.
pub fn link_item(label: &'static str, href: String, name: &str) -> Markup {
    let name = name.to_owned();
    detail_item(label, view! { <a class="text-primary hover:underline" href=href>{name}</a> }).into_markup()
}

/// The detail item of the next planned contact; `None` if none is planned.
pub fn planned_item(ctx: &RequestContext, at: Option<DateTime<Utc>>) -> Option<Markup> {
    at.map(|at| detail_item("Planned", at.with_timezone(&ctx.zone()).format("%-d %b %Y, %H:%M").to_string()).into_markup())
}

/// A detail item with a person: avatar and name.
pub fn person_item(label: &'static str, name: &str) -> Markup {
    let person = view! { <span class="inline-flex items-center gap-1.5">{avatar(name, "size-5 text-[10px]")}{name.to_owned()}</span> };
    detail_item(label, person).into_markup()
}

/// The detail items with a phone link and a mail link.
pub fn contact_details(phone: Option<&str>, email: Option<&str>) -> Markup {
    let link = |href: String, words: &str| view! { <a class="hover:underline" href=href>{words.to_owned()}</a> };
    let phone = phone.map(|phone| detail_item("Phone", link(format!("tel:{}", tel_number(phone)), phone)));
    let email = email.map(|email| detail_item("Email", link(mailto(email), email)));
    view! { {phone}{email} }.into_markup()
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

/// The history of a record, an `<ol>`, newest first.
///
/// - `created`: the word for its creation.
/// - `in_words`: a change with its values as people read them.
/// - `label_of`: the label of a field that is not a custom one.
pub fn record_events(
    events: Vec<RecordEvent>,
    (now, zone): (DateTime<Utc>, Tz),
    created: &'static str,
    in_words: impl Fn(FieldChange) -> FieldChange,
    label_of: impl Fn(&str) -> &str + Copy,
) -> Markup {
    let entries = events.into_iter().map(|RecordEvent { at, actor_name, action, changes, erased }| {
        let (drawing, what) = match action {
            Action::Created => (icon("plus", "size-3.5"), created),
            Action::Repeated => (icon("repeat", "size-3.5"), "Added, as it repeats"),
            Action::Changed => (icon("pencil", "size-3.5"), "Changed"),
            Action::Deleted => (icon("trash-2", "size-3.5"), "Deleted"),
            Action::Restored => (icon("undo-2", "size-3.5"), "Restored"),
            Action::Erased => (icon("eraser", "size-3.5"), "Erased personal data"),
        };
        let who = actor_name.map(|name| format!(" by {name}"));
        let what = view! {
            <p><span class="font-medium">{what}</span>{who}</p>
            {changes.into_iter().map(|change| field_change(in_words(change), label_of)).collect_view()}
            {erased.map(|erased| erased_line(erased, now, zone))}
        };
        history_entry(drawing, what, times::ago(at, now, zone)).into_markup()
    });
    view! { <ol>{entries.collect_view()}</ol> }.into_markup()
}

/// A line of a history entry: a field, its value before and after. `label_of` gives the label of a field that is not a custom one.
pub fn field_change<F: Fn(&str) -> &str>(change: FieldChange, label_of: F) -> impl IntoView + use<F> {
    let label = if change.is_custom { change.field } else { label_of(&change.field).to_owned() };
    let from = change.from.map(|from| view! { <del>{from}</del>" " });
    let to = match change.to {
        Some(to) => view! { <ins>{to}</ins> }.into_markup(),
        None => view! { <span>"(emptied)"</span> }.into_markup(),
    };
    view! { <p class="event-change">{label}": "{from}{to}</p> }
}

/// The link to erase the personal data of a contact that is not shown on a page of its own.
pub fn erase_button(id: Uuid, name: &str) -> Markup {
    let label = format!("Erase personal data of {name}");
    view! { <a class="btn" data-variant="ghost" data-size="sm" href=format!("/contacts/{id}/erase") aria-label=label>{icon("eraser", "size-4")} "Erase"</a> }
        .into_markup()
}

/// The line of an entry whose values were erased: by whom and when.
pub fn erased_line(erased: Erased, now: DateTime<Utc>, zone: Tz) -> Markup {
    let what = erased.actor_name.map_or_else(|| "Erased ".to_owned(), |name| format!("Erased by {name} "));
    view! { <p class="event-change text-muted-foreground">{what}{times::ago(erased.at, now, zone)}</p> }.into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_that_there_is_or_none() {
        const TABS: [TabDef<u8>; 2] =
            [TabDef { slug: "overview", label: "Overview", tab: 0 }, TabDef { slug: "deals", label: "Deals", tab: 1 }];
        let tab = |name: &str, value: &str| tab_of(&[(name.to_owned(), value.to_owned())], &TABS);
        assert_eq!((tab("q", "x"), tab("tab", ""), tab("tab", "overview"), tab("tab", "deals")), (Ok(0), Ok(0), Ok(0), Ok(1)));
        assert_eq!(tab("tab", "nothing"), Err(PageError::BadRequest));
    }
}
