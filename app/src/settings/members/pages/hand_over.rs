//! `/settings/members/{id}/hand-over`: making another member the owner.

use crate::{
    request::{Id, PageError, RequestContext},
    settings::{Setting, layout, members::PATH},
    shell,
    ui::{form::shown_to, page::breadcrumb},
};
use axum::response::Response;
use domain::ids::UserId;
use leptos::prelude::*;

/// `GET /settings/members/{id}/hand-over`
pub async fn page(ctx: RequestContext, Id(id): Id<UserId>) -> Result<Response, PageError> {
    let member = ctx.store().member(&ctx.actor(), id).await?;
    if id == ctx.signed_in.user_id {
        return Err(PageError::Denied);
    }
    let title = format!("Make {} the owner", member.name);
    let consequence = format!(
        "Then {} names, hands over and ends {}, and you are an admin. You can’t take it back yourself.",
        member.name, ctx.signed_in.workspace_name
    );
    let body = view! {
        <div>
            {breadcrumb("Members", PATH)}
            <h1 class="mt-2 break-words">{title.clone()}</h1>
            <p class="mt-1 break-words text-muted-foreground">{consequence}</p>
        </div>
        <form method="post" action=format!("{PATH}/{id}/hand-over") class="panel flex max-w-xl items-center justify-end gap-2 px-5 py-3">
            {shown_to()}
            <a class="btn" data-variant="ghost" data-size="sm" href=PATH>"Cancel"</a>
            <button class="btn" data-variant="destructive" data-size="sm">"Hand over"</button>
        </form>
    };
    let body = layout(&ctx, Setting::Members, body);
    shell::page(ctx, &title, body).await
}
