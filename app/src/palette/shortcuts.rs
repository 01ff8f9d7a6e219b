//! `/shortcuts`: the keys that do something, for this user. With a script it opens in a dialog.

use super::PATH;
use crate::{
    request::{PageError, RequestContext},
    settings::account::PREFERENCES,
    shell,
    ui::{
        icon,
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::Response;
use domain::access::{Entity, Verb};
use leptos::prelude::*;

/// Keys, pressed one after the other, and what they do.
struct Shortcut {
    keys: Vec<String>,
    does: String,
}

impl Shortcut {
    fn new(keys: &[&str], does: impl Into<String>) -> Self {
        Self { keys: keys.iter().map(|key| (*key).to_owned()).collect(), does: does.into() }
    }
}

/// `GET /shortcuts`
pub async fn page(ctx: RequestContext) -> Result<Response, PageError> {
    let are_on = ctx.signed_in.preferences.shortcuts;
    let singles = are_on.then(|| section("Single keys, outside of fields", single_keys(&ctx)));
    let sentence = if are_on {
        "Single keys can be switched off in the "
    } else {
        "Shortcuts by single keys are switched off. Switch them on in the "
    };
    let body = view! {
        <div class="mx-auto flex w-full max-w-2xl flex-col gap-4">
            <div data-dialog="Keyboard shortcuts" class="shortcuts">
                <div class="flex items-center gap-2">
                    <h1 class="flex-1">"Keyboard shortcuts"</h1>
                    <form method="dialog"><button class="btn" data-variant="ghost" data-size="icon-sm" aria-label="Close">{icon("x", "size-4")}</button></form>
                </div>
                {section("Everywhere", with_modifiers())}
                {singles}
                <p class="text-muted-foreground">{sentence}<a class="underline" href=PREFERENCES>"preferences"</a>"."</p>
            </div>
            <noscript>
                <p class="text-muted-foreground">"Shortcuts need JavaScript, which is switched off in this browser. The page "<a class="underline" href=PATH>"Commands"</a>" has the same places and actions."</p>
            </noscript>
        </div>
    };
    shell::page(ctx, "Keyboard shortcuts", body).await
}

/// Those that need no setting, as nobody presses them by accident.
fn with_modifiers() -> Vec<Shortcut> {
    vec![
        Shortcut::new(&["Ctrl K"], "Commands (⌘ K on a Mac)"),
        Shortcut::new(&["Ctrl Enter"], "Save the form (⌘ Enter on a Mac)"),
        Shortcut::new(&["Esc"], "Close what is open"),
    ]
}

/// Those of single keys: what the user may not do has none.
fn single_keys(ctx: &RequestContext) -> Vec<Shortcut> {
    let site_map = &ctx.state.site_map;
    let after = |first: &str, path: &str| Some(vec![first.to_owned(), site_map.place_key(path)?.to_ascii_uppercase().to_string()]);
    let mut all = vec![Shortcut::new(&["/"], "Search"), Shortcut::new(&["?"], "This list")];
    if site_map.quick_action.is_some_and(|action| ctx.may(Verb::Create, action.creates)) {
        all.push(Shortcut::new(&["L"], "Log activity, of the record that is open"));
    }
    let new = site_map.new.iter().filter(|item| ctx.may(Verb::Create, item.creates));
    all.extend(new.filter_map(|item| {
        let own = item.key.map(|key| vec![key.to_uppercase()]);
        Some(Shortcut { keys: own.or_else(|| after("C", item.href))?, does: format!("New {}", item.label.to_lowercase()) })
    }));
    if ctx.may(Verb::Update, Entity::Task) {
        all.push(Shortcut::new(&["D"], "Done, of the task that is open"));
    }
    let places = site_map.nav.iter().filter(|item| ctx.may(Verb::Read, item.reads)).map(|item| (item.href, item.label));
    let places = places.chain([("/settings/profile", "Settings")]);
    all.extend(places.filter_map(|(href, label)| Some(Shortcut { keys: after("G", href)?, does: format!("Go to {label}") })));
    all
}

fn section(heading: &'static str, shortcuts: Vec<Shortcut>) -> Markup {
    let rows = shortcuts
        .into_iter()
        .map(|Shortcut { keys, does }| {
            let keys =
                keys.into_iter().enumerate().map(|(at, key)| view! { {(at > 0).then_some(" then ")}<kbd>{key}</kbd> }).collect_view();
            view! { <div><dt>{does}</dt><dd>{keys}</dd></div> }
        })
        .collect_view();
    view! { <section><h2>{heading}</h2><dl>{rows}</dl></section> }.into_markup()
}
