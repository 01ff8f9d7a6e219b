//! The search box in the top bar. On a phone a link leads to the page of results, which has a box of its own.

use crate::ui::icon;
use domain::{
    page::{ListQuery, QUERY_MAX},
    search::GlobalQuery,
};
use leptos::prelude::*;

/// The form.
pub fn search_form() -> impl IntoView {
    view! {
        <form method="get" action=GlobalQuery::PATH role="search" aria-label="Everything" class="relative hidden w-full max-w-md sm:block">
            {icon("search", "size-4 absolute top-2 left-2.5 text-muted-foreground")}
            <input type="search" name="q" aria-label="Search everything" placeholder="Search" maxlength=QUERY_MAX.to_string() autocomplete="off"
                class="h-8 w-full rounded-md border border-transparent bg-muted pr-8 pl-8 placeholder:text-muted-foreground focus:border-ring focus:bg-background"/>
        </form>
    }
}

/// The link on a phone.
pub fn search_link() -> impl IntoView {
    view! { <a class="btn sm:hidden" data-variant="ghost" data-size="icon-sm" href=GlobalQuery::PATH aria-label="Search">{icon("search", "size-4")}</a> }
}
