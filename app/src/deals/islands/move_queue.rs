//! The moves that are shown and not yet confirmed.

use super::parts::{Card, Column};
use domain::{
    deals::{MoveForm, Place},
    ids::DealId,
    stages::StageKind,
};
use web_sys::Element;

/// A move that is shown and not yet confirmed.
pub struct PendingMove {
    /// The card.
    pub card: Card,
    /// The column it stood in.
    pub from: Column,
    /// The card it stood below.
    pub above: Option<DealId>,
    /// The element it stood before.
    pub next: Option<Element>,
    /// The column it goes to.
    pub to: Column,
    /// Where in that column.
    pub place: Place,
    /// Why it is lost, once that is known.
    pub lost_reason: Option<String>,
}

/// The moves that are shown and not yet confirmed.
#[derive(Default)]
pub struct MoveQueue {
    /// Those that wait for another, oldest first.
    waiting: Vec<PendingMove>,
    /// The cards whose move is with the server.
    sent: Vec<DealId>,
}

impl MoveQueue {
    /// Whether all are confirmed.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.sent.is_empty()
    }

    /// Adds one behind the others.
    pub fn push(&mut self, pending: PendingMove) {
        self.waiting.push(pending);
    }

    /// Takes the first that waits for nothing.
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

    /// Notes that the server has answered the move of a card.
    pub fn remove_sent(&mut self, card: &Card) {
        self.sent.retain(|id| Some(*id) != card.id());
    }

    /// Whether another move of a card waits.
    pub fn has_waiting(&self, card: &Card) -> bool {
        self.waiting.iter().any(|other| other.card == *card)
    }

    /// Drops the moves of a card that wait.
    pub fn drop_waiting(&mut self, card: &Card) {
        self.waiting.retain(|other| other.card != *card);
    }
}

impl PendingMove {
    /// The card it is put below.
    fn anchor(&self) -> Option<DealId> {
        match self.place {
            Place::After(card) => Some(card),
            Place::Top | Place::Bottom => None,
        }
    }

    /// The form that asks the server for it.
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

    /// Whether a reason must be given for it.
    pub fn needs_lost_reason(&self) -> bool {
        self.to.kind() == StageKind::Lost && self.from != self.to && self.lost_reason.is_none()
    }

    /// Puts the card back where it stood.
    pub fn restore(&self) {
        let Some(list) = self.from.list() else { return };
        // The one it stood before may have moved meanwhile.
        let next = self.next.clone().filter(|next| next.parent_element().is_some_and(|parent| parent == *list.as_ref()));
        let _ = list.insert_before(&self.card.0, next.as_ref().map(AsRef::as_ref));
        self.card.focus();
    }
}
