//! The list of options below a combobox, by the combobox pattern of the ARIA Authoring Practices: the input keeps the focus, and one option
//! is active. The state stands in the attributes, so nothing is kept here.

use super::dom::query_all;
use web_sys::{Element, HtmlElement};

/// The options that can be chosen.
fn options(list: &Element) -> Vec<HtmlElement> {
    query_all(list, "[role=option]:not([aria-disabled])")
}

/// The active option and its index; `None` if none is.
pub fn active(list: &Element) -> Option<(usize, HtmlElement)> {
    options(list).into_iter().enumerate().find(|(_, option)| option.get_attribute("aria-selected").as_deref() == Some("true"))
}

/// Shows or hides the list.
pub fn open(input: &Element, list: &HtmlElement, open: bool) {
    list.set_hidden(!open);
    let _ = input.set_attribute("aria-expanded", if open { "true" } else { "false" });
    if !open {
        activate(input, list, None);
    }
}

/// Makes the option at this index the active one.
pub fn activate(input: &Element, list: &Element, index: Option<usize>) {
    let _ = input.remove_attribute("aria-activedescendant");
    for (at, option) in options(list).iter().enumerate() {
        let is_active = index == Some(at);
        let _ = option.set_attribute("aria-selected", if is_active { "true" } else { "false" });
        if is_active {
            let _ = input.set_attribute("aria-activedescendant", &option.id());
            option.scroll_into_view_with_bool(false);
        }
    }
}

/// Moves to the next, previous, first or last option. Returns whether the key does that: none does without options, and Home and End move
/// the caret while no option is active.
pub fn move_by_key(input: &Element, list: &Element, key: &str) -> bool {
    let Some(last) = options(list).len().checked_sub(1) else { return false };
    let next = match (key, active(list).map(|(at, _)| at)) {
        ("ArrowDown", at) => at.filter(|at| *at != last).map_or(0, |at| at + 1),
        ("ArrowUp", at) => at.and_then(|at| at.checked_sub(1)).unwrap_or(last),
        ("Home", Some(_)) => 0,
        ("End", Some(_)) => last,
        _ => return false,
    };
    activate(input, list, Some(next));
    true
}
