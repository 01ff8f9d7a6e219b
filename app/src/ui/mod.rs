//! UI parts that pages share.
//!
//! Parts are plain functions, not `#[component]`s: pages are rendered on the server only and call a part once, and a component adds
//! a props builder each. A part with several arguments of one type takes a props struct, as [`form::Field`] and
//! [`page::DeleteQuestion`].
//!
//! A function returns `Markup` at module edges and in branches, which keeps the types of views small; a leaf returns
//! `impl IntoView`, with `+ use<>` if it borrows arguments that the view does not keep.

pub mod color_field;
pub mod command;
pub mod conflict;
pub mod custom_fields;
pub mod error_summary;
pub mod form;
pub mod list;
pub mod markup;
pub mod owner_field;
pub mod page;
pub mod picker;
pub mod record;
pub mod record_form;
pub mod removed_record;
pub mod stage_set_field;
pub mod tags_field;
pub mod times;
pub mod words;

use crate::ui::markup::{IntoMarkup, Markup};
use domain::stages::StageColor;
use leptos::prelude::*;
use std::sync::OnceLock;
use unicode_segmentation::UnicodeSegmentation;

/// Shown for a deal whose value is not known.
pub const NO_VALUE: &str = "No value";

/// The URL of the icon sprite, without `#name`. The one global of the crate: an argument would pass through every part of every page.
static SPRITE: OnceLock<String> = OnceLock::new();

/// Sets the URL of the icon sprite. Call once, before the first page is rendered.
pub fn set_sprite_url(address: &str) {
    let _ = SPRITE.set(address.to_owned());
}

/// A Lucide icon, hidden from screen readers: its meaning must also stand in text. An empty `class` leaves the size to the style sheet.
pub fn icon(name: &str, class: &str) -> impl IntoView + use<> {
    let sprite = SPRITE.get().map_or("/icons.svg", String::as_str);
    let class = (!class.is_empty()).then(|| format!("{class} shrink-0"));
    view! { <svg class=class aria-hidden="true"><use href=format!("{sprite}#{name}")></use></svg> }
}

/// Marks an archived company.
pub fn archived_chip() -> impl IntoView {
    view! { <span class="chip text-muted-foreground">{icon("archive", "size-3")} "Archived"</span> }
}

/// A warning beside what it is about.
pub fn warning_line(words: &str) -> impl IntoView + use<> {
    view! { <p class="flex items-start gap-1.5 text-warning">{icon("triangle-alert", "size-3.5 mt-[3px]")} <span class="min-w-0 break-words">{words.to_owned()}</span></p> }
}

/// A person's initials in a circle, hidden from screen readers.
pub fn avatar(name: &str, class: &str) -> impl IntoView + use<> {
    view! {
        <span class=format!("{class} inline-grid shrink-0 place-items-center rounded-full bg-secondary font-medium text-secondary-foreground") aria-hidden="true">
            {initials(name)}
        </span>
    }
}

/// The first characters of the first and the last word, as a reader counts them: a flag or a family emoji is one.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(initial);
    let first = words.next();
    first.into_iter().chain(words.next_back()).collect()
}

/// The first character of a name, in upper case.
pub fn initial(name: &str) -> Option<String> {
    name.graphemes(true).next().map(str::to_uppercase)
}

/// A tag: its colour and name. The colour is an SVG fill, because the content policy blocks `style` attributes.
pub fn tag(name: &str, color: &str) -> impl IntoView + use<> {
    let (name, color) = (name.to_owned(), color.to_owned());
    view! {
        <span class="chip tag"><svg viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" fill=color></circle></svg>{name}</span>
    }
}

/// The number of tags that a row does not show; `None` if it shows all.
pub fn more_tags(tags: usize, shown: usize) -> Option<impl IntoView> {
    (tags > shown).then(|| view! { <span class="chip">{format!("+{}", tags - shown)}</span> })
}

/// `1 deal`, `2 deals`, `1.250 deals`.
pub fn pluralize(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", domain::numbers::group_thousands(count)) }
}

/// The counts greater than 0, each as [`pluralize`].
pub fn pluralize_all<const N: usize>(counts: [(u64, &str, &str); N]) -> Vec<String> {
    counts.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| pluralize(count, one, many)).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub fn join_list(parts: &[String]) -> String {
    match parts {
        [] | [_] => parts.concat(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A link with its text; nothing without one. `href`: returns the link's target.
pub fn optional_link(text: Option<&str>, href: impl Fn(&str) -> String) -> Markup {
    let link = text.map(|text| view! { <a href=href(text) title=text.to_owned()>{text.to_owned()}</a> });
    link.into_markup()
}

/// The `mailto:` link of an address. Percent-encoded, because a `?` in the address could add recipients.
pub fn mailto(address: &str) -> String {
    list::percent_encoded("mailto:", address, "@.+-_~")
}

/// The class of a stage's dot.
pub const fn stage_dot_class(color: StageColor) -> &'static str {
    match color {
        StageColor::Grey => "bg-stage-grey",
        StageColor::Blue => "bg-stage-blue",
        StageColor::Purple => "bg-stage-purple",
        StageColor::Amber => "bg-stage-amber",
        StageColor::Teal => "bg-stage-teal",
        StageColor::Pink => "bg-stage-pink",
        StageColor::Green => "bg-stage-green",
        StageColor::Red => "bg-stage-red",
    }
}

/// A coloured dot with its label.
pub fn dotted(dot_class: &str, word: &str) -> impl IntoView + use<> {
    let (dot_class, word) = (dot_class.to_owned(), word.to_owned());
    view! { <span class="dotted"><i class=dot_class></i>{word}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_write_names_one_receiver() {
        assert_eq!(mailto("hưng+crm@a.vn"), "mailto:h%C6%B0ng+crm@a.vn");
        assert_eq!(mailto("a?bcc=b@c.vn&x=\"%"), "mailto:a%3Fbcc%3Db@c.vn%26x%3D%22%25");
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Phạm Minh Hưng"), "PH");
        assert_eq!(initials("đào"), "Đ");
        assert_eq!(initials("👩\u{200d}👧 Lan 🇻🇳"), "👩\u{200d}👧🇻🇳");
        assert_eq!(initials(" "), "");
    }
}
