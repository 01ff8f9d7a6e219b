//! Pages of `/admin`.

mod diagnostics;
mod jobs;
mod log;
mod new_workspace;
mod registration;
mod suspend;
mod user;
mod user_questions;
mod users;
mod workspaces;

pub use diagnostics::page as diagnostics;
pub use jobs::{jobs, mail, of_mail_button};
pub use log::page as log;
pub use new_workspace::page as new_workspace;
pub use registration::page as registration;
pub use suspend::page as suspend;
pub use user::{of_user_button, page as user, reset_link};
pub use user_questions::{disable, make_admin, revoke_admin};
pub use users::page as users;
pub use workspaces::page as workspaces;

use crate::{
    request::{AccountContext, PageError},
    ui::{
        error_summary::error_summary,
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
        times,
    },
};
use axum::response::{IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use domain::{
    administration::{UsersQuery, WorkspacesQuery},
    forms::FormErrors,
    ids::UserId,
    page::ListQuery,
    workspaces::DEFAULT_TIME_ZONE,
};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The path of the setting of who may register.
pub const REGISTRATION: &str = "/admin/registration";
/// The path of the jobs.
pub const JOBS: &str = "/admin/jobs";
/// The path of the outbox.
pub const MAIL: &str = "/admin/mail";
const LOG: &str = "/admin/log";
const DIAGNOSTICS: &str = "/admin/diagnostics";

/// What the operator has set can't be changed here.
pub const REGISTRATION_IS_SET: &str = "REGISTRATION is set where the server is started, and wins. Change it there";

/// The pages, in the order of the navigation.
const TABS: [(&str, &str); 7] = [
    ("Workspaces", WorkspacesQuery::PATH),
    ("Users", UsersQuery::PATH),
    ("Registration", REGISTRATION),
    ("Jobs", JOBS),
    ("Mail", MAIL),
    ("Log", LOG),
    ("Diagnostics", DIAGNOSTICS),
];

/// `GET /admin`: redirects to the first page.
pub async fn index(_: AccountContext) -> Result<Response, PageError> {
    Ok(Redirect::to(WorkspacesQuery::PATH).into_response())
}

/// The path of the page about a user.
pub fn user_path(id: UserId) -> String {
    format!("{}/{id}", UsersQuery::PATH)
}

/// A page: `body` below the navigation. `current`: the path of the page's tab.
fn layout(current: &str, body: impl IntoView) -> Markup {
    let tabs = TABS
        .map(|(label, href)| view! { <a href=href class="tab shrink-0" aria-current=(href == current).then_some("page")>{label}</a> })
        .collect_view();
    view! {
        <nav class="flex gap-5 overflow-x-auto border-b" aria-label="Administration">{tabs}</nav>
        {body}
    }
    .into_markup()
}

/// A heading, a sentence about the page, and what stands beside them.
fn head(title: &'static str, about: &'static str, action: Markup) -> impl IntoView + use<> {
    view! {
        <div class="flex flex-wrap items-start gap-2">
            <div class="min-w-0 flex-1 basis-64"><h1>{title}</h1><p class="mt-1 text-muted-foreground">{about}</p></div>
            {action}
        </div>
    }
}

/// The zone that times are shown in: the workspace's, without one the user's.
fn zone(ctx: &AccountContext) -> Tz {
    let of_user = || ctx.user.preferences.time_zone.map_or(DEFAULT_TIME_ZONE, |zone| zone.name());
    times::zone(ctx.signed_in.as_ref().map_or_else(of_user, |signed_in| &signed_in.time_zone))
}

/// The errors of a form of buttons alone.
async fn errors_of_button(ctx: &AccountContext) -> Result<FormErrors, PageError> {
    Ok(ctx.form(Map::<String, Value>::new).await?.errors)
}

/// A question before a change that hurts.
struct Question {
    title: String,
    consequence: String,
    /// The path that the form is posted to.
    action: String,
    verb: &'static str,
    /// The path of the page that "Cancel" leads to.
    cancel: String,
}

fn question(question: Question, errors: &FormErrors) -> Markup {
    let Question { title, consequence, action, verb, cancel } = question;
    view! {
        <div class="mx-auto w-full max-w-lg not-empty:mb-4">{error_summary(errors, &[])}</div>
        <div class="panel mx-auto w-full max-w-lg">
            <div class="flex gap-3 p-5">
                <span class="grid size-9 shrink-0 place-items-center rounded-full bg-destructive/10 text-destructive">{icon("triangle-alert", "size-4")}</span>
                <div class="min-w-0"><h1 class="break-words">{title}</h1><p class="mt-1 break-words text-muted-foreground">{consequence}</p></div>
            </div>
            <form method="post" action=action class="flex items-center justify-end gap-2 border-t px-5 py-3">
                {shown_to()}
                <a class="btn" data-variant="ghost" data-size="sm" href=cancel>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">{verb}</button>
            </form>
        </div>
    }
    .into_markup()
}

/// A form of one button.
fn button_form(action: String, verb: &'static str, label: String) -> Markup {
    view! {
        <form method="post" action=action>
            {shown_to()}
            <button class="btn" data-variant="outline" data-size="sm" aria-label=label>{verb}</button>
        </form>
    }
    .into_markup()
}
