//! What a server function that changes something answers, and how it travels.
//!
//! Every change is one `#[server]` function. Its body parses, calls the store once and returns a value. The doors of
//! [`crate::doors`] make a redirect or JSON of it: a body knows of neither.

#[cfg(feature = "hydrate")]
use super::browser_json::{FromJs, field};
#[cfg(feature = "ssr")]
use crate::auth::SessionChange;
use serde::{Deserialize, Serialize};
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

/// A change that was made: where to go, what to say, how to undo it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ActionOutcome {
    /// The path of the page to go to.
    pub to: String,
    /// What was done, in words; empty for nothing worth saying.
    pub notice: String,
    /// The path that a form of no fields is posted to, if the change can be undone.
    pub undo: Option<String>,
    /// The path of a page that the notice has a link to. A script then leaves its user where they are.
    pub open: Option<String>,
    /// What becomes of the session; stays on the server.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub session: SessionChange,
}

#[cfg(feature = "ssr")]
impl ActionOutcome {
    /// A change after which the user goes to this page.
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), ..Self::default() }
    }

    /// Says what was done.
    #[must_use]
    pub fn notice(self, notice: impl Into<String>) -> Self {
        Self { notice: notice.into(), ..self }
    }

    /// Offers to undo it by a form of no fields posted to this path.
    #[must_use]
    pub fn undo(self, path: String) -> Self {
        Self { undo: Some(path), ..self }
    }

    /// Offers to open what was made, and leaves a script's user where they are.
    #[must_use]
    pub fn open(self, path: String) -> Self {
        Self { open: Some(path), ..self }
    }

    /// Signs the user in or out.
    #[must_use]
    pub fn session(self, session: SessionChange) -> Self {
        Self { session, ..self }
    }
}

impl AsRef<ActionOutcome> for ActionOutcome {
    fn as_ref(&self) -> &ActionOutcome {
        self
    }
}

#[cfg(feature = "hydrate")]
impl FromJs for ActionOutcome {
    fn from_js(value: &JsValue) -> Option<Self> {
        Some(Self { to: field(value, "to")?, notice: field(value, "notice")?, undo: field(value, "undo")?, open: field(value, "open")? })
    }
}
