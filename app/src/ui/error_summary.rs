//! The error summary of a form.

use super::{custom_fields, icon};
use domain::forms::FormErrors;
use leptos::prelude::*;

/// The errors of a form, each with a link to its field. `labels`: field names with labels.
pub fn error_summary(errors: &FormErrors, labels: &[(&'static str, &'static str)]) -> Option<impl IntoView + use<>> {
    let (of_form, of_fields): (Vec<_>, Vec<_>) = errors.iter().partition(|error| error.field.is_empty());
    let lines: Vec<_> = of_fields
        .iter()
        .map(|error| {
            let label = labels.iter().find(|(name, _)| *name == error.field).map(|(_, label)| *label);
            let label = label.or_else(|| custom_fields::label_of(&error.field)).unwrap_or("Form");
            view! { <li><a class="underline" href=format!("#{}", error.field)>{label}</a>": "{error.message.clone()}</li> }
        })
        .collect();
    let heading = match lines.len() {
        0 => None,
        1 => Some("One field needs another look.".to_owned()),
        count => Some(format!("{count} fields need another look.")),
    };
    let headings: Vec<_> = of_form.iter().map(|error| error.message.clone()).chain(heading).collect();
    (!headings.is_empty()).then(|| {
        let headings = headings.into_iter().map(|heading| view! { <p class="font-medium">{heading}</p> }).collect_view();
        view! {
            <div role="alert" tabindex="-1" data-fault="" class="flex gap-2.5 rounded-lg border border-destructive/40 bg-destructive/5 p-3">
                {icon("circle-alert", "size-4 mt-0.5 text-destructive")}
                <div>{headings}<ul class="mt-1 text-muted-foreground empty:hidden">{lines}</ul></div>
            </div>
        }
    })
}
