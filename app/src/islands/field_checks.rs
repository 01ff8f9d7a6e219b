//! Field checks: each field is checked when it loses the focus, by the rules that the server uses.

use super::{
    dom::{listen, query_all, query_one},
    field_rows,
    forms::{self, BrowserForm},
};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, FocusEvent, HtmlButtonElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
    SubmitEvent,
};

/// Attaches to the registered forms of the page.
pub fn attach() {
    let Some(body) = document().body() else { return };
    for form in query_all(&body, "form[id]") {
        if let Some(checked) = forms::find(&form.id()) {
            attach_to(form.unchecked_into(), checked);
        }
    }
}

/// Checks a field when it loses the focus, and every field before the form is submitted. An invalid form is not submitted.
pub fn attach_to(form: HtmlFormElement, checked: BrowserForm) {
    if form.has_attribute("data-checked") {
        return;
    }
    let _ = form.set_attribute("data-checked", "");
    field_rows::attach_to(&form);
    let owner = form.clone();
    listen(&form, "focusout", move |event: FocusEvent| {
        // The focus moves to a button of the form, which checks every field itself. A message that appears or disappears now would
        // move the button from under the pointer.
        let for_a_button = event.related_target().and_then(|target| target.dyn_into::<HtmlButtonElement>().ok());
        if for_a_button.is_some_and(|button| button.form().as_ref() == Some(&owner)) {
            return;
        }
        if let Some(element) = event.target().and_then(|target| target.dyn_into().ok()) {
            check(&owner, &element, checked);
        }
    });
    let submitted = form.clone();
    listen(&form, "submit", move |event: SubmitEvent| {
        // The pressed button submits to another address.
        if event.submitter().is_some_and(|button| button.has_attribute("formaction")) {
            return;
        }
        let wrong: Vec<HtmlElement> =
            query_all(&submitted, "input, select, textarea").into_iter().filter(|element| !check(&submitted, element, checked)).collect();
        if let Some(first) = wrong.first() {
            event.prevent_default();
            let _ = first.focus();
        }
    });
}

/// Checks a field and shows its message. Returns whether the value is valid.
fn check(form: &Element, element: &Element, checked: BrowserForm) -> bool {
    let (shown, valued) = display_and_value(element);
    let Some((name, value)) = field_of(&valued) else { return true };
    let message = (checked.check_field)(&name, &value).err();
    let _ = if message.is_some() { shown.set_attribute("aria-invalid", "true") } else { shown.remove_attribute("aria-invalid") };
    if let Some(line) = query_one(form, &format!("#{}-error", shown.id())) {
        line.set_text_content(message.as_deref());
    }
    message.is_none()
}

/// The visible element of a field and the element with its value: in a picker the input and the select, otherwise the same element.
pub fn display_and_value(element: &Element) -> (Element, Element) {
    let picker = element.closest(".picker").ok().flatten();
    let parts = picker.and_then(|picker| Some((query_one(&picker, "[role=combobox]")?, query_one(&picker, "select")?)));
    match parts {
        Some((input, select)) if select.hidden() => (input.into(), select.into()),
        _ => (element.clone(), element.clone()),
    }
}

/// Name and value of a field; `None` for hidden fields, check boxes, radio buttons and buttons.
fn field_of(element: &Element) -> Option<(String, String)> {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        let checked = !matches!(input.type_().as_str(), "hidden" | "checkbox" | "radio" | "submit");
        return checked.then(|| (input.name(), input.value()));
    }
    if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        return Some((area.name(), area.value()));
    }
    let select = element.dyn_ref::<HtmlSelectElement>()?;
    Some((select.name(), select.value()))
}
