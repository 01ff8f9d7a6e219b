//! `/admin/users`: the accounts of the install.

use super::{head, layout, user_path, zone};
use crate::{
    request::{AccountContext, PageError},
    shell::{self, read_address},
    ui::{
        avatar,
        list::{EmptyText, FilterChoice, SearchBox, choice_filter, filter_form, list_empty_state, list_results, pagination, url_with},
        markup::{IntoMarkup, Markup},
        pluralize, times,
    },
};
use axum::response::Response;
use domain::{
    administration::{UserState, UsersQuery},
    page::ListQuery,
};
use leptos::prelude::*;
use store::administration::{AdminUser, UserList};

const EMPTY: EmptyText = EmptyText { icon: "users", no_match: "No user matches.", none_yet: "There is no user." };

/// `GET /admin/users`
pub async fn page(ctx: AccountContext) -> Result<Response, PageError> {
    let pairs = ctx.query()?;
    let query = match read_address(&pairs, UsersQuery::parse) {
        Ok(query) => query,
        Err(unreadable) => return unreadable.account_page(ctx, "Users").await,
    };
    let list = ctx.store().install_users(ctx.user.user_id, &query).await?;
    let about = "Everybody who has an account on this server. Open one to disable it, end its sessions or help with a password.";
    let count = pluralize(list.total.count, "user", "users");
    let rows = if list.rows.is_empty() { list_empty_state(&query, list.total, &EMPTY, ()) } else { rows(&ctx, &query, list) };
    let body = view! {
        {head("Users", about, ().into_markup())}
        {filters(&query)}
        <p id="count" class="text-muted-foreground" aria-live="polite" data-results>{count}</p>
        {list_results(rows)}
    };
    shell::account_page(ctx, "Users", layout(UsersQuery::PATH, body)).await
}

fn filters(query: &UsersQuery) -> Markup {
    let search = SearchBox { label: "Search users", placeholder: "Name or address", query: &query.q };
    let choice = |state: UserState| FilterChoice::new(state.slug(), state.label(), query.state == Some(state));
    let chip = choice_filter("state", "State", UserState::ALL.map(choice).into(), url_with(query, |query| query.state = None));
    filter_form(query, Some(search), usize::from(query.state.is_some()), chip.into_markup())
}

fn rows(ctx: &AccountContext, query: &UsersQuery, list: UserList) -> Markup {
    let foot = pagination(query, list.rows.len(), list.total);
    let rows = list.rows.iter().map(|user| row(ctx, user)).collect_view();
    view! { <div class="panel"><ul class="divide-y" aria-label="Users">{rows}</ul>{foot}</div> }.into_markup()
}

fn row(ctx: &AccountContext, user: &AdminUser) -> impl IntoView + use<> {
    let seen = match user.seen_at {
        Some(at) => view! { "Last seen " {times::ago(at, ctx.now, zone(ctx))} }.into_markup(),
        None => view! { "Not seen lately" }.into_markup(),
    };
    view! {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2.5">
            {avatar(&user.name, "size-8 text-xs")}
            <div class="min-w-0 flex-1 basis-48 [overflow-wrap:anywhere]">
                <p><a class="font-medium hover:underline" href=user_path(user.id)>{user.name.clone()}</a>{chips(user)}</p>
                <p class="text-muted-foreground">{user.email.clone()}</p>
            </div>
            <p class="text-muted-foreground">{pluralize(user.workspaces, "workspace", "workspaces")}" · "{seen}</p>
        </li>
    }
}

/// What distinguishes an account.
pub(super) fn chips(user: &AdminUser) -> impl IntoView + use<> {
    view! {
        {user.is_platform_admin.then(|| view! { " " <span class="chip">"Platform admin"</span> })}
        {user.disabled_at.is_some().then(|| view! { " " <span class="chip">"Disabled"</span> })}
    }
}
