//! What the board tells: a line that only screen readers hear, and the toast that everybody sees.

use super::dom::{by_id, listen, one};
use leptos::prelude::set_timeout;
use std::{cell::RefCell, rc::Rc, time::Duration};
use web_sys::{Event, HtmlElement, HtmlTemplateElement};

/// How long a toast with an "Undo" stays: long enough to read it twice.
const TOAST: Duration = Duration::from_secs(10);

/// Tells screen readers.
pub fn say(words: &str) {
    if let Some(line) = by_id::<HtmlElement>("board-said") {
        line.set_text_content(Some(words));
    }
}

/// Shows what was done, with a way back.
pub fn done(words: &str, undo: impl FnOnce() + 'static) {
    let Some(toast) = show("toast-moved", words) else { return };
    let undo = RefCell::new(Some(undo));
    let shown = Rc::new(toast);
    if let Some(button) = one(&shown, "button") {
        let shown = Rc::clone(&shown);
        listen(&button, "click", move |_: Event| {
            shown.remove();
            if let Some(undo) = undo.take() {
                undo();
            }
        });
    }
    set_timeout(
        move || {
            // Whoever is about to use it keeps it.
            let in_use = shown.matches(":hover, :focus-within").unwrap_or(false);
            if !in_use {
                shown.remove();
            }
        },
        TOAST,
    );
}

/// Shows what was not done, and why. It stays until something else is said.
pub fn failed(words: &str) {
    show("toast-refused", words);
}

/// Puts a copy of a template of the page into the toast region, in place of what was there.
fn show(template: &str, words: &str) -> Option<HtmlElement> {
    let region = by_id::<HtmlElement>("toast")?;
    let template = by_id::<HtmlTemplateElement>(template)?;
    let copy = template.content().clone_node_with_deep(true).ok()?;
    region.set_text_content(None);
    region.append_child(&copy).ok()?;
    let shown = one(&region, ".toast-body")?;
    one(&shown, "[data-words]")?.set_text_content(Some(words));
    Some(shown)
}
