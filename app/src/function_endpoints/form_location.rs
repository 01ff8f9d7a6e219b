//! Where a form stands: the page that shows it again, with what is wrong, if it is refused.

use serde_json::{Map, Value};

/// Finds the path of a form's page, and the address at which that is shown, by the form's own path and fields.
pub type Locate = fn(path: &str, fields: &Map<String, Value>) -> (String, String);

/// The page of a form.
#[derive(Clone, Copy)]
pub struct FormLocation {
    locate: Option<Locate>,
    /// Whether a refused form is shown until it is taken. A question is shown once.
    pub lasts: bool,
    /// Whether the form can be saved after all once its record, removed meanwhile, is restored.
    pub saves: bool,
}

impl FormLocation {
    /// At the address that the form is posted to.
    pub const SAME: Self = Self { locate: Some(same), lasts: true, saves: true };
    /// The same, of a question in which little is typed.
    pub const QUESTION: Self = Self { locate: Some(same), lasts: false, saves: true };
    /// The same, of the question whether to delete.
    pub const DELETION: Self = Self { locate: Some(same), lasts: false, saves: false };
    /// A button of no fields, wherever a page has it. There is nothing to show again.
    pub const BUTTON: Self = Self { locate: None, lasts: false, saves: false };

    /// At another address.
    pub const fn at(locate: Locate, lasts: bool) -> Self {
        Self { locate: Some(locate), lasts, saves: true }
    }

    /// The path of the page and the address at which it is shown; `None` for a button.
    pub fn locate(self, path: &str, fields: &Map<String, Value>) -> Option<(String, String)> {
        self.locate.map(|locate| locate(path, fields))
    }
}

fn same(path: &str, _: &Map<String, Value>) -> (String, String) {
    (path.to_owned(), path.to_owned())
}
