//! Dialogs over a page: created when they open, removed when they close.

use super::dom::{query_all, query_one, while_open};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlDialogElement};

/// Shows the element with `data-dialog` of a fetched page, whose value is the dialog's name.
pub fn show(page: &Document) -> Option<()> {
    let content = query_one(page.body()?.as_ref(), "[data-dialog]")?;
    remove_closed();
    let dialog = create(&content)?;
    let _ = dialog.set_attribute("aria-label", &content.get_attribute("data-dialog")?);
    while_open(&dialog, &|| {});
    dialog.show_modal().ok()
}

/// Creates a closed dialog around the content.
pub fn create(content: &Element) -> Option<HtmlDialogElement> {
    let dialog: HtmlDialogElement = document().create_element("dialog").ok()?.dyn_into().ok()?;
    dialog.set_class_name("dialog");
    let _ = dialog.set_attribute("data-size", "lg");
    let _ = dialog.set_attribute("data-created", "");
    let _ = dialog.append_child(content);
    let _ = document().body()?.append_child(&dialog);
    Some(dialog)
}

/// Removes closed dialogs whose `close` event is still to come: browsers send it with the next frame.
pub fn remove_closed() {
    let closed = document().body().map(|body| query_all(&body, "dialog[data-created]:not([open])")).unwrap_or_default();
    closed.iter().for_each(|dialog| dialog.remove());
}
