//! Keeps with the account whether the sidebar is folded. Without a script, the page of the preferences does.

use super::dom::{by_id, listen};
use crate::server_functions::fetch_client::{FetchRequest, send_request};
use leptos::task::spawn_local;
use web_sys::{Event, HtmlInputElement};

/// Listens to the sidebar's check box, which folds it by style alone.
pub fn attach() {
    let Some(fold) = by_id::<HtmlInputElement>("fold") else { return };
    // Clicked before the islands were loaded.
    if fold.checked() != fold.default_checked() {
        keep(&fold);
    }
    let clicked = fold.clone();
    listen(&fold, "change", move |_: Event| keep(&clicked));
}

fn keep(fold: &HtmlInputElement) {
    let folded = if fold.checked() { "on" } else { "" };
    let body = format!(r#"{{"form":{{"folded":"{folded}"}}}}"#);
    if let Some(path) = fold.get_attribute("data-function") {
        // If it fails, the sidebar stays as it is until the next page.
        spawn_local(async move { drop(send_request(FetchRequest::without_notice(path, body)).await) });
    }
}
