//! What is known of other people's changes.

use crate::islands::dom::attribute;
use web_sys::{Element, EventSource};

/// What is known of other people's changes. The numbers are ends of the audit log.
#[derive(Default)]
pub struct News {
    /// Up to here everything is shown.
    shown: i64,
    /// Up to here the server has told that there is something.
    told: i64,
    /// Changes past `shown` that this board made itself.
    made: Vec<i64>,
    /// A move was refused: the board shows something that isn't so.
    doubtful: bool,
    /// Somebody asks the server already.
    pub asking: bool,
    /// The connection that brings the server's numbers.
    pub source: Option<EventSource>,
}

impl News {
    /// What the page knows when it comes.
    pub fn of(root: &Element) -> Self {
        let shown = attribute(root, "data-seq").unwrap_or_default();
        Self { shown, told: shown, ..Self::default() }
    }

    /// Notes how far the server says that there is something.
    pub fn tell(&mut self, seq: i64) {
        self.told = self.told.max(seq);
    }

    /// Notes a change of this board's own.
    pub fn made(&mut self, seq: i64) {
        self.made.push(seq);
        self.tell(seq);
    }

    /// Notes that the board may show something that isn't so.
    pub fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Notes that the board shows everything up to `seq`; without one, as far as before.
    pub fn show(&mut self, seq: Option<i64>) {
        self.shown = seq.unwrap_or(self.shown);
        self.doubtful = false;
    }

    /// From where on the server must be asked; `None` when the board shows everything there is.
    pub fn since(&mut self) -> Option<i64> {
        if self.doubtful {
            return Some(self.shown);
        }
        // Its own changes that follow one another are shown already.
        while self.made.contains(&(self.shown + 1)) {
            self.shown += 1;
        }
        self.made.clear();
        (self.told > self.shown).then_some(self.shown)
    }
}
