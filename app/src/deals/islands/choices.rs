//! The deal's form: the contacts of the company chosen, and what the stage chosen means.
//!
//! The page of a new deal draws those choices for the values in its address, so a choice is one GET of it. Without a
//! script the form's buttons beside them send the form and get it back.

use crate::islands::dom::{around, by_id, fetch, listen, take_children};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FormData, HtmlFormElement, HtmlSelectElement, UrlSearchParams};

/// What depends on the company, by id.
const OF_COMPANY: &[&str] = &["company_id", "contact_id", "contact_id-hint"];
/// What depends on the stage, by id.
const OF_STAGE: &[&str] = &["probability-hint"];

/// Attaches to the form, if this page has it.
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
        if around(&event, "button[name=look]").is_some() {
            event.prevent_default();
            spawn_local(refresh(clicked.clone(), OF_COMPANY));
        }
    });
    // Enter in the search box would send the whole form.
    let typed = form.clone();
    listen(&form, "keydown", move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && around(&event, "#company_q").is_some() {
            event.prevent_default();
            spawn_local(refresh(typed.clone(), OF_COMPANY));
        }
    });
}

/// Asks the server for the form as it is filled in and takes its choices over.
async fn refresh(form: HtmlFormElement, parts: &[&str]) {
    let Some(page) = asked(&form).await else { return };
    for id in parts {
        let (Some(here), Some(there)) = (by_id::<Element>(id), page.get_element_by_id(id)) else { continue };
        take_children(&here, &there);
    }
}

async fn asked(form: &HtmlFormElement) -> Option<web_sys::Document> {
    let fields = FormData::new_with_form(form).ok()?;
    // Only what decides the choices: the rest of what is typed has no business in an address.
    let query = UrlSearchParams::new().ok()?;
    for name in ["company_q", "company_id", "contact_id", "stage"] {
        if let Some(value) = fields.get(name).as_string() {
            query.append(name, &value);
        }
    }
    let address = format!("/deals/new?{}", String::from(query.to_string()));
    fetch(&address).await
}
