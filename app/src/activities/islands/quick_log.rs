//! The quick log: a dialog over any page, opened by a link with `data-log` or the key L. The link leads to the whole form
//! where there is no script; what it is about stands in its address.

use crate::{
    action::ActionOutcome,
    activities::actions::create_activity,
    errors::ActionError,
    islands::{
        FormRules,
        dom::{all, around, by_id, fetch, listen, one, take_children},
        form_sender::browser::focus_main_if_lost,
        show_form,
    },
};
use domain::activities::ActivityForm;
use leptos::{prelude::document, task::spawn_local};
use web_sys::{Element, Event, FormData, HtmlDialogElement, HtmlElement, HtmlFormElement, KeyboardEvent, MouseEvent};

/// Listens on the page.
pub fn attach() {
    listen(&document(), "click", |event: MouseEvent| {
        let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if let (Some(link), false) = (around(&event, "a[data-log]"), elsewhere) {
            event.prevent_default();
            open(link);
        }
    });
    listen(&document(), "keydown", |event: KeyboardEvent| key(&event));
}

/// L opens the quick log, but not where one types.
fn key(event: &KeyboardEvent) {
    let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat());
    let typing = around(event, "input, textarea, select, [contenteditable], dialog").is_some();
    if !plain || typing || !event.key().eq_ignore_ascii_case("l") {
        return;
    }
    // The page's own link knows what the page is about; the one in the top bar is on every page.
    let link = document().body().and_then(|body| one(&body, "main a[data-log]").or_else(|| one(&body, "a[data-log]")));
    if let Some(link) = link {
        event.prevent_default();
        open(link);
    }
}

fn open(link: HtmlElement) {
    if by_id::<Element>("quick-log").is_some() || link.has_attribute("aria-busy") {
        return;
    }
    let _ = link.set_attribute("aria-busy", "true");
    spawn_local(async move {
        let href = link.get_attribute("href").unwrap_or_default();
        let about = href.split_once('?').map(|(_, about)| about).unwrap_or_default();
        let shown = show_form(&format!("/activities/quick?{about}"), "quick-log", FormRules::Activity).await;
        let _ = link.remove_attribute("aria-busy");
        match shown {
            Some((dialog, form)) => attach_to(dialog, form, href),
            None => go(&href),
        }
    });
}

fn go(href: &str) {
    let _ = document().location().map(|location| location.set_href(href));
}

fn attach_to(dialog: HtmlDialogElement, form: HtmlFormElement, href: String) {
    let typed = form.clone();
    listen(&form, "keydown", move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            let _ = typed.request_submit();
        }
    });
    let all_fields = form.clone();
    listen(&form, "click", move |event: MouseEvent| {
        if around(&event, "[data-all-fields]").is_some() {
            go(&whole_form(&all_fields).unwrap_or_else(|| href.clone()));
        }
    });
    let sent = form.clone();
    listen(&form, "submit", move |event: Event| {
        // The checks of the fields have listened before, and may have found something wrong.
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        let (form, dialog) = (sent.clone(), dialog.clone());
        if !form.has_attribute("aria-busy") {
            spawn_local(async move {
                let _ = form.set_attribute("aria-busy", "true");
                save(&form, &dialog).await;
                let _ = form.remove_attribute("aria-busy");
            });
        }
    });
}

async fn save(form: &HtmlFormElement, dialog: &HtmlDialogElement) {
    let Some(entry) = entry(form) else { return };
    match create_activity(entry).await {
        Ok(ActionOutcome { to, .. }) => {
            dialog.close();
            refresh().await;
            tell("Activity logged", &to);
        }
        Err(ActionError::Invalid(errors)) if errors.iter().any(|error| !error.field.is_empty()) => {
            for error in errors.iter().collect::<Vec<_>>().into_iter().rev() {
                // Whom it was with is typed in one field for both.
                let field = if error.field.ends_with("_id") { "whom" } else { &error.field };
                say(form, field, &error.message);
            }
        }
        Err(error) => refuse(form, &error),
    }
}

/// The fault is none of a field's.
fn refuse(form: &HtmlFormElement, error: &ActionError) {
    say(form, "subject", &error.to_string());
}

/// The activity that is typed.
fn entry(form: &HtmlFormElement) -> Option<ActivityForm> {
    let fields = FormData::new_with_form(form).ok()?;
    let text = |name: &str| fields.get(name).as_string().unwrap_or_default();
    let whom = text("whom");
    // The deal is that of the page, with those it was opened with.
    let of_deal = one(form, "[name=deal_id]").is_some_and(|deal| deal.get_attribute("data-with").as_deref() == Some(&whom));
    let deal_id = if of_deal { text("deal_id") } else { String::new() };
    let (company_id, contact_id) = match whom.split_once(':') {
        Some(("contact", id)) => (String::new(), id.to_owned()),
        Some((_, id)) => (id.to_owned(), String::new()),
        None => Default::default(),
    };
    Some(ActivityForm {
        form_key: text("form_key"),
        kind: text("type"),
        subject: text("subject"),
        company_id,
        contact_id,
        deal_id,
        ..ActivityForm::default()
    })
}

/// The address of the whole form with what was typed here.
fn whole_form(form: &HtmlFormElement) -> Option<String> {
    let ActivityForm { kind, subject, company_id, contact_id, deal_id, .. } = entry(form)?;
    let query = web_sys::UrlSearchParams::new().ok()?;
    query.append("type", &kind);
    query.append("subject", &subject);
    query.append("deal_id", &deal_id);
    query.append("company_id", &company_id);
    query.append("contact_id", &contact_id);
    Some(format!("/activities/new?{}", String::from(query.to_string())))
}

/// Brings the parts of the page that may show the new entry up to date.
async fn refresh() {
    let Some(body) = document().body() else { return };
    let parts = all(&body, "[data-fresh]");
    let Some(address) = document().location().and_then(|location| location.href().ok()).filter(|_| !parts.is_empty()) else { return };
    let Some(page) = fetch(&address).await else { return };
    for here in parts {
        if let Some(there) = page.get_element_by_id(&here.id()) {
            take_children(&here, &there);
        }
    }
    focus_main_if_lost();
}

/// Says in the status region what was done, with a way to it.
fn tell(words: &str, to: &str) {
    let (Some(region), Ok(line), Ok(link)) = (by_id::<Element>("toast"), document().create_element("p"), document().create_element("a"))
    else {
        return;
    };
    line.set_class_name("toast-body");
    line.set_text_content(Some(words));
    let _ = link.set_attribute("href", to);
    link.set_text_content(Some("Open"));
    let _ = line.append_child(&link);
    region.set_text_content(None);
    let _ = region.append_child(&line);
}

/// Says what is wrong with a field, and goes there.
fn say(form: &HtmlFormElement, field: &str, message: &str) {
    if let Some(line) = one(form, &format!("#{field}-error")) {
        line.set_text_content(Some(message));
    }
    if let Some(input) = one(form, &format!("#{field}")) {
        let _ = input.set_attribute("aria-invalid", "true");
        let _ = input.focus();
    }
}
