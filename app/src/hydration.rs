//! The table of contents of the browser's half: every form with checks in the browser, feature by feature. `routing` is the server's.

use crate::{
    deals,
    islands::forms::{self, BrowserForm},
    record_links,
};
use domain::{
    activities::ActivityForm,
    companies::{ArchiveForm, CompanyForm},
    contacts::ContactForm,
    deals::DealForm,
    tags::TagForm,
    tasks::TaskForm,
    users::RegisterForm,
};

const FORMS: &[BrowserForm] = &[
    BrowserForm::new("register", RegisterForm::check_field),
    // Name, address and password follow the rules of the registration.
    BrowserForm::new("profile", RegisterForm::check_field),
    BrowserForm::new("password-change", RegisterForm::check_field),
    BrowserForm::new("password-reset", RegisterForm::check_field),
    BrowserForm::new("forgot-password", RegisterForm::check_field),
    BrowserForm::new("email-change", RegisterForm::check_field),
    BrowserForm::new("company", CompanyForm::check_field),
    BrowserForm::new("archive-company", ArchiveForm::check_field),
    BrowserForm::new("contact", ContactForm::check_field),
    BrowserForm { attach: deals::islands::attach_choices, ..BrowserForm::new("deal", DealForm::check_field) },
    BrowserForm { attach: record_links::attach, ..BrowserForm::new("activity", ActivityForm::check_field) },
    BrowserForm { attach: record_links::attach, ..BrowserForm::new("task", TaskForm::check_field) },
    BrowserForm::new("quick-log", ActivityForm::check_field),
    BrowserForm::new("tag", TagForm::check_field),
];

/// Registers the forms of all features. Call before the islands are hydrated.
pub fn register_forms() {
    forms::register(FORMS);
}
