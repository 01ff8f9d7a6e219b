//! Two people edited one record: the second sees both versions and chooses.

use super::icon;
use domain::custom_fields::{self, NAME_INPUT, VALUE_INPUT};
use leptos::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// One field on which the two differ.
struct Difference {
    label: &'static str,
    theirs: String,
    mine: String,
}

/// What the other person saved beside what was typed here, for each field that differs. `words` turns a field's value into
/// what people read; `discard` is the page with the other person's version alone.
pub fn conflict_panel<F: Serialize>(
    mine: &F,
    theirs: &F,
    labels: &[(&'static str, &'static str)],
    discard: String,
    words: impl Fn(&str, &str) -> String,
) -> AnyView {
    let rows = differences(mine, theirs, labels, words)
        .into_iter()
        .map(|difference| {
            view! {
                <tr class="border-t align-top">
                    <th scope="row" class="py-1.5 pr-3 text-left font-medium">{difference.label}</th>
                    <td class="py-1.5 pr-3 break-words whitespace-pre-line">{difference.theirs}</td>
                    <td class="py-1.5 break-words whitespace-pre-line">{difference.mine}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div role="alert" class="flex gap-2.5 rounded-lg border border-stage-4/50 bg-stage-4/10 p-3">
            {icon("triangle-alert", "size-4 mt-0.5")}
            <div class="min-w-0 flex-1">
                <p class="font-medium">"Somebody else saved this record while you were editing it."</p>
                <p class="mt-1">"Below is what you typed. Save to replace theirs with it, or "<a class="underline" href=discard>"keep theirs"</a>"."</p>
                <table class="mt-2 w-full table-fixed">
                    <thead class="text-left text-xs text-muted-foreground">
                        <tr><th scope="col" class="w-24 pr-3 font-medium">"Field"</th><th scope="col" class="pr-3 font-medium">"Theirs, saved"</th><th scope="col" class="font-medium">"Yours"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

fn differences<F: Serialize>(
    mine: &F,
    theirs: &F,
    labels: &[(&'static str, &'static str)],
    words: impl Fn(&str, &str) -> String,
) -> Vec<Difference> {
    let values = |form: &F| serde_json::to_value(form).unwrap_or_default();
    let (mine, theirs) = (values(mine), values(theirs));
    labels
        .iter()
        .map(|(field, label)| (field, label, values_of(&mine, field), values_of(&theirs, field)))
        .filter(|(_, _, mine, theirs)| mine != theirs)
        .map(|(field, label, mine, theirs)| {
            let read = |values: Vec<String>| values.iter().map(|value| words(field, value)).collect::<Vec<_>>().join(", ");
            Difference { label, theirs: read(theirs), mine: read(mine) }
        })
        .collect()
}

/// The values of a form's field; custom fields are one, though their rows have two inputs each.
fn values_of(form: &Value, field: &str) -> Vec<String> {
    if field == custom_fields::LABEL.0 {
        let texts = |input: &str| serde_json::from_value::<Vec<String>>(form[input].clone()).unwrap_or_default();
        return custom_fields::in_words(&texts(NAME_INPUT), &texts(VALUE_INPUT));
    }
    normal(&form[field])
}

/// A field's values in one order, line breaks as they are stored.
fn normal(value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().replace("\r\n", "\n");
    let mut values: Vec<String> = value.as_array().map_or_else(|| vec![text(value)], |values| values.iter().map(text).collect());
    values.retain(|value| !value.is_empty());
    values.sort_unstable();
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::companies::CompanyForm;

    #[test]
    fn only_what_differs_is_shown() {
        let theirs = CompanyForm {
            name: "A".into(),
            notes: "x\ny".into(),
            tag_id: vec!["1".into(), "2".into()],
            metadata_name: vec!["Kho".into()],
            metadata_value: vec!["1".into()],
            version: "2".into(),
            ..CompanyForm::default()
        };
        let mine = CompanyForm {
            name: "B".into(),
            notes: "x\r\ny".into(),
            tag_id: vec!["2".into(), "1".into()],
            metadata_name: vec![String::new(), "Kho".into()],
            metadata_value: vec![String::new(), "2".into()],
            version: "1".into(),
            ..CompanyForm::default()
        };
        let labels = [("name", "Name"), ("notes", "Notes"), ("tag_id", "Tags"), custom_fields::LABEL];
        let found = differences(&mine, &theirs, &labels, |_, value| value.to_owned());
        let found: Vec<_> = found.iter().map(|d| (d.label, d.theirs.as_str(), d.mine.as_str())).collect();
        assert_eq!(found, [("Name", "A", "B"), ("Custom fields", "Kho: 1", "Kho: 2")]);
    }
}
