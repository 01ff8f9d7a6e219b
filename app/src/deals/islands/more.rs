//! "Show more": loads the next cards of a column.

use super::{
    board::Board,
    feedback,
    parts::{Card, Column},
};
use crate::islands::dom::{closest_target, fetch_then, query_all};
use domain::deals::COLUMN_PAGE;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, MouseEvent};

/// Listens for clicks on "Show more" links.
pub fn attach(board: &Rc<Board>) {
    board.on(&board.root, "click", |board, event: MouseEvent| {
        let new_tab = event.ctrl_key() || event.meta_key() || event.shift_key();
        let (Some(link), Some(column)) = (closest_target(&event, "[data-more]"), closest_target(&event, "[data-stage]").map(Column)) else {
            return;
        };
        if new_tab {
            return;
        }
        event.prevent_default();
        if !link.has_attribute("aria-busy") {
            load(Rc::clone(board), column, link);
        }
    });
}

fn load(board: Rc<Board>, column: Column, link: HtmlElement) {
    let _ = link.set_attribute("aria-busy", "true");
    // The last loaded card may have changed since the page was rendered, so the link's own URL is not used.
    let last = column.cards().into_iter().rfind(|card| !card.is_below_unloaded()).and_then(|card| card.id());
    let after = last.map(|id| format!("&after={id}")).unwrap_or_default();
    let url = format!("/deals/column?column={}{after}&part=cards&{}", column.slug(), board.filter());
    fetch_then(url, move |cards| {
        let _ = link.remove_attribute("aria-busy");
        match cards {
            Some(cards) => show(&board, &column, &link, &cards),
            None => feedback::show_error_toast("The next deals could not be loaded. Reload the page and try again."),
        }
    });
}

fn show(board: &Board, column: &Column, link: &HtmlElement, cards: &Document) {
    let Some(holder) = cards.document_element() else { return };
    let loaded: Vec<Card> = query_all(&holder, "li[data-id]").into_iter().map(Card).collect();
    let (Some(list), count) = (column.list(), loaded.len()) else { return };
    let known: Vec<Card> = Column::query_all(&board.root).iter().flat_map(Column::cards).collect();
    let below_unloaded = column.cards().into_iter().find(Card::is_below_unloaded);
    let mut first = None;
    for card in loaded {
        // A card that was moved into or out of the column meanwhile is on the board already.
        if known.iter().any(|other| other.id() == card.id()) {
            continue;
        }
        let _ = list.insert_before(card.0.unchecked_ref(), below_unloaded.as_ref().map(|card| card.0.as_ref()));
        first.get_or_insert(card);
    }
    if let Some(first) = first {
        first.focus();
    }
    if count < usize::try_from(COLUMN_PAGE).unwrap_or(usize::MAX) {
        link.remove();
        for card in column.cards() {
            card.set_flag("data-tail", false);
        }
    }
}
