//! Islands of the deal pages: the board and the form. Each island wraps server-rendered HTML; the pages work without a script.
//!
//! The board's modules form layers: `geometry`, `parts` and `drag_preview`; the state (`board`, `move_queue`, `sync_state`); the
//! behaviours, which import the state. `attach_board` attaches the behaviours.

#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only its tests run outside the browser"))]
mod geometry;

#[cfg(feature = "hydrate")]
mod board;
#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod drag;
#[cfg(feature = "hydrate")]
mod drag_preview;
#[cfg(feature = "hydrate")]
mod feedback;
#[cfg(feature = "hydrate")]
mod keyboard;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "hydrate")]
mod menu;
#[cfg(feature = "hydrate")]
mod more;
#[cfg(feature = "hydrate")]
mod move_queue;
#[cfg(feature = "hydrate")]
mod moves;
#[cfg(feature = "hydrate")]
mod parts;
#[cfg(feature = "hydrate")]
mod reason;
#[cfg(feature = "hydrate")]
mod sync_state;
#[cfg(feature = "hydrate")]
mod totals;

use leptos::prelude::*;

/// Wraps `#board` and its controls: cards become movable by pointer and menu, and other users' changes appear.
#[cfg(feature = "ssr")]
pub fn board(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <DealBoard>{content}</DealBoard> })
}

/// Wraps the fields of `#deal`: contacts follow the company, the probability hint follows the stage.
#[cfg(feature = "ssr")]
pub fn form_choices(content: impl IntoView + 'static) -> impl IntoView {
    crate::islands::wrap(move || view! { <DealChoices>{content}</DealChoices> })
}

/// The island behind [`board`].
#[island]
fn DealBoard(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    attach_board();
    children()
}

/// Attaches every behaviour to the board, if the page has one.
#[cfg(feature = "hydrate")]
fn attach_board() {
    let Some(board) = board::Board::of_page().map(std::rc::Rc::new) else { return };
    drag::attach(&board);
    keyboard::attach(&board);
    menu::attach(&board);
    more::attach(&board);
    reason::attach(&board, board::Board::enqueue);
    feedback::attach(&board);
    live::attach(&board);
    let _ = board.root.set_attribute("data-ready", "");
}

/// The island behind [`form_choices`].
#[island]
fn DealChoices(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    attach_choices();
    children()
}

/// As [`form_choices`], for a form inserted into the page by a script.
#[cfg(feature = "hydrate")]
pub(crate) fn attach_choices() {
    choices::attach();
}
