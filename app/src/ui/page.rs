//! The parts of a page: its way back, its empty state, its question before something is deleted.

use super::icon;
use domain::bin::BIN_DAYS;
use leptos::prelude::*;

/// The way back to the list a record is in.
pub fn breadcrumb(label: &'static str, href: &'static str) -> impl IntoView {
    view! { <nav aria-label="Breadcrumb" class="text-muted-foreground"><a href=href class="hover:text-foreground hover:underline">{label}</a></nav> }
}

/// Nothing to show: an icon, a sentence, and what to do about it.
pub fn empty(icon_view: impl IntoView, sentence: impl Into<String>, action: impl IntoView) -> impl IntoView {
    view! {
        <div class="panel flex flex-col items-center gap-3 px-6 py-14 text-center">
            <span class="grid size-10 place-items-center rounded-lg bg-muted text-muted-foreground">{icon_view}</span>
            <p class="max-w-sm text-muted-foreground">{sentence.into()}</p>
            {action}
        </div>
    }
}

/// The end of what a question says of records that go to the bin: `it`, or `them`.
pub fn to_the_bin(what: &str) -> String {
    format!("You can restore {what} from the bin for {BIN_DAYS} days.")
}

/// The question before something is deleted: what goes with it, and the two ways on. `version` is the one that was shown.
pub fn confirm_delete(
    title: String,
    consequence: String,
    verb: &'static str,
    action: String,
    cancel: String,
    version: i64,
) -> impl IntoView {
    view! {
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5">
                <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("trash-2", "size-4")}</span>
                <div class="min-w-0"><h1 class="break-words">{title}</h1><p class="mt-1 text-muted-foreground">{consequence}</p></div>
            </div>
            <form method="post" action=action class="flex items-center justify-end gap-2 border-t px-5 py-3">
                <input type="hidden" name="version" value=version.to_string()/>
                <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">{verb}</button>
            </form>
        </div>
    }
}
