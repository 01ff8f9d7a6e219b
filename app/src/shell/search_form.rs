//! The search box in the top bar. On a phone a link leads to the page of results, which has a box of its own.

use crate::ui::icon;
use domain::{
    page::{ListQuery, QUERY_MAX},
    search::GlobalQuery,
};
use leptos::prelude::*;

/// The form. With a script its hits hang below it while the user types. `shortcuts`: whether single keys do something.
pub fn search_form(shortcuts: bool) -> impl IntoView {
    let key = shortcuts.then_some("/");
    let hint = key.map(|key| view! { <kbd class="absolute top-1.5 right-2 peer-focus:hidden peer-not-placeholder-shown:hidden max-md:hidden" aria-hidden="true">{key}</kbd> });
    view! {
        <form method="get" action=GlobalQuery::PATH role="search" aria-label="Everything" class="relative hidden w-full max-w-md sm:block">
            {icon("search", "size-4 absolute top-2 left-2.5 text-muted-foreground")}
            <input type="text" name="q" role="combobox" aria-label="Search everything" placeholder="Search" maxlength=QUERY_MAX.to_string() autocomplete="off"
                enterkeyhint="search" aria-autocomplete="list" aria-expanded="false" aria-controls="search-options" data-options="/search/options?recent="
                aria-keyshortcuts=key
                class="peer h-8 w-full rounded-md border border-transparent bg-muted pr-8 pl-8 placeholder:text-muted-foreground focus:border-ring focus:bg-background"/>
            {hint}
            <div id="search-options" role="listbox" aria-label="Results" class="search-options" hidden></div>
            <p aria-live="polite" class="sr-only"></p>
        </form>
    }
}

/// The link on a phone. `shortcuts`: as of [`search_form`].
pub fn search_link(shortcuts: bool) -> impl IntoView {
    let key = shortcuts.then_some("/");
    view! { <a class="btn sm:hidden" data-variant="ghost" data-size="icon-sm" href=GlobalQuery::PATH aria-label="Search" aria-keyshortcuts=key>{icon("search", "size-4")}</a> }
}
