//! Dragging a card by mouse, pen or finger.
//!
//! A mouse or pen drags as soon as it slips; a finger must be held first, so that a swipe still scrolls. The card stays
//! in its column, faded, while a copy follows the pointer.

use super::{
    board::{Board, DragState, Press},
    carry::{Drag, Over, Point},
    geometry::{CLICK_SLIP, HOLD_SLIP, slipped},
    moves::Spot,
    parts::Card,
    said::say,
};
use crate::islands::dom::{around, listen, listen_first};
use leptos::{
    leptos_dom::helpers::set_timeout_with_handle,
    prelude::{request_animation_frame, set_timeout, window},
};
use std::{cell::Cell, rc::Rc, time::Duration};
use web_sys::{Event, KeyboardEvent, PointerEvent};

/// How long a finger is held before it drags.
const HOLD: Duration = Duration::from_millis(200);

/// Listens on the board, and on the window for what follows a press.
pub fn attach(board: &Rc<Board>) {
    let dropped = Rc::new(Cell::new(false));
    let root = board.root.clone();
    {
        // A drag may end in no click at all, as when a dialog opens: then the next press, wherever it is, begins anew.
        let dropped = Rc::clone(&dropped);
        listen_first(&window(), "pointerdown", move |_: PointerEvent| dropped.set(false));
    }
    {
        let board = Rc::clone(board);
        listen(&root, "pointerdown", move |event: PointerEvent| press(&board, &event));
    }
    {
        let board = Rc::clone(board);
        listen(&window(), "pointermove", move |event: PointerEvent| moved(&board, &event));
    }
    {
        let (board, dropped) = (Rc::clone(board), Rc::clone(&dropped));
        listen(&window(), "pointerup", move |event: PointerEvent| {
            if is_of(&board, &event) && release(&board) {
                dropped.set(true);
                // Its click, if any, comes at once; a later one may be the Enter key's in a dialog.
                let dropped = Rc::clone(&dropped);
                set_timeout(move || dropped.set(false), Duration::ZERO);
            }
        });
    }
    {
        let board = Rc::clone(board);
        listen(&window(), "pointercancel", move |event: PointerEvent| {
            if is_of(&board, &event) {
                cancel(&board);
            }
        });
    }
    {
        let board = Rc::clone(board);
        listen_first(&window(), "keydown", move |event: KeyboardEvent| {
            if event.key() == "Escape" && cancel(&board) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
    }
    // The click that ends a drag follows no link. A click by a key has no pointer: it is never that one.
    listen_first(&window(), "click", move |event: PointerEvent| {
        if dropped.replace(false) && event.pointer_id() >= 0 {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    // The browser's own dragging of links, scrolling and menu of a held finger would take the pointer away.
    listen(&root, "dragstart", |event: Event| event.prevent_default());
    for name in ["touchmove", "contextmenu"] {
        let board = Rc::clone(board);
        listen_first(&root, name, move |event: Event| {
            if matches!(*board.drag.borrow(), DragState::Dragging(_)) {
                event.prevent_default();
            }
        });
    }
}

fn point(event: &PointerEvent) -> Point {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn is_of(board: &Board, event: &PointerEvent) -> bool {
    match &*board.drag.borrow() {
        DragState::Idle => false,
        DragState::Pressed(press) => press.pointer == event.pointer_id(),
        DragState::Dragging(drag) => drag.pointer == event.pointer_id(),
    }
}

fn press(board: &Rc<Board>, event: &PointerEvent) {
    let Some(card) = around(event, "li[data-id]").map(Card) else { return };
    let idle = matches!(*board.drag.borrow(), DragState::Idle);
    let takes = idle && event.is_primary() && event.button() == 0 && around(event, "[data-move]").is_none();
    if !takes || !card.is_movable() {
        return;
    }
    let hold = (event.pointer_type() == "touch").then(|| {
        let board = Rc::clone(board);
        set_timeout_with_handle(move || take(&board), HOLD).ok()
    });
    let press = Press { card, pointer: event.pointer_id(), at: point(event), hold: hold.flatten() };
    *board.drag.borrow_mut() = DragState::Pressed(press);
}

fn moved(board: &Rc<Board>, event: &PointerEvent) {
    if !is_of(board, event) {
        return;
    }
    let at = point(event);
    let (slip, held) = match &mut *board.drag.borrow_mut() {
        DragState::Pressed(press) => {
            let held = press.hold.is_some();
            (slipped(press.at, at, if held { HOLD_SLIP } else { CLICK_SLIP }), held)
        }
        DragState::Dragging(drag) => return carry(drag, at),
        DragState::Idle => return,
    };
    if slip && held {
        // It scrolls.
        cancel(board);
    } else if slip {
        take(board);
        if let DragState::Dragging(drag) = &mut *board.drag.borrow_mut() {
            carry(drag, at);
        }
    }
}

/// Brings the card under the pointer and says where it would land when that is another place than before.
fn carry(drag: &mut Drag, at: Point) {
    if let Some(over) = drag.carry(at) {
        say(&over);
    }
}

/// Picks the pressed card up.
fn take(board: &Rc<Board>) {
    let DragState::Pressed(Press { card, pointer, at, .. }) = board.drag.take() else { return };
    if let Some(mut drag) = Drag::begin(&board.root, card, pointer, at) {
        // In one breath: what is said twice at once is heard once, the second.
        let over = drag.carry(at).unwrap_or_default();
        say(&format!("Picked up {}. {over}", drag.card.name()));
        *board.drag.borrow_mut() = DragState::Dragging(drag);
        scroll_along(Rc::clone(board));
    }
}

/// Scrolls while the card is held at an edge, frame by frame until it is dropped.
fn scroll_along(board: Rc<Board>) {
    request_animation_frame(move || {
        if let DragState::Dragging(drag) = &mut *board.drag.borrow_mut() {
            if let Some(over) = drag.scroll_along(&board.root) {
                say(&over);
            }
        } else {
            return;
        }
        scroll_along(board);
    });
}

/// Ends the press or drag; the card goes where it is held. Answers whether it was a drag.
fn release(board: &Rc<Board>) -> bool {
    match board.drag.take() {
        DragState::Dragging(drag) => {
            drag.lay_down(&board.root);
            match drag.over {
                Some(Over { column, index }) => {
                    let to = &drag.columns[column];
                    say(&format!("Dropped {} on {}.", drag.card.name(), to.name()));
                    board.go(&drag.card, to, Spot::Index(index));
                }
                None => say(&format!("{} stays where it was.", drag.card.name())),
            }
            board.catch_up();
            true
        }
        other => {
            stop_holding(other);
            false
        }
    }
}

/// Ends the press or drag and leaves the card where it was. Answers whether it was a drag.
fn cancel(board: &Rc<Board>) -> bool {
    match board.drag.take() {
        DragState::Dragging(drag) => {
            drag.lay_down(&board.root);
            say(&format!("Cancelled. {} stays where it was.", drag.card.name()));
            board.catch_up();
            true
        }
        other => {
            stop_holding(other);
            false
        }
    }
}

fn stop_holding(state: DragState) {
    if let DragState::Pressed(Press { hold: Some(hold), .. }) = state {
        hold.clear();
    }
}
