//! The sync state of the board: which changes of the workspace's audit log it shows.

use crate::islands::dom::attribute;
use web_sys::{Element, EventSource};

/// The state of live updates. Each `seq` is a sequence number of the workspace's audit log.
#[derive(Default)]
pub struct SyncState {
    /// The last change up to which the board shows every change.
    applied_seq: i64,
    /// The last change that the server has reported.
    server_seq: i64,
    /// The changes after `applied_seq` made by this board itself.
    own_seqs: Vec<i64>,
    /// Whether the board may show a wrong state, as after a refused move.
    is_stale: bool,
    /// Whether a request for changes is running.
    pub is_fetching: bool,
    /// The open connection to the server's events; `None` while the page is hidden.
    pub source: Option<EventSource>,
}

impl SyncState {
    /// The state of the page as rendered, from `data-seq` of `#board`.
    pub fn of(root: &Element) -> Self {
        let applied_seq = attribute(root, "data-seq").unwrap_or_default();
        Self { applied_seq, server_seq: applied_seq, ..Self::default() }
    }

    /// Records a number that the server has reported; a smaller one than before changes nothing.
    pub fn see_server_seq(&mut self, seq: i64) {
        self.server_seq = self.server_seq.max(seq);
    }

    /// Records a change made by this board itself.
    pub fn add_own_seq(&mut self, seq: i64) {
        self.own_seqs.push(seq);
        self.see_server_seq(seq);
    }

    /// Makes the next sync fetch, whether or not the server has reported a change.
    pub fn mark_stale(&mut self) {
        self.is_stale = true;
    }

    /// Records that every change up to `seq` is applied; `None` keeps the number.
    pub fn set_applied(&mut self, seq: Option<i64>) {
        self.applied_seq = seq.unwrap_or(self.applied_seq);
        self.is_stale = false;
    }

    /// The number since which changes must be fetched; `None` when the board is up to date.
    pub fn since(&mut self) -> Option<i64> {
        if self.is_stale {
            return Some(self.applied_seq);
        }
        // The board shows its own changes already, so `applied_seq` passes those that follow it without a gap.
        while self.own_seqs.contains(&(self.applied_seq + 1)) {
            self.applied_seq += 1;
        }
        self.own_seqs.clear();
        (self.server_seq > self.applied_seq).then_some(self.applied_seq)
    }
}
