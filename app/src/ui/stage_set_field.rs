//! The choice among the sets of stages that a workspace can begin with.

use super::{
    form::error_line,
    markup::{IntoMarkup, Markup},
};
use domain::{forms::FormErrors, stages::StageSet};
use leptos::prelude::*;

/// The radio buttons `stages`. `chosen`: a slug, empty for the default.
pub fn stage_set_field(label: &'static str, chosen: &str, errors: &FormErrors) -> Markup {
    let chosen = StageSet::parse(chosen).unwrap_or_default();
    let choices = StageSet::ALL
        .into_iter()
        .map(|set| {
            let stages = set.stages().iter().map(|stage| stage.name).collect::<Vec<_>>().join(" → ");
            view! {
                <label class="flex cursor-pointer gap-3 rounded-lg border p-3 has-checked:border-primary has-checked:bg-primary/5">
                    <input type="radio" class="input mt-0.5" name="stages" value=set.slug() checked=set == chosen/>
                    <span class="min-w-0"><span class="font-medium">{set.label()}</span><span class="block text-muted-foreground">{stages}</span></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset id="stages" tabindex="-1" class="field" aria-describedby="stages-error">
            <legend class="mb-2 text-sm font-medium">{label}</legend>
            <div class="grid gap-2">{choices}</div>
            {error_line("stages", errors)}
        </fieldset>
    }
    .into_markup()
}
