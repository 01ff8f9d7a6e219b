//! Bounds of the listening loop.

use std::time::Duration;

/// Bounds on how many connections are open and how long each may keep the server waiting.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest time until a request's head is complete, and longest pause between two requests.
    pub header_timeout: Duration,
    /// Longest pause inside a request's body, and the waiting time that a body may add up before its rate counts.
    pub body_timeout: Duration,
    /// Waiting time that each received KiB of a body adds. One second makes the least rate 1 KiB/s.
    pub body_time_per_kib: Duration,
    /// Open connections in total.
    pub connections: usize,
    /// Open connections from one client address, or open requests if the client is behind a trusted proxy.
    pub connections_per_address: usize,
    /// Longest time during which an unwanted body is read and discarded after the answer. Shorter than `drain`, so that
    /// a client that goes on sending does not make a shutdown late.
    pub linger: Duration,
    /// Time for running requests to finish after the server was told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(15),
            body_time_per_kib: Duration::from_secs(1),
            connections: 1_024,
            connections_per_address: 200,
            linger: Duration::from_secs(10),
            drain: Duration::from_secs(20),
        }
    }
}

impl Limits {
    /// Longest time that a body of `received` bytes may have kept the server waiting.
    pub fn body_allowance(&self, received: u64) -> Duration {
        let kib = u32::try_from(received / 1024).unwrap_or(u32::MAX);
        self.body_timeout.saturating_add(self.body_time_per_kib.saturating_mul(kib))
    }
}
