//! Custom fields: the rows of a form, and the panel of a record's page.

use super::{
    icon,
    markup::{IntoMarkup, Markup},
    record::detail_item,
};
use domain::{
    custom_fields::{CustomFields, LABEL, NAME_INPUT, VALUE_INPUT},
    forms::FormErrors,
};
use leptos::prelude::*;

/// Number of empty rows after the used ones, for forms without a script.
const SPARE_ROWS: usize = 2;
/// The placeholder of a row's number in the template that the script copies: one character, as the browser's code has no other use for a
/// search for strings.
const ANY_ROW: &str = "§";

/// The rows of a form. A script adds and removes rows (`islands::field_rows`).
pub fn custom_fields(names: &[String], values: &[String], errors: &FormErrors) -> Markup {
    let used = names.len().max(values.len());
    let typed = |of: &[String], row: usize| of.get(row).cloned().unwrap_or_default();
    let empty_at_end = (0..used).rev().take_while(|row| typed(names, *row).is_empty() && typed(values, *row).is_empty()).count();
    let rows: Vec<_> = (0..used - empty_at_end + SPARE_ROWS)
        .map(|row| row_of(&(row + 1).to_string(), typed(names, row), &typed(values, row), errors))
        .collect();
    view! {
        <fieldset id=LABEL.0 class="custom-fields">
            <legend class="mb-1 text-sm font-medium">{LABEL.1}</legend>
            <p class="text-muted-foreground">"What else you want to know, by a name of your own. Rows left empty are not kept."</p>
            {super::form::error_line(LABEL.0, errors)}
            <ul data-rows="">{rows}</ul>
            <template>{row_of(ANY_ROW, String::new(), "", &FormErrors::default())}</template>
            <button type="button" class="btn scripted" data-variant="outline" data-size="sm" data-add-row="">{icon("plus", "size-4")} "Add field"</button>
        </fieldset>
    }
    .into_markup()
}

fn row_of(number: &str, name: String, value: &str, errors: &FormErrors) -> impl IntoView + use<> {
    let input = |input: &str| format!("{input}-{number}");
    let (name_id, value_id) = (input(NAME_INPUT), input(VALUE_INPUT));
    let invalid = |id: &str| errors.get(id).map(|_| "true");
    view! {
        <li>
            <div class="field">
                <input class="input" id=name_id.clone() name=NAME_INPUT value=name placeholder="Name" autocomplete="off"
                    aria-label=format!("Name of field {number}") aria-invalid=invalid(&name_id) aria-describedby=format!("{name_id}-error")/>
                {super::form::error_line(&name_id, errors)}
            </div>
            <div class="field">
                <textarea class="textarea" id=value_id.clone() name=VALUE_INPUT rows="1" placeholder="Value"
                    aria-label=format!("Value of field {number}") aria-invalid=invalid(&value_id) aria-describedby=format!("{value_id}-error")>
                    {super::form::text_of_area(value)}
                </textarea>
                {super::form::error_line(&value_id, errors)}
            </div>
            <button type="button" class="btn scripted" data-variant="ghost" data-size="icon-sm" data-remove-row="" aria-label=format!("Remove field {number}")>{icon("x", "size-4")}</button>
        </li>
    }
}

/// The panel of a record's custom fields; `None` without any.
pub fn custom_fields_panel(fields: &CustomFields) -> Option<impl IntoView + use<>> {
    let items: Vec<_> = fields
        .iter()
        .map(|field| {
            let value = match field.link() {
                Some(address) => {
                    view! { <a class="text-primary hover:underline" href=address.to_owned() rel="noopener noreferrer nofollow" target="_blank">{address.to_owned()}</a> }.into_markup()
                }
                None => view! { <span class="whitespace-pre-line">{field.value.clone()}</span> }.into_markup(),
            };
            detail_item(field.name.clone(), value)
        })
        .collect();
    (!items.is_empty()).then(|| view! { <section class="panel p-4"><h2 class="mb-2">{LABEL.1}</h2><dl>{items}</dl></section> })
}

/// The label of a row's input, for the error summary; `None` for another field.
pub(super) fn label_of(id: &str) -> Option<&'static str> {
    let of_row = |input: &str| id.strip_prefix(input).is_some_and(|rest| rest.starts_with('-'));
    (of_row(NAME_INPUT) || of_row(VALUE_INPUT)).then_some(LABEL.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::custom_fields::input_id;

    fn text(of: &[&str]) -> Vec<String> {
        of.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn rows_in_use_come_before_empty_ones() {
        let html = custom_fields(&text(&["a", "", ""]), &text(&["1", "2", ""]), &FormErrors::default()).to_html();
        assert!(html.contains("id=\"metadata_name-4\"") && !html.contains("id=\"metadata_name-5\""), "two used, two empty: {html}");
        assert_eq!(label_of(&input_id(VALUE_INPUT, 3)), Some("Custom fields"));
        assert_eq!(label_of("name"), None);
    }

    #[test]
    fn typed_markup_stays_text() {
        let typed = text(&["</textarea>\"><script>alert(1)</script>"]);
        let html = custom_fields(&typed, &typed, &FormErrors::default()).to_html();
        assert!(!html.contains("<script>"), "{html}");
        let fields = CustomFields::from_stored([
            ("<b>".to_owned(), "javascript:alert(1)".to_owned()),
            ("c".to_owned(), "https://a.vn/<".to_owned()),
        ]);
        let shown = custom_fields_panel(&fields).to_html();
        assert!(!shown.contains("<b>") && !shown.contains("href=\"javascript"), "{shown}");
    }
}
