//! The nonce of inline scripts.

/// The nonce of a response: an inline script runs only with this nonce.
#[derive(Debug, Clone)]
pub struct Nonce(pub String);
