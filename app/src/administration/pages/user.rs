//! `/admin/users/{id}`: one account, and the link that was just made for it.

use super::{button_form, errors_of_button, layout, user_path, users::chips, zone};
use crate::{
    request::{AccountContext, Id, PageError},
    shell,
    ui::{
        error_summary::error_summary,
        markup::{IntoMarkup, Markup},
        page::breadcrumb,
        times,
    },
};
use axum::response::Response;
use domain::{
    account_links::{LinkPurpose, LinkToken},
    administration::UsersQuery,
    ids::UserId,
    page::ListQuery,
};
use http::{HeaderValue, header};
use leptos::prelude::*;
use serde_json::{Map, Value};
use store::{FoundLink, administration::AdminUser};

/// The page of the buttons of a user: that of the user.
pub fn of_user_button(path: &str, _: &Map<String, Value>) -> (String, String) {
    let page = path.rsplit_once('/').map_or(path, |(user, _)| user);
    (page.to_owned(), page.to_owned())
}

/// `GET /admin/users/{id}`
pub async fn page(ctx: AccountContext, Id(id): Id<UserId>) -> Result<Response, PageError> {
    let user = ctx.store().install_user(ctx.user.user_id, id).await?;
    let errors = errors_of_button(&ctx).await?;
    let title = user.name.clone();
    let body = view! {
        <div>
            {breadcrumb("Users", UsersQuery::PATH)}
            <h1 class="mt-2 break-words">{title.clone()}{chips(&user)}</h1>
            <p class="mt-1 break-words text-muted-foreground">{user.email.clone()}</p>
        </div>
        {error_summary(&errors, &[])}
        {facts(&ctx, &user)}
        {actions(&ctx, &user)}
    };
    shell::account_page(ctx, &title, layout(UsersQuery::PATH, body)).await
}

fn facts(ctx: &AccountContext, user: &AdminUser) -> Markup {
    let zone = zone(ctx);
    let at = |at| times::exact(at, zone);
    let disabled = user.disabled_at.map(|time| ("Disabled", at(time)));
    let facts = [
        ("Address", if user.email_verified { "Confirmed" } else { "Not confirmed" }.to_owned()),
        ("Created", at(user.created_at)),
        ("Last seen", user.seen_at.map_or_else(|| "Not lately".to_owned(), at)),
        ("Workspaces", user.workspaces.to_string()),
        ("Sessions", user.sessions.to_string()),
    ];
    let rows = facts
        .into_iter()
        .chain(disabled)
        .map(|(label, value)| {
            view! { <div class="flex flex-wrap gap-x-3 px-5 py-2"><dt class="w-28 text-muted-foreground">{label}</dt><dd class="min-w-0">{value}</dd></div> }
        })
        .collect_view();
    view! { <section class="panel py-2" aria-label="Facts"><dl>{rows}</dl></section> }.into_markup()
}

fn actions(ctx: &AccountContext, user: &AdminUser) -> Markup {
    let path = user_path(user.id);
    let is_self = user.id == ctx.user.user_id;
    let link = |path: String, verb: &'static str, about: &'static str| {
        let button = view! { <a class="btn" data-variant="outline" data-size="sm" href=path>{verb}</a> };
        action(about, button.into_markup())
    };
    let button = |path: String, verb: &'static str, about: &'static str| action(about, button_form(path, verb, verb.to_owned()));
    let is_enabled = user.disabled_at.is_none();
    let sessions = button(format!("{path}/end-sessions"), "End sessions", "Signs every browser of this account out.");
    let reset = is_enabled.then(|| {
        button(
            format!("{path}/reset-link"),
            "Make a password link",
            "A link to hand over, by which a new password is chosen. The user is told of it.",
        )
    });
    let others = (!is_self).then(|| {
        let disable = if is_enabled {
            link(format!("{path}/disable"), "Disable account", "Signs every browser out, and nobody signs in any more.")
        } else {
            button(format!("{path}/enable"), "Enable account", "The user can sign in again.")
        };
        let admin = if user.is_platform_admin {
            link(format!("{path}/revoke-admin"), "Take platform admin away", "This user manages the whole server.")
        } else {
            link(format!("{path}/make-admin"), "Make platform admin", "This user would manage the whole server, as you do.")
        };
        view! { {disable}{admin} }
    });
    let own = is_self.then(|| {
        view! { <p class="px-5 py-3 text-muted-foreground">"This is your account. Another platform admin can disable it, or take platform admin away."</p> }
    });
    view! { <section class="panel divide-y" aria-label="Actions">{sessions}{reset}{others}{own}</section> }.into_markup()
}

fn action(about: &'static str, button: Markup) -> Markup {
    view! { <div class="flex flex-wrap items-center gap-2 px-5 py-3"><p class="min-w-0 flex-1 basis-56 text-muted-foreground">{about}</p>{button}</div> }
        .into_markup()
}

/// `GET /admin/users/{id}/reset-link?token=…`: the link that was just made, to copy. It is shown this once: the database has only the
/// token's hash.
pub async fn reset_link(ctx: AccountContext, Id(id): Id<UserId>) -> Result<Response, PageError> {
    let user = ctx.store().install_user(ctx.user.user_id, id).await?;
    let token = ctx.query()?.into_iter().find(|(name, _)| name == "token").and_then(|(_, value)| LinkToken::parse(&value));
    let link = match token {
        Some(token) => {
            // Found only if it is this user's.
            let found = ctx.store().find_link(LinkPurpose::ResetPassword, &token, Some(id)).await?;
            matches!(found, FoundLink::Works(_)).then(|| format!("{}{}", ctx.state.settings.origin, token.path(LinkPurpose::ResetPassword)))
        }
        None => None,
    };
    let shown = match link {
        Some(link) => view! {
            <div class="field">
                <label for="link" class="text-sm font-medium">"Link to copy"</label>
                <input id="link" class="input" readonly value=link aria-describedby="link-hint"/>
                <p id="link-hint" class="text-muted-foreground">"It is shown only now, and works once, within one hour. Give it to nobody else: whoever opens it has the account."</p>
            </div>
        }
        .into_markup(),
        None => view! { <p class="text-muted-foreground">"The link is shown only once, and ends when it is used or after an hour. Make another one."</p> }
            .into_markup(),
    };
    let title = format!("Password link for {}", user.name);
    let body = view! {
        <div>{breadcrumb("Users", UsersQuery::PATH)}<h1 class="mt-2 break-words">{title}</h1></div>
        <section class="panel flex max-w-xl flex-col gap-4 p-5">
            {shown}
            <p><a class="btn" data-variant="outline" data-size="sm" href=user_path(id)>"Done"</a></p>
        </section>
    };
    let mut page = shell::account_page(ctx, "Password link", layout(UsersQuery::PATH, body)).await?;
    // The address holds a token.
    page.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    Ok(page)
}
