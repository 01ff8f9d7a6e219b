//! The page of a record's form: heading, errors or conflict, fields and footer.

use super::{
    form::{discard_button, draft_offer, form_footer, form_key, shown_to},
    markup::{IntoMarkup, Markup},
    page::breadcrumb,
    picker::default_submit_button,
};
use crate::ui::error_summary::error_summary;
use chrono::{DateTime, Utc};
use domain::forms::FormErrors;
use leptos::prelude::*;

/// The props that the forms of one kind of record share.
pub struct RecordForm {
    /// The form's id, by which the browser finds its field checks.
    pub id: &'static str,
    /// Field names and labels in form order.
    pub labels: &'static [(&'static str, &'static str)],
    /// The name and path of the record's list.
    pub list: (&'static str, &'static str),
    /// The heading of a new record's form.
    pub new: &'static str,
    /// The heading of a saved record's form.
    pub edit: &'static str,
    /// The label of the button that creates a record.
    pub create: &'static str,
    /// The paths of the server functions that create and update.
    pub functions: (&'static str, &'static str),
}

impl RecordForm {
    /// The page of a new record. `key`: the idempotency key; `is_redisplay`: whether the values are those of a refused form.
    pub fn for_new(&'static self, key: String, is_redisplay: bool) -> FormPage {
        let (_, list) = self.list;
        FormPage {
            of: self,
            heading: self.new,
            verb: self.create,
            action: format!("{list}/new"),
            function: self.functions.0,
            cancel: list.to_owned(),
            key,
            changed_at: None,
            conflict: None,
            is_redisplay,
        }
    }

    /// The page of the record at `path`. `changed_at`: the time of the record's last change.
    pub fn for_saved(&'static self, path: String, changed_at: DateTime<Utc>, conflict: Option<Markup>, is_redisplay: bool) -> FormPage {
        FormPage {
            of: self,
            heading: self.edit,
            verb: "Save changes",
            action: format!("{path}/edit"),
            function: self.functions.1,
            cancel: path,
            key: String::new(),
            changed_at: Some(changed_at),
            conflict,
            is_redisplay,
        }
    }
}

/// A page of a record's form.
pub struct FormPage {
    of: &'static RecordForm,
    heading: &'static str,
    verb: &'static str,
    action: String,
    function: &'static str,
    cancel: String,
    key: String,
    changed_at: Option<DateTime<Utc>>,
    conflict: Option<Markup>,
    is_redisplay: bool,
}

impl FormPage {
    /// Sets the path that "Cancel" leads to.
    pub fn leading_back_to(self, cancel: String) -> Self {
        Self { cancel, ..self }
    }

    /// Renders the page. `version`: the edited version.
    pub fn view(self, version: String, errors: &FormErrors, fields: Markup) -> Markup {
        let RecordForm { id, labels, list: (list, path), .. } = *self.of;
        // The conflict panel replaces the error summary.
        let summary = self.conflict.is_none().then(|| error_summary(errors, labels));
        // A refused form is redisplayed until it is saved or discarded.
        let discard = (self.is_redisplay && self.conflict.is_none()).then(|| {
            view! { <div class="text-muted-foreground">{discard_button(self.action.clone(), "Discard what you typed")}</div> }
        });
        view! {
            <div class="mx-auto flex w-full max-w-2xl flex-col gap-5">
                <div>{breadcrumb(list, path)}<h1 class="mt-2">{self.heading}</h1></div>
                {self.conflict}
                {summary}
                {discard}
                <form id=id method="post" action=self.action data-draft data-again=self.is_redisplay data-function=self.function class="panel" novalidate>
                    // Enter presses the first button of a form, which must not be a lookup button.
                    {default_submit_button(self.verb)}
                    <input type="hidden" name="version" value=version/>
                    {shown_to()}
                    {form_key(self.key)}
                    {draft_offer(self.changed_at)}
                    <div class="grid items-start gap-5 p-5 sm:grid-cols-2">{fields}</div>
                    {form_footer(self.cancel, self.verb)}
                </form>
            </div>
        }
        .into_markup()
    }
}
