//! The activity's form: a deal brings its company and contact, a contact their company, a company its people and deals.
//!
//! The page of a new activity works all that out for the values in its address, so a choice is one GET of it.

use crate::islands::{
    dom::{by_id, fetch, listen, query_one, replace_children_from},
    picker,
};
use leptos::{prelude::Owner, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FormData, HtmlFormElement, HtmlSelectElement, UrlSearchParams};

/// The selects that depend on each other, by name.
const LINKS: [&str; 3] = ["company_id", "contact_id", "deal_id"];

/// Attaches to the form, if this page has it.
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

/// Takes over what the server offers beside the choice. `owner` ends with the form.
async fn refresh(form: HtmlFormElement, chosen: HtmlSelectElement, owner: Owner) {
    let (Ok(fields), Ok(query)) = (FormData::new_with_form(&form), UrlSearchParams::new()) else { return };
    // A deal or contact chosen after the company says better which company it is.
    let follows = |name: &str| name == "company_id" && chosen.name() != name && !chosen.value().is_empty();
    for name in LINKS {
        if let Some(value) = fields.get(name).as_string().filter(|_| !follows(name)) {
            query.append(name, &value);
        }
    }
    let Some(page) = fetch(&format!("/activities/new?{}", String::from(query.to_string()))).await else { return };
    let Some(there) = page.get_element_by_id("activity") else { return };
    for name in LINKS.into_iter().filter(|name| *name != chosen.name()) {
        let field = |root: &Element| query_one(root, &format!("[name={name}]"));
        let (Some(here), Some(there)) = (field(&form), field(&there)) else { continue };
        // A picker is more than its select.
        match (here.closest(".picker"), there.closest(".picker")) {
            (Ok(Some(here)), Ok(Some(there))) => drop(here.replace_with_with_node_1(&there)),
            _ => replace_children_from(&here, &there),
        }
    }
    owner.with(picker::browser::attach);
}
