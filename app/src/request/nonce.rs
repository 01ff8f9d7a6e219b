//! What allows a page's own inline scripts.

/// The nonce of one response: an inline script runs only if it carries this.
#[derive(Debug, Clone)]
pub struct Nonce(pub String);
