//! Moving a card: shown at once, one request, put back if refused.
//!
//! A card's moves are sent one after another, each at the version that the one before it made, and a move that puts a card
//! below another one waits until that one has arrived. Moves of different cards go side by side.

use super::{
    board::Board,
    geometry,
    move_queue::Step,
    parts::{Card, Column},
    reason, said,
};
use crate::{
    deals::actions::{DealMoved, move_deal},
    errors::ActionError,
    islands::dom::post_form,
};
use domain::{
    deals::{MoveForm, Moved, Place},
    ids::DealId,
};
use leptos::task::spawn_local;
use std::rc::Rc;

/// Where in a column a card goes.
#[derive(Clone, Copy)]
pub enum Spot {
    /// Below so many of the other cards shown.
    Index(usize),
    /// Below all, those that are not loaded too.
    Bottom,
}

impl Board {
    /// Moves a card: in the page now, on the server next.
    pub fn go(self: &Rc<Self>, card: &Card, to: &Column, spot: Spot) {
        self.go_because(card, to, spot, None);
    }

    fn go_because(self: &Rc<Self>, card: &Card, to: &Column, spot: Spot, lost_reason: Option<String>) {
        let (Some(from), Some(list)) = (card.column(), to.list()) else { return };
        let above = previous(&from, card);
        let others = to.others(card);
        let (place, index) = match spot {
            Spot::Index(index) => {
                let ids: Vec<DealId> = others.iter().filter_map(Card::id).collect();
                (geometry::place_at(index, &ids), index)
            }
            Spot::Bottom => (Place::Bottom, others.len()),
        };
        let stays = from == *to && matches!(spot, Spot::Index(index) if from.cards().iter().position(|other| other == card) == Some(index));
        if stays {
            said::say(&format!("{} stays where it was.", card.name()));
            return;
        }
        let neighbour = card.neighbour();
        let step = Step { next: card.0.next_element_sibling(), card: card.clone(), from, above, to: to.clone(), place, lost_reason };
        let below_unloaded = match place {
            Place::Bottom => to.more().is_some(),
            _ => index.checked_sub(1).and_then(|above| others.get(above)).is_some_and(Card::is_tail),
        };
        card.mark("data-tail", below_unloaded);
        let _ = list.insert_before(&card.0, others.get(index).map(|other| other.0.as_ref()));
        match neighbour.filter(|_| to.is_hidden()) {
            Some(neighbour) => neighbour.focus(),
            None => card.focus(),
        }
        if step.asks() { reason::ask(self, step) } else { self.queue(step) }
    }

    /// Moves a card back below the one it stood below.
    fn go_back(self: &Rc<Self>, card: &Card, to: &Column, above: Option<DealId>, lost_reason: Option<String>) {
        let others = to.others(card);
        let index = above.and_then(|above| others.iter().position(|other| other.id() == Some(above))).map_or(0, |at| at + 1);
        self.go_because(card, to, Spot::Index(index), lost_reason);
    }

    /// Sends a move as soon as nothing holds it up.
    pub fn queue(self: &Rc<Self>, step: Step) {
        step.card.mark("data-saving", true);
        self.moves.borrow_mut().push(step);
        self.send();
    }

    fn send(self: &Rc<Self>) {
        loop {
            let Some(step) = self.moves.borrow_mut().take() else { break };
            let board = Rc::clone(self);
            spawn_local(async move {
                let answer = match step.card.id() {
                    Some(deal) => move_deal(deal, step.form(board.filter())).await,
                    None => Err(ActionError::NotFound),
                };
                board.moves.borrow_mut().forget(&step.card);
                match answer {
                    Ok(DealMoved { moved, .. }) => board.settle(step, moved),
                    Err(error) => board.put_back(step, &error),
                }
                board.send();
                board.catch_up();
            });
        }
    }

    fn settle(self: &Rc<Self>, step: Step, moved: Moved) {
        let Step { card, from, above, to, .. } = step;
        let _ = card.0.set_attribute("data-v", &moved.version.to_string());
        let waits = self.moves.borrow().has_waiting(&card);
        card.mark("data-saving", waits);
        if card.probability() == Some(to.probability()) {
            card.mark("data-p", false);
        }
        for totals in &moved.columns {
            self.show_totals(totals);
        }
        self.show_open();
        self.news.borrow_mut().made(moved.seq);
        let words = if from == to {
            format!("“{}” moved within {}", card.name(), to.name())
        } else {
            format!("“{}” moved to {}", card.name(), to.name())
        };
        let board = Rc::clone(self);
        said::done(self, &words, move || board.go_back(&card, &from, above, moved.lost_reason));
    }

    /// Takes a refused move back, and those of the same card that were to follow it.
    fn put_back(&self, step: Step, error: &ActionError) {
        self.moves.borrow_mut().drop_waiting(&step.card);
        step.card.mark("data-saving", false);
        step.restore();
        // The page of the form says what became of the deal, and restores and moves it.
        if let (ActionError::Removed(_), Some(id)) = (error, step.card.id()) {
            let MoveForm { stage, place, lost_reason, version, .. } = step.form(String::new());
            let fields = [("stage", stage), ("place", place), ("lost_reason", lost_reason), ("version", version)];
            let _ = post_form(&format!("/deals/{id}/move"), fields.map(|(name, value)| (name.to_owned(), value)).into());
        }
        // Where the card really is, the server is asked next.
        self.news.borrow_mut().doubt();
        said::failed(&format!("“{}” was not moved. {error}", step.card.name()));
    }
}

/// The card above this one.
fn previous(column: &Column, card: &Card) -> Option<DealId> {
    let cards = column.cards();
    let at = cards.iter().position(|other| other == card)?;
    cards.get(at.checked_sub(1)?)?.id()
}
