//! The layout of the settings pages: heading and navigation.

use super::{account, members};
use crate::today::RULES;
use crate::{
    request::{PageError, RequestContext, SettingsItem},
    ui::icon,
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
    /// `/settings/stages`
    Stages,
    /// `/settings/deal-lists`
    DealLists,
    /// `/settings/tags`
    Tags,
    /// `/settings/members`
    Members,
    /// `/settings/workspace`
    Workspace,
    /// `/settings/next-actions`
    NextActions,
    /// `/settings/bin`
    Bin,
    /// `/audit`
    AuditLog,
}

impl Setting {
    /// The pages of the user's own account, in navigation order.
    const OF_ACCOUNT: [Self; 5] = [Self::Profile, Self::Preferences, Self::Email, Self::Password, Self::Sessions];
    /// The pages of the workspace, in navigation order.
    const OF_WORKSPACE: [Self; 8] =
        [Self::Members, Self::Stages, Self::DealLists, Self::Tags, Self::Workspace, Self::NextActions, Self::Bin, Self::AuditLog];

    /// The pages in navigation order.
    pub fn all() -> Vec<SettingsItem> {
        Self::OF_ACCOUNT.into_iter().chain(Self::OF_WORKSPACE).map(Self::item).collect()
    }

    /// The page's link.
    const fn item(self) -> SettingsItem {
        use Entity::{Account, AuditLog, Company, Member, Stage, Tag, Workspace};
        use Verb::{Read, Update};
        match self {
            Self::Profile => SettingsItem { label: "Profile", href: account::PROFILE, icon: "user", needs: (Read, Account) },
            Self::Preferences => {
                SettingsItem { label: "Preferences", href: account::PREFERENCES, icon: "sliders-horizontal", needs: (Read, Account) }
            }
            Self::Email => SettingsItem { label: "Email", href: account::EMAIL, icon: "mail", needs: (Read, Account) },
            Self::Password => SettingsItem { label: "Password", href: account::PASSWORD, icon: "key-round", needs: (Read, Account) },
            Self::Sessions => {
                SettingsItem { label: "Sessions", href: account::SESSIONS, icon: "monitor-smartphone", needs: (Read, Account) }
            }
            Self::Stages => SettingsItem { label: "Stages", href: "/settings/stages", icon: "square-kanban", needs: (Update, Stage) },
            Self::DealLists => SettingsItem { label: "Deal lists", href: "/settings/deal-lists", icon: "list", needs: (Update, Workspace) },
            Self::Tags => SettingsItem { label: "Tags", href: "/settings/tags", icon: "tag", needs: (Read, Tag) },
            Self::Members => SettingsItem { label: "Members", href: members::PATH, icon: "users", needs: (Read, Member) },
            Self::Workspace => {
                SettingsItem { label: "Workspace", href: "/settings/workspace", icon: "building", needs: (Update, Workspace) }
            }
            Self::NextActions => SettingsItem { label: "Next best actions", href: RULES, icon: "sun", needs: (Update, Workspace) },
            Self::Bin => SettingsItem { label: "Bin", href: BinQuery::PATH, icon: "trash-2", needs: (Read, Company) },
            Self::AuditLog => SettingsItem { label: "Audit log", href: AuditQuery::PATH, icon: "scroll-text", needs: (Read, AuditLog) },
        }
    }

    fn shows(self, ctx: &RequestContext) -> bool {
        let (verb, entity) = self.item().needs;
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
            let item = setting.item();
            let on_it = if ctx.path() == item.href { "page" } else { "true" };
            view! { <li><a class="nav-item whitespace-nowrap" href=item.href aria-current=(*setting == current).then_some(on_it)>{icon(item.icon, "size-4")} {item.label}</a></li> }
        })
        .collect_view();
    view! {
        <div>
            <p class="mb-2 px-2 text-xs font-medium text-muted-foreground">{heading}</p>
            <ul class="flex gap-0.5 overflow-x-auto md:flex-col">{links}</ul>
        </div>
    }
}
