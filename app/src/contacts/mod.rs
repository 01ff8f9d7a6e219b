//! Contacts.

#[cfg(feature = "ssr")]
pub mod functions;
