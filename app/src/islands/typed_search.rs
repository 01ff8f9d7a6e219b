//! Searches that answer while the user types: those of lists (`list_search`) and of command boxes (`command_box`).

use super::{
    command_box,
    dom::{closest_target, debounce, fetch_then, listen, query_all},
    list_search,
};
use leptos::prelude::document;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, InputEvent};

/// The inputs of such searches.
const INPUTS: &str = "[data-search], [data-options]";

#[derive(Default)]
struct TypedSearch {
    /// The input that was typed in last.
    input: RefCell<Option<HtmlInputElement>>,
    /// Whether an input method composes a word, as for Vietnamese.
    is_composing: Cell<bool>,
    /// The id of the last request; every input increments it, so that late answers to earlier requests are ignored.
    request_id: Cell<u32>,
}

/// Listens on the document, because the page's content is replaced when a form is sent, and dialogs come and go.
pub fn attach() {
    let search = Rc::new(TypedSearch::default());
    let debounced = Rc::clone(&search);
    let run = debounce(Rc::new(move || debounced.run()));
    // Typed before the islands were loaded.
    let inputs = document().body().map(|body| query_all(&body, INPUTS)).unwrap_or_default();
    let typed = inputs.into_iter().map(JsCast::unchecked_into::<HtmlInputElement>).find(|input| input.value() != input.default_value());
    if typed.is_some() {
        search.input.replace(typed);
        run();
    }
    // The last `input` of a composed word still counts as composing.
    for name in ["input", "compositionend"] {
        let (search, run) = (Rc::clone(&search), run.clone());
        listen(&document(), name, move |event: InputEvent| {
            if let Some(input) = closest_target(&event, INPUTS) {
                command_box::deactivate(&input);
                search.input.replace(Some(input.unchecked_into()));
                search.request_id.set(search.request_id.get() + 1);
                search.is_composing.set(event.is_composing());
                run();
            }
        });
    }
}

impl TypedSearch {
    fn run(self: &Rc<Self>) {
        let (search, request_id) = (Rc::clone(self), self.request_id.get());
        let Some(input) = self.input.borrow().clone().filter(|_| !self.is_composing.get()) else { return };
        let is_list = input.has_attribute("data-search");
        let Some(address) = (if is_list { list_search::address() } else { command_box::address(&input) }) else { return };
        fetch_then(address.clone(), move |page| {
            if search.request_id.get() != request_id {
                return;
            }
            if is_list {
                list_search::show(page, &address);
            } else {
                command_box::show(&input, page);
            }
        });
    }
}
