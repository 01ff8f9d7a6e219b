//! Keyboard navigation: arrow keys move the focus between cards and columns.

use super::{
    board::Board,
    geometry::{Arrow, card_towards},
    parts::{Card, Column},
};
use crate::islands::dom::closest_target;
use std::rc::Rc;
use web_sys::KeyboardEvent;

/// Listens for arrow keys on the board.
pub fn attach(board: &Rc<Board>) {
    board.on(&board.root, "keydown", |board, event: KeyboardEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key());
        let (Some(arrow), Some(card)) = (Arrow::of_key(&event.key()), closest_target(&event, "li[data-id]").map(Card)) else { return };
        if plain && let Some(next) = towards(board, &card, arrow) {
            event.prevent_default();
            next.focus();
        }
    });
}

fn towards(board: &Board, card: &Card, arrow: Arrow) -> Option<Card> {
    let shown = |column: &Column| if column.is_folded() { vec![] } else { column.cards() };
    let columns: Vec<Vec<Card>> = Column::query_all(&board.root).iter().map(shown).collect();
    let (column, row) = columns.iter().enumerate().find_map(|(at, cards)| Some((at, cards.iter().position(|other| other == card)?)))?;
    let counts: Vec<usize> = columns.iter().map(Vec::len).collect();
    let (column, row) = card_towards(arrow, column, row, &counts)?;
    columns.into_iter().nth(column)?.into_iter().nth(row)
}
