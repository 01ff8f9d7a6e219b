//! Live updates: other users' changes appear without a reload and without moving the focus, and wait while [`Board::can_sync`] is
//! false.
//!
//! The server sends the last sequence number of the workspace's audit log as a server-sent event. If that number is greater than
//! the applied one, the board fetches the changes since, so a lost connection loses no change. A hidden tab keeps no connection:
//! browsers allow only a few.

use super::{
    board::Board,
    parts::{Card, Column},
};
use crate::islands::dom::{attribute, fetch_then, focus_without_scroll, query_all, query_one, replace_children_from, shown_to};
use domain::{deals::ColumnTotals, ids::DealId, money::Money};
use leptos::prelude::{Effect, Track, document, set_timeout, window};
use leptos_use::use_document_visibility;
use std::{rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, EventSource, HtmlElement, MessageEvent, VisibilityState};

/// The time before a refused connection is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(10);

/// Connects to the events while the page is visible.
pub fn attach(board: &Rc<Board>) {
    let (visibility, connected) = (use_document_visibility(), Rc::clone(board));
    Effect::new(move || {
        visibility.track();
        // The owner of the last run has removed the listeners of that run's connection.
        disconnect(&connected);
        connect_while_visible(&connected);
    });
    // The search of the page has changed the filter.
    board.on(&board.root, "change", |board, event: Event| {
        if event.target().as_ref() == Some(board.root.as_ref()) {
            board.refetch_board(Box::new(|| {}));
        }
    });
    // A page restored from the back/forward cache has not changed its visibility.
    board.on(&window(), "pagehide", |board, _: Event| disconnect(board));
    board.on(&window(), "pageshow", |board, _: Event| connect_while_visible(board));
}

fn connect_while_visible(board: &Rc<Board>) {
    if document().visibility_state() == VisibilityState::Hidden {
        return disconnect(board);
    }
    if board.sync.borrow().source.is_some() {
        return;
    }
    // Without it a switch of the workspace in another tab would bring that workspace's changes. An event source sends no header.
    let address = format!("/events/board?shown_to={}", shown_to(&document()).unwrap_or_default());
    let Ok(source) = EventSource::new(&address) else { return };
    board.on(&source, "message", |board, event: MessageEvent| {
        if let Some(seq) = event.data().as_string().and_then(|seq| seq.parse().ok()) {
            board.sync.borrow_mut().see_server_seq(seq);
            board.catch_up();
        }
    });
    let failed = source.clone();
    board.on(&source, "error", move |board, _: Event| {
        // The browser reconnects after a broken connection, but not after a refused one.
        if failed.ready_state() == EventSource::CLOSED {
            disconnect(board);
            let board = Rc::clone(board);
            set_timeout(move || connect_while_visible(&board), RETRY_DELAY);
        }
    });
    board.sync.borrow_mut().source = Some(source);
}

fn disconnect(board: &Board) {
    if let Some(source) = board.sync.borrow_mut().source.take() {
        source.close();
    }
}

impl Board {
    /// Fetches and applies the changes since the applied sequence number, if there are any and the board can sync.
    pub fn catch_up(self: &Rc<Self>) {
        if !self.can_sync() || self.sync.borrow().is_fetching {
            return;
        }
        let Some(since) = self.sync.borrow_mut().since() else { return };
        self.sync.borrow_mut().is_fetching = true;
        let board = Rc::clone(self);
        fetch_then(format!("/deals/news?since={since}&{}", self.filter()), move |page| {
            board.sync.borrow_mut().is_fetching = false;
            // A drag or move has started meanwhile; its end calls `catch_up` again.
            if !board.can_sync() {
                return;
            }
            let Some(changes) = page.and_then(|page| page.get_element_by_id("news")) else { return };
            let (synced, seq) = (Rc::clone(&board), attribute(&changes, "data-seq"));
            let finish = move || {
                synced.sync.borrow_mut().set_applied(seq);
                synced.catch_up();
            };
            if changes.has_attribute("data-whole") {
                board.refetch_board(Box::new(finish));
            } else {
                board.apply_changes(&changes);
                finish();
            }
        });
    }

    /// Applies the changes of the fragment `#news`: removed cards, changed cards and column totals.
    fn apply_changes(&self, changes: &Element) {
        let changed = query_all(changes, "[data-in]");
        if Column::query_all(&self.root).is_empty() {
            // The board had no deal, so the page has no columns.
            if !changed.is_empty() {
                reload();
            }
            return;
        }
        let focus = Focus::of(&self.root);
        for removed in query_all(changes, "[data-gone]") {
            if let Some(card) = attribute(&removed, "data-gone").and_then(|id| self.card(id)) {
                card.0.remove();
            }
        }
        for holder in changed {
            if let (Some(slug), Some(card)) = (holder.get_attribute("data-in"), query_one(&holder, "li")) {
                self.place(Card(card), &slug, attribute(&holder, "data-above"));
            }
        }
        for head in query_all(changes, "[data-head]") {
            self.show_totals(&totals(&head));
        }
        self.show_open();
        focus.restore(self);
    }

    /// Inserts or moves a changed card to its place. A card whose place is below cards not loaded yet is removed: "Show more" loads it.
    fn place(&self, new: Card, slug: &str, above: Option<DealId>) {
        let Some(column) = Column::query_all(&self.root).into_iter().find(|column| column.slug() == slug) else { return };
        let (Some(list), Some(id)) = (column.list(), new.id()) else { return };
        let card = match self.card(id) {
            Some(card) => {
                card.update_from(&new);
                card
            }
            None => new,
        };
        let cards = column.others(&card);
        let index = match above {
            None => Some(0),
            Some(above) => cards.iter().position(|other| other.id() == Some(above) && !other.is_below_unloaded()).map(|at| at + 1),
        };
        let before = match index {
            Some(index) => cards.get(index).map(|other| other.0.clone()),
            None if column.load_more_link().is_some() => return card.0.remove(),
            None => None,
        };
        card.set_flag("data-tail", false);
        if card.column().as_ref() != Some(&column) || card.0.next_element_sibling() != before.clone().map(Element::from) {
            let _ = list.insert_before(&card.0, before.as_ref().map(AsRef::as_ref));
        }
    }

    fn card(&self, id: DealId) -> Option<Card> {
        query_one(&self.root, &format!("li[data-id=\"{id}\"]")).map(Card)
    }

    /// Replaces the content of every column by that of a freshly fetched page, and calls `then` if that was done.
    fn refetch_board(self: &Rc<Self>, then: Box<dyn FnOnce()>) {
        let (board, filter) = (Rc::clone(self), self.filter());
        fetch_then(format!("/deals?{filter}"), move |page| {
            if page.is_some_and(|page| board.show_board(&page, &filter)) {
                then();
            }
        });
    }

    /// Shows the columns of the fetched page of a filter. Returns `false` if it does not: then the changes are not applied yet.
    fn show_board(&self, page: &Document, filter: &str) -> bool {
        // Another search has started meanwhile.
        if filter != self.filter() {
            return false;
        }
        // A drag or move would be disturbed.
        if !self.can_sync() {
            reload();
            return false;
        }
        let Some(fresh) = page.get_element_by_id("board").filter(|fresh| same_columns(&self.root, fresh)) else {
            reload();
            return false;
        };
        let focus = Focus::of(&self.root);
        for (current, fetched) in Column::query_all(&self.root).into_iter().zip(Column::query_all(&fresh)) {
            for name in ["data-p", "data-deals", "data-worth", "data-weighted"] {
                let _ = current.0.set_attribute(name, &fetched.0.get_attribute(name).unwrap_or_default());
            }
            current.0.set_hidden(fetched.0.hidden());
            replace_children_from(&current.0, &fetched.0);
        }
        self.show_open();
        focus.restore(self);
        true
    }
}

fn totals(head: &Element) -> ColumnTotals {
    ColumnTotals {
        stage: head.get_attribute("data-head").unwrap_or_default(),
        count: attribute(head, "data-deals").unwrap_or_default(),
        value: attribute(head, "data-worth").map(Money::from_hundredths).unwrap_or_default(),
        weighted: attribute(head, "data-weighted").map(Money::from_hundredths).unwrap_or_default(),
    }
}

/// Whether both boards show the same stages: the menus of the page name them, too.
fn same_columns(a: &Element, b: &Element) -> bool {
    let stages = |board: &Element| board.get_attribute("data-stages");
    stages(a) == stages(b)
}

/// Reloads the page, except while a dialog is open: the user's input would be lost.
fn reload() {
    if document().query_selector("dialog[open]").ok().flatten().is_none() {
        let _ = window().location().reload();
    }
}

/// The card that has the focus, and whether the focus is on the card's "Move…" button. Moving or redrawing the element loses the focus.
struct Focus(Option<(Card, bool)>);

impl Focus {
    fn of(root: &Element) -> Self {
        let active = document().active_element().filter(|active| root.contains(Some(active)));
        let found = active.and_then(|active| {
            let card: HtmlElement = active.closest("li[data-id]").ok().flatten()?.dyn_into().ok()?;
            Some((Card(card), active.has_attribute("data-move")))
        });
        Self(found)
    }

    fn restore(self, board: &Board) {
        let Some((card, on_menu)) = self.0 else { return };
        // The card may have a new element.
        let Some(current) = card.id().and_then(|id| board.card(id)) else { return };
        let target = if on_menu { query_one(&current.0, "[data-move]") } else { current.link() };
        if let Some(target) = target.filter(|target| document().active_element().as_deref() != Some(target.as_ref())) {
            focus_without_scroll(&target);
        }
    }
}
