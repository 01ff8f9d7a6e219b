//! The return value of actions: server functions that change data.
//!
//! Every change is one `#[server]` function. Its body parses, calls the store once and returns a value. The endpoints in
//! `crate::function_endpoints` turn the value into a redirect or into JSON.

#[cfg(feature = "hydrate")]
use super::browser_json::{FromJs, field};
#[cfg(feature = "ssr")]
use crate::auth::SessionChange;
use serde::{Deserialize, Serialize};
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsValue;

/// The outcome of a change: the next page, the notice, and how to undo the change.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ActionOutcome {
    /// The path of the next page.
    pub to: String,
    /// The notice; empty for none.
    pub notice: String,
    /// The path that an empty form is posted to for undo; `None` if the change can't be undone.
    pub undo: Option<String>,
    /// The path of a page that the notice links to. A script then stays on the current page.
    pub open: Option<String>,
    /// The session change; not sent to the browser.
    #[cfg(feature = "ssr")]
    #[serde(skip)]
    pub session: SessionChange,
}

#[cfg(feature = "ssr")]
impl ActionOutcome {
    /// An outcome with this next page.
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), ..Self::default() }
    }

    /// Sets the notice.
    #[must_use]
    pub fn notice(self, notice: impl Into<String>) -> Self {
        Self { notice: notice.into(), ..self }
    }

    /// Offers undo by an empty form posted to this path.
    #[must_use]
    pub fn undo(self, path: String) -> Self {
        Self { undo: Some(path), ..self }
    }

    /// Offers a link to the created record; a script stays on the current page.
    #[must_use]
    pub fn open(self, path: String) -> Self {
        Self { open: Some(path), ..self }
    }

    /// Sets the session change.
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
