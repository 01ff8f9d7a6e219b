//! Inputs with `data-options`: the search of the top bar, whose options hang below it, and the palette, whose dialog they fill. The server
//! renders the options as links; the attribute's value is the URL that answers them, ending in `recent=`, to which the records opened last
//! and the words are added.
//!
//! Everything is found from the input, which names its list by `aria-controls`, so boxes that come later need no listeners of their own.

use super::{
    dom::{by_id, closest_target, listen, listen_capture, opens_elsewhere, query_one, replace_children_from},
    listbox, recent,
};
use js_sys::encode_uri_component;
use leptos::prelude::document;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, FocusEvent, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent};

const INPUTS: &str = "[data-options]";

/// Listens on the document.
pub fn attach() {
    // The element that had the focus before the box in the top bar; Escape gives the focus back.
    let before = Rc::new(RefCell::new(None::<HtmlElement>));
    let focused = Rc::clone(&before);
    listen(&document(), "focusin", move |event: FocusEvent| {
        if closest_target(&event, INPUTS).is_some() {
            focused.replace(event.related_target().and_then(|element| element.dyn_into().ok()));
        }
    });
    listen(&document(), "focusout", |event: Event| {
        let _ = closest_target(&event, INPUTS).and_then(|input| close(&input));
    });
    // The input keeps the focus while an option is clicked.
    listen(&document(), "mousedown", |event: MouseEvent| {
        if closest_target(&event, "[role=listbox]").is_some() {
            event.prevent_default();
        }
    });
    listen(&document(), "keydown", move |event: KeyboardEvent| {
        if let Some(input) = closest_target(&event, INPUTS)
            && !event.is_composing()
            && on_keydown(&input, &event.key(), &before).is_some()
        {
            event.prevent_default();
        }
    });
    // Before the listeners that open forms in dialogs: the quick log opens none over an open dialog.
    listen_capture(&document(), "click", |event: MouseEvent| {
        if let (Some(option), false) = (closest_target(&event, "a[role=option]"), opens_elsewhere(&event))
            && let Some(dialog) = dialog_of(&option)
        {
            dialog.close();
        }
    });
}

/// Handles a key of the input. `None` if the browser's default action must take place.
fn on_keydown(input: &HtmlElement, key: &str, before: &RefCell<Option<HtmlElement>>) -> Option<()> {
    let list = list_of(input)?;
    match key {
        "Enter" => listbox::active(&list)?.1.click(),
        // The dialog of the palette closes by itself.
        "Escape" => {
            close(input)?;
            let _ = input.blur();
            let _ = before.take().map(|before| before.focus());
        }
        _ => {
            // Without options there is nothing to open.
            list.first_element_child()?;
            if !listbox::move_by_key(input, &list, key) {
                return None;
            }
            list.set_hidden(false);
            let _ = input.set_attribute("aria-expanded", "true");
        }
    }
    Some(())
}

fn list_of(input: &Element) -> Option<HtmlElement> {
    by_id(&input.get_attribute("aria-controls")?)
}

fn dialog_of(element: &Element) -> Option<HtmlDialogElement> {
    element.closest("dialog").ok()??.dyn_into().ok()
}

/// Hides the options below the input; `None` for the palette, whose options stay.
fn close(input: &Element) -> Option<()> {
    if dialog_of(input).is_some() {
        return None;
    }
    listbox::open(input, &list_of(input)?, false);
    Some(())
}

/// Makes no option active: those shown are not yet those of the typed words.
pub fn deactivate(input: &Element) {
    if let Some(list) = list_of(input) {
        listbox::activate(input, &list, None);
    }
}

/// The URL that answers the options. `None` if there is nothing to search: the options are hidden then.
pub fn address(input: &HtmlInputElement) -> Option<String> {
    let q = input.value();
    if q.trim().is_empty() && close(input).is_some() {
        return None;
    }
    let source = input.get_attribute("data-options")?;
    Some(format!("{}&q={}", recent::with_opened(source), String::from(encode_uri_component(&q))))
}

/// Shows the options of the fetched fragment, and says how many they are. Without a fragment the earlier ones are hidden.
pub fn show(input: &HtmlInputElement, fragment: Option<Document>) {
    let shown = fragment.and_then(|fragment| fragment.body()).and_then(|fresh| {
        let list = list_of(input)?;
        let status = query_one(&fresh, "[data-status]")?.get_attribute("data-status")?;
        replace_children_from(&list, &fresh);
        query_one(input.form()?.as_ref(), "[aria-live]")?.set_text_content(Some(&status));
        let has_focus = document().active_element().is_some_and(|focused| focused.is_same_node(Some(input)));
        listbox::open(input, &list, has_focus || dialog_of(input).is_some());
        Some(())
    });
    if shown.is_none() {
        close(input);
    }
}
