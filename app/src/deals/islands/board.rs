//! The board of a page, and what its parts share.

use super::{
    dom::{all, by_id},
    drag, keys, live, menu, more, moves,
    parts::Card,
    reason, said,
};
use domain::money::Currency;
use std::{cell::RefCell, rc::Rc};
use web_sys::{Element, HtmlElement};

/// The board of this page.
pub struct Board {
    /// `#board`.
    pub root: HtmlElement,
    /// What the pointer is doing.
    pub drag: RefCell<drag::State>,
    /// Whose menu is open.
    pub menu_of: RefCell<Option<Card>>,
    /// The moves that are shown and not yet confirmed.
    pub moves: RefCell<moves::Moves>,
    /// A move that waits for the reason a deal was lost for.
    pub unexplained: RefCell<Option<moves::Step>>,
    /// What is known of other people's changes.
    pub news: RefCell<live::News>,
    /// What the toast offers to undo.
    pub offer: RefCell<said::Offer>,
    /// The currency that totals are shown in.
    pub currency: Currency,
}

/// Attaches to the board, if this page has one.
pub fn attach() {
    let Some(root) = by_id::<HtmlElement>("board") else { return };
    let board = Rc::new(Board {
        news: RefCell::new(live::News::of(&root)),
        currency: root.get_attribute("data-currency").and_then(|code| Currency::from_code(&code)).unwrap_or_default(),
        root,
        drag: RefCell::default(),
        menu_of: RefCell::default(),
        moves: RefCell::default(),
        unexplained: RefCell::default(),
        offer: RefCell::default(),
    });
    drag::attach(&board);
    keys::attach(&board);
    menu::attach(&board);
    more::attach(&board);
    reason::attach(&board);
    said::attach(&board);
    live::attach(&board);
    let _ = board.root.set_attribute("data-ready", "");
}

impl Board {
    /// The query of the filter that the board is shown under.
    pub fn filter(&self) -> String {
        self.root.get_attribute("data-filter").unwrap_or_default()
    }

    /// Whether nothing of this person's is under way that news would disturb.
    pub fn is_at_rest(&self) -> bool {
        !matches!(*self.drag.borrow(), drag::State::Dragging(_)) && self.unexplained.borrow().is_none() && self.moves.borrow().is_empty()
    }
}

/// The element that marks where a dragged card would land; at most one is in the page.
pub fn take_bar_away(root: &Element) {
    for bar in all(root, ".drop-place") {
        bar.remove();
    }
}
