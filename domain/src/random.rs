//! The source of randomness, passed in so that a test can fix it.

/// Fills bytes that nobody can guess. The server's implementation asks the operating system.
pub trait Random: Send + Sync + 'static {
    /// Overwrites every byte of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
