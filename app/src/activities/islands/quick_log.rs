//! The quick log: a dialog over any page, opened by a link with `data-log` or the key L. The link leads to the whole form
//! where there is no script; what it is about stands in its address.

use crate::islands::{
    FormRules,
    dom::{closest_target, listen, query_one},
    show_form,
};
use leptos::{prelude::document, task::spawn_local};
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};

/// Listens on the page.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if let (Some(link), false) = (closest_target(&event, "a[data-log]"), elsewhere) {
            event.prevent_default();
            open(link);
        }
    });
    listen(&document(), "keydown", |event: KeyboardEvent| key(&event));
}

/// L opens the quick log, but not where one types.
fn key(event: &KeyboardEvent) {
    let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat());
    let typing = closest_target(event, "input, textarea, select, [contenteditable], dialog").is_some();
    if !plain || typing || !event.key().eq_ignore_ascii_case("l") {
        return;
    }
    // The page's own link knows what the page is about; the one in the top bar is on every page.
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
        let href = link.get_attribute("href").unwrap_or_default();
        let about = href.split_once('?').map(|(_, about)| about).unwrap_or_default();
        let shown = show_form(&format!("/activities/quick?{about}"), "quick-log", FormRules::Activity, || {}).await;
        let _ = link.remove_attribute("aria-busy");
        if shown.is_none() {
            let _ = document().location().map(|location| location.set_href(&href));
        }
    });
}
