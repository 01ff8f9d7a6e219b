//! The dialog that asks for the lost reason before a move to a lost stage is saved.

use super::{board::Board, feedback, move_queue::PendingMove};
use crate::islands::dom::{by_id, closest_target, listen, query_one};
use std::rc::Rc;
use web_sys::{Event, HtmlDialogElement, HtmlInputElement};

/// Opens the dialog for a move.
pub fn ask(board: &Board, pending: PendingMove) {
    let Some(dialog) = by_id::<HtmlDialogElement>("loss") else { return pending.restore() };
    if let Some(name) = query_one(&dialog, "[data-name]") {
        name.set_text_content(Some(&pending.card.name()));
    }
    *board.awaiting_reason.borrow_mut() = Some(pending);
    // `returnValue` survives from the last time the dialog closed: Escape would return it again.
    dialog.set_return_value("");
    let _ = dialog.show_modal();
}

/// Listens for the dialog's close: passes the move to `save` with the reason, or rolls the move back without one.
pub fn attach(board: &Rc<Board>, save: fn(&Rc<Board>, PendingMove)) {
    let Some(dialog) = by_id::<HtmlDialogElement>("loss") else { return };
    let shown = dialog.clone();
    listen(&dialog, "click", move |event: Event| {
        if closest_target(&event, "[data-cancel]").is_some() {
            shown.close();
        }
    });
    let shown = dialog.clone();
    board.on(&dialog, "close", move |board, _: Event| {
        let Some(mut pending) = board.awaiting_reason.take() else { return };
        let input = by_id::<HtmlInputElement>("loss-reason");
        let reason = input
            .as_ref()
            .map(|input| input.value().trim().to_owned())
            .filter(|reason| !reason.is_empty() && shown.return_value() == "save");
        if let Some(input) = input {
            input.set_value("");
        }
        if reason.is_some() {
            pending.card.focus();
            pending.lost_reason = reason;
            save(board, pending);
        } else {
            pending.restore();
            feedback::show_error_toast(&format!("“{}” was not moved: a lost deal needs a reason.", pending.card.name()));
            board.catch_up();
        }
    });
}
