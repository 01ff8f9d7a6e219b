//! The parts of a page: its way back, its empty state, its question before something is deleted.

use super::{
    form::{error_summary, shown_to},
    icon,
};
use crate::{
    errors::PageError,
    visit::{ShownForm, Visit},
};
use domain::{bin::BIN_DAYS, forms::DeleteForm};
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

/// The question before something is deleted.
pub struct DeleteQuestion {
    /// What is asked.
    pub title: String,
    /// What goes with it.
    pub consequence: String,
    /// What the button does.
    pub verb: &'static str,
    /// The path that the form is posted to.
    pub action: String,
    /// The path of the function that deletes.
    pub function: &'static str,
    /// The page to go back to.
    pub cancel: String,
    /// The version that is shown.
    pub version: i64,
}

/// Asks the question, and says why if it was answered before.
pub async fn confirm_delete(visit: &Visit, question: DeleteQuestion) -> Result<impl IntoView + use<>, PageError> {
    let DeleteQuestion { title, consequence, verb, action, function, cancel, version } = question;
    let ShownForm { errors, .. } = visit.form(DeleteForm::default).await?;
    Ok(view! {
        <div class="mx-auto w-full max-w-lg not-empty:mb-4">{error_summary(&errors, &[])}</div>
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5">
                <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("trash-2", "size-4")}</span>
                <div class="min-w-0"><h1 class="break-words">{title}</h1><p class="mt-1 text-muted-foreground">{consequence}</p></div>
            </div>
            <form method="post" action=action data-function=function class="flex items-center justify-end gap-2 border-t px-5 py-3">
                {shown_to()}
                <input type="hidden" name="version" value=version.to_string()/>
                <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">{verb}</button>
            </form>
        </div>
    })
}
