//! Cards and columns of the board, read from and written to the HTML.

use crate::islands::dom::{attribute, focus_without_scroll, query_all, query_one, replace_children_from, text};
use domain::{ids::DealId, stages::StageKind};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A deal's card: an `<li>` of a column.
#[derive(Clone, PartialEq)]
pub struct Card(pub HtmlElement);

impl Card {
    /// The deal's id.
    pub fn id(&self) -> Option<DealId> {
        attribute(&self.0, "data-id")
    }

    /// The deal's version that the card shows.
    pub fn version(&self) -> i64 {
        attribute(&self.0, "data-v").unwrap_or_default()
    }

    pub fn name(&self) -> String {
        self.link().map(|link| text(&link)).unwrap_or_default()
    }

    /// The link to the deal, which receives the card's focus.
    pub fn link(&self) -> Option<HtmlElement> {
        query_one(&self.0, "h3 a")
    }

    /// The deal's own probability in percent; `None` follows the stage.
    pub fn probability(&self) -> Option<i16> {
        attribute(&self.0, "data-p")
    }

    /// Whether the user may move the card.
    pub fn is_movable(&self) -> bool {
        query_one(&self.0, "[data-move]").is_some()
    }

    /// Whether the card stands below cards of its column that are not loaded yet.
    pub fn is_below_unloaded(&self) -> bool {
        self.0.has_attribute("data-tail")
    }

    /// Sets or removes an empty attribute.
    pub fn set_flag(&self, name: &str, on: bool) {
        let _ = if on { self.0.set_attribute(name, "") } else { self.0.remove_attribute(name) };
    }

    /// The column that contains the card.
    pub fn column(&self) -> Option<Column> {
        self.0.closest("[data-stage]").ok().flatten()?.dyn_into().ok().map(Column)
    }

    /// The card below, or else the card above.
    pub fn neighbour(&self) -> Option<Self> {
        let beside = self.0.next_element_sibling().or_else(|| self.0.previous_element_sibling());
        beside.and_then(|beside| beside.dyn_into().ok()).map(Self)
    }

    /// Takes over children and attributes of a newer element of the same deal; does nothing if the versions are equal.
    pub fn update_from(&self, new: &Self) {
        if self.version() == new.version() {
            return;
        }
        replace_children_from(&self.0, &new.0);
        for name in ["data-v", "data-p"] {
            let _ = match new.0.get_attribute(name) {
                Some(value) => self.0.set_attribute(name, &value),
                None => self.0.remove_attribute(name),
            };
        }
    }

    /// Focuses the card, or the column's `<summary>` if the column is folded.
    pub fn focus(&self) {
        match self.column().filter(Column::is_folded).and_then(|column| query_one(&column.0, "summary")) {
            Some(strip) => {
                // The folded column is as tall as the board: scrolling it into view would move the page.
                focus_without_scroll(&strip);
            }
            None => {
                let _ = self.link().map(|link| link.focus());
            }
        }
    }
}

/// A stage's column.
#[derive(Clone, PartialEq)]
pub struct Column(pub HtmlElement);

impl Column {
    /// Every column of a board, from the left.
    pub fn query_all(board: &Element) -> Vec<Self> {
        query_all(board, "[data-stage]").into_iter().map(Self).collect()
    }

    /// The stage's slug.
    pub fn slug(&self) -> String {
        self.0.get_attribute("data-stage").unwrap_or_default()
    }

    /// The stage's name.
    pub fn name(&self) -> String {
        query_one(&self.0, "h2").map(|head| text(&head)).unwrap_or_default()
    }

    /// The stage's kind: open, won or lost.
    pub fn kind(&self) -> StageKind {
        self.0.get_attribute("data-kind").and_then(|kind| StageKind::from_slug(&kind)).unwrap_or(StageKind::Open)
    }

    /// The stage's probability in percent.
    pub fn probability(&self) -> i16 {
        attribute(&self.0, "data-p").unwrap_or_default()
    }

    /// The loaded cards in order.
    pub fn cards(&self) -> Vec<Card> {
        query_all(&self.0, "li[data-id]").into_iter().map(Card).collect()
    }

    /// The loaded cards in order, except this card.
    pub fn others(&self, card: &Card) -> Vec<Card> {
        self.cards().into_iter().filter(|other| other != card).collect()
    }

    /// The list element that contains the cards.
    pub fn list(&self) -> Option<HtmlElement> {
        query_one(&self.0, "ol")
    }

    /// The "Show more" link; `None` once every card is loaded.
    pub fn load_more_link(&self) -> Option<HtmlElement> {
        query_one(&self.0, "[data-more]")
    }

    /// Whether the column shows no cards: it is a closed `<details>` or hidden by the filter.
    pub fn is_folded(&self) -> bool {
        self.is_hidden() || (self.0.tag_name() == "DETAILS" && !self.0.has_attribute("open"))
    }

    /// Whether the filter hides the column.
    pub fn is_hidden(&self) -> bool {
        self.0.has_attribute("hidden")
    }
}
