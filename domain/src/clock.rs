//! The clock, passed in so that tests can set the time.

use chrono::{DateTime, SubsecRound, Utc};

/// A source of the current time. No code calls the system clock directly.
pub trait Clock: Send + Sync + 'static {
    /// The current time in UTC, truncated to milliseconds, which both databases store exactly.
    fn now(&self) -> DateTime<Utc>;
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}
