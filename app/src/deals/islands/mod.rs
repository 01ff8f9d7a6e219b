//! What moves on the deals' pages. Each island draws nothing: it finds the server's HTML and attaches itself to it, and
//! the pages are whole without it.

#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only its tests run outside the browser"))]
mod geometry;

#[cfg(feature = "hydrate")]
mod board;
#[cfg(feature = "hydrate")]
mod carry;
#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod drag;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "hydrate")]
mod menu;
#[cfg(feature = "hydrate")]
mod more;
#[cfg(feature = "hydrate")]
mod moves;
#[cfg(feature = "hydrate")]
mod parts;
#[cfg(feature = "hydrate")]
mod reason;
#[cfg(feature = "hydrate")]
mod said;
#[cfg(feature = "hydrate")]
mod totals;

#[cfg(feature = "hydrate")]
use crate::islands::dom;
use leptos::prelude::*;

/// Makes the cards of `#board` movable by pointer and keyboard, and shows what others do.
pub fn board() -> impl IntoView {
    view! { <DealBoard/> }
}

/// Keeps the contacts and the hint of `#deal` in step with its company and stage.
pub fn form_choices() -> impl IntoView {
    view! { <DealChoices/> }
}

/// The island behind [`board`].
#[island]
fn DealBoard() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    board::attach();
}

/// The island behind [`form_choices`].
#[island]
fn DealChoices() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    attach_choices();
}

/// As [`form_choices`], for a form that came into the page later.
#[cfg(feature = "hydrate")]
pub(crate) fn attach_choices() {
    choices::attach();
}
