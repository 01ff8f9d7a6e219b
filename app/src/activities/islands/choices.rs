//! Dependent fields of the activity form: a selected deal fills in company and contact, a selected contact the company, and a
//! selected company limits contacts and deals.
//!
//! The page `/activities/new` renders the fields for the values in its query, so a change costs one GET.

use crate::islands::{
    dom::{by_id, fetch, listen, query_one, replace_children_from},
    picker,
};
use leptos::{prelude::Owner, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FormData, HtmlFormElement, HtmlSelectElement, UrlSearchParams};

/// The names of the selects that depend on each other.
const LINKS: [&str; 3] = ["company_id", "contact_id", "deal_id"];

/// Attaches to the form `#activity`, if the page has one.
pub fn attach() {
    let Some(form) = by_id::<HtmlFormElement>("activity") else { return };
    let (changed, owner) = (form.clone(), Owner::new());
    listen(&form, "change", move |event: Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) else { return };
        if LINKS.contains(&select.name().as_str()) {
            spawn_local(refresh(changed.clone(), select, owner.clone()));
        }
    });
}

/// Fetches the form for its current values and replaces the other selects. `owner`: the reactive owner of the form.
async fn refresh(form: HtmlFormElement, chosen: HtmlSelectElement, owner: Owner) {
    let (Ok(fields), Ok(query)) = (FormData::new_with_form(&form), UrlSearchParams::new()) else { return };
    // A deal or contact selected after the company determines the company.
    let follows = |name: &str| name == "company_id" && chosen.name() != name && !chosen.value().is_empty();
    for name in LINKS {
        if let Some(value) = fields.get(name).as_string().filter(|_| !follows(name)) {
            query.append(name, &value);
        }
    }
    let Some(page) = fetch(&format!("/activities/new?{}", String::from(query.to_string()))).await else { return };
    let Some(fetched_form) = page.get_element_by_id("activity") else { return };
    for name in LINKS.into_iter().filter(|name| *name != chosen.name()) {
        let field = |root: &Element| query_one(root, &format!("[name={name}]"));
        let (Some(current), Some(fetched)) = (field(&form), field(&fetched_form)) else { continue };
        // A picker is replaced as a whole, with its input and list.
        match (current.closest(".picker"), fetched.closest(".picker")) {
            (Ok(Some(current)), Ok(Some(fetched))) => drop(current.replace_with_with_node_1(&fetched)),
            _ => replace_children_from(&current, &fetched),
        }
    }
    owner.with(picker::browser::attach);
}
