//! Dependent fields of the deal form: contacts follow the selected company, the probability hint follows the selected stage.
//!
//! The page `/deals/new` renders both for the values in its query, so a change costs one GET. Without a script, buttons beside the
//! fields submit the form as a lookup.

use crate::islands::dom::{by_id, closest_target, fetch_then, field_pairs, listen, replace_children_from, url_encoded};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlFormElement, HtmlSelectElement};

/// The ids of the elements that depend on the company.
const OF_COMPANY: &[&str] = &["company_id", "contact_id", "contact_id-hint"];
/// The ids of the elements that depend on the stage.
const OF_STAGE: &[&str] = &["probability-hint"];

/// Attaches to the form `#deal`, if the page has one.
pub fn attach() {
    let Some(form) = by_id::<HtmlFormElement>("deal") else { return };
    let changed = form.clone();
    listen(&form, "change", move |event: Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) else { return };
        match select.name().as_str() {
            "company_id" => refresh(&changed, OF_COMPANY),
            "stage" => refresh(&changed, OF_STAGE),
            _ => {}
        }
    });
    let clicked = form.clone();
    listen(&form, "click", move |event: Event| {
        if closest_target(&event, "button[name=look]").is_some() {
            event.prevent_default();
            refresh(&clicked, OF_COMPANY);
        }
    });
    // Enter in the search box would submit the form.
    let typed = form.clone();
    listen(&form, "keydown", move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && closest_target(&event, "#company_q").is_some() {
            event.prevent_default();
            refresh(&typed, OF_COMPANY);
        }
    });
}

/// Fetches the form for its current values and replaces the children of the elements `parts`.
fn refresh(form: &HtmlFormElement, parts: &'static [&'static str]) {
    let Some(url) = url_of(form) else { return };
    fetch_then(url, move |page| {
        let Some(page) = page else { return };
        for id in parts {
            let (Some(current), Some(fetched)) = (by_id::<Element>(id), page.get_element_by_id(id)) else { continue };
            replace_children_from(&current, &fetched);
        }
    });
}

/// The URL of the form with its current values.
fn url_of(form: &HtmlFormElement) -> Option<String> {
    // Only the fields that determine the options: other input does not belong in a URL.
    let mut pairs = field_pairs(form)?;
    pairs.retain(|(name, _)| ["company_q", "company_id", "contact_id", "stage"].contains(&name.as_str()));
    Some(format!("/deals/new?{}", url_encoded(pairs)?))
}
