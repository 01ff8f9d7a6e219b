//! The clock, passed in so that a test can turn it.

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the time. Handed to whatever needs it; nothing asks the system itself.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC, to the millisecond: what both databases keep exactly.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3)
    }
}
