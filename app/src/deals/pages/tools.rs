//! The elements that the board's island uses: menu, lost-reason dialog, live region and toast templates.

use crate::ui::{
    form::suggestions,
    icon,
    markup::{IntoMarkup, Markup},
    stage_dot_class,
};
use domain::deals::LOST_REASON_MAX;
use leptos::prelude::*;
use store::stages::Stage;

/// Renders the elements.
pub(super) fn move_tools(stages: &[Stage], lost_reasons: &[String]) -> Markup {
    let stages = stages
        .iter()
        .map(|stage| {
            let dot = stage_dot_class(stage.color);
            view! { <button type="button" data-to=stage.slug.clone()><span class=format!("dot {dot}")></span> {stage.name.clone()}</button> }
        })
        .collect_view();
    let steps = [
        ("top", "To the top", icon("chevrons-up", "size-4")),
        ("up", "Up", icon("chevron-up", "size-4")),
        ("down", "Down", icon("chevron-down", "size-4")),
        ("bottom", "To the bottom", icon("chevrons-down", "size-4")),
    ]
    .map(|(step, words, arrow)| view! { <button type="button" data-step=step>{arrow} {words}</button> });
    view! {
        <div id="move-menu" popover class="menu max-h-[80dvh] max-w-64 overflow-y-auto" role="group" aria-label="Move the deal">
            <p class="truncate px-2 py-1 text-xs text-muted-foreground">"Move " <span data-name></span></p>
            {stages}
            <hr/>
            {steps.into_iter().collect_view()}
        </div>
        <dialog id="loss" class="dialog" aria-labelledby="loss-title">
            <form method="dialog">
                <header><h2 id="loss-title">"Why was it lost?"</h2></header>
                <section class="field">
                    <label for="loss-reason" class="text-sm font-medium">"Reason for losing “"<span data-name></span>"”"</label>
                    <input id="loss-reason" class="input" list="board-lost-reasons" required maxlength=LOST_REASON_MAX.to_string() autocomplete="off"/>
                    // Not the id of the deal form’s list: that form opens as a dialog on this page.
                    {suggestions("board-lost-reasons", lost_reasons)}
                </section>
                <footer>
                    <button type="button" class="btn" data-variant="ghost" data-size="sm" data-cancel>"Cancel"</button>
                    <button class="btn" data-size="sm" value="save">"Mark as lost"</button>
                </footer>
            </form>
        </dialog>
        <p id="board-said" class="sr-only" aria-live="assertive"></p>
        <template id="toast-moved">
            <p class="toast-body">{icon("check", "size-4 text-primary")} <span data-words></span> <button type="button" data-undo>"Undo"</button></p>
        </template>
        <template id="toast-refused">
            <p class="toast-body" data-kind="error">{icon("circle-alert", "size-4 text-destructive")} <span data-words></span> <a href="/deals">"Reload"</a></p>
        </template>
    }
    .into_markup()
}
