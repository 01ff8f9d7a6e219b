//! What every server function shares: the value it answers, its error, and how both travel between server and browser.

pub mod browser_json;
mod error;
mod outcome;

#[cfg(feature = "hydrate")]
pub(crate) mod fetch_client;

pub use browser_json::Call;
pub use error::ActionError;
#[cfg(feature = "hydrate")]
pub use fetch_client::FetchClient;
/// In the server's half no function is called from afar.
#[cfg(not(feature = "hydrate"))]
pub use leptos::server_fn::client::browser::BrowserClient as FetchClient;
pub use outcome::ActionOutcome;
