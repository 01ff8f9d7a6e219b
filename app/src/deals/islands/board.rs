//! The board of a page: the state that its behaviours share. This module imports none of them.

use super::{
    drag_preview::{Drag, Point},
    move_queue::{MoveQueue, PendingMove},
    parts::Card,
    sync_state::SyncState,
};
use crate::islands::dom::by_id;
use domain::money::Currency;
use leptos::leptos_dom::helpers::TimeoutHandle;
use std::cell::RefCell;
use web_sys::HtmlElement;

/// The board of this page.
pub struct Board {
    /// `#board`.
    pub root: HtmlElement,
    /// What the pointer is doing.
    pub drag: RefCell<DragState>,
    /// Whose menu is open.
    pub menu_of: RefCell<Option<Card>>,
    /// The moves that are shown and not yet confirmed.
    pub moves: RefCell<MoveQueue>,
    /// A move that waits for the reason a deal was lost for.
    pub awaiting_reason: RefCell<Option<PendingMove>>,
    /// What is known of other people's changes.
    pub sync: RefCell<SyncState>,
    /// What the toast offers to undo.
    pub pending_undo: RefCell<PendingUndo>,
    /// The currency that totals are shown in.
    pub currency: Currency,
}

impl Board {
    /// The board of this page, if it has one.
    pub fn of_page() -> Option<Self> {
        let root = by_id::<HtmlElement>("board")?;
        Some(Self {
            sync: RefCell::new(SyncState::of(&root)),
            currency: root.get_attribute("data-currency").and_then(|code| Currency::from_code(&code)).unwrap_or_default(),
            root,
            drag: RefCell::default(),
            menu_of: RefCell::default(),
            moves: RefCell::default(),
            awaiting_reason: RefCell::default(),
            pending_undo: RefCell::default(),
        })
    }

    /// The query of the filter that the board is shown under.
    pub fn filter(&self) -> String {
        self.root.get_attribute("data-filter").unwrap_or_default()
    }

    /// Whether nothing of this person's is under way that news would disturb.
    pub fn can_sync(&self) -> bool {
        !matches!(*self.drag.borrow(), DragState::Dragging(_)) && self.awaiting_reason.borrow().is_none() && self.moves.borrow().is_empty()
    }
}

/// What the pointer is doing.
#[derive(Default)]
pub enum DragState {
    /// Nothing with a card.
    #[default]
    Idle,
    /// It is down on a card and has not moved yet.
    Pressed(Press),
    /// It carries a card.
    Dragging(Drag),
}

/// A pointer that is down on a card.
pub struct Press {
    /// The card.
    pub card: Card,
    /// Which pointer.
    pub pointer: i32,
    /// Where it went down.
    pub at: Point,
    /// Runs while a finger is held.
    pub long_press: Option<TimeoutHandle>,
}

/// The way back that the toast offers. Kept here and listened for once: a listener of each toast's own would keep that
/// toast, and the card it is about, as long as the page lives.
#[derive(Default)]
pub struct PendingUndo {
    /// What "Undo" does.
    pub undo: Option<Box<dyn FnOnce()>>,
    /// How many were made.
    pub count: u32,
}
