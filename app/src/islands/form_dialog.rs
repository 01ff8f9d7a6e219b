//! Dialogs that links open: a click on a link with `data-form-dialog` opens the form of this id, as `deal`, of the linked page; a click on
//! one with `data-show` alone opens the element with `data-dialog`. The page is fetched from the URL in `data-show`, or else from the
//! link's own. Without a script the link opens its page.

use super::{
    dialog,
    dom::{closest_target, fetch_for_link, listen, opens_elsewhere, query_all, query_one, shown_to, while_open},
    drafts, field_checks,
    forms::{self, BrowserForm},
    picker, recent,
};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlDialogElement, HtmlElement, HtmlFormElement, MouseEvent};

/// Listens for clicks on such links.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        if let (Some(link), false) = (closest_target(&event, "a:is([data-form-dialog], [data-show])"), opens_elsewhere(&event)) {
            event.prevent_default();
            let url =
                link.get_attribute("data-show").filter(|url| !url.is_empty()).or_else(|| link.get_attribute("href")).unwrap_or_default();
            fetch_for_link(link, recent::with_opened(url), show);
        }
    });
}

fn show(link: &HtmlElement, page: &Document) -> Option<()> {
    match link.get_attribute("data-form-dialog") {
        Some(form) => show_form(page, forms::find(&form)?),
        None => dialog::show(page),
    }
}

/// Shows the form of a fetched page, with that page's heading as the title. Returns `None` if it can't be shown in a dialog. Listeners are
/// removed when the dialog closes.
fn show_form(page: &Document, browser_form: BrowserForm) -> Option<()> {
    let form: HtmlFormElement = page.get_element_by_id(browser_form.id)?.dyn_into().ok()?;
    // The page of a refused form shows more than the form. A form rendered for another user must not be mixed with this page.
    if form.has_attribute("data-again") || shown_to(page) != shown_to(&document()) {
        return None;
    }
    dialog::remove_closed();
    // With ids that the page has already, the form's labels would name the page's fields.
    if query_all(&form, "[id]").iter().any(|element| document().get_element_by_id(&element.id()).is_some()) {
        return None;
    }
    let heading = page.query_selector("main h1").ok()??.text_content()?;

    let title = document().create_element("h2").ok()?;
    title.set_id("dialog-title");
    title.set_class_name("px-5 pt-5 text-base font-semibold");
    title.set_text_content(Some(&heading));
    let dialog = dialog::create(&title)?;
    let _ = dialog.set_attribute("aria-labelledby", "dialog-title");
    let _ = dialog.append_child(&form);
    form.set_class_name("");
    while_open(&dialog, &|| {
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

fn close_on_cancel(dialog: &HtmlDialogElement) {
    let closing = dialog.clone();
    listen(dialog, "click", move |event: MouseEvent| {
        if closest_target(&event, "footer a").is_some() {
            event.prevent_default();
            closing.close();
        }
    });
}
