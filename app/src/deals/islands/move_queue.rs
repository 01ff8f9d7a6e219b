//! The queue of optimistic moves: shown, not yet confirmed by the server.

use super::parts::{Card, Column};
use domain::{
    deals::{MoveForm, Placement},
    ids::DealId,
    stages::StageKind,
};
use web_sys::Element;

/// An optimistic move, with the data to save, undo or roll back the move.
pub struct PendingMove {
    /// The moved card.
    pub card: Card,
    /// The column before the move.
    pub from: Column,
    /// The deal above the card before the move, for undo.
    pub above: Option<DealId>,
    /// The element below the card before the move, for a roll-back.
    pub next: Option<Element>,
    /// The column after the move.
    pub to: Column,
    /// The place in the column `to`.
    pub place: Placement,
    /// The lost reason, once the user has given one.
    pub lost_reason: Option<String>,
}

/// The queue of moves. Moves of one card are sent in order; moves of different cards are sent in parallel.
#[derive(Default)]
pub struct MoveQueue {
    /// The moves not sent yet, oldest first.
    waiting: Vec<PendingMove>,
    /// The deals whose move is sent and not answered.
    sent: Vec<DealId>,
}

impl MoveQueue {
    /// Whether every move is answered.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.sent.is_empty()
    }

    pub fn push(&mut self, pending: PendingMove) {
        self.waiting.push(pending);
    }

    /// Takes the oldest move that can be sent and counts the move as sent. A move waits for earlier moves of its own card and of the
    /// card above its place.
    pub fn take_next(&mut self) -> Option<PendingMove> {
        let mut held = self.sent.clone();
        let at = self.waiting.iter().position(|pending| {
            let needs = [pending.card.id(), pending.anchor()];
            let free = !needs.iter().flatten().any(|id| held.contains(id));
            held.extend(pending.card.id());
            free
        })?;
        let pending = self.waiting.remove(at);
        self.sent.extend(pending.card.id());
        Some(pending)
    }

    /// Removes the card's answered move.
    pub fn remove_sent(&mut self, card: &Card) {
        self.sent.retain(|id| Some(*id) != card.id());
    }

    /// Whether a move of the card is not sent yet.
    pub fn has_waiting(&self, card: &Card) -> bool {
        self.waiting.iter().any(|other| other.card == *card)
    }

    /// Removes the card's moves that are not sent yet.
    pub fn drop_waiting(&mut self, card: &Card) {
        self.waiting.retain(|other| other.card != *card);
    }
}

impl PendingMove {
    /// The deal that the card is put below.
    fn anchor(&self) -> Option<DealId> {
        match self.place {
            Placement::After(card) => Some(card),
            Placement::Top | Placement::Bottom => None,
        }
    }

    /// The request's form.
    pub fn form(&self, filter: String) -> MoveForm {
        MoveForm {
            stage: self.to.slug(),
            place: self.place.into(),
            lost_reason: self.lost_reason.clone().unwrap_or_default(),
            version: self.card.version().to_string(),
            filter,
            ..MoveForm::default()
        }
    }

    /// Whether the user must give a lost reason first.
    pub fn needs_lost_reason(&self) -> bool {
        self.to.kind() == StageKind::Lost && self.from != self.to && self.lost_reason.is_none()
    }

    /// Puts the card's element back to its place before the move.
    pub fn restore(&self) {
        let Some(list) = self.from.list() else { return };
        // The element `next` may have left the column meanwhile.
        let next = self.next.clone().filter(|next| next.parent_element().is_some_and(|parent| parent == *list.as_ref()));
        let _ = list.insert_before(&self.card.0, next.as_ref().map(AsRef::as_ref));
        self.card.focus();
    }
}
