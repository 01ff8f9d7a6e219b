//! Checks each field of a form as it is left, by the very rules the server uses.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Whose rules a form follows.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormRules {
    /// `/register`
    Register,
    /// A company's form.
    Company,
    /// A deal's form.
    Deal,
}

impl FormRules {
    /// What is wrong with one field's value, if anything.
    pub fn check(self, field: &str, value: &str) -> Result<(), String> {
        match self {
            Self::Register => domain::users::RegisterForm::check_field(field, value),
            Self::Company => domain::companies::CompanyForm::check_field(field, value),
            Self::Deal => domain::deals::DealForm::check_field(field, value),
        }
    }
}

/// Puts the checks on the form with this id.
pub fn field_checks(form_id: &'static str, rules: FormRules) -> impl IntoView {
    view! { <FieldChecks form_id=form_id.to_owned() rules=rules/> }
}

/// The island behind [`field_checks`].
#[island]
fn FieldChecks(form_id: String, rules: FormRules) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| browser::attach(&form_id, rules));
    #[cfg(not(feature = "hydrate"))]
    let _ = (form_id, rules);
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::FormRules;
    use leptos::prelude::document;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

    /// Listens for fields of the form being left. The listener lives as long as the page.
    pub fn attach(form_id: &str, rules: FormRules) {
        let Some(form) = document().get_element_by_id(form_id) else { return };
        let check = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Some((element, name, value)) = event.target().and_then(|target| target.dyn_into().ok()).and_then(field_of) {
                show(&element, &name, rules.check(&name, &value).err());
            }
        });
        let _ = form.add_event_listener_with_callback("focusout", check.as_ref().unchecked_ref());
        check.forget();
    }

    /// Element, name and value of a field that is checked by itself.
    fn field_of(element: Element) -> Option<(Element, String, String)> {
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            let checked = !matches!(input.type_().as_str(), "hidden" | "checkbox" | "radio" | "submit");
            return checked.then(|| (element.clone(), input.name(), input.value()));
        }
        if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
            return Some((element.clone(), area.name(), area.value()));
        }
        let select = element.dyn_ref::<HtmlSelectElement>()?;
        Some((element.clone(), select.name(), select.value()))
    }

    fn show(element: &Element, name: &str, message: Option<String>) {
        let invalid = if message.is_some() { element.set_attribute("aria-invalid", "true") } else { element.remove_attribute("aria-invalid") };
        let line = document().get_element_by_id(&format!("{name}-error"));
        if let (Ok(()), Some(line)) = (invalid, line) {
            line.set_text_content(message.as_deref());
        }
    }
}
