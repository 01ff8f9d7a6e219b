//! Drag and drop of a card by mouse, pen or finger.
//!
//! A mouse or pen starts a drag when it exceeds [`CLICK_TOLERANCE`]; a finger starts one by a long press, so that a swipe still
//! scrolls. The card stays in its column, faded, while a copy follows the pointer.

use super::{
    board::{Board, DragState, Press},
    drag_preview::{Drag, DropTarget, Point},
    feedback::announce,
    geometry::{CLICK_TOLERANCE, LONG_PRESS_TOLERANCE, exceeds},
    moves::InsertAt,
    parts::Card,
};
use crate::islands::dom::{closest_target, listen, listen_capture};
use leptos::{
    leptos_dom::helpers::set_timeout_with_handle,
    prelude::{request_animation_frame, set_timeout, window},
};
use std::{cell::Cell, rc::Rc, time::Duration};
use web_sys::{Event, KeyboardEvent, PointerEvent};

/// The time a finger is held before a drag starts.
const LONG_PRESS: Duration = Duration::from_millis(200);

/// Listens for `pointerdown` on the board, and on the window for the events that follow a press.
pub fn attach(board: &Rc<Board>) {
    let suppress_click = Rc::new(Cell::new(false));
    // A drag may end without a click, as when a dialog opens: the next press anywhere resets the flag.
    let reset = Rc::clone(&suppress_click);
    listen_capture(&window(), "pointerdown", move |_: PointerEvent| reset.set(false));
    board.on(&board.root, "pointerdown", |board, event: PointerEvent| press(board, &event));
    board.on(&window(), "pointermove", |board, event: PointerEvent| moved(board, &event));
    let set = Rc::clone(&suppress_click);
    board.on(&window(), "pointerup", move |board, event: PointerEvent| {
        if is_of(board, &event) && drop_card(board) {
            set.set(true);
            // The drag's click, if any, follows at once; a later click may be the Enter key's in a dialog.
            let reset = Rc::clone(&set);
            set_timeout(move || reset.set(false), Duration::ZERO);
        }
    });
    board.on(&window(), "pointercancel", |board, event: PointerEvent| {
        if is_of(board, &event) {
            cancel(board);
        }
    });
    let escaping = Rc::clone(board);
    listen_capture(&window(), "keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && cancel(&escaping) {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    // The click that ends a drag must not follow a link. A click by a key has no pointer, so it never ends a drag.
    listen_capture(&window(), "click", move |event: PointerEvent| {
        if suppress_click.replace(false) && event.pointer_id() >= 0 {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    // The browser's link dragging, touch scrolling and long-press menu would cancel the pointer.
    listen(&board.root, "dragstart", |event: Event| event.prevent_default());
    for name in ["touchmove", "contextmenu"] {
        let root = board.root.clone();
        let board = Rc::clone(board);
        listen_capture(&root, name, move |event: Event| {
            if board.is_dragging() {
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
    let Some(card) = closest_target(event, "li[data-id]").map(Card) else { return };
    let idle = matches!(*board.drag.borrow(), DragState::Idle);
    let takes = idle && event.is_primary() && event.button() == 0 && closest_target(event, "[data-move]").is_none();
    if !takes || !card.is_movable() {
        return;
    }
    let long_press = (event.pointer_type() == "touch").then(|| {
        let board = Rc::clone(board);
        set_timeout_with_handle(move || start_drag(&board), LONG_PRESS).ok()
    });
    let press = Press { card, pointer: event.pointer_id(), at: point(event), long_press: long_press.flatten() };
    *board.drag.borrow_mut() = DragState::Pressed(press);
}

fn moved(board: &Rc<Board>, event: &PointerEvent) {
    if !is_of(board, event) {
        return;
    }
    let at = point(event);
    let (exceeded, awaits_long_press) = match &mut *board.drag.borrow_mut() {
        DragState::Pressed(press) => {
            let awaits_long_press = press.long_press.is_some();
            (exceeds(press.at, at, if awaits_long_press { LONG_PRESS_TOLERANCE } else { CLICK_TOLERANCE }), awaits_long_press)
        }
        DragState::Dragging(drag) => return move_to(drag, at),
        DragState::Idle => return,
    };
    if exceeded && awaits_long_press {
        // The finger scrolls.
        cancel(board);
    } else if exceeded {
        start_drag(board);
        if let DragState::Dragging(drag) = &mut *board.drag.borrow_mut() {
            move_to(drag, at);
        }
    }
}

/// Moves the copy to the pointer and announces a changed drop target.
fn move_to(drag: &mut Drag, at: Point) {
    if let Some(words) = drag.move_to(at) {
        announce(&words);
    }
}

/// Turns the press into a drag.
fn start_drag(board: &Rc<Board>) {
    let DragState::Pressed(Press { card, pointer, at, .. }) = board.drag.take() else { return };
    if let Some(mut drag) = Drag::begin(&board.root, card, pointer, at) {
        // One announcement for both: of two in a row, a screen reader reads the second only.
        let over = drag.move_to(at).unwrap_or_default();
        announce(&format!("Picked up {}. {over}", drag.card.name()));
        *board.drag.borrow_mut() = DragState::Dragging(drag);
        auto_scroll_each_frame(Rc::clone(board));
    }
}

/// Scrolls the board and the window in every frame while the pointer is near an edge, until the drag ends.
fn auto_scroll_each_frame(board: Rc<Board>) {
    request_animation_frame(move || {
        if let DragState::Dragging(drag) = &mut *board.drag.borrow_mut() {
            if let Some(words) = drag.auto_scroll(&board.root) {
                announce(&words);
            }
        } else {
            return;
        }
        auto_scroll_each_frame(board);
    });
}

/// Ends the press or drag and moves the card to its drop target. Returns whether a drag ended.
fn drop_card(board: &Rc<Board>) -> bool {
    match board.drag.take() {
        DragState::Dragging(drag) => {
            drag.clean_up(&board.root);
            match drag.target {
                Some(DropTarget { column, index }) => {
                    let to = &drag.columns[column];
                    announce(&format!("Dropped {} on {}.", drag.card.name(), to.name()));
                    board.move_card(&drag.card, to, InsertAt::Index(index));
                }
                None => announce(&format!("{} stays where it was.", drag.card.name())),
            }
            board.catch_up();
            true
        }
        other => {
            cancel_long_press(other);
            false
        }
    }
}

/// Ends the press or drag and leaves the card in its place. Returns whether a drag ended.
fn cancel(board: &Rc<Board>) -> bool {
    match board.drag.take() {
        DragState::Dragging(drag) => {
            drag.clean_up(&board.root);
            announce(&format!("Cancelled. {} stays where it was.", drag.card.name()));
            board.catch_up();
            true
        }
        other => {
            cancel_long_press(other);
            false
        }
    }
}

fn cancel_long_press(state: DragState) {
    if let DragState::Pressed(Press { long_press: Some(long_press), .. }) = state {
        long_press.clear();
    }
}
