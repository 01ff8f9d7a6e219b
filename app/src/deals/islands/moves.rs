//! Optimistic moves of cards: shown at once, saved by one request each, rolled back if refused.
//!
//! Moves of one card are sent one after another, each with the version that the previous move returned. A move that puts a card
//! below another card waits until the other card's move is saved. Moves of different cards are sent in parallel.

use super::{
    board::Board,
    feedback, geometry,
    move_queue::PendingMove,
    parts::{Card, Column},
    reason,
};
use crate::{
    deals::actions::{DealMoved, move_deal},
    islands::dom::post_form,
    server_functions::ActionError,
};
use domain::{
    deals::{MoveForm, MoveOutcome, Placement},
    ids::DealId,
};
use leptos::task::spawn_local;
use std::rc::Rc;

/// The insertion point in a column.
#[derive(Clone, Copy)]
pub enum InsertAt {
    /// Below this number of the column's other loaded cards.
    Index(usize),
    /// Below every card of the column, those not loaded included.
    Bottom,
}

impl Board {
    /// Moves a card on the page and enqueues the request, or asks for the lost reason first.
    pub fn move_card(self: &Rc<Self>, card: &Card, to: &Column, insert_at: InsertAt) {
        self.move_card_with_reason(card, to, insert_at, None);
    }

    fn move_card_with_reason(self: &Rc<Self>, card: &Card, to: &Column, insert_at: InsertAt, lost_reason: Option<String>) {
        let (Some(from), Some(list)) = (card.column(), to.list()) else { return };
        let above = card_above(&from, card);
        let others = to.others(card);
        let (place, index) = match insert_at {
            InsertAt::Index(index) => {
                let ids: Vec<DealId> = others.iter().filter_map(Card::id).collect();
                (geometry::place_at(index, &ids), index)
            }
            InsertAt::Bottom => (Placement::Bottom, others.len()),
        };
        let stays = from == *to
            && matches!(insert_at, InsertAt::Index(index) if from.cards().iter().position(|other| other == card) == Some(index));
        if stays {
            feedback::announce(&format!("{} stays where it was.", card.name()));
            return;
        }
        let neighbour = card.neighbour();
        let pending =
            PendingMove { next: card.0.next_element_sibling(), card: card.clone(), from, above, to: to.clone(), place, lost_reason };
        let below_unloaded = match place {
            Placement::Bottom => to.load_more_link().is_some(),
            _ => index.checked_sub(1).and_then(|above| others.get(above)).is_some_and(Card::is_below_unloaded),
        };
        card.set_flag("data-tail", below_unloaded);
        let _ = list.insert_before(&card.0, others.get(index).map(|other| other.0.as_ref()));
        match neighbour.filter(|_| to.is_hidden()) {
            Some(neighbour) => neighbour.focus(),
            None => card.focus(),
        }
        if pending.needs_lost_reason() { reason::ask(self, pending) } else { self.enqueue(pending) }
    }

    /// Moves a card back to the column `to`, below the deal `above`; to the top without that deal.
    fn undo_move(self: &Rc<Self>, card: &Card, to: &Column, above: Option<DealId>, lost_reason: Option<String>) {
        let others = to.others(card);
        let index = above.and_then(|above| others.iter().position(|other| other.id() == Some(above))).map_or(0, |at| at + 1);
        self.move_card_with_reason(card, to, InsertAt::Index(index), lost_reason);
    }

    /// Enqueues a move; `MoveQueue::take_next` decides when the move is sent.
    pub fn enqueue(self: &Rc<Self>, pending: PendingMove) {
        pending.card.set_flag("data-saving", true);
        self.moves.borrow_mut().push(pending);
        self.send();
    }

    fn send(self: &Rc<Self>) {
        loop {
            let Some(pending) = self.moves.borrow_mut().take_next() else { break };
            let board = Rc::clone(self);
            spawn_local(async move {
                let answer = match pending.card.id() {
                    Some(deal) => move_deal(deal, pending.form(board.filter())).await,
                    None => Err(ActionError::NotFound),
                };
                board.moves.borrow_mut().remove_sent(&pending.card);
                match answer {
                    Ok(DealMoved { moved, .. }) => board.confirm(pending, moved),
                    Err(error) => board.roll_back(pending, &error),
                }
                board.send();
                board.catch_up();
            });
        }
    }

    fn confirm(self: &Rc<Self>, pending: PendingMove, moved: MoveOutcome) {
        let PendingMove { card, from, above, to, .. } = pending;
        let _ = card.0.set_attribute("data-v", &moved.version.to_string());
        let waits = self.moves.borrow().has_waiting(&card);
        card.set_flag("data-saving", waits);
        if card.probability() == Some(to.probability()) {
            card.set_flag("data-p", false);
        }
        for totals in &moved.columns {
            self.show_totals(totals);
        }
        self.show_open();
        self.sync.borrow_mut().add_own_seq(moved.seq);
        let message = if from == to {
            format!("“{}” moved within {}", card.name(), to.name())
        } else {
            format!("“{}” moved to {}", card.name(), to.name())
        };
        let board = Rc::clone(self);
        feedback::show_undo_toast(self, &message, move || board.undo_move(&card, &from, above, moved.lost_reason));
    }

    /// Rolls back a refused move and drops the card's moves that are not sent yet.
    fn roll_back(&self, pending: PendingMove, error: &ActionError) {
        self.moves.borrow_mut().drop_waiting(&pending.card);
        pending.card.set_flag("data-saving", false);
        pending.restore();
        // The page that answers this form shows what happened to the deal, and can restore and move the deal.
        if let (ActionError::Removed(_), Some(id)) = (error, pending.card.id()) {
            let MoveForm { stage, place, lost_reason, version, .. } = pending.form(String::new());
            let fields = [("stage", stage), ("place", place), ("lost_reason", lost_reason), ("version", version)];
            let _ = post_form(&format!("/deals/{id}/move"), fields.map(|(name, value)| (name.to_owned(), value)).into());
        }
        // The next sync fetches the card's actual place.
        self.sync.borrow_mut().mark_stale();
        feedback::show_error_toast(&format!("“{}” was not moved. {error}", pending.card.name()));
    }
}

/// The deal above a card.
fn card_above(column: &Column, card: &Card) -> Option<DealId> {
    let cards = column.cards();
    let at = cards.iter().position(|other| other == card)?;
    cards.get(at.checked_sub(1)?)?.id()
}
