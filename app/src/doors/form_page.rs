//! Where a form stands: the page that shows it again, with what is wrong, if it is refused.

use serde_json::{Map, Value};

/// The page of a form.
#[derive(Clone, Copy)]
pub enum FormPage {
    /// At the address that it is posted to.
    Same,
    /// At another one: the path of the page, and the address at which that is shown, by the form's path and fields.
    At(fn(path: &str, fields: &Map<String, Value>) -> (String, String)),
    /// A button of no fields, wherever a page has it. There is nothing to show again.
    Nowhere,
}

impl FormPage {
    /// The path of the page and the address at which it is shown; `None` for a button.
    pub fn locate(self, path: &str, fields: &Map<String, Value>) -> Option<(String, String)> {
        match self {
            Self::Same => Some((path.to_owned(), path.to_owned())),
            Self::At(locate) => Some(locate(path, fields)),
            Self::Nowhere => None,
        }
    }
}
