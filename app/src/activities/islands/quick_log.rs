//! The quick log: a dialog over any page, opened by a link with `data-log`. Without a script the link opens the full
//! form. The query of the link's URL links records to the activity.

use crate::islands::{
    dom::{closest_target, go_to, listen, opens_elsewhere},
    forms::BrowserForm,
    show_form,
};
use domain::activities::ActivityForm;
use leptos::{prelude::document, task::spawn_local};
use web_sys::{HtmlElement, MouseEvent};

/// The form of the quick log.
const FORM: BrowserForm = BrowserForm::new("quick-log", ActivityForm::check_field);

/// Listens on the document.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        if let (Some(link), false) = (closest_target(&event, "a[data-log]"), opens_elsewhere(&event)) {
            event.prevent_default();
            open(link);
        }
    });
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
            go_to(&full_form_url);
        }
    });
}
