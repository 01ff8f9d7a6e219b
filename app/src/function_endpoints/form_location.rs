//! Form locations: the page that redisplays a refused form.

use crate::auth::shown_to::{Mismatch, ShownTo};
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
    /// Whether the form is about the user alone: it does the same whichever workspace it was shown in.
    pub is_of_user: bool,
    /// Whether the form is also for a record in the bin: it is then answered as for any other.
    pub also_in_bin: bool,
}

impl FormLocation {
    /// At the URL that the form is posted to.
    pub const SAME: Self = Self { locate: Some(same), lasts: true, saves: true, in_response: false, is_of_user: false, also_in_bin: false };
    /// As [`Self::SAME`], for a short form.
    pub const QUESTION: Self = Self { lasts: false, ..Self::SAME };
    /// As [`Self::SAME`], for a form that holds the token of a link, which no session may keep, or that anonymous visitors use as well.
    pub const IN_RESPONSE: Self = Self { lasts: false, in_response: true, ..Self::SAME };
    /// As [`Self::SAME`], for a delete confirmation.
    pub const DELETION: Self = Self { lasts: false, saves: false, ..Self::SAME };
    /// As [`Self::QUESTION`], also for a record in the bin.
    pub const QUESTION_IN_BIN: Self = Self { saves: false, also_in_bin: true, ..Self::QUESTION };
    /// A button without fields on any page. Nothing to redisplay.
    pub const BUTTON: Self = Self { locate: None, lasts: false, saves: false, in_response: false, is_of_user: false, also_in_bin: false };
    /// The button that signs out, also from a page of a workspace that the user has left meanwhile.
    pub const SIGN_OUT: Self = Self { is_of_user: true, ..Self::BUTTON };

    /// At another URL.
    pub const fn at(locate: Locate, lasts: bool) -> Self {
        Self { locate: Some(locate), lasts, saves: true, in_response: false, is_of_user: false, also_in_bin: false }
    }

    /// In what a submission's `shown_to` differs from the current request, if that matters to this form.
    pub fn mismatch(self, shown_to: Option<&str>) -> Option<Mismatch> {
        ShownTo::mismatch(shown_to).filter(|mismatch| !self.is_of_user || *mismatch == Mismatch::User)
    }

    /// The path of the page and the URL at which it is shown; `None` for a button.
    pub fn locate(self, path: &str, fields: &Map<String, Value>) -> Option<(String, String)> {
        self.locate.map(|locate| locate(path, fields))
    }
}

fn same(path: &str, _: &Map<String, Value>) -> (String, String) {
    (path.to_owned(), path.to_owned())
}
