//! Dragging a card by mouse, pen or finger.
//!
//! A mouse or pen drags as soon as it slips; a finger must be held first, so that a swipe still scrolls. The card stays
//! in its column, faded, while a copy follows the pointer.

use super::{
    board::{Board, Spot, take_bar_away},
    dom::{around, listen, listen_first, pixels, style},
    geometry::{CLICK_SLIP, HOLD_SLIP, column_at, edge_scroll, index_at, slipped},
    parts::{Card, Column},
    said::say,
};
use leptos::{
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::{document, request_animation_frame, set_timeout, window},
};
use std::{cell::Cell, rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, PointerEvent};

/// How long a finger is held before it drags.
const HOLD: Duration = Duration::from_millis(200);

type Point = (f64, f64);

/// What the pointer is doing.
#[derive(Default)]
pub enum State {
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
    card: Card,
    pointer: i32,
    at: Point,
    /// Runs while a finger is held.
    hold: Option<TimeoutHandle>,
}

/// A card that is carried.
pub struct Drag {
    card: Card,
    columns: Vec<Column>,
    pointer: i32,
    taken_at: Point,
    at: Point,
    copy: HtmlElement,
    bar: HtmlElement,
    over: Option<Over>,
}

/// Where the card would land: a column, and below how many of its other cards.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Over {
    column: usize,
    index: usize,
}

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
    // The click that ends a drag follows no link.
    listen_first(&window(), "click", move |event: Event| {
        if dropped.replace(false) {
            event.prevent_default();
            event.stop_propagation();
        }
    });
    // The browser's own dragging of links, scrolling and menu of a held finger would take the pointer away.
    listen(&root, "dragstart", |event: Event| event.prevent_default());
    for name in ["touchmove", "contextmenu"] {
        let board = Rc::clone(board);
        listen_first(&root, name, move |event: Event| {
            if matches!(*board.drag.borrow(), State::Dragging(_)) {
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
        State::Idle => false,
        State::Pressed(press) => press.pointer == event.pointer_id(),
        State::Dragging(drag) => drag.pointer == event.pointer_id(),
    }
}

fn press(board: &Rc<Board>, event: &PointerEvent) {
    let Some(card) = around(event, "li[data-id]").map(Card) else { return };
    let idle = matches!(*board.drag.borrow(), State::Idle);
    let takes = idle && event.is_primary() && event.button() == 0 && around(event, "[data-move]").is_none();
    if !takes || card.is_saving() || !card.is_movable() {
        return;
    }
    let hold = (event.pointer_type() == "touch").then(|| {
        let board = Rc::clone(board);
        set_timeout_with_handle(move || take(&board), HOLD).ok()
    });
    let press = Press { card, pointer: event.pointer_id(), at: point(event), hold: hold.flatten() };
    *board.drag.borrow_mut() = State::Pressed(press);
}

fn moved(board: &Rc<Board>, event: &PointerEvent) {
    if !is_of(board, event) {
        return;
    }
    let at = point(event);
    let (slip, held) = match &mut *board.drag.borrow_mut() {
        State::Pressed(press) => {
            let held = press.hold.is_some();
            (slipped(press.at, at, if held { HOLD_SLIP } else { CLICK_SLIP }), held)
        }
        State::Dragging(drag) => {
            drag.at = at;
            (false, false)
        }
        State::Idle => return,
    };
    if slip && held {
        // It scrolls.
        cancel(board);
    } else if slip {
        take(board);
    }
    if let State::Dragging(drag) = &mut *board.drag.borrow_mut() {
        drag.at = at;
        follow(drag);
    }
}

/// Picks the pressed card up.
fn take(board: &Rc<Board>) {
    let State::Pressed(Press { card, pointer, at, .. }) = board.drag.take() else { return };
    let Some((copy, bar)) = copy_of(&card) else { return };
    let _ = board.root.set_pointer_capture(pointer);
    // Snapping would fight the scrolling at the edges.
    style(&board.root, "scroll-snap-type", "none");
    style(&board.root, "cursor", "grabbing");
    style(&card.0, "opacity", "0.35");
    say(&format!("Picked up {}.", card.name()));
    let mut drag = Drag { columns: Column::all(&board.root), card, pointer, taken_at: at, at, copy, bar, over: None };
    follow(&mut drag);
    *board.drag.borrow_mut() = State::Dragging(drag);
    scroll(Rc::clone(board));
}

/// A copy of the card to be carried, fixed where the card is, and the bar that shows where it would land.
fn copy_of(card: &Card) -> Option<(HtmlElement, HtmlElement)> {
    let shown = card.0.first_element_child()?;
    let copy: HtmlElement = shown.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let place = shown.get_bounding_client_rect();
    for (property, value) in [
        ("position", "fixed".to_owned()),
        ("left", pixels(place.left())),
        ("top", pixels(place.top())),
        ("width", pixels(place.width())),
        ("margin", "0".to_owned()),
        ("z-index", "50".to_owned()),
        ("pointer-events", "none".to_owned()),
    ] {
        style(&copy, property, &value);
    }
    let _ = copy.class_list().add_1("dragging");
    let _ = copy.set_attribute("aria-hidden", "true");
    let _ = copy.set_attribute("inert", "");
    document().body()?.append_child(&copy).ok()?;
    let bar: HtmlElement = document().create_element("li").ok()?.dyn_into().ok()?;
    // Drawn over the gap between two cards: nothing shifts.
    bar.set_class_name("drop-place -my-1.5 shrink-0");
    let _ = bar.set_attribute("aria-hidden", "true");
    Some((copy, bar))
}

/// Brings the copy under the pointer and finds where it would land.
fn follow(drag: &mut Drag) {
    let (dx, dy) = (drag.at.0 - drag.taken_at.0, drag.at.1 - drag.taken_at.1);
    style(&drag.copy, "translate", &format!("{} {}", pixels(dx), pixels(dy)));
    let spans: Vec<(f64, f64)> = drag.columns.iter().map(|column| sides(&column.0)).collect();
    let over = column_at(drag.at.0, &spans).map(|column| {
        let here = &drag.columns[column];
        let middles: Vec<f64> =
            if here.is_folded() { vec![] } else { here.others(&drag.card).iter().map(|card| middle(&card.0)).collect() };
        Over { column, index: index_at(drag.at.1, &middles) }
    });
    if over != drag.over {
        show_over(drag, over);
        drag.over = over;
    }
}

fn sides(element: &Element) -> (f64, f64) {
    let place = element.get_bounding_client_rect();
    (place.left(), place.right())
}

fn middle(element: &Element) -> f64 {
    let place = element.get_bounding_client_rect();
    place.top() + place.height() / 2.0
}

/// Rings the column, puts the bar in its place, and says both.
fn show_over(drag: &Drag, over: Option<Over>) {
    for column in &drag.columns {
        let _ = column.0.class_list().remove_1("drop-target");
    }
    drag.bar.remove();
    let Some(Over { column, index }) = over else { return say("Not over a column.") };
    let column = &drag.columns[column];
    let _ = column.0.class_list().add_1("drop-target");
    if column.is_folded() {
        return say(&format!("Over {}.", column.name()));
    }
    let others = column.others(&drag.card);
    if let Some(list) = column.list() {
        let before = others.get(index).map(|card| card.0.as_ref());
        let _ = list.insert_before(&drag.bar, before);
    }
    say(&format!("Over {}, place {} of {}.", column.name(), index + 1, others.len() + 1));
}

/// Scrolls while the card is held at an edge, frame by frame until it is dropped.
fn scroll(board: Rc<Board>) {
    request_animation_frame(move || {
        if let State::Dragging(drag) = &mut *board.drag.borrow_mut() {
            let (left, right) = sides(&board.root);
            let (width, height) = (number(window().inner_width()), number(window().inner_height()));
            let across = edge_scroll(drag.at.0, left.max(0.0), right.min(width));
            let along = edge_scroll(drag.at.1, 0.0, height);
            if across != 0.0 || along != 0.0 {
                board.root.set_scroll_left(board.root.scroll_left() + across as i32);
                window().scroll_by_with_x_and_y(0.0, along);
                follow(drag);
            }
        } else {
            return;
        }
        scroll(board);
    });
}

fn number(value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
}

/// Ends the press or drag; the card goes where it is held. Answers whether it was a drag.
fn release(board: &Rc<Board>) -> bool {
    match board.drag.take() {
        State::Dragging(drag) => {
            lay_down(board, &drag);
            match drag.over {
                Some(Over { column, index }) => board.go(&drag.card, &drag.columns[column], Spot::Index(index)),
                None => say(&format!("{} stays where it was.", drag.card.name())),
            }
            true
        }
        other => {
            stop_holding(other);
            false
        }
    }
}

/// Ends the press or drag and leaves the card where it was. Answers whether it was a drag.
fn cancel(board: &Board) -> bool {
    match board.drag.take() {
        State::Dragging(drag) => {
            lay_down(board, &drag);
            say(&format!("Cancelled. {} stays where it was.", drag.card.name()));
            true
        }
        other => {
            stop_holding(other);
            false
        }
    }
}

fn stop_holding(state: State) {
    if let State::Pressed(Press { hold: Some(hold), .. }) = state {
        hold.clear();
    }
}

/// Takes everything away that only a drag shows.
fn lay_down(board: &Board, drag: &Drag) {
    drag.copy.remove();
    take_bar_away(&board.root);
    for column in &drag.columns {
        let _ = column.0.class_list().remove_1("drop-target");
    }
    let _ = board.root.release_pointer_capture(drag.pointer);
    for (element, property) in [(&board.root, "scroll-snap-type"), (&board.root, "cursor"), (&drag.card.0, "opacity")] {
        let _ = element.style().remove_property(property);
    }
}
