//! Form locations: the page that redisplays a refused form.

use serde_json::{Map, Value};

/// Computes the path of a form's page, and the URL at which the page is shown, from the form's path and fields.
pub type Locate = fn(path: &str, fields: &Map<String, Value>) -> (String, String);

/// The page of a form.
#[derive(Clone, Copy)]
pub struct FormLocation {
    locate: Option<Locate>,
    /// Whether a refused form is redisplayed until it is accepted. A question is redisplayed once.
    pub lasts: bool,
    /// Whether the form makes sense after restoring its deleted record.
    pub saves: bool,
    /// Whether a refused form is redisplayed in the response and never kept in the session.
    pub in_response: bool,
}

impl FormLocation {
    /// At the URL that the form is posted to.
    pub const SAME: Self = Self { locate: Some(same), lasts: true, saves: true, in_response: false };
    /// As [`Self::SAME`], for a short form.
    pub const QUESTION: Self = Self { lasts: false, ..Self::SAME };
    /// As [`Self::SAME`], for a form that holds the token of a link, which no session may keep, or that anonymous visitors use as well.
    pub const IN_RESPONSE: Self = Self { lasts: false, in_response: true, ..Self::SAME };
    /// As [`Self::SAME`], for a delete confirmation.
    pub const DELETION: Self = Self { lasts: false, saves: false, ..Self::SAME };
    /// A button without fields on any page. Nothing to redisplay.
    pub const BUTTON: Self = Self { locate: None, lasts: false, saves: false, in_response: false };

    /// At another URL.
    pub const fn at(locate: Locate, lasts: bool) -> Self {
        Self { locate: Some(locate), lasts, saves: true, in_response: false }
    }

    /// The path of the page and the URL at which it is shown; `None` for a button.
    pub fn locate(self, path: &str, fields: &Map<String, Value>) -> Option<(String, String)> {
        self.locate.map(|locate| locate(path, fields))
    }
}

fn same(path: &str, _: &Map<String, Value>) -> (String, String) {
    (path.to_owned(), path.to_owned())
}
