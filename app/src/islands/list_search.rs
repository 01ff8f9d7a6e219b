//! The search of a list answers while the user types. The elements with `data-results` are replaced by those of the list that Enter would
//! open; the input stays, with focus and caret. Without a script, Enter opens that list.

use super::{
    dom::{by_id, closest_target, debounce, dispatch_change, fetch, field_pairs, listen, query_one, replace_parts},
    picker,
};
use leptos::{prelude::document, task::spawn_local};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlFormElement, HtmlInputElement, InputEvent, UrlSearchParams};

#[derive(Default)]
struct ListSearch {
    /// Whether an input method composes a word, as for Vietnamese.
    is_composing: Cell<bool>,
    /// The id of the last request; every input increments it, so that late answers to earlier requests are ignored.
    request_id: Cell<u32>,
}

/// Listens on the document, because the page's content is replaced when a form is sent.
pub fn attach() {
    let search = Rc::new(ListSearch::default());
    let debounced = Rc::clone(&search);
    let run = debounce(Rc::new(move || debounced.run()));
    // The last `input` of a composed word still counts as composing.
    for name in ["input", "compositionend"] {
        let (search, run) = (Rc::clone(&search), run.clone());
        listen(&document(), name, move |event: InputEvent| {
            if closest_target(&event, "[data-search]").is_some() {
                search.request_id.set(search.request_id.get() + 1);
                search.is_composing.set(event.is_composing());
                run();
            }
        });
    }
    // Typed before the islands were loaded.
    let input = document().body().and_then(|body| query_one(&body, "[data-search]"));
    if input.map(JsCast::unchecked_into::<HtmlInputElement>).is_some_and(|input| input.value() != input.default_value()) {
        run();
    }
}

impl ListSearch {
    fn run(self: &Rc<Self>) {
        let (search, request_id) = (Rc::clone(self), self.request_id.get());
        let Some(address) = address().filter(|_| !self.is_composing.get()) else { return };
        spawn_local(async move {
            let page = fetch(&address).await;
            if search.request_id.get() != request_id {
                return;
            }
            if page.and_then(|page| show(&page, &address)).is_none() {
                let _ = document().location().map(|location| location.set_href(&address));
            }
        });
    }
}

/// The URL that the form would open, without the empty fields.
fn address() -> Option<String> {
    let form: HtmlFormElement = query_one(document().body()?.as_ref(), "[data-search]")?.closest("form").ok()??.dyn_into().ok()?;
    let query = UrlSearchParams::new().ok()?;
    for (name, value) in field_pairs(&form)? {
        if !value.is_empty() {
            query.append(&name, &value);
        }
    }
    Some(format!("{}?{}", form.get_attribute("action")?, String::from(query.to_string())))
}

/// Shows the results. The URL replaces that of the page, so "Back" leaves the list.
fn show(page: &Document, address: &str) -> Option<()> {
    page.query_selector("[data-results]").ok()??;
    web_sys::window()?.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(address)).ok()?;
    replace_parts(page, "[data-results]");
    picker::browser::attach();
    // The board's island fetches the cards that match its filter.
    if let (Some(board), Some(fresh)) = (by_id::<Element>("board"), page.get_element_by_id("board")) {
        let _ = board.set_attribute("data-filter", &fresh.get_attribute("data-filter").unwrap_or_default());
        dispatch_change(&board);
    }
    Some(())
}
