//! What moves on the deals' pages. Each island draws nothing: it finds the server's HTML and attaches itself to it, and
//! the pages are whole without it.

#[cfg(any(feature = "hydrate", test))]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only its tests run outside the browser"))]
mod geometry;

#[cfg(feature = "hydrate")]
mod board;
#[cfg(feature = "hydrate")]
mod choices;
#[cfg(feature = "hydrate")]
mod dom;
#[cfg(feature = "hydrate")]
mod drag;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
mod menu;
#[cfg(feature = "hydrate")]
mod more;
#[cfg(feature = "hydrate")]
mod parts;
#[cfg(feature = "hydrate")]
mod said;

use domain::money::Currency;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the board's island knows beside the HTML.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct BoardFacts {
    /// The currency that totals are shown in.
    pub currency: Currency,
}

/// A stage as the deal's form needs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StageHint {
    /// Its slug.
    pub slug: String,
    /// What the hint says while it is chosen.
    pub hint: String,
}

/// Makes the cards of `#board` movable by pointer and keyboard.
pub fn board(facts: BoardFacts) -> impl IntoView {
    view! { <DealBoard facts=facts/> }
}

/// Keeps the contacts and the hint of `#deal` in step with its company and stage.
pub fn form_choices(hints: Vec<StageHint>) -> impl IntoView {
    view! { <DealChoices hints=hints/> }
}

/// The island behind [`board`].
#[island]
fn DealBoard(facts: BoardFacts) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| board::attach(facts));
    #[cfg(not(feature = "hydrate"))]
    let _ = facts;
}

/// The island behind [`form_choices`].
#[island]
fn DealChoices(hints: Vec<StageHint>) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| choices::attach(hints.clone()));
    #[cfg(not(feature = "hydrate"))]
    let _ = hints;
}
