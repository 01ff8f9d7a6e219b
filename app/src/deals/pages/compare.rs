//! Two people edited one deal: what differs, side by side, for the second to choose.

use super::form::{Choices, LABELS};
use crate::ui::icon;
use domain::{custom_fields, deals::DealForm, money::Money};
use leptos::prelude::*;
use std::borrow::Cow;

/// The panel above the form: what the deal says now beside what was typed. `discard` shows the form as the deal is now.
pub fn conflict(now: &DealForm, typed: &DealForm, choices: &Choices, discard: String) -> AnyView {
    let rows = differences(now, typed)
        .into_iter()
        .map(|(field, label, now, typed)| {
            view! {
                <tr class="border-t align-top">
                    <th scope="row" class="py-1.5 pr-3 text-left font-medium"><a class="underline" href=format!("#{field}")>{label}</a></th>
                    <td class="py-1.5 pr-3 break-words">{shown(choices.words(field, &now))}</td>
                    <td class="py-1.5 break-words">{shown(choices.words(field, &typed))}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let sentence = if rows.is_empty() {
        "What you typed is what it says now: there is nothing left to save."
    } else {
        "Below is what you typed. Saving it replaces what the deal says now."
    };
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="mt-3 w-full table-fixed">
                <thead class="text-xs text-muted-foreground">
                    <tr><th scope="col" class="w-32 pb-1 text-left font-medium">"Field"</th><th scope="col" class="pb-1 text-left font-medium">"Now"</th><th scope="col" class="pb-1 text-left font-medium">"Yours"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <div role="alert" tabindex="-1" class="flex gap-2.5 rounded-lg border border-destructive/40 bg-destructive/5 p-3">
            {icon("circle-alert", "size-4 mt-0.5 text-destructive")}
            <div class="min-w-0 flex-1">
                <p class="font-medium">"Somebody else changed this deal while you edited it."</p>
                <p class="mt-1 text-muted-foreground">{sentence}" "<a class="underline" href=discard>"Leave mine and see the deal as it is now"</a></p>
                {table}
            </div>
        </div>
    }
    .into_any()
}

fn shown(words: String) -> String {
    if words.is_empty() { "-".to_owned() } else { words }
}

/// Field, label and both values of each field that differs, in the order of the form.
fn differences<'a>(now: &'a DealForm, typed: &'a DealForm) -> Vec<(&'static str, &'static str, Cow<'a, str>, Cow<'a, str>)> {
    LABELS
        .into_iter()
        .map(|(field, label)| (field, label, value_of(now, field), value_of(typed, field)))
        .filter(|(field, _, now, typed)| match *field {
            "value" => Money::parse(now) != Money::parse(typed),
            _ => now.trim().replace("\r\n", "\n") != typed.trim().replace("\r\n", "\n"),
        })
        .collect()
}

fn value_of<'a>(form: &'a DealForm, field: &str) -> Cow<'a, str> {
    let text = match field {
        "metadata" => return custom_fields::in_words(&form.metadata_name, &form.metadata_value).join(", ").into(),
        "name" => &form.name,
        "value" => &form.value,
        "stage" => &form.stage,
        "company_id" => &form.company_id,
        "contact_id" => &form.contact_id,
        "expected_close_date" => &form.expected_close_date,
        "probability" => &form.probability,
        "source" => &form.source,
        "lost_reason" => &form.lost_reason,
        _ => &form.notes,
    };
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let now = DealForm {
            name: "Xe tải".into(),
            value: "1.500.000.000".into(),
            notes: "a\nb".into(),
            source: "fair".into(),
            ..DealForm::default()
        };
        let typed = DealForm {
            name: "Xe tải ".into(),
            value: "1,5 tỷ".into(),
            notes: "a\r\nb".into(),
            source: "web".into(),
            version: "9".into(),
            ..DealForm::default()
        };
        assert_eq!(differences(&now, &typed), [("source", "Source", "fair".into(), "web".into())]);
    }

    #[test]
    fn every_field_has_a_value_of_its_own() {
        let form = DealForm {
            name: "name".into(),
            value: "value".into(),
            stage: "stage".into(),
            company_id: "company_id".into(),
            contact_id: "contact_id".into(),
            expected_close_date: "expected_close_date".into(),
            probability: "probability".into(),
            source: "source".into(),
            lost_reason: "lost_reason".into(),
            notes: "notes".into(),
            metadata_name: vec!["meta".into()],
            metadata_value: vec!["data".into()],
            version: String::new(),
            form_key: String::new(),
        };
        for (field, _) in LABELS {
            assert_eq!(value_of(&form, field).replace(": ", ""), field);
        }
    }
}
