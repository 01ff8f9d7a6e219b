//! Registering, signing in and out.

pub mod actions;

#[cfg(feature = "ssr")]
mod backend;
#[cfg(feature = "ssr")]
pub mod device_cookie;
#[cfg(feature = "ssr")]
mod interrupted_form;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request_scope;
#[cfg(feature = "ssr")]
mod session_change;
#[cfg(feature = "ssr")]
pub mod shown_to;

#[cfg(feature = "ssr")]
pub use backend::{AuthSession, Backend, User};
#[cfg(feature = "ssr")]
pub use interrupted_form::{InterruptedForm, SIGN_IN_BODY_MAX_BYTES};
#[cfg(feature = "ssr")]
pub use session_change::SessionChange;
#[cfg(feature = "ssr")]
pub use store::SignedIn;

/// The session key of the workspace id. The user's id is stored by `axum-login`.
#[cfg(feature = "ssr")]
pub const WORKSPACE_KEY: &str = "workspace_id";

/// The error of an attempt before the time from which the next one is accepted.
#[cfg(feature = "ssr")]
pub fn limited(state: &crate::request::AppState, retry_at: chrono::DateTime<chrono::Utc>) -> crate::server_functions::ActionError {
    let wait = retry_at - state.clock.now();
    crate::server_functions::ActionError::Limited(domain::sign_in_limits::LimitReached::failed_sign_ins(wait))
}
