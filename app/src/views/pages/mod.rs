//! The pages of views, and their addresses.

mod delete;
mod form;

pub use delete::delete;
pub use form::{edit, new, of_view_form};

use crate::{
    request::{PageError, as_str_pairs, pairs_of},
    ui::{
        icon,
        list::encode_pairs,
        markup::{IntoMarkup, Markup},
    },
};
use domain::{
    forms::FormErrors,
    ids::ViewId,
    record_kinds::RecordKind,
    views::{QUERY_MAX, ViewIcon, kept_pairs_of},
};

/// The URL that opens a view.
pub(super) fn url_of_view(list: RecordKind, id: ViewId) -> String {
    format!("{}?view_id={id}", list.path())
}

/// The URL of a view with what it keeps.
pub(super) fn address_of(list: RecordKind, id: ViewId, kept: &str) -> String {
    let and = if kept.is_empty() { "" } else { "&" };
    state_url(list, &format!("{kept}{and}view_id={id}"))
}

/// The URL of a list in this state.
pub(super) fn state_url(list: RecordKind, state: &str) -> String {
    if state.is_empty() { list.path().to_owned() } else { format!("{}?{state}", list.path()) }
}

/// The URL of the form that saves a list in this state as a new view.
pub(super) fn new_view_url(list: RecordKind, state: &str) -> String {
    format!("/views/new?{}", encode_pairs([("list", list.slug()), ("state", state)]))
}

/// The list of this slug.
///
/// # Errors
/// A message at `list`.
pub(super) fn list_of(slug: &str) -> Result<RecordKind, FormErrors> {
    RecordKind::from_slug(slug).ok_or_else(|| FormErrors::of("list", "Choose a list"))
}

/// What a view keeps of a list's address.
///
/// # Errors
/// A message at `state`, if the address can't be read or is too long.
pub(super) fn kept_state(list: RecordKind, state: &str) -> Result<String, FormErrors> {
    let unreadable = || FormErrors::of("state", "Reload the list and try again");
    let pairs = pairs_of(state).map_err(|_: PageError| unreadable())?;
    let kept = kept_pairs_of(list, as_str_pairs(&pairs)).map_err(|_| unreadable())?;
    let kept = encode_pairs(kept.iter().map(|(name, value)| (*name, value.as_str())));
    if kept.len() > QUERY_MAX { Err(FormErrors::of("state", "These are more filters than a view can keep")) } else { Ok(kept) }
}

/// The drawing of a view's icon.
pub(super) fn view_icon(of: ViewIcon) -> Markup {
    match of {
        ViewIcon::List => icon("list", "size-4").into_markup(),
        ViewIcon::Star => icon("star", "size-4").into_markup(),
        ViewIcon::Flag => icon("flag", "size-4").into_markup(),
        ViewIcon::Clock => icon("clock", "size-4").into_markup(),
        ViewIcon::Phone => icon("phone", "size-4").into_markup(),
        ViewIcon::Person => icon("user", "size-4").into_markup(),
        ViewIcon::Building => icon("building-2", "size-4").into_markup(),
        ViewIcon::Coin => icon("circle-dollar-sign", "size-4").into_markup(),
    }
}
