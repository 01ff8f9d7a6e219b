//! Parts of pages: breadcrumb, empty state and delete confirmation.

use super::{form::shown_to, icon, join_list, pluralize_all};
use crate::{
    request::{PageError, RequestContext, ShownForm, context::NOT_SAVED},
    ui::error_summary::error_summary,
};
use domain::{
    bin::{BIN_DAYS, GoesAlong},
    forms::{DeleteForm, FormErrors},
};
use leptos::prelude::*;

/// The link to the record's list.
pub fn breadcrumb(label: &'static str, href: &'static str) -> impl IntoView {
    view! { <nav aria-label="Breadcrumb" class="text-muted-foreground"><a href=href class="hover:text-foreground hover:underline">{label}</a></nav> }
}

/// An empty state: icon, sentence and action.
pub fn empty_state(icon_view: impl IntoView, sentence: impl Into<String>, action: impl IntoView) -> impl IntoView {
    view! {
        <div class="panel flex flex-col items-center gap-3 px-6 py-14 text-center">
            <span class="grid size-10 place-items-center rounded-lg bg-muted text-muted-foreground">{icon_view}</span>
            <p class="max-w-sm text-muted-foreground [overflow-wrap:anywhere]">{sentence.into()}</p>
            {action}
        </div>
    }
}

/// The last sentence of a delete confirmation. `what`: `it` or `them`.
pub fn restore_hint(what: &str) -> String {
    format!("You can restore {what} from the bin for {BIN_DAYS} days.")
}

/// The props of [`confirm_delete`].
pub struct DeleteQuestion {
    /// The question.
    pub title: String,
    /// The consequence, in words.
    pub consequence: String,
    /// The label of the button.
    pub verb: &'static str,
    /// The path that the form is posted to.
    pub action: String,
    /// The path of the server function.
    pub function: &'static str,
    /// The path of the page that "Cancel" leads to.
    pub cancel: String,
    /// The shown version.
    pub version: i64,
    /// The shown numbers of dependent records.
    pub goes_along: GoesAlong,
}

/// The numbers of dependent records in words: `2 contacts and 1 deal`. `None` without any.
pub fn goes_along_in_words(goes_along: &GoesAlong) -> Option<String> {
    let parts = pluralize_all([
        (goes_along.contacts, "contact", "contacts"),
        (goes_along.deals, "deal", "deals"),
        (goes_along.activities, "activity", "activities"),
        (goes_along.tasks, "task", "tasks"),
    ]);
    (!parts.is_empty()).then(|| join_list(&parts))
}

/// The delete confirmation. A refused confirmation also shows the reason and the records added since.
pub async fn confirm_delete(ctx: &RequestContext, question: DeleteQuestion) -> Result<impl IntoView + use<>, PageError> {
    let DeleteQuestion { title, consequence, verb, action, function, cancel, version, goes_along } = question;
    let errors = refusal(ctx.form(DeleteForm::default).await?, version, &goes_along);
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
                {shown_counts(&goes_along)}
                <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">{verb}</button>
            </form>
        </div>
    })
}

/// The hidden inputs of the shown numbers. A number of 0 has none.
fn shown_counts(goes_along: &GoesAlong) -> impl IntoView + use<> {
    let inputs = goes_along.by_kind().into_iter().filter(|(_, count)| *count > 0);
    inputs.map(|(name, count)| view! { <input type="hidden" name=name value=count.to_string()/> }).collect_view()
}

/// The errors of a refused confirmation: the records added since, and the form's errors.
fn refusal(shown: ShownForm<DeleteForm>, version: i64, goes_along: &GoesAlong) -> FormErrors {
    let ShownForm { values, mut errors, is_redisplay } = shown;
    let added = goes_along.beyond(&values.goes_along());
    let Some(words) = goes_along_in_words(&added).filter(|_| is_redisplay) else { return errors };
    // The record itself is unchanged, so the error about its version would be the wrong reason.
    if values.version == version.to_string() && errors.get("") != Some(NOT_SAVED) {
        errors = FormErrors::default();
    }
    let verb = if added.total() == 1 { "was" } else { "were" };
    errors.add("", format!("Since you were asked, {words} {verb} added."));
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(form: DeleteForm, error: &str, is_redisplay: bool) -> ShownForm<DeleteForm> {
        ShownForm { values: form, errors: FormErrors::of("", error), is_redisplay }
    }

    fn form(version: &str, contacts: &str) -> DeleteForm {
        DeleteForm { version: version.to_owned(), contacts: contacts.to_owned(), ..DeleteForm::default() }
    }

    #[test]
    fn a_question_asked_again_says_what_was_added() {
        let now = GoesAlong { contacts: 3, deals: 1, ..GoesAlong::default() };
        let said = |shown| refusal(shown, 1, &now).to_string();
        assert_eq!(said(shown(form("1", "1"), "Changed.", true)), "Since you were asked, 2 contacts and 1 deal were added.");
        assert_eq!(said(shown(form("2", "2"), "Changed.", true)), "Changed. Since you were asked, 1 contact and 1 deal were added.");
        assert_eq!(said(shown(form("1", "3"), NOT_SAVED, true)), format!("{NOT_SAVED} Since you were asked, 1 deal was added."));
        assert_eq!(said(shown(DeleteForm { deals: "1".to_owned(), ..form("1", "3") }, "Changed.", true)), "Changed.");
        assert_eq!(said(shown(DeleteForm::default(), "Changed.", false)), "Changed.", "asked for the first time");
    }
}
