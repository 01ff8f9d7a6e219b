//! Keyboard shortcuts: elements with `data-key`, which a script clicks. The value is the key, or two keys one after the other, as `g c`.
//! Ctrl+K and `/` are handled by the page's own script (`assets::START`).

use super::dom::{by_id, closest_target, query_all, query_one};
use js_sys::Date;
use leptos::prelude::document;
use std::cell::RefCell;
use web_sys::{HtmlElement, KeyboardEvent};

/// Time within which the second key of two must follow, in milliseconds.
const NEXT_KEY: f64 = 2000.0;

/// The first key of two, with a space behind it and the time when it was pressed; empty for none.
pub type Pending = RefCell<(String, f64)>;

/// Handles a key pressed anywhere. `None` if it does nothing.
pub fn on_keydown(pending: &Pending, event: &KeyboardEvent) -> Option<()> {
    if event.default_prevented() || event.repeat() || event.is_composing() || event.alt_key() || event.ctrl_key() || event.meta_key() {
        return None;
    }
    let key = event.key().to_ascii_lowercase();
    let (first, at) = pending.take();
    // Users can switch single keys off.
    if is_typing(event) || document().document_element()?.has_attribute("data-no-shortcuts") {
        return None;
    }
    let keys = if Date::now() - at < NEXT_KEY { first + &key } else { key };
    if let Some(target) = find(&format!("='{keys}'")) {
        event.prevent_default();
        let _ = press(&target);
    }
    if find(&format!("^='{keys} '")).is_some() {
        pending.replace((keys + " ", Date::now()));
    }
    Some(())
}

/// Whether the key goes to a field, or to a dialog that is open or being fetched. An input of a dialog that has just closed keeps the focus
/// until the browser's next frame.
fn is_typing(event: &KeyboardEvent) -> bool {
    let in_closed_dialog = closest_target(event, "dialog:not([open])").is_some();
    let in_field = !in_closed_dialog && closest_target(event, "input, textarea, select, [contenteditable]").is_some();
    in_field || document().query_selector("dialog[open], a[aria-busy]").is_ok_and(|dialog| dialog.is_some())
}

/// The element of these keys, the last of several: the page's content, whose elements concern its record, comes after the top bar.
fn find(value: &str) -> Option<HtmlElement> {
    query_all(document().body()?.as_ref(), &format!("[data-key{value}]")).pop()
}

/// Clicks the element. Of an opened menu the first entry gets the focus.
fn press(target: &HtmlElement) -> Option<()> {
    target.click();
    query_one(by_id::<HtmlElement>(&target.get_attribute("popovertarget")?)?.as_ref(), "a")?.focus().ok()
}
