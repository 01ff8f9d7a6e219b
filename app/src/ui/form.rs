//! Forms: fields with label, hint and error; hidden fields; footer.

use super::{
    icon,
    markup::{IntoMarkup, Markup},
    warning_line,
};
use crate::auth::shown_to::{self, ShownTo};
use chrono::{DateTime, Utc};
use domain::forms::FormErrors;
use leptos::prelude::*;

/// A labelled field.
pub struct Field {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    kind: &'static str,
    pub(super) value: String,
    pub(super) required: bool,
    hint: Option<String>,
    warning: Option<String>,
    autocomplete: Option<&'static str>,
    inputmode: Option<&'static str>,
    list: Option<&'static str>,
    wide: bool,
}

impl Field {
    /// A text input. `name`: the field's name and id.
    pub fn new(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            id: name,
            label,
            kind: "text",
            value: String::new(),
            required: false,
            hint: None,
            warning: None,
            autocomplete: None,
            inputmode: None,
            list: None,
            wide: false,
        }
    }

    /// Sets another id, for a page with two fields of this name.
    pub fn id(self, id: &'static str) -> Self {
        Self { id, ..self }
    }

    /// Sets the input's type: `email`, `date`, `tel` …
    pub fn kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// Sets the value.
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// Makes the field required.
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Sets the hint below the field.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Sets the warning below the field: the value can be saved, and looks wrong.
    pub fn warning(self, warning: Option<String>) -> Self {
        Self { warning, ..self }
    }

    /// Sets the `autocomplete` attribute.
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete: Some(autocomplete), ..self }
    }

    /// Sets the `inputmode` attribute.
    pub fn inputmode(self, inputmode: &'static str) -> Self {
        Self { inputmode: Some(inputmode), ..self }
    }

    /// Sets the id of a `<datalist>` with suggestions.
    pub fn list(self, list: &'static str) -> Self {
        Self { list: Some(list), ..self }
    }

    /// Makes the field span both columns of the form.
    pub fn wide(self) -> Self {
        Self { wide: true, ..self }
    }
}

/// An option of a select: value and label.
pub type Choice = (String, String);

/// A text input with label, hint and error.
pub fn text_field(field: Field, errors: &FormErrors) -> Markup {
    let (described, invalid) = described_by(&field, errors);
    let input = view! {
        <input
            id=field.id
            name=field.name
            r#type=field.kind
            value=field.value.clone()
            class="input"
            required=field.required
            autocomplete=field.autocomplete
            inputmode=field.inputmode
            list=field.list
            aria-invalid=invalid
            aria-describedby=described
        />
    };
    labelled(&field, errors, input)
}

/// Suggestions for a text input: see [`Field::list`].
pub fn suggestions<S: AsRef<str>>(id: &'static str, values: &[S]) -> impl IntoView + use<S> {
    let options = values.iter().map(|value| view! { <option value=value.as_ref().to_owned()></option> }).collect_view();
    view! { <datalist id=id>{options}</datalist> }
}

/// A textarea with label, hint and error.
pub fn text_area(field: Field, rows: u8, errors: &FormErrors) -> Markup {
    let (described, invalid) = described_by(&field, errors);
    let text = text_of_area(&field.value);
    let input = view! {
        <textarea id=field.id name=field.name rows=rows.to_string() class="textarea" required=field.required aria-invalid=invalid aria-describedby=described>
            {text}
        </textarea>
    };
    labelled(&field, errors, input)
}

/// The content of a textarea. Parsers drop a line break after the opening tag, so one is prepended. The framework writes the
/// content unescaped: `</textarea>` would end the element, and the rest would be markup.
pub(super) fn text_of_area(value: &str) -> String {
    format!("\n{}", value.replace('&', "&amp;").replace('<', "&lt;"))
}

/// A select with label, hint and error. The field's value is selected.
pub fn select_field(field: Field, choices: Vec<Choice>, errors: &FormErrors) -> Markup {
    let (described, invalid) = described_by(&field, errors);
    let options = choices
        .into_iter()
        .map(|(value, words)| {
            let selected = value == field.value;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    let input = view! {
        <select id=field.id name=field.name class="select w-full" required=field.required aria-invalid=invalid aria-describedby=described>{options}</select>
    };
    labelled(&field, errors, input)
}

/// A check box with label, hint and error.
pub fn check_box_field(
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    checked: bool,
    errors: &FormErrors,
) -> impl IntoView + use<> {
    let described = format!("{name}-hint {name}-error");
    view! {
        <div class="flex gap-3">
            <input type="checkbox" class="input mt-0.5" id=name name=name value="on" checked=checked aria-describedby=described/>
            <div class="min-w-0">
                <label for=name class="font-medium">{label}</label>
                <p id=format!("{name}-hint") class="text-muted-foreground">{hint}</p>
                {error_line(name, errors)}
            </div>
        </div>
    }
}

/// The footer of a settings form: the submit button.
pub fn save_footer(verb: &'static str) -> impl IntoView {
    view! { <footer class="flex justify-end border-t px-5 py-3"><button class="btn" data-size="sm">{verb}</button></footer> }
}

pub(super) fn labelled(field: &Field, errors: &FormErrors, input: impl IntoView) -> Markup {
    let star = field.required.then(|| view! { <span class="text-destructive" aria-hidden="true">" *"</span> });
    let hint = field.hint.clone().map(|hint| view! { <p id=format!("{}-hint", field.id) class="text-muted-foreground">{hint}</p> });
    let warning = warning_of(field, errors).map(|words| view! { <div id=format!("{}-warning", field.id)>{warning_line(words)}</div> });
    view! {
        <div class=if field.wide { "field sm:col-span-2" } else { "field" }>
            <label for=field.id class="text-sm font-medium">{field.label}{star}</label>
            {input}
            {error_line_of(field.id, field.name, errors)}
            {warning}
            {hint}
        </div>
    }
    .into_markup()
}

/// The error line of a field. Rendered also without an error, so that a script can fill it.
pub fn error_line(name: &str, errors: &FormErrors) -> impl IntoView + use<> {
    error_line_of(name, name, errors)
}

fn error_line_of(id: &str, name: &str, errors: &FormErrors) -> impl IntoView + use<> {
    let message = errors.get(name).map(str::to_owned);
    view! {
        <p id=format!("{id}-error") class="flex items-center gap-1.5 text-destructive empty:hidden">
            {message.map(|message| view! { {icon("circle-alert", "size-3.5")} <span>{message}</span> })}
        </p>
    }
}

/// The warning of a field, unless an error says more.
fn warning_of<'a>(field: &'a Field, errors: &FormErrors) -> Option<&'a str> {
    field.warning.as_deref().filter(|_| errors.get(field.name).is_none())
}

pub(super) fn described_by(field: &Field, errors: &FormErrors) -> (String, Option<&'static str>) {
    let mut described = format!("{}-error", field.id);
    for (line, shown) in [("warning", warning_of(field, errors).is_some()), ("hint", field.hint.is_some())] {
        if shown {
            described.push_str(&format!(" {}-{line}", field.id));
        }
    }
    (described, errors.get(field.name).map(|_| "true"))
}

/// The hidden field of the idempotency key (see
/// [`RequestContext::idempotent_store`](crate::request::RequestContext::idempotent_store)); `None` for an empty key.
pub fn form_key(key: String) -> Option<impl IntoView> {
    (!key.is_empty()).then(|| view! { <input type="hidden" name="form_key" value=key/> })
}

/// The hidden field `shown_to`, part of every posted form; `None` without a session.
pub fn shown_to() -> Option<impl IntoView> {
    ShownTo::now().map(|shown_to| view! { <input type="hidden" name=shown_to::FIELD value=shown_to.to_string()/> })
}

/// The button that discards the refused form of the page at this path.
pub fn discard_button(page: String, words: &'static str) -> impl IntoView {
    view! {
        <form method="post" action="/forms/discard" class="inline">
            {shown_to()}
            <input type="hidden" name="page" value=page/>
            <button class="underline">{words}</button>
        </form>
    }
}

/// The offer to restore a draft, hidden until a script shows it. `changed_at`: the time of the record's last change.
pub fn draft_offer(changed_at: Option<DateTime<Utc>>) -> impl IntoView {
    let changed = changed_at.map(|at| view! { <span data-changed=at.timestamp_millis().to_string() hidden></span> });
    view! {
        <div data-draft-offer hidden role="status" class="m-5 mb-0 flex flex-wrap items-center gap-2 rounded-lg border bg-muted p-3">
            <p class="min-w-0 flex-1 basis-48">"What you typed here "<span data-at></span>" was not saved. "{changed}</p>
            <button type="button" data-restore class="btn h-auto min-h-8 max-w-full shrink whitespace-normal" data-variant="outline" data-size="sm">"Restore what you typed "<span data-at></span></button>
            <button type="button" data-discard class="btn" data-variant="ghost" data-size="sm">"Discard"</button>
        </div>
    }
}

/// The footer of a form: "Cancel" and the submit button.
pub fn form_footer(cancel: String, verb: &'static str) -> impl IntoView {
    view! {
        <footer class="sticky bottom-0 flex items-center gap-2 rounded-b-lg border-t bg-card px-5 py-3">
            <div class="flex-1"></div>
            <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
            <button class="btn" data-size="sm">{verb}</button>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_markup_stays_text() {
        let typed = "</textarea><script>alert(1)</script> & \" '";
        let area = text_area(Field::new("notes", "Notes").value(typed), 4, &FormErrors::default()).to_html();
        assert!(area.contains("&lt;/textarea>&lt;script>alert(1)&lt;/script> &amp; \" '</textarea>"), "{area}");
        let input = text_field(Field::new("name", "Name").value("\"><script>alert(1)</script>"), &FormErrors::default()).to_html();
        assert!(!input.contains("\"><script>"), "{input}");
        let select = select_field(
            Field::new("company_id", "Company"),
            vec![("1".to_owned(), "</option><script>".to_owned())],
            &FormErrors::default(),
        )
        .to_html();
        assert!(!select.contains("<script>"), "{select}");
    }
}
