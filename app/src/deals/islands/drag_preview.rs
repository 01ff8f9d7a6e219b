//! The preview of a drag: a copy of the card under the pointer, a drop indicator, and auto-scrolling at the edges.

use super::{
    geometry::{column_at, edge_scroll, index_at},
    parts::{Card, Column},
};
use crate::islands::dom::{pixels, query_all, query_one, style};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A point of the viewport, in CSS pixels.
pub type Point = (f64, f64);

/// A drag in progress.
pub struct Drag {
    /// The dragged card.
    pub card: Card,
    /// The columns that the card can be dropped on.
    pub columns: Vec<Column>,
    /// The pointer's `pointerId`.
    pub pointer: i32,
    /// The current drop target; `None` outside every column.
    pub target: Option<DropTarget>,
    root: HtmlElement,
    /// The bar at the top of the window, which covers the board once the page is scrolled.
    top_bar: Option<HtmlElement>,
    started_at: Point,
    at: Point,
    cursor_overlay: HtmlElement,
    copy: HtmlElement,
    drop_indicator: HtmlElement,
}

/// The insertion point of a drop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DropTarget {
    /// The index of the column in [`Drag::columns`].
    pub column: usize,
    /// The number of the column's other cards above the dropped card.
    pub index: usize,
}

impl Drag {
    /// Starts a drag: adds the copy and the cursor overlay to the page and captures the pointer.
    pub fn begin(root: &HtmlElement, card: Card, pointer: i32, at: Point) -> Option<Self> {
        let (cursor_overlay, copy, drop_indicator) = (cursor_overlay()?, copy_of(&card)?, drop_indicator()?);
        cursor_overlay.append_child(&copy).ok()?;
        document().body()?.append_child(&cursor_overlay).ok()?;
        let _ = root.set_pointer_capture(pointer);
        // Scroll snapping would work against auto-scrolling.
        style(root, "scroll-snap-type", "none");
        style(&card.0, "opacity", "0.35");
        let columns = Column::query_all(root).into_iter().filter(|column| !column.is_hidden()).collect();
        let top_bar = query_one(document().body()?.as_ref(), "header");
        Some(Self {
            card,
            columns,
            pointer,
            target: None,
            root: root.clone(),
            top_bar,
            started_at: at,
            at,
            cursor_overlay,
            copy,
            drop_indicator,
        })
    }

    /// Moves the copy to the pointer. Returns the announcement of the drop target if the target has changed.
    pub fn move_to(&mut self, at: Point) -> Option<String> {
        self.at = at;
        let (dx, dy) = (at.0 - self.started_at.0, at.1 - self.started_at.1);
        style(&self.copy, "translate", &format!("{} {}", pixels(dx), pixels(dy)));
        let spans: Vec<(f64, f64)> = self.columns.iter().map(|column| sides(&column.0)).collect();
        let target = column_at(at.0, &spans).filter(|_| self.is_over_board(at)).map(|column| {
            let here = &self.columns[column];
            let middles: Vec<f64> =
                if here.is_folded() { vec![] } else { here.others(&self.card).iter().map(|card| middle(&card.0)).collect() };
            DropTarget { column, index: index_at(at.1, &middles) }
        });
        (target != self.target).then(|| {
            self.target = target;
            self.show_target(target)
        })
    }

    /// Whether the point is on the visible part of the board and not above it. Below it is only the page's margin, where a drag
    /// ends that scrolled to the bottom.
    fn is_over_board(&self, (_, y): Point) -> bool {
        let covered = self.top_bar.as_ref().map_or(0.0, |bar| bar.get_bounding_client_rect().bottom());
        y >= self.root.get_bounding_client_rect().top().max(covered)
    }

    /// Highlights the column and inserts the drop indicator. Returns the announcement of the target.
    fn show_target(&self, target: Option<DropTarget>) -> String {
        for column in &self.columns {
            let _ = column.0.class_list().remove_1("drop-target");
        }
        self.drop_indicator.remove();
        let Some(DropTarget { column, index }) = target else { return "Not over a column.".to_owned() };
        let column = &self.columns[column];
        let _ = column.0.class_list().add_1("drop-target");
        if column.is_folded() {
            return format!("Over {}.", column.name());
        }
        let others = column.others(&self.card);
        if let Some(list) = column.list() {
            let before = others.get(index).map(|card| card.0.as_ref());
            let _ = list.insert_before(&self.drop_indicator, before);
        }
        format!("Over {}, place {} of {}.", column.name(), index + 1, others.len() + 1)
    }

    /// Scrolls the board and the window by one frame if the pointer is near an edge. Returns the same as [`Drag::move_to`].
    pub fn auto_scroll(&mut self, root: &HtmlElement) -> Option<String> {
        let (left, right) = sides(root);
        let (width, height) = (number(window().inner_width()), number(window().inner_height()));
        let across = edge_scroll(self.at.0, left.max(0.0), right.min(width));
        let along = edge_scroll(self.at.1, 0.0, height);
        if across == 0.0 && along == 0.0 {
            return None;
        }
        root.set_scroll_left(root.scroll_left() + across as i32);
        window().scroll_by_with_x_and_y(0.0, along);
        self.move_to(self.at)
    }

    /// Removes every element, class, style and capture that the drag added.
    pub fn clean_up(&self, root: &HtmlElement) {
        self.cursor_overlay.remove();
        remove_drop_indicator(root);
        for column in &self.columns {
            let _ = column.0.class_list().remove_1("drop-target");
        }
        let _ = root.release_pointer_capture(self.pointer);
        for (element, property) in [(root, "scroll-snap-type"), (&self.card.0, "opacity")] {
            let _ = element.style().remove_property(property);
        }
    }
}

/// An overlay of the whole window with the cursor of a drag. Set on the board, the cursor would be inherited by every card: with
/// 500 cards, 50 ms of style recalculation when the drag starts and again before the drop is painted.
fn cursor_overlay() -> Option<HtmlElement> {
    let cursor_overlay: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    cursor_overlay.set_class_name("fixed inset-0 z-50 cursor-grabbing");
    Some(cursor_overlay)
}

/// A copy of the card with a fixed position over the card.
fn copy_of(card: &Card) -> Option<HtmlElement> {
    let shown = card.0.first_element_child()?;
    let copy: HtmlElement = shown.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let place = shown.get_bounding_client_rect();
    for (property, value) in [
        ("position", "fixed".to_owned()),
        ("left", pixels(place.left())),
        ("top", pixels(place.top())),
        ("width", pixels(place.width())),
        ("margin", "0".to_owned()),
        ("pointer-events", "none".to_owned()),
    ] {
        style(&copy, property, &value);
    }
    let _ = copy.class_list().add_1("dragging");
    let _ = copy.set_attribute("aria-hidden", "true");
    let _ = copy.set_attribute("inert", "");
    Some(copy)
}

/// The line at the drop target.
fn drop_indicator() -> Option<HtmlElement> {
    let drop_indicator: HtmlElement = document().create_element("li").ok()?.dyn_into().ok()?;
    // Drawn over the gap between two cards, so no card shifts.
    drop_indicator.set_class_name("drop-place -my-1.5 shrink-0");
    let _ = drop_indicator.set_attribute("aria-hidden", "true");
    Some(drop_indicator)
}

/// Removes the drop indicator; the page has at most one.
fn remove_drop_indicator(root: &Element) {
    for drop_indicator in query_all(root, ".drop-place") {
        drop_indicator.remove();
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

fn number(value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
}
