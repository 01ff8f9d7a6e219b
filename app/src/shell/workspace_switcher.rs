//! The switcher of workspaces: a button in the sidebar's head, and the menu that it opens.

use crate::{
    auth::SignedIn,
    ui::{icon, initial},
    workspaces::{PATH, switch_form},
};
use domain::workspaces::SWITCHER_MAX;
use leptos::prelude::*;

/// The button, with the name of the present workspace. `label_class`: the classes of the sidebar's texts.
pub fn switcher_button(who: &SignedIn, label_class: &'static str) -> impl IntoView + use<> {
    let workspace = who.workspace_name.clone();
    view! {
        <div class="flex h-13 shrink-0 items-center border-b border-sidebar-border px-2">
            <button
                class="flex min-w-0 flex-1 items-center gap-2.5 rounded-md px-1 py-1 text-left hover:bg-sidebar-accent"
                popovertarget="workspaces"
                title=workspace.clone()
            >
                <span class="grid size-7 shrink-0 place-items-center rounded-md bg-primary font-semibold text-primary-foreground" aria-hidden="true">
                    {initial(&workspace)}
                </span>
                <span class=format!("{label_class} font-medium")><span class="sr-only">"Workspace: "</span>{workspace.clone()}</span>
                <span class=label_class.replace("flex-1", "shrink-0")>{icon("chevrons-up-down", "size-4")}</span>
            </button>
        </div>
    }
}

/// The menu: the other workspaces, a search if there are more than it lists, and a new one.
pub fn switcher_menu(who: &SignedIn) -> impl IntoView + use<> {
    let others = who.other_workspaces.iter().take(SWITCHER_MAX);
    let others: Vec<_> = others
        .map(|other| {
            let button = view! {
                <button>
                    <span class="grid size-5 shrink-0 place-items-center rounded bg-muted text-xs font-medium" aria-hidden="true">{initial(&other.name)}</span>
                    <span class="truncate">{other.name.clone()}</span>
                </button>
            };
            switch_form(other.id, "", button)
        })
        .collect();
    let heading = (!others.is_empty()).then(|| view! { <p class="px-2 py-1.5 text-xs font-medium text-muted-foreground">"Switch to"</p> });
    let search = (who.other_workspaces.len() > SWITCHER_MAX).then(|| {
        view! {
            <form method="get" action=PATH role="search" aria-label="Workspaces" class="flex gap-1 p-1">
                <input class="input h-8 min-w-0 flex-1" type="search" name="q" aria-label="Search workspaces" placeholder="Search workspaces"/>
                <button class="btn" data-variant="outline" data-size="icon-sm" aria-label="Search">{icon("search", "size-4")}</button>
            </form>
        }
    });
    view! {
        <nav id="workspaces" aria-label="Workspaces" popover class="menu top-12 right-auto left-2 w-64 max-w-[calc(100vw-1rem)]">
            {heading}
            {others}
            {search}
            <hr/>
            <a href=PATH>{icon("building", "size-4")} "Your workspaces"</a>
            <a href=format!("{PATH}/new")>{icon("plus", "size-4")} "New workspace"</a>
        </nav>
    }
}
