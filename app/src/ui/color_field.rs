//! The choice of a color.

use super::{
    form::error_line,
    markup::{IntoMarkup, Markup},
};
use domain::forms::FormErrors;
use leptos::prelude::*;

/// A color to choose.
pub struct ColorChoice {
    /// Its value in the form.
    pub value: String,
    /// Its name.
    pub label: &'static str,
    /// A dot in it.
    pub dot: Markup,
}

/// The radio buttons `color`. `chosen`: the value of one of the choices.
pub fn color_field(chosen: &str, choices: impl IntoIterator<Item = ColorChoice>, errors: &FormErrors) -> Markup {
    let choices: Vec<_> = choices
        .into_iter()
        .map(|ColorChoice { value, label, dot }| {
            let checked = value == chosen;
            view! {
                <label class="tag-color">
                    <input type="radio" class="sr-only" name="color" value=value checked=checked/>
                    {dot}
                    {label}
                </label>
            }
        })
        .collect();
    view! {
        <fieldset id="color" tabindex="-1" class="field" aria-describedby="color-error">
            <legend class="mb-2 text-sm font-medium">"Color"</legend>
            <div class="flex flex-wrap gap-2">{choices}</div>
            {error_line("color", errors)}
        </fieldset>
    }
    .into_markup()
}
