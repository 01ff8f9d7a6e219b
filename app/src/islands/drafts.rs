//! Drafts: what is typed into a form with `data-draft` is kept in this browser until it is saved or discarded.
//!
//! A draft is found again by user, workspace and the form's address, and offered when the form is opened again. Restoring it sends
//! it to the form's page to be shown there, as the page of a refused form: pickers, rows and a record that was changed since are
//! then right without code of their own. The start script of each page (`assets::WAKE`) removes a user's drafts at sign-out.
//!
//! leptos-use has a storage of signals. It is 11 kB more to download (docs/adr/0007-leptos-use.md); a draft needs three calls.

use super::dom::{all, field_pairs, listen, one};
use domain::form_fields::is_helper;
use js_sys::Date;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, Storage, UrlSearchParams};

/// What the keys of drafts begin with.
const PREFIX: &str = "draft ";
/// How long a draft is kept, in milliseconds: 14 days.
const KEPT_FOR: u64 = 14 * 24 * 60 * 60 * 1000;

/// What was typed into one form.
struct Draft {
    /// When, in milliseconds since 1970. Reading and writing fractions would take 29 kB of code.
    at: u64,
    /// The fields, as an address writes them.
    fields: String,
}

/// Keeps what is typed on this page, and offers what was typed before.
pub fn attach() {
    let _ = remove_old();
    for name in ["input", "change"] {
        listen(&document(), name, |event: Event| {
            let form = event.target().and_then(|target| target.dyn_into::<Element>().ok()?.closest("form[data-draft]").ok()?);
            if let Some(form) = form {
                let _ = keep(&form.unchecked_into());
            }
        });
    }
    // What the server is to forget of a form, this browser forgets too.
    listen(&document(), "submit", |event: Event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form.filter(|form| form.get_attribute("action").as_deref() == Some("/forms/discard"))
            && let Some(page) = one(&form, "[name=page]").and_then(|page| page.get_attribute("value"))
        {
            remove(&form, &page);
        }
    });
    let forms = document().body().map(|body| all(&body, "form[data-draft]")).unwrap_or_default();
    for form in forms {
        // None, or the same as the form has.
        let _ = offer(&form.unchecked_into());
    }
}

/// Forgets the draft of a form that was saved.
pub fn saved(form: &HtmlFormElement) {
    if let Some(action) = form.get_attribute("action") {
        remove(form, &action);
    }
}

/// Offers the draft of a form that was opened, if it says something else than the form does.
pub fn offer(form: &HtmlFormElement) -> Option<()> {
    let draft = Draft::of(form)?;
    if typed(&draft.fields)? == typed(&fields_of(form)?)? {
        return None;
    }
    let panel = one(form, "[data-draft-offer]")?;
    for at in all(&panel, "[data-at]") {
        at.set_text_content(Some(&in_words(draft.at)));
    }
    let version = UrlSearchParams::new_with_str(&draft.fields).ok()?.get("version").unwrap_or_default();
    let shown = one(form, "[name=version]").map(|field| field.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default();
    one(&panel, "[data-changed]")?.set_hidden(version == shown);
    panel.set_hidden(false);
    let (restored, fields) = (form.clone(), draft.fields);
    let (restoring, discarding) = (one(&panel, "[data-restore]")?, one(&panel, "[data-discard]")?);
    listen(&restoring, "click", move |_: Event| {
        let _ = restore(&restored, &fields);
    });
    let discarded = form.clone();
    listen(&discarding, "click", move |_: Event| {
        saved(&discarded);
        panel.set_hidden(true);
        let _ = first_field(&discarded).map(|field| field.focus());
    });
    Some(())
}

fn first_field(form: &Element) -> Option<HtmlElement> {
    one(form, "input:not([type=hidden], [hidden] *), select, textarea")
}

fn keep(form: &HtmlFormElement) -> Option<()> {
    let text = format!("{} {}", now(), fields_of(form)?);
    storage()?.set_item(&key(form, &form.get_attribute("action")?)?, &text).ok()
}

fn remove(form: &Element, action: &str) {
    if let (Some(storage), Some(key)) = (storage(), key(form, action)) {
        let _ = storage.remove_item(&key);
    }
}

/// Removes the drafts whose time is over, whoever's they are.
fn remove_old() -> Option<()> {
    let storage = storage()?;
    let keys: Vec<String> = (0..storage.length().ok()?).filter_map(|i| storage.key(i).ok()?).collect();
    for key in keys.into_iter().filter(|key| key.starts_with(PREFIX)) {
        let draft = storage.get_item(&key).ok().flatten().and_then(|text| Draft::read(&text));
        if draft.is_none_or(|draft| now().saturating_sub(draft.at) > KEPT_FOR) {
            let _ = storage.remove_item(&key);
        }
    }
    Some(())
}

/// Sends a draft to be shown on the form's page, as the button `look` does.
fn restore(form: &HtmlFormElement, fields: &str) -> Option<()> {
    let sent: HtmlFormElement = document().create_element("form").ok()?.unchecked_into();
    sent.set_method("post");
    sent.set_action(&form.get_attribute("action")?);
    let shown_to = one(form, "[name=shown_to]")?.get_attribute("value")?;
    let typed = UrlSearchParams::new_with_str(fields).ok()?;
    typed.append("shown_to", &shown_to);
    typed.append("look", "1");
    for pair in js_sys::Array::from(&typed).iter() {
        let pair = js_sys::Array::from(&pair);
        // Of an input, the browser would take the line breaks away.
        let field = document().create_element("textarea").ok()?;
        field.set_attribute("name", &pair.get(0).as_string()?).ok()?;
        field.set_text_content(pair.get(1).as_string().as_deref());
        sent.append_child(&field).ok()?;
    }
    sent.set_hidden(true);
    document().body()?.append_child(&sent).ok()?;
    sent.submit().ok()
}

impl Draft {
    fn of(form: &HtmlFormElement) -> Option<Self> {
        Self::read(&storage()?.get_item(&key(form, &form.get_attribute("action")?)?).ok()??)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, fields) = text.split_once(' ')?;
        Some(Self { at: at.parse().ok()?, fields: fields.to_owned() })
    }
}

fn now() -> u64 {
    Date::now() as u64
}

/// None where the user has forbidden the browser to keep anything.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// By user, workspace and address.
fn key(form: &Element, action: &str) -> Option<String> {
    let shown_to = one(form, "[name=shown_to]")?.get_attribute("value")?;
    Some(format!("{PREFIX}{shown_to} {action}"))
}

/// The fields that say something of the record, and its version.
fn fields_of(form: &HtmlFormElement) -> Option<String> {
    let fields = UrlSearchParams::new().ok()?;
    for (name, value) in field_pairs(form)? {
        if !is_helper(&name) && !["shown_to", "form_key"].contains(&name.as_str()) {
            fields.append(&name, &value);
        }
    }
    Some(fields.to_string().into())
}

/// What a person would see of the fields: without the version, and without what is empty.
fn typed(fields: &str) -> Option<String> {
    let fields = UrlSearchParams::new_with_str(fields).ok()?;
    let typed = UrlSearchParams::new().ok()?;
    for pair in js_sys::Array::from(&fields).iter() {
        let pair = js_sys::Array::from(&pair);
        let (name, value) = (pair.get(0).as_string()?, pair.get(1).as_string()?);
        if name != "version" && !value.trim().is_empty() {
            typed.append(&name, value.trim());
        }
    }
    Some(typed.to_string().into())
}

/// `at 10:32`, or `on 24/11/2026 at 10:32`, by the browser's clock.
fn in_words(at: u64) -> String {
    let day = |date: &Date| String::from(date.to_locale_date_string("en-GB", &JsValue::UNDEFINED));
    let (at, now) = (Date::new(&(at as f64).into()), Date::new_0());
    let time: String = at.to_locale_time_string("en-GB").into();
    let time = time.get(..5).unwrap_or_default();
    if day(&at) == day(&now) { format!("at {time}") } else { format!("on {} at {time}", day(&at)) }
}
