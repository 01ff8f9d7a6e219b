//! A clock that stands until it is turned.

use chrono::{DateTime, TimeDelta, Utc};
use domain::clock::Clock;
use std::sync::atomic::{AtomicI64, Ordering};

/// Stands at 2026-03-02 03:04:05.678 UTC until it is turned.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl Default for FixedClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_772_420_645_678))
    }
}

impl FixedClock {
    /// Turns the clock, forward or back.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).expect("in range")
    }
}
