//! What the long trials share: writers with a ledger of acknowledged writes, a check of the whole database, and a PostgreSQL
//! server that a test may freeze and restart.

#![allow(dead_code, unused_imports, reason = "each test file uses the part it needs")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod cluster;
mod integrity;
mod ledger;
mod writers;

pub use cluster::Cluster;
pub use integrity::{assert_integrity, open_raw};
pub use ledger::Ledger;
pub use writers::{Writers, Writing, register, sign_in, sign_in_by, signed_in};

use domain::random::Random;
use std::time::Duration;
use store::SystemRandom;

/// A random number below `bound`.
pub fn random_below(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    SystemRandom.fill(&mut bytes);
    u64::from_ne_bytes(bytes) % bound
}

/// A random duration of whole microseconds, shorter than `bound`.
pub fn random_duration(bound: Duration) -> Duration {
    Duration::from_micros(random_below(u64::try_from(bound.as_micros()).unwrap()))
}
