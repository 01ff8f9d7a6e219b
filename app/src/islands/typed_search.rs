//! Searches that answer while the user types: those of lists (`list_search`) and of command boxes (`command_box`).

use super::{
    command_box,
    dom::{closest_target, debounce, fetch_then, listen_capture, query_all},
    list_search,
};
use leptos::prelude::document;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, InputEvent};

/// The searches, each by the selector of its inputs. Each has a debounce and answers of its own: what is typed in one leaves the other's
/// answer to come.
const SEARCHES: [&str; 2] = [LISTS, COMMAND_BOXES];
const LISTS: &str = "[data-search]";
const COMMAND_BOXES: &str = "[data-options]";

struct TypedSearch {
    /// The selector of its inputs.
    inputs: &'static str,
    /// The input that was typed in last.
    input: RefCell<Option<HtmlInputElement>>,
    /// Whether an input method composes a word, as for Vietnamese.
    is_composing: Cell<bool>,
    /// The id of the last request; every input increments it, so that late answers to earlier requests are ignored.
    request_id: Cell<u32>,
}

/// Listens on the document, because the page's content is replaced when a form is sent, and dialogs come and go.
pub fn attach() {
    for inputs in SEARCHES {
        let search = TypedSearch { inputs, input: RefCell::default(), is_composing: Cell::default(), request_id: Cell::default() };
        attach_search(&Rc::new(search));
    }
}

fn attach_search(search: &Rc<TypedSearch>) {
    let debounced = Rc::clone(search);
    let run = debounce(Rc::new(move || debounced.run()));
    // Typed, or the palette opened, before the islands were loaded.
    let inputs = document().body().map(|body| query_all(&body, search.inputs)).unwrap_or_default();
    let mut inputs = inputs.into_iter().map(JsCast::unchecked_into::<HtmlInputElement>);
    search.input.replace(inputs.find(|input| input.value() != input.default_value() || command_box::is_palette_open(input)));
    search.run();
    // The last `input` of a composed word still counts as composing. A command box has options as soon as it has the focus.
    for name in ["input", "compositionend", "focus"] {
        let (search, run) = (Rc::clone(search), run.clone());
        listen_capture(&document(), name, move |event: InputEvent| {
            let opens = name == "focus";
            let Some(input) = closest_target(&event, search.inputs).filter(|_| !opens || search.inputs == COMMAND_BOXES) else { return };
            command_box::deactivate(&input);
            search.input.replace(Some(input.unchecked_into()));
            search.request_id.set(search.request_id.get() + 1);
            search.is_composing.set(!opens && event.is_composing());
            if opens { search.run() } else { run() }
        });
    }
}

impl TypedSearch {
    fn run(self: &Rc<Self>) {
        let (search, request_id) = (Rc::clone(self), self.request_id.get());
        let Some(input) = self.input.borrow().clone().filter(|_| !self.is_composing.get()) else { return };
        let is_list = self.inputs == LISTS;
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
