//! The layout of the settings pages: heading and navigation.

use super::{account, members};
use crate::{
    request::{PageError, RequestContext},
    ui::{
        icon,
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{
    access::{Entity, Verb},
    audit_log::AuditQuery,
    bin::BinQuery,
    page::ListQuery,
};
use leptos::prelude::*;

/// A settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `/settings/profile`
    Profile,
    /// `/settings/preferences`
    Preferences,
    /// `/settings/email`
    Email,
    /// `/settings/password`
    Password,
    /// `/settings/sessions`
    Sessions,
    /// `/settings/tags`
    Tags,
    /// `/settings/members`
    Members,
    /// `/settings/workspace`
    Workspace,
    /// `/settings/bin`
    Bin,
    /// `/audit`
    AuditLog,
}

impl Setting {
    /// The pages of the user's own account, in navigation order.
    const OF_ACCOUNT: [Self; 5] = [Self::Profile, Self::Preferences, Self::Email, Self::Password, Self::Sessions];
    /// The pages of the workspace, in navigation order.
    const OF_WORKSPACE: [Self; 5] = [Self::Members, Self::Tags, Self::Workspace, Self::Bin, Self::AuditLog];

    fn link(self) -> (&'static str, &'static str, Markup) {
        match self {
            Self::Profile => ("Profile", account::PROFILE, icon("user", "size-4").into_markup()),
            Self::Preferences => ("Preferences", account::PREFERENCES, icon("sliders-horizontal", "size-4").into_markup()),
            Self::Email => ("Email", account::EMAIL, icon("mail", "size-4").into_markup()),
            Self::Password => ("Password", account::PASSWORD, icon("key-round", "size-4").into_markup()),
            Self::Sessions => ("Sessions", account::SESSIONS, icon("monitor-smartphone", "size-4").into_markup()),
            Self::Tags => ("Tags", "/settings/tags", icon("tag", "size-4").into_markup()),
            Self::Members => ("Members", members::PATH, icon("users", "size-4").into_markup()),
            Self::Workspace => ("Workspace", "/settings/workspace", icon("building", "size-4").into_markup()),
            Self::Bin => ("Bin", BinQuery::PATH, icon("trash-2", "size-4").into_markup()),
            Self::AuditLog => ("Audit log", AuditQuery::PATH, icon("scroll-text", "size-4").into_markup()),
        }
    }

    /// The permission that a user needs to see the page.
    const fn needs(self) -> (Verb, Entity) {
        match self {
            Self::Profile | Self::Preferences | Self::Email | Self::Password | Self::Sessions => (Verb::Read, Entity::Account),
            Self::Tags => (Verb::Read, Entity::Tag),
            Self::Members => (Verb::Read, Entity::Member),
            Self::Workspace => (Verb::Update, Entity::Workspace),
            Self::Bin => (Verb::Read, Entity::Company),
            Self::AuditLog => (Verb::Read, Entity::AuditLog),
        }
    }

    fn shows(self, ctx: &RequestContext) -> bool {
        let (verb, entity) = self.needs();
        ctx.may(verb, entity)
    }
}

/// `GET /settings`: redirects to the first page.
pub async fn index(_: RequestContext) -> Result<Response, PageError> {
    Ok(Redirect::to(account::PROFILE).into_response())
}

/// A settings page: `body` beside the navigation, below it on a narrow screen.
pub fn layout<B: IntoView>(ctx: &RequestContext, current: Setting, body: B) -> impl IntoView + use<B> {
    let account = links(ctx, "Your account", &Setting::OF_ACCOUNT, current);
    let workspace = links(ctx, "Workspace", &Setting::OF_WORKSPACE, current);
    view! {
        <div class="mx-auto grid w-full max-w-5xl items-start gap-x-8 gap-y-4 md:grid-cols-[11rem_minmax(0,1fr)]">
            <nav aria-label="Settings" class="flex min-w-0 flex-col gap-4 md:sticky md:top-19">{account}{workspace}</nav>
            <div class="flex min-w-0 flex-col gap-4">{body}</div>
        </div>
    }
}

fn links(ctx: &RequestContext, heading: &'static str, pages: &[Setting], current: Setting) -> impl IntoView + use<> {
    let links = pages
        .iter()
        .filter(|setting| setting.shows(ctx))
        .map(|setting| {
            let (label, href, sign) = setting.link();
            let on_it = if ctx.path() == href { "page" } else { "true" };
            view! { <li><a class="nav-item" href=href aria-current=(*setting == current).then_some(on_it)>{sign} {label}</a></li> }
        })
        .collect_view();
    view! {
        <div>
            <p class="mb-2 px-2 text-xs font-medium text-muted-foreground">{heading}</p>
            <ul class="flex gap-0.5 overflow-x-auto md:flex-col">{links}</ul>
        </div>
    }
}
