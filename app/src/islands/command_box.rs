//! Inputs with `data-options`: the search of the top bar, whose options hang below it, and the palette, whose dialog they fill and which the
//! page's own script opens (`assets::START`). The server renders the options as links; the attribute's value is the URL that answers them,
//! ending in `recent=`, to which the records opened last and the form's fields are added.
//!
//! Everything is found from the input, which names its list by `aria-controls`, so boxes that come later need no listeners of their own.

use super::{
    dom::{by_id, closest_target, field_pairs, listen_capture, opens_elsewhere, query_one, replace_children_from, url_encoded},
    keys::{self, Pending},
    listbox, recent,
};
use leptos::prelude::document;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, FocusEvent, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement, KeyboardEvent};

const INPUTS: &str = "[data-options]";

#[derive(Default)]
struct State {
    /// The element that had the focus before the box in the top bar; Escape gives the focus back.
    before: RefCell<Option<HtmlElement>>,
    /// The first key of a shortcut of two.
    pending: Pending,
}

/// Listens on the document, for shortcuts too. In the capture phase, as the focus and blur of an input do not bubble, and before the listeners that open
/// dialogs: the palette closes first.
pub fn attach() {
    let state = Rc::new(State::default());
    for name in ["focus", "blur", "keydown", "mousedown", "click"] {
        let state = Rc::clone(&state);
        listen_capture(&document(), name, move |event: KeyboardEvent| {
            let _ = on_event(name, &event, &state);
        });
    }
}

/// Handles an event, of which only a `keydown` has a key.
fn on_event(name: &str, event: &KeyboardEvent, State { before, pending }: &State) -> Option<()> {
    if name == "keydown" {
        let _ = keys::on_keydown(pending, event);
    }
    match name {
        // The input keeps the focus while an option is clicked.
        "mousedown" => {
            closest_target(event, "[role=listbox]")?;
            event.prevent_default();
        }
        "click" => {
            let option = closest_target(event, "a[role=option]")?;
            if !opens_elsewhere(event.unchecked_ref()) {
                dialog_of(&option)?.close();
            }
        }
        _ => {
            let input = closest_target(event, INPUTS)?;
            match name {
                "focus" => {
                    let left = event.unchecked_ref::<FocusEvent>().related_target();
                    before.replace(left.and_then(|left| left.dyn_into().ok()));
                }
                "blur" => close(&input)?,
                _ if event.is_composing() => {}
                _ => {
                    on_keydown(&input, &event.key(), before)?;
                    event.prevent_default();
                }
            }
        }
    }
    Some(())
}

/// Handles a key of the input. `None` if the browser's default action must take place.
fn on_keydown(input: &HtmlElement, key: &str, before: &RefCell<Option<HtmlElement>>) -> Option<()> {
    let list = list_of(input)?;
    match key {
        "Enter" => match listbox::active(&list) {
            Some((_, option)) => option.click(),
            // The palette's options are still to come: the first of them is meant.
            None => {
                dialog_of(input)?;
                let _ = input.set_attribute("data-enter", "");
            }
        },
        // The dialog of the palette closes by itself.
        "Escape" => {
            close(input)?;
            before.take().or_else(|| by_id("main"))?.focus().ok()?;
        }
        _ => {
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
    let list = list_of(input)?;
    listbox::open(input, &list, false);
    // Nothing of earlier words can be chosen later.
    list.set_text_content(None);
    set_status(input, None)
}

/// Makes no option active and takes back how many there are: those shown are not yet those of the typed words.
pub fn deactivate(input: &Element) {
    let _ = input.remove_attribute("data-enter");
    if let Some(list) = list_of(input) {
        listbox::activate(input, &list, None);
    }
    let _ = set_status(input, None);
}

/// Tells a screen reader how many options there are.
fn set_status(input: &Element, status: Option<&str>) -> Option<()> {
    query_one(&form_of(input)?, "[aria-live]")?.set_text_content(status);
    Some(())
}

/// Whether the input is that of the palette, and the palette is open.
pub fn is_palette_open(input: &Element) -> bool {
    dialog_of(input).is_some_and(|dialog| dialog.open())
}

/// The URL that answers the options. `None` if there is nothing to search: the options are hidden then.
pub fn address(input: &HtmlInputElement) -> Option<String> {
    if input.value().trim().is_empty() && close(input).is_some() {
        return None;
    }
    let fields = url_encoded(field_pairs(form_of(input)?.unchecked_ref())?)?;
    Some(format!("{}&{fields}", recent::with_opened(input.get_attribute("data-options")?)))
}

fn form_of(input: &Element) -> Option<Element> {
    input.closest("form").ok()?
}

/// Shows the options of the fetched fragment, and says how many they are. Without a fragment the earlier ones are hidden; the palette sends
/// its form, as the page says what is wrong.
pub fn show(input: &HtmlInputElement, fragment: Option<Document>) {
    let shown = fragment.and_then(|fragment| fragment.body()).and_then(|fresh| {
        let list = list_of(input)?;
        let status = query_one(&fresh, "[data-status]")?.get_attribute("data-status")?;
        replace_children_from(&list, &fresh);
        set_status(input, Some(&status))?;
        let has_focus = document().active_element().is_some_and(|focused| focused.is_same_node(Some(input)));
        listbox::open(input, &list, has_focus || dialog_of(input).is_some());
        if let Some((at, option)) = listbox::active(&list) {
            listbox::activate(input, &list, Some(at));
            if input.has_attribute("data-enter") {
                option.click();
            }
        }
        Some(())
    });
    if shown.is_none()
        && close(input).is_none()
        && let Some(form) = form_of(input)
    {
        let _ = form.unchecked_into::<HtmlFormElement>().submit();
    }
}
