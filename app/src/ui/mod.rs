//! The small parts pages are made of.

pub mod conflict;
pub mod custom_fields;
pub mod error_summary;
pub mod form;
pub mod list;
pub mod page;
pub mod picker;
pub mod record;
pub mod record_form;
pub mod tags_field;
pub mod times;

use domain::stages::StageKind;
use leptos::prelude::*;
use std::sync::OnceLock;

/// The icon sprite's address, without `#name`; named once, at start, for every page.
static SPRITE: OnceLock<String> = OnceLock::new();

/// Names the icon sprite's address for every page of this process, once, before the first is drawn.
pub fn set_sprite_url(address: &str) {
    let _ = SPRITE.set(address.to_owned());
}

/// A Lucide icon by its name, for the eye only: what it means must also be said in words. Without a class, its look is its
/// place's in the style sheet.
pub fn icon(name: &str, class: &str) -> impl IntoView + use<> {
    let sprite = SPRITE.get().map_or("/icons.svg", String::as_str);
    let class = (!class.is_empty()).then(|| format!("{class} shrink-0"));
    view! { <svg class=class aria-hidden="true"><use href=format!("{sprite}#{name}")></use></svg> }
}

/// A person's initials in a circle, for the eye only.
pub fn avatar(name: &str, class: &str) -> impl IntoView + use<> {
    view! {
        <span class=format!("{class} inline-grid shrink-0 place-items-center rounded-full bg-secondary font-medium text-secondary-foreground") aria-hidden="true">
            {initials(name)}
        </span>
    }
}

/// The first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

/// A tag: a colour a person chose, and its name. The colour is an SVG fill, as the page's policy blocks style attributes.
pub fn tag(name: &str, color: &str) -> impl IntoView + use<> {
    let (name, color) = (name.to_owned(), color.to_owned());
    view! {
        <span class="chip tag"><svg viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" fill=color></circle></svg>{name}</span>
    }
}

/// How many tags a row has beyond those it shows.
pub fn more_tags(tags: usize, shown: usize) -> Option<impl IntoView> {
    (tags > shown).then(|| view! { <span class="chip">{format!("+{}", tags - shown)}</span> })
}

/// `1 deal`, `2 deals`, `1.250 deals`.
pub fn pluralize(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", domain::money::group_thousands(count)) }
}

/// Those of several counts that are more than none, in words.
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

/// The link that writes to an address. Percent-encoded, or a `?` in it would add other receivers.
pub fn mailto(address: &str) -> String {
    list::percent_encoded("mailto:", address, "@.+-_~")
}

/// The colour of a stage, by what it means and its place among the open ones (from 0).
pub fn stage_dot_class(kind: StageKind, open_index: usize) -> &'static str {
    match (kind, open_index % 4) {
        (StageKind::Won, _) => "bg-won",
        (StageKind::Lost, _) => "bg-lost",
        (StageKind::Open, 0) => "bg-stage-1",
        (StageKind::Open, 1) => "bg-stage-2",
        (StageKind::Open, 2) => "bg-stage-3",
        (StageKind::Open, _) => "bg-stage-4",
    }
}

/// A colour and the word it stands for.
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
        assert_eq!(initials(" "), "");
    }
}
