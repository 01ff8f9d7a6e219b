//! Registering, signing in and out.

pub mod actions;
mod backend;
pub mod pages;
pub mod request_scope;

pub use backend::{AuthSession, Backend, Credentials, User};
pub use store::sessions::SignedIn;
