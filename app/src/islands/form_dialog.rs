//! Forms in dialogs: a click on a link with `data-form-dialog` opens the form of the linked page in a dialog. The attribute's value
//! is the form's id, as `deal`. Without a script the link opens the form's page.

use super::{
    dom::{closest_target, fetch, listen, query_all, query_one, shown_to, while_open},
    drafts, field_checks,
    forms::{self, BrowserForm},
    picker,
};
use leptos::{prelude::document, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlFormElement, MouseEvent};

/// Listens for clicks on links with `data-form-dialog`.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if let (Some(link), false) = (closest_target(&event, "a[data-form-dialog]"), elsewhere) {
            event.prevent_default();
            if !link.has_attribute("aria-busy") {
                spawn_local(open(link));
            }
        }
    });
}

async fn open(link: HtmlElement) {
    let _ = link.set_attribute("aria-busy", "true");
    let href = link.get_attribute("href").unwrap_or_default();
    let shown = show(&link, &href).await;
    let _ = link.remove_attribute("aria-busy");
    // The form can't be shown in a dialog: follow the link.
    if shown.is_none() {
        let _ = document().location().map(|location| location.set_href(&href));
    }
}

async fn show(link: &Element, href: &str) -> Option<()> {
    show_form(href, forms::find(&link.get_attribute("data-form-dialog")?)?).await
}

/// Shows the form of the page at `href` in a dialog, with that page's heading as its title. Returns `None` if the form can't be shown
/// in a dialog. Listeners are removed when the dialog closes.
pub async fn show_form(href: &str, browser_form: BrowserForm) -> Option<()> {
    let page = fetch(href).await?;
    let form: HtmlFormElement = page.get_element_by_id(browser_form.id)?.dyn_into().ok()?;
    // The page of a refused form shows more than the form. A form rendered for another user must not be mixed with this page.
    if form.has_attribute("data-again") || shown_to(&page) != shown_to(&document()) {
        return None;
    }
    remove_closed();
    // With ids that the page has already, the form's labels would name the page's fields.
    if query_all(&form, "[id]").iter().any(|element| document().get_element_by_id(&element.id()).is_some()) {
        return None;
    }
    let heading = page.query_selector("main h1").ok()??.text_content()?;

    let dialog: HtmlDialogElement = document().create_element("dialog").ok()?.dyn_into().ok()?;
    dialog.set_class_name("dialog");
    let _ = dialog.set_attribute("data-form", "");
    let _ = dialog.set_attribute("data-size", "lg");
    let _ = dialog.set_attribute("aria-labelledby", "dialog-title");
    let title = document().create_element("h2").ok()?;
    title.set_id("dialog-title");
    title.set_class_name("px-5 pt-5 text-base font-semibold");
    title.set_text_content(Some(&heading));
    let _ = dialog.append_child(&title);
    let _ = dialog.append_child(&form);
    form.set_class_name("");
    let _ = document().body()?.append_child(&dialog);
    while_open(&dialog, || {
        close_on_cancel(&dialog);
        field_checks::attach_to(form.clone(), browser_form);
        picker::browser::attach();
        (browser_form.attach)();
        // There may be no draft.
        let _ = drafts::offer(&form);
    });
    // The browser returns the focus to the link when the dialog closes.
    dialog.show_modal().ok()?;
    let first = query_one(&form, "[data-first] input:not([type=hidden])")
        .or_else(|| query_one(&form, "input:not([type=hidden]), select, textarea"))?;
    first.focus().ok()
}

/// Removes closed dialogs whose `close` event is still to come: browsers send it with the next frame.
fn remove_closed() {
    let closed = document().body().map(|body| query_all(&body, "dialog[data-form]:not([open])")).unwrap_or_default();
    closed.iter().for_each(|dialog| dialog.remove());
}

fn close_on_cancel(dialog: &HtmlDialogElement) {
    let closing = dialog.clone();
    listen(dialog, "click", move |event: MouseEvent| {
        if closest_target(&event, "footer a").is_some() {
            event.prevent_default();
            closing.close();
        }
    });
    let closed = dialog.clone();
    listen(dialog, "close", move |_: Event| closed.remove());
}
