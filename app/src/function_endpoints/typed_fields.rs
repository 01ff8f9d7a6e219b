//! Submitted values on a page other than the form's: shown to the user, and as hidden fields to submit again.

use crate::{request::submitted_form::SubmittedForm, ui::form::shown_to};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The fields of a refused form.
pub struct TypedFields(Vec<(String, String)>);

impl TypedFields {
    /// The fields. Passwords must be removed before.
    pub fn of(typed: &SubmittedForm<Map<String, Value>>) -> Self {
        Self(typed.form.iter().flat_map(|(name, value)| pairs_of(name, value)).collect())
    }

    /// The values that the user typed, for reading and copying; `None` without any.
    pub fn shown(&self) -> Option<impl IntoView + use<>> {
        let typed: Vec<_> = self
            .0
            .iter()
            .filter(|(name, value)| is_readable(name, value))
            .map(|(name, value)| {
                view! {
                    <div class="py-1.5">
                        <dt class="text-xs text-muted-foreground">{label(name)}</dt>
                        <dd class="break-words whitespace-pre-line">{value.clone()}</dd>
                    </div>
                }
            })
            .collect();
        (!typed.is_empty()).then(|| view! { <section class="mt-4"><h2>"What you typed"</h2><dl class="mt-1">{typed}</dl></section> })
    }

    /// The values as hidden fields of a form submitted as the current user.
    pub fn hidden(self) -> impl IntoView {
        let fields = self.0.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
        view! { {shown_to()}{fields} }
    }
}

/// A field as submitted pairs.
fn pairs_of(name: &str, value: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| (name.to_owned(), value.as_str().unwrap_or_default().to_owned());
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

/// Whether the user typed the value: not an id, key or version.
fn is_readable(name: &str, value: &str) -> bool {
    !value.is_empty()
        && !name.ends_with("_id")
        && ![
            "version",
            "form_key",
            "back",
            "list",
            "selected",
            "scope",
            "count",
            "place",
            "filter",
            "into",
            "new_tag_color",
            "whom",
            "deal_whom",
            "contacts",
            "deals",
            "activities",
        ]
        .contains(&name)
}

/// `tax_code` as `Tax code`.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_are_read_as_words() {
        assert_eq!((label("tax_code").as_str(), label("name").as_str(), label("").as_str()), ("Tax code", "Name", ""));
    }
}
