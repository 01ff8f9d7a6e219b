//! Registering, signing in and out.

pub mod actions;
mod backend;
mod device_cookie;
pub mod pages;
pub mod request_scope;

pub use backend::{AuthSession, Backend, User};
pub use store::SignedIn;

/// The session's entry that names the workspace somebody is in, beside the user that the sign-in layer keeps.
pub const WORKSPACE_KEY: &str = "workspace_id";
