//! Opens the form that a link with `data-form-dialog` leads to in a dialog over the page. Without a script the link leads to the
//! form's own page. The link says whose rules its form follows: `data-form-dialog="company"`, `"contact"`, `"deal"` or `"activity"`,
//! which is also the form's id.

use crate::islands::{
    FormRules,
    dom::{closest_target, fetch, listen, query_all, query_one, shown_to, while_open},
    drafts,
    field_checks::browser::attach_to,
};
use leptos::{prelude::document, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlFormElement, MouseEvent};

/// Listens for clicks on such links.
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
    // No dialog came of it: the link does what a link does.
    if shown.is_none() {
        let _ = document().location().map(|location| location.set_href(&href));
    }
}

async fn show(link: &Element, href: &str) -> Option<()> {
    let kind = link.get_attribute("data-form-dialog")?;
    let rules = FormRules::of_form(&kind)?;
    show_form(href, &kind, rules, || match rules {
        FormRules::Deal => crate::deals::islands::attach_choices(),
        FormRules::Activity => crate::activities::islands::attach_choices(),
        _ => {}
    })
    .await
}

/// Shows the form of this id, from the page at `href`, in a dialog with that page's heading. What `attach` listens to ends
/// with the dialog.
pub async fn show_form(href: &str, id: &str, rules: FormRules, attach: impl FnOnce()) -> Option<()> {
    let page = fetch(href).await?;
    let form: HtmlFormElement = page.get_element_by_id(id)?.dyn_into().ok()?;
    // A form that shows what was typed before has more on its page than fits here. And one that is shown to somebody else
    // than this page must not be taken for this page's.
    if form.has_attribute("data-again") || shown_to(&page) != shown_to(&document()) {
        return None;
    }
    remove_closed();
    // Nor one whose ids the page has already: its labels would name the page's fields.
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
        attach_to(form.clone(), rules);
        crate::islands::picker::browser::attach();
        attach();
        // None, or the same as the form has.
        let _ = drafts::offer(&form);
    });
    // The browser gives the focus back to the link when it closes.
    dialog.show_modal().ok()?;
    let first = query_one(&form, "[data-first] input:not([type=hidden])")
        .or_else(|| query_one(&form, "input:not([type=hidden]), select, textarea"))?;
    first.focus().ok()
}

/// Removes the dialogs that are closed but whose `close` event, which the browser sends with its next frame, is still to come.
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
