//! Moving a card: shown at once, one request, put back if refused.

use super::{
    BoardFacts,
    dom::{all, around, attribute, by_id, listen, one},
    drag, geometry, keys, menu, more,
    parts::{Card, Column},
    said,
};
use crate::{deals::functions::MoveDeal, errors::ActionError, islands::call::call};
use domain::{
    deals::{ColumnTotals, DealMove, Moved, Place},
    ids::DealId,
    money::{Currency, Money},
    stages::StageKind,
};
use leptos::task::spawn_local;
use std::{cell::RefCell, rc::Rc};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement};

/// The board of this page.
pub struct Board {
    /// `#board`.
    pub root: HtmlElement,
    /// What the pointer is doing.
    pub drag: RefCell<drag::State>,
    /// Whose menu is open.
    pub menu_of: RefCell<Option<Card>>,
    currency: Currency,
    /// A move that waits for the reason a deal was lost for.
    unexplained: RefCell<Option<Step>>,
}

/// Where in a column a card goes.
#[derive(Clone, Copy)]
pub enum Spot {
    /// Below so many of the other cards shown.
    Index(usize),
    /// Below all, those that are not loaded too.
    Bottom,
}

/// A move that is shown and not yet confirmed.
struct Step {
    card: Card,
    from: Column,
    /// The card it stood below.
    above: Option<DealId>,
    /// The element it stood before.
    next: Option<Element>,
    to: Column,
    place: Place,
}

/// Attaches to the board, if this page has one.
pub fn attach(facts: BoardFacts) {
    let Some(root) = by_id::<HtmlElement>("board") else { return };
    let board = Rc::new(Board {
        root,
        drag: RefCell::default(),
        menu_of: RefCell::default(),
        currency: facts.currency,
        unexplained: RefCell::default(),
    });
    drag::attach(&board);
    keys::attach(&board);
    menu::attach(&board);
    more::attach(&board);
    attach_reason(&board);
    let _ = board.root.set_attribute("data-ready", "");
}

impl Board {
    /// Moves a card: in the page now, on the server next.
    pub fn go(self: &Rc<Self>, card: &Card, to: &Column, spot: Spot) {
        let (Some(from), Some(list)) = (card.column(), to.list()) else { return };
        if card.is_saving() {
            said::failed(&format!("“{}” is still being saved. Try again in a moment.", card.name()));
            return;
        }
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
        let step = Step { next: card.0.next_element_sibling(), card: card.clone(), from, above, to: to.clone(), place };
        let below_unloaded = match place {
            Place::Bottom => to.more().is_some(),
            _ => index.checked_sub(1).and_then(|above| others.get(above)).is_some_and(Card::is_tail),
        };
        card.mark("data-tail", below_unloaded);
        let _ = list.insert_before(&card.0, others.get(index).map(|other| other.0.as_ref()));
        card.focus();
        let asks = step.to.kind() == StageKind::Lost && step.from != step.to;
        if asks { self.ask_reason(step) } else { self.send(step, None) }
    }

    /// Moves a card back below the one it stood below.
    fn go_back(self: &Rc<Self>, card: &Card, to: &Column, above: Option<DealId>) {
        let others = to.others(card);
        let index = above.and_then(|above| others.iter().position(|other| other.id() == Some(above))).map_or(0, |at| at + 1);
        self.go(card, to, Spot::Index(index));
    }

    fn send(self: &Rc<Self>, step: Step, lost_reason: Option<String>) {
        let Some(deal_id) = step.card.id() else { return };
        let request = DealMove { deal_id, version: step.card.version(), stage: step.to.slug(), place: step.place, lost_reason };
        step.card.mark("data-saving", true);
        let board = Rc::clone(self);
        spawn_local(async move {
            let answer = call(&MoveDeal { movement: request }).await;
            step.card.mark("data-saving", false);
            match answer {
                Ok(moved) => board.settle(step, &moved),
                Err(error) => board.put_back(&step, &error),
            }
        });
    }

    fn settle(self: &Rc<Self>, step: Step, moved: &Moved) {
        let Step { card, from, above, to, .. } = step;
        let _ = card.0.set_attribute("data-v", &moved.version.to_string());
        self.reweigh(&card, &from, &to);
        if card.probability() == Some(to.probability()) {
            card.mark("data-p", false);
        }
        for totals in &moved.columns {
            self.show_totals(totals);
        }
        self.show_open();
        let words = if from == to {
            format!("“{}” moved within {}", card.name(), to.name())
        } else {
            format!("“{}” moved to {}", card.name(), to.name())
        };
        let board = Rc::clone(self);
        said::done(&words, move || board.go_back(&card, &from, above));
    }

    fn put_back(&self, step: &Step, error: &ActionError) {
        self.restore(step);
        said::failed(&format!("“{}” was not moved. {error}", step.card.name()));
    }

    fn restore(&self, step: &Step) {
        let Some(list) = step.from.list() else { return };
        // The one it stood before may have moved meanwhile.
        let next = step.next.clone().filter(|next| next.parent_element().is_some_and(|parent| parent == *list.as_ref()));
        let _ = list.insert_before(&step.card.0, next.as_ref().map(AsRef::as_ref));
        step.card.focus();
    }

    fn show_totals(&self, totals: &ColumnTotals) {
        let Some(column) = Column::all(&self.root).into_iter().find(|column| column.slug() == totals.stage) else { return };
        let _ = column.0.set_attribute("data-deals", &totals.count.to_string());
        let _ = column.0.set_attribute("data-worth", &totals.value.hundredths().to_string());
        for (selector, words) in
            [("[data-count]", domain::money::group_thousands(totals.count)), ("[data-total]", self.currency.show(totals.value))]
        {
            if let Some(place) = one(&column.0, selector) {
                place.set_text_content(Some(&words));
            }
        }
    }

    /// The figures over all open columns, from the columns' own.
    fn show_open(&self) {
        let open: Vec<Column> = Column::all(&self.root).into_iter().filter(|column| column.kind() == StageKind::Open).collect();
        let count: u64 = open.iter().filter_map(|column| attribute::<u64>(&column.0, "data-deals")).sum();
        let value: Money = open.iter().filter_map(|column| attribute(&column.0, "data-worth")).map(Money::from_hundredths).sum();
        for (id, words) in [("open-count", domain::money::group_thousands(count)), ("open-value", self.currency.show(value))] {
            if let Some(place) = by_id::<HtmlElement>(id) {
                place.set_text_content(Some(&words));
            }
        }
    }

    /// Takes the deal out of the weighted figure as it was and puts it in as it is.
    fn reweigh(&self, card: &Card, from: &Column, to: &Column) {
        let Some(place) = by_id::<HtmlElement>("open-weighted") else { return };
        let before: i64 = attribute(&place, "data-worth").unwrap_or_default();
        let weight = |column: &Column| {
            let probability = i64::from(card.probability().unwrap_or(column.probability()));
            if column.kind() == StageKind::Open { card.value().hundredths().saturating_mul(probability) / 100 } else { 0 }
        };
        let after = before.saturating_sub(weight(from)).saturating_add(weight(to)).max(0);
        let _ = place.set_attribute("data-worth", &after.to_string());
        place.set_text_content(Some(&self.currency.show(Money::from_hundredths(after))));
    }

    fn ask_reason(self: &Rc<Self>, step: Step) {
        let Some(dialog) = by_id::<HtmlDialogElement>("loss") else { return self.restore(&step) };
        if let Some(name) = one(&dialog, "[data-name]") {
            name.set_text_content(Some(&step.card.name()));
        }
        *self.unexplained.borrow_mut() = Some(step);
        // What a dialog was closed with last stays: Escape would repeat it.
        dialog.set_return_value("");
        let _ = dialog.show_modal();
    }
}

/// Goes on with the move when the dialog has a reason, and back without one.
fn attach_reason(board: &Rc<Board>) {
    let Some(dialog) = by_id::<HtmlDialogElement>("loss") else { return };
    let shown = dialog.clone();
    listen(&dialog, "click", move |event: Event| {
        if around(&event, "[data-cancel]").is_some() {
            shown.close();
        }
    });
    let (board, shown) = (Rc::clone(board), dialog.clone());
    listen(&dialog, "close", move |_: Event| {
        let Some(step) = board.unexplained.take() else { return };
        let input = by_id::<HtmlInputElement>("loss-reason");
        let reason = input
            .as_ref()
            .map(|input| input.value().trim().to_owned())
            .filter(|reason| !reason.is_empty() && shown.return_value() == "save");
        if let Some(input) = input {
            input.set_value("");
        }
        match reason {
            Some(reason) => {
                step.card.focus();
                board.send(step, Some(reason));
            }
            None => {
                board.restore(&step);
                said::failed(&format!("“{}” was not moved: a lost deal needs a reason.", step.card.name()));
            }
        }
    });
}

/// The card above this one.
fn previous(column: &Column, card: &Card) -> Option<DealId> {
    let cards = column.cards();
    let at = cards.iter().position(|other| other == card)?;
    cards.get(at.checked_sub(1)?)?.id()
}

/// The element that marks where a dragged card would land; at most one is in the page.
pub fn take_bar_away(root: &Element) {
    for bar in all(root, ".drop-place") {
        bar.remove();
    }
}
