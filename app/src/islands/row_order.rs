//! Ordering the rows of a list by dragging: `[data-order] > li`, each with its place in `data-place` and a hidden button that moves it.
//! The buttons of a row do the same without a script and by the keyboard.

use crate::islands::dom::{closest_target, listen, query_one};
use leptos::prelude::document;
use web_sys::{Event, HtmlElement};

const ROW: &str = "[data-order]>li";

/// Listens on the document. The dragged row has the focus since the pointer went down on it.
pub fn attach() {
    listen(&document(), "dragover", |event: Event| {
        if closest_target(&event, ROW).is_some() {
            event.prevent_default();
        }
    });
    listen(&document(), "drop", |event: Event| {
        let _ = dropped(&event);
    });
}

fn dropped(event: &Event) -> Option<()> {
    let place = closest_target(event, ROW)?.get_attribute("data-place")?;
    let row = document().active_element()?.closest(ROW).ok()??;
    event.prevent_default();
    let button: HtmlElement = query_one(&row, "[hidden]")?;
    button.set_attribute("value", &place).ok()?;
    button.click();
    Some(())
}
