//! Edit conflicts: two users have edited one record, and the second one compares both versions.

use super::{
    form::discard_button,
    icon,
    markup::{IntoMarkup, Markup},
};
use domain::custom_fields::{self, NAME_INPUT, VALUE_INPUT};
use leptos::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// A field with different values.
#[derive(Debug, PartialEq)]
struct Difference {
    field: &'static str,
    label: &'static str,
    theirs: String,
    mine: String,
}

/// The panel that compares the user's input with the saved version; `None` if both have the same version.
///
/// - `words`: formats a field's value.
/// - `discard`: the path of the form's page, for discarding the input.
pub fn conflict_panel<F: Serialize>(
    mine: &F,
    theirs: &F,
    labels: &[(&'static str, &'static str)],
    discard: String,
    words: impl Fn(&str, &str) -> String,
) -> Option<Markup> {
    let (mine, theirs) = (serde_json::to_value(mine).unwrap_or_default(), serde_json::to_value(theirs).unwrap_or_default());
    if mine["version"] == theirs["version"] {
        return None;
    }
    let differences = differences(&mine, &theirs, labels, words);
    let (sentence, way_back) = if differences.is_empty() {
        ("What you typed is what they saved: there is nothing left to save.", "See it as it is now")
    } else {
        ("Below is what you typed. Save to replace theirs with it, or leave it.", "Keep theirs")
    };
    let table = (!differences.is_empty()).then(|| table(differences));
    let panel = view! {
        <div role="alert" tabindex="-1" class="flex gap-2.5 rounded-lg border border-stage-amber/50 bg-stage-amber/10 p-3">
            {icon("triangle-alert", "size-4 mt-0.5")}
            <div class="min-w-0 flex-1">
                <p class="font-medium">"Somebody else saved this record while you were editing it."</p>
                <div class="mt-1">{sentence}" "{discard_button(discard, way_back)}</div>
                {table}
            </div>
        </div>
    };
    Some(panel.into_markup())
}

fn table(differences: Vec<Difference>) -> impl IntoView {
    let shown = |words: String| if words.is_empty() { "-".to_owned() } else { words };
    let rows = differences
        .into_iter()
        .map(|Difference { field, label, theirs, mine }| {
            view! {
                <tr class="border-t align-top">
                    <th scope="row" class="py-1.5 pr-3 text-left font-medium"><a class="underline" href=format!("#{field}")>{label}</a></th>
                    <td class="py-1.5 pr-3 break-words whitespace-pre-line">{shown(theirs)}</td>
                    <td class="py-1.5 break-words whitespace-pre-line">{shown(mine)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="mt-2 w-full table-fixed">
            <thead class="text-left text-xs text-muted-foreground">
                <tr><th scope="col" class="w-28 pr-3 font-medium">"Field"</th><th scope="col" class="pr-3 font-medium">"Theirs, saved"</th><th scope="col" class="font-medium">"Yours"</th></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// The fields whose formatted values differ.
fn differences(
    mine: &Value,
    theirs: &Value,
    labels: &[(&'static str, &'static str)],
    words: impl Fn(&str, &str) -> String,
) -> Vec<Difference> {
    let read = |form: &Value, field: &str| values_of(form, field).iter().map(|value| words(field, value)).collect::<Vec<_>>().join(", ");
    labels
        .iter()
        .map(|(field, label)| Difference { field, label, theirs: read(theirs, field), mine: read(mine, field) })
        .filter(|difference| difference.theirs != difference.mine)
        .collect()
}

/// The values of a form's field. Custom fields count as one field.
fn values_of(form: &Value, field: &str) -> Vec<String> {
    if field == custom_fields::LABEL.0 {
        let texts = |input: &str| serde_json::from_value::<Vec<String>>(form[input].clone()).unwrap_or_default();
        return custom_fields::in_words(&texts(NAME_INPUT), &texts(VALUE_INPUT));
    }
    normal(&form[field])
}

/// A field's values, sorted, with stored line breaks.
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

    fn theirs() -> CompanyForm {
        CompanyForm {
            name: "A".into(),
            notes: "x\ny".into(),
            industry: "1.500".into(),
            tag_id: vec!["1".into(), "2".into()],
            metadata_name: vec!["Kho".into()],
            metadata_value: vec!["1".into()],
            version: "2".into(),
            ..CompanyForm::default()
        }
    }

    #[test]
    fn only_what_reads_differently_is_shown() {
        let mine = CompanyForm {
            name: "B".into(),
            notes: "x\r\ny".into(),
            industry: "1500".into(),
            tag_id: vec!["2".into(), "1".into()],
            metadata_name: vec![String::new(), "Kho".into()],
            metadata_value: vec![String::new(), "2".into()],
            version: "1".into(),
            ..CompanyForm::default()
        };
        let labels = [("name", "Name"), ("notes", "Notes"), ("industry", "Industry"), ("tag_id", "Tags"), custom_fields::LABEL];
        let json = |form: &CompanyForm| serde_json::to_value(form).unwrap_or_default();
        let found = differences(&json(&mine), &json(&theirs()), &labels, |_, value| value.replace('.', ""));
        let found: Vec<_> = found.iter().map(|d| (d.label, d.theirs.as_str(), d.mine.as_str())).collect();
        assert_eq!(found, [("Name", "A", "B"), ("Custom fields", "Kho: 1", "Kho: 2")]);
    }

    #[test]
    fn of_one_version_there_is_nothing_to_choose() {
        let mine = CompanyForm { name: "B".into(), ..theirs() };
        let panel = |mine: &CompanyForm| conflict_panel(mine, &theirs(), &[("name", "Name")], "/".into(), |_, value| value.to_owned());
        assert!(panel(&mine).is_none());
        let overtaken = panel(&CompanyForm { version: "1".into(), ..theirs() }).map(|panel| panel.to_html()).unwrap_or_default();
        assert!(overtaken.contains("there is nothing left to save"), "{overtaken}");
    }
}
