//! The forms with checks in the browser. Features bring their forms by the table of `crate::hydration`; the behaviours of this
//! folder find a form by its id.

use std::sync::OnceLock;

/// A form with checks in the browser.
#[derive(Clone, Copy)]
pub struct BrowserForm {
    /// The form's id.
    pub id: &'static str,
    /// Checks the value of a field by the server's own rule. The error is the message to show.
    pub check_field: fn(field: &str, value: &str) -> Result<(), String>,
    /// Attaches the feature's own behaviours to the form in a dialog.
    pub attach: fn(),
}

impl BrowserForm {
    /// A form without behaviours of its own.
    pub const fn new(id: &'static str, check_field: fn(&str, &str) -> Result<(), String>) -> Self {
        Self { id, check_field, attach: || {} }
    }
}

static FORMS: OnceLock<&'static [BrowserForm]> = OnceLock::new();

/// Registers the app's forms, before the islands start.
pub fn register(forms: &'static [BrowserForm]) {
    let _ = FORMS.set(forms);
}

/// The form with this id; `None` for a form without checks.
pub fn find(id: &str) -> Option<BrowserForm> {
    FORMS.get()?.iter().copied().find(|form| form.id == id)
}
