//! The deal board's state, shared by the behaviours (drag, keyboard, menu, moves, live updates). This module imports no behaviour.

use super::{
    drag_preview::{Drag, Point},
    move_queue::{MoveQueue, PendingMove},
    parts::Card,
    sync_state::SyncState,
};
use crate::islands::dom::{by_id, listen};
use domain::money::Currency;
use leptos::leptos_dom::helpers::TimeoutHandle;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlElement};

/// The deal board of this page and its state.
pub struct Board {
    /// The element `#board`.
    pub root: HtmlElement,
    /// The pointer's press or drag.
    pub drag: RefCell<DragState>,
    /// The card whose "Move…" menu is open.
    pub menu_of: RefCell<Option<Card>>,
    /// The optimistic moves: shown, not yet confirmed by the server.
    pub moves: RefCell<MoveQueue>,
    /// The move to a lost stage that waits for its lost reason.
    pub awaiting_reason: RefCell<Option<PendingMove>>,
    /// The progress of live updates.
    pub sync: RefCell<SyncState>,
    /// The undo that the toast offers.
    pub pending_undo: RefCell<PendingUndo>,
    /// The currency of the totals.
    pub currency: Currency,
}

impl Board {
    /// The board of this page; `None` on a page without `#board`.
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

    /// Adds an event listener that receives the board.
    pub fn on<E: JsCast + 'static>(self: &Rc<Self>, target: &EventTarget, name: &'static str, handler: impl Fn(&Rc<Self>, E) + 'static) {
        let board = Rc::clone(self);
        listen(target, name, move |event: E| handler(&board, event));
    }

    /// The filter's query string, without `?`.
    pub fn filter(&self) -> String {
        self.root.get_attribute("data-filter").unwrap_or_default()
    }

    /// Whether the pointer drags a card.
    pub fn is_dragging(&self) -> bool {
        matches!(*self.drag.borrow(), DragState::Dragging(_))
    }

    /// Whether other users' changes may be applied: no drag, question or unconfirmed move of this user would be disturbed.
    pub fn can_sync(&self) -> bool {
        !self.is_dragging() && self.awaiting_reason.borrow().is_none() && self.moves.borrow().is_empty()
    }
}

/// The state of the pointer on the board.
#[derive(Default)]
pub enum DragState {
    /// No card is pressed.
    #[default]
    Idle,
    /// The pointer is down on a card, within the tolerance of a click or long press.
    Pressed(Press),
    /// The pointer drags a card.
    Dragging(Drag),
}

/// A press on a card that may become a drag.
pub struct Press {
    /// The pressed card.
    pub card: Card,
    /// The pointer's `pointerId`.
    pub pointer: i32,
    /// The point of the `pointerdown`.
    pub at: Point,
    /// The long-press timer; `None` for mouse and pen.
    pub long_press: Option<TimeoutHandle>,
}

/// The undo callback of the toast. One listener serves every toast: a listener per toast would keep the toast and its card in
/// memory as long as the page lives.
#[derive(Default)]
pub struct PendingUndo {
    /// The callback of the "Undo" button.
    pub undo: Option<Box<dyn FnOnce()>>,
    /// The number of undo toasts shown so far, by which a timer recognises its own toast.
    pub count: u32,
}
