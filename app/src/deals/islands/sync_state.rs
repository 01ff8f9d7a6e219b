//! What is known of other people's changes.

use crate::islands::dom::attribute;
use web_sys::{Element, EventSource};

/// What is known of other people's changes. The numbers are ends of the audit log.
#[derive(Default)]
pub struct SyncState {
    /// Up to here everything is shown.
    applied_seq: i64,
    /// Up to here the server has told that there is something.
    server_seq: i64,
    /// Changes past `shown` that this board made itself.
    own_seqs: Vec<i64>,
    /// A move was refused: the board shows something that isn't so.
    is_stale: bool,
    /// Somebody asks the server already.
    pub is_fetching: bool,
    /// The connection that brings the server's numbers.
    pub source: Option<EventSource>,
}

impl SyncState {
    /// What the page knows when it comes.
    pub fn of(root: &Element) -> Self {
        let applied_seq = attribute(root, "data-seq").unwrap_or_default();
        Self { applied_seq, server_seq: applied_seq, ..Self::default() }
    }

    /// Notes how far the server says that there is something.
    pub fn see_server_seq(&mut self, seq: i64) {
        self.server_seq = self.server_seq.max(seq);
    }

    /// Notes a change of this board's own.
    pub fn add_own_seq(&mut self, seq: i64) {
        self.own_seqs.push(seq);
        self.see_server_seq(seq);
    }

    /// Notes that the board may show something that isn't so.
    pub fn mark_stale(&mut self) {
        self.is_stale = true;
    }

    /// Notes that the board shows everything up to `seq`; without one, as far as before.
    pub fn set_applied(&mut self, seq: Option<i64>) {
        self.applied_seq = seq.unwrap_or(self.applied_seq);
        self.is_stale = false;
    }

    /// From where on the server must be asked; `None` when the board shows everything there is.
    pub fn since(&mut self) -> Option<i64> {
        if self.is_stale {
            return Some(self.applied_seq);
        }
        // Its own changes that follow one another are shown already.
        while self.own_seqs.contains(&(self.applied_seq + 1)) {
            self.applied_seq += 1;
        }
        self.own_seqs.clear();
        (self.server_seq > self.applied_seq).then_some(self.applied_seq)
    }
}
