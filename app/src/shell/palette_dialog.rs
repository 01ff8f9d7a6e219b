//! The dialog of the palette, closed, on every page: it opens at once, before the islands are loaded too, so nothing that is typed after
//! Ctrl+K is lost. Its options are fetched when it opens.

use crate::{
    request::SiteMap,
    ui::{icon, list::list_url, picker::default_submit_button},
};
use domain::{page::QUERY_MAX, palette::record_at};
use leptos::prelude::*;

/// The dialog: an input by the combobox pattern of the ARIA Authoring Practices, and its options. A script keeps the focus in the input; sent
/// without one, the form opens the page.
pub fn palette_dialog(site_map: &SiteMap, path: &str) -> impl IntoView + use<> {
    let source = list_url(site_map.palette, &[("part", "options".to_owned()), ("recent", String::new())]);
    view! {
        <dialog id="palette" class="dialog" data-size="lg" aria-label="Commands">
            <form role="search" aria-label="Commands" action=site_map.palette class="palette">
                {default_submit_button("Find")}
                {page_with_commands(site_map, path).map(|path| view! { <input type="hidden" name="from" value=path.to_owned()/> })}
                <div class="palette-box">
                    {icon("search", "size-4")}
                    <input name="q" type="text" role="combobox" autocomplete="off" autofocus enterkeyhint="go" aria-label="Find a record or command"
                        placeholder="Find a record or command" maxlength=QUERY_MAX.to_string() aria-autocomplete="list" aria-expanded="true"
                        aria-controls="palette-options" data-options=source/>
                    <button class="btn" data-variant="ghost" data-size="icon-sm" formmethod="dialog" tabindex="-1" aria-label="Close">{icon("x", "size-4")}</button>
                </div>
                <div id="palette-options" role="listbox" aria-label="Results"></div>
                <p aria-live="polite" class="sr-only"></p>
            </form>
        </dialog>
    }
}

/// The link to the palette's page. A script opens the dialog instead.
pub fn palette_link(site_map: &SiteMap, path: &str) -> impl IntoView + use<> {
    let from: Vec<_> = page_with_commands(site_map, path).map(|path| ("from", path.to_owned())).into_iter().collect();
    view! {
        <a href=list_url(site_map.palette, &from) data-opens-palette aria-keyshortcuts="Control+K Meta+K">{icon("command", "size-4")} "Commands" <kbd class="ml-auto" aria-hidden="true">"Ctrl K"</kbd></a>
    }
}

/// The path of the current page if the palette offers commands of it: those of a record or of a list.
fn page_with_commands<'a>(site_map: &SiteMap, path: &'a str) -> Option<&'a str> {
    let is_list = || site_map.commands.iter().any(|commands| path.strip_prefix('/') == Some(commands.kind.slug()));
    (record_at(path).is_some() || is_list()).then_some(path)
}
