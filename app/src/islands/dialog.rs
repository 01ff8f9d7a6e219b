//! Dialogs over a page: created when they open, removed when they close. A click on a link with `data-show` opens the part of a page in
//! one: the element with `data-dialog` of the page at the attribute's value. Without a script the link opens its own page.

use super::{
    dom::{closest_target, fetch, go_to, listen, opens_elsewhere, query_all, query_one, while_open},
    recent,
};
use leptos::{prelude::document, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, MouseEvent};

/// Listens on the document.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        // The target is a dialog itself if the click is beside its content.
        let beside = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        if let Some(dialog) = beside.filter(|dialog| dialog.has_attribute("data-shown")) {
            dialog.close();
        } else if let (Some(link), false) = (closest_target(&event, "a[data-show]"), opens_elsewhere(&event)) {
            event.prevent_default();
            spawn_local(async move {
                if show(&link).await.is_none() {
                    go_to(&link.get_attribute("href").unwrap_or_default());
                }
            });
        }
    });
}

async fn show(link: &HtmlElement) -> Option<()> {
    let page = fetch(&recent::with_opened(link.get_attribute("data-show")?)).await?;
    let content = query_one(page.body()?.as_ref(), "[data-dialog]")?;
    remove_closed();
    let dialog = create(&content)?;
    let _ = dialog.set_attribute("aria-label", &content.get_attribute("data-dialog")?);
    let _ = dialog.set_attribute("data-shown", "");
    while_open(&dialog, || remove_when_closed(&dialog));
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

/// Removes the dialog when it closes. Call inside [`while_open`].
pub fn remove_when_closed(dialog: &HtmlDialogElement) {
    let closed = dialog.clone();
    listen(dialog, "close", move |_: Event| closed.remove());
}

/// Removes closed dialogs whose `close` event is still to come: browsers send it with the next frame.
pub fn remove_closed() {
    let closed = document().body().map(|body| query_all(&body, "dialog[data-created]:not([open])")).unwrap_or_default();
    closed.iter().for_each(|dialog| dialog.remove());
}
