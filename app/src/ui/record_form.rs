//! The page of a record's form: its heading, what is wrong or was changed meanwhile, the fields, the verb at the foot.

use super::{
    form::{discard_button, draft_offer, form_footer, form_key, shown_to},
    page::breadcrumb,
    picker::default_submit_button,
};
use crate::ui::error_summary::error_summary;
use chrono::{DateTime, Utc};
use domain::forms::FormErrors;
use leptos::prelude::*;

/// What the forms of one kind of record have in common.
pub struct RecordForm {
    /// The form's id in its page. It names the rules by which the browser checks a field that is left.
    pub id: &'static str,
    /// The fields' labels, in the form's order.
    pub labels: &'static [(&'static str, &'static str)],
    /// The name and the address of the list that the records are in.
    pub list: (&'static str, &'static str),
    /// The heading over a new record's form.
    pub new: &'static str,
    /// The heading over a saved record's form.
    pub edit: &'static str,
    /// The verb that makes a record.
    pub create: &'static str,
    /// The path of the function that makes a record, and of the one that saves its fields.
    pub functions: (&'static str, &'static str),
}

impl RecordForm {
    /// The page of a new record. `key` is what this showing of the form is known by; `is_redisplay` says that what it shows was typed
    /// before.
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

    /// The page of the record at the address `path`. `changed_at` is when it was saved last.
    pub fn for_saved(&'static self, path: String, changed_at: DateTime<Utc>, conflict: Option<AnyView>, is_redisplay: bool) -> FormPage {
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

/// One page of a record's form.
pub struct FormPage {
    of: &'static RecordForm,
    heading: &'static str,
    verb: &'static str,
    action: String,
    function: &'static str,
    cancel: String,
    key: String,
    changed_at: Option<DateTime<Utc>>,
    conflict: Option<AnyView>,
    is_redisplay: bool,
}

impl FormPage {
    /// The same page with another place that "Cancel" leads to.
    pub fn leading_back_to(self, cancel: String) -> Self {
        Self { cancel, ..self }
    }

    /// The page around these fields. `version` is the one that was shown for editing.
    pub fn view(self, version: String, errors: &FormErrors, fields: AnyView) -> AnyView {
        let RecordForm { id, labels, list: (list, path), .. } = *self.of;
        // The other version is what matters now; what is wrong with this one stands at its fields.
        let summary = self.conflict.is_none().then(|| error_summary(errors, labels));
        // The form is shown again whenever its page is opened, until it is saved.
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
                    // Enter takes the first button of a form: this one, not one that only has it drawn anew.
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
        .into_any()
    }
}
