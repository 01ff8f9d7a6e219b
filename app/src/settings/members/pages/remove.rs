//! `/settings/members/{id}/remove`: removing a member.

use crate::{
    request::{Id, PageError, RequestContext},
    settings::{
        Setting, layout,
        members::{PATH, records_to_field},
    },
    shell,
    ui::{error_summary::error_summary, form::shown_to, page::breadcrumb},
};
use axum::response::Response;
use domain::{
    ids::UserId,
    members::{RemovalForm, may_manage},
};
use leptos::prelude::*;

/// `GET /settings/members/{id}/remove`
pub async fn page(ctx: RequestContext, Id(id): Id<UserId>) -> Result<Response, PageError> {
    let member = ctx.store().member(&ctx.actor(), id).await?;
    if id == ctx.signed_in.user_id || !may_manage(ctx.signed_in.role, member.role) {
        return Err(PageError::Denied);
    }
    let form = ctx.form(RemovalForm::default).await?;
    let field = records_to_field(&ctx, id, form.values.records_to, &form.errors).await?;
    let title = format!("Remove {}", member.name);
    let consequence = "From the next click on, nothing of this workspace opens for them. Their records stay. They come back only if somebody invites them.";
    let body = view! {
        <div>
            {breadcrumb("Members", PATH)}
            <h1 class="mt-2 break-words">{title.clone()}</h1>
            <p class="mt-1 text-muted-foreground">{consequence}</p>
        </div>
        {error_summary(&form.errors, &[("records_to", "Owner of the records")])}
        <form method="post" action=format!("{PATH}/{id}/remove") class="panel max-w-xl" novalidate>
            {shown_to()}
            <div class="p-5">{field}</div>
            <footer class="flex items-center justify-end gap-2 border-t px-5 py-3">
                <a class="btn" data-variant="ghost" data-size="sm" href=PATH>"Cancel"</a>
                <button class="btn" data-variant="destructive" data-size="sm">"Remove member"</button>
            </footer>
        </form>
    };
    let body = layout(&ctx, Setting::Members, body);
    shell::page(ctx, &title, body).await
}
