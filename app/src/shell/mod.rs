//! The document around every page: head, sidebar and top bar, or a single card.

mod account_page;
pub mod assets;
mod error_pages;
mod list_address;
mod palette_dialog;
mod search_form;
mod workspace_switcher;

pub use account_page::account_page;
pub use error_pages::{render_client_errors, render_error_pages};
pub use list_address::read_address;

use crate::{
    auth::SignedIn,
    islands::page_forms,
    request::{AppState, PageError, RequestContext, SiteMap, flash::Notice},
    ui::{
        avatar,
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup, html_of},
    },
};
use axum::response::{Html, IntoResponse, Response};
use domain::{
    access::{Actor, Verb},
    administration,
    audit_log::AuditQuery,
    page::ListQuery,
    preferences::{Preferences, Theme},
};
use http::header;
use hydration_context::SsrSharedContext;
use leptos::{either::Either, prelude::*};
use std::sync::Arc;

/// Placeholder of the islands' scripts in the head. User text can't contain it, because `<` is escaped.
const ISLANDS_PLACEHOLDER: &str = "<meta name=\"islands\">";

/// Renders a page in the shell, with the islands' scripts and the notice left by the previous request.
pub async fn page(ctx: RequestContext, title: &str, body: impl IntoView + 'static) -> Result<Response, PageError> {
    let notice = ctx.take_notice().await?;
    Ok(Html(app_page(&ctx, title, true, notice, body.into_markup())).into_response())
}

/// A page in the app's shell. Without `islands` it runs no script.
fn app_page(ctx: &RequestContext, title: &str, islands: bool, notice: Option<Notice>, body: Markup) -> String {
    let (site_map, user, path) = (&ctx.state.site_map, &ctx.signed_in, ctx.path());
    document(&ctx.state, title, islands.then_some(ctx.nonce()), Some(user.preferences), || {
        let content = view! {
            <div class="flex min-w-0 flex-col max-md:min-h-dvh">
                {top_bar(site_map, user, path).into_markup()}
                <main id="main" tabindex="-1" class="flex min-w-0 flex-1 flex-col gap-4 p-4 outline-none md:p-6">{body}</main>
            </div>
            {palette_dialog::palette_dialog(site_map, path).into_markup()}
            {toast(notice, path).into_markup()}
        }
        .into_markup();
        view! {
            <body class="min-h-dvh md:grid md:grid-cols-[3.25rem_minmax(0,1fr)] lg:grid-cols-[15rem_minmax(0,1fr)] lg:has-[#fold:checked]:grid-cols-[3.25rem_minmax(0,1fr)]">
                <a href="#main" class="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-background focus:p-2">
                    "Skip to content"
                </a>
                <aside aria-label="Sidebar" class="group/side sticky top-0 hidden h-dvh flex-col border-r border-sidebar-border bg-sidebar md:flex print:hidden">
                    {sidebar(site_map, user, path, true)}
                </aside>
                <aside id="nav" aria-label="Sidebar" popover class="fixed inset-y-0 left-0 m-0 h-dvh max-h-none w-72 flex-col border-r bg-sidebar text-foreground backdrop:bg-black/40 open:flex">
                    {sidebar(site_map, user, path, false)}
                </aside>
                {workspace_switcher::switcher_menu(user)}
                {if islands { Either::Left(page_forms(content)) } else { Either::Right(content) }}
            </body>
        }
    })
}

/// A page whose address holds a token: neither other sites nor logs of our own requests get it as `Referer`, which has the origin alone.
pub fn with_origin_alone(page: impl IntoResponse) -> Response {
    ([(header::REFERRER_POLICY, "strict-origin")], page).into_response()
}

/// A page of a single card, for an error.
pub fn card_page(state: &AppState, title: &str, card: impl IntoView + 'static) -> String {
    auth_page(state, title, None, card, ())
}

/// A page of a single card with a view below it, for sign-in and registration.
pub fn auth_page(
    state: &AppState,
    title: &str,
    nonce: Option<&str>,
    card: impl IntoView + 'static,
    below: impl IntoView + 'static,
) -> String {
    document(state, title, nonce, None, || {
        view! {
            <body class="grid min-h-dvh place-items-center bg-sidebar p-4">
                <main class="w-full max-w-sm">
                    <p class="mb-6 flex items-center justify-center gap-2.5">
                        <span class="grid size-8 place-items-center rounded-md bg-primary font-semibold text-primary-foreground" aria-hidden="true">"M"</span>
                        <span class="text-base font-semibold tracking-tight">"MiniCRM"</span>
                    </p>
                    <div class="panel p-6 shadow-xs sm:p-8">{card}</div>
                    {below}
                </main>
            </body>
        }
    })
}

/// The HTML of a page. `preferences`: those of the signed-in user, whose theme the document carries, so that nothing flashes.
fn document<V: IntoView>(
    state: &AppState,
    title: &str,
    nonce: Option<&str>,
    preferences: Option<Preferences>,
    body: impl FnOnce() -> V,
) -> String {
    let title = format!("{title} · MiniCRM");
    let theme = preferences.map(|preferences| preferences.theme).filter(|theme| *theme != Theme::System).map(Theme::slug);
    let no_shortcuts = preferences.is_some_and(|preferences| !preferences.shortcuts);
    let assets = Arc::clone(&state.assets);
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        html_of(view! {
            <html lang="en" data-theme=theme data-no-shortcuts=no_shortcuts>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <title>{title}</title>
                    {assets.fonts.iter().map(|font| view! { <link rel="preload" href=font.clone() r#as="font" r#type="font/woff2" crossorigin=""/> }).collect_view()}
                    <link rel="stylesheet" href=assets.style.clone()/>
                    <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                    <meta name="islands"/>
                </head>
                {body()}
            </html>
        })
    });
    owner.unset_with_forced_cleanup();
    let scripts = nonce.map(|nonce| assets.scripts(nonce)).unwrap_or_default();
    let (head, body) = html.split_once(ISLANDS_PLACEHOLDER).unwrap_or((&html, ""));
    ["<!DOCTYPE html>", head, &scripts, body].concat()
}

fn sidebar(site_map: &SiteMap, who: &SignedIn, path: &str, folds: bool) -> impl IntoView + use<> {
    // On a wide screen a check box folds the sidebar to its icons. A script keeps that with the account.
    let label_class = if folds { "flex-1 truncate max-lg:sr-only lg:group-has-[#fold:checked]/side:sr-only" } else { "flex-1 truncate" };
    let links = site_map
        .nav
        .iter()
        .filter(|item| who.actor().may(Verb::Read, item.reads))
        .map(|item| {
            let inside = path.strip_prefix(item.href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let current = inside.then_some(if path == item.href { "page" } else { "true" });
            view! {
                <a class="nav-item" href=item.href aria-current=current title=item.label data-key=go_key(site_map, item.href)>
                    {icon(item.icon, "size-4")} <span class=label_class>{item.label}</span>
                </a>
            }
        })
        .collect_view();
    // The audit log stands among the settings, at an address of its own.
    let on_settings = ["/settings", AuditQuery::PATH].iter().any(|start| path.starts_with(start)).then_some("true");
    let (folded, fold_sidebar) = (who.sidebar_folded, site_map.fold_sidebar);
    // Browsers that restore the fields of a reloaded page would show what it was before.
    let fold = folds.then(|| {
        view! {
            <label class="nav-item cursor-pointer has-focus-visible:outline-2 has-focus-visible:outline-ring max-lg:hidden" title="Collapse sidebar">
                <input id="fold" type="checkbox" class="sr-only" aria-label="Collapse sidebar" checked=folded autocomplete="off" data-function=fold_sidebar/>
                {icon("panel-left", "size-4")}
                <span class=label_class aria-hidden="true">"Collapse"</span>
            </label>
        }
    });
    view! {
        {workspace_switcher::switcher_button(who, label_class)}
        <nav class="flex flex-1 flex-col gap-0.5 p-2" aria-label="Main">{links}</nav>
        <div class="flex flex-col gap-0.5 border-t border-sidebar-border p-2">
            <a class="nav-item" href="/settings/profile" aria-current=on_settings title="Settings" data-key=go_key(site_map, "/settings")>{icon("settings", "size-4")} <span class=label_class>"Settings"</span></a>
            {fold}
        </div>
    }
}

/// The value of `data-key` of a link to a place: G, then the letter of the place.
fn go_key(site_map: &SiteMap, path: &str) -> Option<String> {
    site_map.place_key(path).map(|key| format!("g {key}"))
}

fn top_bar(site_map: &SiteMap, who: &SignedIn, path: &str) -> impl IntoView + use<> {
    let quick_action = site_map.quick_action.filter(|action| who.actor().may(Verb::Create, action.creates));
    view! {
        <header class="sticky top-0 z-20 flex h-13 items-center gap-2 border-b bg-background/95 px-3 backdrop-blur md:px-5 print:hidden">
            <button class="btn md:hidden" data-variant="ghost" data-size="icon-sm" popovertarget="nav" aria-label="Menu">{icon("menu", "size-4")}</button>
            {search_form::search_form(who.preferences.shortcuts)}
            <div class="flex-1"></div>
            {search_form::search_link(who.preferences.shortcuts)}
            {quick_action.map(|action| (action.link)(who.preferences.shortcuts))}
            {quick_add(site_map, who.actor())}
            <button class="rounded-full" popovertarget="account">
                <span class="sr-only">{format!("Account of {}", who.user_name)}</span>
                {avatar(&who.user_name, "size-8 text-xs")}
            </button>
            <div id="account" popover class="menu fixed top-12 right-3 left-auto m-0 w-64 md:right-5">
                <div class="border-b px-2 py-2">
                    <p class="truncate font-medium">{who.user_name.clone()}</p>
                    <p class="truncate text-xs text-muted-foreground">{who.email.clone()}</p>
                </div>
                <a href="/settings/profile" class="mt-1">{icon("settings", "size-4")} "Your settings"</a>
                {keyboard_links(site_map, who.preferences.shortcuts, path)}
                {who.is_platform_admin.then(|| view! { <a href=administration::PATH>{icon("server-cog", "size-4")} "Administration"</a> })}
                <form method="post" action="/logout">{shown_to()}<button>{icon("log-out", "size-4")} "Sign out"</button></form>
            </div>
        </header>
    }
}

/// The links to the palette and to the list of shortcuts. A script opens them in dialogs. `path`: the path of the current page, whose
/// commands the palette offers.
fn keyboard_links(site_map: &SiteMap, shortcuts: bool, path: &str) -> impl IntoView + use<> {
    let list_key = shortcuts.then_some("?");
    view! {
        {palette_dialog::palette_link(site_map, path)}
        <a href=site_map.shortcuts data-show=site_map.shortcuts data-key=list_key aria-keyshortcuts=list_key>{icon("keyboard", "size-4")} "Keyboard shortcuts"</a>
    }
}

fn quick_add(site_map: &SiteMap, actor: Actor) -> Option<impl IntoView + use<>> {
    let items: Vec<_> = site_map
        .new
        .iter()
        .filter(|item| actor.may(Verb::Create, item.creates))
        .map(|item| {
            let of_place = || site_map.place_key(item.href).map(|key| format!("c {key}"));
            let key = item.key.map(str::to_owned).or_else(of_place);
            view! { <a href=item.href data-form-dialog=item.form data-key=key>{icon(item.icon, "size-4")} {item.label}</a> }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <button class="btn" data-size="sm" popovertarget="add" aria-label="New" data-key="c">
                {icon("plus", "size-4")} <span class="hidden sm:inline">"New"</span>
            </button>
            <div id="add" popover class="menu fixed top-12 right-16 left-auto m-0">{items}</div>
        }
    })
}

/// The status region with the notice. Always rendered: screen readers announce only changes of an existing live region. `path`: the
/// path of the current page, to which the notice shows no link.
fn toast(notice: Option<Notice>, path: &str) -> impl IntoView + use<> {
    let notice = notice.map(|Notice { text, undo, open, form }| {
        let open = open.filter(|open| open != path).map(|open| view! { <a href=open>"Open"</a> });
        let undo = undo.map(|path| view! { <form method="post" action=path>{shown_to()}<button>"Undo"</button></form> });
        view! { <div class="toast-body" data-saved=form>{icon("check", "size-4 text-primary")} <span>{text}</span>{undo}{open}</div> }
    });
    view! {
        <div id="toast" class="toast" role="status">
            {notice}
        </div>
    }
}
