//! The tabs of a list's views, and what can be done with the open one.

use super::{
    Opened,
    actions::{SaveView, SetDefaultView},
    pages::{new_view_url, url_of_view, view_icon},
};
use crate::{
    request::RequestContext,
    ui::{
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
        warning_line,
    },
};
use domain::record_kinds::RecordKind;
use leptos::{prelude::*, server_fn::ServerFn};
use store::views::SavedView;

/// The tabs: the list itself, which is always there, and its views. Above the list's search.
pub fn view_tabs(ctx: &RequestContext, opened: &Opened) -> Markup {
    let Opened { list, views, view, .. } = opened;
    let current = view.as_ref().map(|view| view.id);
    let tab = |href: String, is_current: bool, words: Markup| {
        view! { <a class="tab shrink-0" href=href aria-current=is_current.then_some("page")>{words}</a> }
    };
    let all = tab(format!("{}?view_id=all", list.path()), current.is_none(), "All".into_markup());
    let saved: Vec<_> = views
        .views
        .iter()
        .map(|view| {
            let own = (!view.is_shared).then(|| view! { <span class="sr-only">" (only you see it)"</span> });
            let words = view! { {view_icon(view.icon)}{view.name.clone()}{own} };
            tab(url_of_view(*list, view.id), current == Some(view.id), words.into_markup())
        })
        .collect();
    view! {
        <div class="view-tabs print:hidden" data-results id="view-tabs">
            <nav aria-label="Views" class="flex min-w-0 gap-4 overflow-x-auto">{all}{saved}</nav>
            {tools(ctx, opened)}
        </div>
        {opened.problem.map(|words| view! { <div class="-mt-2">{warning_line(words)}</div> })}
    }
    .into_markup()
}

/// Save, Save as new and Discard where the list differs from what the view keeps; else what can be done with the view.
fn tools(ctx: &RequestContext, opened: &Opened) -> Markup {
    let Opened { list, view, state, is_changed, .. } = opened;
    let save_as = |words: &'static str| {
        view! { <a class="btn" data-variant="ghost" data-size="sm" href=new_view_url(*list, state)>{icon("bookmark-plus", "size-4")} {words}</a> }
    };
    let tools = match (view, is_changed) {
        (None, true) => save_as("Save view").into_markup(),
        (None, false) => default_button(opened, None).into_markup(),
        (Some(view), true) => {
            let save = view.is_changed_by(&ctx.actor()).then(|| save_button(view, state));
            let discard = view! { <a class="btn" data-variant="ghost" data-size="sm" href=url_of_view(*list, view.id)>"Discard"</a> };
            view! { {save}{save_as("Save as new")}{discard} }.into_markup()
        }
        (Some(view), false) => {
            let edit = view.is_changed_by(&ctx.actor()).then(|| {
                view! { <a class="btn" data-variant="ghost" data-size="sm" href=format!("/views/{}/edit", view.id)>{icon("pencil", "size-4")} "Edit view"</a> }
            });
            view! { {default_button(opened, Some(view))}{edit} }.into_markup()
        }
    };
    view! { <div class="flex shrink-0 flex-wrap gap-1">{tools}</div> }.into_markup()
}

fn save_button(view: &SavedView, state: &str) -> Markup {
    view! {
        <form method="post" data-function=SaveView::PATH action=format!("/views/{}/save", view.id)>
            {shown_to()}
            <input type="hidden" name="state" value=state.to_owned()/>
            <input type="hidden" name="version" value=view.version.to_string()/>
            <button class="btn" data-variant="outline" data-size="sm">{icon("save", "size-4")} "Save view"</button>
        </form>
    }
    .into_markup()
}

/// The button that makes the list open with this view, or as it is; nothing where it does so already.
fn default_button(opened: &Opened, view: Option<&SavedView>) -> Option<Markup> {
    let wanted = view.map(|view| view.id);
    (opened.views.default != wanted).then(|| default_form(opened.list, wanted.map(|id| id.to_string()).unwrap_or_default()))
}

fn default_form(list: RecordKind, view: String) -> Markup {
    view! {
        <form method="post" data-function=SetDefaultView::PATH action="/views/default">
            {shown_to()}
            <input type="hidden" name="list" value=list.slug()/>
            <input type="hidden" name="view" value=view/>
            <button class="btn" data-variant="ghost" data-size="sm">{icon("pin", "size-4")} "Open with this"</button>
        </form>
    }
    .into_markup()
}
