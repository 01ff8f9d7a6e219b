//! Other people's changes: shown without a reload, without taking the focus, and not while something is under way.
//!
//! The server tells a number, where the workspace's audit log ends. If that is past what the board shows, the board asks
//! for what is new since. So a connection that was away for a while misses nothing. A tab that nobody sees keeps no
//! connection: browsers allow only a few.

use super::{
    board::Board,
    parts::{Card, Column},
};
use crate::islands::dom::{all, attribute, by_id, fetch, focus_still, listen, one, take_children};
use domain::{deals::ColumnTotals, ids::DealId, money::Money};
use leptos::{
    prelude::{Effect, Track, document, set_timeout, window},
    task::spawn_local,
};
use leptos_use::use_document_visibility;
use std::{rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventSource, HtmlElement, MessageEvent, VisibilityState};

/// How long until a connection that was refused is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(10);

/// Listens as long as the page is seen.
pub fn attach(board: &Rc<Board>) {
    let (visibility, seen) = (use_document_visibility(), Rc::clone(board));
    Effect::new(move || {
        visibility.track();
        // The listeners of the last run's connection ended with it.
        disconnect(&seen);
        connect_while_visible(&seen);
    });
    // A page that Back brings out of the browser's memory has not changed its visibility.
    let (left, back) = (Rc::clone(board), Rc::clone(board));
    listen(&window(), "pagehide", move |_: Event| disconnect(&left));
    listen(&window(), "pageshow", move |_: Event| connect_while_visible(&back));
}

fn connect_while_visible(board: &Rc<Board>) {
    if document().visibility_state() == VisibilityState::Hidden {
        return disconnect(board);
    }
    if board.sync.borrow().source.is_some() {
        return;
    }
    let Ok(source) = EventSource::new("/events/board") else { return };
    let told = Rc::clone(board);
    listen(&source, "message", move |event: MessageEvent| {
        if let Some(seq) = event.data().as_string().and_then(|seq| seq.parse().ok()) {
            told.sync.borrow_mut().see_server_seq(seq);
            told.catch_up();
        }
    });
    let (lost, closed) = (Rc::clone(board), source.clone());
    listen(&source, "error", move |_: Event| {
        // A connection that broke the browser brings back by itself; one that was refused it doesn't.
        if closed.ready_state() == EventSource::CLOSED {
            disconnect(&lost);
            let again = Rc::clone(&lost);
            set_timeout(move || connect_while_visible(&again), RETRY_DELAY);
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
    /// Shows what is new, if anything is and nothing is under way.
    pub fn catch_up(self: &Rc<Self>) {
        if !self.can_sync() || self.sync.borrow().is_fetching {
            return;
        }
        let Some(since) = self.sync.borrow_mut().since() else { return };
        self.sync.borrow_mut().is_fetching = true;
        let board = Rc::clone(self);
        spawn_local(async move {
            let news = fetch(&format!("/deals/news?since={since}&{}", board.filter())).await;
            board.sync.borrow_mut().is_fetching = false;
            // Something came under way meanwhile: it asks again when it is done.
            if !board.can_sync() {
                return;
            }
            if let Some(news) = news.and_then(|page| page.get_element_by_id("news")) {
                if news.has_attribute("data-whole") {
                    board.refetch_board().await
                } else {
                    board.show(&news)
                }
                board.sync.borrow_mut().set_applied(attribute(&news, "data-seq"));
                board.catch_up();
            }
        });
    }

    fn show(&self, news: &Element) {
        let changed = all(news, "[data-in]");
        if Column::all(&self.root).is_empty() {
            // There was no deal yet: the page has no columns.
            if !changed.is_empty() {
                reload();
            }
            return;
        }
        let focus = Focus::of(&self.root);
        for gone in all(news, "[data-gone]") {
            if let Some(card) = attribute(&gone, "data-gone").and_then(|id| self.card(id)) {
                card.0.remove();
            }
        }
        for holder in changed {
            if let (Some(slug), Some(card)) = (holder.get_attribute("data-in"), one(&holder, "li")) {
                self.place(Card(card), &slug, attribute(&holder, "data-above"));
            }
        }
        for head in all(news, "[data-head]") {
            self.show_totals(&totals(&head));
        }
        self.show_open();
        focus.back();
    }

    /// Puts a changed card where it belongs. One that belongs below cards not loaded yet goes: it comes with them.
    fn place(&self, new: Card, slug: &str, above: Option<DealId>) {
        let Some(column) = Column::all(&self.root).into_iter().find(|column| column.slug() == slug) else { return };
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
        one(&self.root, &format!("li[data-id=\"{id}\"]")).map(Card)
    }

    /// Takes every column from the page as it is now.
    async fn refetch_board(&self) {
        let Some(page) = fetch(&format!("/deals?{}", self.filter())).await else { return };
        let Some(fresh) = page.get_element_by_id("board").filter(|fresh| same_columns(&self.root, fresh)) else { return reload() };
        let focus = Focus::of(&self.root);
        for (here, there) in Column::all(&self.root).into_iter().zip(Column::all(&fresh)) {
            for name in ["data-p", "data-deals", "data-worth", "data-weighted"] {
                let _ = here.0.set_attribute(name, &there.0.get_attribute(name).unwrap_or_default());
            }
            take_children(&here.0, &there.0);
        }
        self.show_open();
        focus.back();
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

fn same_columns(one: &Element, other: &Element) -> bool {
    let slugs = |board: &Element| Column::all(board).iter().map(Column::slug).collect::<Vec<_>>();
    slugs(one) == slugs(other)
}

/// Loads the page again, unless something is being filled in.
fn reload() {
    if document().query_selector("dialog[open]").ok().flatten().is_none() {
        let _ = window().location().reload();
    }
}

/// Where the focus is in the board, to be given back to the same card when its element was moved or its inside redrawn.
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

    fn back(self) {
        let Some((card, on_menu)) = self.0 else { return };
        // It may be another element of the same card.
        let root = by_id::<HtmlElement>("board");
        let here = card.id().and_then(|id| one(root.as_ref()?, &format!("li[data-id=\"{id}\"]")).map(Card));
        let Some(here) = here else { return };
        let target = if on_menu { one(&here.0, "[data-move]") } else { here.link() };
        if let Some(target) = target.filter(|target| document().active_element().as_deref() != Some(target.as_ref())) {
            focus_still(&target);
        }
    }
}
