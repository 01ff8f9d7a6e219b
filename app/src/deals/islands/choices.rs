//! The deal's form: the contacts of the company chosen, and what the stage chosen means.
//!
//! The page of a new deal draws those choices for the values in its address, so a choice is one GET of it. Without a
//! script the form's "Find" and "Show contacts" buttons send the form and get it back.

use super::{
    StageHint,
    dom::{around, by_id, fetch, listen, one},
};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlSelectElement, SupportedType, UrlSearchParams};

/// What a GET of the form may change.
const PARTS: [&str; 3] = ["company_id", "contact_id", "contact_id-hint"];

/// Attaches to the form, if this page has it.
pub fn attach(hints: Vec<StageHint>) {
    let Some(form) = by_id::<HtmlFormElement>("deal") else { return };
    if let Some(button) = one(&form, "[data-show-contacts]") {
        button.set_hidden(true);
    }
    let changed = form.clone();
    listen(&form, "change", move |event: Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) else { return };
        match select.name().as_str() {
            "company_id" => spawn_local(refresh(changed.clone())),
            "stage" => show_hint(&hints, &select.value()),
            _ => {}
        }
    });
    let clicked = form.clone();
    listen(&form, "click", move |event: Event| {
        if around(&event, "button[name=look]").is_some() {
            event.prevent_default();
            spawn_local(refresh(clicked.clone()));
        }
    });
    // Enter in the search box would send the whole form.
    let typed = form.clone();
    listen(&form, "keydown", move |event: web_sys::KeyboardEvent| {
        if event.key() == "Enter" && around(&event, "#company_q").is_some() {
            event.prevent_default();
            spawn_local(refresh(typed.clone()));
        }
    });
}

fn show_hint(hints: &[StageHint], slug: &str) {
    let hint = hints.iter().find(|stage| stage.slug == slug).map(|stage| stage.hint.as_str());
    if let Some(line) = by_id::<HtmlElement>("probability-hint") {
        line.set_text_content(hint);
    }
}

/// Asks the server for the form as it is filled in and takes its choices over.
async fn refresh(form: HtmlFormElement) {
    let Some(page) = asked(&form).await else { return };
    for id in PARTS {
        let (Some(here), Some(there)) = (by_id::<Element>(id), page.get_element_by_id(id)) else { continue };
        here.set_inner_html(&there.inner_html());
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
    DomParser::new().ok()?.parse_from_string(&fetch(&address).await?, SupportedType::TextHtml).ok()
}
