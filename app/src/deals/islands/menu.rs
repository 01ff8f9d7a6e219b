//! The "Move…" menu. One popover serves every card; without a script each card's button is a link to a page with the same choices.

use super::{
    board::Board,
    moves::InsertAt,
    parts::{Card, Column},
};
use crate::islands::dom::{by_id, closest_target, listen, pixels, query_all, query_one, style};
use leptos::prelude::{document, window};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};

/// Listens for clicks on "Move…" buttons and for choices in the menu.
pub fn attach(board: &Rc<Board>) {
    let Some(menu) = by_id::<HtmlElement>("move-menu") else { return };
    let opened = menu.clone();
    board.on(&board.root, "click", move |board, event: MouseEvent| {
        let Some(button) = closest_target(&event, "[data-move]") else { return };
        let new_tab = event.ctrl_key() || event.meta_key() || event.shift_key();
        if let (false, Some(card)) = (new_tab, closest_target(&event, "li[data-id]").map(Card)) {
            event.prevent_default();
            open(board, &opened, card, &button);
        }
    });
    let hidden = menu.clone();
    board.on(&menu, "click", move |board, event: Event| {
        if let Some(choice) = closest_target(&event, "button") {
            let _ = hidden.hide_popover();
            if let Some(card) = board.menu_of.take() {
                choose(board, &card, &choice);
            }
        }
    });
    listen(&menu.clone(), "keydown", move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        event.prevent_default();
        step_focus(&menu, step);
    });
}

fn open(board: &Rc<Board>, menu: &HtmlElement, card: Card, button: &Element) {
    let Some(column) = card.column() else { return };
    if let Some(name) = query_one(menu, "[data-name]") {
        name.set_text_content(Some(&card.name()));
    }
    for choice in query_all(menu, "button[data-to]") {
        choice.set_hidden(choice.get_attribute("data-to") == Some(column.slug()));
    }
    let (above, below) = (card.0.previous_element_sibling().is_some(), card.0.next_element_sibling().is_some());
    for choice in query_all(menu, "button[data-step]") {
        let possible = match choice.get_attribute("data-step").as_deref() {
            Some("top" | "up") => above,
            Some("down") => below,
            _ => below || column.load_more_link().is_some(),
        };
        let _ = choice.toggle_attribute_with_force("disabled", !possible);
    }
    *board.menu_of.borrow_mut() = Some(card);
    if menu.show_popover().is_ok() {
        put_beside(menu, button);
        step_focus(menu, 0);
    }
}

/// Positions the menu below the button, right-aligned to the button and inside the window.
fn put_beside(menu: &HtmlElement, button: &Element) {
    const MARGIN: f64 = 8.0;
    let (at, size) = (button.get_bounding_client_rect(), menu.get_bounding_client_rect());
    let room = |length: Result<wasm_bindgen::JsValue, _>| length.ok().and_then(|length| length.as_f64()).unwrap_or_default();
    let left = (at.right() - size.width()).min(room(window().inner_width()) - size.width() - MARGIN).max(MARGIN);
    let top = (at.bottom() + 4.0).min(room(window().inner_height()) - size.height() - MARGIN).max(MARGIN);
    for (property, value) in [("left", pixels(left)), ("top", pixels(top)), ("right", "auto".to_owned()), ("bottom", "auto".to_owned())] {
        style(menu, property, &value);
    }
}

/// Moves the focus by `step` (1 or -1, wrapping round) among the enabled choices; 0 focuses the first one.
fn step_focus(menu: &HtmlElement, step: i32) {
    let choices: Vec<HtmlElement> = query_all(menu, "button:not([hidden], [disabled])");
    let active = document().active_element();
    let at = choices.iter().position(|choice| active.as_ref().is_some_and(|active| active == choice.unchecked_ref::<Element>()));
    let next = match (at, step) {
        (Some(at), 1) => (at + 1) % choices.len(),
        (Some(at), -1) => (at + choices.len() - 1) % choices.len(),
        _ => 0,
    };
    if let Some(choice) = choices.get(next) {
        let _ = choice.focus();
    }
}

fn choose(board: &Rc<Board>, card: &Card, choice: &Element) {
    let Some(column) = card.column() else { return };
    if let Some(slug) = choice.get_attribute("data-to") {
        if let Some(target) = Column::query_all(&board.root).into_iter().find(|column| column.slug() == slug) {
            board.move_card(card, &target, InsertAt::Index(0));
        }
        return;
    }
    let Some(at) = column.cards().iter().position(|other| other == card) else { return };
    let insert_at = match choice.get_attribute("data-step").as_deref() {
        Some("top") => InsertAt::Index(0),
        Some("up") => InsertAt::Index(at.saturating_sub(1)),
        Some("down") => InsertAt::Index(at + 1),
        _ => InsertAt::Bottom,
    };
    board.move_card(card, &column, insert_at);
}
