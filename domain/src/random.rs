//! The random source, passed in so that tests can fix it.

/// A cryptographic random source. The server's implementation calls the operating system.
pub trait Random: Send + Sync + 'static {
    /// Overwrites every byte of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
