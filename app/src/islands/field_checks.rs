//! Checks each field of a form as it is left, by the very rules the server uses: those that the form's id names.

/// Whose rules a form follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormRules {
    /// `/register`
    Register,
    /// A company's form.
    Company,
    /// A contact's form.
    Contact,
    /// A deal's form.
    Deal,
    /// A tag's form.
    Tag,
    /// An activity's form.
    Activity,
}

impl FormRules {
    /// The rules of the form with this id.
    pub fn of_form(id: &str) -> Option<Self> {
        Some(match id {
            "register" => Self::Register,
            "company" => Self::Company,
            "contact" => Self::Contact,
            "deal" => Self::Deal,
            "tag" => Self::Tag,
            "activity" => Self::Activity,
            _ => return None,
        })
    }

    /// What is wrong with one field's value, if anything.
    pub fn check(self, field: &str, value: &str) -> Result<(), String> {
        match self {
            Self::Register => domain::users::RegisterForm::check_field(field, value),
            Self::Company => domain::companies::CompanyForm::check_field(field, value),
            Self::Contact => domain::contacts::ContactForm::check_field(field, value),
            Self::Deal => domain::deals::DealForm::check_field(field, value),
            Self::Tag => domain::tags::TagForm::check_field(field, value),
            Self::Activity => domain::activities::ActivityForm::check_field(field, value),
        }
    }
}

#[cfg(feature = "hydrate")]
pub(crate) mod browser {
    use super::FormRules;
    use crate::islands::{
        dom::{listen, query_all, query_one},
        field_rows,
    };
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use web_sys::{
        Element, FocusEvent, HtmlButtonElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
        SubmitEvent,
    };

    /// Attaches to the forms that have rules.
    pub fn attach() {
        let Some(body) = document().body() else { return };
        for form in query_all(&body, "form[id]") {
            if let Some(rules) = FormRules::of_form(&form.id()) {
                attach_to(form.unchecked_into(), rules);
            }
        }
    }

    /// Checks a field when it is left, and all of them before the form is sent: what the server would refuse stays here.
    pub fn attach_to(form: HtmlFormElement, rules: FormRules) {
        if form.has_attribute("data-checked") {
            return;
        }
        let _ = form.set_attribute("data-checked", "");
        field_rows::attach_to(&form);
        let left = form.clone();
        listen(&form, "focusout", move |event: FocusEvent| {
            // Left for a button of the form: what it does looks at all fields, and a message that comes or goes now would move the
            // button away from under the pointer.
            let for_a_button = event.related_target().and_then(|target| target.dyn_into::<HtmlButtonElement>().ok());
            if for_a_button.is_some_and(|button| button.form().as_ref() == Some(&left)) {
                return;
            }
            if let Some(element) = event.target().and_then(|target| target.dyn_into().ok()) {
                check(&left, &element, rules);
            }
        });
        let sent = form.clone();
        listen(&form, "submit", move |event: SubmitEvent| {
            // The button that was pressed leads elsewhere.
            if event.submitter().is_some_and(|button| button.has_attribute("formaction")) {
                return;
            }
            let wrong: Vec<HtmlElement> =
                query_all(&sent, "input, select, textarea").into_iter().filter(|element| !check(&sent, element, rules)).collect();
            if let Some(first) = wrong.first() {
                event.prevent_default();
                let _ = first.focus();
            }
        });
    }

    /// Shows what is wrong with one field, and says whether nothing is.
    fn check(form: &Element, element: &Element, rules: FormRules) -> bool {
        let (shown, valued) = shown_and_valued(element);
        let Some((name, value)) = field_of(&valued) else { return true };
        let message = rules.check(&name, &value).err();
        let _ = if message.is_some() { shown.set_attribute("aria-invalid", "true") } else { shown.remove_attribute("aria-invalid") };
        if let Some(line) = query_one(form, &format!("#{}-error", shown.id())) {
            line.set_text_content(message.as_deref());
        }
        message.is_none()
    }

    /// What people see of a field and what has its value: two elements in a picker, elsewhere one.
    pub fn shown_and_valued(element: &Element) -> (Element, Element) {
        let picker = element.closest(".picker").ok().flatten();
        let parts = picker.and_then(|picker| Some((query_one(&picker, "[role=combobox]")?, query_one(&picker, "select")?)));
        match parts {
            Some((input, select)) if select.hidden() => (input.into(), select.into()),
            _ => (element.clone(), element.clone()),
        }
    }

    /// Name and value of a field that is checked by itself.
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
}
