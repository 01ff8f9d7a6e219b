//! Feedback of the board: the live region for screen readers, and the toast for every user.

use super::board::Board;
use crate::islands::dom::{by_id, closest_target, query_one};
use leptos::prelude::set_timeout;
use std::{rc::Rc, time::Duration};
use web_sys::{Event, HtmlElement, HtmlTemplateElement};

/// The time an undo toast stays: long enough to read the toast twice.
const UNDO_TIME: Duration = Duration::from_secs(10);

/// Listens for clicks on "Undo".
pub fn attach(board: &Rc<Board>) {
    let Some(region) = by_id::<HtmlElement>("toast") else { return };
    board.on(&region.clone(), "click", move |board, event: Event| {
        if closest_target(&event, "[data-undo]").is_some() {
            region.set_text_content(None);
            let undo = board.pending_undo.borrow_mut().undo.take();
            if let Some(undo) = undo {
                undo();
            }
        }
    });
}

/// Announces a message to screen readers by the live region `#board-said`.
pub fn announce(message: &str) {
    if let Some(line) = by_id::<HtmlElement>("board-said") {
        line.set_text_content(Some(message));
    }
}

/// Shows a toast with an "Undo" button.
pub fn show_undo_toast(board: &Rc<Board>, message: &str, undo: impl FnOnce() + 'static) {
    if show_toast("toast-moved", message).is_none() {
        return;
    }
    let count = {
        let mut pending = board.pending_undo.borrow_mut();
        pending.undo = Some(Box::new(undo));
        pending.count += 1;
        pending.count
    };
    let board = Rc::clone(board);
    set_timeout(move || remove_expired(&board, count), UNDO_TIME);
}

/// Removes an undo toast whose time is over, except when another undo toast has replaced the toast or the user hovers or focuses it.
fn remove_expired(board: &Board, count: u32) {
    let toast = by_id::<HtmlElement>("toast").and_then(|region| query_one(&region, ".toast-body:has([data-undo])"));
    let in_use = toast.as_ref().is_some_and(|toast| toast.matches(":hover, :focus-within").unwrap_or(false));
    if board.pending_undo.borrow().count != count || in_use {
        return;
    }
    board.pending_undo.borrow_mut().undo = None;
    if let Some(toast) = toast {
        toast.remove();
    }
}

/// Shows an error toast, which stays until another toast replaces it.
pub fn show_error_toast(message: &str) {
    show_toast("toast-refused", message);
}

/// Replaces the content of the toast region by a copy of the page's template of this id.
fn show_toast(template: &str, message: &str) -> Option<HtmlElement> {
    let region = by_id::<HtmlElement>("toast")?;
    let template = by_id::<HtmlTemplateElement>(template)?;
    let copy = template.content().clone_node_with_deep(true).ok()?;
    region.set_text_content(None);
    region.append_child(&copy).ok()?;
    let shown = query_one(&region, ".toast-body")?;
    query_one(&shown, "[data-words]")?.set_text_content(Some(message));
    Some(shown)
}
