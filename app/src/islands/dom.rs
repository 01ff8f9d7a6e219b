//! Browser calls that the islands share.

use js_sys::Array;
use leptos::{
    ev::Custom,
    prelude::{Owner, document},
    task::spawn_local,
};
use leptos_use::{UseEventListenerOptions, use_debounce_fn, use_event_listener_with_options};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, Event, EventTarget, FocusOptions, FormData, Headers, HtmlDialogElement, HtmlElement, HtmlFormElement,
    MouseEvent, RequestInit, Response, SupportedType, UrlSearchParams,
};

/// Time without a call after which a debounced function runs, in milliseconds.
const DEBOUNCE: f64 = 300.0;

/// Adds an event listener. It lives until the current reactive owner is cleaned up: in a dialog until the dialog closes (see
/// [`while_open`]), otherwise as long as the page.
///
/// All events share one closure type, because the WebAssembly contains one copy of a leptos-use function per type.
pub fn listen<E: JsCast + 'static>(target: &EventTarget, name: &'static str, handler: impl FnMut(E) + 'static) {
    listen_with(target, name, UseEventListenerOptions::default(), handler);
}

/// As [`listen`], in the capture phase and not passive, so that `prevent_default` works for touch events.
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
    // The reactive owner removes the listener, so the returned stop function is not needed.
    let _ = use_event_listener_with_options(target, Custom::<Event>::new(name), handler, options);
}

/// Returns a function that runs `run` once it has not been called for [`DEBOUNCE`]. All callers share one closure type, as in [`listen`].
pub fn debounce(run: Rc<dyn Fn()>) -> impl Fn() + Clone {
    let debounced = use_debounce_fn(move || run(), DEBOUNCE);
    move || drop(debounced())
}

/// Runs `attach` under an owner of its own. When the dialog closes, it is removed, and so are the listeners added by `attach`.
pub fn while_open(dialog: &HtmlDialogElement, attach: &dyn Fn()) {
    let owner = Owner::new();
    let (ends, closed) = (owner.clone(), dialog.clone());
    owner.with(|| {
        attach();
        listen(dialog, "close", move |_: Event| {
            closed.remove();
            ends.cleanup();
        });
    });
}

/// The descendants of `root` that match the selector, in document order.
pub fn query_all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else { return vec![] };
    (0..found.length()).filter_map(|i| found.get(i)?.dyn_into().ok()).collect()
}

/// The first descendant of `root` that matches the selector.
pub fn query_one(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// The element with this id; `None` if it has another type than `T`.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The value of the forms' hidden field `shown_to`: user and workspace that the page was rendered for.
pub fn shown_to(page: &Document) -> Option<String> {
    page.query_selector("input[name=shown_to]").ok()??.get_attribute("value")
}

/// The closest element that matches the selector, from the event's target upwards.
pub fn closest_target(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// The name-value pairs that the form would submit.
pub fn field_pairs(form: &HtmlFormElement) -> Option<Vec<(String, String)>> {
    Some(pairs(FormData::new_with_form(form).ok()?.as_ref()))
}

/// The pairs of strings in an iterable such as `FormData` or `URLSearchParams`.
pub fn pairs(of: &JsValue) -> Vec<(String, String)> {
    let pair = |pair: JsValue| {
        let pair = Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    Array::from(of).iter().filter_map(pair).collect()
}

/// The pairs, URL-encoded.
pub fn url_encoded(pairs: Vec<(String, String)>) -> Option<String> {
    let query = UrlSearchParams::new().ok()?;
    for (name, value) in pairs {
        query.append(&name, &value);
    }
    Some(query.to_string().into())
}

/// Dispatches a bubbling `change` event, which browsers omit when a script changes a value.
pub fn dispatch_change(element: &Element) {
    if let Ok(event) = document().create_event("Event") {
        event.init_event_with_bubbles("change", true);
        let _ = element.dispatch_event(&event);
    }
}

/// Leaves the page by posting a form with these fields and the page's `shown_to`.
pub fn post_form(action: &str, mut pairs: Vec<(String, String)>) -> Option<()> {
    pairs.push(("shown_to".to_owned(), shown_to(&document())?));
    let form: HtmlFormElement = document().create_element("form").ok()?.unchecked_into();
    form.set_attribute("method", "post").ok()?;
    form.set_attribute("action", action).ok()?;
    form.set_hidden(true);
    for (name, value) in pairs {
        // An `<input>` would drop line breaks.
        let field = document().create_element("textarea").ok()?;
        field.set_attribute("name", &name).ok()?;
        field.set_text_content(Some(&value));
        form.append_child(&field).ok()?;
    }
    document().body()?.append_child(&form).ok()?;
    form.submit().ok()
}

/// Whether a modifier key has the browser open a clicked link elsewhere, as in a new tab.
pub fn opens_elsewhere(event: &MouseEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()
}

/// Opens another page.
pub fn go_to(address: &str) {
    let _ = document().location().map(|location| location.set_href(address));
}

/// An element's trimmed text.
pub fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default().trim().to_owned()
}

/// An attribute's value, parsed; `None` if absent or invalid.
pub fn attribute<T: std::str::FromStr>(element: &Element, name: &str) -> Option<T> {
    element.get_attribute(name)?.parse().ok()
}

/// A CSS length in whole pixels. Formatting a fraction would add 29 kB of code.
pub fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i32)
}

/// Sets a property of an element's style. The content policy forbids `style` attributes but permits this call.
pub fn style(element: &HtmlElement, property: &str, value: &str) {
    let _ = element.style().set_property(property, value);
}

/// Focuses an element without scrolling.
pub fn focus_without_scroll(element: &HtmlElement) {
    let still = FocusOptions::new();
    still.set_prevent_scroll(true);
    let _ = element.focus_with_options(&still);
}

/// Fetches and parses a page or fragment of this server; `None` on any error, and if another tab has signed in as somebody else or
/// switched the workspace. Scripts in the page do not run.
pub async fn fetch(url: &str) -> Option<Document> {
    let window = web_sys::window()?;
    let options = RequestInit::new();
    if let Some(shown_to) = shown_to(&document()) {
        let headers = Headers::new().ok()?;
        headers.set("x-shown-to", &shown_to).ok()?;
        options.set_headers(&headers);
    }
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, &options)).await.ok()?.dyn_into().ok()?;
    // A redirect means the sign-in page of an ended session.
    if !response.ok() || response.redirected() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    DomParser::new().ok()?.parse_from_string(&text, SupportedType::TextHtml).ok()
}

/// Fetches as [`fetch`], then calls `then`. One future serves all callers: each type of future is another copy of the machinery to download.
pub fn fetch_then(url: String, then: impl FnOnce(Option<Document>) + 'static) {
    fetch_boxed(url, Box::new(then));
}

fn fetch_boxed(url: String, then: Box<dyn FnOnce(Option<Document>)>) {
    spawn_local(async move { then(fetch(&url).await) });
}

/// Fetches a page for a clicked link, which is busy meanwhile, and shows a part of it. Follows the link if `show` returns `None`.
pub fn fetch_for_link(link: HtmlElement, url: String, show: fn(&HtmlElement, &Document) -> Option<()>) {
    if link.has_attribute("aria-busy") {
        return;
    }
    let _ = link.set_attribute("aria-busy", "true");
    fetch_then(url, move |page| {
        let _ = link.remove_attribute("aria-busy");
        if page.and_then(|page| show(&link, &page)).is_none() {
            go_to(&link.get_attribute("href").unwrap_or_default());
        }
    });
}

/// Replaces the content of every element that matches the selector by that of the element with the same id in a fetched page. An element
/// that the page lacks stays.
pub fn replace_parts(page: &Document, selector: &str) {
    for part in document().body().map(|body| query_all(&body, selector)).unwrap_or_default() {
        if let Some(fresh) = page.get_element_by_id(&part.id()) {
            replace_children_from(&part, &fresh);
        }
    }
}

/// Replaces the children of `target` by copies of the children of `source`, which may belong to another document.
pub fn replace_children_from(target: &Element, source: &Element) {
    target.set_text_content(None);
    let children = source.child_nodes();
    for child in (0..children.length()).filter_map(|i| children.get(i)) {
        // Copies, because moving the selected option out of its select would select another option, which would then be copied as
        // selected.
        if let Ok(copy) = child.clone_node_with_deep(true) {
            let _ = target.append_child(&copy);
        }
    }
}
