//! Dependent fields of a form: a selected deal fills in company and contact, a selected contact the company, and a selected company limits
//! contacts and deals.
//!
//! The page of a new record renders the fields for the values in its query, so a change costs one GET.

use crate::islands::{
    dom::{by_id, fetch_then, field_pairs, listen, query_one, replace_children_from, url_encoded},
    picker,
};
use leptos::prelude::Owner;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlFormElement, HtmlSelectElement};

/// The names of the selects that depend on each other.
const LINKS: [&str; 3] = ["company_id", "contact_id", "deal_id"];

/// The forms with these fields: id, and page of a new record.
const FORMS: [(&str, &str); 2] = [("activity", "/activities/new"), ("task", "/tasks/new")];

/// Attaches to each of these forms that the page has, once.
pub fn attach() {
    for form in FORMS.iter().filter_map(|(id, _)| by_id::<HtmlFormElement>(id)) {
        if form.get_attribute("data-linked").is_none() && form.set_attribute("data-linked", "").is_ok() {
            attach_to(&form);
        }
    }
}

fn attach_to(form: &HtmlFormElement) {
    let (changed, owner) = (form.clone(), Owner::new());
    listen(form, "change", move |event: Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) else { return };
        if LINKS.contains(&select.name().as_str()) {
            refresh(&changed, &select, &owner);
        }
    });
}

/// Fetches the form for its current values and replaces the other selects. `owner`: the reactive owner of the form.
fn refresh(form: &HtmlFormElement, chosen: &HtmlSelectElement, owner: &Owner) {
    let (form, owner, chosen_name, is_chosen) = (form.clone(), owner.clone(), chosen.name(), !chosen.value().is_empty());
    let Some(mut pairs) = field_pairs(&form) else { return };
    // A deal or contact selected after the company determines the company.
    let follows = |name: &str| name == "company_id" && chosen_name != name && is_chosen;
    pairs.retain(|(name, _)| LINKS.contains(&name.as_str()) && !follows(name));
    let Some(query) = url_encoded(pairs) else { return };
    let Some((id, new)) = FORMS.into_iter().find(|(id, _)| *id == form.id()) else { return };
    fetch_then(format!("{new}?{query}"), move |page| {
        let Some(fetched_form) = page.and_then(|page| page.get_element_by_id(id)) else { return };
        for name in LINKS.into_iter().filter(|name| *name != chosen_name) {
            let field = |root: &Element| query_one(root, &format!("[name={name}]"));
            let (Some(current), Some(fetched)) = (field(&form), field(&fetched_form)) else { continue };
            // A picker is replaced as a whole, with its input and list.
            match (current.closest(".picker"), fetched.closest(".picker")) {
                (Ok(Some(current)), Ok(Some(fetched))) => drop(current.replace_with_with_node_1(&fetched)),
                _ => replace_children_from(&current, &fetched),
            }
        }
        owner.with(picker::browser::attach);
    });
}
