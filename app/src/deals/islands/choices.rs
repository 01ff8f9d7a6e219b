//! Dependent fields of the deal form: contacts follow the selected company, the probability hint follows the selected stage.
//!
//! The page `/deals/new` renders both for the values in its query, so a change costs one GET. Without a script, buttons beside the
//! fields submit the form as a lookup.

use crate::islands::dom::{by_id, closest_target, fetch, listen, replace_children_from};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FormData, HtmlFormElement, HtmlSelectElement, UrlSearchParams};

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
            "company_id" => spawn_local(refresh(changed.clone(), OF_COMPANY)),
            "stage" => spawn_local(refresh(changed.clone(), OF_STAGE)),
            _ => {}
        }
    });
    let clicked = form.clone();
    listen(&form, "click", move |event: Event| {
        if closest_target(&event, "button[name=look]").is_some() {
            event.prevent_default();
            spawn_local(refresh(clicked.clone(), OF_COMPANY));
        }
    });
    // Enter in the search box would submit the form.
    let typed = form.clone();
    listen(&form, "keydown", move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && closest_target(&event, "#company_q").is_some() {
            event.prevent_default();
            spawn_local(refresh(typed.clone(), OF_COMPANY));
        }
    });
}

/// Fetches the form for its current values and replaces the children of the elements `parts`.
async fn refresh(form: HtmlFormElement, parts: &[&str]) {
    let Some(page) = fetch_form(&form).await else { return };
    for id in parts {
        let (Some(current), Some(fetched)) = (by_id::<Element>(id), page.get_element_by_id(id)) else { continue };
        replace_children_from(&current, &fetched);
    }
}

async fn fetch_form(form: &HtmlFormElement) -> Option<web_sys::Document> {
    let fields = FormData::new_with_form(form).ok()?;
    // Only the fields that determine the options: other input does not belong in a URL.
    let query = UrlSearchParams::new().ok()?;
    for name in ["company_q", "company_id", "contact_id", "stage"] {
        if let Some(value) = fields.get(name).as_string() {
            query.append(name, &value);
        }
    }
    let address = format!("/deals/new?{}", String::from(query.to_string()));
    fetch(&address).await
}
