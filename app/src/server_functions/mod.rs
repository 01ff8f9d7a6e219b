//! What server functions share: outcome, error, and their encoding between server and browser.

pub mod browser_json;
mod error;
mod outcome;

#[cfg(feature = "hydrate")]
pub(crate) mod fetch_client;

pub use browser_json::Call;
pub use error::ActionError;
#[cfg(feature = "hydrate")]
pub use fetch_client::FetchClient;
/// The server calls no function over HTTP.
#[cfg(not(feature = "hydrate"))]
pub use leptos::server_fn::client::browser::BrowserClient as FetchClient;
pub use outcome::ActionOutcome;
