//! Submits forms with `data-function` by their server function, without leaving the page.
//!
//! - Refused: shows the messages at their fields; the input stays.
//! - Done: opens the next page, or updates the current one if that is the next page.
//! - Conflict, other user or removed record: submits the form without the script, because the server's page shows more than a
//!   message.

use crate::{
    islands::{
        dom::{by_id, closest_target, fetch, field_pairs, listen, query_all, query_one, replace_children_from, replace_parts, text},
        drafts, field_checks, picker,
    },
    server_functions::{
        ActionError, ActionOutcome,
        browser_json::FromJs,
        fetch_client::{FetchRequest, send_request},
    },
};
use domain::{form_fields::LIST_FIELDS, forms::FormErrors};
use js_sys::{Array, Function, JSON, Object, Reflect};
use leptos::{prelude::document, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlButtonElement, HtmlDialogElement, HtmlElement, HtmlFormElement, KeyboardEvent, SubmitEvent};

/// Replays the keys pressed before the islands were attached: see `assets::START`.
pub fn replay_keys() {
    let replay = web_sys::window().and_then(|window| Reflect::get(&window, &"replayKeys".into()).ok());
    if let Some(replay) = replay.and_then(|replay| replay.dyn_into::<Function>().ok()) {
        let _ = replay.call0(&JsValue::NULL);
    }
}

/// Listens on the document, so that forms inserted later are included.
pub fn attach() {
    listen(&document(), "submit", |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let button = event.submitter().and_then(|button| button.dyn_into::<HtmlButtonElement>().ok());
        let Some(form) = form.filter(|form| form.has_attribute("data-function") && !event.default_prevented()) else { return };
        // A button with `formaction` hands the input to another form, which stores its own draft, unless it names a function of its own.
        let leads_elsewhere =
            button.as_ref().is_some_and(|button| button.has_attribute("formaction") && !button.has_attribute("data-function"));
        if leads_elsewhere {
            drafts::remove_of(&form);
        }
        // The response to a lookup is a page.
        if leads_elsewhere || button.as_ref().is_some_and(|button| button.name() == "look") {
            return;
        }
        event.prevent_default();
        if !form.has_attribute("aria-busy") {
            spawn_local(send(form, button));
        }
    });
    // A page restored from the back/forward cache is not submitting any more.
    if let Some(window) = web_sys::window() {
        listen(&window, "pageshow", |_: Event| {
            let forms = document().body().map(|body| query_all(&body, "form[aria-busy]")).unwrap_or_default();
            forms.iter().for_each(|form| drop(form.remove_attribute("aria-busy")));
        });
    }
    listen(&document(), "keydown", |event: KeyboardEvent| {
        let sends = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
        if let (true, Some(form)) = (sends, closest_target(&event, "form[data-function]")) {
            event.prevent_default();
            let form: HtmlFormElement = form.unchecked_into();
            if let Some(button) = default_button(&form) {
                let _ = form.request_submit_with_submitter(Some(&button));
            }
        }
    });
}

/// The button that Ctrl+Enter presses: the focused one, else the only one, else the first without a name.
fn default_button(form: &HtmlFormElement) -> Option<HtmlElement> {
    let buttons = query_all(form, "button:not([type=button], [formaction], [name=look])");
    let focused = document().active_element();
    let has_focus = |button: &&HtmlElement| focused.as_ref() == Some(button.as_ref());
    let chooses_nothing = |button: &&HtmlElement| buttons.len() == 1 || !button.has_attribute("name");
    buttons.iter().find(has_focus).or_else(|| buttons.iter().find(chooses_nothing)).cloned()
}

async fn send(form: HtmlFormElement, button: Option<HtmlButtonElement>) {
    let _ = form.set_attribute("aria-busy", "true");
    clear_errors(&form);
    let stays_busy = match call(&form, button.as_ref()).await {
        Ok(outcome) => {
            drafts::remove_of(&form);
            apply_outcome(&form, &outcome).await
        }
        Err(ActionError::Invalid(errors)) => {
            show_errors(&form, &errors);
            false
        }
        Err(ActionError::Conflict | ActionError::OtherUser(_) | ActionError::Removed(_)) => {
            submit_without_script(&form, button.as_ref());
            true
        }
        Err(error) => {
            show_form_error(&form, &error);
            false
        }
    };
    if !stays_busy {
        let _ = form.remove_attribute("aria-busy");
    }
}

async fn call(form: &HtmlFormElement, button: Option<&HtmlButtonElement>) -> Result<ActionOutcome, ActionError> {
    let own = button.and_then(|button| button.get_attribute("data-function"));
    let path = own.or_else(|| form.get_attribute("data-function")).ok_or(ActionError::Unreachable)?;
    let body = arguments(form, button).ok_or(ActionError::Unreachable)?;
    let answer = send_request(FetchRequest::leaving_notice(path, body)).await.ok_or(ActionError::Unreachable)?;
    let value = JSON::parse(answer.text()).map_err(|_| ActionError::Unreachable)?;
    if !answer.is_ok() {
        return Err(ActionError::from_js(&value).unwrap_or(ActionError::Unavailable));
    }
    // The answer to a move contains its outcome in a field.
    let outcome = Reflect::get(&value, &"outcome".into()).ok().filter(JsValue::is_object).unwrap_or(value);
    ActionOutcome::from_js(&outcome).ok_or(ActionError::Unreachable)
}

/// The function's arguments as JSON: the id in the form's path as `id`, the fields as `form`.
fn arguments(form: &HtmlFormElement, button: Option<&HtmlButtonElement>) -> Option<String> {
    let fields = Object::new();
    for (name, value) in field_pairs(form)? {
        add(&fields, &name, &value.into())?;
    }
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        add(&fields, &button.name(), &button.value().into())?;
    }
    // `shown_to` goes into a header instead.
    Reflect::delete_property(&fields, &"shown_to".into()).ok()?;
    let arguments = Object::new();
    let action = button.and_then(|button| button.get_attribute("formaction")).or_else(|| form.get_attribute("action"))?;
    if let Some(id) = action.split(['/', '?']).find(|part| part.len() == 36) {
        Reflect::set(&arguments, &"id".into(), &id.into()).ok()?;
    }
    if Object::keys(&fields).length() > 0 {
        Reflect::set(&arguments, &"form".into(), &fields).ok()?;
    }
    JSON::stringify(&arguments).ok()?.as_string()
}

fn add(fields: &Object, name: &str, value: &JsValue) -> Option<()> {
    let key = JsValue::from_str(name);
    if !LIST_FIELDS.contains(&name) {
        return Reflect::set(fields, &key, value).ok().map(drop);
    }
    let list = Reflect::get(fields, &key).ok().filter(JsValue::is_object).map_or_else(Array::new, |list| Array::from(&list));
    list.push(value);
    Reflect::set(fields, &key, &list).ok().map(drop)
}

/// Goes to the next page or updates this one. Returns whether the form stays busy.
async fn apply_outcome(form: &HtmlFormElement, outcome: &ActionOutcome) -> bool {
    let Some(location) = document().location() else { return true };
    let current_path = location.pathname().unwrap_or_default();
    let dialog = form.closest("dialog").ok().flatten();
    // A record created in a dialog is offered as a link; the user stays on the page.
    let is_offered = outcome.open.is_some() && dialog.is_some();
    let is_current_page = outcome.to.split('?').next() == Some(current_path.as_str());
    // The board's elements are managed by its island.
    let has_live_island = document().query_selector("[data-live]").ok().flatten().is_some();
    if !is_offered && (!is_current_page || has_live_island) {
        let _ = location.set_href(&outcome.to);
        return true;
    }
    if let Some(dialog) = dialog {
        dialog.unchecked_into::<HtmlDialogElement>().close();
    }
    let shown = if is_offered { refresh_parts().await } else { refresh_page(&outcome.to).await };
    if shown.is_none() {
        let _ = location.set_href(&outcome.to);
    }
    true
}

/// Updates the elements with `data-fresh` and the toast from a fresh copy of the page.
async fn refresh_parts() -> Option<()> {
    let page = fetch(&document().location()?.href().ok()?).await?;
    replace_parts(&page, "[data-fresh], #toast");
    drafts::forget_saved();
    focus_main_if_lost();
    Some(())
}

/// Updates the page's content and the toast from the page at `to`.
async fn refresh_page(to: &str) -> Option<()> {
    // A URL without a query keeps the current tab and filter.
    let address = if to.contains('?') { to.to_owned() } else { document().location()?.href().ok()? };
    let page = fetch(&address).await?;
    let _ = web_sys::window()?.history().ok()?.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    document().set_title(&page.title());
    let typed = unsaved_elsewhere();
    for id in ["main", "toast"] {
        replace_children_from(&by_id::<Element>(id)?, &page.get_element_by_id(id)?);
    }
    for (selector, value) in typed {
        if let Some(field) = document().query_selector(&selector).ok().flatten() {
            let _ = Reflect::set(&field, &"value".into(), &value);
        }
    }
    field_checks::attach();
    picker::browser::attach();
    drafts::forget_saved();
    focus_main_if_lost();
    Some(())
}

/// Unsaved text in other forms of the page, with the selector of its field.
fn unsaved_elsewhere() -> Vec<(String, JsValue)> {
    const FIELDS: &str = "form:not([aria-busy]) :is(textarea, input:not([type=hidden], [type=checkbox], [type=radio]))[name]";
    let fields = by_id::<Element>("main").map(|main| query_all(&main, FIELDS)).unwrap_or_default();
    let typed = fields.into_iter().filter_map(|field| {
        let property = |name: &str| Reflect::get(&field, &name.into()).ok();
        let action = field.closest("form").ok()??.get_attribute("action")?;
        let selector = format!("form[action='{action}'] [name='{}']", field.get_attribute("name")?);
        let value = property("value")?;
        (Some(&value) != property("defaultValue").as_ref()).then_some((selector, value))
    });
    typed.collect()
}

/// The focused element may have been replaced.
fn focus_main_if_lost() {
    let lost = document().active_element().is_none_or(|focused| focused.tag_name() == "BODY");
    if let (true, Some(main)) = (lost, by_id::<HtmlElement>("main")) {
        let _ = main.focus();
    }
}

/// Submits the form without the script, including the pressed button.
fn submit_without_script(form: &HtmlFormElement, button: Option<&HtmlButtonElement>) {
    if let (Some(button), Ok(field)) = (button.filter(|button| !button.name().is_empty()), document().create_element("input")) {
        let _ = field.set_attribute("type", "hidden");
        let _ = field.set_attribute("name", &button.name());
        let _ = field.set_attribute("value", &button.value());
        let _ = form.append_child(&field);
    }
    let _ = form.submit();
}

fn clear_errors(form: &Element) {
    for line in query_all(form, "[id$='-error']") {
        line.set_text_content(None);
    }
    for field in query_all(form, "[aria-invalid]") {
        let _ = field.remove_attribute("aria-invalid");
    }
    // An alert rendered by the server stands before the form.
    for alert in document().body().map(|body| query_all(&body, "[data-fault]")).unwrap_or_default() {
        alert.remove();
    }
}

/// Shows each message at its field and in a summary with links, and focuses the first invalid field.
fn show_errors(form: &Element, errors: &FormErrors) {
    let mut first = None;
    let mut of_form = Vec::new();
    let mut lines = Vec::new();
    for error in errors.iter() {
        if error.field.is_empty() {
            of_form.push(error.message.clone());
            continue;
        }
        let field = field_of(form, &error.field);
        let shown = field.map_or_else(|| form.clone(), |field| field_checks::display_and_value(&field).0);
        if let Some(line) = query_one(form, &format!("#{}-error", if shown.has_attribute("id") { shown.id() } else { error.field.clone() }))
        {
            line.set_text_content(Some(&error.message));
        }
        let _ = shown.set_attribute("aria-invalid", "true");
        lines.push((format!("#{}", shown.id()), label(form, &shown), error.message.clone()));
        first = first.or(Some(shown));
    }
    match lines.len() {
        0 => {}
        1 => of_form.push("One field needs another look.".to_owned()),
        count => of_form.push(format!("{count} fields need another look.")),
    }
    if let Some(alert) = show_alert(form, &of_form.join(" ")) {
        for (href, label, message) in lines {
            add_summary_line(&alert, &href, &label, &message);
        }
    }
    if let Some(first) = first {
        let _ = first.unchecked_into::<HtmlElement>().focus();
    }
}

/// The input of an error's field: `metadata_name-2` is the second input of that name.
fn field_of(form: &Element, field: &str) -> Option<HtmlElement> {
    let of_list = field.rsplit_once('-').and_then(|(name, place)| Some((name, place.parse::<usize>().ok()?.checked_sub(1)?)));
    match of_list {
        Some((name, at)) if LIST_FIELDS.contains(&name) => query_all(form, &format!("[name={name}]")).into_iter().nth(at),
        _ => query_one(form, &format!("[name={field}], #{field}")),
    }
}

/// The label of a field.
fn label(form: &Element, shown: &Element) -> String {
    let group = shown.closest("fieldset").ok().flatten().and_then(|group| query_one(&group, "legend"));
    let label = group.or_else(|| query_one(form, &format!("label[for='{}']", shown.id())));
    label.map_or_else(
        || "Form".to_owned(),
        |label| {
            let text = text(&label);
            text.strip_suffix(" *").unwrap_or(&text).to_owned()
        },
    )
}

fn add_summary_line(alert: &Element, href: &str, label: &str, message: &str) {
    let (Ok(line), Ok(link)) = (document().create_element("p"), document().create_element("a")) else { return };
    let _ = link.set_attribute("href", href);
    link.set_class_name("underline");
    link.set_text_content(Some(label));
    let _ = line.append_child(&link);
    let _ = line.append_with_str_1(&format!(": {message}"));
    let _ = alert.append_child(&line);
}

/// Shows an error that belongs to no field. The input stays.
fn show_form_error(form: &Element, error: &ActionError) {
    let Some(alert) = show_alert(form, &error.to_string()) else { return };
    if *error != ActionError::SignedOut {
        return;
    }
    if let Ok(link) = document().create_element("a") {
        let _ = link.set_attribute("href", "/login");
        let _ = link.set_attribute("target", "_blank");
        link.set_class_name("ml-1 underline");
        link.set_text_content(Some("Sign in in a new tab"));
        let _ = alert.append_child(&link);
    }
}

/// Inserts and focuses an alert at the top of the form.
fn show_alert(form: &Element, message: &str) -> Option<HtmlElement> {
    let alert: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    for (name, value) in [
        ("role", "alert"),
        ("tabindex", "-1"),
        ("data-fault", ""),
        ("class", "m-5 rounded-lg border border-destructive/40 bg-destructive/5 p-3"),
    ] {
        let _ = alert.set_attribute(name, value);
    }
    alert.set_text_content(Some(message));
    let _ = form.prepend_with_node_1(&alert);
    let _ = alert.focus();
    Some(alert)
}
