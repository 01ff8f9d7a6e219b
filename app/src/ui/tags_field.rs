//! The tags of a record's form.

use super::{
    form::{Field, error_line, text_field},
    tag,
};
use domain::{forms::FormErrors, tags::PALETTE};
use leptos::prelude::*;
use store::companies::TagBadge;

/// Check boxes of the workspace's tags, and the inputs of a new tag.
pub fn tags_field(
    tags: Vec<TagBadge>,
    chosen: &[String],
    new_tag: String,
    new_tag_color: &str,
    errors: &FormErrors,
) -> impl IntoView + use<> {
    let boxes = tags
        .into_iter()
        .map(|badge| {
            let id = badge.id.to_string();
            let checked = chosen.contains(&id);
            view! {
                <label class="inline-flex cursor-pointer items-center gap-1.5 py-0.5">
                    <input type="checkbox" class="input" name="tag_id" value=id checked=checked/>
                    {tag(&badge.name, &badge.color)}
                </label>
            }
        })
        .collect_view();
    let color = if new_tag_color.is_empty() { PALETTE[0].0 } else { new_tag_color };
    let colors = PALETTE
        .into_iter()
        .map(|(hex, name)| {
            view! {
                <label class="cursor-pointer rounded-full p-0.5 has-checked:ring-2 has-checked:ring-ring has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring" title=name>
                    <input type="radio" class="sr-only" name="new_tag_color" value=hex checked=hex == color aria-label=name/>
                    <svg class="size-5" viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" fill=hex></circle></svg>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset id="tag_id" class="flex flex-col gap-2 sm:col-span-2">
            <legend class="mb-2 text-sm font-medium">"Tags"</legend>
            <div class="flex flex-wrap gap-x-4 gap-y-1">{boxes}</div>
            {error_line("tag_id", errors)}
            <div class="mt-2 grid items-end gap-x-5 gap-y-2 sm:grid-cols-2">
                {text_field(Field::new("new_tag", "New tag").value(new_tag).autocomplete("off"), errors)}
                <div role="radiogroup" aria-label="Color of the new tag" class="flex h-8 items-center gap-1.5">{colors}</div>
            </div>
        </fieldset>
    }
}
