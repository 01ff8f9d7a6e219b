//! Cards and columns as they stand in the board's HTML.

use super::dom::{all, attribute, one, text};
use domain::{ids::DealId, money::Money, stages::StageKind};
use web_sys::{Element, FocusOptions, HtmlElement};

/// A card: an `<li>` of a column.
#[derive(Clone, PartialEq)]
pub struct Card(pub HtmlElement);

impl Card {
    /// Which deal it shows.
    pub fn id(&self) -> Option<DealId> {
        attribute(&self.0, "data-id")
    }

    /// The deal's version as shown.
    pub fn version(&self) -> i64 {
        attribute(&self.0, "data-v").unwrap_or_default()
    }

    /// The deal's name.
    pub fn name(&self) -> String {
        self.link().map(|link| text(&link)).unwrap_or_default()
    }

    /// The link to the deal, which has the card's focus.
    pub fn link(&self) -> Option<HtmlElement> {
        one(&self.0, "h3 a")
    }

    /// What the deal is worth, as shown.
    pub fn value(&self) -> Money {
        one(&self.0, "[data-value]").and_then(|value| Money::parse(&text(&value)).ok()).unwrap_or_default()
    }

    /// The deal's own probability; `None` follows the stage.
    pub fn probability(&self) -> Option<i16> {
        attribute(&self.0, "data-p")
    }

    /// Whether this person may move it.
    pub fn is_movable(&self) -> bool {
        one(&self.0, "[data-move]").is_some()
    }

    /// Whether a move of it waits for the server.
    pub fn is_saving(&self) -> bool {
        self.0.has_attribute("data-saving")
    }

    /// Whether it stands below cards of its column that are not loaded yet.
    pub fn is_tail(&self) -> bool {
        self.0.has_attribute("data-tail")
    }

    /// Sets or takes away a mark.
    pub fn mark(&self, name: &str, on: bool) {
        let _ = if on { self.0.set_attribute(name, "") } else { self.0.remove_attribute(name) };
    }

    /// The column it stands in.
    pub fn column(&self) -> Option<Column> {
        use wasm_bindgen::JsCast;
        self.0.closest("[data-stage]").ok().flatten()?.dyn_into().ok().map(Column)
    }

    /// Puts the focus on it; on its column's strip when that is folded.
    pub fn focus(&self) {
        match self.column().filter(Column::is_folded).and_then(|column| one(&column.0, "summary")) {
            Some(strip) => {
                // A strip is as tall as the board: scrolling it into sight would move everything.
                let still = FocusOptions::new();
                still.set_prevent_scroll(true);
                let _ = strip.focus_with_options(&still);
            }
            None => {
                let _ = self.link().map(|link| link.focus());
            }
        }
    }
}

/// A column: one stage.
#[derive(Clone, PartialEq)]
pub struct Column(pub HtmlElement);

impl Column {
    /// Every column of a board, from the left.
    pub fn all(board: &Element) -> Vec<Self> {
        all(board, "[data-stage]").into_iter().map(Self).collect()
    }

    /// Its stage's slug.
    pub fn slug(&self) -> String {
        self.0.get_attribute("data-stage").unwrap_or_default()
    }

    /// Its stage's name.
    pub fn name(&self) -> String {
        one(&self.0, "h2").map(|head| text(&head)).unwrap_or_default()
    }

    /// What reaching it means.
    pub fn kind(&self) -> StageKind {
        self.0.get_attribute("data-kind").and_then(|kind| StageKind::from_slug(&kind)).unwrap_or(StageKind::Open)
    }

    /// Its stage's probability.
    pub fn probability(&self) -> i16 {
        attribute(&self.0, "data-p").unwrap_or_default()
    }

    /// Its cards in order.
    pub fn cards(&self) -> Vec<Card> {
        all(&self.0, "li[data-id]").into_iter().map(Card).collect()
    }

    /// Its cards in order without this one.
    pub fn others(&self, card: &Card) -> Vec<Card> {
        self.cards().into_iter().filter(|other| other != card).collect()
    }

    /// The list of its cards.
    pub fn list(&self) -> Option<HtmlElement> {
        one(&self.0, "ol")
    }

    /// The link to its cards that are not loaded yet.
    pub fn more(&self) -> Option<HtmlElement> {
        one(&self.0, "[data-more]")
    }

    /// Whether it is a strip: its cards are not to be seen.
    pub fn is_folded(&self) -> bool {
        self.0.tag_name() == "DETAILS" && !self.0.has_attribute("open")
    }
}
