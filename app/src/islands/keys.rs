//! Keyboard shortcuts: elements with `data-key`, which a script clicks, or focuses if they are inputs. The value is the key, or two keys one
//! after the other, as `g c`. Ctrl+K or ⌘K is `mod k`.

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
    if event.repeat() || event.is_composing() || event.alt_key() {
        return None;
    }
    let key = event.key().to_ascii_lowercase();
    let (first, at) = pending.take();
    if event.ctrl_key() || event.meta_key() {
        if key == "k" && !event.shift_key() {
            event.prevent_default();
            // An open palette gets the focus; another dialog stays alone.
            match dialog_open_or_coming() {
                Some(dialog) => query_one(&dialog, "[data-options]")?.focus().ok()?,
                None => find("='mod k'")?.click(),
            }
        }
        return None;
    }
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

/// The open dialog, or a link that fetches one.
fn dialog_open_or_coming() -> Option<HtmlElement> {
    query_one(document().body()?.as_ref(), "dialog[open], a[aria-busy]")
}

/// Whether the key goes to a field, or to a dialog. An input of a dialog that has just closed keeps the focus until the browser's next
/// frame.
fn is_typing(event: &KeyboardEvent) -> bool {
    let in_closed_dialog = closest_target(event, "dialog:not([open])").is_some();
    let in_field = !in_closed_dialog && closest_target(event, "input, textarea, select, [contenteditable]").is_some();
    in_field || dialog_open_or_coming().is_some()
}

/// The element of these keys, the last of several: the page's content, whose elements concern its record, comes after the top bar.
fn find(value: &str) -> Option<HtmlElement> {
    query_all(document().body()?.as_ref(), &format!("[data-key{value}]")).pop()
}

/// Focuses an input, clicks anything else. Of an opened menu the first entry gets the focus.
fn press(target: &HtmlElement) -> Option<()> {
    if target.tag_name() == "INPUT" {
        return target.focus().ok();
    }
    target.click();
    query_one(by_id::<HtmlElement>(&target.get_attribute("popovertarget")?)?.as_ref(), "a")?.focus().ok()
}
