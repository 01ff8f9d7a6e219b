//! The search of a list answers while the user types. The elements with `data-results` are replaced by those of the list that Enter would
//! open; the input stays, with focus and caret. Without a script, Enter opens that list.

use super::{
    dom::{by_id, dispatch_change, field_pairs, go_to, query_one, replace_parts, url_encoded},
    picker,
};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlFormElement};

/// The URL that the form would open, without the empty fields.
pub fn address() -> Option<String> {
    let form: HtmlFormElement = query_one(document().body()?.as_ref(), "[data-search]")?.closest("form").ok()??.dyn_into().ok()?;
    let mut pairs = field_pairs(&form)?;
    pairs.retain(|(_, value)| !value.is_empty());
    Some(format!("{}?{}", form.get_attribute("action")?, url_encoded(pairs)?))
}

/// Shows the results of the fetched page; opens it if it can't be shown in this one.
pub fn show(page: Option<Document>, address: &str) {
    if page.and_then(|page| show_results(&page, address)).is_none() {
        go_to(address);
    }
}

/// Replaces the results. The URL replaces that of the page, so "Back" leaves the list.
fn show_results(page: &Document, address: &str) -> Option<()> {
    page.query_selector("[data-results]").ok()??;
    web_sys::window()?.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(address)).ok()?;
    replace_parts(page, "[data-results]");
    picker::browser::attach();
    // The board's island fetches the cards that match its filter.
    if let (Some(board), Some(fresh)) = (by_id::<Element>("board"), page.get_element_by_id("board")) {
        let _ = board.set_attribute("data-filter", &fresh.get_attribute("data-filter").unwrap_or_default());
        dispatch_change(&board);
    }
    Some(())
}
