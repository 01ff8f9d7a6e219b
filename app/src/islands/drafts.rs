//! Drafts: the input of a form with `data-draft` is stored in the browser until the form is saved or discarded.
//!
//! A draft is found by user, workspace and form URL, and offered when the form is opened again. Restoring posts the draft to the
//! form's page as a lookup, which redisplays it as a refused form; so pickers, rows and changed records need no code here. The
//! notice of a saved form names the form, which removes its draft however the form was submitted. The start script of each page
//! (`assets::START`) removes a user's drafts at sign-out.
//!
//! The storage signals of leptos-use would add 11 kB (docs/adr/0007-leptos-use.md); a draft needs three calls.

use super::dom::{closest_target, field_pairs, listen, pairs, post_form, query_all, query_one, shown_to, url_encoded};
use domain::form_fields::is_helper;
use js_sys::{Date, Object, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, HtmlFormElement, Storage, UrlSearchParams};

/// The prefix of the storage keys of drafts.
const PREFIX: &str = "draft ";
/// The suffix of the storage key of an offered draft once the user types into its form.
const EARLIER: &str = " earlier";
/// The storage key of the user who signed out last, whose other tabs must store no more drafts.
const SIGNED_OUT: &str = "signed-out";
/// The property of a form element with the fields as opened.
const OPENED: &str = "openedFields";
/// The lifetime of a draft in milliseconds: 14 days.
const LIFETIME_MS: u64 = 14 * 24 * 60 * 60 * 1000;

/// The draft of a form.
struct Draft {
    key: String,
    /// The time of the last input, in milliseconds since 1970. Parsing and formatting fractions would add 29 kB of code.
    typed_at: u64,
    /// The fields, URL-encoded.
    fields: String,
}

/// Stores the input of this page's forms, and offers earlier drafts.
pub fn attach() {
    let _ = sign_in();
    let _ = remove_old();
    forget_saved();
    for name in ["input", "change"] {
        // A form that is being submitted needs no draft.
        listen(&document(), name, |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(form) = target.and_then(|target| target.closest("form[data-draft]:not([aria-busy])").ok()?) {
                let _ = keep(&form.unchecked_into());
            }
        });
    }
    // Discarding the refused form also removes the draft.
    listen(&document(), "submit", |event: Event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form.filter(|form| form.get_attribute("action").as_deref() == Some("/forms/discard"))
            && let Some(page) = query_one(&form, "[name=page]").and_then(|page| page.get_attribute("value"))
        {
            remove(&page);
        }
    });
    let forms = document().body().map(|body| query_all(&body, "form[data-draft]")).unwrap_or_default();
    for form in forms {
        let _ = offer(&form.unchecked_into());
    }
}

/// Removes the draft of the form named by the page's notice.
pub fn forget_saved() {
    let notice = document().query_selector("#toast [data-saved]").ok().flatten();
    if let Some(action) = notice.and_then(|notice| notice.get_attribute("data-saved")) {
        remove(&action);
    }
}

/// Removes the drafts of a form that was saved, or whose values another form has taken over.
pub fn remove_of(form: &HtmlFormElement) {
    if let Some(action) = form.get_attribute("action") {
        remove(&action);
    }
}

/// Removes the drafts of the form with this URL.
fn remove(action: &str) {
    if let (Some(storage), Some(key)) = (storage(), key(action)) {
        let _ = storage.remove_item(&key);
        let _ = storage.remove_item(&(key + EARLIER));
    }
}

/// Offers the draft of an opened form, unless the form shows the same values. `None` without a draft to offer.
pub fn offer(form: &HtmlFormElement) -> Option<()> {
    let key = key(&form.get_attribute("action")?)?;
    let opened = fields_of(form)?;
    Reflect::set(form, &OPENED.into(), &opened.as_str().into()).ok()?;
    let shown = comparable(&opened);
    let mut drafts = [key.clone(), key + EARLIER].into_iter().filter_map(Draft::find);
    let draft = drafts.find(|draft| comparable(&draft.fields) != shown)?;
    let panel = query_one(form, "[data-draft-offer]")?;
    for at in query_all(&panel, "[data-at]") {
        at.set_text_content(Some(&format_time(draft.typed_at)));
    }
    if let Some(changed) = query_one(&panel, "[data-changed]") {
        let version = |fields: &str| pairs_of(fields)?.into_iter().find(|(name, _)| name == "version");
        let at = changed.get_attribute("data-changed").and_then(|at| at.parse().ok()).map(format_time).unwrap_or_default();
        changed.set_text_content(Some(&format!("The record was saved since, {at}.")));
        changed.set_hidden(version(&draft.fields) == version(&opened));
    }
    panel.set_hidden(false);
    let has_listener = panel.has_attribute("data-key");
    let _ = panel.set_attribute("data-key", &draft.key);
    if !has_listener {
        add_answer_listener(form, panel);
    }
    Some(())
}

fn add_answer_listener(form: &HtmlFormElement, panel: HtmlElement) {
    let form = form.clone();
    listen(&panel.clone(), "click", move |event: Event| {
        let Some(draft) = panel.get_attribute("data-key").and_then(Draft::find) else { return };
        if closest_target(&event, "[data-restore]").is_some() {
            let _ = form.get_attribute("action").and_then(|action| restore(&action, &draft.fields));
        } else if closest_target(&event, "[data-discard]").is_some() {
            let _ = storage().and_then(|storage| storage.remove_item(&draft.key).ok());
            panel.set_hidden(true);
            // There may be an earlier draft.
            if offer(&form).is_none() {
                let _ = first_field(&form).map(|field| field.focus());
            }
        }
    });
}

fn first_field(form: &Element) -> Option<HtmlElement> {
    query_one(form, "input:not([type=hidden], [hidden] *), select, textarea")
}

/// Stores the form's current input; removes the draft if the input equals the opened form.
fn keep(form: &HtmlFormElement) -> Option<()> {
    let (storage, key) = (storage()?, key(&form.get_attribute("action")?)?);
    if storage.get_item(SIGNED_OUT).ok()? == Some(user()?) {
        return None;
    }
    // An offered draft is kept under another key.
    if query_one(form, "[data-draft-offer]:not([hidden])").is_some() && !form.has_attribute("data-typed") {
        let _ = form.set_attribute("data-typed", "");
        if let Some(offered) = storage.get_item(&key).ok()? {
            storage.set_item(&(key.clone() + EARLIER), &offered).ok()?;
        }
    }
    let fields = fields_of(form)?;
    if Reflect::get(form, &OPENED.into()).ok()?.as_string().as_ref() == Some(&fields) {
        return storage.remove_item(&key).ok();
    }
    storage.set_item(&key, &format!("{} {fields}", now())).ok()
}

/// Stores this user's drafts again after a sign-in.
fn sign_in() -> Option<()> {
    let (storage, user) = (storage()?, user()?);
    if storage.get_item(SIGNED_OUT).ok()? == Some(user) { storage.remove_item(SIGNED_OUT).ok() } else { None }
}

/// Removes the drafts of every user that are older than [`LIFETIME_MS`].
fn remove_old() -> Option<()> {
    let storage = storage()?;
    let keys = Object::keys(&storage);
    for key in keys.iter().filter_map(|key| key.as_string()).filter(|key| key.starts_with(PREFIX)) {
        if Draft::find(key.clone()).is_none_or(|draft| now().saturating_sub(draft.typed_at) > LIFETIME_MS) {
            let _ = storage.remove_item(&key);
        }
    }
    Some(())
}

/// Posts a draft to the form's page as a lookup, as the button `look` does.
fn restore(action: &str, fields: &str) -> Option<()> {
    let mut pairs = pairs_of(fields)?;
    pairs.push(("look".to_owned(), "1".to_owned()));
    post_form(action, pairs)
}

impl Draft {
    fn find(key: String) -> Option<Self> {
        let text = storage()?.get_item(&key).ok()??;
        let (typed_at, fields) = text.split_once(' ')?;
        Some(Self { key, typed_at: typed_at.parse().ok()?, fields: fields.to_owned() })
    }
}

/// The browser's local storage; `None` if the user has disabled it.
pub fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The storage key of a form: user, workspace and form URL.
fn key(action: &str) -> Option<String> {
    Some(format!("{PREFIX}{} {action}", shown_to(&document())?))
}

/// The user that the page was rendered for.
fn user() -> Option<String> {
    Some(shown_to(&document())?.split('.').next()?.to_owned())
}

/// The form's fields without lookup fields and `shown_to`.
fn fields_of(form: &HtmlFormElement) -> Option<String> {
    let mut pairs = field_pairs(form)?;
    pairs.retain(|(name, _)| !is_helper(name) && name != "shown_to");
    url_encoded(pairs)
}

fn pairs_of(fields: &str) -> Option<Vec<(String, String)>> {
    Some(pairs(UrlSearchParams::new_with_str(fields).ok()?.as_ref()))
}

/// The visible, non-empty fields, trimmed.
fn comparable(fields: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = pairs_of(fields)?;
    pairs.retain(|(name, value)| !["version", "form_key"].contains(&name.as_str()) && !value.trim().is_empty());
    pairs.iter_mut().for_each(|(_, value)| *value = value.trim().to_owned());
    Some(pairs)
}

fn now() -> u64 {
    Date::now() as u64
}

/// `at 10:32` or `on 24/11/2026 at 10:32`, in the browser's time zone.
fn format_time(at: u64) -> String {
    // `24/11/2026, 10:32:05`
    let local = |at: u64| String::from(Date::new(&(at as f64).into()).to_locale_string("en-GB", &JsValue::UNDEFINED));
    let (at, today) = (local(at), local(now()));
    let Some((day, time)) = at.split_once(',') else { return at };
    let time = time.get(1..6).unwrap_or_default();
    if today.starts_with(day) { format!("at {time}") } else { format!("on {day} at {time}") }
}
