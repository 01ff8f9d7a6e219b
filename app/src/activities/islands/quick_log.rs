//! The quick log: a dialog over any page, opened by a link with `data-log` or the key L. Without a script the link opens the full
//! form. The query of the link's URL links records to the activity.

use crate::islands::{
    dom::{closest_target, has_shortcuts, listen, query_one},
    forms::BrowserForm,
    show_form,
};
use domain::activities::ActivityForm;
use leptos::{prelude::document, task::spawn_local};
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

/// The form of the quick log.
const FORM: BrowserForm = BrowserForm::new("quick-log", ActivityForm::check_field);

/// Listens on the document.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if let (Some(link), false) = (closest_target(&event, "a[data-log]"), elsewhere) {
            event.prevent_default();
            open(link);
        }
    });
    listen(&document(), "keydown", |event: KeyboardEvent| on_keydown(&event));
}

/// Opens the quick log on the key L, except while an input has the focus, and unless the user has switched shortcuts off.
fn on_keydown(event: &KeyboardEvent) {
    let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat());
    // An input of a dialog that has just closed keeps the focus until the browser's next frame.
    let in_closed_dialog = closest_target(event, "dialog:not([open])").is_some();
    let typing = !in_closed_dialog && closest_target(event, "input, textarea, select, [contenteditable], dialog").is_some();
    if !plain || typing || !has_shortcuts() || !event.key().eq_ignore_ascii_case("l") {
        return;
    }
    // The link in the page's content links the page's record; the link in the top bar links none.
    let link = document().body().and_then(|body| query_one(&body, "main a[data-log]").or_else(|| query_one(&body, "a[data-log]")));
    if let Some(link) = link {
        event.prevent_default();
        open(link);
    }
}

fn open(link: HtmlElement) {
    let modal_is_open = document().query_selector("dialog[open]").ok().flatten().is_some();
    if modal_is_open || link.has_attribute("aria-busy") {
        return;
    }
    let _ = link.set_attribute("aria-busy", "true");
    spawn_local(async move {
        let full_form_url = link.get_attribute("href").unwrap_or_default();
        let query = full_form_url.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let shown = show_form(&format!("/activities/quick?{query}"), FORM).await;
        let _ = link.remove_attribute("aria-busy");
        if shown.is_none() {
            let _ = document().location().map(|location| location.set_href(&full_form_url));
        }
    });
}
