//! The browser in the few calls that the islands need.

use js_sys::Array;
use leptos::{
    ev::Custom,
    prelude::{Owner, document},
};
use leptos_use::{UseEventListenerOptions, use_event_listener_with_options};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, Event, EventTarget, FocusOptions, FormData, HtmlDialogElement, HtmlElement, HtmlFormElement, Response,
    SupportedType,
};

/// Listens until the reactive owner is cleaned up under which this is called: a dialog's when it closes (see [`while_open`]), any
/// other as long as the page lives.
///
/// One closure type serves all events. The code that the browser downloads has each of leptos-use's functions once for each type
/// that it is called with.
pub fn listen<E: JsCast + 'static>(target: &EventTarget, name: &'static str, handler: impl FnMut(E) + 'static) {
    listen_with(target, name, UseEventListenerOptions::default(), handler);
}

/// As [`listen`], before any element hears of the event, and with the right to prevent what the browser would do.
pub fn listen_capture<E: JsCast + 'static>(target: &EventTarget, name: &'static str, handler: impl FnMut(E) + 'static) {
    listen_with(target, name, UseEventListenerOptions::default().capture(true).passive(false), handler);
}

fn listen_with<E: JsCast + 'static>(
    target: &EventTarget,
    name: &'static str,
    options: UseEventListenerOptions,
    mut handler: impl FnMut(E) + 'static,
) {
    let handler: Box<dyn FnMut(Event)> = Box::new(move |event| handler(event.unchecked_into()));
    add_listener(target.clone(), name, options, handler);
}

fn add_listener(target: EventTarget, name: &'static str, options: UseEventListenerOptions, handler: Box<dyn FnMut(Event)>) {
    // The owner stops it, so the function that it gives back for that is not needed.
    let _ = use_event_listener_with_options(target, Custom::<Event>::new(name), handler, options);
}

/// Runs `attach`: what it listens to ends when the dialog closes.
pub fn while_open(dialog: &HtmlDialogElement, attach: impl FnOnce()) {
    let owner = Owner::new();
    let ends = owner.clone();
    owner.with(|| {
        attach();
        listen(dialog, "close", move |_: Event| ends.cleanup());
    });
}

/// The elements below `root` that match, in the order of the page.
pub fn query_all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else { return vec![] };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// The first of them.
pub fn query_one(root: &Element, selector: &str) -> Option<HtmlElement> {
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
pub fn closest_target(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// A form's fields, as it would send them.
pub fn field_pairs(form: &HtmlFormElement) -> Option<Vec<(String, String)>> {
    Some(pairs(FormData::new_with_form(form).ok()?.as_ref()))
}

/// What the browser iterates as pairs of texts, such as form data or the parameters of an address.
pub fn pairs(of: &JsValue) -> Vec<(String, String)> {
    let pair = |pair: JsValue| {
        let pair = Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    Array::from(of).iter().filter_map(pair).collect()
}

/// Tells whoever listens that an element's value was changed by a script.
pub fn dispatch_change(element: &Element) {
    if let Ok(event) = document().create_event("Event") {
        event.init_event_with_bubbles("change", true);
        let _ = element.dispatch_event(&event);
    }
}

/// Leaves the page as by a form of these fields, sent as the page's user.
pub fn post_form(action: &str, mut pairs: Vec<(String, String)>) -> Option<()> {
    pairs.push(("shown_to".to_owned(), shown_to(&document())?));
    let form: HtmlFormElement = document().create_element("form").ok()?.unchecked_into();
    form.set_attribute("method", "post").ok()?;
    form.set_attribute("action", action).ok()?;
    form.set_hidden(true);
    for (name, value) in pairs {
        // An input would lose its line breaks.
        let field = document().create_element("textarea").ok()?;
        field.set_attribute("name", &name).ok()?;
        field.set_text_content(Some(&value));
        form.append_child(&field).ok()?;
    }
    document().body()?.append_child(&form).ok()?;
    form.submit().ok()
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
pub fn focus_without_scroll(element: &HtmlElement) {
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
pub fn replace_children_from(here: &Element, there: &Element) {
    here.set_text_content(None);
    let children = there.child_nodes();
    for child in (0..children.length()).filter_map(|i| children.get(i)) {
        // Copies: an option taken out of its select leaves another one chosen there, which would come along as chosen.
        if let Ok(copy) = child.clone_node_with_deep(true) {
            let _ = here.append_child(&copy);
        }
    }
}
