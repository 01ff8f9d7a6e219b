//! The operating system's randomness.

use domain::random::Random;

/// Asks the operating system for every byte.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::expect_used,
        clippy::disallowed_methods,
        reason = "without randomness no session or password is safe: stop. The one place that asks the system"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}
