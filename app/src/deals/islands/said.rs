//! What the board tells: a line that only screen readers hear, and the toast that everybody sees.

use super::board::Board;
use crate::islands::dom::{around, by_id, listen, one};
use leptos::prelude::set_timeout;
use std::{rc::Rc, time::Duration};
use web_sys::{Event, HtmlElement, HtmlTemplateElement};

/// How long a toast with an "Undo" stays: long enough to read it twice.
const TOAST: Duration = Duration::from_secs(10);

/// Listens for "Undo".
pub fn attach(board: &Rc<Board>) {
    let Some(region) = by_id::<HtmlElement>("toast") else { return };
    let board = Rc::clone(board);
    listen(&region.clone(), "click", move |event: Event| {
        if around(&event, "[data-undo]").is_some() {
            region.set_text_content(None);
            let undo = board.offer.borrow_mut().undo.take();
            if let Some(undo) = undo {
                undo();
            }
        }
    });
}

/// Tells screen readers.
pub fn say(words: &str) {
    if let Some(line) = by_id::<HtmlElement>("board-said") {
        line.set_text_content(Some(words));
    }
}

/// Shows what was done, with a way back.
pub fn done(board: &Rc<Board>, words: &str, undo: impl FnOnce() + 'static) {
    if show("toast-moved", words).is_none() {
        return;
    }
    let count = {
        let mut offer = board.offer.borrow_mut();
        offer.undo = Some(Box::new(undo));
        offer.count += 1;
        offer.count
    };
    let board = Rc::clone(board);
    set_timeout(move || withdraw(&board, count), TOAST);
}

/// Takes a toast away whose time is over, unless another offer was made since or somebody is about to use it.
fn withdraw(board: &Board, count: u32) {
    let toast = by_id::<HtmlElement>("toast").and_then(|region| one(&region, ".toast-body:has([data-undo])"));
    let in_use = toast.as_ref().is_some_and(|toast| toast.matches(":hover, :focus-within").unwrap_or(false));
    if board.offer.borrow().count != count || in_use {
        return;
    }
    board.offer.borrow_mut().undo = None;
    if let Some(toast) = toast {
        toast.remove();
    }
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
