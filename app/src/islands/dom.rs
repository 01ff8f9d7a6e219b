//! The browser in the few calls that the islands need.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, closure::Closure, convert::FromWasmAbi};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AddEventListenerOptions, Document, DomParser, Element, Event, EventTarget, FocusOptions, HtmlElement, Response, SupportedType,
};

/// Listens as long as the page lives.
pub fn listen<E: FromWasmAbi + 'static>(target: &EventTarget, name: &str, handler: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(E)>::new(handler);
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// As [`listen`], before any element hears of it, and with the right to prevent what the browser would do.
pub fn listen_first<E: FromWasmAbi + 'static>(target: &EventTarget, name: &str, handler: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(E)>::new(handler);
    let options = AddEventListenerOptions::new();
    options.set_capture(true);
    options.set_passive(false);
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(name, closure.as_ref().unchecked_ref(), &options);
    closure.forget();
}

/// The elements below `root` that match, in the order of the page.
pub fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else { return vec![] };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// The first of them.
pub fn one(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// The element of this id and kind.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// To whom a page was shown, as its forms say.
pub fn shown_to(page: &Document) -> Option<String> {
    page.query_selector("input[name=shown_to]").ok()??.get_attribute("value")
}

/// The nearest element around an event's target that matches.
pub fn around(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// An element's text, without the space around it.
pub fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default().trim().to_owned()
}

/// An attribute's value as something else.
pub fn attribute<T: std::str::FromStr>(element: &Element, name: &str) -> Option<T> {
    element.get_attribute(name)?.parse().ok()
}

/// A length for a style. In whole pixels: writing fractions out takes code that the browser would have to download.
pub fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i32)
}

/// Sets one property of an element's style. The page's policy forbids style attributes, not this.
pub fn style(element: &HtmlElement, property: &str, value: &str) {
    let _ = element.style().set_property(property, value);
}

/// Gives an element the focus without scrolling to it.
pub fn focus_still(element: &HtmlElement) {
    let still = FocusOptions::new();
    still.set_prevent_scroll(true);
    let _ = element.focus_with_options(&still);
}

/// One of our own pages, or a part of one, if the server answers with it. Parsed only: nothing in it runs.
pub async fn fetch(url: &str) -> Option<Document> {
    let window = web_sys::window()?;
    let response: Response = JsFuture::from(window.fetch_with_str(url)).await.ok()?.dyn_into().ok()?;
    // Whoever is signed out meanwhile gets the sign-in page: that is not what was asked for.
    if !response.ok() || response.redirected() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
}

/// Gives `here` what is in `there`, of another document, in place of what it has.
pub fn take_children(here: &Element, there: &Element) {
    here.set_text_content(None);
    let children = there.child_nodes();
    for child in (0..children.length()).filter_map(|i| children.get(i)) {
        // Copies: an option taken out of its select leaves another one chosen there, which would come along as chosen.
        if let Ok(copy) = child.clone_node_with_deep(true) {
            let _ = here.append_child(&copy);
        }
    }
}
