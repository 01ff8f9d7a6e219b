//! Pages that need a session but no workspace.

use super::{document, page, toast};
use crate::{
    request::{AccountContext, PageError},
    ui::{
        form::shown_to,
        icon,
        markup::{IntoMarkup, Markup},
    },
};
use axum::response::{Html, IntoResponse, Response};
use domain::administration;
use leptos::prelude::*;

/// Renders a page: as [`page`] for a user in a workspace, else without sidebar.
pub async fn account_page(ctx: AccountContext, title: &str, body: impl IntoView + 'static) -> Result<Response, PageError> {
    let ctx = match ctx.in_workspace() {
        Ok(ctx) => return page(ctx, title, body).await,
        Err(ctx) => ctx,
    };
    let notice = toast(ctx.take_notice().await?, ctx.path()).into_markup();
    let content = without_workspace(&ctx, body.into_markup());
    let html = document(&ctx.state, title, None, Some(ctx.user.preferences), || view! { <body class="min-h-dvh">{content}{notice}</body> });
    Ok(Html(html).into_response())
}

fn without_workspace(ctx: &AccountContext, body: Markup) -> Markup {
    view! {
        <header class="flex h-13 items-center gap-2.5 border-b px-4">
            <span class="grid size-7 shrink-0 place-items-center rounded-md bg-primary font-semibold text-primary-foreground" aria-hidden="true">"M"</span>
            <span class="font-semibold tracking-tight">"MiniCRM"</span>
            <div class="flex-1"></div>
            <span class="min-w-0 truncate text-muted-foreground">{ctx.user.email.clone()}</span>
            {ctx.user.is_platform_admin.then(|| view! { <a class="btn" data-variant="ghost" data-size="sm" href=administration::PATH>"Administration"</a> })}
            <form method="post" action="/logout">
                {shown_to()}
                <button class="btn" data-variant="outline" data-size="sm">{icon("log-out", "size-4")} "Sign out"</button>
            </form>
        </header>
        <main id="main" tabindex="-1" class="mx-auto flex w-full max-w-2xl min-w-0 flex-col gap-4 p-4 outline-none md:p-6">{body}</main>
    }
    .into_markup()
}
