//! What a server function that changes something answers, and how it travels.
//!
//! Every change is one `#[server]` function. Its body parses, calls the store once and returns a value. The doors of
//! [`crate::doors`] make a redirect or JSON of it: a body knows of neither.

use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, Http, codec::Post};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[cfg(feature = "ssr")]
use crate::auth::SessionChange;
#[cfg(feature = "hydrate")]
pub use crate::fetch_client::FetchClient;
/// In the server's half no function is called from afar.
#[cfg(not(feature = "hydrate"))]
pub use leptos::server_fn::client::browser::BrowserClient as FetchClient;

/// A change that was made: where to go, what to say, how to undo it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ActionOutcome {
    /// The path of the page to go to.
    pub to: String,
    /// What was done, in words; empty for nothing worth saying.
    pub notice: String,
    /// The path that a form of no fields is posted to, if the change can be undone.
    pub undo: Option<String>,
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

/// How our server functions travel: JSON both ways, by POST.
pub type Call = Http<Post<BrowserJson>, Post<BrowserJson>>;

/// JSON that the browser itself parses. `serde_json` would bring a parser of its own, and words for all that may be wrong:
/// 14 kB of what every page downloads.
pub struct BrowserJson;

impl ContentType for BrowserJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for BrowserJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for BrowserJson {
    type Error = leptos::serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        leptos::serde_json::to_vec(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for BrowserJson {
    type Error = String;

    #[cfg(feature = "hydrate")]
    fn decode(bytes: Bytes) -> Result<T, String> {
        let value = std::str::from_utf8(&bytes).ok().and_then(|text| js_sys::JSON::parse(text).ok());
        value.and_then(|value| serde_wasm_bindgen::from_value(value).ok()).ok_or_else(String::new)
    }

    #[cfg(not(feature = "hydrate"))]
    fn decode(bytes: Bytes) -> Result<T, String> {
        leptos::serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    }
}
